#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/check/baseline_comparison.hpp"

namespace chiso {

namespace {

constexpr std::size_t most_lines = 10;
constexpr const char* remedy =
    "if it is meant, look at what moved and lock again with `chiso lock`";

std::string how_many(Size number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// "97.3323 -> 96.0823", with all digits where fewer do not tell them apart.
std::string moved(double before, double after) {
  const auto text = [](double value, bool all) {
    return std::isnan(value) ? std::string("none")
           : all             ? to_string(value)
                             : fmt::format("{:.6g}", value);
  };
  const bool all = before != after && text(before, false) == text(after, false);
  return fmt::format("{} -> {}", text(before, all), text(after, all));
}

void append(std::string& text, const std::string& item, std::string_view between = "; ") {
  if (item.empty()) return;
  if (!text.empty()) text += between;
  text += item;
}

/// A list cut to what can be read.
void add_lines(std::vector<std::string>& into, const std::vector<std::string>& lines) {
  const std::size_t shown = lines.size() > most_lines + 1 ? most_lines : lines.size();
  into.insert(into.end(), lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(shown));
  if (shown < lines.size()) into.push_back(fmt::format("and {} more", lines.size() - shown));
}

class Teller {
 public:
  explicit Teller(const BaselineComparison& comparison) : of_(comparison) {}

  std::vector<CheckFinding> tell() {
    for (const MovedNode& node : of_.nodes) {
      if (!node.follows) add(node);
    }
    if (!found_.empty()) {
      std::vector<std::string>& details = found_.front().details;
      followers(details);
      units(details);
    }
    for (const Size change : of_.unseen) add_unseen(of_.difference.changes[at(change)]);
    for (const Problem& problem : of_.problems) {
      found_.push_back({Severity::error, "baseline", problem.place, problem, {}});
    }
    if (!found_.empty() && found_.front().problem.remedy.empty()) {
      found_.front().problem.remedy = remedy;
    }
    return std::move(found_);
  }

 private:
  /// Where a node is defined, or was.
  [[nodiscard]] Location location_of(const std::string& code) const {
    for (const Index* index : {&of_.difference.after, &of_.difference.before}) {
      if (const auto node = index->codes().find(code)) return index->node(*node).location;
    }
    return of_.difference.after.definition().location;
  }

  [[nodiscard]] std::string change_text(Size position, const std::string& node) const {
    const DefinitionChange& change = of_.difference.changes[at(position)];
    return change.node.empty() || change.node == node
               ? change.text
               : fmt::format("{}: {}", change.node, change.text);
  }

  /// Why numbers moved that no change of the definition explains.
  [[nodiscard]] std::string_view reason() const {
    const bool other_data =
        std::any_of(of_.periods.begin(), of_.periods.end(),
                    [](const ComparedPeriod& period) { return period.other_data; });
    return other_data ? "the data are not those that were locked"
                      : "definition and data are those that were locked, so chiso itself computes "
                        "something else";
  }

  void add(const MovedNode& node) {
    std::string message;
    for (const Size change : node.changes) append(message, change_text(change, node.code));
    if (node.changes.empty()) message = reason();
    if (node.scores > 0) {
      append(message,
             fmt::format("{} moved, most that of {} in {}: {}", how_many(node.scores, "score"),
                         node.unit, node.period.text(), moved(node.before, node.after)),
             ": ");
    } else if (node.ranks > 0) {
      append(message, fmt::format("ranks or groups of {} moved", how_many(node.ranks, "unit")),
             ": ");
    } else if (node.rules.empty()) {
      append(message, "scores above it moved", ": ");
    } else {
      append(message, "no locked score moved, but what its rule gives did", ": ");
    }
    CheckFinding& finding = found_.emplace_back();
    finding.rule = node.changes.empty() ? "baseline" : "definition";
    finding.subject = node.code;
    finding.problem = {location_of(node.code), node.code, std::move(message), {}};
    add_lines(finding.details, node.rules);
  }

  void add_unseen(const DefinitionChange& change) {
    const Location location = change.node.empty() || change.pair < 0
                                  ? of_.difference.after.definition().location
                                  : location_of(change.node);
    const std::string& node =
        change.node.empty() ? of_.difference.after.node(Index::root()).code : change.node;
    found_.push_back(
        {Severity::error,
         "definition",
         node,
         {location, node, change.text + ": nothing that is locked shows what this does", remedy},
         {}});
  }

  void followers(std::vector<std::string>& details) const {
    std::string codes;
    for (const MovedNode& node : of_.nodes) {
      if (node.follows) append(codes, node.code, ", ");
    }
    if (!codes.empty()) details.push_back("what follows: " + codes);
  }

  /// One line each: how score and rank moved, and by what.
  void units(std::vector<std::string>& details) const {
    std::vector<std::string> lines;
    for (const ComparedPeriod& period : of_.periods) {
      for (const MovedUnit& unit : period.units) lines.push_back(unit_line(period, unit));
      if (!period.not_attributed.empty()) {
        lines.push_back(fmt::format("{}: cannot be put down to single changes: {}",
                                    period.period.text(), period.not_attributed));
      }
    }
    add_lines(details, lines);
  }

  [[nodiscard]] std::string unit_line(const ComparedPeriod& period, const MovedUnit& unit) const {
    const UnitMove& move = unit.move;
    std::string line =
        fmt::format("{} {}: {}", period.period.text(), move.unit, moved(move.before, move.after));
    const double points = move.after - move.before;
    if (!std::isnan(points)) line += fmt::format(" ({:+.6g})", points);
    const bool same_rank = move.rank_before == move.rank_after;
    if (!same_rank && !(std::isnan(move.rank_before) && std::isnan(move.rank_after))) {
      line += ", rank " + moved(move.rank_before, move.rank_after);
    }
    if (move.group_before != move.group_after) {
      line +=
          fmt::format(", group {} -> {}", move.group_before.empty() ? "none" : move.group_before,
                      move.group_after.empty() ? "none" : move.group_after);
    }
    if (!period.why) return line;
    std::string parts;
    for (std::size_t e = 0; e < move.points.size(); ++e) {
      if (move.points[e] == 0.0 && move.places[e] == 0.0) continue;
      append(parts,
             fmt::format("{} {}", edit_name(period.why->edits[e]),
                         part_text(move.points[e], move.places[e])),
             ", ");
    }
    if (unit.rest != 0.0 || unit.rest_of_places != 0.0) {
      append(parts,
             fmt::format("{} {}", period.other_data ? "data" : "chiso",
                         part_text(unit.rest, unit.rest_of_places)),
             ", ");
    }
    return parts.empty() ? line : fmt::format("{}; by {}", line, parts);
  }

  static std::string part_text(double points, double places) {
    if (std::isnan(points)) return "(gives or takes the score)";
    std::string text = points == 0.0 ? std::string() : fmt::format("{:+.6g}", points);
    if (places != 0.0) append(text, fmt::format("{:+.3g} places", places), " and ");
    return text;
  }

  /// "1.1.4 rule", "labor weight and maximum".
  [[nodiscard]] std::string edit_name(const EditEffect& edit) const {
    std::string text;
    for (const Size position : edit.changes) {
      const DefinitionChange& change = of_.difference.changes[at(position)];
      append(text,
             fmt::format("{}{}{}", change.node, change.node.empty() ? "" : " ", name(change.kind)),
             " and ");
    }
    return text;
  }

  const BaselineComparison& of_;
  std::vector<CheckFinding> found_;
};

}  // namespace

std::vector<CheckFinding> findings(const BaselineComparison& comparison) {
  return Teller(comparison).tell();
}

CheckItem check_baseline(const Baseline& locked, const Index& index, const Panel& panel,
                         const NodeTolerances& tolerances) {
  CheckItem item;
  item.kind = CheckKind::baseline;
  item.name = locked.panel.empty() ? "baseline" : locked.panel;
  for (CheckFinding& finding : findings(compare(locked, index, panel, tolerances))) {
    item.add(std::move(finding));
  }
  return item;
}

}  // namespace chiso
