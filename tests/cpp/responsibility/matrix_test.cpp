#include "chiso/responsibility/matrix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using test::agency;
using test::group;
using test::task;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<CriterionRef> refs(const std::vector<std::string>& texts) {
  std::vector<CriterionRef> all;
  for (const auto& text : texts) all.push_back(parse_criterion_ref(text));
  return all;
}

Task task_for(std::string code, const std::vector<std::string>& of,
              std::vector<Assignment> assignments) {
  Task made = task(std::move(code), std::move(assignments));
  made.criteria = refs(of);
  return made;
}

RoleSet set(std::initializer_list<TaskRole> roles) {
  RoleSet all;
  for (const TaskRole role : roles) all.add(role);
  return all;
}

/// Offices a, b, c; the group ab of a and b, the group all of ab and c; towns of which nobody is
/// named.
PlanDefinition offices() {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.indices = {{"par", "par", {}}, {"papi", "papi", {}}};
  plan.agencies = {agency("a"),
                   agency("b"),
                   agency("c"),
                   group("ab", {"a", "b"}),
                   group("all", {"ab", "c"}),
                   group("towns", {})};
  return plan;
}

/// "agency criterion letters tasks", a line a cell.
std::vector<std::string> lines(const Plan& plan, const ResponsibilityMatrix& matrix) {
  std::vector<std::string> all;
  for (const MatrixCell& cell : matrix.cells) {
    const auto& criterion = matrix.criteria[static_cast<std::size_t>(cell.criterion)];
    all.push_back(plan.agencies()[cell.agency] + ' ' + to_string(criterion) + ' ' +
                  cell.roles.letters() + ' ' + std::to_string(cell.tasks));
  }
  return all;
}

TEST(RoleSetTest, KnowsItsRolesAndTheirLetters) {
  const RoleSet some = set({TaskRole::coordinate, TaskRole::lead, TaskRole::inspect});

  EXPECT_TRUE(some.has(TaskRole::lead));
  EXPECT_FALSE(some.has(TaskRole::report));
  EXPECT_TRUE(some.has_any(RoleSet::of(Raci::consulted)));
  EXPECT_FALSE(some.has_any(RoleSet::of(Raci::responsible)));
  EXPECT_THAT(some.roles(), ElementsAre(TaskRole::lead, TaskRole::coordinate, TaskRole::inspect));
  EXPECT_EQ(some.letters(), "ACI");
  EXPECT_EQ(set({TaskRole::guide, TaskRole::appraise}).letters(), "C") << "each letter once";
  EXPECT_TRUE(RoleSet().empty());
  EXPECT_EQ(RoleSet().letters(), "");
}

TEST(RoleSetTest, EveryRoleHasOneLetter) {
  std::size_t count = 0;
  for (const Raci letter :
       {Raci::accountable, Raci::responsible, Raci::consulted, Raci::informed}) {
    count += RoleSet::of(letter).roles().size();
  }
  EXPECT_EQ(count, 12U);
}

TEST(ResponsibilityMatrixTest, ListsCriteriaByIndexInTheOrderOfMention) {
  PlanDefinition definition = offices();
  definition.areas = {{"x", {}, refs({"papi:D2", "par:F3"}), {}}, {"y", {}, refs({"par:F9"}), {}}};
  definition.tasks = {task_for("t1", {"par:F1"}, {}), task_for("t2", {"papi", "par:F1"}, {}),
                      task("t3")};
  definition.tasks[2].area = "x";

  const auto matrix = responsibility_matrix(Plan(definition));

  // Area y mentions F9, but has no task.
  EXPECT_EQ(matrix.criteria, refs({"par:F3", "par:F1", "papi:D2", "papi"}));
  EXPECT_THAT(matrix.cells, IsEmpty());
}

TEST(ResponsibilityMatrixTest, UnitesTheRolesOfAllTasks) {
  PlanDefinition definition = offices();
  definition.tasks = {
      task_for("t1", {"par:F1", "par:F2"}, {{TaskRole::lead, "a"}, {TaskRole::coordinate, "b"}}),
      task_for("t2", {"par:F1"}, {{TaskRole::monitor, "a"}})};
  const Plan plan(definition);

  EXPECT_THAT(lines(plan, responsibility_matrix(plan)),
              ElementsAre("a par:F1 AI 2", "a par:F2 A 1", "b par:F1 C 1", "b par:F2 C 1"));
}

