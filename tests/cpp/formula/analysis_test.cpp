#include "chiso/formula/analysis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "analysed.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;
using testing_formula::flag;
using testing_formula::from_zero;
using testing_formula::infinity;
using testing_formula::percent;
using testing_formula::Symbols;
using testing_formula::to;
using Kind = FormulaFinding::Kind;

constexpr auto rises = FormulaDirection::rises;
constexpr auto falls = FormulaDirection::falls;

FormulaSymbols rate_of(double maximum) { return Symbols(maximum).variable("x", percent()).symbols; }
FormulaSymbols count_of(double maximum) {
  return Symbols(maximum).variable("n", from_zero()).symbols;
}
FormulaSymbols share_of(double maximum) {
  return Symbols(maximum).variable("done", from_zero()).variable("all", from_zero()).symbols;
}
FormulaSymbols anything() {
  const auto line = Interval::closed(-infinity, infinity);
  return Symbols(10.0).variable("x", line).variable("y", line).symbols;
}

std::vector<FormulaFinding> findings(const std::string& text, const FormulaSymbols& symbols) {
  return check_formula(Formula(text), symbols);
}

/// The only finding.
FormulaFinding finding(const std::string& text, const FormulaSymbols& symbols) {
  const auto found = findings(text, symbols);
  EXPECT_EQ(found.size(), 1U) << text;
  return found.empty() ? FormulaFinding{} : found.front();
}

std::string part_of(const std::string& text, const FormulaFinding& finding) {
  return text.substr(finding.span.begin, finding.span.end - finding.span.begin);
}

// ---- Range --------------------------------------------------------------------------------------

TEST(FormulaRangeTest, EndsAreThoseOfTheFormula) {
  // 2 * [0, 100] - 50
  const auto line = formula_range(Formula("2 * x - 50"), rate_of(100.0));
  EXPECT_EQ(line.lowest, -50.0);
  EXPECT_EQ(line.highest, 150.0);

  // x (100 - x) is 2500 at 50, where an interval around it says more.
  const auto hill = formula_range(Formula("x * (100 - x) / 250"), rate_of(10.0));
  EXPECT_EQ(hill.lowest, 0.0);
  EXPECT_NEAR(hill.highest, 10.0, 1e-8);
  EXPECT_EQ(hill.inside, Proof::proven);

  // Open ends: 0 is left out, so 1 / x has no bound; and x - 1 is above -1 by one step of doubles.
  const auto open = Symbols(1.0).variable("x", Interval{0.0, 1.0, false, false}).symbols;
  EXPECT_EQ(formula_range(Formula("floor(x)"), open).highest, 0.0);
  EXPECT_EQ(formula_range(Formula("if x == 0 then 5 else 1"), open).highest, 1.0);
}

TEST(FormulaRangeTest, RangesWithoutEndHaveScoresWithoutEnd) {
  const auto sum = formula_range(Formula("n + 1"), count_of(10.0));
  EXPECT_EQ(sum.lowest, 1.0);
  EXPECT_EQ(sum.highest, infinity);
  const auto root = formula_range(Formula("sqrt(n)"), count_of(10.0));
  EXPECT_EQ(root.highest, infinity);
  // But n / (n + 1) stays below 1.
  const auto share = formula_range(Formula("n / (n + 1)"), count_of(1.0));
  EXPECT_NEAR(share.highest, 1.0, 1e-12);
  EXPECT_EQ(share.inside, Proof::proven);
}

TEST(FormulaRangeTest, ACounterExampleIsInSimpleNumbers) {
  // 3 * done / all > 3 wants done > all: 2 of 1.
  const auto range = formula_range(Formula("maximum * done / all"), share_of(3.0));
  EXPECT_EQ(range.inside, Proof::refuted);
  EXPECT_THAT(range.example, ElementsAre(Pair("done", 2.0), Pair("all", 1.0)));
  EXPECT_EQ(range.value, 6.0);

  // Above 2 from 41 on; of the numbers with one digit 50 is the first.
  const auto steep = formula_range(Formula("x / 20"), rate_of(2.0));
  EXPECT_THAT(steep.example, ElementsAre(Pair("x", 50.0)));

  const auto deduction = formula_range(Formula("maximum - n"), count_of(3.0));
  EXPECT_THAT(deduction.example, ElementsAre(Pair("n", 4.0)));
  EXPECT_EQ(deduction.value, -1.0);
}

