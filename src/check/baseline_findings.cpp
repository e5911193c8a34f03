#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "check/move_words.hpp"
#include "chiso/check/baseline_comparison.hpp"

namespace chiso {

namespace {

constexpr std::size_t most_lines = 10;
constexpr const char* remedy =
    "if it is meant, look at what moved and lock again with `chiso lock --update`";

void append(std::string& text, const std::string& item, std::string_view between = "; ") {
  if (item.empty()) return;
  if (!text.empty()) text += between;
  text += item;
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
                         node.unit, node.period.text(), moved_words(node.before, node.after)),
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
    add_lines(finding.details, node.rules, most_lines);
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
    std::vector<std::pair<double, std::string>> moved;
    for (const ComparedPeriod& period : of_.periods) {
      for (const MovedUnit& unit : period.units) {
        const double points = unit.move.after - unit.move.before;
        const bool one_side = std::isnan(unit.move.before) != std::isnan(unit.move.after);
        moved.emplace_back(one_side             ? std::numeric_limits<double>::infinity()
                           : std::isnan(points) ? 0.0
                                                : std::fabs(points),
                           unit_line(period, unit));
      }
    }
    std::stable_sort(moved.begin(), moved.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> lines;
    for (auto& [size, line] : moved) lines.push_back(std::move(line));
    for (const ComparedPeriod& period : of_.periods) {
      if (period.not_attributed.empty()) continue;
      lines.insert(lines.begin(), fmt::format("{}: cannot be put down to single changes: {}",
                                              period.period.text(), period.not_attributed));
    }
    add_lines(details, lines, most_lines);
  }

  [[nodiscard]] std::string unit_line(const ComparedPeriod& period, const MovedUnit& unit) const {
    std::string rest;
    if (period.why && (unit.rest != 0.0 || unit.rest_of_places != 0.0)) {
      rest = fmt::format("{} {}", period.other_data ? "data" : "chiso",
                         part_words(unit.rest, unit.rest_of_places));
    }
    return fmt::format(
        "{} {}", period.period.text(),
        unit_words(unit.move, of_.difference, period.why ? &period.why->edits : nullptr, rest));
  }

  const BaselineComparison& of_;
  std::vector<CheckFinding> found_;
};

}  // namespace

std::vector<CheckFinding> findings(const BaselineComparison& comparison) {
  return Teller(comparison).tell();
}

CheckItem check_baseline(const LockedResults& locked, const Index& index, const Panel& panel,
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
