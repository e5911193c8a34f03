// Indicators whose rule is a formula.

#include <gmock/gmock.h>

#include <Eigen/Core>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/explain.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::AllOf;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::NanSensitiveDoubleEq;
using Method = Aggregation::Method;

Criterion by_formula(std::string code, const std::string& formula) {
  Criterion node;
  node.code = std::move(code);
  node.rule = Dated<Rule>(Rule(FormulaRule{Formula(formula), {}, {}}));
  return node;
}

Criterion by_formula(std::string code, const std::string& formula, double maximum) {
  Criterion node = by_formula(std::move(code), formula);
  node.maximum = maximum;
  return node;
}

Variable variable(std::string code, Interval range = {}) {
  Variable made;
  made.code = std::move(code);
  made.range = range;
  return made;
}

Parameter parameter(std::string code, Dated<double> value) {
  Parameter made;
  made.code = std::move(code);
  made.value = std::move(value);
  return made;
}

Index index_of(Criterion tree, std::vector<Variable> variables,
               std::vector<Parameter> parameters = {}) {
  IndexDefinition whole = definition(std::move(tree));
  whole.variables = std::move(variables);
  whole.parameters = std::move(parameters);
  return Index(std::move(whole));
}

/// One variable x of units a, b, ... over the years from `first` on; NaN: no row.
Panel years(int first, const std::vector<std::vector<double>>& by_year) {
  Panel::Builder builder("years.csv");
  const Size x = builder.number_variable("x");
  for (std::size_t y = 0; y < by_year.size(); ++y) {
    const Size period = builder.period(Period(first + static_cast<int>(y)));
    for (std::size_t u = 0; u < by_year[y].size(); ++u) {
      const Size unit = builder.unit(std::string(1, static_cast<char>('a' + u)));
      if (std::isnan(by_year[y][u])) continue;
      builder.row(unit, period);
      builder.set(unit, x, period, by_year[y][u]);
    }
  }
  return builder.build();
}

std::vector<std::string> faults(const Evaluator& evaluator, const Panel& panel,
                                const ScoreOptions& options = {}) {
  std::vector<std::string> found;
  try {
    static_cast<void>(evaluator.score(panel, options));
  } catch (const DataError& error) {
    for (const Problem& problem : error.problems()) {
      found.push_back(problem.place + ": " + problem.message);
    }
  }
  return found;
}

TEST(FormulaLeavesTest, ScoreByVariablesParametersAndTheMaximum) {
  // scoring_rules.csv, BG-1: from 80 on rate * maximum / 100, else 0: 2 * 80 / 100 = 1.6.
  const Index index =
      index_of(by_formula("a", "if rate >= threshold then rate * maximum / 100 else 0", 2.0),
               {variable("rate")}, {parameter("threshold", 80.0)});
  const Scores scores =
      Evaluator(index).score(panel({"rate"}, {{80}, {79.5}, {100}, {missing}, {90}}));
  EXPECT_THAT(column(scores, "a"),
              ElementsAre(DoubleEq(1.6), 0.0, 2.0, NanSensitiveDoubleEq(missing), DoubleEq(1.8)));
}

TEST(FormulaLeavesTest, TakePartInTheTreeAsOtherLeavesDo) {
  // (3 * 2 + 1 * 10) / 4 = 4.
  const Index index =
      index_of(inner("all", Method::arithmetic_mean,
                     {weighted(0.75, by_formula("a", "x * y")), weighted(0.25, leaf("z"))}),
               {variable("x"), variable("y")});
  const Panel data = panel({"z", "y", "x"}, {{10, 0.5, 4}, {1, missing, 2}});
  const Scores scores = Evaluator(index).score(data);
  EXPECT_THAT(column(scores, "all"), ElementsAre(4.0, NanSensitiveDoubleEq(missing)));

  // Nodes that nobody asks for are worked out in other ways.
  Eigen::Matrix<double, 2, 3> values;
  values << 4, 0.5, 10, 2, 1, 3;
  Eigen::Vector2d root;
  Evaluator(index).evaluate(values, {}, Keep::root, root.data());
  EXPECT_EQ(root(0), 4.0);
  EXPECT_EQ(root(1), 0.75 * 2.0 + 0.25 * 3.0);
}

