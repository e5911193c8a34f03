#include "check/leaf_function.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/at.hpp"
#include "check/measure_range.hpp"
#include "chiso/model/formula_symbols.hpp"

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
  const Criterion& node = compiled.index.node(of.node);
  Size variable = of.measure.terms.empty() ? -1 : of.measure.terms[0].variable;
  if (of.measure.formula) {
    variable = compiled.only_variable(of);
    if (variable < 0) return {};
    function.formula_ = of.measure.formula;
    function.bounds_.clear();  // Those of which of its values are points.
    function.add_numbers_of(of.measure.formula->formula(),
                            formula_symbols(compiled.index, of.node, compiled.method));
  }
  const Variable& read = compiled.index.variables()[at(variable)];
  if (read.is_category()) {
    function.categories_ = read.categories;
    function.bounds_.clear();
    for (std::size_t k = 0; k < read.categories.size(); ++k) {
      function.bounds_.push_back(static_cast<double>(k));
    }
    return function;
  }
  const bool one = of.measure.formula || of.measure.is_variable();
  function.range_ = one ? read.range : measure_range(compiled.index, node.measure);
  function.zero_is_missing_ = one && read.zero_is_missing;
  function.add_bounds_of(function.range_);
  if (function.zero_is_missing_) function.bounds_.push_back(0.0);
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

void LeafFunction::add_numbers_of(const Formula& formula, const FormulaSymbols& symbols) {
  for (const FormulaNode& node : formula.nodes()) {
    double number = missing_value;
    if (node.operation == FormulaOperation::number) {
      number = node.number;
    } else if (node.operation == FormulaOperation::highest) {
      number = symbols.maximum.value_or(missing_value);
    } else if (node.operation == FormulaOperation::name) {
      const auto symbol = symbols.names.find(node.text);
      if (symbol != symbols.names.end()) number = symbol->second.value.value_or(missing_value);
    }
    add_bounds_of(Interval::closed(number, number));
  }
}

double LeafFunction::operator()(double measure) const {
  if (categories_.empty() && !range_.contains(measure)) return missing_value;
  if (zero_is_missing_ && measure == 0.0) measure = missing_value;
  if (formula_) measure = (*formula_)(std::array{measure});
  const double score = std::visit([measure](const auto& rule) { return rule(measure); }, rule_);
  return score > cap_ ? cap_ : score;
}

}  // namespace chiso
