#include "check/same_results.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/same_number.hpp"
#include "check/measure_range.hpp"
#include "check/methods.hpp"
#include "check/score_bounds.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- Functions of a number ---------------------------------------------------------------------

/// A part of the line, both ends included, on which a rule is one line.
struct Stretch {
  double first = 0.0;
  double last = 0.0;
  double intercept = 0.0;
  double rise = 0.0;
  double run = 1.0;
  double floor = -infinity;
  double ceiling = infinity;

  [[nodiscard]] bool continues(const Stretch& before) const noexcept {
    return first == next_up(before.last) && intercept == before.intercept && rise == before.rise &&
           run == before.run && floor == before.floor && ceiling == before.ceiling;
  }
  friend bool operator==(const Stretch&, const Stretch&) = default;
};

double first_in(const Interval& on) noexcept {
  return on.lower_closed ? on.lower : next_up(on.lower);
}
double last_in(const Interval& on) noexcept {
  return on.upper_closed ? on.upper : next_down(on.upper);
}

/// A rule on the numbers that its measure can be, with nothing in it that makes no difference
/// there.
std::vector<Stretch> stretches(const Piecewise& rule, const Interval& domain) {
  std::vector<Stretch> all;
  for (const Piece& piece : rule.pieces()) {
    Stretch part;
    part.first = std::max(first_in(piece.on), first_in(domain));
    part.last = std::min(last_in(piece.on), last_in(domain));
    if (!(part.first <= part.last)) continue;
    const double from = piece.at(part.first);
    const double to = piece.at(part.last);
    const auto cut = [&](double points) {
      return std::min(std::max(points, rule.floor()), rule.ceiling());
    };
    // A line is monotone after rounding too: with equal ends it is flat.
    if (cut(from) == cut(to)) {
      part.intercept = cut(from);
    } else {
      part.intercept = piece.intercept;
      part.rise = piece.rise;
      part.run = piece.run;
      if (std::min(from, to) < rule.floor()) part.floor = rule.floor();
      if (std::max(from, to) > rule.ceiling()) part.ceiling = rule.ceiling();
    }
    if (!all.empty() && part.continues(all.back())) {
      all.back().last = part.last;
    } else {
      all.push_back(part);
    }
  }
  return all;
}

/// A linear map without the cuts that nothing reaches.
LinearMap relevant(LinearMap map, const Interval& domain) {
  const double a = (map.sign * domain.lower - map.origin) / map.span;
  const double b = (map.sign * domain.upper - map.origin) / map.span;
  if (std::min(a, b) >= 0.0) map.cut_low = false;
  if (std::max(a, b) <= 1.0) map.cut_high = false;
  return map;
}

// ---- Whole definitions -------------------------------------------------------------------------

class Comparison {
 public:
  Comparison(const Compiled& a, const Compiled& b)
      : a_(a), b_(b), may_go_(at(a.index.size()), char{0}) {
    for (const CompiledLeaf& leaf : a.leaves) {
      if (leaf.not_applicable == NotApplicable::exclude) may_go_[at(leaf.node)] = 1;
    }
    for (const CompiledCriterion& inner : a.inner) {
      const bool all = std::all_of(inner.children.begin(), inner.children.end(),
                                   [&](Size child) { return may_go_[at(child)] != 0; });
      if (all) may_go_[at(inner.node)] = 1;
    }
  }

  /// Of indices with the same nodes.
  [[nodiscard]] bool holds() const {
    for (std::size_t l = 0; l < a_.leaves.size(); ++l) {
      if (!same_leaf(a_.leaves[l], b_.leaves[l])) return false;
    }
    for (std::size_t i = 0; i < a_.inner.size(); ++i) {
      if (!same_inner(a_.inner[i], b_.inner[i])) return false;
    }
    for (Size node = 0; node < a_.index.size(); ++node) {
      if (!same_cap(node)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] static const Variable& variable_of(const Compiled& of,
                                                   const CompiledMeasure::Term& term) {
    return of.variable_of(term.variable);
  }

  // ---- Formulas

  /// What a formula makes of a name.
  static bool same_symbol(const FormulaSymbols& a, const FormulaSymbols& b,
                          const std::string& name) {
    const FormulaSymbol& x = a.names.at(name);
    const FormulaSymbol& y = b.names.at(name);
    return x.value == y.value && x.categories == y.categories;
  }

  [[nodiscard]] bool same_formula(const CompiledLeaf& a, const CompiledLeaf& b) const {
    if (a.measure.formula.has_value() != b.measure.formula.has_value()) return false;
    if (!a.measure.formula) return true;
    const Formula& formula = a.measure.formula->formula();
    if (!(formula == b.measure.formula->formula())) return false;
    const FormulaSymbols of_a = formula_symbols(a_.index, a.node, a_.method);
    const FormulaSymbols of_b = formula_symbols(b_.index, b.node, b_.method);
    const auto names = formula.names();
    const auto nodes = formula.nodes();
    const bool uses_maximum = std::any_of(nodes.begin(), nodes.end(), [](const FormulaNode& node) {
      return node.operation == FormulaOperation::highest;
    });
    return (!uses_maximum || of_a.maximum == of_b.maximum) &&
           std::all_of(names.begin(), names.end(),
                       [&](const std::string& name) { return same_symbol(of_a, of_b, name); });
  }

  // ---- Leaves

  [[nodiscard]] bool same_terms(const std::vector<CompiledMeasure::Term>& a,
                                const std::vector<CompiledMeasure::Term>& b) const {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](const auto& x, const auto& y) {
      const Variable& of_a = variable_of(a_, x);
      const Variable& of_b = variable_of(b_, y);
      return x.coefficient == y.coefficient && of_a.code == of_b.code && of_a.range == of_b.range &&
             of_a.zero_is_missing == of_b.zero_is_missing;
    });
  }

