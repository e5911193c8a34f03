#include "chiso/responsibility/clarity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "../plan/plans.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/responsibility/points_at_stake.hpp"

namespace chiso {
namespace {

using small::inner;
using small::leaf;
using small::points;
using test::agency;
using test::group;
using test::task;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Method = Aggregation::Method;
using Kind = PlanFinding::Kind;

/// F1 of 10 points (F1.1 and F1.2, 5 each), F2 of 6 (F2.1 and F2.2, 3 each).
Index fields(const std::string& family = "par-fields", const std::string& edition = "2021") {
  Criterion tree =
      inner("total", Method::sum,
            {inner("F1", Method::sum,
                   {points("F1.1", 5, GivenPoints{}), points("F1.2", 5, GivenPoints{})}),
             inner("F2", Method::sum,
                   {points("F2.1", 3, GivenPoints{}), points("F2.2", 3, GivenPoints{})})});
  tree.children[0].title.en = "Direction";
  IndexDefinition head = small::definition(std::move(tree));
  head.index = family;
  head.edition = edition;
  head.title.en = "PAR INDEX";
  return Index(std::move(head));
}

Scores scored(const Index& index, const std::vector<double>& values) {
  std::vector<std::string> variables;
  for (const Variable& variable : index.variables()) variables.push_back(variable.code);
  return Evaluator(index).score(small::panel(variables, {values}));
}

/// Of the unit a: 2 lost in F1.1, 1 in F1.2, 3 in F2.1, nothing in F2.2.
Scores losing() { return scored(fields(), {3, 4, 0, 3}); }

/// Nothing is unclear in this task.
Task clear_task(std::string code, const std::vector<std::string>& of,
                const std::string& lead = "home") {
  Task made = task(std::move(code), {{TaskRole::lead, lead}});
  for (const auto& criterion : of) made.criteria.push_back(parse_criterion_ref(criterion));
  made.due = Date{2023, 12, 15};
  made.product = "a report";
  return made;
}

PlanDefinition clear_plan(std::vector<Task> tasks) {
  PlanDefinition plan;
  plan.plan = "demo";
  plan.unit = "a";
  plan.indices = {{"par", "par-fields", {"plan.yaml", 4, 3}}};
  plan.agencies = {agency("home", {"Home Affairs", ""}), agency("justice", {"Justice", ""})};
  plan.tasks = std::move(tasks);
  // Everybody has something to do.
  plan.tasks.push_back(clear_task("other", {}, "justice"));
  plan.tasks.back().criteria = plan.tasks.front().criteria;
  plan.tasks.back().assignments[0].role = TaskRole::coordinate;
  plan.tasks.back().assignments.push_back({TaskRole::lead, "home"});
  return plan;
}

Clarity look(const PlanDefinition& plan, std::vector<Scores> scores, std::string_view unit = {}) {
  return clarity(PlannedScores(Plan(plan), std::move(scores)), unit);
}

/// "error no_task criterion par:F1", a line a finding.
std::vector<std::string> said(const Clarity& clarity) {
  std::vector<std::string> all;
  for (const PlanFinding& finding : clarity.findings) {
    all.push_back(std::string(name(finding.severity)) + ' ' + std::string(name(finding.kind)) +
                  ' ' + finding.subject + ' ' + finding.place);
  }
  return all;
}

const PlanFinding& find(const Clarity& clarity, Kind kind) {
  const auto found =
      std::find_if(clarity.findings.begin(), clarity.findings.end(),
                   [kind](const PlanFinding& finding) { return finding.kind == kind; });
  if (found == clarity.findings.end()) throw NotFoundError(std::string(name(kind)));
  return *found;
}

std::vector<Size> clear_counts(const Clarity& clarity) {
  std::vector<Size> all;
  for (const ClarityCount& count : clarity.summary) all.push_back(count.clear);
  return all;
}

// ---- Tasks -------------------------------------------------------------------------------------

TEST(ClarityTest, FindsNothingInAClearPlan) {
  const Clarity found = look(clear_plan({clear_task("t", {"par"})}), {losing()});

  EXPECT_THAT(said(found), IsEmpty());
  EXPECT_THAT(clear_counts(found), ElementsAre(2, 2, 2, 2));
  EXPECT_EQ(found.summary[0].tasks, 2);
  EXPECT_EQ(name(found.summary[0].what), "person");
  EXPECT_EQ(name(found.summary[1].what), "task");
  EXPECT_EQ(name(found.summary[2].what), "responsibility");
  EXPECT_EQ(name(found.summary[3].what), "time");
}

TEST(ClarityTest, FindsATaskThatIsGivenToNobody) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par"})});
  plan.tasks[1].assignments.clear();
  plan.tasks[1].location = {"plan.yaml", 30, 5};

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("error nobody_responsible task t1"));
  EXPECT_EQ(found.findings[0].message, "This task is given to nobody.");
  EXPECT_EQ(found.findings[0].remedy, "Write under `lead` who answers for it.");
  EXPECT_EQ(found.findings[0].location.line, 30);
  EXPECT_TRUE(std::isnan(found.findings[0].points));
  EXPECT_THAT(clear_counts(found), ElementsAre(2, 3, 2, 3));
}