TEST(ResponsibilityMatrixTest, GivesTheRolesOfGroupsToTheirMembers) {
  PlanDefinition definition = offices();
  definition.tasks = {
      // Leads, with all others: a does not coordinate with itself.
      task_for("t1", {"par:F1"}, {{TaskRole::lead, "a"}, {TaskRole::coordinate, "all"}}),
      // Twice in groups, one task.
      task_for("t2", {"par:F1"}, {{TaskRole::carry_out, "ab"}, {TaskRole::report, "all"}}),
      task_for("t3", {"papi"}, {{TaskRole::carry_out, "towns"}})};
  const Plan plan(definition);

  EXPECT_THAT(lines(plan, responsibility_matrix(plan)),
              ElementsAre("a par:F1 AR 2", "b par:F1 RC 2", "c par:F1 RC 2", "towns papi R 1"));
  EXPECT_THAT(lines(plan, responsibility_matrix(plan, false)),
              ElementsAre("a par:F1 A 1", "ab par:F1 R 1", "all par:F1 RC 2", "towns papi R 1"));
}

TEST(WorkloadTest, CountsATaskOnceUnderEachLetter) {
  PlanDefinition definition = offices();
  definition.tasks = {
      task("t1", {{TaskRole::lead, "a"}, {TaskRole::monitor, "a"}, {TaskRole::coordinate, "all"}}),
      task("t2", {{TaskRole::guide, "a"}, {TaskRole::coordinate, "a"}}),
      task("t3", {{TaskRole::carry_out, "ab"}, {TaskRole::carry_out, "towns"}})};
  definition.tasks[0].due = Date{2023, 1, 31};
  definition.tasks[1].recurrence = Recurrence::continuous;
  definition.tasks[1].addressees = {"ab", "b"};
  const auto all = workload(Plan(definition));

  ASSERT_EQ(all.size(), 6U);
  const Workload& a = all[0];
  EXPECT_EQ(a.agency, 0);
  EXPECT_EQ(a.tasks, 3);
  EXPECT_EQ(a.accountable, 1);
  EXPECT_EQ(a.responsible, 1);
  EXPECT_EQ(a.consulted, 1) << "guides and coordinates in t2; t1 it leads itself";
  EXPECT_EQ(a.informed, 1);
  EXPECT_EQ(a.by_group, 1) << "t3";
  EXPECT_EQ(a.addressed, 1);
  EXPECT_EQ(a.without_due, 1) << "t3";
  const Workload& b = all[1];
  EXPECT_EQ(b.tasks, 2);
  EXPECT_EQ(b.by_group, 2);
  EXPECT_EQ(b.addressed, 1) << "named, and in a group";
  EXPECT_EQ(all[3].tasks, 0) << "a group whose members are known";
  EXPECT_EQ(all[5].tasks, 1) << "a group whose members are not";
  EXPECT_EQ(all[5].by_group, 0);
}

TEST(AgendaTest, SaysThroughWhichGroupATaskCame) {
  PlanDefinition definition = offices();
  definition.tasks = {task("t1", {{TaskRole::coordinate, "all"}}),
                      task("t2", {{TaskRole::lead, "a"}, {TaskRole::coordinate, "all"}}),
                      task("t3", {{TaskRole::report, "b"}}),
                      task("t4", {{TaskRole::carry_out, "ab"}, {TaskRole::report, "all"}})};
  const Plan plan(definition);

  const auto of_a = agenda(plan, 0);

  ASSERT_EQ(of_a.size(), 3U);
  EXPECT_EQ(std::tuple(of_a[0].task, of_a[0].via), std::tuple(0, 4));
  EXPECT_EQ(of_a[0].roles, set({TaskRole::coordinate}));
  EXPECT_EQ(std::tuple(of_a[1].task, of_a[1].via), std::tuple(1, -1));
  EXPECT_EQ(of_a[1].roles, set({TaskRole::lead})) << "groups add nothing to what names it";
  EXPECT_EQ(std::tuple(of_a[2].task, of_a[2].via), std::tuple(3, 3));
  EXPECT_EQ(of_a[2].roles, set({TaskRole::carry_out, TaskRole::report}));
}