TEST(FormulaRangeTest, OnlyOneNumberOutsideIsFound) {
  const auto range = formula_range(Formula("if x == 37 then 5 else 1"), rate_of(2.0));
  EXPECT_EQ(range.inside, Proof::refuted);
  EXPECT_THAT(range.example, ElementsAre(Pair("x", 37.0)));
  // Just below a threshold: x / 25 is 3.6 there, and from 90 on it is 2.
  const auto below = formula_range(Formula("if x >= 90 then 2 else x / 25"), rate_of(3.5));
  EXPECT_EQ(below.inside, Proof::refuted);
  EXPECT_GT(below.value, 3.5);
}

TEST(FormulaRangeTest, WhatTwoVariablesHaveToDoWithEachOtherCounts) {
  const auto proven = [](const std::string& text, const FormulaSymbols& symbols) {
    return formula_range(Formula(text), symbols).inside == Proof::proven;
  };
  EXPECT_TRUE(proven("if done > all then maximum else maximum * done / all", share_of(3.0)));
  EXPECT_TRUE(proven("if done >= all then maximum else maximum - maximum * (all - done) / all",
                     share_of(3.0)));
  EXPECT_TRUE(
      proven("if 100 * done / all > 100 then maximum else maximum * done / all", share_of(3.0)));
  EXPECT_TRUE(proven("done / (done + all) * maximum", share_of(3.0)));
  EXPECT_TRUE(proven("maximum * min(done, all) / all", share_of(3.0)));
  const auto bounded = Symbols(3.0).variable("done", from_zero()).variable("all", to(1e3)).symbols;
  EXPECT_TRUE(proven("all - (all - min(done, maximum))", bounded));
  EXPECT_FALSE(proven("if done > 2 * all then maximum else maximum * done / all", share_of(3.0)));
}

TEST(FormulaRangeTest, RoundingIsNoWayOut) {
  // 0.1 * 3 is 0.30000000000000004.
  const auto symbols = Symbols(0.3).variable("x", to(3.0)).symbols;
  EXPECT_EQ(formula_range(Formula("0.1 * x"), symbols).inside, Proof::proven);
  // Large numbers that cancel: 1e17 - 1 is 1e17 in doubles.
  EXPECT_NE(formula_range(Formula("n - (n - 1)"), count_of(1.0)).inside, Proof::refuted);
}

TEST(FormulaRangeTest, WithoutAMaximumNothingIsProven) {
  FormulaSymbols symbols = rate_of(1.0);
  symbols.maximum.reset();
  const auto range = formula_range(Formula("x / 10"), symbols);
  EXPECT_EQ(range.inside, Proof::open);
  EXPECT_EQ(range.highest, 10.0);
}

TEST(FormulaRangeTest, AFormulaWithoutVariablesHasOneValue) {
  const auto range = formula_range(Formula("maximum / 4"), rate_of(2.0));
  EXPECT_EQ(range.lowest, 0.5);
  EXPECT_EQ(range.highest, 0.5);
  EXPECT_EQ(range.inside, Proof::proven);
}

TEST(FormulaRangeTest, CountsAreWholeNumbersAndSaidToBe) {
  // With n = 1.5 it would be 4.
  const std::string text = "if n == 1 then 1 else if n >= 2 then 2 else n * 4";
  const auto range = formula_range(Formula(text), count_of(2.0));
  EXPECT_EQ(range.inside, Proof::proven);
  EXPECT_THAT(range.counted, ElementsAre("n"));
  // 100 is the end of a percentage, and says nothing.
  EXPECT_THAT(formula_range(Formula("if x == 100 then 2 else x / 100"), rate_of(2.0)).counted,
              IsEmpty());
  // Compared with 0.5 too.
  const std::string halves = "if n == 1 then 1 else if n >= 0.5 then 0.5 else 0";
  EXPECT_THAT(formula_range(Formula(halves), count_of(2.0)).counted, IsEmpty());
}

// ---- Trend --------------------------------------------------------------------------------------

TEST(FormulaTrendTest, AStepDownIsFoundAtItsThreshold) {
  const Formula formula("if x >= 90 then 1 else if x >= 70 then 2 else 0");
  const auto trend = formula_trend(formula, rate_of(2.0), "x", rises);
  EXPECT_EQ(trend.proof, Proof::refuted);
  EXPECT_EQ(trend.at_lower, 2.0);
  EXPECT_EQ(trend.at_upper, 1.0);
  EXPECT_THAT(trend.lower, ElementsAre(Pair("x", 70.0)));
  EXPECT_THAT(trend.upper, ElementsAre(Pair("x", 90.0)));
}

