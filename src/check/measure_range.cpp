#include "check/measure_range.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "check/formula_reach.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {

namespace {

struct Bounds {
  double lower = 0.0;
  double upper = 0.0;

  void scale(double factor) {
    lower *= factor;
    upper *= factor;
    if (factor < 0.0) std::swap(lower, upper);
  }
};

const Interval& range_of(const Index& index, const Measure::Term& term) {
  const Size variable = index.variable_codes().at(term.variable);
  return index.variables()[static_cast<std::size_t>(variable)].range;
}

Bounds sum_of(const Index& index, const std::vector<Measure::Term>& terms) {
  Bounds sum;
  for (const Measure::Term& term : terms) {
    const Interval& range = range_of(index, term);
    Bounds part{range.lower, range.upper};
    part.scale(term.coefficient);
    sum.lower += part.lower;
    sum.upper += part.upper;
  }
  return sum;
}

Bounds ratio_of(const Bounds& above, const Bounds& below) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // Close to zero on both sides a divisor makes everything possible; zero itself has no ratio.
  if (below.lower < 0.0 && below.upper > 0.0) return {-infinity, infinity};
  // Dividing by a number of one sign is multiplying by its inverse, from the far end to the near.
  const double side = below.upper > 0.0 ? 1.0 : -1.0;
  const double near = std::min(std::abs(below.lower), std::abs(below.upper));
  const double far = std::max(std::abs(below.lower), std::abs(below.upper));
  const auto divided = [&](double x, bool lowest) {
    if (x == 0.0) return 0.0;
    const bool outward = (x < 0.0) == lowest;  // As far from zero as it can be.
    const double by = outward ? near : far;
    if (by == 0.0) return std::copysign(infinity, x);
    if (std::isinf(by)) return 0.0;
    return x / by;
  };
  Bounds ratio{divided(above.lower, true), divided(above.upper, false)};
  ratio.scale(side);
  return ratio;
}

Interval closed(const Bounds& bounds) {
  if (std::isnan(bounds.lower) || std::isnan(bounds.upper)) return {};
  return Interval::closed(bounds.lower, bounds.upper);
}

}  // namespace

Interval measure_range(const Index& index, const Measure& measure) {
  if (measure.terms.empty()) return {};  // Of a formula.
  switch (measure.kind) {
    case Measure::Kind::variable:
      return range_of(index, measure.terms[0]);
    case Measure::Kind::all_of:
    case Measure::Kind::any_of: {
      const Interval& first = range_of(index, measure.terms[0]);
      Bounds bounds{first.lower, first.upper};
      for (const Measure::Term& term : measure.terms) {
        const Interval& each = range_of(index, term);
        const bool lowest = measure.kind == Measure::Kind::all_of;
        bounds.lower =
            lowest ? std::min(bounds.lower, each.lower) : std::max(bounds.lower, each.lower);
        bounds.upper =
            lowest ? std::min(bounds.upper, each.upper) : std::max(bounds.upper, each.upper);
      }
      return closed(bounds);
    }
    case Measure::Kind::sum:
    case Measure::Kind::mean: {
      Bounds sum = sum_of(index, measure.terms);
      const bool mean = measure.kind == Measure::Kind::mean;
      sum.scale(mean ? measure.times / static_cast<double>(measure.terms.size()) : measure.times);
      return closed(sum);
    }
    case Measure::Kind::ratio: {
      Bounds ratio = ratio_of(sum_of(index, measure.terms), sum_of(index, measure.denominator));
      ratio.scale(measure.times);
      return closed(ratio);
    }
  }
  return {};
}

Interval measure_range(const Compiled& compiled, const CompiledLeaf& leaf) {
  if (!leaf.measure.formula) {
    return measure_range(compiled.index, compiled.index.node(leaf.node).measure);
  }
  const Formula& formula = leaf.measure.formula->formula();
  if (asks_for_missing(formula)) return {};
  constexpr AnalysisBudget budget{.boxes = 2'000};
  const FormulaRange range =
      formula_range(formula, formula_symbols(compiled.index, leaf.node, compiled.method), budget);
  return closed({range.lowest, range.highest});
}

}  // namespace chiso