TEST(AgendaTest, OfAGroupHoldsItsTasksAsAGroup) {
  PlanDefinition definition = offices();
  definition.tasks = {task("t1", {{TaskRole::coordinate, "all"}}),
                      task("t2", {{TaskRole::lead, "a"}}), task("t3", {{TaskRole::report, "ab"}})};
  const Plan plan(definition);

  const auto of_ab = agenda(plan, 3);

  ASSERT_EQ(of_ab.size(), 1U);
  EXPECT_EQ(of_ab[0].task, 2);
  EXPECT_EQ(of_ab[0].via, -1);
}

TEST(AgendaTest, RefusesWhatIsNoAgency) {
  EXPECT_THROW(static_cast<void>(agenda(Plan(offices()), 6)), NotFoundError);
  EXPECT_THROW(static_cast<void>(agenda(Plan(offices()), -1)), NotFoundError);
}

/// A plan of nested groups and of tasks that name anybody twice over.
PlanDefinition random_plan(std::mt19937& engine) {
  const auto below = [&engine](std::size_t n) { return static_cast<std::size_t>(engine() % n); };
  PlanDefinition plan;
  plan.plan = "random";
  plan.indices = {{"x", "x", {}}, {"y", "y", {}}};
  for (std::size_t i = 0; i < 6; ++i) plan.agencies.push_back(agency("o" + std::to_string(i)));
  for (std::size_t i = 0; i < 4; ++i) {
    std::vector<std::string> members;
    for (std::size_t k = 0; k < plan.agencies.size(); ++k) {
      if (below(3) == 0) members.push_back(plan.agencies[k].code);
    }
    plan.agencies.push_back(group("g" + std::to_string(i), std::move(members)));
  }
  const std::vector<std::string> criteria{"x", "x:A", "x:B", "y:A"};
  for (std::size_t i = 0; i < 8; ++i) {
    Task made = task("t" + std::to_string(i));
    std::set<std::pair<std::size_t, std::size_t>> given;
    for (std::size_t k = below(5); k > 0; --k) {
      const std::size_t role = below(12);
      const std::size_t who = below(plan.agencies.size());
      if (!given.emplace(role, who).second) continue;
      made.assignments.push_back({static_cast<TaskRole>(role), plan.agencies[who].code});
    }
    for (const auto& criterion : criteria) {
      if (below(3) == 0) made.criteria.push_back(parse_criterion_ref(criterion));
    }
    plan.tasks.push_back(std::move(made));
  }
  return plan;
}

TEST(ResponsibilityMatrixTest, IsWhatGoingThroughEveryTaskFinds) {
  std::mt19937 engine(20220826);
  for (int round = 0; round < 200; ++round) {
    const Plan plan(random_plan(engine));
    // By agency and criterion: the roles, and the tasks.
    std::map<std::pair<std::string, std::string>, std::pair<RoleSet, std::set<Size>>> expected;
    std::map<std::string, std::set<Size>> tasks;
    for (Size t = 0; t < plan.tasks().size(); ++t) {
      std::set<Size> named;
      for (const auto& [role, who] : plan.assigned(t)) named.insert(who);
      for (const auto& [role, who] : plan.assigned(t)) {
        for (const Size member : plan.members(who)) {
          if (member != who && named.contains(member)) continue;
          tasks[plan.agencies()[member]].insert(t);
          for (const auto& criterion : plan.criteria(t)) {
            auto& cell = expected[{plan.agencies()[member], to_string(criterion)}];
            cell.first.add(role);
            cell.second.insert(t);
          }
        }
      }
    }

    const auto matrix = responsibility_matrix(plan);
    const auto loads = workload(plan);

    ASSERT_EQ(matrix.cells.size(), expected.size());
    for (const MatrixCell& cell : matrix.cells) {
      const auto& [roles, of] =
          expected.at({plan.agencies()[cell.agency],
                       to_string(matrix.criteria[static_cast<std::size_t>(cell.criterion)])});
      EXPECT_EQ(cell.roles, roles);
      EXPECT_EQ(cell.tasks, std::ssize(of));
    }
    for (const Workload& load : loads) {
      const auto& of = tasks[plan.agencies()[load.agency]];
      EXPECT_EQ(load.tasks, std::ssize(of));
      if (load.tasks == 0) continue;
      const auto items = agenda(plan, load.agency);
      EXPECT_TRUE(std::equal(items.begin(), items.end(), of.begin(), of.end(),
                             [](const AgendaItem& item, Size t) { return item.task == t; }));
    }
  }
}

}  // namespace
}  // namespace chiso
