#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "chiso/scenario/unit_tree.hpp"

/// What tests of levers share: results to move, and the long way round to check an answer.
namespace chiso::levers {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

/// Lets some leaves read a variable that another one reads too.
inline void share_variables(Criterion& node, std::mt19937& random, std::vector<std::string>& seen) {
  for (Criterion& child : node.children) share_variables(child, random, seen);
  if (!node.is_leaf()) return;
  for (auto* terms : {&node.measure.terms, &node.measure.denominator}) {
    for (Measure::Term& term : *terms) {
      if (!seen.empty() && random() % 3 == 0) {
        term.variable = seen[random() % seen.size()];
      } else {
        seen.push_back(term.variable);
      }
    }
  }
}

/// Gives some leaves steps that rise and fall, with ends of both kinds, or increments.
inline void vary_rules(Criterion& node, std::mt19937& random) {
  for (Criterion& child : node.children) vary_rules(child, random);
  const auto* rule = node.is_leaf() ? node.rule.find(Period(2020)) : nullptr;
  if (rule == nullptr || !std::holds_alternative<PerUnit>(*rule)) return;
  if (random() % 2 == 0) {
    Steps steps;
    steps.steps = {{Interval{-infinity, 0.5, false, true}, 0.25},
                   {Interval{0.5, 1.0, false, false}, 1.5},
                   {Interval{1.0, 1.75, true, true}, 0.5},
                   {Interval{1.75, infinity, false, false}, 2.0}};
    node.rule = Dated<Rule>(Rule(steps));
  } else {
    node.rule = Dated<Rule>(Rule(Increments{
        .start = 0.5, .points = 0.25, .from = 0.5, .every = 0.25, .add = 0.5, .cap = {}}));
  }
}

/// A random result whose units do not depend on each other; nothing if the case has none.
inline std::optional<Scores> random_result(unsigned seed, bool shared) {
  random_case::Case given = random_case::Generator(seed).make();
  std::mt19937 random(seed * 7919u + 1u);
  if (shared) {
    std::vector<std::string> seen;
    share_variables(given.tree, random, seen);
  }
  vary_rules(given.tree, random);
  if (seed % 3 == 1) random_case::put_formulas(given, seed);
  IndexDefinition head = random_case::definition(given);
  if (random() % 3 == 0) {
    head.decimals = 1;
    head.rank_on_displayed = true;
  }
  for (std::size_t v = 0; v < given.variables.size(); ++v) {
    Variable variable;
    variable.code = given.variables[v];
    if ((seed + v) % 4 != 0) variable.range = Interval::closed(-2, 12);
    if ((seed + v) % 7 == 0) variable.zero_is_missing = true;
    random_case::declare(head, variable);
  }
  try {
    const Index index(head);
    if (compares_units(index)) return {};
    return Evaluator(index).score(random_case::panel_of(given));
  } catch (const Error&) {
    return {};
  }
}

/// The scores with one cell of the data another, the long way: a new panel, scored whole with the
/// same anchors; nothing if that is refused.
inline std::optional<Scores> scored_with(const Scores& base, Size unit, const std::string& variable,
                                         double value) {
  Panel::Builder builder;
  const Size u = builder.unit(base.units()[unit]);
  const Size v = builder.number_variable(variable);
  builder.set(u, v, builder.period(base.period()), value);
  const Panel edited = base.panel().overlay(builder.build());
  try {
    return base.evaluator().score(
        edited, {.period = base.period(), .method = base.method(), .anchors = &base.anchors()});
  } catch (const DataError&) {
    return {};
  }
}

/// Values of a lever from one number to another: even steps, quarters, and doubles beside them.
inline std::vector<double> grid(double from, double to) {
  std::vector<double> values;
  const double lower = std::max(std::min(from, to), -1e4);
  const double upper = std::min(std::max(from, to), 1e4);
  for (int i = 0; i <= 60; ++i) values.push_back(lower + (upper - lower) * i / 60.0);
  for (double x = std::max(std::ceil(lower * 4.0) / 4.0, -20.0); x <= std::min(upper, 20.0);
       x += 0.25) {
    values.push_back(x);
    values.push_back(std::nextafter(x, infinity));
    values.push_back(std::nextafter(x, -infinity));
  }
  std::erase_if(values, [&](double x) { return x < lower || x > upper; });
  return values;
}

}  // namespace chiso::levers