TEST(FormulaTrendTest, TheTwoPointsDifferInTheVariableAlone) {
  const auto trend = formula_trend(Formula("maximum * done / all"), share_of(3.0), "all", rises);
  EXPECT_EQ(trend.proof, Proof::refuted);
  EXPECT_THAT(trend.lower, ElementsAre(Pair("done", 1.0), Pair("all", 1.0)));
  EXPECT_THAT(trend.upper, ElementsAre(Pair("done", 1.0), Pair("all", 2.0)));
  EXPECT_EQ(trend.at_lower, 3.0);
  EXPECT_EQ(trend.at_upper, 1.5);
}

TEST(FormulaTrendTest, ADropOfOneNumberIsFound) {
  // A gap: 90 itself gets 0.
  const Formula formula("if x > 90 then 2 else if x < 90 then 1 else 0");
  const auto trend = formula_trend(formula, rate_of(2.0), "x", rises);
  EXPECT_EQ(trend.proof, Proof::refuted);
  EXPECT_THAT(trend.upper, ElementsAre(Pair("x", 90.0)));
  EXPECT_EQ(trend.at_upper, 0.0);
}

TEST(FormulaTrendTest, WhereOperandsWorkAgainstEachOtherTheSlopeDecides) {
  const auto proof = [](const std::string& text, const std::string& name,
                        FormulaDirection direction) {
    const auto symbols =
        Symbols(10.0).variable("x", from_zero()).variable("y", from_zero()).symbols;
    return formula_trend(Formula(text), symbols, name, direction).proof;
  };
  EXPECT_EQ(proof("x / (x + y)", "x", rises), Proof::proven);
  EXPECT_EQ(proof("x / (x + y)", "y", falls), Proof::proven);
  EXPECT_EQ(proof("x - 0.1 * x", "x", rises), Proof::proven);
  EXPECT_EQ(proof("(x - y) / x", "x", rises), Proof::proven);
  EXPECT_EQ(proof("max(0, x - y) / x", "x", rises), Proof::proven);
  EXPECT_EQ(proof("x / max(x, y)", "x", rises), Proof::proven);
  EXPECT_EQ(proof("x * x - x", "x", rises), Proof::refuted);  // 0, -0.25, 0.
  EXPECT_EQ(proof("if x / (x + y) >= 0.9 then 2 else 0", "x", rises), Proof::proven);
  EXPECT_EQ(proof("floor(10 * x / (x + y))", "x", rises), Proof::proven);
  EXPECT_EQ(proof("if x + y == 0 then 0 else x / (x + y)", "y", falls), Proof::proven);
}

TEST(FormulaTrendTest, JumpsBetweenBranchesAreCompared) {
  const auto symbols = Symbols(100.0).variable("x", percent()).variable("y", percent()).symbols;
  const auto proof = [&](const std::string& text, const std::string& name) {
    return formula_trend(Formula(text), symbols, name, rises).proof;
  };
  EXPECT_EQ(proof("if x > 50 then y else 0.9 * y", "x"), Proof::proven);
  EXPECT_EQ(proof("if x > 50 then 0.9 * y else y", "x"), Proof::refuted);
  EXPECT_EQ(proof("if x > y then x else y", "x"), Proof::proven);
  EXPECT_EQ(proof("if x > y then x else y", "y"), Proof::proven);
  EXPECT_EQ(proof("if x > y then y else x", "x"), Proof::proven);
  EXPECT_EQ(proof("if x > y then 2 else if x == y then 1 else 0", "x"), Proof::proven);
  EXPECT_EQ(proof("if x > y then 2 else if x == y then 3 else 0", "x"), Proof::refuted);
  EXPECT_EQ(proof("min(100, x + (if x >= 95 then 5 else 0))", "x"), Proof::proven);
}

TEST(FormulaTrendTest, WhatLiesBeyondAMissingScoreIsCompared) {
  const Formula formula("1 / x");
  // It falls on either side of 0, but rises across it.
  const auto across = formula_trend(formula, anything(), "x", falls);
  EXPECT_EQ(across.proof, Proof::refuted);
  EXPECT_LT(across.at_lower, across.at_upper);
  const auto above = Symbols(10.0).variable("x", Interval{0.0, infinity, false, false}).symbols;
  EXPECT_EQ(formula_trend(formula, above, "x", falls).proof, Proof::proven);
}

