// From the scores of children to their parent's.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "chiso/aggregate/aggregate.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

/// The part of a compiled without the children that do not apply.
struct Subset {
  CompiledCriterion compiled;
  std::vector<const double*> columns;
};

Subset without(const CompiledCriterion& compiled, std::span<const double* const> columns,
               std::span<const char> excluded) {
  Subset subset{.compiled = compiled, .columns = {}};
  const auto keep = [&](auto& values) {
    std::size_t next = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (!excluded[k]) values[next++] = values[k];
    }
    values.resize(next);
  };
  keep(subset.compiled.children);
  keep(subset.compiled.roles);
  keep(subset.compiled.weights);
  subset.columns.assign(columns.begin(), columns.end());
  keep(subset.columns);
  if (compiled.aggregation.method != Aggregation::Method::sum) {
    auto& weights = subset.compiled.weights;
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    // Where only children of weight 0 apply there is nothing to scale up, and no score.
    if (total > 0.0) {
      for (double& weight : weights) weight /= total;
    }
  }
  return subset;
}

void scale(const CompiledCriterion& compiled, std::span<double> out) {
  if (!compiled.aggregation.scale_to) return;
  for (double& score : out) score = to_scale(compiled, score);
}

void sum(const CompiledCriterion& compiled, std::span<const double* const> columns,
         std::span<double> out) {
  if (compiled.missing == MissingPolicy::reduce_maximum) {
    reduced_maximum_sum(columns, compiled.weights, compiled.maxima, out);
  } else {
    weighted_sum(columns, compiled.weights, MissingChild::propagate, out);
  }
  scale(compiled, out);
}

/// The sum where some children do not apply. That is no gap: the points of the parts are scaled to
/// the full maximum whatever the policy; bonuses and penalties stay as they are.
void sum_without(const CompiledCriterion& compiled, std::span<const double* const> columns,
                 std::span<const char> excluded, std::span<double> out) {
  std::vector<char> left_out(columns.size());
  for (std::size_t u = 0; u < out.size(); ++u) {
    double parts = 0.0;
    double extra = 0.0;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      const double points = columns[k][u];
      const bool forgiven = compiled.missing == MissingPolicy::reduce_maximum && std::isnan(points);
      left_out[k] = excluded[k] != 0 || forgiven ? char{1} : char{0};
      if (left_out[k] != 0 || compiled.weights[k] == 0.0) continue;
      (compiled.roles[k] == Role::part ? parts : extra) += compiled.weights[k] * points;
    }
    out[u] = parts * part_factor(compiled, left_out) + extra;
  }
  scale(compiled, out);
}

void combine(const CompiledCriterion& compiled, std::span<const double* const> columns,
             MissingChild missing, std::span<double> out) {
  const Aggregation& how = compiled.aggregation;
  const Penalty penalty = how.upward_penalty ? Penalty::upward : Penalty::downward;
  switch (how.method) {
    case Aggregation::Method::sum:
      break;  // Has its own way with missing children.
    case Aggregation::Method::arithmetic_mean:
      arithmetic_mean(columns, compiled.weights, missing, out);
      break;
    case Aggregation::Method::geometric_mean:
      geometric_mean(columns, compiled.weights, missing, out);
      break;
    case Aggregation::Method::harmonic_mean:
      harmonic_mean(columns, compiled.weights, missing, out);
      break;
    case Aggregation::Method::power_mean:
      power_mean(columns, compiled.weights, how.power, missing, out);
      break;
    case Aggregation::Method::median:
      median(columns, compiled.weights, missing, out);
      break;
    case Aggregation::Method::minimum:
      minimum(columns, missing, out);
      break;
    case Aggregation::Method::maximum:
      chiso::maximum(columns, missing, out);
      break;
    case Aggregation::Method::mazziotta_pareto:
    case Aggregation::Method::adjusted_mazziotta_pareto:
      mazziotta_pareto(columns, compiled.weights, penalty, missing, out);
      break;
    case Aggregation::Method::copeland:
      copeland(columns, compiled.weights, missing, out);
      break;
  }
}

void aggregate_present(const CompiledCriterion& compiled, std::span<const double* const> columns,
                       std::span<double> scores) {
  if (compiled.aggregation.method == Aggregation::Method::sum) {
    sum(compiled, columns, scores);
  } else {
    const bool skip = compiled.missing == MissingPolicy::renormalise;
    combine(compiled, columns, skip ? MissingChild::skip : MissingChild::propagate, scores);
  }
}

void finish(const CompiledCriterion& compiled, std::span<const double* const> columns,
            std::span<double> scores) {
  const double factor = compiled.aggregation.times;
  if (factor != 1.0) {
    for (double& score : scores) score *= factor;
  }
  if (compiled.at_least > 0.0) {
    std::vector<double> present(scores.size());
    count_present(columns, present);
    // 0.8 of 5 is a little more than 4 in doubles: compare with room for that.
    const double needed = compiled.at_least * static_cast<double>(columns.size()) * (1.0 - 1e-12);
    for (std::size_t u = 0; u < scores.size(); ++u) {
      if (present[u] < needed) scores[u] = missing_value;
    }
  }
}

}  // namespace

double part_factor(const CompiledCriterion& compiled, std::span<const char> left_out) {
  double lost = 0.0;
  double remaining = 0.0;
  for (std::size_t k = 0; k < compiled.maxima.size(); ++k) {
    (left_out[k] != 0 ? lost : remaining) += compiled.maxima[k];
  }
  if (lost == 0.0) return 1.0;
  // A part without a maximum of its own has what the sum's leaves to it.
  if (std::isnan(remaining)) remaining = compiled.full - lost;
  return remaining > 0.0 ? compiled.full / remaining : missing_value;
}

void aggregate(const CompiledCriterion& compiled, std::span<const double* const> columns,
               std::span<const char> excluded, Size units, double* out) {
  const std::span<double> scores(out, static_cast<std::size_t>(units));
  if (std::find(excluded.begin(), excluded.end(), char{1}) == excluded.end()) {
    aggregate_present(compiled, columns, scores);
    finish(compiled, columns, scores);
    return;
  }
  const Subset rest = without(compiled, columns, excluded);
  if (rest.columns.empty()) {
    std::fill(scores.begin(), scores.end(), missing_value);
    return;
  }
  if (compiled.aggregation.method == Aggregation::Method::sum) {
    sum_without(compiled, columns, excluded, scores);
  } else {
    aggregate_present(rest.compiled, rest.columns, scores);
  }
  finish(rest.compiled, rest.columns, scores);
}

}  // namespace chiso
