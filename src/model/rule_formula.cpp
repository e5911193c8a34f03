#include "chiso/model/rule_formula.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/model/rule_kernel.hpp"

namespace chiso {

namespace {

/// A part of a formula's text.
struct Part {
  std::string text;
  bool simple = true;  ///< A name, a number or a function: needs no parentheses anywhere.

  [[nodiscard]] std::string factor() const { return simple ? text : "(" + text + ")"; }
};

std::string times(double factor, const Part& of) {
  return factor == 1.0 ? of.factor() : fmt::format("{} * {}", to_string(factor), of.factor());
}

// ---- Measures ----------------------------------------------------------------------------------

/// c1 x1 + c2 x2 ..., added up in this order.
Part added(const std::vector<Measure::Term>& terms) {
  Part sum;
  for (const auto& [variable, coefficient] : terms) {
    const Part name{quoted_name(variable)};
    const std::string size = times(std::fabs(coefficient), name);
    if (sum.text.empty()) {
      sum.text = coefficient < 0.0 ? "-" + size : size;
    } else {
      sum.text += (coefficient < 0.0 ? " - " : " + ") + size;
    }
  }
  const bool is_name = terms.size() == 1 && terms[0].coefficient == 1.0;
  sum.simple = is_name;
  return sum;
}

Part scaled(Part of, double factor) {
  if (factor == 1.0) return of;
  return {fmt::format("{} * {}", of.factor(), to_string(factor)), false};
}

bool is_power_of_two(double x) { return x > 0.0 && std::exp2(std::round(std::log2(x))) == x; }

std::string listed(const std::vector<Measure::Term>& terms) {
  std::vector<std::string> names;
  for (const auto& term : terms) names.push_back(quoted_name(term.variable));
  return join(names, ", ");
}

/// The mean is the sum times 1 / n, which is the sum over n only for powers of two.
Part mean_of(const Measure& measure) {
  const auto n = static_cast<double>(measure.terms.size());
  if (measure.terms.size() == 1) return scaled(added(measure.terms), measure.times);
  if (measure.times == 1.0 && is_power_of_two(n)) {
    return {fmt::format("mean({})", listed(measure.terms))};
  }
  return {fmt::format("({}) * ({} / {})", added(measure.terms).text, to_string(measure.times),
                      to_string(n)),
          false};
}

Part number_of(const Measure& measure) {
  switch (measure.kind) {
    case Measure::Kind::variable:
      return {quoted_name(measure.terms[0].variable)};
    case Measure::Kind::sum:
      return scaled(added(measure.terms), measure.times);
    case Measure::Kind::mean:
      return mean_of(measure);
    case Measure::Kind::ratio: {
      std::string quotient = fmt::format("{} / {}", added(measure.terms).factor(),
                                         added(measure.denominator).factor());
      if (measure.times != 1.0) quotient += " * " + to_string(measure.times);
      return {std::move(quotient), false};
    }
    case Measure::Kind::all_of:
    case Measure::Kind::any_of: {
      if (measure.terms.size() == 1) return {quoted_name(measure.terms[0].variable)};
      const char* const function = measure.kind == Measure::Kind::all_of ? "min" : "max";
      return {fmt::format("{}({})", function, listed(measure.terms))};
    }
  }
  return {};
}

// ---- Rules on a number -------------------------------------------------------------------------

class NumberRule {
 public:
  NumberRule(const Criterion& leaf, const Rule& rule, std::optional<double> maximum,
             std::span<const Variable> variables)
      : x_(number_of(leaf.measure)), maximum_(maximum) {
    if (!std::holds_alternative<Identity>(rule)) {
      kernel_.emplace(std::get<Piecewise>(rule_kernel(rule, maximum)));
    }
    const Measure& measure = leaf.measure;
    from_zero_ = measure.times > 0.0;
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      for (const auto& [code, coefficient] : *terms) {
        const auto declared =
            std::find_if(variables.begin(), variables.end(),
                         [&code = code](const Variable& each) { return each.code == code; });
        const bool known = declared != variables.end() && declared->range.lower >= 0.0;
        from_zero_ = from_zero_ && known && coefficient > 0.0;
      }
    }
  }

  std::string operator()(const Identity&) const { return x_.text; }
  std::string operator()(const GivenPoints&) const { return x_.text; }

  std::string operator()(const FixedPoints& rule) const {
    return fmt::format("if missing({}) then missing else {}", x_.text, to_string(rule.points));
  }

  std::string operator()(const Steps&) const { return steps(); }

