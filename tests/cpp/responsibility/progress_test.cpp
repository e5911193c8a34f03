#include "chiso/responsibility/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"

namespace chiso {
namespace {

using test::agency;
using test::group;
using test::task;
using testing::ElementsAre;
using testing::IsEmpty;

PlanDefinition plan_of(std::vector<Task> tasks) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.issued = Date{2022, 8, 26};
  plan.period = {Period(2022), Period(2025)};
  plan.tasks = std::move(tasks);
  return plan;
}

/// News are written "2022-12-15 done".
Task timed(std::optional<std::string> due, std::optional<Recurrence> recurrence,
           std::vector<std::pair<std::string, TaskStatus>> news = {}) {
  Task made = task("t");
  if (due) made.due = parse_date(*due);
  made.recurrence = recurrence;
  for (const auto& [date, status] : news) {
    made.news.push_back({parse_date(date), status, {}, {}, {}});
  }
  return made;
}

TaskProgress on(const std::string& day, const Task& task) {
  return progress(Plan(plan_of({task})), parse_date(day))[0];
}

/// "overdue 2022-12-15": the state and what is due.
std::string said(const TaskProgress& progress) {
  std::string text(name(progress.state));
  if (progress.due) text += ' ' + to_string(*progress.due);
  return text;
}

std::string said_on(const std::string& day, const Task& task) { return said(on(day, task)); }

constexpr auto done = TaskStatus::done;
constexpr auto in_progress = TaskStatus::in_progress;
constexpr auto cancelled = TaskStatus::cancelled;

TEST(DaysBetweenTest, CountsLeapDays) {
  EXPECT_EQ(days_between({2022, 12, 31}, {2023, 1, 1}), 1);
  EXPECT_EQ(days_between({2024, 2, 28}, {2024, 3, 1}), 2);
  EXPECT_EQ(days_between({2023, 2, 28}, {2023, 3, 1}), 1);
  EXPECT_EQ(days_between({2023, 3, 1}, {2023, 2, 28}), -1);
  EXPECT_EQ(days_between({2000, 1, 1}, {2400, 1, 1}), 146097) << "days of the Gregorian cycle";
  EXPECT_EQ(days_between({2022, 8, 26}, {2022, 8, 26}), 0);
}

TEST(ProgressTest, PutsATaskBesideItsDueDate) {
  const Task once = timed("2022-12-15", {});

  EXPECT_EQ(said_on("2022-11-14", once), "open 2022-12-15") << "31 days before";
  EXPECT_EQ(said_on("2022-11-15", once), "due_soon 2022-12-15") << "30 days before";
  EXPECT_EQ(said_on("2022-12-15", once), "due_soon 2022-12-15") << "the day itself";
  EXPECT_EQ(on("2022-12-15", once).days_left, 0);
  EXPECT_EQ(said_on("2022-12-16", once), "overdue 2022-12-15");
  EXPECT_EQ(on("2022-12-16", once).days_left, -1);
}

TEST(ProgressTest, TakesWhatTheLastNewsSay) {
  Task once =
      timed("2022-12-15", Recurrence::once,
            {{"2022-09-01", in_progress}, {"2022-10-01", in_progress}, {"2023-01-10", done}});
  once.news[0].percent = 40.0;

  const TaskProgress before = on("2023-01-09", once);
  EXPECT_EQ(said(before), "overdue 2022-12-15") << "what is told later is not known yet";
  EXPECT_EQ(before.status, in_progress);
  EXPECT_EQ(before.percent, 40.0) << "the last that says";
  EXPECT_EQ(before.last_news, (Date{2022, 10, 1}));
  const TaskProgress after = on("2023-01-10", once);
  EXPECT_EQ(said(after), "done 2022-12-15");
  EXPECT_EQ(after.days_left, std::nullopt);
}

TEST(ProgressTest, TakesUpWhatWasDoneTooEarly) {
  EXPECT_EQ(said_on("2023-02-01",
                    timed("2023-01-15", {}, {{"2022-12-01", done}, {"2023-01-20", in_progress}})),
            "overdue 2023-01-15");
}

TEST(ProgressTest, WaitsForNothingCancelled) {
  const Task task = timed("2022-12-15", {}, {{"2022-10-01", cancelled}});

  EXPECT_EQ(said_on("2022-09-30", task), "open 2022-12-15");
  const TaskProgress after = on("2023-12-31", task);
  EXPECT_EQ(said(after), "cancelled 2022-12-15");
  EXPECT_FALSE(after.without_news);
  EXPECT_EQ(after.days_left, std::nullopt);
  EXPECT_EQ(said_on("2023-12-31", timed({}, Recurrence::yearly, {{"2022-10-01", cancelled}})),
            "cancelled 2022-12-31");
}

TEST(ProgressTest, LeavesOpenWhatHasNoDate) {
  EXPECT_EQ(said_on("2030-01-01", timed({}, {})), "open");
  EXPECT_EQ(said_on("2030-01-01", timed({}, {}, {{"2022-09-01", done}})), "done");
  EXPECT_EQ(said_on("2030-01-01", timed({}, Recurrence::continuous, {{"2022-09-01", done}})),
            "open")
      << "what goes on all the time is never done";
}

TEST(ProgressTest, ComesAgainEveryYear) {
  const Task yearly = timed("2022-12-15", Recurrence::yearly, {{"2022-11-30", done}});

  EXPECT_EQ(said_on("2022-11-29", yearly), "due_soon 2022-12-15") << "before the news";
  EXPECT_EQ(said_on("2022-12-01", yearly), "done 2022-12-15") << "done ahead of its date";
  EXPECT_EQ(said_on("2022-12-15", yearly), "done 2022-12-15");
  EXPECT_EQ(said_on("2022-12-16", yearly), "open 2023-12-15");
  EXPECT_EQ(said_on("2023-12-15", yearly), "due_soon 2023-12-15");
  EXPECT_EQ(said_on("2023-12-16", yearly), "overdue 2023-12-15");
}

TEST(ProgressTest, NamesTheFirstTimeThatWasMissed) {
  const Task yearly = timed("2022-12-15", Recurrence::yearly, {{"2022-12-10", done}});

  const TaskProgress later = on("2025-06-01", yearly);

  EXPECT_EQ(said(later), "overdue 2023-12-15");
  // 16 days of December 2023, 366 of 2024, 31 + 28 + 31 + 30 + 31 and one of June.
  EXPECT_EQ(later.days_left, -(16 + 366 + 151 + 1));
}

TEST(ProgressTest, WhatIsDoneLateLeavesTheNextTimeToBeDone) {
  const Task yearly = timed("2022-12-15", Recurrence::yearly,
                            {{"2023-01-10", done}, {"2023-12-01", done}, {"2025-02-01", done}});

  EXPECT_EQ(said_on("2023-01-09", yearly), "overdue 2022-12-15");
  EXPECT_EQ(said_on("2023-01-10", yearly), "open 2023-12-15");
  EXPECT_EQ(said_on("2023-12-02", yearly), "done 2023-12-15");
  EXPECT_EQ(said_on("2025-01-31", yearly), "overdue 2024-12-15");
  EXPECT_EQ(said_on("2025-02-01", yearly), "open 2025-12-15");
}

TEST(ProgressTest, IsNeverMoreThanOneTimeAhead) {
  const Task quarterly = timed("2022-09-30", Recurrence::quarterly,
                               {{"2022-09-20", done}, {"2022-09-25", done}, {"2022-09-30", done}});

  EXPECT_EQ(said_on("2022-10-01", quarterly), "open 2022-12-30")
      << "the second news are of no other time";
}

TEST(ProgressTest, EndsWithTheLastDayOfAShortMonth) {
  const Task monthly = timed("2023-01-31", Recurrence::monthly,
                             {{"2023-01-31", done}, {"2023-02-28", done}, {"2023-03-30", done}});

  EXPECT_EQ(said_on("2023-01-30", monthly), "due_soon 2023-01-31");
  EXPECT_EQ(said_on("2023-02-01", monthly), "due_soon 2023-02-28");
  EXPECT_EQ(said_on("2023-03-01", monthly), "due_soon 2023-03-31") << "back to the day itself";
  EXPECT_EQ(said_on("2023-04-01", monthly), "due_soon 2023-04-30");
  const Task leap = timed("2024-01-31", Recurrence::monthly, {{"2024-01-31", done}});
  EXPECT_EQ(said_on("2024-02-10", leap), "due_soon 2024-02-29");
  const Task half = timed("2023-08-31", Recurrence::half_yearly, {{"2023-08-31", done}});
  EXPECT_EQ(said_on("2023-09-01", half), "open 2024-02-29");
}

TEST(ProgressTest, WithoutADateItIsDueAtTheEndOfEachCalendarPeriod) {
  // The plan was issued on 26 August 2022.
  EXPECT_EQ(said_on("2022-08-27", timed({}, Recurrence::monthly)), "due_soon 2022-08-31");
  EXPECT_EQ(said_on("2022-08-27", timed({}, Recurrence::quarterly)), "open 2022-09-30");
  EXPECT_EQ(said_on("2022-08-27", timed({}, Recurrence::half_yearly)), "open 2022-12-31");
  EXPECT_EQ(said_on("2022-08-27", timed({}, Recurrence::yearly)), "open 2022-12-31");
  EXPECT_EQ(said_on("2023-01-01",
                    timed({}, Recurrence::quarterly, {{"2022-09-30", done}, {"2022-12-20", done}})),
            "open 2023-03-31");
  EXPECT_EQ(said_on("2024-02-10",
                    timed({}, Recurrence::quarterly, {{"2022-09-30", done}, {"2022-12-20", done}})),
            "overdue 2023-03-31");
}

TEST(ProgressTest, BeginsWithThePlan) {
  PlanDefinition plan = plan_of({timed({}, Recurrence::monthly)});
  const auto due = [&plan] { return progress(Plan(plan), {2023, 5, 10})[0].due; };

  plan.issued = Date{2021, 12, 20};
  EXPECT_EQ(due(), (Date{2022, 1, 31})) << "issued before its period";
  plan.issued.reset();
  EXPECT_EQ(due(), (Date{2022, 1, 31}));
  plan.period = {};
  EXPECT_EQ(due(), (Date{2023, 5, 31})) << "nobody knows since when: this month";
  plan.tasks[0].news = {{Date{2023, 2, 3}, in_progress, {}, {}, {}}};
  EXPECT_EQ(due(), (Date{2023, 2, 28})) << "since somebody told";
}

TEST(ProgressTest, IsNeverDueAfterThePlan) {
  const Task yearly = timed({}, Recurrence::yearly,
                            {{"2022-12-01", done},
                             {"2023-12-01", done},
                             {"2024-12-01", done},
                             {"2025-12-01", done},
                             {"2026-12-01", done}});

  EXPECT_EQ(said_on("2025-11-30", yearly), "open 2025-12-31");
  EXPECT_EQ(said_on("2027-01-01", yearly), "done 2025-12-31") << "no time is left";
  PlanDefinition plan = plan_of({timed({}, Recurrence::yearly)});
  plan.period.to = Period("2022-Q3");
  EXPECT_EQ(said(progress(Plan(plan), {2023, 1, 1})[0]), "open") << "no year ends in the plan";
}

TEST(ProgressTest, WithoutAnEndItGoesOn) {
  PlanDefinition plan = plan_of({timed("2022-12-15", Recurrence::yearly, {{"2022-12-01", done}})});
  plan.period = {};

  EXPECT_EQ(said(progress(Plan(plan), {2060, 1, 1})[0]), "overdue 2023-12-15");
}

TEST(ProgressTest, NewsBeforeTheFirstTimeAreOfTheFirstTime) {
  const Task yearly = timed("2023-06-30", Recurrence::yearly, {{"2022-09-01", done}});

  EXPECT_EQ(said_on("2022-10-01", yearly), "done 2023-06-30");
  EXPECT_EQ(said_on("2023-07-01", yearly), "open 2024-06-30");
}

TEST(ProgressTest, TellsOfWhatNobodyHears) {
  const auto silent = [](const std::string& day, const Task& task) {
    return on(day, task).without_news;
  };
  const Task told = timed("2025-12-15", {}, {{"2023-01-01", in_progress}});

  // 1 January and 90 days: 1 April 2023.
  EXPECT_FALSE(silent("2023-04-01", told));
  EXPECT_TRUE(silent("2023-04-02", told));
  // 26 August 2022 and 90 days: 24 November 2022.
  EXPECT_FALSE(silent("2022-11-24", timed("2025-12-15", {}))) << "the plan is young";
  EXPECT_TRUE(silent("2022-11-25", timed("2025-12-15", {})));
  EXPECT_TRUE(silent("2022-11-25", timed({}, Recurrence::continuous)));
  EXPECT_FALSE(silent("2025-01-01", timed("2025-12-15", {}, {{"2023-01-01", done}})));
  PlanDefinition undated = plan_of({timed("2025-12-15", {})});
  undated.issued.reset();
  undated.period = {};
  EXPECT_TRUE(progress(Plan(undated), {2022, 1, 1})[0].without_news) << "nothing says since when";
}

TEST(ProgressTest, CountsWithTheDaysAskedFor) {
  const Plan plan(plan_of({timed("2022-12-15", {}, {{"2022-11-01", in_progress}})}));

  const auto strict = progress(plan, {2022, 12, 1}, {.soon_days = 13, .silent_days = 29})[0];
  const auto loose = progress(plan, {2022, 12, 1}, {.soon_days = 14, .silent_days = 30})[0];

  EXPECT_EQ(strict.state, TaskState::open);
  EXPECT_TRUE(strict.without_news);
  EXPECT_EQ(loose.state, TaskState::due_soon);
  EXPECT_FALSE(loose.without_news);
}

TEST(ProgressTest, RefusesWhatIsNoDay) {
  const Plan plan(plan_of({}));

  EXPECT_THROW(static_cast<void>(progress(plan, {2023, 2, 29})), DataError);
  try {
    static_cast<void>(progress(plan, {2023, 2, 28}, {.soon_days = -1, .silent_days = -2}));
    FAIL() << "negative days";
  } catch (const DataError& error) {
    EXPECT_EQ(error.problems().size(), 2U);
  }
}

// ---- By agency ---------------------------------------------------------------------------------

/// Offices a and b, their group ab, an idle one; four tasks, of F1, F1, F2 and F2.
PlanDefinition offices() {
  PlanDefinition plan = plan_of({});
  plan.unit = "a";
  plan.indices = {{"par", "small", {}}};
  plan.agencies = {agency("a"), agency("b"), agency("idle"), group("ab", {"a", "b"})};
  plan.tasks = {task("t1", {{TaskRole::lead, "a"}, {TaskRole::coordinate, "ab"}}),
                task("t2", {{TaskRole::lead, "ab"}}), task("t3", {{TaskRole::carry_out, "b"}}),
                task("t4", {{TaskRole::lead, "b"}})};
  for (std::size_t i = 0; i < 4; ++i) {
    plan.tasks[i].criteria = {{"par", i < 2 ? "F1" : "F2"}};
    plan.tasks[i].due = Date{2022, 12, 15};
  }
  plan.tasks[3].news = {{Date{2022, 12, 1}, done, {}, {}, {}}};
  return plan;
}

/// Lost: 4 of 10 on F1, 3 of 5 on F2.
PlannedScores planned(const PlanDefinition& plan) {
  Evaluator evaluator(small::index(small::inner(
      "total", Aggregation::Method::sum,
      {small::points("F1", 10, GivenPoints{}), small::points("F2", 5, GivenPoints{})})));
  return {Plan(plan), {evaluator.score(small::panel({"F1", "F2"}, {{6, 2}}))}};
}

TEST(ProgressByAgencyTest, CountsEachTaskOnceForEverybodyWhoHasIt) {
  const Plan plan(offices());

  const auto all = progress_by_agency(plan, progress(plan, {2023, 2, 1}));

  ASSERT_EQ(all.size(), 3U) << "all together, a, b: neither the group nor the idle one";
  EXPECT_EQ(all[0].agency, -1);
  EXPECT_EQ(all[0].tasks, 4);
  EXPECT_EQ(all[0].done, 1);
  EXPECT_EQ(all[0].overdue, 3);
  EXPECT_EQ(all[0].without_news, 3);
  EXPECT_THAT(all[0].points_overdue, IsEmpty());
  EXPECT_EQ(all[1].agency, 0);
  EXPECT_EQ(all[1].tasks, 2);
  EXPECT_EQ(all[1].overdue, 2);
  EXPECT_EQ(all[2].agency, 1);
  EXPECT_EQ(all[2].tasks, 4);
  EXPECT_EQ(all[2].done, 1);
  EXPECT_EQ(all[2].overdue, 3);
}

TEST(ProgressByAgencyTest, FindsThePointsBehindWhatIsOverdue) {
  const PlannedScores both = planned(offices());
  const PointsAtStake stake(both, {});

  const auto all = progress_by_agency(both.plan(), progress(both.plan(), {2023, 2, 1}), &stake);

  // F1 lost 4, by t1 and t2: a has t1's 2 and half of t2's, b the other half. F2 lost 3, by t3 and
  // t4: b has both halves, and t4 is done.
  ASSERT_EQ(all.size(), 3U);
  EXPECT_THAT(all[0].points_overdue, ElementsAre(testing::DoubleEq(5.5)));
  EXPECT_THAT(all[1].points_overdue, ElementsAre(testing::DoubleEq(3.0)));
  EXPECT_THAT(all[2].points_overdue, ElementsAre(testing::DoubleEq(2.5)));
}

TEST(ProgressByAgencyTest, PutsTheSamePointsToEachAgencyAsOfAgencyDoes) {
  const PlannedScores both = planned(offices());
  const PointsAtStake stake(both, {});
  const auto tasks = progress(both.plan(), {2023, 2, 1});

  for (const auto& row : progress_by_agency(both.plan(), tasks, &stake)) {
    if (row.agency < 0) continue;
    double points = 0.0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i].state == TaskState::overdue) points += stake.of_agency(row.agency)[i];
    }
    EXPECT_DOUBLE_EQ(row.points_overdue[0], points);
  }
}

TEST(ProgressByAgencyTest, RefusesThePointsOfAnotherPlan) {
  const PointsAtStake stake(planned(offices()), {});
  PlanDefinition other = offices();
  other.tasks.pop_back();
  const Plan plan(other);

  EXPECT_THROW(static_cast<void>(progress_by_agency(plan, progress(plan, {2023, 2, 1}), &stake)),
               DataError);
}

TEST(ProgressByAgencyTest, RefusesATaskThatIsNone) {
  const Plan plan(offices());
  TaskProgress none;
  none.task = 4;

  EXPECT_THROW(static_cast<void>(progress_by_agency(plan, std::vector{none})), NotFoundError);
}

TEST(TaskStateTest, HasNames) {
  EXPECT_EQ(name(TaskState::done), "done");
  EXPECT_EQ(name(TaskState::overdue), "overdue");
  EXPECT_EQ(name(TaskState::due_soon), "due_soon");
  EXPECT_EQ(name(TaskState::open), "open");
  EXPECT_EQ(name(TaskState::cancelled), "cancelled");
}

}  // namespace
}  // namespace chiso
