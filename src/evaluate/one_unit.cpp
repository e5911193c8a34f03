#include "evaluate/one_unit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

double squared(double x) { return x * x; }

/// Equal parts for the children whose score is the result; for a median between two, a half each.
std::vector<double> selected(const Parts& parts, double result) {
  std::vector<double> part(parts.scores.size(), 0.0);
  const auto share_among = [&](double score, double total) {
    double count = 0.0;
    for (std::size_t k = 0; k < part.size(); ++k) {
      count += parts.weights[k] != 0.0 && parts.scores[k] == score ? 1.0 : 0.0;
    }
    for (std::size_t k = 0; k < part.size(); ++k) {
      if (parts.weights[k] != 0.0 && parts.scores[k] == score) part[k] += total / count;
    }
    return count > 0.0;
  };
  if (share_among(result, 1.0)) return part;
  double below = -std::numeric_limits<double>::infinity();
  double above = -below;
  for (std::size_t k = 0; k < part.size(); ++k) {
    if (parts.weights[k] == 0.0) continue;
    if (parts.scores[k] < result) below = std::max(below, parts.scores[k]);
    if (parts.scores[k] > result) above = std::min(above, parts.scores[k]);
  }
  share_among(below, 0.5);
  share_among(above, 0.5);
  return part;
}

}  // namespace

std::vector<double> plain_slopes(const Aggregation& how, const Parts& parts, double aggregate) {
  const auto& x = parts.scores;
  const auto& w = parts.weights;
  std::vector<double> slope(x.size(), 0.0);
  const auto each = [&](auto&& of) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (w[k] != 0.0) slope[k] = of(k);
    }
  };
  switch (how.method) {
    case Method::sum:
      each([&](std::size_t k) { return w[k] * parts.scale[k]; });
      break;
    case Method::arithmetic_mean:
      each([&](std::size_t k) { return w[k]; });
      break;
    case Method::geometric_mean:
      each([&](std::size_t k) { return aggregate == 0.0 ? 0.0 : w[k] * aggregate / x[k]; });
      break;
    case Method::harmonic_mean:
      each([&](std::size_t k) { return w[k] * squared(aggregate / x[k]); });
      break;
    case Method::power_mean:
      each([&](std::size_t k) {
        // Below p = 1 the change is without bound at 0; what a zero brings is 0.
        const bool nothing = aggregate == 0.0 || (x[k] == 0.0 && how.power < 1.0);
        return nothing ? 0.0 : w[k] * std::pow(x[k] / aggregate, how.power - 1.0);
      });
      break;
    case Method::median:
    case Method::minimum:
    case Method::maximum:
      slope = selected(parts, aggregate);
      break;
    case Method::mazziotta_pareto:
    case Method::adjusted_mazziotta_pareto: {
      double mean = 0.0;
      each([&](std::size_t k) {
        mean += w[k] * x[k];
        return 0.0;
      });
      double variance = 0.0;
      each([&](std::size_t k) {
        variance += w[k] * squared(x[k] - mean);
        return 0.0;
      });
      const double sign = how.upward_penalty ? 1.0 : -1.0;
      each([&](std::size_t k) {
        return w[k] + sign * (2.0 * w[k] * (x[k] - mean) / mean - w[k] * variance / squared(mean));
      });
      break;
    }
    case Method::copeland:
      each([&](std::size_t) { return missing_value; });
      break;
  }
  return slope;
}

Parts parts_of(const CompiledCriterion& inner, std::vector<double> scores,
               std::vector<char> excluded) {
  Parts parts{std::move(scores), {}, std::move(excluded), {}};
  double present = 0.0;
  std::vector<char> left_out;
  const bool forgives = inner.missing == MissingPolicy::reduce_maximum;
  for (std::size_t k = 0; k < parts.scores.size(); ++k) {
    const bool is_missing = std::isnan(parts.scores[k]);
    const bool is_excluded = parts.excluded[k] != 0;
    parts.weights.push_back(is_excluded || is_missing ? 0.0 : inner.weights[k]);
    left_out.push_back(is_excluded || (forgives && is_missing) ? char{1} : char{0});
    present += parts.weights.back();
  }
  if (inner.aggregation.method == Method::sum) {
    const double all = inner.aggregation.scale_to ? *inner.aggregation.scale_to / inner.full : 1.0;
    const double of_parts = part_factor(inner, left_out);
    for (const Role role : inner.roles) {
      parts.scale.push_back(role == Role::part ? of_parts * all : all);
    }
  } else {
    for (double& weight : parts.weights) weight /= present;
  }
  return parts;
}

Size position_of(const Scores& scores, std::string_view unit) {
  const auto found = scores.units().find(unit);
  if (found) return *found;
  throw NotFoundError(
      fmt::format("{} of {} has no unit '{}'{}", scores.index().name(), scores.period().text(),
                  unit, suggestion(unit, scores.units().names())),
      std::string(unit));
}

std::string some_of(std::span<const std::string> codes) {
  constexpr std::size_t most = 5;
  const auto shown = codes.first(std::min(codes.size(), most));
  std::string text = join(shown, ", ");
  if (codes.size() > most) text += fmt::format(" and {} more", codes.size() - most);
  return text;
}

OneUnit::OneUnit(const Scores& scores, Size unit)
    : scores_(scores),
      compiled_(scores.evaluator().compiled()),
      unit_(unit),
      input_(input_of(compiled_, scores.panel(), scores.panel().period_position(scores.period()),
                      scores.panel_positions())),
      given_(scores),
      excluded_(excluded_units(compiled_, input_, given_)) {}