TEST(FormulaLeavesTest, ParametersAreThoseOfThePeriod) {
  std::vector<DatedEntry<double>> values(2);
  values[0].value = 2.0;
  values[0].in_force.to = Period(2019);
  values[1].value = 3.0;
  values[1].in_force.from = Period(2020);
  const Index index =
      index_of(by_formula("a", "x * t"), {variable("x")}, {parameter("t", Dated<double>(values))});
  const Evaluator evaluator(index);
  const Panel data = years(2019, {{5}, {7}});
  EXPECT_EQ(evaluator.score(data, {.period = Period(2019)}).at("a", "a"), 10.0);
  EXPECT_EQ(evaluator.score(data, {.period = Period(2020)}).at("a", "a"), 21.0);
  // The method of another year.
  EXPECT_EQ(evaluator.score(data, {.period = Period(2020), .method = Period(2019)}).at("a", "a"),
            14.0);
}

// ---- The period before

TEST(FormulaLeavesTest, PrevIsThePeriodBeforeAndNoOlderOne) {
  const Evaluator evaluator(index_of(by_formula("a", "x - prev(x)"), {variable("x")}));
  // b has no row in 2019; 2021 is not in the data, so that nothing is before 2022.
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const auto set = [&](const char* unit, int year, double value) {
    const Size u = builder.unit(unit);
    const Size t = builder.period(Period(year));
    builder.row(u, t);
    builder.set(u, x, t, value);
  };
  set("a", 2019, 1);
  set("a", 2020, 5);
  set("b", 2020, 6);
  set("a", 2022, 9);
  set("b", 2022, 9);
  const Panel data = builder.build();
  const auto scores = [&](int year) {
    return column(evaluator.score(data, {.period = Period(year)}), "a");
  };
  EXPECT_THAT(scores(2019), ElementsAre(NanSensitiveDoubleEq(missing)));
  EXPECT_THAT(scores(2020), ElementsAre(4.0, NanSensitiveDoubleEq(missing)));
  EXPECT_THAT(scores(2022),
              ElementsAre(NanSensitiveDoubleEq(missing), NanSensitiveDoubleEq(missing)));
}

TEST(FormulaLeavesTest, PrevOfAQuarterIsTheQuarterBefore) {
  const Evaluator evaluator(
      index_of(by_formula("a", "coalesce(x - prev(x), -1)"), {variable("x")}));
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size u = builder.unit("u");
  for (const auto& [period, value] : {std::pair("2019-Q4", 1.0), std::pair("2020-Q1", 4.0),
                                      std::pair("2020", 100.0), std::pair("2019", 60.0)}) {
    const Size t = builder.period(Period(period));
    builder.row(u, t);
    builder.set(u, x, t, value);
  }
  const Panel data = builder.build();
  EXPECT_EQ(evaluator.score(data, {.period = Period("2020-Q1")}).at("u", "a"), 3.0);
  EXPECT_EQ(evaluator.score(data, {.period = Period(2020)}).at("u", "a"), 40.0);
  EXPECT_EQ(evaluator.score(data, {.period = Period("2019-Q4")}).at("u", "a"), -1.0);
}

TEST(FormulaLeavesTest, ValuesOfThePeriodBeforeAreCheckedAndReadAsOthers) {
  Variable x = variable("x", Interval::closed(0, 10));
  x.zero_is_missing = true;
  const Evaluator evaluator(index_of(by_formula("a", "coalesce(prev(x), 7)"), {x}));
  // A zero of 2019 is missing there too.
  EXPECT_EQ(evaluator.score(years(2019, {{0}, {5}}), {.period = Period(2020)}).at("a", "a"), 7.0);
  EXPECT_THAT(faults(evaluator, years(2019, {{11}, {5}}), {.period = Period(2020)}),
              ElementsAre("a, prev(x): 11 is out of the range [0, 10]"));
  // Scored by itself 2020 does not look at 2021.
  EXPECT_THAT(faults(evaluator, years(2020, {{5}, {11}}), {.period = Period(2020)}), IsEmpty());
}

