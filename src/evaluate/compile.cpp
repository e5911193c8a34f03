#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "chiso/base/error.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "chiso/model/rule_kernel.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Resolves dated values for one method period and collects what cannot be resolved.
class Resolver {
 public:
  explicit Resolver(std::optional<Period> method) : method_(std::move(method)) {}

  /// The value in force, or nullptr (with a problem noted) if there is none or no single one.
  template <class T>
  const T* at(const Dated<T>& dated, const Criterion& node, std::string_view what) {
    const T* value = dated.find(method_);
    if (value == nullptr && !dated.empty()) {
      const auto found = dated.in_force(*method_);
      problems_.add(node.location, node.code,
                    found.empty() ? fmt::format("no {} is in force in {}", what, method_->text())
                                  : fmt::format("{} values of the {} are in force in {}",
                                                found.size(), what, method_->text()),
                    "score with the method of a period that the definition covers");
    }
    return value;
  }

  double number_at(const Dated<double>& dated, const Criterion& node, std::string_view what) {
    const double* value = at(dated, node, what);
    return value == nullptr ? missing_value : *value;
  }

  [[nodiscard]] bool has_problems() const noexcept { return !problems_.list().empty(); }

  /// What formulas of a node may name, or nothing (with problems noted).
  std::optional<FormulaSymbols> symbols(const Index& index, Size node) {
    try {
      return formula_symbols(index, node, method_);
    } catch (const SpecError& error) {
      for (const Problem& problem : error.problems()) problems_.add(problem);
      return {};
    }
  }

  void raise() { problems_.raise<SpecError>(); }

 private:
  std::optional<Period> method_;
  Problems problems_;
};

CompiledMeasure compile_measure(const Measure& measure, const Labels& variables) {
  const auto positions = [&](const std::vector<Measure::Term>& terms) {
    std::vector<CompiledMeasure::Term> found;
    for (const auto& term : terms) found.push_back({variables.at(term.variable), term.coefficient});
    return found;
  };
  double times = measure.times;
  if (measure.kind == Measure::Kind::mean) times /= static_cast<double>(measure.terms.size());
  return {measure.kind, positions(measure.terms), positions(measure.denominator), times};
}

/// What a formula gives, as a measure.
CompiledMeasure compile_formula(const Formula& formula, const FormulaSymbols& symbols,
                                const Compiled& compiled) {
  CompiledMeasure measure;
  measure.formula.emplace(formula, symbols);
  for (const FormulaInput& input : measure.formula->inputs()) {
    const Size variable = compiled.index.variable_codes().at(input.variable);
    const auto column = std::find_if(
        compiled.columns.begin(), compiled.columns.end(), [&](const CompiledColumn& each) {
          return each.variable == variable && each.previous == input.previous;
        });
    measure.terms.push_back({column - compiled.columns.begin(), 1.0});
  }
  return measure;
}

/// Which values of a formula are points: from 0 to the maximum. Above it a cap cuts, if there is
/// one. A value that is beyond an end by rounding only is that end.
Piecewise formula_points(double maximum, double cap) {
  constexpr double rounding = 1e-12;
  const double beyond = maximum * rounding;
  const bool cuts = cap <= maximum;
  std::vector<Piece> pieces{{Interval::closed(0.0, cuts ? infinity : maximum), 0.0, 1.0, 1.0}};
  if (beyond > 0.0) pieces.push_back({{-beyond, 0.0, true, false}, 0.0, 0.0, 1.0});
  if (!cuts && maximum + beyond > maximum) {
    pieces.push_back({{maximum, maximum + beyond, false, true}, maximum, 0.0, 1.0});
  }
  return Piecewise(std::move(pieces));
}

CompiledNormaliser compile_normaliser(const Normaliser& normaliser, const Criterion& node,
                                      Resolver& resolver) {
  CompiledNormaliser compiled;
  compiled.normaliser = &normaliser;
  if (normaliser.low.source == Anchor::Source::fixed) {
    compiled.low = resolver.number_at(normaliser.low.value, node, "lower anchor");
  }
  if (normaliser.high.source == Anchor::Source::fixed) {
    compiled.high = resolver.number_at(normaliser.high.value, node, "upper anchor");
  }
  return compiled;
}

LinearMap identity(double sign) {
  return {.sign = sign,
          .origin = 0.0,
          .span = 1.0,
          .low = 0.0,
          .high = 1.0,
          .cut_low = false,
          .cut_high = false};
}

