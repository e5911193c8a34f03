#include "evaluate/node_rules.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "base/at.hpp"
#include "evaluate/fused.hpp"
#include "evaluate/state.hpp"

namespace chiso {

bool NodeRules::ranks(const CompiledLeaf& leaf) noexcept {
  const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
  return how != nullptr && how->normaliser->ranks();
}

void NodeRules::rank(const CompiledLeaf& leaf, std::vector<double>& out) const {
  const Normaliser& normaliser = *std::get<CompiledNormaliser>(leaf.rule).normaliser;
  std::vector<double> scratch;
  const auto values = input_.measure(leaf.measure, scratch);
  std::vector<double> signed_values(values.begin(), values.end());
  for (double& value : signed_values) value *= leaf.sign;
  out.resize(at(input_.units));
  const bool average = normaliser.ties == Normaliser::Ties::average;
  const PlaceTies ties = average ? PlaceTies::average : PlaceTies::lowest;
  switch (normaliser.method) {
    case Normaliser::Method::borda:
      borda(signed_values, ties, out);
      break;
    case Normaliser::Method::percentile_rank:
      percentile_rank(signed_values, ties, out);
      break;
    default:
      places(signed_values, ties, out);
  }
}

bool NodeRules::score_leaf(const CompiledLeaf& leaf, const LinearMap& map,
                           std::span<const double> ranked, std::span<const double* const> variables,
                           Size first, std::span<double> out) const {
  bool unscored = false;
  std::span<const double> measure = out;
  if (leaf.measure.is_variable()) {
    measure = {variables[at(leaf.measure.terms[0].variable)], out.size()};
  } else {
    measure_block(leaf.measure, variables, out);
    if (leaf.measure.formula) leave_not_applicable(leaf, first, out);
  }
  if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
    unscored = piecewise->evaluate(measure, out) > 0;
  } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
    unscored = categories->evaluate(measure, out) > 0;
  } else if (!ranked.empty()) {
    std::copy_n(ranked.begin() + first, out.size(), out.begin());
  } else if (std::isnan(map.span)) {
    std::fill(out.begin(), out.end(), missing_value);
  } else {
    apply(map, measure, out);
  }
  finish(leaf.node, out);
  if (leaf.not_applicable == NotApplicable::full_points) {
    fill_not_applicable(leaf, first, out, compiled_.maximum[at(leaf.node)]);
  }
  put_given(leaf.node, first, out);
  return unscored;
}

void NodeRules::leave_not_applicable(const CompiledLeaf& leaf, Size first,
                                     std::span<double> out) const {
  if (leaf.not_applicable == NotApplicable::missing) return;
  fill_not_applicable(leaf, first, out, missing_value);
}

void NodeRules::fill_not_applicable(const CompiledLeaf& leaf, Size first, std::span<double> out,
                                    double value) const {
  if (input_.not_applicable.empty()) return;
  for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
    for (const auto& term : *terms) {
      const auto& units = input_.not_applicable[at(term.variable)];
      const Size last = first + std::ssize(out);
      for (auto u = std::lower_bound(units.begin(), units.end(), first);
           u != units.end() && *u < last; ++u) {
        out[at(*u - first)] = value;
      }
    }
  }
}

void NodeRules::aggregate_children(const CompiledCriterion& inner,
                                   std::span<const double* const> children, Size first,
                                   std::span<double> out) const {
  aggregate(inner, children, {}, std::ssize(out), out.data());
  if (excluded_.empty()) return;
  if (inner.aggregation.method == Aggregation::Method::copeland) {
    compare_without_excluded(inner, children, out);
  } else {
    aggregate_without_excluded(inner, children, first, out);
  }
}

/// Once more, one by one, the few units that go without some of the children.
void NodeRules::aggregate_without_excluded(const CompiledCriterion& inner,
                                           std::span<const double* const> children, Size first,
                                           std::span<double> out) const {
  std::vector<const double*> single;
  for (const auto& [unit, mask] :
       excluded_children(inner, excluded_, first, first + std::ssize(out))) {
    single.clear();
    for (const double* child : children) single.push_back(child + (unit - first));
    aggregate(inner, single, mask, 1, out.data() + (unit - first));
  }
}