TEST(FormulaLeavesTest, ArraysHoldThePeriodBeforeBehindTheVariables) {
  const Index index = index_of(
      inner("all", Method::sum, {by_formula("a", "x - prev(x)"), leaf("y")}), {variable("x")});
  const Evaluator evaluator(index);
  Eigen::Matrix<double, 1, 3> values;
  values << 5, 100, 2;  // x, y, prev(x)
  double root = 0.0;
  evaluator.evaluate(values, {}, Keep::root, &root);
  EXPECT_EQ(root, 103.0);
  const Eigen::Matrix<double, 1, 2> too_few = values.leftCols(2);
  try {
    evaluator.evaluate(too_few, {}, Keep::root, &root);
    FAIL() << "too few columns";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("expected 3 columns"),
                                    HasSubstr("and 1 with values of the period before")));
  }
}

// ---- Points

TEST(FormulaLeavesTest, PointsBeyondTheMaximumAreRefused) {
  const Evaluator evaluator(index_of(by_formula("a", "if x < 5 then x else x * k", 10.0),
                                     {variable("x")}, {parameter("k", 2.0)}));
  const Panel data = panel({"x"}, {{6}, {4}, {-1}, {5}});
  EXPECT_THAT(
      faults(evaluator, data),
      ElementsAre("a, a: the formula gives 12, and points lie between 0 and the maximum of 10: "
                  "if x < 5 then x else x * k with x = 6, k = 2",
                  "c, a: the formula gives -1, and points lie between 0 and the maximum of 10: "
                  "if x < 5 then x else x * k with x = -1, k = 2"));
}

TEST(FormulaLeavesTest, ACapCutsWhatIsAboveTheMaximum) {
  Criterion node = by_formula("a", "x * 2", 10.0);
  node.cap = 10.0;
  const Evaluator evaluator(index_of(node, {variable("x")}));
  const Scores scores = evaluator.score(panel({"x"}, {{6}, {5}, {1}}));
  EXPECT_THAT(column(scores, "a"), ElementsAre(10.0, 10.0, 2.0));
  ASSERT_EQ(scores.treatments().size(), 1U);
  EXPECT_EQ(scores.treatments()[0].kind, Treatment::Kind::capped);
  EXPECT_EQ(scores.treatments()[0].amount, 12.0);
  // Less than nothing it does not cut, nor up to a cap that is above the maximum.
  EXPECT_THAT(faults(evaluator, panel({"x"}, {{-1}})), testing::SizeIs(1));
  node.cap = 11.0;
  EXPECT_THAT(faults(Evaluator(index_of(node, {variable("x")})), panel({"x"}, {{6}})),
              testing::SizeIs(1));
}

TEST(FormulaLeavesTest, RoundingInTheLastDigitsIsCutOff) {
  // 0.01 * 5 / 100 + 0.01 * 95 / 100 is 0.010000000000000002 in doubles.
  ASSERT_GT(0.01 * 5 / 100 + 0.01 * 95 / 100, 0.01);
  const Evaluator evaluator(index_of(
      by_formula("a", "maximum * x / 100 + maximum * (100 - x) / 100", 0.01), {variable("x")}));
  EXPECT_EQ(evaluator.score(panel({"x"}, {{5}})).at("a", "a"), 0.01);
  // 0.1 + 0.2 - 0.3 is not quite 0 either way round.
  const Evaluator below(index_of(by_formula("a", "0.3 - x - 0.2", 1.0), {variable("x")}));
  ASSERT_LT(0.3 - 0.1 - 0.2, 0.0);
  EXPECT_EQ(below.score(panel({"x"}, {{0.1}})).at("a", "a"), 0.0);
}

TEST(FormulaLeavesTest, WithoutAMaximumAnyNumberIsAScore) {
  const Evaluator evaluator(index_of(by_formula("a", "log(x) - 100"), {variable("x")}));
  const Scores scores = evaluator.score(panel({"x"}, {{1}, {0}}));
  EXPECT_THAT(column(scores, "a"), ElementsAre(-100.0, NanSensitiveDoubleEq(missing)));
  EXPECT_TRUE(std::isnan(evaluator.maximum(0)));
}