TEST(FormulaTrendTest, CategoriesRiseFromWorstToBest) {
  const auto symbols = Symbols(2.0).categories("grade", {"poor", "fair", "good"}).symbols;
  const auto trend = [&](const std::string& text) {
    return formula_trend(Formula(text), symbols, "grade", rises);
  };
  EXPECT_EQ(trend(R"(if grade >= "fair" then 2 else 0)").proof, Proof::proven);
  const auto swapped = trend(R"(if grade == "fair" then 2 else if grade == "good" then 1 else 0)");
  EXPECT_EQ(swapped.proof, Proof::refuted);
  EXPECT_EQ(to_string(swapped.lower, symbols), R"(grade = "fair")");
  EXPECT_EQ(to_string(swapped.upper, symbols), R"(grade = "good")");
}

TEST(FormulaTrendTest, OnlyVariablesMove) {
  const auto symbols = Symbols(2.0).variable("x", percent()).parameter("cap", 2.0).symbols;
  const Formula formula("min(cap, x)");
  EXPECT_THAT([&] { (void)formula_trend(formula, symbols, "y", rises); },
              ThrowsMessage<SpecError>(HasSubstr("there is no variable 'y'")));
  EXPECT_THAT([&] { (void)formula_trend(formula, symbols, "cap", rises); },
              ThrowsMessage<SpecError>(HasSubstr("'cap' is a parameter")));
  // What a formula does not read does not move it.
  EXPECT_EQ(formula_trend(Formula("maximum"), symbols, "x", rises).proof, Proof::proven);
}

TEST(FormulaTrendTest, LastPeriodIsAnInputOfItsOwn) {
  const Formula formula("x - prev(x)");
  EXPECT_EQ(formula_trend(formula, rate_of(10.0), "x", rises).proof, Proof::proven);
}

// ---- Findings: values ---------------------------------------------------------------------------

TEST(FormulaFindingsTest, ADivisorThatCanBeZeroIsNamed) {
  const std::string text = "maximum + 100 * done / all";
  const auto found = finding(text, share_of(3.0));
  EXPECT_EQ(found.kind, Kind::divides_by_zero);
  EXPECT_EQ(part_of(text, found), "100 * done / all");
  EXPECT_EQ(found.message, "`all` can be 0, and then `100 * done / all` gives no score");
  EXPECT_THAT(found.remedy, HasSubstr("if all == 0 then ... else 100 * done / all"));
  EXPECT_THAT(found.example, ElementsAre(Pair("done", 0.0), Pair("all", 0.0)));
}

TEST(FormulaFindingsTest, ADivisorThatIsGuardedIsFine) {
  EXPECT_THAT(findings("if all == 0 then 0 else min(3, done / all)", share_of(3.0)), IsEmpty());
  EXPECT_THAT(findings("if all > 0 then min(3, done / all) else 0", share_of(3.0)), IsEmpty());
  EXPECT_THAT(findings("min(3, done / max(1, all))", share_of(3.0)), IsEmpty());
  EXPECT_THAT(findings("min(3, coalesce(done / all, 0))", share_of(3.0)), IsEmpty());
  EXPECT_THAT(findings("if all != 0 and done / all > 0.5 then 3 else 0", share_of(3.0)), IsEmpty());
}

TEST(FormulaFindingsTest, AZeroThatIsHardToHitIsFound) {
  EXPECT_EQ(finding("1 / (x - 37.25)", rate_of(1.0)).kind, Kind::divides_by_zero);
  EXPECT_EQ(finding("1 / (2 * x - 75)", rate_of(1.0)).kind, Kind::divides_by_zero);
  const auto equal = finding("1 / (x - y)", anything());
  EXPECT_EQ(equal.kind, Kind::divides_by_zero);
  EXPECT_EQ(equal.example.front().second, equal.example.back().second);
  // No double squared is 2.
  EXPECT_THAT(findings("1 / (x * x - 2)", rate_of(1.0)), IsEmpty());
}

TEST(FormulaFindingsTest, WhatIsNoRealNumberIsNamed) {
  EXPECT_EQ(finding("sqrt(x - 50)", rate_of(10.0)).kind, Kind::no_real_number);
  EXPECT_EQ(finding("log(n)", count_of(10.0)).message,
            "`n` can be 0 or less, and then `log(n)` gives no score");
  EXPECT_EQ(finding("x ^ 0.5", anything()).kind, Kind::no_real_number);
  EXPECT_EQ(finding("n ^ -1", count_of(10.0)).kind, Kind::no_real_number);
  EXPECT_THAT(findings("sqrt(n) + log(n + 1) + n ^ 0.5 + x ^ 3",
                       [] {
                         auto symbols = count_of(10.0);
                         symbols.names["x"];
                         return symbols;
                       }()),
              IsEmpty());
}