  std::string operator()(const Proportional& rule) const {
    const double most = *maximum_;
    const std::string line = fmt::format("maximum * {} / {}", x_.factor(), to_string(rule.full_at));
    const auto from = [this](double x) {
      return fmt::format("if {} >= {} then ", x_.text, to_string(x));
    };
    if (rule.threshold == rule.full_at) return from(rule.full_at) + "maximum else 0";
    // From full_at on the line may stay below the maximum by a rounding.
    const bool reaches = most * rule.full_at / rule.full_at >= most;
    const std::string full = reaches ? std::string() : from(rule.full_at) + "maximum else ";
    if (rule.threshold == 0.0) return full + cut(line, "maximum");
    return full + from(rule.threshold) + fmt::format("min(maximum, {}) else 0", line);
  }

  std::string operator()(const PerUnit& rule) const {
    const double cap = rule.cap ? *rule.cap : *maximum_;
    const std::string most = rule.cap ? to_string(cap) : "maximum";
    const double full_at = cap / rule.points;
    std::string text;
    if (!(rule.points * full_at >= cap)) {
      text = fmt::format("if {} >= {} then {} else ", x_.text, to_string(full_at), most);
    }
    return text + cut(times(rule.points, x_), most);
  }

  std::string operator()(const Increments& rule) const {
    const std::string most = rule.cap ? to_string(*rule.cap) : "maximum";
    const auto closed = [&](const Part& x) {
      std::string above = x.text;
      if (rule.from != 0.0) {
        above +=
            fmt::format(" {} {}", rule.from > 0.0 ? '-' : '+', to_string(std::fabs(rule.from)));
      }
      if (rule.every != 1.0) {
        above = fmt::format("{} / {}", rule.from == 0.0 ? x.factor() : "(" + above + ")",
                            to_string(rule.every));
      }
      std::string gained = fmt::format("floor({})", above);
      if (rule.start < rule.from) gained = fmt::format("max(0, {})", gained);
      if (rule.add != 1.0) gained = fmt::format("{} * {}", to_string(rule.add), gained);
      if (rule.points != 0.0) gained = fmt::format("{} + {}", to_string(rule.points), gained);
      return fmt::format("if {} >= {} then min({}, {}) else 0", x.text, to_string(rule.start), most,
                         gained);
    };
    return is_kernel(Formula(closed({"x"}))) ? closed(x_) : steps();
  }

  std::string operator()(const Deduct& rule) const {
    const double most = *maximum_;
    std::string loss = times(rule.points, x_);
    if (rule.per != 1.0) loss += " / " + to_string(rule.per);
    const double none_at = most * rule.per / rule.points;
    std::string text;
    if (!(most + -rule.points * none_at / rule.per <= 0.0)) {
      text = fmt::format("if {} >= {} then 0 else ", x_.text, to_string(none_at));
    }
    const std::string rest = "maximum - " + loss;
    return text + (from_zero_ ? fmt::format("max(0, {})", rest)
                              : fmt::format("clamp({}, 0, maximum)", rest));
  }

  template <class Other>
  std::string operator()(const Other&) const {
    return {};
  }

 private:
  /// Not more than the most, and 0 for what is below 0.
  [[nodiscard]] std::string cut(const std::string& line, const std::string& most) const {
    return from_zero_ ? fmt::format("min({}, {})", most, line)
                      : fmt::format("clamp({}, 0, {})", line, most);
  }

  /// The pieces of the kernel, all of them level, from the best to the worst.
  [[nodiscard]] std::string steps() const {
    const auto pieces = kernel_->pieces();
    const bool rises = pieces.back().intercept >= pieces.front().intercept;
    std::string text;
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      const Piece& piece = rises ? pieces[pieces.size() - 1 - i] : pieces[i];
      const Piece& next = rises ? pieces[pieces.size() - 2 - i] : pieces[i + 1];
      if (piece.intercept == next.intercept) continue;
      const Interval& on = piece.on;
      text += rises
                  ? fmt::format("if {} {} {} then {} else ", x_.text, on.lower_closed ? ">=" : ">",
                                to_string(on.lower), to_string(piece.intercept))
                  : fmt::format("if {} {} {} then {} else ", x_.text, on.upper_closed ? "<=" : "<",
                                to_string(on.upper), to_string(piece.intercept));
    }
    if (text.empty()) return (*this)(FixedPoints{pieces.front().intercept});
    return text + to_string(rises ? pieces.front().intercept : pieces.back().intercept);
  }

