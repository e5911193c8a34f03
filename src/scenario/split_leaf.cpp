#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "chiso/normalize/ranks.hpp"
#include "evaluate/formula_text.hpp"
#include "evaluate/measure.hpp"
#include "scenario/mixed_definition.hpp"
#include "scenario/node_split.hpp"
#include "scenario/shapley.hpp"

namespace chiso {
namespace {

using Kind = Cause::Kind;

/// One side of a leaf.
struct LeafSide {
  LeafSide(const Side& of, const CompiledLeaf& compiled) : side(of), leaf(compiled) {
    std::vector<double> scratch;
    const auto values = of.one.input().measure(leaf.measure, scratch);
    value = values[at(of.one.unit())];
    applies = !is_not_applicable();
    cap = of.compiled().cap[at(leaf.node)];
    maximum = of.compiled().maximum[at(leaf.node)];
    normaliser = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (normaliser != nullptr && normaliser->anchor >= 0) {
      anchor = of.scores.anchors()[at(normaliser->anchor)];
    }
    if (ranks()) {
      others.assign(values.begin(), values.end());
      others.erase(others.begin() + of.one.unit());
      std::sort(others.begin(), others.end(),
                [](double a, double b) { return std::isnan(b) ? !std::isnan(a) : a < b; });
    }
  }

  [[nodiscard]] bool ranks() const { return normaliser != nullptr && normaliser->anchor < 0; }

  [[nodiscard]] const FormulaProgram* formula() const {
    return leaf.measure.formula ? &*leaf.measure.formula : nullptr;
  }

  /// The column of a variable by its code; -1: it is not read on this side.
  [[nodiscard]] Size column_of(const std::string& code, bool previous) const {
    const auto variable = side.compiled().index.variable_codes().find(code);
    if (!variable) return -1;
    const auto& columns = side.compiled().columns;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].variable == *variable && columns[c].previous == previous) {
        return static_cast<Size>(c);
      }
    }
    return -1;
  }

  [[nodiscard]] double raw(Size column) const {
    double found = missing_value;
    side.one.input().columns[at(column)].load(side.one.unit(), {&found, 1});
    return found;
  }

  /// The parameters of its formula with their values.
  [[nodiscard]] FormulaSymbols symbols() const {
    return formula_symbols(side.compiled().index, leaf.node, side.scores.method());
  }

  [[nodiscard]] bool is_not_applicable() const {
    const auto& marked = side.one.input().not_applicable;
    if (marked.empty()) return false;
    // A formula makes of it what it makes of a missing value.
    if (formula() != nullptr && leaf.not_applicable == NotApplicable::missing) return false;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const auto& units = marked[at(term.variable)];
        if (std::binary_search(units.begin(), units.end(), side.one.unit())) return true;
      }
    }
    return false;
  }

  [[nodiscard]] const Variable& variable_of(Size column) const {
    return side.compiled().variable_of(column);
  }
  [[nodiscard]] std::string variable(Size column) const {
    return side.compiled().column_name(column);
  }

  const Side& side;
  const CompiledLeaf& leaf;
  double value = 0.0;
  bool applies = true;
  double cap = 0.0;
  double maximum = 0.0;
  const CompiledNormaliser* normaliser = nullptr;
  FittedAnchor anchor;
  std::vector<double> others;  ///< Measures of the other units, if the rule ranks; sorted.
};

/// What the rule of one reads, with the parameters and the values of others. A variable or a
/// parameter that only the rule's own side has stays as it is there.
double measure_of(const LeafSide& rule, const LeafSide& parameters, const LeafSide& value) {
  if (&rule == &value && (&rule == &parameters || rule.formula() == nullptr)) return rule.value;
  const CompiledMeasure& measure = rule.leaf.measure;
  const Compiled& compiled = rule.side.compiled();
  std::vector<double> values(compiled.columns.size(), missing_value);
  for (const auto* terms : {&measure.terms, &measure.denominator}) {
    for (const auto& term : *terms) {
      const Size other = value.column_of(rule.variable_of(term.variable).code,
                                         compiled.columns[at(term.variable)].previous);
      values[at(term.variable)] = other < 0 ? rule.raw(term.variable) : value.raw(other);
    }
  }
  if (rule.formula() == nullptr || &rule == &parameters) {
    double found = missing_value;
    work_out(measure, [&values](Size column) { return &values[at(column)]; }, {&found, 1});
    return found;
  }
  FormulaSymbols symbols = rule.symbols();
  const FormulaSymbols others = parameters.symbols();
  for (const std::string& name : parameters.formula()->formula().names()) {
    const auto own = symbols.names.find(name);
    const auto& other = others.names.at(name).value;
    if (own != symbols.names.end() && own->second.value && other) own->second.value = other;
  }
  std::vector<double> inputs;
  for (const auto& term : measure.terms) inputs.push_back(values[at(term.variable)]);
  return FormulaProgram(rule.formula()->formula(), symbols)(inputs);
}

