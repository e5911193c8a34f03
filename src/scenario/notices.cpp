#include "scenario/notices.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "evaluate/measure.hpp"

namespace chiso {

namespace {

/// The ends of a normaliser in the raw direction; infinite where there is none that could be
/// passed.
struct Ends {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
};

Ends ends_of(const Normaliser& rule, double sign, const FittedAnchor& anchor) {
  using Method = Normaliser::Method;
  Ends ends;
  switch (rule.method) {
    case Method::min_max:
    case Method::goalposts:
    case Method::distance_to_maximum:
    case Method::distance_to_reference:
    case Method::distance_to_target:
    case Method::adjusted_goalposts:
      if (!std::isnan(anchor.low) && !std::isnan(anchor.high)) {
        ends = {std::min(anchor.low, anchor.high), std::max(anchor.low, anchor.high)};
      }
      break;
    case Method::fraction_of_maximum:
      if (!std::isnan(anchor.high)) (sign > 0.0 ? ends.upper : ends.lower) = anchor.high;
      break;
    case Method::z_score:
    case Method::scaled:
    case Method::rank:
    case Method::borda:
    case Method::percentile_rank:
      break;
  }
  return ends;
}

/// The measure of one unit from a panel; NaN where the panel has no such variable.
double measure_of(const Compiled& compiled, const CompiledLeaf& leaf, const Panel& panel, Size unit,
                  Size period) {
  const auto variables = compiled.index.variables();
  std::vector<double> values(variables.size(), missing_value);
  for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
    for (const auto& term : *terms) {
      const Variable& variable = variables[at(term.variable)];
      const auto position = panel.variables().find(variable.code);
      if (!position) continue;
      const double value = panel.column(*position, period)[at(unit)];
      const bool gap = variable.zero_is_missing && value == 0.0;
      values[at(term.variable)] = gap ? missing_value : value;
    }
  }
  double measure = missing_value;
  work_out(leaf.measure, [&values](Size variable) { return &values[at(variable)]; }, {&measure, 1});
  return measure;
}

class Finder {
 public:
  Finder(const Scores& before, const Scores& after, const std::vector<Draft::Cell>& cells)
      : before_(before),
        after_(after),
        compiled_(after.evaluator().compiled()),
        panel_(after.panel()),
        period_(panel_.period_position(after.period())),
        cells_(cells) {}

  std::vector<Notice> find() {
    for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) {
      const auto* how = std::get_if<CompiledNormaliser>(&compiled_.leaves[l].rule);
      if (how == nullptr || how->anchor < 0 || held_anchor(before_, compiled_, l) < 0) continue;
      // Words are in another order in the data.
      if (reads_words(compiled_.leaves[l].measure)) continue;
      for (const auto& [unit, edit] : edited(compiled_.leaves[l])) look(l, *how, unit, edit);
    }
    return std::move(found_);
  }

 private:
  bool reads_words(const CompiledMeasure& measure) const {
    return std::any_of(measure.terms.begin(), measure.terms.end(), [this](const auto& term) {
      return compiled_.index.variables()[at(term.variable)].is_category();
    });
  }

  /// Units whose measure reads an edited cell, with the last edit of one.
  std::map<Size, Size> edited(const CompiledLeaf& leaf) const {
    std::map<Size, Size> units;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const auto variable =
            panel_.variables().find(compiled_.index.variables()[at(term.variable)].code);
        if (!variable) continue;
        auto cell =
            std::lower_bound(cells_.begin(), cells_.end(), *variable,
                             [](const Draft::Cell& each, Size v) { return each.variable < v; });
        for (; cell != cells_.end() && cell->variable == *variable; ++cell) {
          Size& edit = units.emplace(cell->unit, cell->edit).first->second;
          edit = std::max(edit, cell->edit);
        }
      }
    }
    return units;
  }

  void look(std::size_t l, const CompiledNormaliser& how, Size unit, Size edit) {
    const CompiledLeaf& leaf = compiled_.leaves[l];
    const FittedAnchor& anchor = after_.anchors()[at(how.anchor)];
    const Ends ends = ends_of(*how.normaliser, leaf.sign, anchor);
    const double now = measure_of(compiled_, leaf, panel_, unit, period_);
    const bool below = now < ends.lower;
    if (!below && !(now > ends.upper)) return;
    const double then = measure_before(leaf, unit);
    if (below ? then < ends.lower : then > ends.upper) return;
    const double end = below ? ends.lower : ends.upper;
    const std::string& code = compiled_.index.node(leaf.node).code;
    const std::string& name = panel_.units()[unit];
    found_.push_back({Notice::Kind::beyond_anchor, edit, name, code, now, end,
                      fmt::format("{} of {} is {}, {} the anchor {}: its score is {}", code, name,
                                  to_string(now), below ? "below" : "above", to_string(end),
                                  how.normaliser->cut ? "cut" : "beyond those of the base")});
  }

  double measure_before(const CompiledLeaf& leaf, Size unit) const {
    const Compiled& compiled = before_.evaluator().compiled();
    const Panel& panel = before_.panel();
    const auto same = panel.units().find(panel_.units()[unit]);
    const Size node = compiled.index.codes().at(compiled_.index.node(leaf.node).code);
    if (!same) return missing_value;
    return measure_of(compiled, compiled.leaves[at(compiled.leaf_of[at(node)])], panel, *same,
                      panel.period_position(before_.period()));
  }

  const Scores& before_;
  const Scores& after_;
  const Compiled& compiled_;
  const Panel& panel_;
  Size period_;
  const std::vector<Draft::Cell>& cells_;
  std::vector<Notice> found_;
};

/// What an edit of values changed that no indicator reads.
std::optional<std::string> unread(const Edit& edit, const Scores& after) {
  const auto* values = std::get_if<ChangeValue>(&edit.what);
  if (values == nullptr) return {};
  const auto names = after.index().variable_codes().names();
  const bool read = std::any_of(names.begin(), names.end(), [&](const std::string& code) {
    return code == values->variables || matches(values->variables, code);
  });
  if (read) return {};
  return fmt::format("no indicator reads '{}'", values->variables);
}

}  // namespace

std::vector<Notice> notices_of(const Scores& before, const Scores& after, const Scenario& scenario,
                               const std::vector<Draft::Cell>& cells,
                               const std::vector<Size>& idle) {
  std::vector<Notice> notices;
  if (!scenario.refit && !cells.empty()) notices = Finder(before, after, cells).find();
  for (Size e = 0; e < std::ssize(scenario.edits); ++e) {
    const Edit& edit = scenario.edits[at(e)];
    std::string why;
    if (std::binary_search(idle.begin(), idle.end(), e)) {
      why = "every number stays as it was";
    } else if (const auto nobody = unread(edit, after)) {
      why = *nobody;
    } else {
      continue;
    }
    notices.push_back({Notice::Kind::no_change, e, "", "", missing_value, missing_value,
                       fmt::format("edit {} ({}): {}", e + 1, describe(edit), why)});
  }
  std::stable_sort(notices.begin(), notices.end(),
                   [](const Notice& a, const Notice& b) { return a.edit < b.edit; });
  return notices;
}

}  // namespace chiso
