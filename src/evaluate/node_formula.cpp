#include "chiso/evaluate/node_formula.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "chiso/model/rule_formula.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

/// More children than this are not put in each other's place.
constexpr std::size_t most_exchanged = 8;

/// The aggregation of one criterion, as text.
class Aggregate {
 public:
  Aggregate(const Compiled& compiled, const CompiledCriterion& inner)
      : compiled_(compiled), inner_(inner), how_(inner.aggregation) {
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      names_.push_back(quoted_name(compiled.index.codes()[inner.children[k]]));
      if (inner.weights[k] != 0.0) counted_.push_back(k);
    }
  }

  /// Empty if there is none.
  std::string text() {
    if (counted_.empty()) return {};
    std::string text = plain();
    if (text.empty()) return {};
    if (how_.scale_to) {
      text = fmt::format("({}) / {} * {}", text, to_string(inner_.full), to_string(*how_.scale_to));
      loose_ = true;
    }
    if (how_.times != 1.0) text = fmt::format("{} * {}", factor(text), to_string(how_.times));
    if (inner_.at_least > 0.0 && names_.size() > 1) {
      const double needed =
          std::ceil(inner_.at_least * static_cast<double>(names_.size()) * (1.0 - 1e-12));
      text = fmt::format("if {} < {} then missing else {}", count(all()), to_string(needed), text);
    }
    return text;
  }

 private:
  using Positions = std::vector<std::size_t>;

  [[nodiscard]] std::string factor(const std::string& text) const {
    return loose_ ? "(" + text + ")" : text;
  }

  [[nodiscard]] Positions all() const {
    Positions positions(names_.size());
    for (std::size_t k = 0; k < positions.size(); ++k) positions[k] = k;
    return positions;
  }

  [[nodiscard]] std::string names(const Positions& of) const {
    std::vector<std::string> list;
    for (const std::size_t k : of) list.push_back(names_[k]);
    return join(list, ", ");
  }
  /// The least of these children.
  [[nodiscard]] std::string least(const Positions& of) const {
    return of.size() == 1 ? names_[of[0]] : fmt::format("min({})", names(of));
  }
  [[nodiscard]] std::string count(const Positions& of) const {
    return fmt::format("count({})", names(of));
  }

  /// The weight of a child as a person would write it: the double that is used comes out of it.
  [[nodiscard]] std::string weight(std::size_t k) const {
    const double used = std::fabs(inner_.weights[k]);
    if (how_.method == Method::sum) return to_string(used);
    const double* stated = compiled_.index.node(inner_.children[k]).weight.find(compiled_.method);
    const double given = stated == nullptr ? 1.0 : *stated;
    double total = 0.0;
    for (const Size child : inner_.children) {
      const double* each = compiled_.index.node(child).weight.find(compiled_.method);
      total += each == nullptr ? 1.0 : *each;
    }
    const std::string short_total = fmt::format("{:.12g}", total);
    double rounded = total;
    static_cast<void>(parse_number(short_total, rounded));
    if (rounded == 1.0 && given == used) return to_string(given);
    if (given / rounded == used)
      return fmt::format("{} / {}", to_string(given), to_string(rounded));
    return to_string(used);
  }

  [[nodiscard]] std::string term(std::size_t k, const std::string& of) const {
    const std::string factor = weight(k);
    return factor == "1" ? of : fmt::format("{} * {}", factor, of);
  }

  /// The terms of these children added up in their order.
  template <class Of>
  [[nodiscard]] std::string added(const Positions& of, Of&& value) const {
    std::string sum;
    for (const std::size_t k : of) {
      const bool negative = inner_.weights[k] < 0.0;
      if (sum.empty()) {
        sum = (negative ? "-" : "") + term(k, value(k));
      } else {
        sum += (negative ? " - " : " + ") + term(k, value(k));
      }
    }
    return sum;
  }
  [[nodiscard]] std::string added(const Positions& of) const {
    return added(of, [this](std::size_t k) { return names_[k]; });
  }

  /// Shares of the children that are there, those that are not counting as 0.
  template <class Share>
  [[nodiscard]] std::string present(const Positions& of, Share&& share) const {
    std::vector<std::string> parts;
    for (const std::size_t k : of) {
      parts.push_back(fmt::format("(if missing({}) then 0 else {})", names_[k], share(k)));
    }
    return join(parts, " + ");
  }

  [[nodiscard]] std::string or_zero(std::size_t k) const {
    return fmt::format("coalesce({}, 0)", names_[k]);
  }

  std::string plain() {
    // Of one child there is nothing to skip.
    const bool skips = inner_.missing == MissingPolicy::renormalise && counted_.size() > 1;
    switch (how_.method) {
      case Method::sum:
        return inner_.missing == MissingPolicy::reduce_maximum && counted_.size() > 1 ? reduced()
                                                                                      : sum();
      case Method::arithmetic_mean:
        return skips ? renormalised() : mean();
      case Method::geometric_mean:
        return skips ? std::string() : geometric();
      case Method::harmonic_mean:
        return skips ? std::string() : harmonic();
      case Method::minimum:
        return extreme("min");
      case Method::maximum:
        return extreme("max");
      case Method::power_mean:
      case Method::median:
      case Method::mazziotta_pareto:
      case Method::adjusted_mazziotta_pareto:
      case Method::copeland:
        break;
    }
    return {};
  }

  std::string sum() {
    loose_ = counted_.size() > 1 || inner_.weights[counted_[0]] != 1.0;
    return added(counted_);
  }

  std::string mean() {
    const auto n = static_cast<double>(counted_.size());
    // Halves, quarters ... of a sum are the sum of halves.
    const bool equal = std::all_of(counted_.begin(), counted_.end(),
                                   [&](std::size_t k) { return inner_.weights[k] * n == 1.0; });
    if (equal && std::exp2(std::round(std::log2(n))) == n) {
      return n == 1.0 ? names_[counted_[0]] : fmt::format("mean({})", names(counted_));
    }
    return sum();
  }

  std::string renormalised() {
    const std::string whole = mean();
    loose_ = true;
    double total = 0.0;
    for (const std::size_t k : counted_) total += inner_.weights[k];
    return fmt::format(
        "if {} == {} then {} else ({}) * ({} / ({}))", count(counted_), counted_.size(), whole,
        added(counted_, [this](std::size_t k) { return or_zero(k); }), to_string(total),
        present(counted_, [this](std::size_t k) { return weight(k); }));
  }

  std::string reduced() {
    loose_ = true;
    Positions parts;
    Positions extra;
    std::vector<std::string> maxima;
    for (const std::size_t k : counted_) {
      (inner_.maxima[k] > 0.0 ? parts : extra).push_back(k);
      if (inner_.maxima[k] > 0.0) maxima.push_back(to_string(inner_.maxima[k]));
    }
    if (parts.empty()) return {};
    const auto value = [this](std::size_t k) { return or_zero(k); };
    const auto maximum = [this](std::size_t k) { return to_string(inner_.maxima[k]); };
    std::string scaled = fmt::format("({}) * (({}) / ({}))", added(parts, value),
                                     join(maxima, " + "), present(parts, maximum));
    if (!extra.empty()) scaled += fmt::format(" + ({})", added(extra, value));
    return fmt::format("if {} == {} then {} else {}", count(counted_), counted_.size(),
                       added(counted_), scaled);
  }

  /// 0 if a child is 0; undefined, as the logarithm, for a negative one.
  std::string geometric() {
    loose_ = true;
    const std::string powers =
        added(counted_, [this](std::size_t k) { return fmt::format("log({})", names_[k]); });
    return fmt::format("if {} == 0 then 0 else exp({})", least(counted_), powers);
  }

  std::string harmonic() {
    loose_ = true;
    const std::string parts =
        added(counted_, [this](std::size_t k) { return fmt::format("(1 / {})", names_[k]); });
    return fmt::format("if {} > 0 then 1 / ({}) else missing", least(counted_), parts);
  }

  /// Over all children, those without a weight too; one that is missing gives way to another.
  std::string extreme(std::string_view function) const {
    if (names_.size() == 1) return names_[0];
    if (inner_.missing != MissingPolicy::renormalise)
      return fmt::format("{}({})", function, names(all()));
    if (names_.size() > most_exchanged) return {};
    std::vector<std::string> each;
    for (std::size_t k = 0; k < names_.size(); ++k) {
      std::string list = names_[k];
      for (std::size_t other = 0; other < names_.size(); ++other) {
        if (other != k) list += ", " + names_[other];
      }
      each.push_back(fmt::format("coalesce({})", list));
    }
    return fmt::format("{}({})", function, join(each, ", "));
  }

  const Compiled& compiled_;
  const CompiledCriterion& inner_;
  const Aggregation& how_;
  std::vector<std::string> names_;  ///< Of the children, quoted where needed.
  Positions counted_;               ///< Children with a weight.
  bool loose_ = false;              ///< What there is needs parentheses as a factor.
};

