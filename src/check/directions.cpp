#include "check/directions.hpp"

#include <algorithm>

#include "base/at.hpp"
#include "check/measure_range.hpp"
#include "model/shares.hpp"

namespace chiso {

namespace {

Direction opposite(Direction direction) noexcept {
  if (direction == Direction::rises) return Direction::falls;
  return direction == Direction::falls ? Direction::rises : direction;
}

Direction with_sign(Direction direction, double sign) noexcept {
  return sign < 0.0 ? opposite(direction) : direction;
}

Direction along(Trend trend) noexcept {
  switch (trend) {
    case Trend::constant:
    case Trend::increasing:
      return Direction::rises;
    case Trend::decreasing:
      return Direction::falls;
    case Trend::neither:
      break;
  }
  return Direction::unknown;
}

/// Two ways by which one value reaches one score.
Direction both(Direction a, Direction b) noexcept {
  if (a == Direction::none) return b;
  if (b == Direction::none || a == b) return a;
  return Direction::unknown;
}

Direction of_measure(const CompiledMeasure& measure, Size column) noexcept {
  const auto in = [&](const std::vector<CompiledMeasure::Term>& terms) {
    return std::find_if(terms.begin(), terms.end(),
                        [column](const auto& term) { return term.variable == column; });
  };
  if (in(measure.denominator) != measure.denominator.end()) return Direction::unknown;
  const auto term = in(measure.terms);
  if (term == measure.terms.end()) return Direction::none;
  // Over something that may be negative a ratio runs the other way.
  if (measure.kind == Measure::Kind::ratio) return Direction::unknown;
  return with_sign(Direction::rises, term->coefficient * measure.times);
}

Direction of_formula(const Compiled& compiled, const CompiledLeaf& leaf, Size column) {
  const auto& inputs = leaf.measure.formula->inputs();
  const CompiledColumn& of = compiled.columns[at(column)];
  const std::string& code = compiled.variable_of(column).code;
  const bool reads = std::any_of(inputs.begin(), inputs.end(), [&](const FormulaInput& input) {
    return input.variable == code && input.previous == of.previous;
  });
  if (!reads) return Direction::none;
  const Rule* rule = compiled.index.node(leaf.node).rule.find(compiled.method);
  const auto* by_formula = rule == nullptr ? nullptr : std::get_if<FormulaRule>(rule);
  if (by_formula == nullptr || of.previous) return Direction::unknown;
  const auto names = [&code](const std::vector<std::string>& list) {
    return std::find(list.begin(), list.end(), code) != list.end();
  };
  if (names(by_formula->rises_with)) return Direction::rises;
  return names(by_formula->falls_with) ? Direction::falls : Direction::unknown;
}

Direction of_leaf(const Compiled& compiled, const CompiledLeaf& leaf, Size column) {
  if (leaf.measure.formula) return of_formula(compiled, leaf, column);
  const Direction measure = of_measure(leaf.measure, column);
  if (measure == Direction::none || measure == Direction::unknown) return measure;
  Direction rule = Direction::unknown;
  if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
    rule = along(
        piecewise->trend(measure_range(compiled.index, compiled.index.node(leaf.node).measure)));
  } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
    rule = along(categories->trend());
  } else {
    rule = with_sign(Direction::rises, leaf.sign);
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how != nullptr) {
      const Normaliser& n = *how->normaliser;
      using Method = Normaliser::Method;
      // Data that lie beyond the one end that is fixed turn these round.
      const bool one_fixed =
          (n.low.source == Anchor::Source::fixed) != (n.high.source == Anchor::Source::fixed);
      if (n.method == Method::fraction_of_maximum || n.method == Method::distance_to_reference ||
          n.method == Method::distance_to_target || (n.method == Method::min_max && one_fixed)) {
        return Direction::unknown;
      }
      if (n.method == Method::scaled) {
        rule = with_sign(Direction::rises, n.onto_high * (how->high - how->low) * leaf.sign);
      } else if (n.method == Method::min_max || n.method == Method::goalposts) {
        rule = with_sign(rule, n.onto_high - n.onto_low);
      }
    }
  }
  return with_sign(rule, measure == Direction::falls ? -1.0 : 1.0);
}

}  // namespace

std::vector<Direction> directions(const Compiled& compiled, Size column) {
  std::vector<Direction> found(at(compiled.index.size()), Direction::none);
  for (const CompiledLeaf& leaf : compiled.leaves) {
    found[at(leaf.node)] = of_leaf(compiled, leaf, column);
  }
  for (const CompiledCriterion& inner : compiled.inner) {
    Direction& own = found[at(inner.node)];
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      if (inner.weights[k] == 0.0) continue;
      own = both(own, with_sign(found[at(inner.children[k])], inner.weights[k]));
    }
    // How unlike children are counts here, so a better one may be worse.
    if (own != Direction::none && is_mazziotta_pareto(inner.aggregation.method)) {
      own = Direction::unknown;
    }
    own = with_sign(own, inner.aggregation.times);
  }
  return found;
}

}  // namespace chiso
