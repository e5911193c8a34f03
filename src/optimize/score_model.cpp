#include "optimize/score_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/at.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

constexpr double infinity = MixedInteger::infinity;

/// What a row that must not cut off a true answer gives way.
double give_way(double size) { return 1e-7 * std::max(1.0, std::abs(size)); }

}  // namespace

ScoreModel::ScoreModel(const Survey& survey, MixedInteger& program)
    : survey_(survey), program_(program) {}

Expression ScoreModel::expression(Size node, Side side) {
  const auto found = made_.find({node, side});
  if (found != made_.end()) return found->second;
  return made_.emplace(std::pair(node, side), make(node, side)).first->second;
}

Expression ScoreModel::make(Size node, Side side) {
  const NodeSurvey& seen = survey_.node(node);
  if (!seen.touched()) return {{}, seen.lowest};
  if (!seen.table.empty()) return of_table(node, seen.table);
  if (const LeafShape* shape = survey_.shape(node)) return of_shape(*shape, side);
  const Compiled& compiled = survey_.compiled();
  return of_inner(compiled.inner[at(compiled.inner_of[at(node)])], side);
}

Expression ScoreModel::of_inner(const CompiledCriterion& inner, Side side) {
  const NodeSurvey& seen = survey_.node(inner.node);
  const Method method = inner.aggregation.method;
  if (!seen.steady) return within_bounds(inner.node);
  if (method == Method::sum || method == Method::arithmetic_mean) {
    if (!seen.capped) return of_sum(inner, side);
    if (side != Side::above) return within_bounds(inner.node);
    const Expression uncapped = of_sum(inner, side);
    const Size score = bounded_variable(seen.lowest, seen.highest);
    Expression room = Expression::variable(score);
    room.add(-1.0, uncapped);
    keep_negative(room);
    return Expression::variable(score);
  }
  if (side != Side::above || inner.aggregation.times < 0.0) return within_bounds(inner.node);
  switch (method) {
    case Method::minimum:
      return of_minimum(inner);
    case Method::maximum:
      return of_maximum(inner);
    case Method::median:
      return of_median(inner);
    case Method::mazziotta_pareto:
    case Method::adjusted_mazziotta_pareto:
      return of_balanced(inner);
    case Method::geometric_mean:
    case Method::harmonic_mean:
    case Method::power_mean:
      return of_mean(inner);
    default:
      return within_bounds(inner.node);
  }
}

Size ScoreModel::bounded_variable(double lowest, double highest) {
  const double size = std::max(std::abs(lowest), std::abs(highest));
  const double slack = std::isfinite(size) ? 1e-9 * std::max(1.0, size) : 0.0;
  return program_.add_variable(lowest - slack, highest + slack);
}

void ScoreModel::keep_negative(const Expression& room) {
  double size = std::max(1.0, std::abs(room.constant));
  for (const LinearTerm& term : room.terms) size = std::max(size, std::abs(term.coefficient));
  program_.add_row(room.terms, -infinity, -room.constant + 1e-9 * size);
}

Expression ScoreModel::within_bounds(Size node) {
  const NodeSurvey& seen = survey_.node(node);
  approximates_ = true;
  return Expression::variable(bounded_variable(seen.lowest, seen.highest));
}

// One number for each subset of few actions. If every action adds its own whatever the others do,
// that is a sum; else the subsets are variables, of which one is 1: the convex hull of the table.
Expression ScoreModel::of_table(Size node, const std::vector<double>& values) {
  const NodeSurvey& seen = survey_.node(node);
  const std::size_t count = seen.actions.size();
  double size = 0.0;
  bool complete = true;
  for (const double value : values) {
    complete = complete && !std::isnan(value);
    size = std::max(size, std::abs(value));
  }
  bool adds = complete;
  for (std::size_t subset = 0; adds && subset < values.size(); ++subset) {
    double sum = values[0];
    for (std::size_t k = 0; k < count; ++k) {
      if (((subset >> k) & 1U) != 0) sum += values[std::size_t{1} << k] - values[0];
    }
    adds = std::abs(sum - values[subset]) <= 1e-12 * std::max(size, 1e-3);
  }
  Expression result;
  if (adds) {
    result.constant = values[0];
    for (std::size_t k = 0; k < count; ++k) {
      const double step = values[std::size_t{1} << k] - values[0];
      if (step != 0.0) result.terms.push_back({seen.actions[k], step});
    }
    return result;
  }
  const auto made = subset_variables_.find(node);
  Size first = 0;
  if (made != subset_variables_.end()) {
    first = made->second;
  } else {
    first = program_.variables();
    subset_variables_.emplace(node, first);
    std::vector<LinearTerm> one;
    std::vector<std::vector<LinearTerm>> with(count);
    for (std::size_t subset = 0; subset < values.size(); ++subset) {
      // A choice that leaves the node without a score reaches nothing.
      const Size variable = program_.add_variable(0.0, std::isnan(values[subset]) ? 0.0 : 1.0);
      one.push_back({variable, 1.0});
      for (std::size_t k = 0; k < count; ++k) {
        if (((subset >> k) & 1U) != 0) with[k].push_back({variable, 1.0});
      }
    }
    program_.add_row(one, 1.0, 1.0);
    for (std::size_t k = 0; k < count; ++k) {
      with[k].push_back({seen.actions[k], -1.0});
      program_.add_row(with[k], 0.0, 0.0);
    }
  }
  for (std::size_t subset = 0; subset < values.size(); ++subset) {
    if (!std::isnan(values[subset])) {
      result.terms.push_back({first + static_cast<Size>(subset), values[subset]});
    }
  }
  return result;
}