  static Measure::Kind effective_kind(const CompiledMeasure& measure) noexcept {
    using Kind = Measure::Kind;
    if (measure.kind == Kind::mean) return Kind::sum;  // The number of terms is in the factor.
    const bool either = measure.kind == Kind::all_of || measure.kind == Kind::any_of;
    return either && measure.terms.size() == 1 ? Kind::variable : measure.kind;
  }

  [[nodiscard]] bool same_measure(const CompiledMeasure& a, const CompiledMeasure& b) const {
    return effective_kind(a) == effective_kind(b) && a.times == b.times &&
           same_terms(a.terms, b.terms) && same_terms(a.denominator, b.denominator);
  }

  [[nodiscard]] bool same_leaf(const CompiledLeaf& a, const CompiledLeaf& b) const {
    if (!same_measure(a.measure, b.measure) || !same_formula(a, b) ||
        a.not_applicable != b.not_applicable)
      return false;
    if (a.not_applicable == NotApplicable::full_points &&
        !same_number(a_.maximum[at(a.node)], b_.maximum[at(b.node)])) {
      return false;
    }
    if (a.rule.index() != b.rule.index()) return false;
    if (const auto* linear = std::get_if<LinearMap>(&a.rule)) {
      return *linear == std::get<LinearMap>(b.rule);
    }
    if (const auto* piecewise = std::get_if<Piecewise>(&a.rule)) {
      const auto& other = std::get<Piecewise>(b.rule);
      if (*piecewise == other) return true;
      const Interval domain = measure_range(a_, a);
      return stretches(*piecewise, domain) == stretches(other, domain);
    }
    if (const auto* points = std::get_if<CategoryPoints>(&a.rule)) {
      return same_categories(a, *points, b, std::get<CategoryPoints>(b.rule));
    }
    return same_normaliser(a, b, measure_range(a_, a));
  }