/// The score by the rule of one, the anchors (or parameters), the value and the others of some.
double score_of(const LeafSide& rule, const LeafSide& anchors, const LeafSide& parameters,
                const LeafSide& value, const LeafSide& others) {
  if (!value.applies) {
    return rule.leaf.not_applicable == NotApplicable::full_points ? rule.maximum : missing_value;
  }
  const double x = measure_of(rule, parameters, value);
  double score = missing_value;
  if (rule.ranks()) {
    std::vector<double> all{x};
    all.insert(all.end(), others.others.begin(), others.others.end());
    for (double& each : all) each *= rule.leaf.sign;
    std::vector<double> ranks(all.size());
    const Normaliser& how = *rule.normaliser->normaliser;
    const auto ties =
        how.ties == Normaliser::Ties::average ? PlaceTies::average : PlaceTies::lowest;
    switch (how.method) {
      case Normaliser::Method::borda:
        borda(all, ties, ranks);
        break;
      case Normaliser::Method::percentile_rank:
        percentile_rank(all, ties, ranks);
        break;
      default:
        places(all, ties, ranks);
    }
    score = ranks[0];
  } else if (rule.normaliser != nullptr) {
    const LinearMap map = rule.normaliser->map(rule.leaf.sign, anchors.anchor);
    score = std::isnan(map.span) ? missing_value : map(x);
  } else if (const auto* map = std::get_if<LinearMap>(&rule.leaf.rule)) {
    score = (*map)(x);
  } else if (const auto* piecewise = std::get_if<Piecewise>(&rule.leaf.rule)) {
    score = (*piecewise)(x);
  } else if (const auto* points = std::get_if<CategoryPoints>(&rule.leaf.rule)) {
    score = (*points)(x);
  }
  if (std::isinf(score)) return missing_value;
  return score > rule.cap ? rule.cap : score;
}

class LeafGame {
 public:
  LeafGame(const Side& before, const Side& after, const CompiledLeaf& was, const CompiledLeaf& is)
      : sides_{LeafSide(before, was), LeafSide(after, is)},
        from_(before.one.score(was.node)),
        to_(after.one.score(is.node)) {}

  NodeSplit split() {
    if (!(by_formula() ? same_words() : same_measure())) {
      return unsplit(Kind::whole, to_ - from_,
                     fmt::format("another measure: {}", moved_text(from_, to_)));
    }
    find_players();
    if (players_.size() == 1) return unsplit(players_[0], to_ - from_, text(players_[0]));
    if (std::isnan(from_) || std::isnan(to_)) {
      // Without a value no rule gives anything.
      const bool by_value =
          a().applies != b().applies ||
          (by_formula() ? gap_moved() : std::isnan(a().value) != std::isnan(b().value));
      return by_value ? unsplit(Kind::value, to_ - from_, text(Kind::value))
                      : unsplit(Kind::whole, to_ - from_, moved_text(from_, to_));
    }
    std::vector<double> worth(std::size_t{1} << players_.size());
    for (std::size_t s = 0; s < worth.size(); ++s) {
      worth[s] = score(s);
      if (std::isnan(worth[s])) {
        return unsplit(Kind::whole, to_ - from_, mixture_text(s));
      }
    }
    const auto values = shapley(players_.size(), worth);
    NodeSplit found;
    found.split = Split::shapley;
    for (std::size_t i = 0; i < players_.size(); ++i) {
      found.own.push_back({players_[i], values[i], text(players_[i])});
    }
    return found;
  }

