#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../base/rounds.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/size.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/formula/program.hpp"
#include "long_double_formula.hpp"
#include "random_formula.hpp"

/// What the analysis says of random formulas is held against what they give at many points.
namespace chiso {
namespace {

using testing_formula::RandomFormula;
using Kind = FormulaFinding::Kind;
using Operation = FormulaOperation;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
// What the analysis promises to overlook: this part of the maximum, and what rounding has made of
// a result.
constexpr double rounding = 1e-9;

/// Formulas as people write them: steps, ratios, caps, weighted sums of three variables.
class RandomScoring {
 public:
  explicit RandomScoring(std::uint64_t seed) : random_(seed) {}

  std::string draw() { return number(3); }

 private:
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }
  std::string variable() { return std::string(1, "abc"[below(3)]); }
  std::string constant() {
    static const std::vector<std::string> all{"0",  "1",   "2",   "0.5", "3",  "5",
                                              "10", "0.1", "100", "80",  "90", "maximum"};
    return all[below(all.size())];
  }

  std::string condition(int depth) {
    switch (below(9)) {
      case 0:
        return "between(" + variable() + ", " + constant() + ", " + constant() + ")";
      case 1:
        return "(" + condition(depth - 1) + " and " + condition(depth - 1) + ")";
      case 2:
        return "(" + condition(depth - 1) + " or " + condition(depth - 1) + ")";
      case 3:
        return variable() + compares() + variable();
      case 4:
        return number(depth - 1) + compares() + constant();
      case 5:
        return below(2) == 0 ? "missing(" + variable() + ")" : "not " + condition(depth - 1);
      default:
        return variable() + compares() + constant();
    }
  }
  std::string compares() {
    static const std::vector<std::string> all{" < ", " <= ", " > ", " >= ", " >= ", " == ", " != "};
    return all[below(all.size())];
  }

  std::string number(int depth) {
    if (depth <= 0) return below(2) == 0 ? variable() : constant();
    const auto inner = [&] { return number(depth - 1); };
    switch (below(16)) {
      case 0:
        return "(" + inner() + " + " + inner() + ")";
      case 1:
        return "(" + inner() + " - " + inner() + ")";
      case 2:
        return "(" + inner() + " * " + inner() + ")";
      case 3:
        return "(" + inner() + " / " + inner() + ")";
      case 4:
        return "min(" + constant() + ", " + inner() + ")";
      case 5:
        return "max(0, " + inner() + ")";
      case 6:
        return "clamp(" + inner() + ", 0, maximum)";
      case 7:
        return "(" + variable() + " / (" + variable() + " + " + variable() + "))";
      case 8:
        return "floor(" + inner() + " / 5)";
      case 9:
        return "round(" + inner() + ", 2)";
      case 10:
        return "mean(" + inner() + ", " + inner() + ")";
      case 11:
        return "count(" + condition(depth - 1) + ", " + condition(depth - 1) + ")";
      case 12:
        return "coalesce(" + inner() + ", " + constant() + ")";
      default: {
        std::string text = "(";
        for (std::size_t n = 1 + below(3); n > 0; --n) {
          text += "if " + condition(depth - 1) + " then " + inner() + " else ";
        }
        return text + inner() + ")";
      }
    }
  }

  std::mt19937_64 random_;
};

/// Holds one formula's analysis against points.
class Trial {
 public:
  Trial(const Formula& formula, const FormulaSymbols& symbols, std::uint64_t seed)
      : formula_(formula), symbols_(symbols), program_(formula, symbols), random_(seed) {
    for (const auto& input : program_.inputs()) {
      labels_.push_back(input.previous ? "prev(" + input.variable + ")" : input.variable);
    }
  }

