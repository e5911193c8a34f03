#include "optimize/leaf_shape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Places where a leaf's rule may bend or jump.
std::vector<double> bends(const CompiledLeaf& leaf, const Anchors& anchors, double cap) {
  std::vector<double> found;
  if (const auto* rule = std::get_if<Piecewise>(&leaf.rule)) {
    for (const Piece& piece : rule->pieces()) {
      found.insert(found.end(), {piece.on.lower, piece.on.upper});
      if (piece.rise == 0.0) continue;
      for (const double level : {rule->floor(), rule->ceiling(), cap}) {
        found.push_back((level - piece.intercept) * piece.run / piece.rise);
      }
    }
    return found;
  }
  const auto of_map = [&](const LinearMap& map) {
    for (const double level : {map.low, map.high, cap}) found.push_back(map.value_for(level));
  };
  if (const auto* map = std::get_if<LinearMap>(&leaf.rule)) of_map(*map);
  if (const auto* normaliser = std::get_if<CompiledNormaliser>(&leaf.rule)) {
    if (normaliser->anchor >= 0)
      of_map(normaliser->map(leaf.sign, anchors[at(normaliser->anchor)]));
  }
  return found;
}

/// Equal up to rounding; a jump is larger than that.
bool near(double a, double b) {
  return std::abs(a - b) <= 1e-12 * std::max({1.0, std::abs(a), std::abs(b)});
}

/// A function that is linear between bends, read off.
template <class Function>
std::vector<LinePiece> read_pieces(const Function& value, std::vector<double> bends, double from,
                                   double to) {
  std::erase_if(bends, [&](double x) { return !(x > from && x < to); });
  bends.push_back(from);
  bends.push_back(to);
  std::sort(bends.begin(), bends.end());
  bends.erase(std::unique(bends.begin(), bends.end()), bends.end());
  std::vector<LinePiece> pieces;
  for (std::size_t k = 0; k < bends.size(); ++k) {
    // A bend's own value may be neither neighbour's.
    const double here = value(bends[k]);
    pieces.push_back({bends[k], bends[k], here, here});
    if (k + 1 == bends.size()) break;
    const double width = bends[k + 1] - bends[k];
    const double a = value(bends[k] + 0.25 * width);
    const double b = value(bends[k] + 0.75 * width);
    const double next = value(bends[k + 1]);
    const double at_from = a - 0.5 * (b - a);
    const double at_to = b + 0.5 * (b - a);
    pieces.push_back({bends[k], bends[k + 1], near(at_from, here) ? here : at_from,
                      near(at_to, next) ? next : at_to});
  }
  // Points on a neighbour's line say nothing.
  std::vector<LinePiece> kept;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const bool point = pieces[k].from == pieces[k].to;
    const bool said =
        point && ((k > 0 && near(pieces[k - 1].at_to, pieces[k].at_from)) ||
                  (k + 1 < pieces.size() && near(pieces[k + 1].at_from, pieces[k].at_to)));
    if (!said) kept.push_back(pieces[k]);
  }
  return kept;
}

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
    if (std::isnan(shape.value)) return shape;
    Span values;
    values.take(shape.value);
    for (const ActionAmount& each : shape.set_value) values.take(each.amount);
    values.widen(shape.add_value);
    if (read.zero_is_missing && values.lowest <= 0.0 && values.highest >= 0.0) return shape;
    const auto rule = [&](double x) {
      return tree.rule(node, std::clamp(x, limit.lower, limit.upper));
    };
    auto where = bends(compiled.leaves[at(compiled.leaf_of[at(node)])], base.anchors(),
                       compiled.cap[at(node)]);
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