 private:
  [[nodiscard]] const LeafSide& a() const { return sides_[0]; }
  [[nodiscard]] const LeafSide& b() const { return sides_[1]; }

  /// Whether both read the same variables in the same way.
  [[nodiscard]] bool same_measure() const {
    const CompiledMeasure& was = a().leaf.measure;
    const CompiledMeasure& is = b().leaf.measure;
    const auto same_terms = [&](const auto& x, const auto& y) {
      return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](auto& s, auto& t) {
        const Variable& v = a().side.compiled().index.variables()[at(s.variable)];
        const Variable& w = b().side.compiled().index.variables()[at(t.variable)];
        return v.code == w.code && s.coefficient == t.coefficient && v.categories == w.categories;
      });
    };
    return was.kind == is.kind && was.times == is.times && same_terms(was.terms, is.terms) &&
           same_terms(was.denominator, is.denominator);
  }

  /// Whether a formula says what is read, on one side at least.
  [[nodiscard]] bool by_formula() const {
    return a().formula() != nullptr || b().formula() != nullptr;
  }

  /// What both sides read in one way or another: columns of either.
  [[nodiscard]] std::vector<std::pair<Size, Size>> common_columns() const {
    std::vector<std::pair<Size, Size>> found;
    for (const LeafSide& side : sides_) {
      const auto& columns = side.side.compiled().columns;
      const CompiledMeasure& measure = side.leaf.measure;
      for (const auto* terms : {&measure.terms, &measure.denominator}) {
        for (const auto& term : *terms) {
          const std::string& code = side.variable_of(term.variable).code;
          const bool previous = columns[at(term.variable)].previous;
          const std::pair pair(a().column_of(code, previous), b().column_of(code, previous));
          if (pair.first < 0 || pair.second < 0) continue;
          if (std::find(found.begin(), found.end(), pair) == found.end()) found.push_back(pair);
        }
      }
    }
    return found;
  }

  /// Whether words mean the same on both sides.
  [[nodiscard]] bool same_words() const {
    const auto common = common_columns();
    return std::all_of(common.begin(), common.end(), [this](const auto& pair) {
      return a().variable_of(pair.first).categories == b().variable_of(pair.second).categories;
    });
  }

  /// Whether something that is read came or went.
  [[nodiscard]] bool gap_moved() const {
    const auto common = common_columns();
    return std::any_of(common.begin(), common.end(), [this](const auto& pair) {
      return std::isnan(a().raw(pair.first)) != std::isnan(b().raw(pair.second));
    });
  }

  [[nodiscard]] bool same_values() const {
    if (!by_formula()) return same(a().value, b().value);
    const auto common = common_columns();
    return std::all_of(common.begin(), common.end(), [this](const auto& pair) {
      return same(a().raw(pair.first), b().raw(pair.second));
    });
  }

  /// Parameters that both formulas use and that moved: name, before, after.
  [[nodiscard]] std::vector<std::tuple<std::string, double, double>> moved_parameters() const {
    std::vector<std::tuple<std::string, double, double>> found;
    if (a().formula() == nullptr || b().formula() == nullptr) return found;
    const FormulaSymbols was = a().symbols();
    const FormulaSymbols is = b().symbols();
    const auto names = a().formula()->formula().names();
    for (const std::string& name : b().formula()->formula().names()) {
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      const auto& before = was.names.at(name).value;
      const auto& after = is.names.at(name).value;
      if (before && after && *before != *after) found.emplace_back(name, *before, *after);
    }
    return found;
  }

  [[nodiscard]] bool same_formula() const {
    const bool maximum_counts = uses_maximum(b().formula()->formula());
    return a().formula()->formula() == b().formula()->formula() &&
           !(maximum_counts && a().symbols().maximum != b().symbols().maximum);
  }

  static bool uses_maximum(const Formula& formula) {
    return std::any_of(formula.nodes().begin(), formula.nodes().end(), [](const auto& node) {
      return node.operation == FormulaOperation::highest;
    });
  }

  [[nodiscard]] const Rule* rule_of(const LeafSide& of) const {
    return of.side.criterion(of.leaf.node).rule.find(of.side.scores.method());
  }

  void find_players() {
    const Rule* const was = rule_of(a());
    const Rule* const is = rule_of(b());
    const bool applies = a().applies && b().applies;
    if (!same_values() || a().applies != b().applies) players_.push_back(Kind::value);
    const bool both_rank = a().ranks() && b().ranks();
    if (both_rank && !std::equal(a().others.begin(), a().others.end(), b().others.begin(),
                                 b().others.end(), same)) {
      players_.push_back(Kind::others);
    }
    const bool fits = anchors_fit();
    bool other_rule = !fits || a().cap != b().cap ||
                      (!applies && (!same(a().maximum, b().maximum) ||
                                    a().leaf.not_applicable != b().leaf.not_applicable));
    if (was == nullptr || is == nullptr) {
      other_rule = true;
    } else if (a().normaliser != nullptr && b().normaliser != nullptr) {
      const Normaliser& m = *a().normaliser->normaliser;
      const Normaliser& n = *b().normaliser->normaliser;
      other_rule = other_rule || m.method != n.method || m.onto_low != n.onto_low ||
                   m.onto_high != n.onto_high || m.cut != n.cut || m.ties != n.ties ||
                   a().leaf.sign != b().leaf.sign;
    } else if (std::holds_alternative<GivenPoints>(*was) &&
               std::holds_alternative<GivenPoints>(*is)) {
      // The score is what the data say, whatever the maximum.
      is_given_ = applies && !other_rule;
    } else if (a().formula() != nullptr && b().formula() != nullptr) {
      other_rule = other_rule || !same_formula();
    } else {
      other_rule = other_rule || !same_kernel();
    }
    if (other_rule) players_.push_back(Kind::rule);
    if (a().normaliser != nullptr && b().normaliser != nullptr && fits && !a().ranks() &&
        (!same(a().anchor.low, b().anchor.low) || !same(a().anchor.high, b().anchor.high))) {
      players_.push_back(Kind::anchors);
    }
    if (!moved_parameters().empty()) players_.push_back(Kind::parameters);
    anchors_apart_ = fits;
  }

  [[nodiscard]] bool same_kernel() const {
    if (a().leaf.rule.index() != b().leaf.rule.index()) return false;
    if (const auto* map = std::get_if<LinearMap>(&a().leaf.rule)) {
      return *map == std::get<LinearMap>(b().leaf.rule);
    }
    if (const auto* piecewise = std::get_if<Piecewise>(&a().leaf.rule)) {
      return *piecewise == std::get<Piecewise>(b().leaf.rule);
    }
    if (const auto* points = std::get_if<CategoryPoints>(&a().leaf.rule)) {
      return *points == std::get<CategoryPoints>(b().leaf.rule);
    }
    return true;
  }

  /// Whether the anchors of one say something to the rule of the other.
  [[nodiscard]] bool anchors_fit() const {
    if (a().normaliser == nullptr && b().normaliser == nullptr) return true;
    if (a().normaliser == nullptr || b().normaliser == nullptr) return false;
    using Method = Normaliser::Method;
    const Method was = a().normaliser->normaliser->method;
    const Method is = b().normaliser->normaliser->method;
    if (a().ranks() && b().ranks()) return true;
    const auto has_extremes = [](Method method) {
      return method == Method::min_max || method == Method::goalposts ||
             method == Method::distance_to_maximum || method == Method::adjusted_goalposts;
    };
    if (has_extremes(was) && has_extremes(is)) {
      return (was == Method::adjusted_goalposts) == (is == Method::adjusted_goalposts);
    }
    return was == is && (a().leaf.sign == b().leaf.sign || was == Method::z_score);
  }

  [[nodiscard]] double score(std::size_t changed) const {
    const auto side = [&](Kind kind) -> const LeafSide& {
      const auto found = std::find(players_.begin(), players_.end(), kind);
      const auto bit = static_cast<std::size_t>(found - players_.begin());
      return sides_[found == players_.end() ? 0 : (changed >> bit) & 1];
    };
    const LeafSide& rule = side(Kind::rule);
    const LeafSide& value = side(Kind::value);
    if (is_given_) return std::min(value.value, rule.cap);
    const bool both_formulas = a().formula() != nullptr && b().formula() != nullptr;
    const LeafSide& parameters = both_formulas ? side(Kind::parameters) : rule;
    const LeafSide& others = side(Kind::others);
    const bool both_rank = a().ranks() && b().ranks();
    return score_of(rule, anchors_apart_ ? side(Kind::anchors) : rule, parameters, value,
                    both_rank ? others : rule);
  }

  // ---- Words -----------------------------------------------------------------------------------

  [[nodiscard]] std::string value_of(const LeafSide& of) const {
    if (!of.applies) return "not applicable";
    if (std::isnan(of.value)) return "missing";
    const CompiledMeasure& measure = of.leaf.measure;
    const auto& categories =
        of.side.compiled().index.variables()[at(measure.terms[0].variable)].categories;
    if (!categories.empty() && of.value >= 0.0 &&
        of.value < static_cast<double>(categories.size())) {
      return categories[static_cast<std::size_t>(of.value)];
    }
    return measure.is_variable() ? to_string(of.value) : fmt::format("{:.6g}", of.value);
  }

  [[nodiscard]] std::string measure_name() const {
    const CompiledMeasure& measure = b().leaf.measure;
    if (measure.is_variable()) return b().variable(measure.terms[0].variable);
    std::string names;
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      if (terms == &measure.denominator && !terms->empty()) names += " over ";
      for (std::size_t i = 0; i < terms->size(); ++i) {
        names += (i == 0 ? "" : ", ") + b().variable((*terms)[i].variable);
      }
    }
    return names;
  }

  /// "rate 70 -> 80, prev(rate) 65 -> 70".
  [[nodiscard]] std::string values_text() const {
    std::string text;
    for (const auto& [was, is] : common_columns()) {
      if (same(a().raw(was), b().raw(is))) continue;
      const auto of = [](const LeafSide& side, Size column) {
        const Input& input = side.side.one.input();
        return raw_text(side.side.compiled(), input, column, side.side.one.unit());
      };
      text += fmt::format("{}{} {} -> {}", text.empty() ? "" : ", ", b().variable(is), of(a(), was),
                          of(b(), is));
    }
    if (a().applies == b().applies) return text;
    return text + (b().applies ? "applicable now" : "not applicable now");
  }

  [[nodiscard]] std::string parameters_text() const {
    std::string text;
    for (const auto& [name, was, is] : moved_parameters()) {
      text += fmt::format("{}{} {} -> {}", text.empty() ? "" : ", ", name, to_string(was),
                          to_string(is));
    }
    return text;
  }

  [[nodiscard]] std::string text(Kind kind) const {
    switch (kind) {
      case Kind::value:
        if (by_formula()) return values_text();
        return fmt::format("{} {} -> {}", measure_name(), value_of(a()), value_of(b()));
      case Kind::others:
        return fmt::format("the place of {} among the other units' values", measure_name());
      case Kind::parameters:
        return parameters_text();
      case Kind::anchors:
        return anchors_text(b().normaliser->normaliser->method, a().anchor, b().anchor);
      default:
        return rule_text(a().side, b().side, a().leaf.node, b().leaf.node);
    }
  }

  [[nodiscard]] std::string mixture_text(std::size_t changed) const {
    std::string what;
    for (std::size_t i = 0; i < players_.size(); ++i) {
      if (((changed >> i) & 1) != 0) what += (what.empty() ? "" : ", ") + text(players_[i]);
    }
    return fmt::format("{}: there is no score with only this changed: {}", moved_text(from_, to_),
                       what);
  }

  std::array<LeafSide, 2> sides_;
  double from_;
  double to_;
  std::vector<Kind> players_;
  bool is_given_ = false;       ///< The score is the value.
  bool anchors_apart_ = false;  ///< The anchors of one fit the rule of the other.
};

}  // namespace

NodeSplit split_leaf(const Side& before, const Side& after, const CompiledLeaf& was,
                     const CompiledLeaf& is) {
  return LeafGame(before, after, was, is).split();
}

}  // namespace chiso