TEST(FormulaFindingsTest, OverflowIsNamedWhereDataCanReachIt) {
  EXPECT_EQ(finding("exp(x)", anything()).kind, Kind::overflows);
  EXPECT_THAT(findings("exp(x)", rate_of(10.0)), IsEmpty());
  // Beyond 10^15 nobody counts.
  EXPECT_THAT(findings("n * n * n * n", count_of(10.0)), IsEmpty());
}

TEST(FormulaFindingsTest, OnePartIsNamedOnce) {
  EXPECT_EQ(
      findings("if done / all > 0.9 then 2 else if done / all > 0.5 then 1 else 0", share_of(2.0))
          .size(),
      1U);
}

// ---- Findings: missing values -------------------------------------------------------------------

TEST(FormulaFindingsTest, AlternativesThatNobodyLookedAtSlipThrough) {
  const auto symbols = Symbols(2.0).variable("x", to(10.0)).variable("y", to(10.0)).symbols;
  const auto found = finding("if x > 0 or y > 0 then 2 else 0", symbols);
  EXPECT_EQ(found.kind, Kind::missing_slips);
  EXPECT_THAT(found.message, HasSubstr("where `x` or `y` is missing, `x > 0 or y > 0`"));
  EXPECT_EQ(to_string(found.example, symbols), "x = missing, y = 1");
  EXPECT_THAT(found.remedy, HasSubstr("missing(x)"));
  // The formula says what holds without x; y is not asked for.
  EXPECT_THAT(finding("if x > 0 or y > 0 or missing(x) then 2 else 0", symbols).message,
              HasSubstr("where `y` is missing"));
  EXPECT_THAT(findings("if missing(x) or missing(y) then missing else if x > 0 or y > 0 then 2 "
                       "else 0",
                       symbols),
              IsEmpty());
}

TEST(FormulaFindingsTest, WhatIsDecidedWithoutAVariableDoesNotSlip) {
  const auto symbols = Symbols(2.0).variable("x", to(10.0)).variable("y", to(10.0)).symbols;
  // A point is lost for what is known; a branch does not need what it does not ask for.
  EXPECT_THAT(findings("if x > 0 and y > 0 then 2 else 0", symbols), IsEmpty());
  EXPECT_THAT(findings("if x > 5 then 2 else if y > 5 then 1 else 0", symbols), IsEmpty());
  EXPECT_THAT(findings("if x > 5 or y > 5 then 0 else 2", symbols), IsEmpty());
  EXPECT_THAT(
      findings("if x == 0 and y == 0 then 2 else if x == 0 then 1 else max(0, 1 - x / 4)", symbols),
      IsEmpty());
  // The first part guards the second.
  EXPECT_THAT(findings("if x == 0 or y >= x then 2 else 0", symbols), IsEmpty());
}

TEST(FormulaFindingsTest, CountedConditionsTakeMissingForNotMet) {
  const auto symbols = Symbols(2.0).variable("x", flag()).variable("y", flag()).symbols;
  const auto found = finding("count(x == 1, y == 1)", symbols);
  EXPECT_EQ(found.kind, Kind::missing_slips);
  EXPECT_THAT(found.message, HasSubstr("takes that for not met"));
  EXPECT_THAT(findings("count(coalesce(x, 0) == 1, coalesce(y, 0) == 1)", symbols), IsEmpty());
  // Numbers are counted in order to ask.
  EXPECT_THAT(findings("count(x, y)", symbols), IsEmpty());
}

// ---- Findings: branches -------------------------------------------------------------------------

TEST(FormulaFindingsTest, BranchesThatNeverRunAreNamed) {
  std::string text = "if x > 50 then 1 else if x > 90 then 2 else 0";
  auto found = finding(text, rate_of(2.0));
  EXPECT_EQ(found.kind, Kind::never_runs);
  EXPECT_EQ(part_of(text, found), "2");
  EXPECT_THAT(found.message, HasSubstr("where `x > 90` is true, a condition before it is"));
  EXPECT_THAT(found.remedy, HasSubstr("put the narrower condition first"));

  text = "if x > 90 and x < 80 then 2 else 1";
  found = finding(text, rate_of(2.0));
  EXPECT_EQ(found.kind, Kind::never_runs);
  EXPECT_EQ(found.message, "`2` never runs: `x > 90 and x < 80` is never true");

  text = "if x > 200 then 2 else 1";
  EXPECT_EQ(part_of(text, finding(text, rate_of(2.0))), "2");

  text = "if x >= 0 then 2 else x / 100";
  found = finding(text, rate_of(2.0));
  EXPECT_EQ(part_of(text, found), "x / 100");
  EXPECT_THAT(found.message, HasSubstr("`x >= 0` before it always holds"));
}

