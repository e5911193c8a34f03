// Means that are not linear: functions of the scores that are sums, and tangents.

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "optimize/score_model.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

constexpr double infinity = MixedInteger::infinity;

/// How fast a concave mean changes with each child; empty where it has no tangent.
std::vector<double> slopes(const Aggregation& how, const TakingPart& parts,
                           const std::vector<double>& scores) {
  std::vector<double> slope;
  double mean = 0.0;
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    mean += parts.weights[k] * scores[at(parts.children[k])];
  }
  if (!(mean > 0.0)) return {};
  if (!MeanFunction::has(how)) {
    double variance = 0.0;
    for (std::size_t k = 0; k < parts.children.size(); ++k) {
      const double off = scores[at(parts.children[k])] - mean;
      variance += parts.weights[k] * off * off;
    }
    for (std::size_t k = 0; k < parts.children.size(); ++k) {
      const double off = scores[at(parts.children[k])] - mean;
      slope.push_back(parts.weights[k] * (1.0 - 2.0 * off / mean + variance / (mean * mean)));
    }
    return slope;
  }
  const MeanFunction function(how, mean);
  double sum = 0.0;
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    const double score = scores[at(parts.children[k])];
    if (!(score > function.least())) return {};
    sum += parts.weights[k] * function(score);
  }
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    slope.push_back(parts.weights[k] * function.slope(scores[at(parts.children[k])]) *
                    function.inverse_slope(sum));
  }
  return slope;
}

}  // namespace

bool ScoreModel::is_new(Size variable, std::vector<double> place) {
  return tangents_.emplace(variable, std::move(place)).second;
}

ScoreModel::Mean* ScoreModel::mean_of(Size node) {
  const auto made = means_.find(node);
  if (made != means_.end()) return &made->second;
  const Compiled& compiled = survey_.compiled();
  const NodeSurvey& seen = survey_.node(node);
  if (compiled.index.is_leaf(node) || !seen.touched() || !seen.steady || !seen.table.empty()) {
    return nullptr;
  }
  const CompiledCriterion& inner = compiled.inner[at(compiled.inner_of[at(node)])];
  if (!MeanFunction::has(inner.aggregation) || inner.aggregation.times < 0.0) return nullptr;
  const TakingPart parts = survey_.taking_part(inner);
  double highest = 0.0;
  for (const Size child : parts.children) {
    highest = std::max(highest, survey_.node(child).highest);
  }
  if (!(highest > 0.0) || !std::isfinite(highest)) return nullptr;

  Mean& mean = means_[node];
  mean.node = node;
  mean.times = inner.aggregation.times;
  mean.function = MeanFunction(inner.aggregation, highest);
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    const Size child = parts.children[k];
    const NodeSurvey& part = survey_.node(child);
    if (!part.touched()) {
      mean.sum.constant += parts.weights[k] * mean.function(part.lowest);
      continue;
    }
    std::vector<double> table = survey_.table(child);
    if (table.empty()) {
      mean.sum.add(parts.weights[k], bounded_part(mean, child));
      continue;
    }
    for (double& score : table) score = std::isnan(score) ? score : mean.function(score);
    mean.sum.add(parts.weights[k], of_table(child, table));
  }
  return &mean;
}

Expression ScoreModel::bounded_part(Mean& mean, Size child) {
  const NodeSurvey& seen = survey_.node(child);
  const MeanFunction& f = mean.function;
  const double most = std::max(f(seen.lowest), f(seen.highest));
  approximates_ = true;
  const Size variable = program_.add_variable(-infinity, most + 1e-9 * std::max(1.0, most));
  const Mean::Bound bound{child, variable,
                          expression(child, seen.lowest < 0.0 ? Side::both : Side::above)};
  if (f.is_concave()) {
    const double from = std::max(seen.lowest, f.least());
    for (int k = 0; k < 5; ++k) {
      add_tangent(bound, f, from + 0.25 * k * (seen.highest - from));
    }
    mean.bounds.push_back(bound);
  } else if (seen.lowest >= 0.0 && seen.highest > seen.lowest) {
    const double slope = (f(seen.highest) - f(seen.lowest)) / (seen.highest - seen.lowest);
    Expression room = Expression::variable(variable);
    room.add(-slope, bound.score);
    room.constant += slope * seen.lowest - f(seen.lowest);
    keep_negative(room);
  }
  return Expression::variable(variable);
}

