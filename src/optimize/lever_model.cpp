#include "optimize/lever_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <variant>

#include "base/at.hpp"
#include "base/doubles.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Means that lie below their tangents where all children are positive.
bool is_concave(const Aggregation& how) {
  switch (how.method) {
    case Method::geometric_mean:
    case Method::harmonic_mean:
      return true;
    case Method::power_mean:
      return how.power <= 1.0;
    case Method::mazziotta_pareto:
    case Method::adjusted_mazziotta_pareto:
      return !how.upward_penalty;
    default:
      return false;
  }
}

/// Whether it rises with each child, so that a child may be held from above only.
bool rises(const Aggregation& how) {
  return how.method != Method::mazziotta_pareto && how.method != Method::adjusted_mazziotta_pareto;
}

double slope_of(const LinePiece& piece) {
  return piece.to > piece.from ? (piece.at_to - piece.at_from) / (piece.to - piece.from) : 0.0;
}

bool near(double a, double b, double size) { return std::abs(a - b) <= 1e-9 * size; }

/// Whether pieces are a concave function without jumps.
bool are_concave(const std::vector<LinePiece>& pieces) {
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    if (pieces[k].to == pieces[k].from) return false;
    if (k == 0) continue;
    const double size = std::max({1.0, std::abs(pieces[k].at_from), std::abs(pieces[k].at_to)});
    if (!near(pieces[k - 1].at_to, pieces[k].at_from, size)) return false;
    if (pieces[k - 1].to != pieces[k].from) return false;
    const double before = slope_of(pieces[k - 1]);
    if (slope_of(pieces[k]) > before + 1e-12 * std::max(1.0, std::abs(before))) return false;
  }
  return !pieces.empty();
}

}  // namespace

LeverModel::LeverModel(const UnitTree& tree, std::span<const FoundLever> levers, Size node)
    : tree_(tree),
      compiled_(tree.base().evaluator().compiled()),
      levers_(levers.begin(), levers.end()),
      unit_(tree.base(), tree.unit()) {
  add_levers();
  find_moving(node);
  find_marks();
  score_ = make(node, Side::above);
}

void LeverModel::add_levers() {
  lever_of_node_.assign(at(compiled_.index.size()), -1);
  lever_of_variable_.assign(compiled_.columns.size(), -1);
  for (std::size_t i = 0; i < levers_.size(); ++i) {
    const FoundLever& lever = levers_[i];
    const auto kind = lever.is_word ? MixedInteger::Kind::whole : MixedInteger::Kind::continuous;
    const double most = lever.free_above ? infinity : lever.upper - lever.now;
    const double least = lever.free_below ? infinity : lever.now - lever.lower;
    program_.add_variable(std::max(0.0, -least), std::max(0.0, most), kind);
    program_.add_variable(std::max(0.0, -most), std::max(0.0, least), kind);
    auto& found = lever.kind == Lever::Kind::score ? lever_of_node_ : lever_of_variable_;
    found[at(lever.position)] = static_cast<Size>(i);
  }
}

/// What stands above a lever, up to the node.
void LeverModel::find_moving(Size node) {
  moves_.assign(at(compiled_.index.size()), 0);
  std::vector<char> below(moves_.size(), 0);
  below[at(node)] = 1;
  for (Size i = node + 1; i < compiled_.index.size(); ++i) {
    below[at(i)] = below[at(compiled_.index.parent(i))];
  }
  for (Size i = compiled_.index.size() - 1; i >= node; --i) {
    if (below[at(i)] == 0) continue;
    bool moves = lever_of_node_[at(i)] >= 0;
    if (!moves && unit_.is_given(i)) continue;  // Whatever is below it.
    const Size leaf = compiled_.leaf_of[at(i)];
    if (leaf >= 0) {
      const CompiledMeasure& read = compiled_.leaves[at(leaf)].measure;
      for (const auto* terms : {&read.terms, &read.denominator}) {
        for (const auto& term : *terms) {
          moves = moves || lever_of_variable_[at(term.variable)] >= 0;
        }
      }
    }
    for (const Size child : compiled_.index.children(i)) moves = moves || moves_[at(child)] != 0;
    moves_[at(i)] = moves ? 1 : 0;
  }
}