TEST(FormulaFindingsTest, BranchesBehindWhatSeveralVariablesSayNeverRun) {
  const std::string text = "if done > all then 3 else if done <= all then 2 else done";
  EXPECT_EQ(part_of(text, finding(text, share_of(3.0))), "done");
  const auto symbols = Symbols(3.0).variable("x", to(10.0)).variable("y", to(10.0)).symbols;
  EXPECT_EQ(finding("if x + y > 20 then 3 else 1", symbols).kind, Kind::never_runs);
  EXPECT_THAT(findings("if x + y >= 20 then 3 else 1", symbols), IsEmpty());
  EXPECT_EQ(finding("if x > 5 and y > 5 then 3 else if x * y > 40 then 2 else if x * y > 100 "
                    "then 1 else 0",
                    symbols)
                .kind,
            Kind::never_runs);
}

TEST(FormulaFindingsTest, ABranchForMissingValuesRuns) {
  EXPECT_THAT(findings("if missing(x) then 0 else if x > 50 then 2 else 1", rate_of(2.0)),
              IsEmpty());
  EXPECT_THAT(findings("if x >= 0 then 2 else if missing(x) then 1 else missing", rate_of(2.0)),
              ElementsAre(testing::Field(&FormulaFinding::kind, Kind::never_runs)));
}

TEST(FormulaFindingsTest, ACompleteTableMayHaveALastBranch) {
  EXPECT_THAT(findings("if x > 90 then 2 else if x >= 70 then 1 else if x < 70 then 0 else missing",
                       rate_of(2.0)),
              IsEmpty());
  const auto symbols = Symbols(2.0).categories("grade", {"poor", "fair", "good"}).symbols;
  EXPECT_THAT(findings(R"(if grade == "good" then 2 else if grade == "fair" then 1 else )"
                       R"(if grade == "poor" then 0 else missing)",
                       symbols),
              IsEmpty());
}

TEST(FormulaFindingsTest, ParametersMayChange) {
  const auto symbols = Symbols(2.0).variable("x", percent()).parameter("year", 2024.0).symbols;
  EXPECT_THAT(findings("if year > 2025 then x / 50 else if maximum > 5 then 1 else 2", symbols),
              IsEmpty());
}

TEST(FormulaFindingsTest, PartsOfConditionsThatDecideNothingAreNamed) {
  const auto symbols = Symbols(2.0).variable("x", percent()).variable("y", percent()).symbols;
  const std::string text = "if x > 50 and y <= 300 then 2 else 0";
  const auto found = finding(text, symbols);
  EXPECT_EQ(found.kind, Kind::always_decided);
  EXPECT_EQ(part_of(text, found), "y <= 300");
  EXPECT_EQ(found.message, "`y <= 300` is always true");
  EXPECT_EQ(finding("if x > 150 or y > 50 and x > 20 then 2 else 0", symbols).message,
            "`x > 150` is always false");
  // Both ends of an interval, and a guard.
  EXPECT_THAT(findings("if x >= 90 and x <= 100 then 2 else 0", symbols), IsEmpty());
  EXPECT_THAT(findings("if x >= 0 and y > 50 then 2 else 0", symbols), IsEmpty());
}

// ---- Findings: tables ---------------------------------------------------------------------------

TEST(FormulaFindingsTest, AGapIsNamedWithANumberInIt) {
  const std::string text = "if x > 90 then 2 else if x < 90 and x >= 70 then 1 else 0";
  const auto found = finding(text, rate_of(2.0));
  EXPECT_EQ(found.kind, Kind::gap);
  EXPECT_EQ(part_of(text, found), "x < 90 and x >= 70");
  EXPECT_EQ(found.message, "no condition holds at x = 90: the last branch, `0`, takes it");
  EXPECT_THAT(found.example, ElementsAre(Pair("x", 90.0)));

  const auto whole = finding(
      "if between(x, 90, 100) then 2 else if between(x, 70, 89) then 1 "
      "else 0",
      rate_of(2.0));
  EXPECT_EQ(whole.kind, Kind::gap);
  EXPECT_THAT(whole.message, HasSubstr("x in (89, 90)"));

  EXPECT_EQ(finding("if x > 90 then 2 else if x < 90 and x >= 70 then 1 else if x < 70 then 0 "
                    "else missing",
                    rate_of(2.0))
                .kind,
            Kind::gap);
}