TEST(ClarityTest, AGroupOfNobodyIsNobody) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par"})});
  plan.agencies.push_back(group("towns", {}));
  plan.agencies.push_back(group("outer", {"towns"}));
  plan.tasks[1].assignments = {{TaskRole::lead, "outer"}, {TaskRole::report, "outer"}};

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("error nobody_responsible task t1",
                                       "warning group_without_members agency towns"));
  EXPECT_EQ(found.findings[0].message,
            "This task is only given to groups whose members are not named: outer.");
  EXPECT_EQ(found.findings[1].message,
            "The members of the group 'towns' are not named, and it has tasks by another group.");
}

TEST(ClarityTest, CountsTheTasksOfAGroupWithoutMembers) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par"})});
  plan.agencies.push_back(group("towns", {}));
  plan.agencies[2].title.en = "Towns";
  for (std::size_t i = 0; i < 2; ++i) {
    plan.tasks[i].assignments.push_back({TaskRole::coordinate, "towns"});
  }
  plan.tasks[0].assignments.push_back({TaskRole::report, "towns"});

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("warning group_without_members agency towns"));
  EXPECT_EQ(found.findings[0].message,
            "The members of the group 'Towns' are not named, and it has 2 tasks.");
}

TEST(ClarityTest, FindsTasksAndCriteriaThatNobodyLeads) {
  PlanDefinition plan = clear_plan(
      {clear_task("t0", {"par"}), clear_task("t1", {"par:F1"}), clear_task("t2", {"par:F1"})});
  plan.tasks[1].assignments = {
      {TaskRole::carry_out, "home"}, {TaskRole::report, "home"}, {TaskRole::coordinate, "justice"}};
  plan.tasks[2].assignments = {{TaskRole::report, "justice"}};

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("warning no_lead criterion par:F1",
                                       "warning no_lead task t1", "warning no_lead task t2"));
  EXPECT_EQ(found.findings[0].message,
            "Nobody who is named leads what is done for this criterion, in 2 tasks: t1 and t2.");
  EXPECT_EQ(found.findings[1].message,
            "Nobody leads this task; it names Home Affairs (carry out, report) and Justice "
            "(coordinate).");
  EXPECT_THAT(clear_counts(found), ElementsAre(4, 4, 2, 4));
}

TEST(ClarityTest, TheStandingAgencyLeadsWhereNobodyElseDoes) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:F1"})});
  plan.tasks[1].assignments = {{TaskRole::standing_agency, "home"}};
  EXPECT_THAT(said(look(plan, {losing()})), IsEmpty());

  plan.tasks[1].assignments.push_back({TaskRole::lead, "justice"});
  EXPECT_THAT(said(look(plan, {losing()})), IsEmpty()) << "the lead leads";
}

TEST(ClarityTest, FindsTasksWithMoreThanOneLead) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:F1"}),
                                    clear_task("t2", {"par:F2"}), clear_task("t3", {"par:F2.1"})});
  plan.agencies.push_back(agency("works"));
  plan.agencies.push_back(agency("health"));
  plan.agencies.push_back(group("all", {"home", "justice", "works", "health"}));
  plan.agencies.push_back(group("one", {"works"}));
  plan.tasks[1].assignments.push_back({TaskRole::lead, "justice"});
  plan.tasks[2].assignments = {{TaskRole::lead, "all"}};
  plan.tasks[3].assignments = {{TaskRole::lead, "one"}};

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found),
              ElementsAre("warning several_leads criterion par:F1",
                          "warning several_leads criterion par:F2", "warning several_leads task t1",
                          "warning several_leads task t2"))
      << "a group of one is one";
  EXPECT_EQ(found.findings[2].message, "2 agencies lead this task: Home Affairs and Justice.");
  EXPECT_EQ(found.findings[3].message,
            "4 agencies lead this task, as the group 'all': Home Affairs, Justice, works and 1 "
            "other.");
}