/// Copeland once more, if some unit goes without some of the children: two units meet in those
/// that both have. A unit with a gap that its policy does not forgive meets nobody.
void NodeRules::compare_without_excluded(const CompiledCriterion& inner,
                                         std::span<const double* const> children,
                                         std::span<double> out) const {
  const Size units = std::ssize(out);
  const auto excluded = excluded_children(inner, excluded_, 0, units);
  if (excluded.empty()) return;
  const std::size_t count = inner.children.size();
  std::vector<double> scores(count * at(units));
  std::vector<const double*> columns;
  for (std::size_t k = 0; k < count; ++k) {
    double* const column = scores.data() + k * at(units);
    std::copy_n(children[k], units, column);
    columns.push_back(column);
  }
  auto next = excluded.begin();
  std::vector<char> too_few(at(units), 0);
  for (Size u = 0; u < units; ++u) {
    const bool has_mask = next != excluded.end() && next->first == u;
    double gaps = 0.0;
    double apply = 0.0;
    bool unforgiven = false;
    for (std::size_t k = 0; k < count; ++k) {
      if (has_mask && next->second[k] != 0) continue;
      apply += 1.0;
      if (!std::isnan(columns[k][u])) continue;
      gaps += 1.0;
      unforgiven =
          unforgiven || (inner.missing != MissingPolicy::renormalise && inner.weights[k] != 0.0);
    }
    if (has_mask) ++next;
    too_few[at(u)] = apply - gaps < inner.at_least * apply * (1.0 - 1e-12) ? char{1} : char{0};
    if (!unforgiven) continue;
    for (std::size_t k = 0; k < count; ++k) scores[k * at(units) + at(u)] = missing_value;
  }
  CompiledCriterion forgiving = inner;
  forgiving.missing = MissingPolicy::renormalise;
  forgiving.at_least = 0.0;
  aggregate(forgiving, columns, {}, units, out.data());
  for (Size u = 0; u < units; ++u) {
    if (too_few[at(u)] != 0) out[at(u)] = missing_value;
  }
}

void NodeRules::finish_inner(const CompiledCriterion& inner, Size first,
                             std::span<double> out) const {
  finish(inner.node, out);
  put_given(inner.node, first, out);
}

/// Scores that were set directly, in place of what the block gave: before parents are looked at.
void NodeRules::put_given(Size node, Size first, std::span<double> out) const {
  for (const auto& [row, score] : given_.of(node)) {
    if (row >= first && row < first + std::ssize(out)) out[at(row - first)] = score;
  }
}

bool NodeRules::is_demanded(const CompiledCriterion& inner, Size child, Size unit) const {
  const bool excluded = !excluded_.empty() && std::binary_search(excluded_[at(child)].begin(),
                                                                 excluded_[at(child)].end(), unit);
  return !excluded && !given_.has(inner.node, unit);
}

bool NodeRules::lacks_child(const CompiledCriterion& inner, std::span<const double* const> children,
                            Size first, Size units) const {
  bool lacks = false;
  for (std::size_t k = 0; k < inner.children.size(); ++k) {
    for (Size u = 0; u < units; ++u) {
      if (std::isnan(children[k][u]) && is_demanded(inner, inner.children[k], first + u)) {
        lacks = true;
      }
    }
  }
  return lacks;
}

/// Cuts to the node's cap. A result too large for a double is no score.
void NodeRules::finish(Size node, std::span<double> scores) const {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (!all_finite(scores.data(), std::ssize(scores))) {
    for (double& score : scores) score = std::isinf(score) ? missing_value : score;
  }
  const double most = compiled_.cap[at(node)];
  if (most == infinity) return;
  for (double& score : scores) score = score > most ? most : score;
}

}  // namespace chiso