TEST(FormulaFindingsTest, GapsInSharesAreFound) {
  const std::string text =
      "if all == 0 then 0 else if 100 * done / all > 90 then 2 "
      "else if 100 * done / all < 90 and 100 * done / all >= 70 then 1 else 0";
  // `all == 0` asks for something else, so this is no table of one quantity.
  EXPECT_THAT(findings(text, share_of(2.0)), IsEmpty());
  const auto positive = Symbols(2.0)
                            .variable("done", from_zero())
                            .variable("all", Interval::closed(1.0, infinity))
                            .symbols;
  const auto found = finding(
      "if 100 * done / all > 90 then 2 else if 100 * done / all < 90 and "
      "100 * done / all >= 70 then 1 else 0",
      positive);
  EXPECT_EQ(found.kind, Kind::gap);
  EXPECT_THAT(found.example, ElementsAre(Pair("done", 9.0), Pair("all", 10.0)));
}

TEST(FormulaFindingsTest, WhatTheLastBranchIsForIsNoGap) {
  EXPECT_THAT(findings("if x > 90 then 2 else if x >= 70 then 1 else 0", rate_of(2.0)), IsEmpty());
  // In between, outside, and exactly.
  EXPECT_THAT(findings("if x < 10 then 0 else if x > 90 then 2 else 1", rate_of(2.0)), IsEmpty());
  EXPECT_THAT(findings("if between(x, 40, 60) then 2 else if between(x, 30, 70) then 1 else 0",
                       rate_of(2.0)),
              IsEmpty());
  EXPECT_THAT(findings("if x > 0 then 1 else if x < 0 then -1 else 0", anything()), IsEmpty());
  // Between whole numbers of things there is nothing.
  EXPECT_THAT(findings("if n >= 3 then 2 else if n == 1 then 1 else if n == 2 then 1.5 else 0",
                       count_of(2.0)),
              IsEmpty());
  EXPECT_THAT(
      findings("if between(n, 3, 5) then 2 else if between(n, 1, 2) then 1 else 0", count_of(2.0)),
      IsEmpty());
  // Codes.
  EXPECT_THAT(findings("if x == 1 then 2 else if x == 3 then 1 else 0", rate_of(2.0)), IsEmpty());
}

TEST(FormulaFindingsTest, AnOverlapIsNamed) {
  const std::string text = "if between(x, 90, 100) then 2 else if between(x, 70, 90) then 1 else 0";
  const auto found = finding(text, rate_of(2.0));
  EXPECT_EQ(found.kind, Kind::overlap);
  EXPECT_EQ(part_of(text, found), "between(x, 70, 90)");
  EXPECT_THAT(found.message, HasSubstr("both hold at x = 90, where the first one counts"));
  EXPECT_THAT(found.example, ElementsAre(Pair("x", 90.0)));
  // One within the other is the usual way.
  EXPECT_THAT(findings("if x < 10 then 0 else if x < 50 then 1 else 2", rate_of(2.0)), IsEmpty());
  // Where both give the same nothing is wrong.
  EXPECT_THAT(findings("if x <= 50 then 1 else if x >= 50 and x < 90 then 1 else 2", rate_of(2.0)),
              IsEmpty());
}

// ---- Findings: unused ---------------------------------------------------------------------------

TEST(FormulaFindingsTest, BoundsThatAreNeverReachedAreNamed) {
  const std::string text = "min(x, 200)";
  const auto found = finding(text, rate_of(100.0));
  EXPECT_EQ(found.kind, Kind::unused);
  EXPECT_EQ(part_of(text, found), "200");
  EXPECT_EQ(found.message, "`200` cannot matter in `min(x, 200)`: `x` is at most 100");
  EXPECT_EQ(finding("clamp(x, -5, 100)", rate_of(100.0)).kind, Kind::unused);
  EXPECT_EQ(finding("coalesce(count(x), x)", rate_of(100.0)).message,
            "`x` cannot matter in `coalesce(count(x), x)`: `count(x)` is never missing");
}

TEST(FormulaFindingsTest, BoundsOfAScoreMayBeThereToBeSafe) {
  EXPECT_THAT(findings("min(maximum, x / 200)", rate_of(1.0)), IsEmpty());
  EXPECT_THAT(findings("max(0, 1 + x)", rate_of(101.0)), IsEmpty());
  EXPECT_THAT(findings("clamp(x, 0, 100)", rate_of(100.0)), IsEmpty());
  const auto symbols = Symbols(2.0).variable("x", flag()).parameter("cap", 5.0).symbols;
  EXPECT_THAT(findings("min(cap, x)", symbols), IsEmpty());
}

// ---- All of it ----------------------------------------------------------------------------------