  /// Whether a formula of x that steps as the kernel does gives the same at both ends of every
  /// step. It runs one way between.
  [[nodiscard]] bool is_kernel(const Formula& of_x) const {
    FormulaSymbols symbols;
    symbols.names["x"] = {};
    symbols.maximum = maximum_;
    const FormulaProgram program(of_x, symbols);
    const auto same = [&](double x) {
      return !std::isfinite(x) || program({&x, 1}) == (*kernel_)(x);
    };
    const double infinity = std::numeric_limits<double>::infinity();
    const auto pieces = kernel_->pieces();
    return std::all_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
      const Interval& on = piece.on;
      return same(on.lower_closed ? on.lower : std::nextafter(on.lower, infinity)) &&
             same(on.upper_closed ? on.upper : std::nextafter(on.upper, -infinity));
    });
  }

  Part x_;
  std::optional<double> maximum_;
  std::optional<Piecewise> kernel_;
  bool from_zero_ = false;  ///< The measure is never negative.
};

// ---- Rules on categories -----------------------------------------------------------------------

std::string quoted(const std::string& category) {
  std::string text = "\"";
  for (const char c : category) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + "\"";
}

/// Points by the position of a category.
std::string points_text(const CategoryRule* rule, const std::string& category, double points,
                        std::optional<double> maximum) {
  if (rule == nullptr || !rule->percent || points == 0.0) return to_string(points);
  if (points == *maximum) return "maximum";
  const auto found = std::find_if(rule->points.begin(), rule->points.end(), [&](const auto& each) {
    return match_key(each.first) == match_key(category);
  });
  return fmt::format("maximum * {} / 100", to_string(found->second));
}

std::string category_text(const Criterion& leaf, const Rule& rule, std::optional<double> maximum,
                          const std::vector<std::string>& categories) {
  const auto kernel = std::get<CategoryPoints>(rule_kernel(rule, maximum, categories));
  const auto& terms = leaf.measure.terms;
  const bool all = leaf.measure.kind == Measure::Kind::all_of;
  const bool several = terms.size() > 1;
  if (std::holds_alternative<FixedPoints>(rule) && !several) {
    return fmt::format("if missing({}) then missing else {}", quoted_name(terms[0].variable),
                       to_string(kernel(0.0)));
  }
  const auto* by_category = std::get_if<CategoryRule>(&rule);
  const auto points = [&](std::size_t k) {
    return points_text(by_category, categories[k], kernel(static_cast<double>(k)), maximum);
  };
  const auto joined = [&](std::string_view word, const auto& each) {
    std::vector<std::string> parts;
    for (const auto& term : terms) parts.push_back(each(quoted_name(term.variable)));
    return join(parts, word);
  };
  // A conjunction is decided by one that is false; the measure needs all of them.
  std::string text =
      several ? fmt::format("if {} then missing else ",
                            joined(" or ", [](const auto& x) { return "missing(" + x + ")"; }))
              : std::string();
  // From the best to the worst; of several the lowest (highest) of them counts.
  for (std::size_t k = categories.size() - 1; k > 0; --k) {
    const std::string word = quoted(categories[k]);
    const bool best = k + 1 == categories.size();
    const std::string_view sign = several && !best ? ">=" : "==";
    text +=
        fmt::format("if {} then {} else ",
                    joined(all ? " and " : " or ",
                           [&](const auto& x) { return fmt::format("{} {} {}", x, sign, word); }),
                    points(k));
  }
  return text + points(0);
}

const std::vector<std::string>* categories_of(const Measure& measure,
                                              std::span<const Variable> variables) {
  for (const Variable& variable : variables) {
    if (!measure.terms.empty() && variable.code == measure.terms[0].variable &&
        variable.is_category()) {
      return &variable.categories;
    }
  }
  return nullptr;
}

}  // namespace

std::optional<Formula> rule_formula(const Criterion& leaf, const Rule& rule,
                                    std::optional<double> maximum,
                                    std::span<const Variable> variables) {
  if (const auto* formula = std::get_if<FormulaRule>(&rule)) return formula->formula;
  if (std::holds_alternative<Normaliser>(rule)) return {};
  if (const auto* categories = categories_of(leaf.measure, variables)) {
    return Formula(category_text(leaf, rule, maximum, *categories));
  }
  std::string text = std::visit(NumberRule(leaf, rule, maximum, variables), rule);
  if (leaf.polarity == Polarity::negative) text = "-(" + text + ")";
  return Formula(text);
}

FormulaSymbols rule_symbols(std::optional<double> maximum, std::span<const Variable> variables) {
  FormulaSymbols symbols;
  symbols.maximum = maximum;
  for (const Variable& variable : variables) {
    FormulaSymbol& symbol = symbols.names[variable.code];
    symbol.range = variable.range;
    symbol.categories = variable.categories;
  }
  return symbols;
}

}  // namespace chiso
