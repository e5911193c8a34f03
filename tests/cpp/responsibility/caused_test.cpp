#include "chiso/responsibility/caused.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using test::agency;
using test::group;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// 0.5 m (x and y in equal parts) + 0.5 z, or with other weights.
Scores scored(double weight, double x, double y, double z) {
  const Criterion tree =
      small::inner("root", Aggregation::Method::arithmetic_mean,
                   {small::weighted(weight, small::inner("m", Aggregation::Method::arithmetic_mean,
                                                         {small::leaf("x"), small::leaf("y")})),
                    small::weighted(1.0 - weight, small::leaf("z"))});
  return Evaluator(small::index(tree)).score(small::panel({"x", "y", "z"}, {{x, y, z}}));
}

Plan plan_of(std::vector<Task> tasks) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.unit = "a";
  plan.indices = {{"k", "small", {}}};
  plan.agencies = {agency("s0"), agency("s1"), agency("s2"), group("pair", {"s1", "s2"})};
  plan.tasks = std::move(tasks);
  return Plan(plan);
}

Task task(const std::string& code, const std::string& criterion, const std::string& lead) {
  Task made = test::task(code, {{TaskRole::lead, lead}});
  made.criteria = {{"k", criterion}};
  return made;
}

std::vector<std::string> texts(const Plan& plan, const std::vector<StakeRow>& rows) {
  std::vector<std::string> lines;
  for (const StakeRow& row : rows) {
    const std::string key = row.key == StakeRow::nobody ? "nobody" : plan.agencies()[row.key];
    const double points = std::round(row.points * 1e9) / 1e9;
    lines.push_back(key + ": " + to_string(points) + " points, " + std::to_string(row.tasks) +
                    " tasks, " + std::to_string(row.criteria) + " criteria");
  }
  return lines;
}

TEST(CausesByAgencyTest, ValuesGoToTheTasksOfTheNearestCriterionAbove) {
  // x +4, y -2 and z -1: 1, -0.5 and -0.5 points. x has a task, y that of m, z nobody's.
  const Plan plan = plan_of({task("t1", "x", "s0"), task("t2", "m", "pair")});
  const Causes found = causes(scored(0.5, 1, 5, 3), scored(0.5, 5, 3, 2), "a");

  EXPECT_THAT(texts(plan, causes_by_agency(plan, "k", found)),
              ElementsAre("s0: 1 points, 1 tasks, 1 criteria",      //
                          "s1: -0.25 points, 1 tasks, 1 criteria",  //
                          "s2: -0.25 points, 1 tasks, 1 criteria",  //
                          "nobody: -0.5 points, 0 tasks, 1 criteria"));
}

TEST(CausesByAgencyTest, WhatADefinitionDidIsNobodys) {
  // m 3 -> 3, z 1 -> 1: only the weights, 0.5 -> 0.75, that is 0.25 * (3 - 1).
  const Plan plan = plan_of({task("t", "", "s0")});
  const Causes found = causes(scored(0.5, 2, 4, 1), scored(0.75, 2, 4, 1), "a");

  EXPECT_THAT(
      texts(plan, causes_by_agency(plan, "k", found)),
      ElementsAre("s0: 0 points, 0 tasks, 0 criteria", "nobody: 0.5 points, 0 tasks, 1 criteria"));
}

TEST(CausesByAgencyTest, SharesWithinATaskByTheRuleThatIsGiven) {
  Task both = test::task("t", {{TaskRole::lead, "s0"}, {TaskRole::coordinate, "s1"}});
  both.criteria = {{"k", "z"}};
  const Plan plan = plan_of({both});
  const Causes found = causes(scored(0.5, 2, 4, 1), scored(0.5, 2, 4, 9), "a");
  const std::pair<TaskRole, double> weights[] = {{TaskRole::lead, 3.0},
                                                 {TaskRole::coordinate, 1.0}};

  EXPECT_THAT(
      texts(plan, causes_by_agency(plan, "k", found, Sharing::weighted(weights))),
      ElementsAre("s0: 3 points, 1 tasks, 1 criteria", "s1: 1 points, 1 tasks, 1 criteria"));
}

TEST(CausesByAgencyTest, AnIndexThatThePlanHasNotIsNamed) {
  const Plan plan = plan_of({});
  const Causes found = causes(scored(0.5, 2, 4, 1), scored(0.5, 2, 4, 9), "a");
  try {
    static_cast<void>(causes_by_agency(plan, "kk", found));
    FAIL() << "an unknown index";
  } catch (const NotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'kk'"));
  }
}

TEST(CausesByAgencyTest, AddsUpToTheDifferenceForRandomTrees) {
  std::mt19937 random(3);
  int checked = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    const auto scores = random_case::limited_scores(seed);
    if (!scores || scores->units().size() < 2) continue;
    const double before = scores->column(0)[0];
    const double after = scores->column(0)[1];
    if (std::isnan(before) || std::isnan(after)) continue;
    std::vector<Task> tasks;
    for (Size i = 0; i < scores->index().size(); ++i) {
      if (random() % 3 != 0) continue;
      const std::string code = i == 0 ? "" : scores->index().node(i).code;
      tasks.push_back(task("t" + std::to_string(i), code, random() % 2 == 0 ? "s0" : "pair"));
    }
    const Plan plan = plan_of(tasks);
    const Causes found = causes(*scores, *scores, "u0", "u1");
    double sum = 0.0;
    for (const StakeRow& row : causes_by_agency(plan, "k", found)) sum += row.points;
    EXPECT_NEAR(sum, after - before, 1e-11 * std::max(std::fabs(before), std::fabs(after)));
    ++checked;
  }
  EXPECT_GT(checked, 100);
}

}  // namespace
}  // namespace chiso
