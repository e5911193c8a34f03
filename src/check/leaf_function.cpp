#include "check/leaf_function.hpp"

#include <algorithm>
#include <cmath>

#include "base/at.hpp"

namespace chiso {

std::optional<LeafFunction> LeafFunction::of(const Compiled& compiled, Size leaf) {
  const CompiledLeaf& of = compiled.leaves[at(leaf)];
  LeafFunction function;
  function.cap_ = compiled.cap[at(of.node)];
  if (const auto* normaliser = std::get_if<CompiledNormaliser>(&of.rule)) {
    if (normaliser->normaliser->ranks() || normaliser->fits()) return {};
    FittedAnchor posts;
    posts.low = normaliser->low;
    posts.high = normaliser->high;
    function.rule_ = normaliser->map(of.sign, posts);
    function.add_bounds_of(Interval::closed(normaliser->low, normaliser->high));
  } else if (const auto* map = std::get_if<LinearMap>(&of.rule)) {
    function.rule_ = *map;
  } else if (const auto* points = std::get_if<Piecewise>(&of.rule)) {
    function.rule_ = *points;
    for (const Piece& piece : points->pieces()) function.add_bounds_of(piece.on);
  } else if (const auto* categories = std::get_if<CategoryPoints>(&of.rule)) {
    function.rule_ = *categories;
  }
  const Variable& variable = compiled.index.variables()[at(of.measure.terms[0].variable)];
  if (variable.is_category()) {
    function.categories_ = variable.categories;
    for (std::size_t k = 0; k < variable.categories.size(); ++k) {
      function.bounds_.push_back(static_cast<double>(k));
    }
    return function;
  }
  if (of.measure.is_variable()) {
    function.range_ = variable.range;
    function.zero_is_missing_ = variable.zero_is_missing;
    function.add_bounds_of(variable.range);
    if (variable.zero_is_missing) function.bounds_.push_back(0.0);
  }
  auto& bounds = function.bounds_;
  std::erase_if(bounds, [&](double x) {
    // A bound of the rule beyond the range is never met.
    return x < function.range_.lower || x > function.range_.upper;
  });
  if (bounds.empty()) bounds.push_back(1.0);
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return function;
}

void LeafFunction::add_bounds_of(const Interval& interval) {
  for (const double bound : {interval.lower, interval.upper}) {
    if (std::isfinite(bound)) bounds_.push_back(bound);
  }
}

double LeafFunction::operator()(double measure) const {
  if (categories_.empty() && !range_.contains(measure)) return missing_value;
  if (zero_is_missing_ && measure == 0.0) return missing_value;
  const double score = std::visit([measure](const auto& rule) { return rule(measure); }, rule_);
  return score > cap_ ? cap_ : score;
}

}  // namespace chiso
