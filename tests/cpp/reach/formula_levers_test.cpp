// Levers on variables that a formula reads.

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/optimize/least_change.hpp"
#include "chiso/reach/action_effects.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "levers.hpp"

namespace chiso {
namespace {

using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// One indicator with a formula of x from 0 to 100 and y, and the values of unit a.
Scores scored(const std::string& formula, double maximum, double x, double y = 0.0) {
  Criterion node;
  node.code = "r";
  node.rule = Dated<Rule>(Rule(FormulaRule{Formula(formula), {}, {}}));
  if (!std::isnan(maximum)) node.maximum = maximum;
  IndexDefinition head =
      small::definition(small::inner("all", Aggregation::Method::sum, {node, small::leaf("z")}));
  head.variables.resize(2);
  head.variables[0].code = "x";
  head.variables[0].range = Interval::closed(0, 100);
  head.variables[1].code = "y";
  head.variables[1].range = Interval::closed(-1000, 1000);
  return Evaluator(Index(head)).score(small::panel({"x", "y", "z"}, {{x, y, 0}, {x, y, 0}}));
}

Reach seek(const Scores& base, double score, const std::string& lever = "x") {
  return goal_seek(base, "a", Goal::score(score), rivals_now(base, "a"),
                   {{Lever::Kind::value, lever}})[0];
}

TEST(FormulaLevers, AThresholdIsFound) {
  // scoring_rules.csv, BG-1: nothing below 80, from there on 2 * x / 100.
  const Scores base = scored("if x >= 80 then min(maximum, x * maximum / 100) else 0", 2.0, 60);
  const Reach jump = seek(base, 1.5);
  EXPECT_EQ(jump.value, 80.0);
  EXPECT_EQ(jump.score, 1.6);
  EXPECT_TRUE(jump.exact);
  const Reach slope = seek(base, 1.7);
  EXPECT_TRUE(slope.exact);
  EXPECT_GE(slope.value * 2 / 100, 1.7);
  EXPECT_LT(std::nextafter(slope.value, 0.0) * 2 / 100, 1.7);
  const Reach never = seek(base, 3.0);
  EXPECT_FALSE(never.reached);
  EXPECT_EQ(never.best, 2.0);
  EXPECT_EQ(never.best_value, 100.0);
  EXPECT_THAT(never.obstacle, HasSubstr("x is at most 100"));
}

TEST(FormulaLevers, ConditionsOfSeveralKindsAreFollowed) {
  // Points at exactly 50, between 60 and 70, and from 90 on.
  const Scores base = scored(
      "if x == 50 then 3 else if between(x, 60, 70) and not x > 65 then 2 else if x > 90 or y > 5 "
      "then 4 else 0",
      4.0, 10);
  EXPECT_EQ(seek(base, 3).value, 50.0);
  EXPECT_EQ(seek(base, 4).value, std::nextafter(90.0, 100.0));
  EXPECT_EQ(seek(base, 4, "y").value, std::nextafter(5.0, 6.0));
  EXPECT_TRUE(seek(base, 4, "y").exact);
  const Scores beyond =
      scored("if x == 50 then 3 else if between(x, 60, 70) then 2 else 0", 4.0, 80);
  EXPECT_EQ(seek(beyond, 2).value, 70.0);
}

TEST(FormulaLevers, CurvesAreExactWhereTheyRunOneWay) {
  for (const auto& [formula, score, expected] :
       {std::tuple("sqrt(x) + log(x + 1) - 1 / (x + 1)", 5.0, 0.0),
        {"x / (x + 20) * 100", 50.0, 20.0},
        {"exp(x / 10)", 10.0, 0.0},
        {"x ^ 2 / 10", 2.5, 5.0},
        {"round(x / 7, 1)", 3.5, 0.0},
        {"max(x, 10) * max(x - 2, 1)", 120.0, 12.0},
        {"abs(x - 30) + 2 * x", 41.0, 11.0}}) {
    const Scores base = scored(formula, small::missing, 1);
    const Reach reach = seek(base, score);
    SCOPED_TRACE(formula);
    ASSERT_TRUE(reach.reached);
    EXPECT_TRUE(reach.exact);
    if (expected > 0.0) {
      EXPECT_NEAR(reach.value, expected, 1e-12);
    }
    const auto before = levers::scored_with(base, 0, "x", std::nextafter(reach.value, -infinity));
    EXPECT_LT(before->column(0)[0], score);
    EXPECT_GE(levers::scored_with(base, 0, "x", reach.value)->column(0)[0], score);
  }
}

TEST(FormulaLevers, WhatCannotBeFollowedIsSaidToBeSearched) {
  // A parabola: x (10 - x), 25 at 5.
  const Scores base = scored("x * (10 - x) + 1000", small::missing, 0);
  const Reach reach = seek(base, 1100);
  EXPECT_FALSE(reach.exact);
  EXPECT_FALSE(reach.reached);
  EXPECT_NEAR(reach.best, 1025.0, 1e-9);
}

TEST(FormulaLevers, PointsThatWouldBeRefusedAreNoAnswer) {
  // From 5 on the formula gives more than the maximum.
  const Scores base = scored("x * 2", 10.0, 1);
  const Reach reach = seek(base, 20);
  EXPECT_FALSE(reach.reached);
  EXPECT_EQ(reach.best, 10.0);
  EXPECT_NEAR(reach.best_value, 5.0, 1e-9);
}

TEST(FormulaLevers, TheOtherVariablesStay) {
  // x counts from y on.
  const Scores base = scored("if x >= y then 1 else 0", 1.0, 10, 37.5);
  EXPECT_EQ(seek(base, 1).value, 37.5);
  EXPECT_EQ(seek(base, 1, "y").value, 10.0);
  // A variable that the formula does not look at any more.
  const Scores decided = scored("if y > 0 then 1 else if x > 50 then 2 else 0", 2.0, 10, 1);
  EXPECT_FALSE(seek(decided, 2).reached);
  EXPECT_EQ(seek(decided, 2, "y").best, 1.0);
}

TEST(FormulaLevers, StraightPartsAreSolvedExactly) {
  const Scores base =
      scored("if x >= 80 then min(maximum, x * maximum / 100) else x / 100", 2.0, 60);
  const LeastChange answer = least_change(
      base, "a", Goal::score(1.7), Rivals{{}, {}, "nobody"},
      {{{Lever::Kind::value, "x", 0, 100}, 1.0}, {{Lever::Kind::value, "z", 0, 1}, 100.0}});
  // 25 of x for 1.7, or 1.1 of z for 110: the first is cheaper.
  EXPECT_EQ(answer.result.status, SearchResult::Status::optimal);
  EXPECT_NEAR(answer.result.objective, 25.0, 1e-6);
}

TEST(FormulaLevers, ActionsMayChangeTheOneVariableOfAFormula) {
  const Scores base = scored("if x >= 80 then 2 else x / 100", 2.0, 60, 5);
  ActionDefinition definition;
  definition.name = "some";
  Action action;
  action.code = "more";
  action.effects = {{{"", "r"}, TaskEffect::Kind::add_value, 25.0}};
  definition.actions = {action};
  const ActionEffects effects(ActionSet(definition), {{"", base}}, "a");
  EXPECT_EQ(effects.scores(0, {true})[0], 2.0);
  EXPECT_EQ(effects.scores(0, {false})[0], 0.6);
  const Scores several = scored("x / 100 + y", small::missing, 60, 5);
  EXPECT_THROW(ActionEffects(ActionSet(definition), {{"", several}}, "a"), DataError);
}

}  // namespace
}  // namespace chiso