  /// Of one variable the order of its categories makes no difference.
  [[nodiscard]] bool same_categories(const CompiledLeaf& a, const CategoryPoints& points_of_a,
                                     const CompiledLeaf& b,
                                     const CategoryPoints& points_of_b) const {
    const auto& words_of_a = variable_of(a_, a.measure.terms[0]).categories;
    const auto& words_of_b = variable_of(b_, b.measure.terms[0]).categories;
    if (words_of_a == words_of_b) return points_of_a == points_of_b;
    if (a.measure.terms.size() > 1 || words_of_a.size() != words_of_b.size()) return false;
    for (std::size_t i = 0; i < words_of_a.size(); ++i) {
      const auto found = std::find(words_of_b.begin(), words_of_b.end(), words_of_a[i]);
      if (found == words_of_b.end() ||
          points_of_a.points()[i] != points_of_b.points()[at(found - words_of_b.begin())]) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] static bool same_normaliser(const CompiledLeaf& a, const CompiledLeaf& b,
                                            const Interval& domain) {
    using Method = Normaliser::Method;
    const auto& of_a = std::get<CompiledNormaliser>(a.rule);
    const auto& of_b = std::get<CompiledNormaliser>(b.rule);
    const Normaliser& x = *of_a.normaliser;
    const Normaliser& y = *of_b.normaliser;
    if (x.method != y.method) return false;
    if (x.ranks()) return a.sign == b.sign && x.ties == y.ties;
    if (!of_a.fits() && !of_b.fits()) {
      const auto map = [&domain](const CompiledLeaf& leaf, const CompiledNormaliser& how) {
        FittedAnchor fixed;
        fixed.low = how.low;
        fixed.high = how.high;
        return relevant(how.map(leaf.sign, fixed), domain);
      };
      return map(a, of_a) == map(b, of_b);
    }
    // What a method does not use, a definition could still state.
    const bool onto =
        x.method == Method::min_max || x.method == Method::z_score || x.method == Method::scaled;
    return a.sign == b.sign && same_number(of_a.low, of_b.low) &&
           same_number(of_a.high, of_b.high) && x.low.source == y.low.source &&
           x.high.source == y.high.source && x.low.reached == y.low.reached &&
           x.high.reached == y.high.reached && x.cut == y.cut &&
           x.reference_unit == y.reference_unit &&
           (!onto || (x.onto_low == y.onto_low && x.onto_high == y.onto_high));
  }

  // ---- Inner nodes

  /// Whether one present child stands for its parent whatever the method.
  static bool copies_one(Aggregation::Method method) noexcept {
    using Method = Aggregation::Method;
    return method == Method::arithmetic_mean || method == Method::median ||
           method == Method::minimum || method == Method::maximum;
  }

  [[nodiscard]] bool same_method(const CompiledCriterion& a, const CompiledCriterion& b) const {
    const Aggregation& x = a.aggregation;
    const Aggregation& y = b.aggregation;
    if (a.children.size() == 1 && copies_one(x.method) && copies_one(y.method)) return true;
    if (x.method == Aggregation::Method::power_mean && x.power != y.power) return false;
    // The two forms of Mazziotta and Pareto differ in their normaliser only.
    const auto balanced = [](Aggregation::Method method) {
      return method == Aggregation::Method::mazziotta_pareto ||
             method == Aggregation::Method::adjusted_mazziotta_pareto;
    };
    if (balanced(x.method) && balanced(y.method)) return x.upward_penalty == y.upward_penalty;
    return x.method == y.method;
  }

  /// How many children must be there.
  static double needed(const CompiledCriterion& inner, std::size_t children) noexcept {
    return std::ceil(inner.at_least * static_cast<double>(children) * (1.0 - 1e-12));
  }

  [[nodiscard]] static bool same_policy(const CompiledCriterion& a, const CompiledCriterion& b) {
    const auto effective = [](const CompiledCriterion& inner) {
      const bool alone = inner.children.size() == 1 && inner.missing != MissingPolicy::error;
      return alone ? MissingPolicy::no_score : inner.missing;
    };
    return effective(a) == effective(b);
  }

  [[nodiscard]] bool same_needed(const CompiledCriterion& a, const CompiledCriterion& b) const {
    if (a.at_least == b.at_least) return true;
    const bool some_go = std::any_of(a.children.begin(), a.children.end(),
                                     [&](Size child) { return may_go_[at(child)] != 0; });
    for (std::size_t n = some_go ? 1 : a.children.size(); n <= a.children.size(); ++n) {
      // Without any child there is no score anyway.
      if (std::max(1.0, needed(a, n)) != std::max(1.0, needed(b, n))) return false;
    }
    return true;
  }

  [[nodiscard]] bool same_inner(const CompiledCriterion& a, const CompiledCriterion& b) const {
    if (a.children != b.children || a.weights != b.weights) return false;
    if (!same_method(a, b) || !same_policy(a, b) || !same_needed(a, b)) return false;
    if (a.aggregation.times != b.aggregation.times ||
        a.aggregation.scale_to != b.aggregation.scale_to) {
      return false;
    }
    const bool sum = a.aggregation.method == Aggregation::Method::sum;
    if (!sum) return true;
    const bool some_go = std::any_of(a.children.begin(), a.children.end(),
                                     [&](Size child) { return may_go_[at(child)] != 0; });
    const bool by_share = a.missing == MissingPolicy::reduce_maximum || some_go;
    if ((by_share || a.aggregation.scale_to) && !same_number(a.full, b.full)) return false;
    if (!by_share) return true;
    return a.roles == b.roles && std::equal(a.maxima.begin(), a.maxima.end(), b.maxima.begin(),
                                            b.maxima.end(), same_number);
  }

  [[nodiscard]] bool same_cap(Size node) const {
    const double a = a_.cap[at(node)];
    const double b = b_.cap[at(node)];
    if (a == b) return true;
    const double lower = std::min(a, b);
    return uncapped_bounds(a_, node).highest <= lower && uncapped_bounds(b_, node).highest <= lower;
  }

  const Compiled& a_;
  const Compiled& b_;
  std::vector<char> may_go_;  ///< By node: whether its parent may have to go without it.
};

bool same_nodes(const Index& a, const Index& b) {
  if (!(a.codes() == b.codes())) return false;
  for (Size i = 0; i < a.size(); ++i) {
    if (a.parent(i) != b.parent(i) || a.is_leaf(i) != b.is_leaf(i)) return false;
  }
  return true;
}

/// What is said about the composite as a whole.
bool same_head(const IndexDefinition& a, const IndexDefinition& b) {
  return a.periods == b.periods && a.groups == b.groups &&
         a.rank_on_displayed == b.rank_on_displayed &&
         (!a.rank_on_displayed || a.decimals == b.decimals);
}

}  // namespace

bool same_results(const Index& a, const Index& b) {
  if (!same_head(a.definition(), b.definition()) || !same_nodes(a, b)) return false;
  const auto days = method_days(a, &b);
  return std::all_of(days.begin(), days.end(), [&](const std::optional<Period>& day) {
    return Comparison(compile(a, day), compile(b, day)).holds();
  });
}

}  // namespace chiso
