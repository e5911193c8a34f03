// Points rules as formulas: the same double for every value, and a text that reads well.

#include "chiso/model/rule_formula.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/rule_kernel.hpp"
#include "definitions.hpp"

namespace chiso {
namespace {

using namespace test;

const double nan = std::numeric_limits<double>::quiet_NaN();
const double infinity = std::numeric_limits<double>::infinity();

Variable whole_line(std::string code) { return number(std::move(code), {}); }
Variable from_zero(std::string code) { return number(std::move(code), parse_interval(">= 0")); }

std::string text_of(const Rule& rule, std::optional<double> maximum = {},
                    const Variable& variable = from_zero("x")) {
  const auto formula = rule_formula(leaf(variable.code, rule), rule, maximum, {&variable, 1});
  return formula ? to_string(*formula) : "none";
}

/// Whether formula and kernel agree on a value of the variable x.
bool agrees(const Piecewise& kernel, const FormulaProgram& program, double x) {
  const double expected = kernel(x);
  const double found = program({&x, 1});
  return expected == found || (std::isnan(expected) && std::isnan(found));
}

/// Values at, just below and just above every bound, and some anywhere.
std::vector<double> values_for(const Piecewise& kernel, std::mt19937& random) {
  std::vector<double> values{nan, 0.0, 1.0, 1e300, std::numeric_limits<double>::denorm_min()};
  for (const Piece& piece : kernel.pieces()) {
    for (const double bound : {piece.on.lower, piece.on.upper}) {
      if (std::isinf(bound)) continue;
      values.insert(values.end(),
                    {bound, std::nextafter(bound, -infinity), std::nextafter(bound, infinity)});
    }
  }
  std::uniform_real_distribution<double> anywhere(-10.0, 130.0);
  for (int i = 0; i < 50; ++i) values.push_back(anywhere(random));
  for (int i = 0; i < 20; ++i) values.push_back(std::round(anywhere(random)));
  return values;
}

void expect_same(const Rule& rule, std::optional<double> maximum, const Variable& variable,
                 std::mt19937& random) {
  const auto formula = rule_formula(leaf(variable.code, rule), rule, maximum, {&variable, 1});
  ASSERT_TRUE(formula) << describe(rule);
  EXPECT_EQ(Formula(to_string(*formula)), *formula);
  const FormulaProgram program(*formula, rule_symbols(maximum, {&variable, 1}));
  const auto kernel = std::get<Piecewise>(rule_kernel(rule, maximum));
  for (const double x : values_for(kernel, random)) {
    if (!std::isnan(x) && !variable.range.contains(x)) continue;
    if (!std::isnan(x) && std::isnan(kernel(x))) {
      // The data must not hold it; as a formula's result it is refused in the same way.
      ASSERT_TRUE(std::holds_alternative<GivenPoints>(rule));
      continue;
    }
    EXPECT_TRUE(agrees(kernel, program, x))
        << describe(rule) << ", maximum " << maximum.value_or(nan) << ": " << to_string(*formula)
        << " at " << to_string(x) << " gives " << to_string(program({&x, 1})) << ", not "
        << to_string(kernel(x));
  }
}

TEST(RuleFormulaTest, ReadsAsAPersonWouldWriteIt) {
  EXPECT_EQ(text_of(Identity{}), "x");
  EXPECT_EQ(text_of(GivenPoints{}, 4.0), "x");
  EXPECT_EQ(text_of(FixedPoints{1.5}), "if missing(x) then missing else 1.5");
  // scoring_rules.csv: CM-1.1.4, TH-1b, BG-1, PT-3.2, AU-1.
  EXPECT_EQ(text_of(Steps{{{parse_interval("> 90"), 2.0},
                           {parse_interval("[70, 90]"), 1.0},
                           {parse_interval("< 70"), 0.0}}}),
            "if x > 90 then 2 else if x >= 70 then 1 else 0");
  EXPECT_EQ(text_of(Steps{{{parse_interval("< 1"), 2.0}, {parse_interval(">= 1"), 0.0}}}),
            "if x < 1 then 2 else 0");
  EXPECT_EQ(text_of(Proportional{100.0, 80.0}, 3.0),
            "if x >= 80 then min(maximum, maximum * x / 100) else 0");
  EXPECT_EQ(text_of(PerUnit{0.5, 2.0}), "min(2, 0.5 * x)");
  EXPECT_EQ(text_of(Increments{10.0, 1.0, 20.0, 5.0, 0.25, 2.0}),
            "if x >= 10 then min(2, 1 + 0.25 * max(0, floor((x - 20) / 5))) else 0");
  EXPECT_EQ(text_of(Deduct{1.0, 2.0}, 2.0), "max(0, maximum - x / 2)");
  EXPECT_EQ(text_of(Deduct{0.5, 1.0}, 2.0), "max(0, maximum - 0.5 * x)");
  EXPECT_EQ(text_of(PerUnit{1.0, {}}, 2.0), "min(maximum, x)");
  // Where the variable may be negative.
  EXPECT_EQ(text_of(Proportional{100.0, 0.0}, 3.0, whole_line("x")),
            "clamp(maximum * x / 100, 0, maximum)");
  EXPECT_EQ(text_of(Deduct{1.0, 1.0}, 2.0, whole_line("x")), "clamp(maximum - x, 0, maximum)");
  // Names that need it are in backquotes.
  EXPECT_EQ(text_of(PerUnit{1.0, 2.0}, {}, from_zero("1.1")), "min(2, `1.1`)");
  EXPECT_EQ(text_of(Normaliser{}), "none");
}

TEST(RuleFormulaTest, NegativePolarityTurnsIdentityRound) {
  Criterion node = leaf("x");
  node.polarity = Polarity::negative;
  EXPECT_EQ(to_string(*rule_formula(node, Identity{}, {}, {})), "-x");
}

TEST(RuleFormulaTest, AFormulaIsItsOwn) {
  const FormulaRule rule{Formula("x + 1"), {}, {}};
  EXPECT_EQ(to_string(*rule_formula(Criterion{}, rule, {}, {})), "x + 1");
}

TEST(RuleFormulaTest, GivesWhatTheKernelGivesForEveryValue) {
  std::mt19937 random(5);
  const auto any = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random);
  };
  // Numbers that people write, and numbers that only computers do.
  const auto number_of = [&](double low, double high) {
    const double x = any(low, high);
    switch (random() % 3) {
      case 0:
        return std::max(1.0, std::round(x));
      case 1:
        return std::max(0.25, std::round(x * 4.0) / 4.0);
      default:
        return x;
    }
  };
  for (int i = 0; i < 3000; ++i) {
    const double maximum = number_of(0.3, 30.0);
    const bool capped = random() % 2 == 0;
    const std::optional<double> cap = capped ? std::optional(number_of(0.5, 20.0)) : std::nullopt;
    const double most = cap.value_or(maximum);
    const double full_at = number_of(1.0, 120.0);
    double low = number_of(0.0, 40.0);
    const double high = low + number_of(1.0, 50.0);
    std::vector<Rule> rules{
        FixedPoints{number_of(0.0, 9.0)},
        GivenPoints{},
        Proportional{full_at, 0.0},
        Proportional{full_at, full_at * any(0.0, 1.0)},
        Proportional{full_at, full_at},
        PerUnit{number_of(0.1, 3.0), cap},
        Deduct{number_of(0.1, 3.0), number_of(0.5, 10.0)},
        Increments{low, most * any(0.0, 1.0), random() % 2 == 0 ? low : high, number_of(0.5, 10.0),
                   number_of(0.1, 2.0) + most / 60.0, cap},
        Steps{{{{-infinity, low, false, capped}, any(0.0, 5.0)},
               {{low, high, !capped, !capped}, any(0.0, 5.0)},
               {{high, infinity, capped, false}, any(0.0, 5.0)}}},
    };
    for (const Rule& rule : rules) {
      expect_same(rule, maximum, random() % 2 == 0 ? whole_line("x") : from_zero("x"), random);
    }
  }
}

