#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "check/locked_rules.hpp"
#include "check/move_words.hpp"
#include "chiso/check/attribution.hpp"

namespace chiso {

namespace {

using Kind = DefinitionChange::Kind;

constexpr std::size_t most_units = 20;

class Writer {
 public:
  Writer(const DefinitionDifference& difference, const Attribution* why)
      : of_(difference), why_(why) {}

  std::string write() {
    head();
    if (of_.empty()) return std::move(text_);
    lay_out();
    if (!lines_of_.empty()) node(0, 0);
    rest();
    documentation();
    if (why_ != nullptr) units();
    return std::move(text_);
  }

 private:
  void line(int depth, const std::string& words) {
    text_.append(2 * static_cast<std::size_t>(depth), ' ').append(words).append("\n");
  }

  void head() {
    const auto count = [](std::size_t number) { return static_cast<Size>(number); };
    const std::string names = fmt::format("{} -> {}", of_.before.name(), of_.after.name());
    if (of_.empty()) {
      line(0, names + ": no difference");
      return;
    }
    line(0, fmt::format("{}: {}{}", names, how_many(count(of_.changes.size()), "change"),
                        of_.documentation.empty()
                            ? ""
                            : fmt::format(", {} in documentation", of_.documentation.size())));
  }

  /// The children of each pair, and which of them lead to a change.
  void lay_out() {
    const auto& pairs = of_.pairs;
    std::vector<Size> of_before(at(of_.before.size()), -1);
    for (Size p = 0; p < std::ssize(pairs); ++p) {
      if (pairs[at(p)].before >= 0) of_before[at(pairs[at(p)].before)] = p;
    }
    children_.resize(pairs.size());
    lines_of_.resize(pairs.size());
    leads_.assign(pairs.size(), 0);
    std::vector<Size> parents(pairs.size(), -1);
    for (Size p = 1; p < std::ssize(pairs); ++p) {
      const auto [before, after] = pairs[at(p)];
      // Nodes of the second are pairs in their order.
      parents[at(p)] =
          after >= 0 ? of_.after.parent(after) : of_before[at(of_.before.parent(before))];
      children_[at(parents[at(p)])].push_back(p);
    }
    for (Size c = 0; c < std::ssize(of_.changes); ++c) {
      const Size pair = of_.changes[at(c)].pair;
      if (pair < 0) continue;
      lines_of_[at(pair)].push_back(c);
      for (Size up = pair; up >= 0; up = parents[at(up)]) leads_[at(up)] = 1;
    }
  }

  void node(Size p, int depth) {
    if (leads_[at(p)] == 0) return;
    const auto [before, after] = of_.pairs[at(p)];
    const Criterion& criterion = after >= 0 ? of_.after.node(after) : of_.before.node(before);
    const std::string title = criterion.title.text("");
    line(depth, title.empty() || title == criterion.code
                    ? criterion.code
                    : fmt::format("{} ({})", criterion.code, title));
    for (const Size change : lines_of_[at(p)]) this->change(change, depth + 1);
    for (const Size child : children_[at(p)]) node(child, depth + 1);
  }

  void change(Size position, int depth) {
    const DefinitionChange& change = of_.changes[at(position)];
    line(depth, fmt::format("* {}{}{}", change.pair < 0 && !change.node.empty() ? change.node : "",
                            change.pair < 0 && !change.node.empty() ? ": " : "", change.text));
    if (why_ == nullptr) return;
    for (const EditEffect& edit : why_->edits) {
      if (std::find(edit.changes.begin(), edit.changes.end(), position) == edit.changes.end()) {
        continue;
      }
      const bool first = edit.changes.front() == position;
      line(depth + 1, first
                          ? effect(edit)
                          : "together with " + change_name(of_.changes[at(edit.changes.front())]));
      return;
    }
    line(depth + 1, change.kind == Kind::groups ? groups() : "moves nothing");
  }

  [[nodiscard]] std::string effect(const EditEffect& edit) const {
    if (edit.units == 0 && edit.ranks == 0) return "moves nothing";
    std::string text = "moves " + how_many(edit.units, "unit");
    if (edit.largest != 0.0) text += fmt::format(", most {} by {:+.6g}", edit.unit, edit.largest);
    if (edit.ranks > 0) text += fmt::format(", and {}", how_many(edit.ranks, "rank"));
    return text;
  }

  [[nodiscard]] std::string groups() const {
    const auto moved =
        std::count_if(why_->units.begin(), why_->units.end(),
                      [](const UnitMove& unit) { return unit.group_before != unit.group_after; });
    return moved == 0 ? "moves nothing"
                      : fmt::format("{} in another group", how_many(moved, "unit"));
  }

  /// Changes of no node.
  void rest() {
    std::vector<Size> others;
    for (Size c = 0; c < std::ssize(of_.changes); ++c) {
      if (of_.changes[at(c)].pair < 0) others.push_back(c);
    }
    if (others.empty()) return;
    line(0, "data and head");
    for (const Size c : others) change(c, 1);
  }

  void documentation() {
    if (of_.documentation.empty()) return;
    line(0, "documentation only");
    for (const DefinitionChange& each : of_.documentation) {
      line(1, fmt::format("* {}{}{}", each.node, each.node.empty() ? "" : ": ", each.text));
    }
  }

  void units() {
    std::vector<const UnitMove*> moved;
    for (const UnitMove& unit : why_->units) {
      if (unit.moved()) moved.push_back(&unit);
    }
    const auto size = [](const UnitMove* unit) {
      const double move = unit->after - unit->before;
      return std::isnan(move) && !same_number(unit->before, unit->after)
                 ? std::numeric_limits<double>::infinity()
                 : std::fabs(move);
    };
    std::stable_sort(moved.begin(), moved.end(),
                     [&](const UnitMove* a, const UnitMove* b) { return size(a) > size(b); });
    const std::string& period = why_->after.period().text();
    line(0, moved.empty() ? fmt::format("{}: no unit moves", period)
                          : fmt::format("{}: {} of {} move", period, moved.size(),
                                        how_many(std::ssize(why_->units), "unit")));
    std::vector<std::string> lines;
    for (const UnitMove* unit : moved) lines.push_back(unit_words(*unit, of_, &why_->edits));
    std::vector<std::string> shown;
    add_lines(shown, lines, most_units);
    for (const std::string& words : shown) line(1, words);
    if (!why_->all_subsets) {
      line(0, "parts are means of the order of the changes and its reverse");
    }
  }

  const DefinitionDifference& of_;
  const Attribution* why_;
  std::string text_;
  std::vector<std::vector<Size>> children_;  ///< By pair.
  std::vector<std::vector<Size>> lines_of_;  ///< By pair: its changes.
  std::vector<char> leads_;                  ///< By pair: to a change.
};

}  // namespace

std::string to_text(const DefinitionDifference& difference, const Attribution* why) {
  return Writer(difference, why).write();
}

}  // namespace chiso
