#include "chiso/responsibility/points_at_stake.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"

namespace chiso {
namespace {

using test::agency;
using test::group;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Who = StakeRow::Who;

Criterion given(const std::string& code, double maximum) {
  return small::points(code, maximum, GivenPoints{});
}

/// 100 = A (a1 30 + a2 30) + B 40. Unit "a" has 20 + 30 + 28: it lost 10 in a1 and 12 in B.
Scores small_scores(const std::string& family = "small") {
  IndexDefinition head = small::definition(
      small::inner("root", Aggregation::Method::sum,
                   {small::inner("A", Aggregation::Method::sum, {given("a1", 30), given("a2", 30)}),
                    given("B", 40)}));
  head.index = family;
  return Evaluator(Index(head)).score(small::panel({"a1", "a2", "B"}, {{20, 30, 28}}));
}

/// 100 = x + y, of which nobody knows the maxima. Unit "a" has 50 + 40: it lost 10 somewhere.
Scores unlimited_scores() {
  Criterion tree = small::inner("root", Aggregation::Method::sum,
                                {small::leaf("x", GivenPoints{}), small::leaf("y", GivenPoints{})});
  tree.maximum = 100.0;
  return Evaluator(small::index(tree)).score(small::panel({"x", "y"}, {{50, 40}}));
}

/// Agencies s0, s1, s2 (below s1), a group "pair" of s1 and s2, one "all" of s0 and pair, and one
/// "towns" whose members are not known.
PlanDefinition plan_of(std::vector<Task> tasks) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.unit = "a";
  plan.indices = {{"k", "small", {}}};
  plan.agencies = {agency("s0"),
                   agency("s1"),
                   agency("s2"),
                   group("pair", {"s1", "s2"}),
                   group("all", {"s0", "pair"}),
                   group("towns", {})};
  plan.agencies[2].parent = "s1";
  plan.areas = {{"area", {}, {}, {}}, {"other", {}, {}, {}}};
  plan.tasks = std::move(tasks);
  return plan;
}

Task task(const std::string& code, const std::string& criterion,
          std::vector<Assignment> assignments) {
  Task made = test::task(code, std::move(assignments));
  made.criteria = {{"k", criterion}};
  return made;
}

PointsAtStake stake_of(const PlanDefinition& plan, const Scores& scores,
                       StakeOptions options = {}) {
  return PointsAtStake(PlannedScores(Plan(plan), {scores}), "a", std::move(options));
}

/// "s1: 5 points, 1 tasks, 1 criteria".
std::vector<std::string> texts(const std::vector<StakeRow>& rows, const Labels& keys) {
  std::vector<std::string> lines;
  for (const StakeRow& row : rows) {
    const std::string key = row.key == Who::nobody      ? "nobody"
                            : row.key == Who::not_split ? "not split"
                            : row.key == Who::no_area   ? "no area"
                                                        : keys[row.key];
    // Worked by hand: to nine digits.
    const double points = std::round(row.points * 1e9) / 1e9;
    lines.push_back(key + ": " + to_string(points) + " points, " + std::to_string(row.tasks) +
                    " tasks, " + std::to_string(row.criteria) + " criteria");
  }
  return lines;
}

std::vector<std::string> by_agency(const PointsAtStake& stake) {
  return texts(stake.by_agency(), stake.planned().plan().agencies());
}

// ---- Who answers

TEST(PointsAtStakeTest, AreDividedEquallyAmongTheTasksOfACriterion) {
  // 10 points of a1: 5 a task; in the second by two leads, the coordinator has none by RACI.
  const auto stake = stake_of(
      plan_of({task("t1", "a1", {{TaskRole::lead, "s0"}}),
               task("t2", "a1",
                    {{TaskRole::lead, "s1"}, {TaskRole::lead, "s2"}, {TaskRole::guide, "towns"}})}),
      small_scores());

  EXPECT_NEAR(stake.lost(0), 22.0, 1e-12);
  EXPECT_THAT(by_agency(stake), ElementsAre("s0: 5 points, 1 tasks, 1 criteria",     //
                                            "s1: 2.5 points, 1 tasks, 1 criteria",   //
                                            "s2: 2.5 points, 1 tasks, 1 criteria",   //
                                            "towns: 0 points, 0 tasks, 0 criteria",  //
                                            "nobody: 12 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, AreTheTasksOfTheNearestCriterionAbove) {
  // a1 has a task of its own; a2 lost nothing; B is answered by the task for the whole index.
  const auto stake = stake_of(plan_of({task("whole", "", {{TaskRole::lead, "s0"}}),
                                       task("branch", "A", {{TaskRole::lead, "s1"}}),
                                       task("leaf", "a1", {{TaskRole::lead, "s2"}})}),
                              small_scores());

  EXPECT_THAT(by_agency(stake),
              ElementsAre("s0: 12 points, 1 tasks, 1 criteria", "s1: 0 points, 0 tasks, 0 criteria",
                          "s2: 10 points, 1 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, PassTasksInWhichNobodyHasAPart) {
  // By leads only, the task of a1 has no taker, and that of A takes the points.
  const auto plan = plan_of({task("branch", "A", {{TaskRole::lead, "s1"}}),
                             task("leaf", "a1", {{TaskRole::coordinate, "s2"}})});

  EXPECT_THAT(by_agency(stake_of(plan, small_scores(), {.sharing = Sharing::lead()})),
              ElementsAre("s1: 10 points, 1 tasks, 1 criteria", "s2: 0 points, 0 tasks, 0 criteria",
                          "nobody: 12 points, 0 tasks, 1 criteria"));
  EXPECT_THAT(by_agency(stake_of(plan, small_scores())),
              ElementsAre("s1: 0 points, 0 tasks, 0 criteria", "s2: 10 points, 1 tasks, 1 criteria",
                          "nobody: 12 points, 0 tasks, 1 criteria"))
      << "RACI comes to those consulted in the end";
}

TEST(PointsAtStakeTest, DivideAmongTasksWithATakerOnly) {
  const auto plan = plan_of(
      {task("t1", "a1", {{TaskRole::lead, "s1"}}), task("t2", "a1", {{TaskRole::guide, "s2"}})});

  EXPECT_THAT(by_agency(stake_of(plan, small_scores(), {.sharing = Sharing::lead()})),
              ElementsAre("s1: 10 points, 1 tasks, 1 criteria", "s2: 0 points, 0 tasks, 0 criteria",
                          "nobody: 12 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, CountAnAgencyOnceByItsOwnRolesOrElseItsGreatestWeight) {
  // s1 is named itself (1), so that its groups (3 and 1) add nothing. s2 by the groups: the greater
  // of 3 and 1. s0 by "all": 1. Together 5.
  const std::vector<std::pair<TaskRole, double>> weights{{TaskRole::lead, 3.0},
                                                         {TaskRole::coordinate, 1.0}};
  const auto stake = stake_of(plan_of({task("t", "a1",
                                            {{TaskRole::lead, "pair"},
                                             {TaskRole::coordinate, "s1"},
                                             {TaskRole::coordinate, "all"}})}),
                              small_scores(), {.sharing = Sharing::weighted(weights)});

  const auto rows = stake.by_agency();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_NEAR(rows[0].points, 10.0 * 1.0 / 5.0, 1e-12);
  EXPECT_NEAR(rows[1].points, 10.0 * 1.0 / 5.0, 1e-12);
  EXPECT_NEAR(rows[2].points, 10.0 * 3.0 / 5.0, 1e-12);
  EXPECT_EQ(rows[1].tasks, 1);
}

TEST(PointsAtStakeTest, GiveAGroupsLeadToNoMemberThatIsNamedForSomethingElse) {
  const auto stake =
      stake_of(plan_of({task("t", "a1", {{TaskRole::lead, "pair"}, {TaskRole::coordinate, "s1"}}),
                        task("u", "B",
                             {{TaskRole::lead, "pair"},
                              {TaskRole::coordinate, "s1"},
                              {TaskRole::coordinate, "s2"}})}),
               small_scores(), {.sharing = Sharing::lead()});

  // In t only s2 is left to lead; in u nobody is.
  EXPECT_THAT(by_agency(stake),
              ElementsAre("s1: 0 points, 0 tasks, 0 criteria", "s2: 10 points, 1 tasks, 1 criteria",
                          "nobody: 12 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, TakeWeightsOfAnySize) {
  const std::vector<std::pair<TaskRole, double>> weights{{TaskRole::lead, 1.5e308}};
  const auto stake =
      stake_of(plan_of({task("t", "a1", {{TaskRole::lead, "s0"}, {TaskRole::lead, "pair"}})}),
               small_scores(), {.sharing = Sharing::weighted(weights)});

  EXPECT_NEAR(stake.by_agency()[0].points, 10.0 / 3.0, 1e-12);
}

TEST(PointsAtStakeTest, AreAGroupsOwnIfItsMembersAreNotKnown) {
  const auto stake =
      stake_of(plan_of({task("t", "", {{TaskRole::lead, "towns"}, {TaskRole::lead, "s0"}})}),
               small_scores());

  EXPECT_THAT(by_agency(stake), ElementsAre("s0: 11 points, 1 tasks, 2 criteria",
                                            "towns: 11 points, 1 tasks, 2 criteria"));
}

TEST(PointsAtStakeTest, CountATaskThatNamesTheCompositeInBothWaysOnce) {
  auto plan = plan_of(
      {task("t1", "", {{TaskRole::lead, "s0"}}), task("t2", "root", {{TaskRole::lead, "s1"}})});
  plan.tasks[0].criteria.push_back({"k", "root"});

  EXPECT_THAT(
      by_agency(stake_of(plan, small_scores())),
      ElementsAre("s0: 11 points, 1 tasks, 2 criteria", "s1: 11 points, 1 tasks, 2 criteria"));
}

// ---- What is not split

TEST(PointsAtStakeTest, AreNotSplitWhereOnlyCriteriaBelowHaveTasks) {
  const auto plan = plan_of({task("t", "x", {{TaskRole::coordinate, "s0"}})});

  EXPECT_THAT(by_agency(stake_of(plan, unlimited_scores())),
              ElementsAre("s0: 0 points, 0 tasks, 0 criteria",
                          "not split: 10 points, 0 tasks, 1 criteria"));
  EXPECT_THAT(
      by_agency(stake_of(plan, unlimited_scores(), {.sharing = Sharing::lead()})),
      ElementsAre("s0: 0 points, 0 tasks, 0 criteria", "nobody: 10 points, 0 tasks, 1 criteria"))
      << "nobody has a part in the task";
  EXPECT_THAT(by_agency(stake_of(plan_of({}), unlimited_scores())),
              ElementsAre("nobody: 10 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, ThatAreNotSplitAreTakenByATaskForTheWhole) {
  const auto plan = plan_of(
      {task("t", "x", {{TaskRole::lead, "s0"}}), task("whole", "", {{TaskRole::lead, "s1"}})});

  EXPECT_THAT(
      by_agency(stake_of(plan, unlimited_scores())),
      ElementsAre("s0: 0 points, 0 tasks, 0 criteria", "s1: 10 points, 1 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, AreSplitIfTheCallerAssumesProportions) {
  // 10 points over 50 and 40 of 90.
  const auto stake = stake_of(plan_of({task("t", "x", {{TaskRole::lead, "s0"}})}),
                              unlimited_scores(), {.unsplit = Unsplit::proportional});

  const auto rows = stake.by_agency();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NEAR(rows[0].points, 50.0 / 9.0, 1e-12);
  EXPECT_EQ(rows[1].key, Who::nobody);
  EXPECT_NEAR(rows[1].points, 40.0 / 9.0, 1e-12);
  EXPECT_TRUE(stake.nodes(0)[1].assumed);
}

TEST(PointsAtStakeTest, OfThanhHoaInTheParIndex2021) {
  // 12.16 of 100 points are lost (see LostPointsTest), no field has a maximum.
  const Scores scores =
      Evaluator(load_index("share/indices/par-fields/2021.yaml"))
          .score(read_panel("share/data/par_fields.csv"), {.period = Period(2021)});
  auto plan = plan_of({task("t", "F1", {{TaskRole::lead, "s0"}})});
  plan.indices[0].definition = "par-fields-2021";
  plan.unit = "Thanh H\u00f3a";
  const PlannedScores planned(Plan(plan), {scores});

  EXPECT_THAT(by_agency(PointsAtStake(planned, "")),
              ElementsAre("s0: 0 points, 0 tasks, 0 criteria",
                          "not split: 12.16 points, 0 tasks, 1 criteria"));
  const auto rows = PointsAtStake(planned, "", {.unsplit = Unsplit::proportional}).by_agency();
  EXPECT_NEAR(rows[0].points, 12.16 * 7.82 / 87.84, 1e-12);
  EXPECT_NEAR(rows[1].points, 12.16 * 80.02 / 87.84, 1e-12);
}

// ---- Other keys

/// a1 (10) by s1 and s2 together and by s0 in an area; B (12) by s2 in no area.
PlanDefinition plan_with_areas() {
  auto plan = plan_of({task("t1", "a1", {{TaskRole::lead, "pair"}}),
                       task("t2", "a1", {{TaskRole::lead, "s0"}}),
                       task("t3", "B", {{TaskRole::lead, "s2"}})});
  plan.tasks[0].area = plan.tasks[1].area = "other";
  return plan;
}

TEST(PointsAtStakeTest, ByTopAgencyAreThoseOfAllBelowIt) {
  const auto stake = stake_of(plan_with_areas(), small_scores());

  EXPECT_THAT(
      texts(stake.by_top_agency(), stake.planned().plan().agencies()),
      ElementsAre("s0: 5 points, 1 tasks, 1 criteria", "s1: 17 points, 2 tasks, 2 criteria"));
}

TEST(PointsAtStakeTest, ByAreaTellNoAreaFromNobody) {
  auto plan = plan_with_areas();
  const auto answered = stake_of(plan, small_scores());
  EXPECT_THAT(texts(answered.by_area(), answered.planned().plan().areas()),
              ElementsAre("other: 10 points, 2 tasks, 1 criteria",
                          "no area: 12 points, 1 tasks, 1 criteria"));

  plan.tasks.pop_back();
  const auto unanswered = stake_of(plan, small_scores());
  EXPECT_THAT(texts(unanswered.by_area(), unanswered.planned().plan().areas()),
              ElementsAre("other: 10 points, 2 tasks, 1 criteria",
                          "nobody: 12 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, ByTaskAndByCriterion) {
  auto plan = plan_with_areas();
  plan.tasks[2].criteria = {{"k", "a2"}};
  const auto stake = stake_of(plan, small_scores());

  EXPECT_THAT(
      texts(stake.by_task(), stake.planned().plan().tasks()),
      ElementsAre("t1: 5 points, 1 tasks, 1 criteria", "t2: 5 points, 1 tasks, 1 criteria",
                  "t3: 0 points, 0 tasks, 0 criteria", "nobody: 12 points, 0 tasks, 1 criteria"));
  EXPECT_THAT(
      texts(stake.by_criterion(), stake.planned().scores()[0].index().codes()),
      ElementsAre("a1: 10 points, 2 tasks, 1 criteria", "B: 12 points, 0 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, ByHeadPutAllAgenciesOfAPersonTogether) {
  auto plan = plan_with_areas();
  plan.agencies[0].head = plan.agencies[2].head = "Mr. A";
  plan.agencies[1].title = {"Office", ""};
  plan.agencies[3].title = {"Mr. A", ""};  // One that is called as a person is.
  const auto stake = stake_of(plan, small_scores());

  EXPECT_THAT(stake.heads().names(),
              ElementsAre("Mr. A", "Office", "Mr. A (pair)", "all", "towns"));
  EXPECT_THAT(texts(stake.by_head(), stake.heads()),
              ElementsAre("Mr. A: 19.5 points, 3 tasks, 2 criteria",
                          "Office: 2.5 points, 1 tasks, 1 criteria"));
}

TEST(PointsAtStakeTest, OfAnAgencyTaskByTask) {
  const auto stake = stake_of(plan_with_areas(), small_scores());

  EXPECT_THAT(stake.of_agency(2), ElementsAre(2.5, 0.0, 12.0));
  EXPECT_THAT(stake.of_agency(3), ElementsAre(0.0, 0.0, 0.0)) << "the group is its members";
  EXPECT_THAT(stake.of_tasks({true, false, true}), ElementsAre(0.0, 2.5, 14.5, 0.0, 0.0, 0.0));
  EXPECT_THROW((void)stake.of_tasks({true}), DataError);
  EXPECT_THROW((void)stake.of_agency(6), NotFoundError);
  EXPECT_THROW((void)stake.lost(1), NotFoundError);
}

TEST(PointsAtStakeTest, InCellsOfCriterionAndAgency) {
  auto plan = plan_with_areas();
  plan.tasks.pop_back();
  const auto stake = stake_of(plan, small_scores());

  const auto cells = stake.cells();
  const Index& index = stake.planned().scores()[0].index();
  ASSERT_EQ(cells.size(), 4U);
  EXPECT_EQ(cells[0].node, index.at("a1"));
  EXPECT_EQ(cells[0].agency, 0);
  EXPECT_NEAR(cells[0].points, 5.0, 1e-12);
  EXPECT_EQ(cells[2].agency, 2);
  EXPECT_NEAR(cells[2].points, 2.5, 1e-12);
  EXPECT_EQ(cells[3].node, index.at("B"));
  EXPECT_EQ(cells[3].agency, Who::nobody);
  EXPECT_NEAR(cells[3].points, 12.0, 1e-12);
}

// ---- Several indices, units, and what is wrong

TEST(PointsAtStakeTest, AreSummedResultByResult) {
  auto plan = plan_of(
      {task("both", "B", {{TaskRole::lead, "s0"}}), task("second", "B", {{TaskRole::lead, "s1"}})});
  plan.indices.push_back({"l", "large", {}});
  plan.tasks[0].criteria.push_back({"l", ""});
  plan.tasks[1].criteria = {{"l", "B"}};
  const PointsAtStake stake(PlannedScores(Plan(plan), {small_scores(), small_scores("large")}),
                            "a");

  const auto rows = stake.by_agency();
  EXPECT_THAT(
      by_agency(stake),
      ElementsAre("s0: 12 points, 1 tasks, 1 criteria", "nobody: 10 points, 0 tasks, 1 criteria",
                  "s0: 10 points, 1 tasks, 1 criteria", "s1: 12 points, 1 tasks, 1 criteria"));
  EXPECT_EQ(rows[1].scores, 0);
  EXPECT_EQ(rows[2].scores, 1);
  EXPECT_THAT(stake.of_agency(0), ElementsAre(12.0, 0.0, 10.0, 0.0));
}

TEST(PointsAtStakeTest, NeedNoResult) {
  const PointsAtStake stake(PlannedScores(Plan(plan_of({})), {}), "a");

  EXPECT_THAT(stake.by_agency(), IsEmpty());
  EXPECT_THAT(stake.cells(), IsEmpty());
}

TEST(PointsAtStakeTest, AreOfThePlansUnitIfNoneIsNamed) {
  auto plan = plan_of({});
  EXPECT_NEAR(PointsAtStake(PlannedScores(Plan(plan), {small_scores()}), "").lost(0), 22.0, 1e-12);

  plan.unit = "";
  try {
    static_cast<void>(PointsAtStake(PlannedScores(Plan(plan), {small_scores()}), ""));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the plan is of no unit; name the unit"));
  }
}

TEST(PointsAtStakeTest, RefuseCriteriaThatWereNotScored) {
  EXPECT_THROW((void)stake_of(plan_of({task("t", "C", {})}), small_scores()), DataError);
  EXPECT_THROW((void)PointsAtStake(PlannedScores(Plan(plan_of({})), {small_scores()}), "nowhere"),
               NotFoundError);
}

// ---- Random plans on random trees

/// The same numbers with every standard library.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  std::size_t under(std::size_t count) { return random_() % count; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

 private:
  std::mt19937 random_;
};

std::string code(const char* kind, std::size_t i) { return kind + std::to_string(i); }

/// Agencies some of which are groups of later ones, and tasks for any nodes of the results.
PlanDefinition random_plan(Dice& dice, const std::vector<Scores>& results) {
  PlanDefinition plan;
  plan.plan = "random";
  for (std::size_t s = 0; s < results.size(); ++s) {
    plan.indices.push_back({code("k", s), results[s].index().definition().index, {}});
  }
  const auto criterion = [&] {
    const std::size_t s = dice.under(results.size());
    const Index& index = results[s].index();
    const auto node = static_cast<Size>(dice.under(static_cast<std::size_t>(index.size())));
    return CriterionRef{code("k", s), node == 0 ? "" : index.node(node).code};
  };
  const std::size_t agencies = 1 + dice.under(12);
  for (std::size_t i = 0; i < agencies; ++i) {
    plan.agencies.push_back(agency(code("a", i)));
    Agency& made = plan.agencies.back();
    made.is_group = dice.chance(40);
    for (std::size_t j = i + 1; made.is_group && j < agencies; ++j) {
      if (dice.chance(40)) made.members.push_back(code("a", j));
    }
    if (i > 0 && dice.chance(40)) made.parent = code("a", dice.under(i));
    if (dice.chance(50)) made.head = code("head ", dice.under(3));
  }
  const std::size_t areas = dice.under(3);
  for (std::size_t i = 0; i < areas; ++i) {
    plan.areas.push_back({code("area", i), {}, {criterion()}, {}});
  }
  const std::size_t tasks = dice.under(14);
  for (std::size_t i = 0; i < tasks; ++i) {
    Task made = test::task(code("t", i));
    if (areas > 0 && dice.chance(60)) made.area = code("area", dice.under(areas));
    while (dice.chance(50)) {
      const CriterionRef of = criterion();
      const auto& known = made.criteria;
      if (std::find(known.begin(), known.end(), of) == known.end()) made.criteria.push_back(of);
    }
    std::set<std::pair<std::size_t, std::size_t>> given;
    while (dice.chance(65)) {
      const std::size_t role = dice.under(static_cast<std::size_t>(task_role_count));
      const std::size_t who = dice.under(agencies);
      if (!given.emplace(role, who).second) continue;
      made.assignments.push_back({static_cast<TaskRole>(role), code("a", who)});
    }
    plan.tasks.push_back(std::move(made));
  }
  return plan;
}

Sharing random_sharing(Dice& dice) {
  if (dice.chance(30)) return Sharing::raci();
  if (dice.chance(30)) return Sharing::lead();
  std::vector<Sharing::Weights> rounds(1 + dice.under(3));
  for (auto& round : rounds) {
    for (double& weight : round) weight = dice.chance(30) ? 0.5 * double(1 + dice.under(6)) : 0.0;
    round[dice.under(round.size())] = 1.0;
  }
  return {"random", rounds};
}

/// The plainest reading of the header: criterion by criterion, from the definition.
class Reference {
 public:
  /// By result, agency (or Who), node, task (-1: none): points.
  using Shares = std::map<std::array<Size, 4>, double>;

  Reference(const PlanDefinition& plan, const std::vector<Scores>& results, const Sharing& sharing)
      : plan_(plan), results_(results), sharing_(sharing) {}

  Shares shares(Size s, const std::vector<LostPoints>& lost) const {
    const Index& index = results_[static_cast<std::size_t>(s)].index();
    Shares found;
    for (Size i = 0; i < index.size(); ++i) {
      const LostPoints& node = lost[static_cast<std::size_t>(i)];
      const double own = index.is_leaf(i) ? node.points : node.unsplit;
      if (!(own > 0.0)) continue;
      bool answered = false;
      for (Size level = i; level >= 0 && !answered; level = index.parent(level)) {
        const auto tasks = tasks_with_takers(s, level);
        for (const Size t : tasks) {
          for (const auto& [who, share] : parts(t)) {
            found[{s, who, i, t}] += own / static_cast<double>(tasks.size()) * share;
          }
        }
        answered = !tasks.empty();
      }
      if (answered) continue;
      const bool waits = !index.is_leaf(i) && waits_below(s, i, lost);
      found[{s, waits ? Who::not_split : Who::nobody, i, -1}] += own;
    }
    return found;
  }

 private:
  bool waits_below(Size s, Size node, const std::vector<LostPoints>& lost) const {
    const auto children = results_[static_cast<std::size_t>(s)].index().children(node);
    return std::any_of(children.begin(), children.end(), [&](Size child) {
      return std::isnan(lost[static_cast<std::size_t>(child)].points) &&
             (!tasks_with_takers(s, child).empty() || waits_below(s, child, lost));
    });
  }

  std::vector<Size> tasks_with_takers(Size s, Size node) const {
    const std::string key = code("k", static_cast<std::size_t>(s));
    const std::string of =
        node == 0 ? "" : results_[static_cast<std::size_t>(s)].index().node(node).code;
    std::vector<Size> tasks;
    for (std::size_t t = 0; t < plan_.tasks.size(); ++t) {
      auto criteria = plan_.tasks[t].criteria;
      for (const PlanArea& area : plan_.areas) {
        if (criteria.empty() && area.code == plan_.tasks[t].area) criteria = area.criteria;
      }
      const bool names =
          std::find(criteria.begin(), criteria.end(), CriterionRef{key, of}) != criteria.end();
      if (names && !parts(static_cast<Size>(t)).empty()) tasks.push_back(static_cast<Size>(t));
    }
    return tasks;
  }

  std::map<Size, double> parts(Size t) const {
    for (const auto& round : sharing_.rounds()) {
      std::map<Size, double> weights;
      for (const Assignment& given : plan_.tasks[static_cast<std::size_t>(t)].assignments) {
        const double weight = round[static_cast<std::size_t>(given.role)];
        if (weight > 0.0) expand(position(given.agency), weight, named(t), weights);
      }
      double total = 0.0;
      for (const auto& [who, weight] : weights) total += weight;
      for (auto& [who, weight] : weights) weight /= total;
      if (!weights.empty()) return weights;
    }
    return {};
  }

  // Agencies that a task names and that are not groups of known members.
  std::set<std::size_t> named(Size t) const {
    std::set<std::size_t> found;
    for (const Assignment& given : plan_.tasks[static_cast<std::size_t>(t)].assignments) {
      const std::size_t who = position(given.agency);
      if (plan_.agencies[who].members.empty()) found.insert(who);
    }
    return found;
  }

  void expand(std::size_t who, double weight, const std::set<std::size_t>& named,
              std::map<Size, double>& weights, bool by_group = false) const {
    const Agency& given = plan_.agencies[who];
    if (given.members.empty() && !(by_group && named.contains(who))) {
      double& known = weights[static_cast<Size>(who)];
      known = std::max(known, weight);
    }
    for (const std::string& member : given.members) {
      expand(position(member), weight, named, weights, true);
    }
  }

  std::size_t position(const std::string& of) const {
    return static_cast<std::size_t>(
        std::find_if(plan_.agencies.begin(), plan_.agencies.end(),
                     [&of](const Agency& each) { return each.code == of; }) -
        plan_.agencies.begin());
  }

  const PlanDefinition& plan_;
  const std::vector<Scores>& results_;
  const Sharing& sharing_;
};

/// What a way of summing should give: points, tasks and criteria of a key.
struct Expected {
  double points = 0.0;
  std::set<Size> tasks;
  std::set<Size> criteria;
};

class Checker {
 public:
  Checker(const PointsAtStake& stake, const Reference::Shares& shares, Size scores)
      : stake_(stake), shares_(shares), scores_(scores) {}

  /// @param key_of agency and task: the key
  template <class KeyOf>
  void check(const char* way, const std::vector<StakeRow>& rows, const KeyOf& key_of) const {
    SCOPED_TRACE(way);
    std::map<Size, Expected> expected;
    for (const auto& [of, points] : shares_) {
      const auto& [scores, who, node, t] = of;
      Expected& sum = expected[t < 0 ? who : key_of(who, t)];
      sum.points += points;
      sum.criteria.insert(node);
      if (t >= 0) sum.tasks.insert(t);
    }
    double total = 0.0;
    Size last = -1;
    for (const StakeRow& row : rows) {
      if (row.scores != scores_) continue;
      EXPECT_TRUE(row.key > last || row.key < 0);
      last = row.key >= 0 ? row.key : last;
      total += row.points;
      const auto of = expected.find(row.key);
      if (of == expected.end()) {
        EXPECT_GE(row.key, Size{Who::no_area});
        EXPECT_EQ(row.points, 0.0);
        EXPECT_EQ(row.tasks + row.criteria, 0);
        continue;
      }
      EXPECT_NEAR(row.points, of->second.points, 1e-9 * stake_.lost(scores_));
      EXPECT_EQ(row.tasks, std::ssize(of->second.tasks)) << row.key;
      EXPECT_EQ(row.criteria, std::ssize(of->second.criteria)) << row.key;
      expected.erase(of);
    }
    EXPECT_TRUE(expected.empty()) << "a row is missing";
    EXPECT_NEAR(total, stake_.lost(scores_), 1e-9 * stake_.lost(scores_));
  }

 private:
  const PointsAtStake& stake_;
  const Reference::Shares& shares_;
  Size scores_;
};

void check_all(const PlanDefinition& plan, const std::vector<Scores>& results,
               const std::string& unit, const StakeOptions& options) {
  const PointsAtStake stake(PlannedScores(Plan(plan), results), unit, options);
  const Plan& valid = stake.planned().plan();
  const Reference reference(plan, results, options.sharing);
  const auto cells = stake.cells();
  for (Size s = 0; s < std::ssize(results); ++s) {
    const auto lost = lost_points(results[static_cast<std::size_t>(s)], unit, options.unsplit);
    const auto shares = reference.shares(s, lost);
    const Checker checker(stake, shares, s);
    checker.check("by agency", stake.by_agency(), [](Size who, Size) { return who; });
    checker.check("by top agency", stake.by_top_agency(),
                  [&](Size who, Size) { return valid.top(who); });
    checker.check("by head", stake.by_head(), [&](Size who, Size) {
      const Agency& of = valid.agency(who);
      return stake.heads().at(of.head.empty() ? of.code : of.head);
    });
    checker.check("by area", stake.by_area(), [&](Size, Size t) {
      const Size area = valid.area_of(t);
      return area >= 0 ? area : Size{Who::no_area};
    });
    checker.check("by task", stake.by_task(), [](Size, Size t) { return t; });

    std::map<std::pair<Size, Size>, double> of_cell;
    std::map<std::pair<Size, Size>, double> of_task;
    std::map<Size, Expected> of_node;
    for (const auto& [of, points] : shares) {
      const auto& [scores, who, node, t] = of;
      of_cell[{node, who}] += points;
      of_node[node].points += points;
      if (t < 0) continue;
      of_node[node].tasks.insert(t);
      of_task[{who, t}] += points;
    }
    const double near = 1e-9 * stake.lost(s);
    for (const auto& cell : cells) {
      if (cell.scores != s) continue;
      const auto of = of_cell.find({cell.node, cell.agency});
      ASSERT_NE(of, of_cell.end());
      EXPECT_NEAR(cell.points, of->second, near);
      of_cell.erase(of);
    }
    EXPECT_TRUE(of_cell.empty()) << "a cell is missing";
    for (const StakeRow& row : stake.by_criterion()) {
      if (row.scores != s) continue;
      EXPECT_NEAR(row.points, of_node[row.key].points, near);
      EXPECT_EQ(row.tasks, std::ssize(of_node[row.key].tasks));
      of_node.erase(row.key);
    }
    EXPECT_TRUE(of_node.empty()) << "a criterion is missing";
    std::vector<bool> odd;
    while (std::ssize(odd) < valid.tasks().size()) odd.push_back(odd.size() % 2 == 1);
    const auto of_odd = stake.of_tasks(odd);
    for (Size who = 0; who < valid.agencies().size(); ++who) {
      double expected = 0.0;
      for (Size t = 1; t < valid.tasks().size(); t += 2) expected += of_task[std::pair(who, t)];
      EXPECT_NEAR(of_odd[static_cast<std::size_t>(s * valid.agencies().size() + who)], expected,
                  near);
      const auto points = stake.of_agency(who);
      for (Size t = 0; t < valid.tasks().size(); ++t) {
        EXPECT_NEAR(points[static_cast<std::size_t>(s * valid.tasks().size() + t)],
                    of_task[std::pair(who, t)], near);
      }
    }
  }
}

TEST(PointsAtStakeTest, OfRandomPlansAddUpToTheLossWhateverTheKey) {
  Dice dice(3);
  int checked = 0;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    std::vector<Scores> results;
    for (const char* index : {"small", "large"}) {
      auto scores = random_case::limited_scores(seed + 5000 * unsigned(results.size()), index);
      if (scores) results.push_back(*std::move(scores));
      if (dice.chance(50)) break;
    }
    const std::string unit = code("u", dice.under(3));
    const Unsplit unsplit = dice.chance(50) ? Unsplit::apart : Unsplit::proportional;
    const bool known =
        !results.empty() && std::all_of(results.begin(), results.end(), [&](const Scores& each) {
          return !std::isnan(each.at(unit, each.index().node(0).code)) &&
                 (std::isfinite(each.evaluator().maximum(0)) ||
                  std::isfinite(each.evaluator().range(0).highest));
        });
    if (!known) continue;
    const PlanDefinition plan = random_plan(dice, results);
    SCOPED_TRACE("seed " + std::to_string(seed));
    check_all(plan, results, unit, {random_sharing(dice), unsplit});
    if (HasFailure()) return;
    ++checked;
  }
  EXPECT_GT(checked, 400);
}

}  // namespace
}  // namespace chiso