std::optional<double> optional_of(double x) {
  return std::isnan(x) ? std::nullopt : std::optional(x);
}

std::optional<NodeFormula> of_leaf(const Compiled& compiled, Size node) {
  const Criterion& leaf = compiled.index.node(node);
  const Rule* rule = leaf.rule.find(compiled.method);
  if (rule == nullptr) return {};
  const double* declared = leaf.maximum.find(compiled.method);
  const auto maximum = declared == nullptr ? std::nullopt : std::optional(*declared);
  const auto formula = rule_formula(leaf, *rule, maximum, compiled.index.variables());
  if (!formula) return {};
  FormulaSymbols symbols = rule_symbols(maximum, compiled.index.variables());
  if (std::holds_alternative<FormulaRule>(*rule)) {
    symbols = formula_symbols(compiled.index, node, compiled.method);
  }
  return NodeFormula{*formula, std::move(symbols)};
}

std::optional<NodeFormula> of_criterion(const Compiled& compiled, Size node) {
  const CompiledCriterion& inner = compiled.inner[at(compiled.inner_of[at(node)])];
  const std::string text = Aggregate(compiled, inner).text();
  if (text.empty()) return {};
  FormulaSymbols symbols;
  symbols.maximum = optional_of(compiled.maximum[at(node)]);
  for (const Size child : inner.children) {
    const ScoreRange& range = compiled.range[at(child)];
    symbols.names[compiled.index.codes()[child]].range =
        Interval::closed(range.lowest, range.highest);
  }
  try {
    return NodeFormula{Formula(text), std::move(symbols)};
  } catch (const SpecError&) {
    return {};  // Longer or deeper than a formula may be.
  }
}

}  // namespace

std::optional<NodeFormula> node_formula(const Evaluator& evaluator, Size node) {
  const Compiled& compiled = evaluator.compiled();
  require_resolved(compiled);
  auto found =
      compiled.index.is_leaf(node) ? of_leaf(compiled, node) : of_criterion(compiled, node);
  const double cap = compiled.cap[at(node)];
  if (found && std::isfinite(cap)) {
    found->formula = Formula(fmt::format("min({}, {})", to_string(cap), to_string(found->formula)));
  }
  return found;
}

}  // namespace chiso