  void run(const AnalysisBudget& budget) {
    SCOPED_TRACE(described());
    check_range(formula_range(formula_, symbols_, budget));
    for (const auto& input : program_.inputs()) {
      if (input.previous) continue;
      for (const auto direction : {FormulaDirection::rises, FormulaDirection::falls}) {
        check_trend(input.variable, direction,
                    formula_trend(formula_, symbols_, input.variable, direction, budget));
      }
    }
    for (const auto& finding : check_formula(formula_, symbols_, budget)) check_finding(finding);
  }

  static inline Size proofs = 0;  ///< So that nobody is pleased by a test that proves nothing.
  static inline Size refutations = 0;
  static inline Size findings = 0;

 private:
  std::string described() const {
    std::string text = to_string(formula_);
    for (const auto& [name, symbol] : symbols_.names) {
      text += "; " + name + " in " + to_string(symbol.range);
    }
    return text;
  }

  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_);
  }

  // ---- Points ----

  const FormulaSymbol& symbol_of(std::size_t input) const {
    return symbols_.names.find(program_.inputs()[input].variable)->second;
  }

  double value_of(std::size_t input, const std::vector<std::string>& counted) {
    const FormulaSymbol& symbol = symbol_of(input);
    if (!symbol.categories.empty()) return static_cast<double>(below(symbol.categories.size()));
    const bool whole = std::find(counted.begin(), counted.end(), labels_[input]) != counted.end();
    for (int attempt = 0; attempt < 50; ++attempt) {
      double x = candidate(symbol);
      if (whole) x = std::floor(x);
      if (symbol.range.contains(x) && (x == 0.0 || std::fabs(x) >= 1e-100)) return x;
    }
    const double x = symbol.range.lower_closed ? symbol.range.lower : symbol.range.upper;
    return std::isfinite(x) ? x : 0.0;
  }

  double candidate(const FormulaSymbol& symbol) {
    const double lower = std::max(symbol.range.lower, -1e3);
    const double upper = std::min(symbol.range.upper, 1e3);
    switch (below(8)) {
      case 0:
        return below(2) == 0 ? lower : upper;
      case 1:
        return std::uniform_real_distribution<double>(lower, upper)(random_);
      case 2:
        return std::floor(std::uniform_real_distribution<double>(lower, upper)(random_));
      case 3:
        return std::uniform_int_distribution<int>(-3, 12)(random_);
      case 4:
        return (below(2) == 0 ? 1.0 : -1.0) *
               std::exp(std::uniform_real_distribution<double>(-30.0, 30.0)(random_));
      default:
        break;
    }
    // A number of the formula, or its neighbour.
    const auto nodes = formula_.nodes();
    for (int attempt = 0; attempt < 20; ++attempt) {
      const auto& node = nodes[below(nodes.size())];
      if (node.operation != Operation::number) continue;
      const std::size_t side = below(3);
      return side == 0   ? node.number
             : side == 1 ? std::nextafter(node.number, infinity)
                         : std::nextafter(node.number, -infinity);
    }
    return 10.0;
  }

  std::vector<double> point(const std::vector<std::string>& counted) {
    std::vector<double> values;
    for (std::size_t i = 0; i < labels_.size(); ++i) values.push_back(value_of(i, counted));
    return values;
  }

  std::vector<double> values_of(const FormulaExample& example) const {
    std::vector<double> values;
    for (const auto& label : labels_) {
      const auto found = std::find_if(example.begin(), example.end(),
                                      [&](const auto& pair) { return pair.first == label; });
      EXPECT_NE(found, example.end()) << label;
      values.push_back(found->second);
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool allowed = std::isnan(values[i]) || !symbol_of(i).categories.empty() ||
                           symbol_of(i).range.contains(values[i]);
      EXPECT_TRUE(allowed) << labels_[i] << " = " << values[i];
    }
    return values;
  }

  std::string text_of(const std::vector<double>& values) const {
    FormulaExample example;
    for (std::size_t i = 0; i < values.size(); ++i) example.emplace_back(labels_[i], values[i]);
    return to_string(example, symbols_);
  }

  /// What rounding has made of the result, or could have: seen by more digits, and by inputs that
  /// are off by as much as the largest number on the way is rounded.
  double noise(const std::vector<double>& values) const {
    constexpr double part = 1e-13;
    std::vector<double> nodes(formula_.nodes().size());
    const double result = program_.trace(values, nodes);
    double largest = 0.0;
    for (const double node : nodes) {
      if (std::isfinite(node)) largest = std::max(largest, std::fabs(node));
    }
    double noise = part * largest;
    const auto look_at = [&](const std::vector<double>& row) {
      const auto exact = testing_formula::LongDoubleFormula(program_, row, nodes).result();
      const double off =
          100.0 * static_cast<double>(std::fabs(exact - static_cast<long double>(result)));
      noise = std::isnan(off) ? infinity : std::max(noise, off);
    };
    look_at(values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (!symbol_of(i).categories.empty()) continue;
      for (const double by : {-part * largest, part * largest}) {
        auto row = values;
        row[i] += by;
        look_at(row);
      }
    }
    return noise;
  }

  // ---- Claims ----

  void check_range(const FormulaRange& range) {
    const double maximum = *symbols_.maximum;
    const double slack = rounding * maximum;
    proofs += range.inside == Proof::proven ? 1 : 0;
    refutations += range.inside == Proof::refuted ? 1 : 0;
    for (int n = 0; n < 300; ++n) {
      const auto values = point(range.counted);
      const double result = program_(values);
      if (std::isnan(result)) continue;
      ASSERT_GE(result, range.lowest) << text_of(values);
      ASSERT_LE(result, range.highest) << text_of(values);
      if (range.inside == Proof::proven) {
        ASSERT_GE(result, -slack) << text_of(values);
        ASSERT_LE(result, maximum + slack) << text_of(values);
      }
    }
    if (range.inside != Proof::refuted) return;
    const double result = program_(values_of(range.example));
    EXPECT_EQ(result, range.value);
    EXPECT_TRUE(result < -slack || result > maximum + slack) << result;
  }

  void check_trend(const std::string& variable, FormulaDirection direction,
                   const FormulaTrend& trend) {
    const double sign = direction == FormulaDirection::rises ? 1.0 : -1.0;
    const auto moves_back = [&](double lower, double upper) {
      const double size = std::max({std::fabs(lower), std::fabs(upper), *symbols_.maximum});
      return sign * (lower - upper) > rounding * size;
    };
    proofs += trend.proof == Proof::proven ? 1 : 0;
    if (trend.proof == Proof::refuted) {
      ++refutations;
      const auto lower = values_of(trend.lower);
      const auto upper = values_of(trend.upper);
      for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (labels_[i] == variable) {
          EXPECT_LT(lower[i], upper[i]);
        } else {
          EXPECT_EQ(lower[i], upper[i]);
        }
      }
      EXPECT_EQ(program_(lower), trend.at_lower);
      EXPECT_EQ(program_(upper), trend.at_upper);
      EXPECT_TRUE(moves_back(trend.at_lower, trend.at_upper));
      return;
    }
    if (trend.proof != Proof::proven) return;
    const auto input = static_cast<std::size_t>(
        std::find(labels_.begin(), labels_.end(), variable) - labels_.begin());
    for (int n = 0; n < 30; ++n) {
      auto values = point(trend.counted);
      std::vector<std::pair<double, double>> line;
      for (int k = 0; k < 12; ++k) {
        values[input] = value_of(input, trend.counted);
        const double result = program_(values);
        if (!std::isnan(result)) line.emplace_back(values[input], result);
      }
      std::sort(line.begin(), line.end());
      for (std::size_t upper = 1; upper < line.size(); ++upper) {
        for (std::size_t lower = 0; lower < upper; ++lower) {
          const auto [x1, y1] = line[lower];
          const auto [x2, y2] = line[upper];
          if (x2 - x1 <= rounding * std::max(std::fabs(x1), std::fabs(x2))) continue;
          if (!moves_back(y1, y2)) continue;
          values[input] = x2;
          const double noise_there = noise(values);
          values[input] = x1;
          ASSERT_LE(std::fabs(y1 - y2), noise(values) + noise_there)
              << text_of(values) << " -> " << y1 << "; " << variable << " = " << x2 << " -> " << y2
              << "; sign " << sign;
        }
      }
    }
  }

  // ---- Findings ----

  std::vector<std::size_t> nodes_at(FormulaSpan span) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < formula_.nodes().size(); ++i) {
      if (formula_.nodes()[i].span == span) found.push_back(i);
    }
    return found;
  }

  void take(std::size_t i, const std::vector<double>& values, std::vector<bool>& taken) const {
    taken[i] = true;
    const FormulaNode& node = formula_.nodes()[i];
    if (node.operation != Operation::choose) {
      for (const auto operand : node.operands) {
        take(operand, values, taken);
        if (node.operation == Operation::coalesce && !std::isnan(values[operand])) return;
      }
      return;
    }
    for (std::size_t k = 0; k + 1 < node.operands.size(); k += 2) {
      take(node.operands[k], values, taken);
      if (std::isnan(values[node.operands[k]])) return;
      if (values[node.operands[k]] == 1.0) return take(node.operands[k + 1], values, taken);
    }
    take(node.operands.back(), values, taken);
  }

  void check_finding(const FormulaFinding& finding) {
    ++findings;
    SCOPED_TRACE(std::string(name(finding.kind)) + ": " + finding.message);
    EXPECT_LT(finding.span.begin, finding.span.end);
    EXPECT_FALSE(finding.message.empty());
    EXPECT_FALSE(finding.remedy.empty());
    const auto at = nodes_at(finding.span);
    ASSERT_FALSE(at.empty());
    std::vector<double> nodes(formula_.nodes().size());
    switch (finding.kind) {
      case Kind::divides_by_zero:
      case Kind::no_real_number:
      case Kind::overflows: {
        const auto values = values_of(finding.example);
        for (const double value : values) EXPECT_FALSE(std::isnan(value));
        EXPECT_TRUE(std::isnan(program_(values)));
        break;
      }
      case Kind::missing_slips: {
        const auto values = values_of(finding.example);
        EXPECT_EQ(std::count_if(values.begin(), values.end(), [](double x) { return x != x; }), 1);
        EXPECT_FALSE(std::isnan(program_(values)));
        break;
      }
      case Kind::gap:
      case Kind::overlap: {
        const auto values = values_of(finding.example);
        program_.trace(values, nodes);
        std::vector<bool> taken(nodes.size(), false);
        take(formula_.root(), nodes, taken);
        EXPECT_TRUE(std::any_of(at.begin(), at.end(), [&](auto i) { return taken[i]; }) ||
                    finding.kind == Kind::overlap);
        break;
      }
      case Kind::never_runs:
      case Kind::always_decided:
      case Kind::unused:
        try_to_contradict(finding, at.back());
        break;
    }
  }

  void try_to_contradict(const FormulaFinding& finding, std::size_t node) {
    const auto counted = formula_range(formula_, symbols_, {10}).counted;
    const bool always_true = finding.message.ends_with("is always true");
    std::vector<double> nodes(formula_.nodes().size());
    for (int n = 0; n < 300; ++n) {
      auto values = point(counted);
      for (double& value : values) {
        if (below(6) == 0) value = nan;
      }
      program_.trace(values, nodes);
      std::vector<bool> taken(nodes.size(), false);
      take(formula_.root(), nodes, taken);
      if (finding.kind == Kind::never_runs) {
        ASSERT_FALSE(taken[node]) << text_of(values);
      } else if (finding.kind == Kind::always_decided) {
        ASSERT_NE(nodes[node], always_true ? 0.0 : 1.0) << text_of(values);
      } else {
        if (taken[node]) expect_unused(node, nodes, text_of(values));
      }
    }
  }

  /// A bound that another value keeps away from, or what is not asked for.
  void expect_unused(std::size_t node, const std::vector<double>& nodes, const std::string& point) {
    const auto whole = parent_of(node);
    const FormulaNode& of = formula_.nodes()[whole];
    ASSERT_NE(of.operation, Operation::coalesce) << point;
    if (std::isnan(nodes[whole])) return;
    if (of.operation == Operation::clamp) {
      const double x = nodes[of.operands[0]];
      ASSERT_TRUE(node == of.operands[1] ? nodes[node] < x : nodes[node] > x) << point;
    } else {
      ASSERT_NE(nodes[node], nodes[whole]) << point;
    }
  }

  std::size_t parent_of(std::size_t node) const {
    std::size_t i = node;
    while (true) {
      const auto& operands = formula_.nodes()[++i].operands;
      if (std::find(operands.begin(), operands.end(), node) != operands.end()) return i;
    }
  }

  const Formula& formula_;
  const FormulaSymbols& symbols_;
  FormulaProgram program_;
  std::vector<std::string> labels_;
  std::mt19937_64 random_;
};

