#include "chiso/check/baseline_comparison.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"

namespace chiso {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsNan;
using testing::SizeIs;

using Method = Aggregation::Method;

Steps steps(std::vector<std::pair<std::string, double>> list) {
  Steps rule;
  for (const auto& [when, points] : list) rule.steps.push_back({parse_interval(when), points});
  return rule;
}

/// done (2 points) and files (3 points) make form, which makes whole.
IndexDefinition form() {
  return small::definition(small::inner(
      "whole", Method::sum,
      {small::inner("form", Method::sum,
                    {small::points("done", 2, steps({{"> 90", 2}, {"[70, 90]", 1}, {"< 70", 0}})),
                     small::points("files", 3, PerUnit{0.5, {}})}),
       small::points("extra", 1, GivenPoints{})}));
}

Criterion& done(IndexDefinition& definition) { return definition.tree.children[0].children[0]; }

/// a: 2 + 1 + 1 = 4; b: 1 + 2 + 0 = 3; c: 0 + 3 + 0.5 = 3.5.
Panel panel() {
  return small::panel({"done", "files", "extra"}, {{95, 2, 1}, {80, 4, 0}, {60, 6, 0.5}});
}

BaselineComparison compared(const IndexDefinition& now, const Panel& data = panel(),
                            const NodeTolerances& tolerances = {}) {
  return compare(lock(Index(form()), panel()), Index(now), data, tolerances);
}

std::vector<std::string> codes(const BaselineComparison& comparison) {
  std::vector<std::string> all;
  for (const MovedNode& node : comparison.nodes) all.push_back(node.code);
  return all;
}

TEST(CompareTest, WhatStayedIsTheSame) {
  const BaselineComparison found = compared(form());

  EXPECT_TRUE(found.same());
  EXPECT_THAT(found.nodes, IsEmpty());
  EXPECT_THAT(findings(found), IsEmpty());
  EXPECT_FALSE(found.periods[0].other_data);
}

TEST(CompareTest, ABrokenNodeIsNamedBeforeThoseThatFollow) {
  IndexDefinition now = form();
  done(now).rule = Dated<Rule>(steps({{"> 90", 2}, {"[70, 90]", 0.5}, {"< 70", 0}}));

  const BaselineComparison found = compared(now);

  // b: 0.5 less, at done, form and whole.
  EXPECT_THAT(codes(found), ElementsAre("done", "whole", "form"));
  const MovedNode& broken = found.nodes[0];
  EXPECT_THAT(broken.changes, ElementsAre(0));
  EXPECT_FALSE(broken.follows);
  EXPECT_EQ(broken.scores, 1);
  EXPECT_EQ(broken.largest, -0.5);
  EXPECT_EQ(broken.unit, "b");
  EXPECT_EQ(broken.before, 1.0);
  EXPECT_EQ(broken.after, 0.5);
  EXPECT_THAT(broken.rules, ElementsAre("at 70: 1 -> 0.5", "just above 70: 1 -> 0.5",
                                        "just below 90: 1 -> 0.5", "at 90: 1 -> 0.5"));
  EXPECT_TRUE(found.nodes[1].follows);
  ASSERT_THAT(found.periods[0].units, SizeIs(1));
  const MovedUnit& unit = found.periods[0].units[0];
  EXPECT_EQ(unit.move.unit, "b");
  EXPECT_THAT(unit.move.points, ElementsAre(-0.5));
  EXPECT_EQ(unit.rest, 0.0);
  EXPECT_EQ(unit.move.rank_before, 3.0);
}

TEST(CompareTest, AThresholdMovedByTheSmallestStepIsNoticedWhereNoUnitStands) {
  IndexDefinition now = form();
  done(now).rule =
      Dated<Rule>(steps({{"> 90.00000000000001", 2}, {"[70, 90.00000000000001]", 1}, {"< 70", 0}}));

  const BaselineComparison found = compared(now);

  EXPECT_THAT(codes(found), ElementsAre("done"));
  EXPECT_EQ(found.nodes[0].scores, 0);
  // The next double above 90 is the new bound.
  EXPECT_THAT(found.nodes[0].rules,
              ElementsAre("just above 90: 2 -> 1", "at 90.00000000000001: 2 -> 1"));
  EXPECT_THAT(found.periods[0].units, IsEmpty());
  EXPECT_FALSE(found.same());
}

TEST(CompareTest, AStepThatIsPutInBetweenIsNoticed) {
  IndexDefinition now = form();
  done(now).rule = Dated<Rule>(
      steps({{"> 90", 2}, {"[86, 90]", 1}, {"[85, 86)", 1.5}, {"[70, 85)", 1}, {"< 70", 0}}));

  EXPECT_THAT(compared(now).nodes[0].rules,
              ElementsAre("at 85: 1 -> 1.5", "just above 85: 1 -> 1.5", "just below 86: 1 -> 1.5"));
}

TEST(CompareTest, EachEditGetsItsPart) {
  // b loses 0.5 by done and gains 4 * 0.25 = 1 by files (2 -> 3); a gains 0.5, c nothing (capped).
  IndexDefinition now = form();
  done(now).rule = Dated<Rule>(steps({{"> 90", 2}, {"[70, 90]", 0.5}, {"< 70", 0}}));
  now.tree.children[0].children[1].rule = Dated<Rule>(PerUnit{0.75, {}});

  const BaselineComparison found = compared(now);

  ASSERT_THAT(found.periods[0].units, SizeIs(2));
  for (const MovedUnit& unit : found.periods[0].units) {
    EXPECT_THAT(unit.move.points,
                unit.move.unit == "a" ? ElementsAre(0.0, 0.5) : ElementsAre(-0.5, 1.0));
  }
  EXPECT_THAT(codes(found), ElementsAre("files", "done", "whole", "form"));
}

TEST(CompareTest, OtherDataAreToldFromAnotherDefinition) {
  const Panel other =
      small::panel({"done", "files", "extra"}, {{95, 2, 0.75}, {80, 4, 0}, {60, 6, 0.5}});
  IndexDefinition now = form();
  now.tree.children[0].children[1].rule = Dated<Rule>(PerUnit{0.25, {}});

  const BaselineComparison same_definition = compared(form(), other);
  const BaselineComparison both = compared(now, other);

  EXPECT_TRUE(same_definition.periods[0].other_data);
  EXPECT_THAT(codes(same_definition), ElementsAre("extra", "whole"));
  EXPECT_THAT(same_definition.nodes[0].changes, IsEmpty());
  EXPECT_EQ(same_definition.periods[0].units[0].rest, -0.25);
  // a: 0.25 less by the data, 0.5 by the rule.
  const auto& units = both.periods[0].units;
  const auto a = std::find_if(units.begin(), units.end(),
                              [](const MovedUnit& unit) { return unit.move.unit == "a"; });
  ASSERT_NE(a, units.end());
  EXPECT_EQ(a->rest, -0.25);
  EXPECT_THAT(a->move.points, ElementsAre(-0.5));
  EXPECT_EQ(a->move.after - a->move.before, -0.75);
}

TEST(CompareTest, NumbersOfAnotherChisoAreToldFromOtherData) {
  LockedResults locked = lock(Index(form()), panel());
  locked.periods[0].scores[0] = 4.5;

  const BaselineComparison found = compare(locked, Index(form()), panel());

  EXPECT_FALSE(found.periods[0].other_data);
  EXPECT_EQ(found.periods[0].units[0].rest, -0.5);
  EXPECT_THAT(findings(found)[0].problem.message, HasSubstr("chiso itself"));
}

TEST(CompareTest, TolerancesAreByNode) {
  IndexDefinition now = form();
  done(now).rule = Dated<Rule>(steps({{"> 90", 2}, {"[70, 90]", 1.001}, {"< 70", 0}}));

  EXPECT_FALSE(compared(now).same());
  EXPECT_THAT(codes(compared(now, panel(), {{"w*", {0.01, 0}}})), ElementsAre("done", "form"));
  // Within all tolerances; but nobody has said that the rule may be another one.
  const BaselineComparison all = compared(now, panel(), {{"*", {0.01, 0}}});
  EXPECT_THAT(all.nodes, IsEmpty());
  EXPECT_THAT(all.unseen, ElementsAre(0));
}

TEST(CompareTest, AChangeThatNothingShowsIsNamed) {
  IndexDefinition now = form();
  now.tree.children[0].missing = MissingPolicy::error;

  const BaselineComparison found = compared(now);

  EXPECT_THAT(found.nodes, IsEmpty());
  EXPECT_THAT(found.unseen, ElementsAre(0));
  EXPECT_FALSE(found.same());
  EXPECT_THAT(findings(found)[0].problem.message, HasSubstr("nothing that is locked shows"));
}

TEST(CompareTest, WhatGivesTheSameForAllDataIsTheSame) {
  IndexDefinition now = form();
  done(now).title.en = "Done";
  done(now).rule = Dated<Rule>(steps({{"< 70", 0}, {"[70, 80)", 1}, {"[80, 90]", 1}, {"> 90", 2}}));
  now.tree.children[1].weight = 1.0;

  EXPECT_TRUE(compared(now).same());
}

TEST(CompareTest, ARenamedNodeIsTheSame) {
  IndexDefinition now = form();
  now.tree.children[0].children[1].code = "records";

  EXPECT_TRUE(compared(now).same());
}

TEST(CompareTest, WeightsThatAreExchangedAreThoseOfTheParent) {
  const auto mean = [](double time, double land) {
    return small::definition(small::inner(
        "pci", Method::arithmetic_mean,
        {small::weighted(time, small::leaf("time")), small::weighted(land, small::leaf("land"))}));
  };
  const Panel data = small::panel({"time", "land"}, {{4, 8}, {9, 4}});

  const BaselineComparison found =
      compare(lock(Index(mean(0.25, 0.75)), data), Index(mean(0.75, 0.25)), data);

  // a: 7 -> 5, b: 5.25 -> 7.75.
  EXPECT_THAT(codes(found), ElementsAre("pci"));
  EXPECT_EQ(found.nodes[0].largest, 2.5);
  EXPECT_EQ(found.nodes[0].unit, "b");
  EXPECT_THAT(found.nodes[0].rules,
              ElementsAre("weight of time: 0.25 -> 0.75", "weight of land: 0.75 -> 0.25"));
  const auto told = findings(found);
  EXPECT_EQ(told[0].subject, "pci");
  EXPECT_THAT(told[0].problem.message,
              AllOf(HasSubstr("weights: time 0.25 -> 0.75, land 0.75 -> 0.25"),
                    HasSubstr("2 scores moved, most that of b in 2020: 5.25 -> 7.75")));
  EXPECT_THAT(told[0].details, Contains("2020 b: 5.25 -> 7.75 (+2.5), rank 2 -> 1; by pci weights "
                                        "+2.5 and -1 place"));
}

TEST(CompareTest, ANodeThatIsTakenOutIsNamed) {
  IndexDefinition now = form();
  now.tree.children.pop_back();

  const BaselineComparison found = compared(now);

  EXPECT_THAT(codes(found), ElementsAre("extra", "whole"));
  EXPECT_THAT(found.nodes[0].largest, IsNan());
  EXPECT_THAT(findings(found)[0].problem.message, HasSubstr("removed from whole"));
}

TEST(CompareTest, UnitsAndPeriodsThatAreGoneAreNamed) {
  const Panel fewer = small::panel({"done", "files", "extra"}, {{95, 2, 1}, {80, 4, 0}});
  Panel::Builder other("other.csv");
  other.set(other.unit("a"), other.number_variable("done"), other.period(Period(2021)), 1);

  const BaselineComparison found = compared(form(), fewer);
  const BaselineComparison none = compared(form(), other.build());

  ASSERT_THAT(found.problems, SizeIs(1));
  EXPECT_EQ(found.problems[0].place, "2020, c");
  EXPECT_THAT(found.periods[0].units, SizeIs(2));  // And b is second now.
  ASSERT_THAT(none.problems, SizeIs(1));
  EXPECT_THAT(none.problems[0].place, HasSubstr("2020"));
  EXPECT_FALSE(none.same());
}

TEST(CompareTest, ADefinitionThatRefusesTheDataIsAProblemOfThePeriod) {
  IndexDefinition now = form();
  Variable variable;
  variable.code = "done";
  variable.range = Interval::closed(0, 90);
  now.variables = {variable};

  const BaselineComparison found = compared(now);

  ASSERT_THAT(found.problems, SizeIs(1));
  EXPECT_THAT(found.problems[0].message, HasSubstr("95"));
}

TEST(CheckBaselineTest, IsAnItemThatFails) {
  IndexDefinition now = form();
  done(now).cap = 1.5;
  BaselineCheck what;
  what.panel = "form_data";
  const LockedResults locked = lock(Index(form()), panel(), what);

  const CheckItem failed = check_baseline(locked, Index(now), panel());
  const CheckItem passed = check_baseline(locked, Index(form()), panel());

  EXPECT_EQ(failed.kind, CheckKind::baseline);
  EXPECT_EQ(failed.name, "form_data");
  EXPECT_EQ(failed.outcome, CheckOutcome::failed);
  EXPECT_EQ(failed.findings[0].subject, "done");
  EXPECT_THAT(failed.findings[0].problem.remedy, HasSubstr("chiso lock --update"));
  EXPECT_EQ(passed.outcome, CheckOutcome::passed);
}

// ---- Broken copies of shipped definitions

struct Broken {
  const char* file;
  const char* data;
  const char* what;  ///< Text of the definition ...
  const char* by;    ///< ... and what stands in its place.
  const char* node;  ///< The node that is to be named first.
};

void PrintTo(const Broken& broken, std::ostream* out) {
  *out << broken.file << ": " << broken.what << " -> " << broken.by;
}

constexpr const char* kPci = "pci/2013.yaml";
constexpr const char* kForm = "par-department/illustrative.yaml";
constexpr const char* kCharges = "pci-informal-charges/2014.yaml";
constexpr const char* kScores = "pci_scores.csv";
constexpr const char* kDepartments = "par_department_example.csv";

class BrokenCopyTest : public testing::TestWithParam<Broken> {};

TEST_P(BrokenCopyTest, IsCaughtAndTheBrokenNodeIsNamedFirst) {
  const Broken& broken = GetParam();
  const std::string text = read_file(std::string("share/indices/") + broken.file, 1 << 20);
  const auto place = text.find(broken.what);
  ASSERT_NE(place, std::string::npos);
  std::string other = text;
  other.replace(place, std::string(broken.what).size(), broken.by);
  const Panel data = read_panels(std::string("share/data/") + broken.data).back().second;
  const LockedResults locked = lock(parse_index(text, "good.yaml"), data);

  const CheckItem item = check_baseline(locked, parse_index(other, "broken.yaml"), data);

  EXPECT_EQ(item.outcome, CheckOutcome::failed);
  ASSERT_THAT(item.findings, testing::Not(IsEmpty()));
  EXPECT_EQ(item.findings[0].subject, broken.node);
  EXPECT_EQ(check_baseline(locked, parse_index(text), data).outcome, CheckOutcome::passed);
}

INSTANTIATE_TEST_SUITE_P(
    Shipped, BrokenCopyTest,
    testing::Values(
        // A threshold that is moved by the smallest step.
        Broken{
            kForm, kDepartments, R"~([{when: "> 90", points: 2}, {when: "[70, 90]", points: 1})~",
            R"~([{when: "> 90.00000000000001", points: 2}, {when: "[70, 90.00000000000001]", points: 1})~",
            "1.1.4"},
        Broken{
            kForm, kDepartments,
            R"~(when: ">= 100", points: 2}, {when: "[95, 100)", points: 1.75)~",
            R"~(when: ">= 99.99999999999999", points: 2}, {when: "[95, 99.99999999999999)", points: 1.75)~",
            "2.4"},
        Broken{kForm, kDepartments, "full_at: 100, threshold: 80",
               "full_at: 100, threshold: 80.00000000000001", "1.5"},
        Broken{kForm, kDepartments, "full_at: 80}", "full_at: 80.00000000000001}", "3.3.a"},
        // A bound that is opened, and another one closed.
        Broken{kForm, kDepartments,
               R"~([{when: "> 90", points: 2}, {when: "[70, 90]", points: 1})~",
               R"~([{when: ">= 90", points: 2}, {when: "[70, 90)", points: 1})~", "1.1.4"},
        Broken{kForm, kDepartments, R"~(when: "< 1", points: 2}, {when: ">= 1", points: 0)~",
               R"~(when: "<= 1", points: 2}, {when: "> 1", points: 0)~", "2.2"},
        // Points, parameters of rules.
        Broken{kForm, kDepartments, "timely: 1, late: 0.5, not issued: 0",
               "timely: 1, late: 0, not issued: 0.5", "1.1.1"},
        Broken{kForm, kDepartments, "points: 0.5, cap: 2", "points: 0.6, cap: 2", "3.4"},
        Broken{kForm, kDepartments, "start: 10, points: 1, from: 20, every: 5, add: 0.25, cap: 2",
               "start: 10, points: 1, from: 20, every: 5, add: 0.3, cap: 2", "3.5"},
        // What is read.
        Broken{kForm, kDepartments, "numerator: [tasks.done], denominator: [tasks.assigned]",
               "numerator: [tasks.assigned], denominator: [tasks.done]", "1.5"},
        Broken{kForm, kDepartments, "all_of: [report.full, report.on_time]",
               "any_of: [report.full, report.on_time]", "1.2.1"},
        Broken{kForm, kDepartments, "complaints.overdue: -1}, denominator",
               "complaints.overdue: 1}, denominator", "3.2"},
        Broken{kForm, kDepartments, "variable: plan.complete\n", "variable: plan.content\n",
               "1.1.2"},
        // Policies.
        Broken{kForm, kDepartments, "not_applicable: full_points", "not_applicable: exclude",
               "2.3"},
        Broken{kForm, kDepartments, "scale_to: 100\n", "scale_to: 101\n", "form"},
        Broken{kForm, kDepartments, "groups: {limits: {A: 90,", "groups: {limits: {A: 89,",
               "par_department"},
        // Weights, directions, aggregations, anchors.
        Broken{kPci, kScores, "weight: 20", "weight: 20.000000000000004", "pci"},
        Broken{kPci, kScores, "times: 10", "times: -10", "pci"},
        Broken{kPci, kScores, "aggregation: arithmetic_mean", "aggregation: geometric_mean", "pci"},
        Broken{kPci, kScores, "range: [1, 10]}\n  land", "range: [1, 9.99]}\n  land", "entry"},
        Broken{kPci, kScores, "to: 2021", "to: 2020", "pci"},
        Broken{kCharges, "pci_informal_charges.csv", "onto: [1, 10]", "onto: [0, 10]",
               "peers_pay_informal"},
        Broken{kCharges, "pci_informal_charges.csv", "polarity: positive", "polarity: negative",
               "service_delivered"},
        Broken{kCharges, "pci_informal_charges.csv", "min: {pooled: 0.1744186}", "min: pooled",
               "harassment"},
        Broken{kCharges, "pci_informal_charges.csv", "max: {pooled: 0.9791667}", "max: period",
               "acceptable"}));

}  // namespace
}  // namespace chiso