TEST(ClarityTest, ALeadingGroupOfNobodyDoesNotLead) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:F1"})});
  plan.agencies.push_back(group("towns", {}));
  plan.tasks[1].assignments = {{TaskRole::lead, "towns"}, {TaskRole::guide, "home"}};

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found),
              ElementsAre("warning no_lead criterion par:F1",
                          "warning group_without_members agency towns", "warning no_lead task t1"));
  EXPECT_THAT(find(found, Kind::no_lead).message, HasSubstr("Nobody who is named"));
  EXPECT_EQ(found.findings[2].message,
            "This task is led by a group whose members are not named: towns.");
}

TEST(ClarityTest, FindsACriterionWhoseTasksAreLedByDifferentAgencies) {
  PlanDefinition plan =
      clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:F1"}),
                  clear_task("t2", {"par:F1"}, "justice"), clear_task("t3", {"par:F1.1"})});

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("warning several_leads criterion par:F1"))
      << "not again for what is below it";
  EXPECT_EQ(found.findings[0].message,
            "2 agencies lead what is done for this criterion, in 2 tasks: Home Affairs and "
            "Justice.");
}

TEST(ClarityTest, TheCompositeHasTwoNames) {
  PlanDefinition plan =
      clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:total"}, "justice")});

  EXPECT_THAT(said(look(plan, {losing()})), ElementsAre("warning several_leads criterion par"));
  EXPECT_THAT(said(look(plan, {})), ElementsAre("note index_without_scores index par"))
      << "without the index nobody knows that they are one";
}

TEST(ClarityTest, FindsWhatATaskDoesNotSay) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par"})});
  Task& bare = plan.tasks[1];
  bare.criteria.clear();
  bare.due.reset();
  bare.product.clear();

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("warning no_criterion task t1",
                                       "warning no_due_date task t1", "note no_product task t1"));
  EXPECT_THAT(clear_counts(found), ElementsAre(3, 2, 3, 2));
}

TEST(ClarityTest, TakesTheCriteriaOfTheArea) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {})});
  plan.areas = {{"x", {}, {{"par", "F1"}}, {}}, {"y", {}, {}, {}}};
  plan.tasks[1].area = "x";
  EXPECT_THAT(said(look(plan, {losing()})), IsEmpty());

  plan.tasks[1].area = "y";
  const Clarity found = look(plan, {losing()});
  EXPECT_EQ(find(found, Kind::no_criterion).message,
            "Neither this task nor its area is for a criterion of any index.");
}

TEST(ClarityTest, ARecurrenceIsATimeAndEvidenceAProduct) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par"})});
  Task& regular = plan.tasks[1];
  regular.due.reset();
  regular.product.clear();
  regular.evidence = "number of the report";
  for (const Recurrence often : {Recurrence::yearly, Recurrence::continuous}) {
    regular.recurrence = often;
    EXPECT_THAT(said(look(plan, {losing()})), IsEmpty()) << name(often);
  }
  regular.recurrence = Recurrence::once;
  EXPECT_THAT(said(look(plan, {losing()})), ElementsAre("warning no_due_date task t1"));
}

// ---- Agencies ----------------------------------------------------------------------------------

TEST(ClarityTest, FindsAgenciesWithoutATask) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"})});
  for (const char* code : {"idle", "addressee", "member", "inner-member"}) {
    plan.agencies.push_back(agency(code));
  }
  plan.agencies.push_back(group("inner", {"inner-member"}));
  plan.agencies.push_back(group("outer", {"inner", "member"}));
  plan.agencies.push_back(group("unused", {}));
  plan.tasks[0].addressees = {"addressee"};
  plan.tasks[0].assignments.push_back({TaskRole::coordinate, "outer"});

  const Clarity found = look(plan, {losing()});

  EXPECT_THAT(said(found), ElementsAre("note agency_without_task agency idle",
                                       "note agency_without_task agency unused"));
  EXPECT_EQ(found.findings[0].message,
            "The agency 'idle' has no task, and none is submitted to it.");
  EXPECT_EQ(found.findings[1].message,
            "The group 'unused' has no task, and none is submitted to it.");
}

