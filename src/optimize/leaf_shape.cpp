#include "optimize/leaf_shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Span {
  double lowest = infinity;
  double highest = -infinity;

  void take(double x) {
    lowest = std::min(lowest, x);
    highest = std::max(highest, x);
  }
  void widen(const std::vector<ActionAmount>& amounts) {
    for (const ActionAmount& each : amounts) {
      (each.amount < 0.0 ? lowest : highest) += each.amount;
    }
  }
};

}  // namespace

LeafShape leaf_shape(const ActionEffects& effects, Size situation, Size node,
                     const std::vector<Fate>& fates) {
  const Scores& base = effects.situations()[at(situation)].base;
  const Compiled& compiled = base.evaluator().compiled();
  LeafShape shape;
  shape.node = node;
  shape.lowest = -infinity;
  shape.highest = infinity;
  for (Size above = node; above >= 0; above = compiled.index.parent(above)) {
    if (compiled.index.node(above).role == Role::penalty) shape.low_is_best = !shape.low_is_best;
  }
  Size variable = -1;
  for (const ActionEffects::Found& effect : effects.effects()) {
    if (effect.situation != situation || effect.node != node) continue;
    if (fates[at(effect.action)] == Fate::out) continue;
    const ActionAmount amount{effect.action, effect.amount};
    switch (effect.kind) {
      case TaskEffect::Kind::set_value:
        shape.set_value.push_back(amount);
        break;
      case TaskEffect::Kind::add_value:
        shape.add_value.push_back(amount);
        break;
      case TaskEffect::Kind::set_points:
        shape.set_points.push_back(amount);
        break;
      case TaskEffect::Kind::add_points:
        shape.add_points.push_back(amount);
        break;
    }
    if (effect.variable >= 0) variable = effect.variable;
  }
  const std::vector<bool> nothing(at(effects.actions().size()), false);
  const ActionEffects::Indicator now = effects.indicator(situation, node, nothing);
  shape.value = now.value;
  shape.score = now.score;
  const UnitTree tree(base, base.units().at(effects.unit()));
  if (std::isnan(shape.score)) return shape;
  for (const GivenScore& given : base.given()) {
    if (given.node == node) return shape;
  }

  Span scores;
  scores.take(shape.score);
  if (variable >= 0) {
    const VariableLimit& limit = compiled.limits[at(variable)];
    const Variable& read = compiled.index.variables()[at(variable)];
    const CompiledLeaf& leaf = compiled.leaves[at(compiled.leaf_of[at(node)])];
    if (std::isnan(shape.value)) return shape;
    Span values;
    values.take(shape.value);
    for (const ActionAmount& each : shape.set_value) values.take(each.amount);
    values.widen(shape.add_value);
    if (read.zero_is_missing && values.lowest <= 0.0 && values.highest >= 0.0) return shape;
    const auto rule = [&](double x) {
      return tree.rule(node, std::clamp(x, limit.lower, limit.upper));
    };
    const double cap = compiled.cap[at(node)];
    std::vector<double> where;
    if (leaf.measure.formula) {
      const auto found = formula_bends(leaf, cap, std::max(values.lowest, limit.lower),
                                       std::min(values.highest, limit.upper));
      if (!found) return shape;
      where = *found;
    } else {
      where = bends(leaf, base.anchors(), cap);
    }
    where.insert(where.end(), {limit.lower, limit.upper});
    shape.rule = read_pieces(rule, std::move(where), values.lowest, values.highest);
    for (const LinePiece& piece : shape.rule) {
      if (!std::isfinite(piece.at_from) || !std::isfinite(piece.at_to)) return shape;
      scores.take(piece.at_from);
      scores.take(piece.at_to);
    }
  }
  for (const ActionAmount& each : shape.set_points) scores.take(each.amount);
  const Span unlifted = scores;
  if (!shape.add_points.empty()) {
    const ScoreRange& range = compiled.range[at(node)];
    scores.widen(shape.add_points);
    // Scores that are beyond the range already are cut otherwise.
    if (unlifted.lowest < range.lowest || unlifted.highest > range.highest) return shape;
    scores.lowest = std::max(scores.lowest, range.lowest);
    scores.highest = std::min(scores.highest, range.highest);
  }
  shape.lowest = scores.lowest;
  shape.highest = scores.highest;
  shape.known = true;
  return shape;
}

Moves LeafShape::moves_of(Size action) const {
  Moves moves;
  bool rises = false;
  bool falls = false;
  for (std::size_t k = 0; k < rule.size(); ++k) {
    const auto step = [&](double from, double to) {
      rises = rises || to > from;
      falls = falls || to < from;
    };
    step(rule[k].at_from, rule[k].at_to);
    if (k > 0) step(rule[k - 1].at_to, rule[k].at_from);
  }
  const Moves best{!low_is_best, low_is_best};
  const auto acts = [action](const std::vector<ActionAmount>& amounts) {
    return std::any_of(amounts.begin(), amounts.end(),
                       [action](const ActionAmount& each) { return each.action == action; });
  };
  if (!known) return {true, true};
  for (const ActionAmount& each : add_value) {
    if (each.action != action || each.amount == 0.0) continue;
    const Moves with{rises, falls};
    moves.merge(each.amount > 0.0 ? with : with.turned());
  }
  if (acts(set_value) || acts(set_points)) moves.merge(best);
  for (const ActionAmount& each : add_points) {
    if (each.action != action) continue;
    moves.merge({each.amount > 0.0, each.amount < 0.0});
  }
  return moves;
}

}  // namespace chiso