// ---- Missing values

TEST(FormulaLeavesTest, TreatmentsSayWhatWasMissing) {
  const Evaluator evaluator(index_of(by_formula("a", "coalesce(z, x / y) + 0 * prev(x)"),
                                     {variable("x"), variable("y"), variable("z")}));
  Panel::Builder builder;
  const auto set = [&](const char* unit, int year, std::vector<double> values) {
    const Size u = builder.unit(unit);
    const Size t = builder.period(Period(year));
    builder.row(u, t);
    for (std::size_t v = 0; v < values.size(); ++v) {
      builder.set(u, builder.number_variable(std::string(1, static_cast<char>('x' + v))), t,
                  values[v]);
    }
  };
  set("a", 2019, {1, 1, 1});
  set("b", 2019, {1, 1, 1});
  set("c", 2019, {1, 1, 1});
  set("a", 2020, {6, 2, missing});        // A value that is missed by nobody.
  set("b", 2020, {6, 0, missing});        // Over zero.
  set("c", 2020, {missing, 2, missing});  // x
  set("d", 2020, {6, 2, 1});              // x of the period before.
  const Scores scores = evaluator.score(builder.build(), {.period = Period(2020)});
  EXPECT_EQ(scores.at("a", "a"), 3.0);
  std::vector<std::string> found;
  for (const Treatment& each : scores.treatments()) {
    found.push_back(scores.units()[each.unit] + " " + std::string(name(each.kind)) + ": " +
                    each.detail);
  }
  EXPECT_THAT(found, ElementsAre("b missing: z", "c missing: z, x", "d missing: prev(x)"));
}

TEST(FormulaLeavesTest, AValueOverZeroIsUndefined) {
  const Evaluator evaluator(index_of(by_formula("a", "x / y"), {variable("x"), variable("y")}));
  const auto treatments = evaluator.score(panel({"x", "y"}, {{1, 0}})).treatments();
  ASSERT_EQ(treatments.size(), 1U);
  EXPECT_EQ(treatments[0].kind, Treatment::Kind::undefined);
  EXPECT_EQ(treatments[0].detail, "the formula has no value here");
}

TEST(FormulaLeavesTest, CellsThatDoNotApply) {
  const auto scored = [](NotApplicable policy) {
    Criterion node = by_formula("a", "coalesce(x, 1) + y", 10.0);
    node.not_applicable = policy;
    Criterion sum = inner("all", Method::sum, {node, points("b", 10.0, GivenPoints{})});
    sum.missing = MissingPolicy::reduce_maximum;
    const Index index = index_of(sum, {variable("x"), variable("y")});
    Panel::Builder builder;
    const Size t = builder.period(Period(2020));
    const Size u = builder.unit("u");
    builder.row(u, t);
    builder.set_not_applicable(u, builder.number_variable("x"), t);
    builder.set(u, builder.number_variable("y"), t, 3.0);
    builder.set(u, builder.number_variable("b"), t, 4.0);
    return Evaluator(index).score(builder.build());
  };
  // As a missing value, of which the formula makes 1 + 3.
  EXPECT_EQ(scored(NotApplicable::missing).at("u", "a"), 4.0);
  EXPECT_EQ(scored(NotApplicable::missing).at("u", "all"), 8.0);
  EXPECT_THAT(scored(NotApplicable::missing).treatments(), IsEmpty());
  EXPECT_EQ(scored(NotApplicable::full_points).at("u", "a"), 10.0);
  // 4 of 10 points become 8 of 20.
  EXPECT_EQ(scored(NotApplicable::exclude).at("u", "all"), 8.0);
  EXPECT_EQ(scored(NotApplicable::exclude).treatments()[0].kind, Treatment::Kind::reduced_maximum);
}