FormulaSymbols random_symbols(std::mt19937_64& random) {
  const std::vector<Interval> ranges{Interval::closed(0.0, 100.0),
                                     Interval::closed(0.0, infinity),
                                     Interval::closed(0.0, 1.0),
                                     Interval::closed(-infinity, infinity),
                                     Interval{0.0, infinity, false, false},
                                     Interval::closed(1.0, 10.0),
                                     Interval{-5.0, 5.0, false, true}};
  FormulaSymbols symbols;
  symbols.maximum = std::vector<double>{1.0, 3.0, 10.0, 0.5}[random() % 4];
  for (const char* name : {"a", "b", "c"}) {
    symbols.names[name].range = ranges[random() % ranges.size()];
  }
  return symbols;
}

TEST(AnalysisRandomTest, WhatIsSaidOfScoringFormulasHoldsAtEveryPointTried) {
  std::mt19937_64 random(1);
  RandomScoring scoring(2);
  for (int n = 0; n < rounds(1000); ++n) {
    const FormulaSymbols symbols = random_symbols(random);
    const Formula formula(scoring.draw());
    Trial(formula, symbols, random()).run({n % 10 == 0 ? 2000 : 200});
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
  // 5,000 and more questions; a third answered for good is not by chance.
  EXPECT_GT(Trial::proofs, rounds(1500));
  EXPECT_GT(Trial::refutations, rounds(1500));
  EXPECT_GT(Trial::findings, rounds(400));
}

TEST(AnalysisRandomTest, WhatIsSaidOfAnyFormulaHoldsAtEveryPointTried) {
  std::mt19937_64 random(3);
  RandomFormula::Vocabulary vocabulary{
      {"a", "b", "c"}, {"low", "middle"}, {0.0, 1.0, 2.0, 0.5, -1.0, 10.0, 100.0, 0.1, 3.0}};
  RandomFormula draws(4, vocabulary);
  int analysed = 0;
  for (int n = 0; n < rounds(2000); ++n) {
    FormulaSymbols symbols = random_symbols(random);
    if (n % 3 == 0) symbols.names["c"].categories = {"low", "middle", "high"};
    const Formula formula(draws.draw(1 + n % 5));
    try {
      Trial(formula, symbols, random()).run({100});
      ++analysed;
    } catch (const SpecError&) {
      // Categories and numbers are mixed up.
    }
    if (HasFatalFailure() || HasNonfatalFailure()) return;
  }
  EXPECT_GT(analysed, rounds(700));
}

}  // namespace
}  // namespace chiso
