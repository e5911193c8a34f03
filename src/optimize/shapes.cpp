// Indicators on which many actions act.

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "optimize/score_model.hpp"

namespace chiso {
namespace {

constexpr double infinity = MixedInteger::infinity;

/// More pieces than this are not told apart.
constexpr std::size_t most_pieces = 48;

bool is_concave(const std::vector<LinePiece>& pieces) {
  double before = infinity;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    const LinePiece& piece = pieces[k];
    if (piece.from == piece.to) return false;
    const double slope = (piece.at_to - piece.at_from) / (piece.to - piece.from);
    if (slope > before || (k > 0 && piece.at_from != pieces[k - 1].at_to)) return false;
    before = slope;
  }
  return true;
}

std::pair<double, double> extent(const std::vector<LinePiece>& pieces) {
  double lowest = infinity;
  double highest = -infinity;
  for (const LinePiece& piece : pieces) {
    lowest = std::min({lowest, piece.at_from, piece.at_to});
    highest = std::max({highest, piece.at_from, piece.at_to});
  }
  return {lowest, highest};
}

void add_all(Expression& sum, const std::vector<ActionAmount>& amounts) {
  for (const ActionAmount& each : amounts) sum.terms.push_back({each.action, each.amount});
}

/// The same upside down.
LeafShape turned(LeafShape shape) {
  shape.score = -shape.score;
  shape.low_is_best = !shape.low_is_best;
  for (auto* amounts : {&shape.set_points, &shape.add_points}) {
    for (ActionAmount& each : *amounts) each.amount = -each.amount;
  }
  for (LinePiece& piece : shape.rule) {
    piece.at_from = -piece.at_from;
    piece.at_to = -piece.at_to;
  }
  std::swap(shape.lowest, shape.highest);
  shape.lowest = -shape.lowest;
  shape.highest = -shape.highest;
  return shape;
}

}  // namespace

Expression ScoreModel::of_shape(const LeafShape& shape, Side side) {
  if (!shape.known || shape.rule.size() > most_pieces) return within_bounds(shape.node);
  if (side == Side::above && !shape.low_is_best) return best_of_shape(shape, side);
  if (side == Side::below && shape.low_is_best) {
    Expression result;
    result.add(-1.0, best_of_shape(turned(shape), Side::above));
    return result;
  }
  // Which of set points is the best cannot be left to the solver, which would take the worst.
  return shape.set_points.empty() ? best_of_shape(shape, Side::both) : within_bounds(shape.node);
}

Expression ScoreModel::best_of_shape(const LeafShape& shape, Side side) {
  Expression score{{}, shape.score};
  double lowest = shape.score;
  double highest = shape.score;
  if (!shape.rule.empty()) {
    Expression value{{}, shape.value};
    if (!shape.set_value.empty()) {
      std::vector<LinearTerm> at_most_one;
      for (const ActionAmount& each : shape.set_value) {
        const Size taken = program_.add_variable(0.0, 1.0);
        const LinearTerm only_if[] = {{taken, 1.0}, {each.action, -1.0}};
        program_.add_row(only_if, -infinity, 0.0);
        at_most_one.push_back({taken, 1.0});
        value.terms.push_back({taken, each.amount - shape.value});
      }
      program_.add_row(at_most_one, -infinity, 1.0);
    }
    add_all(value, shape.add_value);
    score = through(value, shape.rule, side);
    std::tie(lowest, highest) = extent(shape.rule);
  }
  if (!shape.set_points.empty()) {
    // One of them, or what the rule gives.
    double most = highest;
    for (const ActionAmount& each : shape.set_points) most = std::max(most, each.amount);
    const Size result = bounded_variable(std::min(lowest, shape.score), most);
    Expression room = Expression::variable(result);
    room.constant = -highest;
    Expression by_rule = Expression::variable(result);
    by_rule.add(-1.0, score);
    std::vector<LinearTerm> at_most_one;
    for (const ActionAmount& each : shape.set_points) {
      if (each.amount <= lowest) continue;  // Never better.
      const Size taken = program_.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
      const LinearTerm only_if[] = {{taken, 1.0}, {each.action, -1.0}};
      program_.add_row(only_if, -infinity, 0.0);
      at_most_one.push_back({taken, 1.0});
      room.terms.push_back({taken, highest - each.amount});
      by_rule.terms.push_back({taken, lowest - most});
    }
    program_.add_row(at_most_one, -infinity, 1.0);
    keep_negative(room);
    keep_negative(by_rule);
    score = Expression::variable(result);
    highest = most;
  }
  if (shape.add_points.empty()) return score;
  add_all(score, shape.add_points);
  for (const ActionAmount& each : shape.add_points) {
    (each.amount < 0.0 ? lowest : highest) += each.amount;
  }
  std::vector<LinePiece> cut;
  const double from = std::max(lowest, shape.lowest);
  const double to = std::min(highest, shape.highest);
  if (lowest < from) cut.push_back({lowest, from, from, from});
  if (from < to) cut.push_back({from, to, from, to});
  if (to < highest) cut.push_back({to, highest, to, to});
  return cut.size() > 1 ? through(score, cut, side) : score;
}

// A function of an expression: one piece is taken, and a place on it.
Expression ScoreModel::through(const Expression& x, const std::vector<LinePiece>& pieces,
                               Side side) {
  const auto [lowest, highest] = extent(pieces);
  if (pieces.size() == 1 && pieces[0].from < pieces[0].to) {
    const LinePiece& piece = pieces[0];
    const double slope = (piece.at_to - piece.at_from) / (piece.to - piece.from);
    Expression line{{}, piece.at_from - slope * piece.from};
    line.add(slope, x);
    return line;
  }
  if (side == Side::above && is_concave(pieces)) {
    const Size value = bounded_variable(lowest, highest);
    for (const LinePiece& piece : pieces) {
      const double slope = (piece.at_to - piece.at_from) / (piece.to - piece.from);
      Expression room = Expression::variable(value);
      room.add(-slope, x);
      room.constant += slope * piece.from - piece.at_from;
      keep_negative(room);
    }
    return Expression::variable(value);
  }
  Expression place;
  Expression value;
  std::vector<LinearTerm> one;
  for (const LinePiece& piece : pieces) {
    const Size taken = program_.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
    one.push_back({taken, 1.0});
    place.terms.push_back({taken, piece.from});
    value.terms.push_back({taken, piece.at_from});
    if (piece.from == piece.to) continue;
    const Size share = program_.add_variable(0.0, 1.0);
    const LinearTerm only_if[] = {{share, 1.0}, {taken, -1.0}};
    program_.add_row(only_if, -infinity, 0.0);
    place.terms.push_back({share, piece.to - piece.from});
    value.terms.push_back({share, piece.at_to - piece.at_from});
  }
  program_.add_row(one, 1.0, 1.0);
  place.add(-1.0, x);
  const double slack =
      1e-9 * std::max({1.0, std::abs(pieces.front().from), std::abs(pieces.back().to)});
  program_.add_row(place.terms, -place.constant - slack, -place.constant + slack);
  return value;
}

}  // namespace chiso