TEST(FormulaLeavesTest, WhereItDoesNotApplyAFormulaIsNotAsked) {
  // It would give more than the maximum.
  for (const auto policy : {NotApplicable::full_points, NotApplicable::exclude}) {
    Criterion node = by_formula("a", "coalesce(x, 100)", 10.0);
    node.not_applicable = policy;
    Panel::Builder builder;
    const Size t = builder.period(Period(2020));
    const Size u = builder.unit("u");
    builder.row(u, t);
    builder.set_not_applicable(u, builder.number_variable("x"), t);
    const Scores scores = Evaluator(index_of(node, {variable("x")})).score(builder.build());
    EXPECT_THAT(column(scores, "a"),
                ElementsAre(policy == NotApplicable::exclude ? NanSensitiveDoubleEq(missing)
                                                             : NanSensitiveDoubleEq(10.0)));
  }
}

TEST(FormulaLeavesTest, ACellOfThePeriodBeforeThatDidNotApplyIsMissing) {
  Criterion node = by_formula("a", "coalesce(prev(x), 1) + x", 10.0);
  node.not_applicable = NotApplicable::full_points;
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  const Size u = builder.unit("u");
  const Size before = builder.period(Period(2019));
  const Size now = builder.period(Period(2020));
  builder.row(u, before);
  builder.row(u, now);
  builder.set_not_applicable(u, x, before);
  builder.set(u, x, now, 2.0);
  const Evaluator evaluator(index_of(node, {variable("x")}));
  EXPECT_EQ(evaluator.score(builder.build(), {.period = Period(2020)}).at("u", "a"), 3.0);
}

// ---- Words

TEST(FormulaLeavesTest, CategoriesAreComparedInTheirOrder) {
  Variable level = variable("level");
  level.categories = {"poor", "fair", "good"};
  const Index index = index_of(
      by_formula("a", "if level >= \"fair\" and level > prev(level) then 2 else 1", 2.0), {level});
  // The panel numbers its words by their bytes: fair, good, poor.
  Panel::Builder builder;
  const Size v = builder.category_variable("level");
  const auto set = [&](const char* unit, int year, const char* word) {
    const Size u = builder.unit(unit);
    const Size t = builder.period(Period(year));
    builder.row(u, t);
    builder.set_category(u, v, t, word);
  };
  set("a", 2019, "poor");
  set("a", 2020, "fair");
  set("b", 2019, "good");
  set("b", 2020, "fair");
  set("c", 2019, "fair");
  set("c", 2020, "Good");
  const Scores scores = Evaluator(index).score(builder.build(), {.period = Period(2020)});
  EXPECT_THAT(column(scores, "a"), ElementsAre(2.0, 1.0, 2.0));
  EXPECT_THAT(explain(scores, "c")[0].measure,
              HasSubstr("if good >= \"fair\" and good > fair then 2 else 1: 2"));
}

// ---- Why

TEST(FormulaLeavesTest, AnExplanationSaysWhatWasPutIn) {
  const Index index =
      index_of(inner("all", Method::sum,
                     {by_formula("a", "if rate >= t then rate * maximum / 100 else 0", 2.0),
                      by_formula("b", "3")}),
               {variable("rate")}, {parameter("t", 80.0)});
  const Scores scores = Evaluator(index).score(panel({"rate"}, {{90}}));
  const auto nodes = explain(scores, "a");
  EXPECT_EQ(nodes[1].measure, "if 90 >= 80 then 90 * 2 / 100 else 0: 1.8");
  EXPECT_EQ(nodes[1].rule, "if rate >= t then rate * maximum / 100 else 0");
  EXPECT_EQ(nodes[1].contribution, 1.8);
  EXPECT_EQ(nodes[1].highest, 2.0);
  EXPECT_EQ(nodes[1].lost, 2.0 - 1.8);
  EXPECT_EQ(nodes[2].measure, "3");
}

TEST(FormulaLeavesTest, PointsAreLostAgainstTheMaximum) {
  const Index index =
      index_of(inner("all", Method::sum,
                     {by_formula("a", "min(x, maximum)", 4.0), points("b", 6.0, GivenPoints{})}),
               {variable("x")});
  const auto lost = lost_points(Evaluator(index).score(panel({"x", "b"}, {{3, 4}})), "a");
  EXPECT_EQ(lost[0].points, 3.0);
  EXPECT_EQ(lost[1].points, 1.0);
  EXPECT_EQ(lost[2].points, 2.0);
}

}  // namespace
}  // namespace chiso