Expression ScoreModel::of_sum(const CompiledCriterion& inner, Side side) {
  const TakingPart parts = survey_.taking_part(inner);
  const Side other = side == Side::above ? Side::below : side == Side::below ? Side::above : side;
  Expression sum;
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    const double factor = parts.weights[k] * inner.aggregation.times;
    sum.add(factor, expression(parts.children[k], factor < 0.0 ? other : side));
  }
  return sum;
}

Expression ScoreModel::of_minimum(const CompiledCriterion& inner) {
  const NodeSurvey& seen = survey_.node(inner.node);
  const Size score = bounded_variable(seen.lowest, seen.highest);
  for (const Size child : survey_.taking_part(inner).children) {
    if (!survey_.node(child).touched()) continue;  // In the bounds.
    Expression room = Expression::variable(score);
    room.add(-inner.aggregation.times, expression(child, Side::above));
    keep_negative(room);
  }
  return Expression::variable(score);
}

Expression ScoreModel::of_maximum(const CompiledCriterion& inner) {
  const TakingPart parts = survey_.taking_part(inner);
  const NodeSurvey& seen = survey_.node(inner.node);
  const Size score = order_statistic(parts, 0.0);
  if (score < 0) return within_bounds(inner.node);
  const Size result = bounded_variable(seen.lowest, seen.highest);
  Expression room = Expression::variable(result);
  room.add(-inner.aggregation.times, Expression::variable(score));
  keep_negative(room);
  return Expression::variable(result);
}

// At most the score that children of some weight (of all together 1) have or exceed; weight 0: one
// child.
Size ScoreModel::order_statistic(const TakingPart& parts, double weight) {
  double highest = -infinity;
  for (const Size child : parts.children) {
    const NodeSurvey& seen = survey_.node(child);
    highest = std::max(highest, seen.highest);
    if (!std::isfinite(seen.lowest) || !std::isfinite(seen.highest)) return -1;
  }
  double lowest = highest;
  for (const Size child : parts.children) lowest = std::min(lowest, survey_.node(child).lowest);
  const Size score = bounded_variable(lowest, highest);
  std::vector<LinearTerm> enough;
  for (std::size_t k = 0; k < parts.children.size(); ++k) {
    const NodeSurvey& seen = survey_.node(parts.children[k]);
    const Size counts = program_.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
    enough.push_back({counts, weight == 0.0 ? 1.0 : parts.weights[k]});
    Expression room = Expression::variable(score);
    room.add(-1.0, expression(parts.children[k], Side::above));
    const double most = highest - seen.lowest;
    room.terms.push_back({counts, most});
    room.constant -= most;
    keep_negative(room);
  }
  program_.add_row(enough, weight == 0.0 ? 1.0 : weight - 1e-9, infinity);
  return score;
}

// The lower middle score is at least s if more than half of the weight is at s or above; the upper
// one if half of it is; the median is the mean of both.
Expression ScoreModel::of_median(const CompiledCriterion& inner) {
  const TakingPart parts = survey_.taking_part(inner);
  const std::size_t count = parts.children.size();
  double more = 0.5;  // The least sum of weights above a half, if there are few enough to try all.
  if (count <= 12) {
    more = 1.0;
    for (std::size_t subset = 0; subset < (std::size_t{1} << count); ++subset) {
      double sum = 0.0;
      for (std::size_t k = 0; k < count; ++k) {
        if (((subset >> k) & 1U) != 0) sum += parts.weights[k];
      }
      if (sum > 0.5 + 1e-9) more = std::min(more, sum);
    }
    more = 0.5 + 0.5 * (more - 0.5);  // Well between, for the solver's tolerances.
  }
  const Size lower = order_statistic(parts, more);
  const Size upper = order_statistic(parts, 0.5);
  if (lower < 0 || upper < 0) return within_bounds(inner.node);
  const NodeSurvey& seen = survey_.node(inner.node);
  const Size score = bounded_variable(seen.lowest, seen.highest);
  const double half = -0.5 * inner.aggregation.times;
  const LinearTerm room[] = {{score, 1.0}, {lower, half}, {upper, half}};
  program_.add_row(room, -infinity, 0.0);
  return Expression::variable(score);
}

Expression ScoreModel::rising_with(Size node) {
  Mean* mean = mean_of(node);
  return mean != nullptr ? mean->sum : expression(node, Side::above);
}

double ScoreModel::score_of(Size node, double value) const {
  const auto mean = means_.find(node);
  return mean == means_.end() ? value : mean->second.times * mean->second.function.inverse(value);
}

ScoreModel::Hold ScoreModel::hold(Size node) {
  Hold hold;
  hold.node = node;
  const Expression score = expression(node, Side::above);
  for (const LinearTerm& term : score.terms) {
    hold.scale = std::max(hold.scale, std::abs(term.coefficient));
  }
  Expression scaled;
  scaled.add(1.0 / hold.scale, score);
  hold.constant = score.constant;
  hold.row = program_.add_row(scaled.terms, -infinity, infinity);
  if (const Mean* mean = mean_of(node)) {
    hold.mean_row = program_.add_row(mean->sum.terms, -infinity, infinity);
    hold.mean_constant = mean->sum.constant;
  }
  return hold;
}

void ScoreModel::set(const Hold& hold, double threshold) {
  const bool any = !std::isfinite(threshold);
  const double size = give_way(threshold / hold.scale);
  program_.set_row_bounds(
      hold.row, any ? threshold : (threshold - hold.constant) / hold.scale - size, infinity);
  if (hold.mean_row < 0) return;
  const Mean& mean = means_.at(hold.node);
  const double needed = threshold / mean.times;
  double lower = -infinity;
  if (needed > mean.function.least()) {
    lower = mean.function(needed);
    lower -= give_way(lower) + hold.mean_constant;
  }
  program_.set_row_bounds(hold.mean_row, lower, infinity);
}

}  // namespace chiso
