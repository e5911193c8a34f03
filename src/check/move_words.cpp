#include "check/move_words.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

namespace {

void append(std::string& text, std::string_view item, std::string_view between = ", ") {
  if (item.empty()) return;
  if (!text.empty()) text += between;
  text += item;
}

std::string group_name(const std::string& group) { return group.empty() ? "none" : group; }

}  // namespace

std::string how_many(Size number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

std::string moved_words(double before, double after) {
  const auto text = [](double value, bool all) {
    return std::isnan(value) ? std::string("none")
           : all             ? to_string(value)
                             : fmt::format("{:.6g}", value);
  };
  const bool all = before != after && text(before, false) == text(after, false);
  return fmt::format("{} -> {}", text(before, all), text(after, all));
}

std::string change_name(const DefinitionChange& change) {
  return fmt::format("{}{}{}", change.node, change.node.empty() ? "" : " ", name(change.kind));
}

std::string edit_name(const DefinitionDifference& difference, const EditEffect& edit) {
  std::string text;
  std::string last;
  for (const Size position : edit.changes) {
    const DefinitionChange& change = difference.changes[at(position)];
    const bool same_node = !text.empty() && change.node == last;
    append(text, same_node ? std::string(name(change.kind)) : change_name(change), " and ");
    last = change.node;
  }
  return text;
}

std::string part_words(double points, double places) {
  if (std::isnan(points)) return "(gives or takes the score)";
  std::string text = points == 0.0 ? std::string() : fmt::format("{:+.6g}", points);
  if (places != 0.0) {
    append(text, fmt::format("{:+.3g} place{}", places, std::fabs(places) == 1.0 ? "" : "s"),
           " and ");
  }
  return text;
}

std::string unit_words(const UnitMove& move, const DefinitionDifference& difference,
                       const std::vector<EditEffect>* edits, const std::string& rest) {
  std::string line = fmt::format("{}: {}", move.unit, moved_words(move.before, move.after));
  const double points = move.after - move.before;
  if (!std::isnan(points)) line += fmt::format(" ({:+.6g})", points);
  const bool ranked = !std::isnan(move.rank_before) || !std::isnan(move.rank_after);
  if (ranked && move.rank_before != move.rank_after) {
    line += ", rank " + moved_words(move.rank_before, move.rank_after);
  }
  if (move.group_before != move.group_after) {
    line += fmt::format(", group {} -> {}", group_name(move.group_before),
                        group_name(move.group_after));
  }
  std::string parts;
  for (std::size_t e = 0; edits != nullptr && e < move.points.size(); ++e) {
    if (move.points[e] == 0.0 && move.places[e] == 0.0) continue;
    append(parts, fmt::format("{} {}", edit_name(difference, (*edits)[e]),
                              part_words(move.points[e], move.places[e])));
  }
  append(parts, rest);
  return parts.empty() ? line : fmt::format("{}; by {}", line, parts);
}

void add_lines(std::vector<std::string>& into, const std::vector<std::string>& lines,
               std::size_t most) {
  // One more is no longer than the line that says so.
  const std::size_t shown = lines.size() > most + 1 ? most : lines.size();
  into.insert(into.end(), lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown));
  if (shown < lines.size()) into.push_back(fmt::format("and {} more", lines.size() - shown));
}

}  // namespace chiso