TEST(RuleFormulaTest, AClosedFormThatMissesAStepByARoundingIsNotUsed) {
  // 0.3 is three tenths for the rule, and floor(0.3 / 0.1) is 2.
  ASSERT_EQ(std::floor(0.3 / 0.1), 2.0);
  EXPECT_EQ(text_of(Increments{0.0, 0.0, 0.0, 0.1, 1.0, 3.0}),
            "if x >= 0.3 then 3 else if x >= 0.2 then 2 else if x >= 0.1 then 1 else 0");
}

// ---- Measures

Criterion reads(Measure measure, Rule rule) {
  Criterion node = leaf("a", std::move(rule));
  node.measure = std::move(measure);
  return node;
}

std::string text_of(const Measure& measure) {
  return to_string(*rule_formula(reads(measure, Identity{}), Identity{}, {}, {}));
}

TEST(RuleFormulaTest, MeasuresReadAsWritten) {
  using Kind = Measure::Kind;
  EXPECT_EQ(text_of({Kind::sum, {{"a", 1.0}, {"b", -1.0}, {"c", 2.5}}, {}, 1.0}),
            "a - b + 2.5 * c");
  EXPECT_EQ(text_of({Kind::sum, {{"a", 1.0}, {"b", 1.0}}, {}, 3.0}), "(a + b) * 3");
  EXPECT_EQ(text_of({Kind::mean, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0}), "mean(a, b)");
  EXPECT_EQ(text_of({Kind::mean, {{"a", 1.0}, {"b", 1.0}, {"c", 1.0}}, {}, 1.0}),
            "(a + b + c) * (1 / 3)");
  // 766-b: satisfaction with the handling of complaints.
  EXPECT_EQ(text_of({Kind::ratio, {{"all", 1.0}, {"late", -1.0}}, {{"all", 1.0}}, 100.0}),
            "(all - late) / all * 100");
  EXPECT_EQ(text_of({Kind::all_of, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0}), "min(a, b)");
  EXPECT_EQ(text_of({Kind::any_of, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0}), "max(a, b)");
  EXPECT_EQ(
      to_string(
          *rule_formula(reads({Kind::ratio, {{"done", 1.0}}, {{"all", 1.0}}, 100.0}, Identity{}),
                        Proportional{100.0, 80.0}, 2.0, {})),
      "if done / all * 100 >= 80 then min(maximum, maximum * (done / all * 100) / 100) else 0");
}