// ---- Codes -------------------------------------------------------------------------------------

TEST(ClarityTest, FindsCodesThatTheScoredEditionDoesNotHave) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:F1-1"}),
                                    clear_task("t2", {"par:F1-1", "par:F1"})});
  plan.areas = {{"x", {}, {{"par", "F1-1"}}, {"plan.yaml", 12, 3}}};
  plan.targets = {test::target("par:G", Target::Quantity::score, ">= 3")};
  plan.targets[0].code = "more";
  plan.baseline = {test::baseline("par:G", 2021, 2.0, {})};
  plan.tasks[0].effects = {{{"par", "F9.9"}, TaskEffect::Kind::add_points, 1.0}};

  const Clarity found = look(plan, {losing()});

  ASSERT_THAT(said(found), ElementsAre("error unknown_code criterion par:F1-1",
                                       "error unknown_code criterion par:G",
                                       "error unknown_code criterion par:F9.9"))
      << "said once, and its tasks have no other fault";
  EXPECT_EQ(found.findings[0].message,
            "There is no criterion 'F1-1' in 'par-fields-2021', the edition that was scored (did "
            "you mean 'F1.1'?). The plan is for 'par-fields'; area x, task t1 and task t2 name "
            "it.");
  EXPECT_EQ(found.findings[0].remedy,
            "Correct the code, or score with the edition that the plan was written for.");
  EXPECT_EQ(found.findings[0].location.line, 12);
  EXPECT_THAT(found.findings[1].message,
              HasSubstr("the baseline of 2021 and target more name it."));
  EXPECT_THAT(found.findings[2].message, HasSubstr("an effect of task t0 names it."));
}

TEST(ClarityTest, SuggestsNoOtherEditionWhereThePlanNamesThisOne) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par"}), clear_task("t1", {"par:G"})});
  plan.indices[0].definition = "par-fields-2021";

  EXPECT_EQ(find(look(plan, {losing()}), Kind::unknown_code).remedy, "Correct the code.");
}

TEST(ClarityTest, NotesAnIndexWithoutAResult) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par", "papi:D9"})});
  plan.indices.push_back({"papi", "papi", {"plan.yaml", 5, 3}});

  const Clarity found = look(plan, {losing()});

  ASSERT_THAT(said(found), ElementsAre("note index_without_scores index papi"));
  EXPECT_THAT(found.findings[0].message, HasSubstr("There is no result of 'papi'"));
  EXPECT_EQ(found.findings[0].location.line, 5);
}

// ---- Losses ------------------------------------------------------------------------------------

PlanDefinition plan_for(const std::vector<std::string>& criteria) {
  PlanDefinition plan = clear_plan({clear_task("t", criteria)});
  return plan;
}

TEST(ClarityTest, SaysAWholeIndexWithoutTasksOnce) {
  PlanDefinition plan = plan_for({"papi"});
  plan.indices.push_back({"papi", "papi", {}});

  const Clarity found = look(plan, {losing(), scored(fields("papi", "1"), {5, 5, 3, 3})});

  ASSERT_THAT(said(found), ElementsAre("error no_task criterion par"));
  EXPECT_DOUBLE_EQ(found.findings[0].points, 6.0);
  EXPECT_EQ(found.findings[0].message,
            "a loses 6 points in 'PAR INDEX' (par), and no task is for it or for anything below "
            "it. Most is lost in 'par:F2.1' (3 points), 'par:F1.1' (2 points) and 'par:F1.2' (1 "
            "point).");
  EXPECT_THAT(found.findings[0].remedy, HasSubstr("`of: [\"par\"]`"));
  EXPECT_EQ(found.findings[0].location.line, 4);
}

TEST(ClarityTest, ATaskAboveIsForAllThatIsBelow) {
  EXPECT_THAT(said(look(plan_for({"par"}), {losing()})), IsEmpty());
  EXPECT_THAT(said(look(plan_for({"par:F1", "par:F2"}), {losing()})), IsEmpty());
}