TEST(FormulaAnalysisTest, FindingsStandInTheOrderOfTheText) {
  const auto found = findings("sqrt(x - 50) + 1 / (x - 70) + min(x, 300)", rate_of(100.0));
  std::vector<Kind> kinds;
  for (const auto& each : found) kinds.push_back(each.kind);
  EXPECT_THAT(kinds, ElementsAre(Kind::no_real_number, Kind::divides_by_zero, Kind::unused));
}

TEST(FormulaAnalysisTest, ErrorsAreThoseOfTheTypes) {
  EXPECT_THAT([] { (void)formula_range(Formula("rat + 1"), rate_of(1.0)); },
              ThrowsMessage<SpecError>(HasSubstr("nothing is named 'rat'")));
  const auto empty = Symbols(1.0).variable("x", Interval::closed(2.0, 1.0)).symbols;
  EXPECT_THAT([&] { (void)formula_range(Formula("x + 1"), empty); },
              ThrowsMessage<SpecError>(HasSubstr("has no numbers")));
}

TEST(FormulaAnalysisTest, TheSameEveryTime) {
  const Formula formula("if done / all > 0.9 then 2 else (all - done) / (all + done)");
  const auto first = formula_range(formula, share_of(2.0));
  const auto again = formula_range(formula, share_of(2.0));
  EXPECT_EQ(first.example, again.example);
  EXPECT_EQ(first.highest, again.highest);
  EXPECT_EQ(check_formula(formula, share_of(2.0)), check_formula(formula, share_of(2.0)));
}

TEST(FormulaAnalysisTest, ExamplesAreWrittenInTheWordsOfTheData) {
  const auto symbols =
      Symbols(1.0).variable("rate", percent()).categories("grade", {"poor", "good"}).symbols;
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const FormulaExample example{
      {"rate", 90.5}, {"grade", 1.0}, {"prev(grade)", 0.0}, {"prev(rate)", missing}};
  EXPECT_EQ(to_string(example, symbols),
            R"(rate = 90.5, grade = "good", prev(grade) = "poor", prev(rate) = missing)");
}

/// Many variables, branches, quotients and levels: as much as a formula may have.
std::vector<std::string> large_formulas(int variables) {
  const auto name = [](int i) { return "v" + std::to_string(i); };
  std::string quotients = "0";
  std::string differences = "max(0, v0";
  std::string choices = "sum(v0";
  std::string alternatives = "if v0 > 1";
  std::string chain = "if v0 > 1000 then 1";
  std::string nest = "v0";
  for (int i = 1; i < variables; ++i) {
    quotients += " + " + name(i - 1) + " / (" + name(i - 1) + " + " + name(i) + ")";
    differences += " * (" + name(i - 1) + " - " + name(i) + ")";
    choices += ", if(" + name(i) + " > " + name(i - 1) + ", " + name(i) + ", 0.5)";
    alternatives += " or " + name(i) + " > " + name(i - 1) + " and v0 < " + std::to_string(i);
    nest = "(if " + name(i) + " > " + std::to_string(i) + " then min(" + nest + ", " + name(i) +
           ") else " + name(i) + " / (v0 + 1))";
  }
  for (int i = 999; i > 200; --i) {
    chain += " else if v0 > " + std::to_string(i) + " and v1 < v2 then v3 / (v0 + v4)";
  }
  return {quotients,         differences + ")",
          choices + ")",     alternatives + " then 1 else 0",
          chain + " else 0", nest};
}

TEST(FormulaAnalysisTest, NoFormulaIsTooMuch) {
  constexpr int variables = 50;
  FormulaSymbols symbols;
  symbols.maximum = 10.0;
  for (int i = 0; i < variables; ++i) {
    symbols.names["v" + std::to_string(i)].range = i % 3 == 0   ? from_zero()
                                                   : i % 3 == 1 ? percent()
                                                                : Interval{};
  }
  // How long it takes is not asserted; a search without bounds would not come back.
  for (const auto& text : large_formulas(variables)) {
    const Formula formula(text);
    (void)formula_range(formula, symbols);
    (void)formula_trend(formula, symbols, "v0", rises);
    (void)check_formula(formula, symbols);
    (void)check_formula(formula, symbols, {1});
  }
}

TEST(FormulaAnalysisTest, KindsHaveNames) {
  EXPECT_EQ(name(Kind::missing_slips), "missing_slips");
  EXPECT_EQ(name(Kind::divides_by_zero), "divides_by_zero");
  EXPECT_EQ(name(Kind::unused), "unused");
}

}  // namespace
}  // namespace chiso