/// Scores that a leaf can have, whatever the data.
ScoreRange leaf_range(const CompiledLeaf& leaf, const Criterion& node, const Index& index,
                      double maximum) {
  if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
    // A rule without any piece cannot exist, so there is a lowest and a highest value.
    return {piecewise->minimum()->value,
            std::isfinite(maximum) ? maximum : piecewise->maximum()->value};
  }
  if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
    return {categories->minimum(), std::isfinite(maximum) ? maximum : categories->maximum()};
  }
  if (const auto* compiled = std::get_if<CompiledNormaliser>(&leaf.rule)) {
    const Normaliser& n = *compiled->normaliser;
    switch (n.method) {
      case Normaliser::Method::min_max:
      case Normaliser::Method::goalposts:
        return {std::min(n.onto_low, n.onto_high), std::max(n.onto_low, n.onto_high)};
      case Normaliser::Method::distance_to_maximum:
      case Normaliser::Method::percentile_rank:
        return {0.0, 1.0};
      case Normaliser::Method::distance_to_reference:
      case Normaliser::Method::distance_to_target:
        return {0.0, n.cut ? 1.0 : infinity};
      case Normaliser::Method::fraction_of_maximum:
        return {-infinity, 1.0};
      case Normaliser::Method::rank:
        return {1.0, infinity};
      case Normaliser::Method::borda:
        return {0.0, infinity};
      case Normaliser::Method::z_score:
      case Normaliser::Method::scaled:
      case Normaliser::Method::adjusted_goalposts:
        return {-infinity, infinity};
    }
  }
  // Identity: the score is the measure itself.
  if (leaf.measure.is_variable()) {
    const Variable& variable =
        index.variables()[static_cast<std::size_t>(leaf.measure.terms[0].variable)];
    const Interval& range = variable.range;
    if (node.polarity == Polarity::negative) return {-range.upper, -range.lower};
    return {range.lower, range.upper};
  }
  return {-infinity, infinity};
}

class Compiler {
 public:
  Compiler(Index index, std::optional<Period> method)
      : compiled_(std::move(index), method), resolver_(std::move(method)) {}

  Compiled compile() {
    const Index& index = compiled_.index;
    const auto size = static_cast<std::size_t>(index.size());
    compiled_.leaf_of.assign(size, -1);
    compiled_.inner_of.assign(size, -1);
    compiled_.weight.assign(size, 1.0);
    compiled_.maximum.assign(size, missing_value);
    compiled_.cap.assign(size, infinity);
    compiled_.range.assign(size, {-infinity, infinity});
    compiled_.root_node = {Index::root()};
    compiled_.all_nodes.resize(size);
    std::iota(compiled_.all_nodes.begin(), compiled_.all_nodes.end(), Size{0});

    for (Size v = 0; v < std::ssize(index.variables()); ++v) {
      compiled_.columns.push_back({v, false});
    }
    for (const Size v : index.previous_variables()) compiled_.columns.push_back({v, true});
    for (Size c = 0; c < std::ssize(compiled_.columns); ++c) {
      add_limit(compiled_.variable_of(c).range);
    }
    for (Size i = 0; i < index.size(); ++i) {
      if (index.is_leaf(i)) {
        add_leaf(i);
      } else {
        compiled_.criteria_nodes.push_back(i);
      }
    }
    // Parents come before their children in the index: backwards, children are ready first.
    for (Size i = index.size() - 1; i >= 0; --i) {
      if (!index.is_leaf(i)) add_inner(i);
    }
    resolver_.raise();
    return std::move(compiled_);
  }

 private:
  static std::size_t at(Size i) { return static_cast<std::size_t>(i); }

  void add_limit(const Interval& range) {
    constexpr double most = std::numeric_limits<double>::max();
    const auto end = [](double bound, bool closed, double outward) {
      return std::isinf(bound) ? outward : closed ? bound : std::nextafter(bound, -outward);
    };
    compiled_.limits.push_back({end(range.lower, range.lower_closed, -most),
                                end(range.upper, range.upper_closed, most),
                                std::isfinite(range.lower) || std::isfinite(range.upper)});
  }

  double declared_maximum(const Criterion& node) {
    return node.maximum.empty() ? missing_value
                                : resolver_.number_at(node.maximum, node, "maximum");
  }

  void add_leaf(Size i) {
    const Criterion& node = compiled_.index.node(i);
    const double declared = declared_maximum(node);
    CompiledLeaf leaf;
    leaf.node = i;
    leaf.sign = node.polarity == Polarity::negative ? -1.0 : 1.0;
    leaf.not_applicable = node.not_applicable;
    const Rule* rule = resolver_.at(node.rule, node, "rule");
    const auto* by_formula = rule == nullptr ? nullptr : std::get_if<FormulaRule>(rule);
    if (by_formula != nullptr) {
      const auto symbols = resolver_.symbols(compiled_.index, i);
      if (symbols && !resolver_.has_problems()) {
        leaf.measure = compile_formula(by_formula->formula, *symbols, compiled_);
        leaf.rule = identity(1.0);
        if (!std::isnan(declared)) {
          leaf.rule = formula_points(declared, node.cap.value_or(infinity));
        }
      }
    } else {
      leaf.measure = compile_measure(node.measure, compiled_.index.variable_codes());
    }
    if (rule != nullptr && by_formula == nullptr) {
      if (const auto* normaliser = std::get_if<Normaliser>(rule)) {
        auto compiled = compile_normaliser(*normaliser, node, resolver_);
        if (!normaliser->ranks()) compiled.anchor = compiled_.anchor_count++;
        leaf.rule = compiled;
      } else if (std::holds_alternative<Identity>(*rule)) {
        leaf.rule = identity(leaf.sign);
      } else if (!resolver_.has_problems()) {  // The rule may need what was not found.
        const Variable& variable = compiled_.index.variables()[at(leaf.measure.terms[0].variable)];
        std::visit([&](auto&& kernel) { leaf.rule = std::forward<decltype(kernel)>(kernel); },
                   rule_kernel(*rule, std::isnan(declared) ? std::nullopt : std::optional(declared),
                               variable.categories));
      }
    }
    compiled_.range[at(i)] = leaf_range(leaf, node, compiled_.index, declared);
    compiled_.maximum[at(i)] = !std::isnan(declared) ? declared
                               : std::isfinite(compiled_.range[at(i)].highest)
                                   ? compiled_.range[at(i)].highest
                                   : missing_value;
    apply_cap(i, node);
    compiled_.leaf_of[at(i)] = static_cast<Size>(compiled_.leaves.size());
    compiled_.leaves.push_back(std::move(leaf));
  }