TEST(ClarityTest, FindsTheBranchThatNoTaskIsFor) {
  const Clarity found = look(plan_for({"par:F2"}), {losing()});

  ASSERT_THAT(said(found), ElementsAre("error no_task criterion par:F1"));
  EXPECT_DOUBLE_EQ(found.findings[0].points, 3.0);
  EXPECT_THAT(found.findings[0].message, HasSubstr("a loses 3 points in 'Direction' (par:F1),"));
}

TEST(ClarityTest, NamesTheOneLeafThatLosesEverything) {
  const Clarity found = look(plan_for({"par:F1"}), {losing()});

  ASSERT_THAT(said(found), ElementsAre("error no_task criterion par:F2.1")) << "F2.2 is full";
  EXPECT_EQ(found.findings[0].message, "a loses 3 points in 'par:F2.1', and no task is for it.");
}

TEST(ClarityTest, FindsALeafBesideOneWithATask) {
  EXPECT_THAT(said(look(plan_for({"par:F1.1", "par:F2"}), {losing()})),
              ElementsAre("error no_task criterion par:F1.2"));
  EXPECT_THAT(said(look(plan_for({"par:F1", "par:F2.1"}), {losing()})), IsEmpty())
      << "what loses nothing needs no task";
}

TEST(ClarityTest, AnUnknownCodeCoversNothing) {
  EXPECT_THAT(
      said(look(plan_for({"par:F1", "par:F7"}), {losing()})),
      ElementsAre("error unknown_code criterion par:F7", "error no_task criterion par:F2.1"));
}

TEST(ClarityTest, TakesTheUnitOfThePlanOrTheOneAskedFor) {
  Evaluator evaluator(fields());
  const Scores two =
      evaluator.score(small::panel({"F1.1", "F1.2", "F2.1", "F2.2"}, {{3, 4, 0, 3}, {5, 5, 3, 1}}));
  PlanDefinition plan = plan_for({"par:F1"});

  EXPECT_DOUBLE_EQ(find(look(plan, {two}), Kind::no_task).points, 3.0);
  EXPECT_DOUBLE_EQ(find(look(plan, {two}, "b"), Kind::no_task).points, 2.0);
  EXPECT_THROW(look(plan, {two}, "c"), NotFoundError);
  EXPECT_NO_THROW(look(plan, {}, "c")) << "there is nothing to look at";
  plan.unit.clear();
  EXPECT_THAT(said(look(plan, {two})), IsEmpty()) << "whose losses?";
}

TEST(ClarityTest, NotesLossesThatAreNotKnown) {
  PlanDefinition plan = plan_for({"par:F1"});
  plan.unit = "Thanh";
  const Clarity other = look(plan, {losing()});
  EXPECT_THAT(said(other), ElementsAre("note index_without_scores index par"));
  EXPECT_THAT(other.findings[0].message, HasSubstr("has no unit 'Thanh'"));

  plan.unit = "a";
  const Clarity none = look(plan, {scored(fields(), {3, small::missing, 0, 3})});
  EXPECT_THAT(said(none), ElementsAre("note index_without_scores index par"));
  EXPECT_THAT(none.findings[0].message, HasSubstr("What 'a' lost in 'par-fields-2021' is not"));

  IndexDefinition endless =
      small::definition(inner("total", Method::arithmetic_mean, {leaf("F1"), leaf("F2")}));
  endless.index = "par-fields";
  const Clarity unlimited = look(plan, {scored(Index(endless), {1, 2})});
  EXPECT_THAT(said(unlimited), ElementsAre("note index_without_scores index par"));
  EXPECT_THAT(unlimited.findings[0].remedy, Not(IsEmpty()));
}

/// A sum of 10 points of what nothing limits: 6 of them are there, who lost the 4 is not known.
Scores unsplit() {
  Criterion group = inner("F1", Method::sum, {leaf("F1.1"), leaf("F1.2"), leaf("F1.3")});
  group.maximum = 10.0;
  IndexDefinition head = small::definition(
      inner("total", Method::sum, {std::move(group), points("F2", 4, GivenPoints{})}));
  head.index = "par-fields";
  head.edition = "2021";
  return scored(Index(std::move(head)), {1, 2, 3, 3});
}

TEST(ClarityTest, JudgesALossWhereItIsKnown) {
  const Clarity none = look(plan_for({"par:F2"}), {unsplit()});
  ASSERT_THAT(said(none), ElementsAre("error no_task criterion par:F1"));
  EXPECT_DOUBLE_EQ(none.findings[0].points, 4.0);

  EXPECT_THAT(said(look(plan_for({"par:F2", "par:F1"}), {unsplit()})), IsEmpty());
  EXPECT_THAT(said(look(plan_for({"par:F2", "par:F1.1", "par:F1.2", "par:F1.3"}), {unsplit()})),
              IsEmpty());
}

