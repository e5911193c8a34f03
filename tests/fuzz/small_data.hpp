#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

/// Data for whatever a fuzz target has read, and a definition for what is read of one.
namespace chiso::fuzz {

/// A period in which the definition is in force.
inline Period period_of(const Index& index) {
  const PeriodRange& range = index.definition().periods;
  return range.from ? *range.from : range.to ? *range.to : Period(2019);
}

/// A few units with values in the range of every variable, equal ones among them, and with every
/// value of a unit missing.
inline Panel small_panel(const Index& index) {
  constexpr std::array candidates{1.0, 50.0, 0.0, 7.25, 1e6, -3.0};
  const std::array<std::string, 5> units{"An", "B\u00ecnh", "Chi", "D\u0169ng", "Em"};
  Panel::Builder panel("small");
  const Size period = panel.period(period_of(index));
  Size v = 0;
  for (const Variable& variable : index.variables()) {
    const Size column = variable.is_category() ? panel.category_variable(variable.code)
                                               : panel.number_variable(variable.code);
    for (std::size_t u = 0; u < units.size(); ++u) {
      const Size unit = panel.unit(units[u]);
      panel.row(unit, period);
      if (u == 3) continue;
      const std::size_t choice = (u + static_cast<std::size_t>(v)) % 4;
      if (variable.is_category()) {
        panel.set_category(unit, column, period,
                           variable.categories[choice % variable.categories.size()]);
        continue;
      }
      for (std::size_t i = 0; i < candidates.size(); ++i) {
        const double value = candidates[(choice + i) % candidates.size()];
        if (!variable.range.contains(value)) continue;
        panel.set(unit, column, period, value);
        break;
      }
    }
    ++v;
  }
  return panel.build();
}

/// What scenarios, actions and checks speak of where they are tried.
inline const Index& small_index() {
  static const Index index = parse_index(R"(
chiso: 1
index: demo
edition: "2019"
periods: {from: 2018, to: 2020}
decimals: 2
parameters: {limit: {value: 80}}
variables:
  entry: {range: [0, 100]}
  grade: {categories: [poor, fair, good]}
tree:
  code: demo
  aggregation: arithmetic_mean
  missing: renormalise
  children:
    - {code: a, weight: 60, variable: entry, rule: {min_max: {onto: [0, 10]}}}
    - code: b
      weight: 40
      aggregation: sum
      children:
        - {code: b1, maximum: 5, variable: land, rule: {steps: [{when: ">= 50", points: 5}, {when: "< 50", points: 1}]}}
        - {code: b2, maximum: 5, variable: grade, rule: {categories: {good: 5, fair: 2, poor: 0}}}
        - {code: b3, maximum: 2, rule: {formula: "if entry >= limit then 2 else 1"}}
)");
  return index;
}

inline const Scores& small_scores() {
  static const Scores scores = Evaluator(small_index()).score(small_panel(small_index()));
  return scores;
}

}  // namespace chiso::fuzz