  void apply_cap(Size i, const Criterion& node) {
    if (!node.cap) return;
    compiled_.cap[at(i)] = *node.cap;
    cut_limits(compiled_, i);
  }

  void add_inner(Size i) {
    const Criterion& node = compiled_.index.node(i);
    CompiledCriterion inner;
    inner.node = i;
    inner.aggregation = node.aggregation;
    inner.missing = node.missing;
    inner.at_least = node.at_least.value_or(0.0);
    const auto children = compiled_.index.children(i);
    inner.children.assign(children.begin(), children.end());
    const bool sum = node.aggregation.method == Aggregation::Method::sum;
    for (const Size child : children) {
      const Criterion& part = compiled_.index.node(child);
      inner.roles.push_back(part.role);
      inner.weights.push_back(
          part.weight.empty() ? 1.0 : resolver_.number_at(part.weight, part, "weight"));
    }
    if (sum) {
      for (std::size_t k = 0; k < inner.weights.size(); ++k) {
        if (inner.roles[k] == Role::penalty) inner.weights[k] = -inner.weights[k];
      }
    } else {
      const double total = std::accumulate(inner.weights.begin(), inner.weights.end(), 0.0);
      for (double& weight : inner.weights) weight /= total;
    }
    for (std::size_t k = 0; k < inner.weights.size(); ++k) {
      compiled_.weight[at(inner.children[k])] = inner.weights[k];
    }
    if (node.aggregation.method == Aggregation::Method::copeland) compiled_.compares_units = true;
    const double declared = declared_maximum(node);
    if (node.cap) compiled_.cap[at(i)] = *node.cap;
    if (!resolver_.has_problems()) set_limits(compiled_, inner, declared);
    compiled_.inner_of[at(i)] = static_cast<Size>(compiled_.inner.size());
    compiled_.inner.push_back(std::move(inner));
  }

  Compiled compiled_;
  Resolver resolver_;
};

}  // namespace

Compiled compile(Index index, std::optional<Period> method) {
  if (!method && index.is_dated()) {
    Compiled compiled(std::move(index), {});
    compiled.resolved = false;
    return compiled;
  }
  return Compiler(std::move(index), std::move(method)).compile();
}

bool CompiledNormaliser::fits() const noexcept {
  const auto of_data = [](const Anchor& end) { return end.source != Anchor::Source::fixed; };
  switch (normaliser->method) {
    case Normaliser::Method::scaled:
    case Normaliser::Method::goalposts:
      return false;
    case Normaliser::Method::min_max:
      return of_data(normaliser->low) || of_data(normaliser->high);
    default:
      return true;
  }
}

LinearMap CompiledNormaliser::map(double sign, const FittedAnchor& fitted) const {
  const Normaliser& n = *normaliser;
  LinearMap map{.sign = sign,
                .origin = 0.0,
                .span = 1.0,
                .low = n.onto_low,
                .high = n.onto_high,
                .cut_low = false,
                .cut_high = false};
  switch (n.method) {
    case Normaliser::Method::goalposts:
      map.cut_low = map.cut_high = n.cut;
      [[fallthrough]];
    case Normaliser::Method::min_max:
    case Normaliser::Method::distance_to_maximum:
    case Normaliser::Method::adjusted_goalposts:
      // Both ends turn round together: the worst value is the least of the signed ones.
      map.origin = sign > 0.0 ? fitted.low : -fitted.high;
      map.span = fitted.high - fitted.low;
      break;
    case Normaliser::Method::distance_to_reference:
    case Normaliser::Method::distance_to_target:
      map.origin = sign * fitted.low;
      map.span = sign * fitted.high - sign * fitted.low;
      map.cut_high = n.cut;
      break;
    case Normaliser::Method::z_score:
      map.origin = sign * fitted.low;
      map.span = fitted.high;
      map.high = n.onto_low + n.onto_high;
      break;
    case Normaliser::Method::scaled:
      map.origin = fitted.low;
      map.span = fitted.high - fitted.low;
      break;
    case Normaliser::Method::fraction_of_maximum:
      map.span = sign * fitted.high;
      break;
    case Normaliser::Method::rank:
    case Normaliser::Method::borda:
    case Normaliser::Method::percentile_rank:
      break;
  }
  return map;
}

}  // namespace chiso