void LeverModel::find_marks() {
  marks_.resize(levers_.size());
  for (std::size_t i = 0; i < levers_.size(); ++i) {
    const FoundLever& lever = levers_[i];
    auto& marks = marks_[i];
    marks = {lever.now};
    if (!lever.free_below) marks.push_back(lever.lower);
    if (!lever.free_above) marks.push_back(lever.upper);
    if (lever.kind == Lever::Kind::value) {
      for (const CompiledLeaf& leaf : compiled_.leaves) {
        if (compiled_.only_variable(leaf) != lever.position) continue;
        if (leaf.measure.formula) {
          add_formula_marks(leaf, lever, marks);
          continue;
        }
        for (const double x : bends(leaf, tree_.base().anchors(), compiled_.cap[at(leaf.node)])) {
          if (x >= lever.lower && x <= lever.upper) marks.push_back(x);
        }
      }
    }
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
  }
}

void LeverModel::add_formula_marks(const CompiledLeaf& leaf, const FoundLever& lever,
                                   std::vector<double>& marks) const {
  if (lever.is_word || lever.free_below || lever.free_above) return;
  const auto where = formula_bends(leaf, compiled_.cap[at(leaf.node)], lever.lower, lever.upper);
  if (!where) return;
  for (const double x : *where) marks.insert(marks.end(), {next_down(x), x});
}

Expression LeverModel::lever(std::size_t i) const {
  return {{{up(i), 1.0}, {down(i), -1.0}}, levers_[i].now};
}

std::vector<double> LeverModel::read(const std::vector<double>& values) const {
  std::vector<double> found;
  for (std::size_t i = 0; i < levers_.size(); ++i) {
    const FoundLever& lever = levers_[i];
    double x = lever.now + values[at(up(i))] - values[at(down(i))];
    x = std::clamp(x, lever.lower, lever.upper);
    double nearest = x;
    double distance = 1e-7 * std::max(1.0, std::abs(x));
    for (const double mark : marks_[i]) {
      if (std::abs(mark - x) > distance) continue;
      distance = std::abs(mark - x);
      nearest = mark;
    }
    found.push_back(lever.is_word ? std::round(x) : nearest);
  }
  return found;
}

Expression LeverModel::give_up(Size node) {
  holds_ = false;
  const ScoreRange range = compiled_.range[at(node)];
  return Expression::variable(program_.add_variable(range.lowest, range.highest));
}

Expression LeverModel::make(Size node, Side side) {
  if (lever_of_node_[at(node)] >= 0) return lever(at(lever_of_node_[at(node)]));
  if (moves_[at(node)] == 0) return {{}, tree_.score(node)};
  const Size leaf = compiled_.leaf_of[at(node)];
  if (leaf >= 0) return of_leaf(compiled_.leaves[at(leaf)], side);
  return of_inner(compiled_.inner[at(compiled_.inner_of[at(node)])], side);
}

std::optional<Expression> LeverModel::measure(const CompiledMeasure& of) {
  const auto sum = [&](const std::vector<CompiledMeasure::Term>& terms) {
    Expression made;
    for (const auto& [variable, coefficient] : terms) {
      const Size moved = lever_of_variable_[at(variable)];
      made.add(coefficient, moved >= 0 ? lever(at(moved)) : Expression{{}, tree_.value(variable)});
    }
    return made;
  };
  Expression scaled;
  switch (of.kind) {
    case Measure::Kind::variable:
      return lever(at(lever_of_variable_[at(of.terms[0].variable)]));
    case Measure::Kind::sum:
    case Measure::Kind::mean:
      scaled.add(of.times, sum(of.terms));
      return scaled;
    case Measure::Kind::ratio: {
      const Expression below = sum(of.denominator);
      if (!below.terms.empty() || below.constant == 0.0) return {};
      scaled.add(of.times / below.constant, sum(of.terms));
      return scaled;
    }
    default:
      return {};
  }
}

/// The least and greatest that an expression of levers can be.
std::pair<double, double> LeverModel::range_of(const Expression& x) const {
  std::vector<double> factor(levers_.size(), 0.0);
  double low = x.constant;
  double high = x.constant;
  for (const LinearTerm& term : x.terms) {
    if (term.variable % 2 == 0) factor[at(term.variable / 2)] += term.coefficient;
  }
  for (std::size_t i = 0; i < levers_.size(); ++i) {
    if (factor[i] == 0.0) continue;
    const double least = levers_[i].free_below ? -infinity : levers_[i].lower - levers_[i].now;
    const double most = levers_[i].free_above ? infinity : levers_[i].upper - levers_[i].now;
    low += factor[i] * (factor[i] > 0.0 ? least : most);
    high += factor[i] * (factor[i] > 0.0 ? most : least);
  }
  return {low, high};
}