TEST(ClarityTest, NotesWhatMayHaveLostPoints) {
  const Clarity found = look(plan_for({"par:F2", "par:F1.1"}), {unsplit()});

  ASSERT_THAT(said(found),
              ElementsAre("note no_task criterion par:F1.2", "note no_task criterion par:F1.3"));
  EXPECT_TRUE(std::isnan(found.findings[0].points));
  EXPECT_THAT(found.findings[0].message, HasSubstr("Whether a loses points there is not known"));
}

TEST(ClarityTest, IsInTheOrderOfSeverity) {
  PlanDefinition plan = clear_plan({clear_task("t0", {"par:F2"}), clear_task("t1", {"par:F2"})});
  plan.tasks[0].product.clear();
  plan.tasks[0].due.reset();
  plan.tasks[1].assignments.clear();
  plan.agencies.push_back(agency("idle"));

  EXPECT_THAT(said(look(plan, {losing()})),
              ElementsAre("error no_task criterion par:F1", "error nobody_responsible task t1",
                          "warning no_due_date task t0", "note agency_without_task agency idle",
                          "note no_product task t0"));
}

// ---- Random plans ------------------------------------------------------------------------------

/// Linear trees of which leaves lose points at random, and tasks for nodes at random.
class RandomTree {
 public:
  explicit RandomTree(std::mt19937& engine) : engine_(engine) {
    tree_ = node("n", 3);
    if (tree_.children.empty()) tree_ = inner("n", Method::sum, {std::move(tree_)});
    tree_.code = "top";
  }

  Scores scores() const {
    IndexDefinition head = small::definition(tree_);
    head.index = "par-fields";
    const Index index(head);
    std::vector<double> values;
    for (const Variable& variable : index.variables()) {
      const auto found = std::find_if(values_.begin(), values_.end(), [&](const auto& value) {
        return value.first == variable.code;
      });
      values.push_back(found->second);
    }
    return scored(index, values);
  }

 private:
  Criterion node(const std::string& code, int depth) {
    if (depth == 0 || engine_() % 4 == 0) {
      values_.emplace_back(code, static_cast<double>(engine_() % 3 == 0 ? 4 : engine_() % 5));
      return points(code, 4, GivenPoints{});
    }
    std::vector<Criterion> children;
    for (unsigned i = 0; i <= engine_() % 4; ++i) {
      children.push_back(node(code + '.' + std::to_string(i), depth - 1));
    }
    return inner(code, Method::sum, std::move(children));
  }

  std::mt19937& engine_;
  std::vector<std::pair<std::string, double>> values_;
  Criterion tree_;
};

TEST(ClarityTest, PointsWithoutATaskAreThoseThatNobodyAnswersFor) {
  std::mt19937 engine(211);
  int with_findings = 0;
  for (int round = 0; round < 300; ++round) {
    const Scores scores = RandomTree(engine).scores();
    std::vector<std::string> of;
    for (const auto& code : scores.index().codes().names()) {
      if (code != "top" && engine() % 5 == 0) of.push_back("par:" + code);
    }
    PlanDefinition plan = plan_for(of);
    const PlannedScores planned(Plan(plan), {scores});

    const Clarity found = clarity(planned);

    double points = 0.0;
    for (const PlanFinding& finding : found.findings) {
      if (finding.kind == Kind::no_task) points += finding.points;
    }
    double nobody = 0.0;
    for (const StakeRow& row : PointsAtStake(planned, {}).by_agency()) {
      if (row.key == StakeRow::nobody) nobody = row.points;
    }
    EXPECT_NEAR(points, nobody, 1e-9);
    with_findings += points > 0.0 ? 1 : 0;
  }
  EXPECT_GT(with_findings, 100);
}

TEST(PlanFindingTest, HasNames) {
  EXPECT_EQ(name(Kind::agency_without_task), "agency_without_task");
  EXPECT_EQ(name(Severity::error), "error");
  EXPECT_EQ(name(Severity::warning), "warning");
  EXPECT_EQ(name(Severity::note), "note");
}

}  // namespace
}  // namespace chiso