double OneUnit::score(Size node) const { return scores_.column(node)[at(unit_)]; }

double OneUnit::highest(Size node) const {
  const double maximum = compiled_.maximum[at(node)];
  return std::isnan(maximum) ? compiled_.range[at(node)].highest : maximum;
}

bool OneUnit::is_cost(Size node) const {
  bool costs = false;
  for (; node >= 0; node = compiled_.index.parent(node)) {
    costs = costs != (compiled_.index.node(node).role == Role::penalty);
  }
  return costs;
}

double OneUnit::best(Size node) const {
  return is_cost(node) ? compiled_.range[at(node)].lowest : highest(node);
}

double OneUnit::lost(Size node) const {
  const double most = best(node);
  if (!std::isfinite(most)) return missing_value;
  return is_cost(node) ? score(node) - most : most - score(node);
}

bool OneUnit::is_excluded(Size node) const {
  return !excluded_.empty() &&
         std::binary_search(excluded_[at(node)].begin(), excluded_[at(node)].end(), unit_);
}

std::vector<char> OneUnit::mask_of(const CompiledCriterion& inner) const {
  std::vector<char> mask;
  mask.reserve(inner.children.size());
  for (const Size child : inner.children) mask.push_back(is_excluded(child) ? char{1} : char{0});
  return mask;
}

double OneUnit::aggregate_of(const CompiledCriterion& inner, Size child, double by) const {
  std::vector<double> values;
  std::vector<const double*> columns;
  for (const Size each : inner.children) values.push_back(each == child ? by : score(each));
  for (const double& value : values) columns.push_back(&value);
  double result = missing_value;
  aggregate(inner, columns, mask_of(inner), 1, &result);
  return result;
}

double OneUnit::score_with(const CompiledCriterion& inner, Size child, double by) const {
  if (is_given(inner.node)) return score(inner.node);
  const double result = aggregate_of(inner, child, by);
  const double cap = compiled_.cap[at(inner.node)];
  return result > cap ? cap : result;  // No score stays none.
}

std::vector<double> OneUnit::score_with_each(const CompiledCriterion& inner,
                                             std::span<const double> by) const {
  if (is_given(inner.node)) return std::vector<double>(by.size(), score(inner.node));
  // Some dozen at once: row r of a block is the unit with child `first + r` changed.
  constexpr std::size_t most_rows = 64;
  const std::size_t children = by.size();
  const std::size_t rows = std::min(children, most_rows);
  const auto mask = mask_of(inner);
  std::vector<double> block(children * rows);
  std::vector<const double*> columns;
  columns.reserve(children);
  for (std::size_t k = 0; k < children; ++k) {
    columns.push_back(block.data() + k * rows);
    std::fill_n(block.data() + k * rows, rows, score(inner.children[k]));
  }
  std::vector<double> result(children);
  for (std::size_t first = 0; first < children; first += rows) {
    const std::size_t last = std::min(first + rows, children);
    for (std::size_t k = first; k < last; ++k) {
      if (!std::isnan(by[k])) block[k * rows + k - first] = by[k];
    }
    aggregate(inner, columns, mask, static_cast<Size>(last - first), result.data() + first);
    for (std::size_t k = first; k < last; ++k) {
      block[k * rows + k - first] = score(inner.children[k]);
    }
  }
  const double cap = compiled_.cap[at(inner.node)];
  for (double& value : result) value = value > cap ? cap : value;
  return result;
}

Parts OneUnit::parts_of(const CompiledCriterion& inner) const {
  std::vector<double> scores;
  scores.reserve(inner.children.size());
  for (const Size child : inner.children) scores.push_back(score(child));
  if (!is_given(inner.node)) return chiso::parts_of(inner, std::move(scores), mask_of(inner));
  const std::size_t count = scores.size();
  return {std::move(scores), std::vector<double>(count, 0.0), mask_of(inner),
          std::vector<double>(count, 0.0)};
}

std::string OneUnit::failing() const {
  const Index& index = compiled_.index;
  std::vector<char> fails(at(index.size()), 0);
  std::vector<std::string> codes;
  fails[0] = 1;
  for (Size i = 0; i < index.size(); ++i) {
    if (fails[at(i)] == 0) continue;
    bool is_first = true;
    for (const Size child : index.children(i)) {
      if (!std::isnan(score(child)) || is_excluded(child)) continue;
      fails[at(child)] = 1;
      is_first = false;
    }
    if (is_first) codes.push_back(index.node(i).code);
  }
  return some_of(codes);
}

std::vector<double> OneUnit::slopes(const CompiledCriterion& inner, const Parts& parts) const {
  const double value = score(inner.node);
  std::vector<double> slope(parts.scores.size(), 0.0);
  if (std::isnan(value) || is_given(inner.node)) return slope;
  CompiledCriterion plain = inner;
  plain.aggregation.times = 1.0;  // Times and divided by it is not the same bits.
  const double before = aggregate_of(plain, -1, missing_value);
  const double factor = inner.aggregation.times;
  const double uncapped = before * factor;
  // Where a cap cuts, every part is cut in proportion.
  const double cut = value != uncapped && uncapped != 0.0 ? value / uncapped : 1.0;
  slope = plain_slopes(inner.aggregation, parts, before);
  for (double& each : slope) each *= factor * cut;
  return slope;
}

}  // namespace chiso