/// Straight lines of one lever; other formulas are not followed.
Expression LeverModel::of_formula(const CompiledLeaf& leaf, Side side) {
  const Size variable = compiled_.only_variable(leaf);
  if (variable < 0) return give_up(leaf.node);
  const std::size_t moved = at(lever_of_variable_[at(variable)]);
  const FoundLever& of = levers_[moved];
  const auto rule = [&](double value) { return tree_.rule(leaf.node, value); };
  std::vector<LinePiece> pieces;
  if (std::isnan(of.now) || of.free_below || of.free_above) return give_up(leaf.node);
  if (of.is_word) {
    for (double word = of.lower; word <= of.upper; word += 1.0) {
      pieces.push_back({word, word, rule(word), rule(word)});
    }
  } else {
    const auto where = formula_bends(leaf, compiled_.cap[at(leaf.node)], of.lower, of.upper);
    if (!where) return give_up(leaf.node);
    pieces = read_pieces(rule, *where, of.lower, of.upper);
  }
  std::erase_if(pieces, [](const LinePiece& piece) {
    return !std::isfinite(piece.at_from) || !std::isfinite(piece.at_to);
  });
  return pieces.empty() ? give_up(leaf.node) : through(lever(moved), pieces, side);
}

Expression LeverModel::of_leaf(const CompiledLeaf& leaf, Side side) {
  if (leaf.measure.formula) return of_formula(leaf, side);
  const auto x = measure(leaf.measure);
  if (!x || std::isnan(x->constant)) return give_up(leaf.node);
  auto [low, high] = range_of(*x);
  const auto rule = [&](double value) { return tree_.rule(leaf.node, value); };
  std::vector<LinePiece> pieces;
  if (std::holds_alternative<CategoryPoints>(leaf.rule)) {
    if (!leaf.measure.is_variable()) return give_up(leaf.node);
    for (Size k = 0; static_cast<double>(k) <= high - low; ++k) {
      const double word = low + static_cast<double>(k);
      pieces.push_back({word, word, rule(word), rule(word)});
    }
  } else {
    auto where = bends(leaf, tree_.base().anchors(), compiled_.cap[at(leaf.node)]);
    std::erase_if(where, [](double each) { return !std::isfinite(each); });
    double least = x->constant;
    double most = x->constant;
    for (const double each : where) {
      if (each < low || each > high) continue;
      least = std::min(least, each);
      most = std::max(most, each);
    }
    // Beyond the last bend a rule runs on as it does there.
    const double room = std::max(1.0, most - least);
    const bool open = std::isinf(low) || std::isinf(high);
    if (std::isinf(low)) low = least - room;
    if (std::isinf(high)) high = most + room;
    if (low == high) return {{}, rule(low)};
    pieces = read_pieces(rule, std::move(where), low, high);
    if (open && pieces.size() > 1 && !(side == Side::above && are_concave(pieces))) {
      // Only what lies in the window is looked at: enough, if the rule is level beyond it.
      const bool level = slope_of(pieces.front()) == 0.0 && slope_of(pieces.back()) == 0.0;
      if (!level || !leaf.measure.is_variable()) holds_ = false;
    }
  }
  std::erase_if(pieces, [](const LinePiece& piece) {
    return !std::isfinite(piece.at_from) || !std::isfinite(piece.at_to);
  });
  if (pieces.empty()) return give_up(leaf.node);
  return through(*x, pieces, side);
}

/// A function of an expression, piece by piece.
Expression LeverModel::through(const Expression& x, const std::vector<LinePiece>& pieces,
                               Side side) {
  const auto line = [&](const LinePiece& piece) {
    Expression made;
    made.add(slope_of(piece), x);
    made.constant += piece.at_from - slope_of(piece) * piece.from;
    return made;
  };
  if (pieces.size() == 1 && pieces[0].from < pieces[0].to) return line(pieces[0]);
  if (side == Side::above && are_concave(pieces)) {
    const Size score = program_.add_variable(-infinity, infinity);
    for (const LinePiece& piece : pieces) {
      Expression room = Expression::variable(score);
      room.add(-1.0, line(piece));
      program_.add_row(room.terms, -infinity, -room.constant);
    }
    return Expression::variable(score);
  }
  // One of the pieces, and a place on it.
  std::vector<LinearTerm> one;
  Expression place;
  Expression score;
  place.add(-1.0, x);
  for (const LinePiece& piece : pieces) {
    const Size on = program_.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
    one.push_back({on, 1.0});
    place.terms.push_back({on, piece.from});
    score.terms.push_back({on, piece.at_from});
    if (piece.to == piece.from) continue;
    const Size beyond = program_.add_variable(0.0, infinity);  // How far from its beginning.
    const LinearTerm within[] = {{beyond, 1.0}, {on, piece.from - piece.to}};
    program_.add_row(within, -infinity, 0.0);
    place.terms.push_back({beyond, 1.0});
    score.terms.push_back({beyond, slope_of(piece)});
  }
  program_.add_row(one, 1.0, 1.0);
  program_.add_row(place.terms, -place.constant, -place.constant);
  return score;
}

