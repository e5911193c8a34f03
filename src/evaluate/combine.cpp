// From the scores of children to their parent's.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "chiso/aggregate/aggregate.hpp"
#include "evaluate/plan.hpp"

namespace chiso {
namespace {

/// The part of a plan without the children that do not apply.
struct Subset {
  InnerPlan plan;
  std::vector<const double*> columns;
};

Subset without(const InnerPlan& plan, std::span<const double* const> columns,
               std::span<const char> excluded) {
  Subset subset{.plan = plan, .columns = {}};
  const auto keep = [&](auto& values) {
    std::size_t next = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (!excluded[k]) values[next++] = values[k];
    }
    values.resize(next);
  };
  keep(subset.plan.children);
  keep(subset.plan.roles);
  keep(subset.plan.weights);
  if (!plan.maxima.empty()) keep(subset.plan.maxima);
  subset.columns.assign(columns.begin(), columns.end());
  keep(subset.columns);
  if (plan.aggregation.method != Aggregation::Method::sum) {
    auto& weights = subset.plan.weights;
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) weight /= total;
  }
  return subset;
}

void sum(const InnerPlan& plan, bool after_exclusion, std::span<const double* const> columns,
         std::span<double> out) {
  const bool reduce = plan.missing == MissingPolicy::reduce_maximum;
  if (reduce) {
    reduced_maximum_sum(columns, plan.weights, plan.maxima, out);
  } else {
    weighted_sum(columns, plan.weights, MissingChild::propagate, out);
  }
  if (reduce || after_exclusion) {
    // What does not apply is no gap: the points are scaled to the full maximum even where a missing
    // part leaves no score.
    const double remaining = std::accumulate(plan.maxima.begin(), plan.maxima.end(), 0.0);
    if (remaining != plan.full) {
      for (double& score : out) {
        score = remaining > 0.0 ? score * plan.full / remaining : missing_value;
      }
    }
  }
  if (plan.aggregation.scale_to) {
    for (double& score : out) score = score / plan.full * *plan.aggregation.scale_to;
  }
}

void combine(const InnerPlan& plan, std::span<const double* const> columns, MissingChild missing,
             std::span<double> out) {
  const Aggregation& how = plan.aggregation;
  const Penalty penalty = how.upward_penalty ? Penalty::upward : Penalty::downward;
  switch (how.method) {
    case Aggregation::Method::sum:
      break;  // Has its own way with missing children.
    case Aggregation::Method::arithmetic_mean:
      arithmetic_mean(columns, plan.weights, missing, out);
      break;
    case Aggregation::Method::geometric_mean:
      geometric_mean(columns, plan.weights, missing, out);
      break;
    case Aggregation::Method::harmonic_mean:
      harmonic_mean(columns, plan.weights, missing, out);
      break;
    case Aggregation::Method::power_mean:
      power_mean(columns, plan.weights, how.power, missing, out);
      break;
    case Aggregation::Method::median:
      median(columns, plan.weights, missing, out);
      break;
    case Aggregation::Method::minimum:
      minimum(columns, missing, out);
      break;
    case Aggregation::Method::maximum:
      chiso::maximum(columns, missing, out);
      break;
    case Aggregation::Method::mazziotta_pareto:
    case Aggregation::Method::adjusted_mazziotta_pareto:
      mazziotta_pareto(columns, plan.weights, penalty, missing, out);
      break;
    case Aggregation::Method::copeland:
      copeland(columns, plan.weights, missing, out);
      break;
  }
}

void aggregate_present(const InnerPlan& plan, bool after_exclusion,
                       std::span<const double* const> columns, std::span<double> scores) {
  const Aggregation& how = plan.aggregation;
  if (how.method == Aggregation::Method::sum) {
    sum(plan, after_exclusion, columns, scores);
  } else {
    const bool skip = plan.missing == MissingPolicy::renormalise;
    combine(plan, columns, skip ? MissingChild::skip : MissingChild::propagate, scores);
  }
  if (how.times != 1.0) {
    for (double& score : scores) score *= how.times;
  }
  if (plan.at_least > 0.0) {
    std::vector<double> present(scores.size());
    count_present(columns, present);
    // 0.8 of 5 is a little more than 4 in doubles: compare with room for that.
    const double needed = plan.at_least * static_cast<double>(columns.size()) * (1.0 - 1e-12);
    for (std::size_t u = 0; u < scores.size(); ++u) {
      if (present[u] < needed) scores[u] = missing_value;
    }
  }
}

}  // namespace

void aggregate(const InnerPlan& plan, std::span<const double* const> columns,
               std::span<const char> excluded, Size units, double* out) {
  const std::span<double> scores(out, static_cast<std::size_t>(units));
  if (std::find(excluded.begin(), excluded.end(), char{1}) == excluded.end()) {
    aggregate_present(plan, false, columns, scores);
    return;
  }
  const Subset rest = without(plan, columns, excluded);
  if (rest.columns.empty()) {
    std::fill(scores.begin(), scores.end(), missing_value);
  } else {
    aggregate_present(rest.plan, true, rest.columns, scores);
  }
}

}  // namespace chiso