bool ScoreModel::add_tangent(const Mean::Bound& bound, const MeanFunction& function, double score) {
  if (!(score >= function.least()) || !is_new(bound.variable, {score})) return false;
  const double slope = function.slope(score);
  Expression room = Expression::variable(bound.variable);
  room.add(-slope, bound.score);
  room.constant += slope * score - function(score);
  keep_negative(room);
  return true;
}

Expression ScoreModel::of_mean(const CompiledCriterion& inner) {
  Mean* mean = mean_of(inner.node);
  if (mean == nullptr) return within_bounds(inner.node);
  const NodeSurvey& seen = survey_.node(inner.node);
  approximates_ = true;
  mean->score = bounded_variable(seen.lowest, seen.highest);
  const MeanFunction& f = mean->function;
  const double low = f(std::max(seen.lowest / mean->times, f.least()));
  const double high = f(std::max(seen.highest / mean->times, f.least()));
  const bool capped = seen.capped;  // The cap is below what the sum may mean.
  if (!f.is_concave()) {
    for (int k = 0; k < 3; ++k) add_tangent(*mean, f.inverse(low + 0.5 * k * (high - low)));
  } else {
    if (high > low && !capped) {
      const double slope = mean->times * (f.inverse(high) - f.inverse(low)) / (high - low);
      Expression room = Expression::variable(mean->score);
      room.add(-slope, mean->sum);
      room.constant += slope * low - mean->times * f.inverse(low);
      keep_negative(room);
    }
    Concave concave{inner.node, &inner, survey_.taking_part(inner), mean->score, {}};
    for (const Size child : concave.parts.children) {
      concave.children.push_back(expression(child, Side::above));
    }
    concave_.push_back(std::move(concave));
    add_tangent(concave_.back(), survey_.start());
  }
  return Expression::variable(mean->score);
}

/// Of the inverse of a convex function, at the true mean.
bool ScoreModel::add_tangent(const Mean& mean, double score) {
  if (!(score >= mean.function.least()) || !is_new(mean.score, {score})) return false;
  const double sum = mean.function(score);
  const double slope = mean.function.inverse_slope(sum);
  Expression room = Expression::variable(mean.score);
  room.add(-mean.times * slope, mean.sum);
  room.constant += mean.times * (slope * sum - score);
  keep_negative(room);
  return true;
}

Expression ScoreModel::of_balanced(const CompiledCriterion& inner) {
  if (inner.aggregation.upward_penalty) return within_bounds(inner.node);
  const NodeSurvey& seen = survey_.node(inner.node);
  approximates_ = true;
  const Size score = bounded_variable(seen.lowest, seen.highest);
  Concave concave{inner.node, &inner, survey_.taking_part(inner), score, {}};
  for (const Size child : concave.parts.children) {
    concave.children.push_back(expression(child, Side::both));
  }
  concave_.push_back(std::move(concave));
  add_tangent(concave_.back(), survey_.start());
  std::vector<double> highest = survey_.start();
  for (std::size_t node = 0; node < highest.size(); ++node) {
    highest[node] = survey_.node(static_cast<Size>(node)).highest;
  }
  add_tangent(concave_.back(), highest);
  return Expression::variable(score);
}

// All of these means are homogeneous: the plane that touches at a place goes through 0.
bool ScoreModel::add_tangent(const Concave& concave, const std::vector<double>& scores) {
  std::vector<double> place;
  for (const Size child : concave.parts.children) {
    if (!std::isfinite(scores[at(child)])) return false;
    place.push_back(scores[at(child)]);
  }
  const Aggregation& how = concave.inner->aggregation;
  const std::vector<double> slope = slopes(how, concave.parts, scores);
  if (slope.empty() || !is_new(concave.score, std::move(place))) return false;
  Expression room = Expression::variable(concave.score);
  for (std::size_t k = 0; k < slope.size(); ++k) {
    room.add(-how.times * slope[k], concave.children[k]);
  }
  keep_negative(room);
  return true;
}

bool ScoreModel::refine(const std::vector<double>& scores) {
  bool added = false;
  for (const auto& [node, mean] : means_) {
    for (const Mean::Bound& bound : mean.bounds) {
      added = add_tangent(bound, mean.function, scores[at(bound.child)]) || added;
    }
    if (mean.score >= 0 && !mean.function.is_concave()) {
      added = add_tangent(mean, scores[at(node)] / mean.times) || added;
    }
  }
  for (const Concave& concave : concave_) added = add_tangent(concave, scores) || added;
  return added;
}

}  // namespace chiso