std::vector<char> LeverModel::excluded(const CompiledCriterion& inner) const {
  std::vector<char> marks;
  for (const Size child : inner.children) {
    marks.push_back(unit_.is_excluded(child) && moves_[at(child)] == 0 ? char{1} : char{0});
  }
  return marks;
}

Expression LeverModel::of_inner(const CompiledCriterion& inner, Side side) {
  const Aggregation& how = inner.aggregation;
  std::vector<double> now;
  for (const Size child : inner.children) {
    now.push_back(tree_.score(child));
    // A child that joins changes what the others count.
    if (moves_[at(child)] != 0 && (std::isnan(now.back()) || unit_.is_excluded(child))) {
      return give_up(inner.node);
    }
  }
  const Parts parts = parts_of(inner, now, excluded(inner));
  const double cap = compiled_.cap[at(inner.node)];
  Expression made;
  if (how.method == Method::sum || how.method == Method::arithmetic_mean) {
    const std::vector<double> slopes = plain_slopes(how, parts, 0.0);
    for (std::size_t k = 0; k < slopes.size(); ++k) {
      if (!parts.takes_part(k)) continue;
      const double factor = slopes[k] * how.times;
      made.add(factor, make(inner.children[k], factor < 0.0 ? Side::both : side));
    }
  } else if (how.method == Method::minimum && side == Side::above && how.times > 0.0) {
    const Size score = program_.add_variable(-infinity, infinity);
    for (std::size_t k = 0; k < parts.scores.size(); ++k) {
      if (!parts.takes_part(k)) continue;
      Expression room = Expression::variable(score);
      room.add(-how.times, make(inner.children[k], side));
      program_.add_row(room.terms, -infinity, -room.constant);
    }
    made = Expression::variable(score);
  } else if (is_concave(how) && side == Side::above && how.times > 0.0) {
    const double most = compiled_.range[at(inner.node)].highest;
    Concave concave{&inner, program_.add_variable(-infinity, most), {}};
    const double slack = 1e-9 * std::max(1.0, std::abs(most));
    program_.set_bounds(concave.score, -infinity, most + slack);
    for (const Size child : inner.children) {
      concave.children.push_back(make(child, rises(how) ? Side::above : Side::both));
    }
    concave_.push_back(concave);
    static_cast<void>(add_tangent(concave_.back(), now));
    made = Expression::variable(concave.score);
  } else {
    return give_up(inner.node);
  }
  if (std::isinf(cap)) return made;
  if (side == Side::both) return give_up(inner.node);
  const Size score = program_.add_variable(-infinity, cap);
  Expression room = Expression::variable(score);
  room.add(-1.0, made);
  program_.add_row(room.terms, -infinity, -room.constant);
  return Expression::variable(score);
}

/// All of these means are homogeneous: the plane that touches at a place goes through 0.
bool LeverModel::add_tangent(const Concave& concave, std::vector<double> scores) {
  // Touching at 0 a plane may stand upright: somewhat beside it serves as well.
  double most = 0.0;
  for (const double score : scores) most = std::max(most, score);
  for (double& score : scores) score = std::max(score, 1e-3 * std::max(1.0, most));
  const Parts parts = parts_of(*concave.inner, scores, excluded(*concave.inner));
  double mean = missing_value;
  std::vector<const double*> columns;
  for (const double& score : scores) columns.push_back(&score);
  CompiledCriterion plain = *concave.inner;
  plain.aggregation.times = 1.0;
  aggregate(plain, columns, parts.excluded, 1, &mean);
  if (!(mean > 0.0)) return false;
  const std::vector<double> slopes = plain_slopes(plain.aggregation, parts, mean);
  Expression room = Expression::variable(concave.score);
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    if (!parts.takes_part(k)) continue;
    if (!std::isfinite(slopes[k])) return false;
    room.add(-concave.inner->aggregation.times * slopes[k], concave.children[k]);
  }
  if (!tangents_.emplace(concave.score, scores).second) return false;
  program_.add_row(room.terms, -infinity, -room.constant);
  return true;
}

bool LeverModel::refine(const UnitTree& tree) {
  bool added = false;
  for (const Concave& concave : concave_) {
    std::vector<double> scores;
    for (const Size child : concave.inner->children) scores.push_back(tree.score(child));
    added = add_tangent(concave, scores) || added;
  }
  return added;
}

}  // namespace chiso