// ---- Categories

TEST(RuleFormulaTest, PointsByCategoryAreComparisons) {
  const Variable level = categories("level", {"poor", "fair", "good"});
  const CategoryRule by_word{{{"good", 2.0}, {"Fair", 0.5}, {"poor", 0.0}}, false};
  EXPECT_EQ(text_of(by_word, 2.0, level),
            "if level == \"good\" then 2 else if level == \"fair\" then 0.5 else 0");
  const CategoryRule grades{{{"good", 100.0}, {"fair", 75.0}, {"poor", 0.0}}, true};
  EXPECT_EQ(text_of(grades, 2.0, level),
            "if level == \"good\" then maximum else if level == \"fair\" then maximum * 75 / 100 "
            "else 0");
  EXPECT_EQ(text_of(FixedPoints{1.0}, {}, level), "if missing(level) then missing else 1");
}

TEST(RuleFormulaTest, ConjunctionsOfCategoriesAreTheLowestOfThem) {
  const std::vector<Variable> both{categories("a", {"poor", "fair", "good"}),
                                   categories("b", {"poor", "fair", "good"})};
  const CategoryRule rule{{{"good", 2.0}, {"fair", 1.0}, {"poor", 0.25}}, false};
  for (const auto kind : {Measure::Kind::all_of, Measure::Kind::any_of}) {
    const Criterion node = reads({kind, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0}, rule);
    const auto formula = rule_formula(node, rule, 2.0, both);
    const FormulaProgram program(*formula, rule_symbols(2.0, both));
    const std::vector<double> points{0.25, 1.0, 2.0};
    for (const double a : {0.0, 1.0, 2.0, nan}) {
      for (const double b : {0.0, 1.0, 2.0, nan}) {
        const double counts = kind == Measure::Kind::all_of ? std::fmin(a, b) : std::fmax(a, b);
        const double inputs[] = {a, b};
        const double found = program(inputs);
        if (std::isnan(a) || std::isnan(b)) {
          EXPECT_TRUE(std::isnan(found)) << to_string(*formula);
        } else {
          EXPECT_EQ(found, points[static_cast<std::size_t>(counts)]) << to_string(*formula);
        }
      }
    }
  }
  // CM-1.2.1: full in number and on time.
  const std::vector<Variable> met{categories("full", {"no", "yes"}),
                                  categories("on_time", {"no", "yes"})};
  const CategoryRule one{{{"yes", 1.0}, {"no", 0.0}}, false};
  EXPECT_EQ(to_string(*rule_formula(
                reads({Measure::Kind::all_of, {{"full", 1.0}, {"on_time", 1.0}}, {}, 1.0}, one),
                one, 1.0, met)),
            "if missing(full) or missing(on_time) then missing else if full == \"yes\" and on_time "
            "== \"yes\" then 1 else 0");
}

}  // namespace
}  // namespace chiso
