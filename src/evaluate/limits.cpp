// Maxima and ranges of inner nodes from those of their children.

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Most aggregations rise with each child, so the best score is the aggregate of the best scores.
/// Copeland has no scores that the children's limit; Mazziotta-Pareto counts how unlike they are,
/// so that its limit is known only on the side where all children meet.
ScoreRange range_of(const Compiled& compiled, const CompiledCriterion& inner) {
  ScoreRange range{-infinity, infinity};
  const Aggregation& how = inner.aggregation;
  if (how.method == Aggregation::Method::copeland) return range;
  std::vector<double> best;
  std::vector<double> worst;
  bool best_known = true;
  bool worst_known = true;
  for (std::size_t k = 0; k < inner.children.size(); ++k) {
    ScoreRange child = compiled.range[at(inner.children[k])];
    // A maximum that the definition states counts more than what the rule alone would allow.
    const double maximum = compiled.maximum[at(inner.children[k])];
    if (inner.roles[k] == Role::part && std::isfinite(maximum)) child.highest = maximum;
    if (inner.weights[k] < 0.0) std::swap(child.lowest, child.highest);
    best_known = best_known && std::isfinite(child.highest);
    worst_known = worst_known && std::isfinite(child.lowest);
    best.push_back(child.highest);
    worst.push_back(child.lowest);
  }
  const auto combine = [&](const std::vector<double>& values) {
    std::vector<const double*> columns;
    for (const double& value : values) columns.push_back(&value);
    double result = missing_value;
    aggregate(inner, columns, {}, 1, &result);
    return result;
  };
  const bool balanced = how.method == Aggregation::Method::mazziotta_pareto ||
                        how.method == Aggregation::Method::adjusted_mazziotta_pareto;
  const auto meet = [&](const std::vector<double>& values) {
    return std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
  };
  const bool upward = how.upward_penalty;
  if (best_known && (!balanced || (!upward && meet(best)))) range.highest = combine(best);
  if (worst_known && (!balanced || (upward && meet(worst)))) range.lowest = combine(worst);
  // No aggregate where the worst case is not defined (a geometric mean of negative scores).
  if (std::isnan(range.highest)) range.highest = infinity;
  if (std::isnan(range.lowest)) range.lowest = -infinity;
  return range;
}

}  // namespace

void set_limits(Compiled& compiled, CompiledCriterion& inner, double declared) {
  const bool sum = inner.aggregation.method == Aggregation::Method::sum;
  const bool scaled = inner.aggregation.scale_to.has_value();
  const double times = inner.aggregation.times;
  inner.maxima.clear();
  if (sum) {
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const bool part = inner.roles[k] == Role::part;
      inner.maxima.push_back(part ? inner.weights[k] * compiled.maximum[at(inner.children[k])]
                                  : 0.0);
    }
  }
  const double maxima = std::accumulate(inner.maxima.begin(), inner.maxima.end(), 0.0);
  // A declared maximum may be the cap's, and has the factor in it: what the parts add up to is
  // better, where it is known.
  if (sum) inner.full = std::isfinite(maxima) ? maxima : scaled ? declared : declared / times;

  ScoreRange range = range_of(compiled, inner);
  double maximum = scaled ? *inner.aggregation.scale_to * times : declared;
  if (std::isnan(maximum) && sum && std::isfinite(maxima)) maximum = maxima * times;
  if (std::isnan(maximum) && !sum && std::isfinite(range.highest)) maximum = range.highest;
  if (!std::isfinite(range.highest) && std::isfinite(maximum)) range.highest = maximum;
  compiled.maximum[at(inner.node)] = maximum;
  compiled.range[at(inner.node)] = range;
  cut_limits(compiled, inner.node);
}

void cut_limits(Compiled& compiled, Size node) {
  const double cap = compiled.cap[at(node)];
  if (cap == infinity) return;
  ScoreRange& range = compiled.range[at(node)];
  range.highest = std::min(range.highest, cap);
  if (!(compiled.maximum[at(node)] <= cap)) compiled.maximum[at(node)] = cap;
}

}  // namespace chiso
