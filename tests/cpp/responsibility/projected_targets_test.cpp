#include "chiso/responsibility/projected_targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Standing row(std::string index, int year, std::string unit, double score) {
  Standing made;
  made.index = std::move(index);
  made.period = Period(year);
  made.unit = std::move(unit);
  made.score = score;
  return made;
}

/// "papi" in three years; 2022 has ranks only, "b" and "Thanh Hóa" 2020 once more as an edition.
Standings standings() {
  std::vector<Standing> rows{
      row("papi", 2021, "Thanh Hóa", 47.0), row("papi", 2021, "b", 40.0),
      row("papi", 2020, "Thanh Hóa", 45.0), row("papi", 2022, "b", nan),
      row("papi-2020", 2020, "c", 11.0),    row("papi-2020", 2019, "c", 41.0),
      row("papi-other", 2018, "c", 12.0),   row("papi", 2021, "c", nan)};
  return Standings(std::move(rows));
}

TEST(ProjectedTargetsTest, HistoriesHaveWhoHasAScore) {
  const History history = history_of(standings(), "papi");

  EXPECT_EQ(history.node(), "papi");
  EXPECT_THAT(history.units().names(), ElementsAre("Thanh Hóa", "b"));
  EXPECT_THAT(history.periods(), ElementsAre(Period(2020), Period(2021)));
  EXPECT_EQ(history.column(1)[1], 40.0);
  EXPECT_TRUE(std::isnan(history.column(0)[1]));
  EXPECT_THROW(static_cast<void>(history_of(standings(), "pci")), NotFoundError);
  EXPECT_THROW(static_cast<void>(history_of(standings(), "papi", "D1")), NotFoundError);
  EXPECT_THROW(static_cast<void>(history_of(Standings({row("papi", 2022, "b", nan)}), "papi")),
               DataError);
}

TEST(ProjectedTargetsTest, HistoriesOfAPlanTakeTheNearestStandings) {
  const Plan plan(test::sound_plan());
  const History history = history_of(plan, standings(), {"papi", ""});

  EXPECT_THAT(history.periods(), ElementsAre(Period(2019), Period(2020), Period(2021)));
  EXPECT_THAT(history.units().names(), ElementsAre("c", "Thanh Hóa", "b"));
  EXPECT_TRUE(std::isnan(history.column(1)[0]));  // 2020 is the key's own.
  EXPECT_THROW(static_cast<void>(history_of(plan, standings(), {"par", ""})), NotFoundError);
}

ProjectedGoal goal_of_target(const Target& target, double maximum = nan, bool ends = true) {
  std::vector<Standing> rows{row("papi", 2020, "b", 1.0), row("papi", 2021, "b", 1.0)};
  rows[0].maximum = 70.0;
  rows[1].maximum = maximum;
  if (std::isnan(maximum)) rows[0].maximum = nan;
  PlanDefinition definition = test::sound_plan();
  definition.targets = {target};
  if (!ends) definition.period.to.reset();
  definition.baseline.push_back(test::baseline("papi", 2022, 47.5, 4.0));
  return projected_goal(Plan(definition), 0, Standings(rows));
}

std::string refusal(const Target& target, bool ends = true) {
  try {
    static_cast<void>(goal_of_target(target, nan, ends));
  } catch (const DataError& error) {
    return error.what();
  }
  return "";
}

TEST(ProjectedTargetsTest, ATargetIsAskedOfItsPeriod) {
  Target top = test::target("papi", Target::Quantity::rank, "<= 10");
  top.by = Period(2024);
  const ProjectedGoal goal = goal_of_target(top);

  EXPECT_EQ(goal.quantity, ProjectedGoal::Quantity::rank);
  EXPECT_EQ(goal.against, ProjectedGoal::Against::nothing);
  EXPECT_EQ(goal.range, parse_interval("<= 10"));
  EXPECT_EQ(goal.by, Period(2024));
  EXPECT_FALSE(goal.any);
  top.by.reset();
  EXPECT_EQ(goal_of_target(top).by, Period(2025));  // The plan's end.
  EXPECT_THAT(refusal(top, false), HasSubstr("no period to be reached by"));
}

TEST(ProjectedTargetsTest, AChangeIsCountedFromTheLatestBaseline) {
  using Against = Target::Against;
  const ProjectedGoal rank =
      goal_of_target(test::target("papi", Target::Quantity::rank, "<= 0", Against::baseline));
  const ProjectedGoal score =
      goal_of_target(test::target("papi", Target::Quantity::score, "> 0", Against::baseline));
  const ProjectedGoal yearly =
      goal_of_target(test::target("papi", Target::Quantity::score, ">= 1", Against::previous));

  EXPECT_EQ(rank.against, ProjectedGoal::Against::number);
  EXPECT_EQ(rank.reference, 4.0);
  EXPECT_EQ(score.reference, 47.5);
  EXPECT_FALSE(score.range.lower_closed);
  EXPECT_EQ(yearly.against, ProjectedGoal::Against::previous);
  EXPECT_EQ(yearly.range.lower, 1.0);
}

TEST(ProjectedTargetsTest, PercentagesAreTurnedIntoPoints) {
  const Target most = test::target("papi", Target::Quantity::percent, ">= 90");
  const ProjectedGoal goal = goal_of_target(most, 80.0);

  EXPECT_EQ(goal.quantity, ProjectedGoal::Quantity::score);
  EXPECT_EQ(goal.range.lower, 72.0);
  EXPECT_EQ(goal.range.upper, infinity);
  EXPECT_THAT(refusal(most), HasSubstr("the criterion's maximum is not known"));
}

TEST(ProjectedTargetsTest, ARankInARegionIsAmongItsUnits) {
  Target region = test::target("papi", Target::Quantity::rank, "<= 2");
  region.region = "Bắc Trung Bộ";

  EXPECT_THAT(goal_of_target(region).among, ElementsAre("Thanh Hóa", "Nghệ An", "Hà Tĩnh"));
}

}  // namespace
}  // namespace chiso
