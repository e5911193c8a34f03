#include "chiso/responsibility/planned_scores.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;

/// Results of an edition with the fields F1 and F2.
Scores scores_of(const std::string& family, const std::string& edition, int year = 2021) {
  IndexDefinition head = small::definition(
      small::inner("total", Aggregation::Method::sum,
                   {small::points("F1", 6, GivenPoints{}), small::points("F2", 4, GivenPoints{})}));
  head.index = family;
  head.edition = edition;
  Panel::Builder builder;
  const Size period = builder.period(Period(year));
  const Size unit = builder.unit("a");
  builder.row(unit, period);
  builder.set(unit, builder.number_variable("F1"), period, 5);
  builder.set(unit, builder.number_variable("F2"), period, 3);
  return Evaluator(Index(head)).score(builder.build());
}

PlanDefinition plan_for(std::vector<std::pair<std::string, std::string>> indices) {
  PlanDefinition plan;
  plan.plan = "demo";
  for (auto& [key, definition] : indices) plan.indices.push_back({key, definition, {}});
  return plan;
}

std::vector<Problem> problems_of(const PlanDefinition& plan, std::vector<Scores> scores) {
  try {
    static_cast<void>(PlannedScores(Plan(plan), std::move(scores)));
  } catch (const DataError& error) {
    return error.problems();
  }
  return {};
}

TEST(PlannedScoresTest, FindsResultsByTheKeyOfThePlan) {
  const PlannedScores planned(
      Plan(plan_for({{"par", "par-fields-2021"}, {"papi", "papi"}, {"sipas", "sipas"}})),
      {scores_of("papi", "2021"), scores_of("par-fields", "2021")});

  EXPECT_EQ(planned.find("par"), 1);
  EXPECT_EQ(planned.find("papi"), 0);
  EXPECT_EQ(planned.find("sipas"), -1) << "no result was given";
  EXPECT_EQ(planned.find("pci"), -1);
  EXPECT_EQ(planned.index_of(0), 1);
  EXPECT_EQ(planned.index_of(1), 0);
}

TEST(PlannedScoresTest, PrefersTheEditionToItsFamily) {
  const auto plan = plan_for({{"any", "pci"}, {"then", "pci-2013"}});
  const PlannedScores planned(Plan(plan), {scores_of("pci", "2013"), scores_of("pci", "2022")});

  EXPECT_EQ(planned.find("then"), 0);
  EXPECT_EQ(planned.find("any"), 1);
}

TEST(PlannedScoresTest, FindsTheNodesOfCriteria) {
  const PlannedScores planned(Plan(plan_for({{"par", "par"}, {"papi", "papi"}})),
                              {scores_of("par", "2021"), scores_of("papi", "2021")});

  EXPECT_EQ(planned.node(0, {"par", ""}), 0);
  EXPECT_EQ(planned.node(0, {"par", "total"}), 0);
  EXPECT_EQ(planned.node(0, {"par", "F2"}), 2);
  EXPECT_EQ(planned.node(0, {"par", "F9"}), -1);
  EXPECT_EQ(planned.node(0, {"papi", "F2"}), -1) << "of another index";
  EXPECT_EQ(planned.node(1, {"papi", "F2"}), 2);
}

TEST(PlannedScoresTest, NamesEveryResultThatDoesNotFitAtOnce) {
  const auto problems = problems_of(plan_for({{"par", "par-fields-2021"}, {"papi", "papi"}}),
                                    {scores_of("papy", "2021"), scores_of("par-fields", "2022"),
                                     scores_of("papi", "2019"), scores_of("papi", "2021", 2022)});

  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].place, "papy-2021");
  EXPECT_EQ(problems[0].message,
            "'papy-2021' is none of the plan's indices (did you mean 'papi'?)");
  EXPECT_EQ(problems[1].place, "par");
  EXPECT_EQ(problems[1].message,
            "the plan is for 'par-fields-2021', and the result is of another edition, "
            "'par-fields-2022'");
  EXPECT_EQ(problems[1].remedy,
            "score with 'par-fields-2021', or let the plan name the family 'par-fields'");
  EXPECT_EQ(problems[2].place, "papi");
  EXPECT_EQ(problems[2].message,
            "expected one result of each index, got papi-2019 of 2021 and papi-2021 of 2022");
}

TEST(PlannedScoresTest, ListsTheIndicesOfThePlanWhereNoneIsNear) {
  const auto problems =
      problems_of(plan_for({{"par", "par-fields-2021"}, {"papi", "papi"}}), {scores_of("x", "1")});

  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "'x-1' is none of the plan's indices: par-fields-2021, papi");
}

TEST(PlannedScoresTest, NamesEveryUnknownCriterionAndBothEditions) {
  auto plan = plan_for({{"par", "par-fields"}, {"papi", "papi"}});
  plan.areas = {{"a", {}, {{"par", "F1"}, {"par", "F22"}}, {"plan.yaml", 12, 3}}};
  plan.tasks = {test::task("t.1"), test::task("t.2"), test::task("t.3")};
  plan.tasks[0].area = "a";
  plan.tasks[1].criteria = {{"par", "F2"}, {"par", "waiting"}};
  plan.tasks[1].location = {"plan.yaml", 20, 5};
  plan.tasks[2].criteria = {{"papi", "D77"}};
  const PlannedScores planned(Plan(plan), {scores_of("par-fields", "2022")});

  try {
    planned.require_known_criteria();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const DataError& error) {
    ASSERT_EQ(error.problems().size(), 2U) << "of papi nothing was scored, and t.1 repeats area a";
    EXPECT_EQ(error.problems()[0].place, "area a");
    EXPECT_EQ(error.problems()[0].location.line, 12);
    EXPECT_EQ(error.problems()[0].message,
              "there is no criterion 'F22' in par-fields-2022, which was scored (did you mean "
              "'F2'?)");
    EXPECT_THAT(error.problems()[0].remedy, HasSubstr("the plan is for 'par-fields'"));
    EXPECT_EQ(error.problems()[1].place, "task t.2");
    EXPECT_EQ(error.problems()[1].location.line, 20);
    EXPECT_EQ(error.problems()[1].message,
              "there is no criterion 'waiting' in par-fields-2022, which was scored");
  }
}

TEST(PlannedScoresTest, IsContentWithAPlanWhoseCriteriaAreThere) {
  auto plan = plan_for({{"par", "par-fields"}});
  plan.tasks = {test::task("t.1")};
  plan.tasks[0].criteria = {{"par", ""}, {"par", "F2"}};

  EXPECT_NO_THROW(
      PlannedScores(Plan(plan), {scores_of("par-fields", "2022")}).require_known_criteria());
}

}  // namespace
}  // namespace chiso
