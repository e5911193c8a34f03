#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "chiso/model/index.hpp"
#include "definitions.hpp"

namespace chiso {
namespace {

using test::dated;
using test::definition;
using test::entry;
using test::faults;
using test::inner;
using test::leaf;
using test::number;
using test::since;
using test::until;
using test::weighted;
using test::years;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using Method = Aggregation::Method;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Criterion mean(std::vector<Criterion> children) {
  return inner("root", Method::arithmetic_mean, std::move(children));
}

Criterion sum(std::vector<Criterion> children) {
  return inner("root", Method::sum, std::move(children));
}

Criterion under(Method method) { return inner("root", method, {leaf("a"), leaf("b")}); }

std::string remedy(const IndexDefinition& given) {
  try {
    static_cast<void>(Index(given));
  } catch (const SpecError& error) {
    return error.problems()[0].remedy;
  }
  return "nothing is wrong";
}

// ---- All at once

TEST(IndexValidationTest, ReportsEveryFaultInTheOrderOfTheText) {
  IndexDefinition given = definition(mean({leaf("a"), leaf("b"), leaf("a")}));
  given.location = {"demo.yaml", 1, 1};
  given.edition = "";
  given.decimals = 16;
  given.variables = {number("x", {5.0, 3.0, true, true})};
  given.variables[0].location = {"demo.yaml", 7, 3};
  given.tree.location = {"demo.yaml", 10, 3};
  given.tree.children[0].location = {"demo.yaml", 12, 5};
  given.tree.children[1].location = {"demo.yaml", 14, 5};
  given.tree.children[2].location = {"demo.yaml", 16, 5};
  given.tree.children[1].measure.terms[0].variable = "";
  given.tree.children[0].rule = Dated<Rule>(Rule(Deduct{0.5, 1.0}));

  std::vector<int> lines;
  try {
    static_cast<void>(Index(given));
  } catch (const SpecError& error) {
    for (const auto& problem : error.problems()) lines.push_back(problem.location.line);
  }

  EXPECT_THAT(lines, ElementsAre(1, 1, 7, 12, 14, 16));
  EXPECT_THAT(
      faults(given),
      ElementsAre("edition: expected a name, got nothing", "decimals: expected 0 to 15, got 16",
                  "x: no number is in the range [5, 3]",
                  "a: the rule `deduct` is relative to a maximum, and the node has none",
                  "b: a variable of the variable has no name",
                  "a: the code 'a' stands twice, first in line 12"));
}

// ---- Head

TEST(IndexValidationTest, NamesOfIndexEditionAndNodesArePlain) {
  IndexDefinition given = definition(mean({leaf("a 1")}));
  given.index = "p/ci";
  given.tree.children[0].measure = Measure::of("a");

  EXPECT_THAT(faults(given),
              ElementsAre("index: expected letters, digits, '.', '_' and '-', got 'p/ci'",
                          "a 1: expected letters, digits, '.', '_' and '-' in a code, got 'a 1'"));
}

TEST(IndexValidationTest, CodesAreThereAndDistinct) {
  Criterion nameless = leaf("x");
  nameless.code = "";
  EXPECT_THAT(faults(definition(mean({nameless}))), ElementsAre("root: a child has no code"));
  nameless.children = {};
  EXPECT_THAT(faults(definition(nameless)), ElementsAre("tree: the root has no code"));

  EXPECT_THAT(faults(definition(mean({leaf("a"), leaf("A")}))),
              ElementsAre("A: the code 'A' differs only by case from 'a'"));
  EXPECT_THAT(faults(definition(mean({leaf("a"), inner("b", Method::sum, {leaf("root")})}))),
              ElementsAre("root: the code 'root' stands twice, first"));
}

TEST(IndexValidationTest, PeriodsRunForward) {
  IndexDefinition given = definition(leaf("x"));
  given.periods = years(2021, 2013);
  EXPECT_THAT(faults(given),
              ElementsAre("periods: expected `from` before `to`, got from 2021 to 2013"));

  given.periods = years(2021, 2021);
  EXPECT_THAT(faults(given), IsEmpty());
}

TEST(IndexValidationTest, GroupsHaveLimitsFromHighToLowAndDistinctNames) {
  IndexDefinition given = definition(leaf("x"));
  given.groups = {Grouping::Kind::limits, {"A", "B", "A"}, {90.0, 90.0, kInfinity}, "B"};
  EXPECT_THAT(
      faults(given),
      ElementsAre("groups: expected limits from high to low, got 90 after 90",
                  "groups: expected a finite limit, got inf", "groups: the group 'A' stands twice",
                  "groups: the group 'B' stands twice"));

  given.groups = {Grouping::Kind::limits, {"A", "B"}, {90.0}, ""};
  EXPECT_THAT(faults(given),
              ElementsAre("groups: expected one limit a name, got 1 limits and 2 names"));

  given.groups = {Grouping::Kind::quantiles, {"all"}, {}, ""};
  EXPECT_THAT(faults(given), ElementsAre("groups: expected the names of at least 2 groups, got 1"));

  given.groups = {Grouping::Kind::limits, {"A", "B", "C"}, {90.0, 80.0, 70.0}, "D"};
  EXPECT_THAT(faults(given), IsEmpty());
}

// ---- Variables

TEST(IndexValidationTest, VariablesAreDeclaredOnce) {
  IndexDefinition given = definition(leaf("x"));
  given.variables = {number("x", {}), number("x", {})};
  given.variables[0].location.line = 4;
  given.variables[1].location.line = 6;

  EXPECT_THAT(faults(given), ElementsAre("x: the variable 'x' is declared twice, first in line 4"));
}

TEST(IndexValidationTest, CategoriesAreDistinctWords) {
  // Composed and decomposed, and differing by case only: the same words.
  EXPECT_THAT(faults(definition(leaf("x"))), IsEmpty());
  Criterion node = leaf("x", FixedPoints{1.0});
  EXPECT_THAT(faults(node, {test::categories("x", {"late", "Late", "timely"})}),
              ElementsAre("x: the categories 'late' and 'Late' are the same word spelled twice"));
  EXPECT_THAT(faults(node, {test::categories("x", {"k\xc3\xa9m", "ke\xcc\x81m"})}),
              ElementsAre(HasSubstr("are the same word spelled twice")));
  EXPECT_THAT(faults(node, {test::categories("x", {"late", "late"})}),
              ElementsAre("x: the category 'late' stands twice"));
  EXPECT_THAT(faults(node, {test::categories("x", {"only"})}),
              ElementsAre("x: expected at least 2 categories, got 1"));
}

TEST(IndexValidationTest, CategoriesExcludeWhatIsForNumbers) {
  Variable variable = test::categories("x", {"no", "yes"});
  variable.zero_is_missing = true;
  variable.range = Interval::closed(0.0, 1.0);

  EXPECT_THAT(faults(leaf("x", FixedPoints{1.0}), {variable}),
              ElementsAre("x: a variable with categories has no range of numbers",
                          "x: `zero_is_missing` is for numbers; this variable has categories"));
}

// ---- Weights

TEST(IndexValidationTest, WeightsAddUpToOneOrToAHundred) {
  EXPECT_THAT(faults(definition(mean({weighted(leaf("a"), 0.3), weighted(leaf("b"), 0.7)}))),
              IsEmpty());
  EXPECT_THAT(faults(definition(mean({weighted(leaf("a"), 35.0), weighted(leaf("b"), 65.0)}))),
              IsEmpty());
  // 0.1 + 0.2 + 0.7 is not 1 in binary.
  EXPECT_THAT(faults(definition(mean(
                  {weighted(leaf("a"), 0.1), weighted(leaf("b"), 0.2), weighted(leaf("c"), 0.7)}))),
              IsEmpty());

  const auto wrong = definition(mean({weighted(leaf("a"), 30.0), weighted(leaf("b"), 65.0)}));
  EXPECT_THAT(faults(wrong), ElementsAre("root: expected weights of its children that add up to 1 "
                                         "or to 100; they add up to 95"));
  EXPECT_EQ(remedy(wrong), "correct them, or say `weights: relative`");
}

TEST(IndexValidationTest, WeightsNearlyAddingUpAreShownAsTheyAre) {
  EXPECT_THAT(faults(definition(mean({weighted(leaf("a"), 0.3), weighted(leaf("b"), 0.70001)}))),
              ElementsAre(HasSubstr("they add up to 1.00001")));
}

TEST(IndexValidationTest, RelativeWeightsNeedNotAddUp) {
  Criterion root = mean({weighted(leaf("a"), 2.0), weighted(leaf("b"), 1.0)});
  root.aggregation.weights = Aggregation::Weights::relative;
  EXPECT_THAT(faults(definition(root)), IsEmpty());

  root.children[0].weight = Dated<double>(0.0);
  root.children[1].weight = Dated<double>(0.0);
  EXPECT_THAT(faults(definition(root)), ElementsAre("root: all weights of its children are zero"));

  Criterion lowest = under(Method::minimum);
  lowest.aggregation.weights = Aggregation::Weights::relative;
  EXPECT_THAT(faults(definition(lowest)),
              ElementsAre("root: `weights: relative` has no meaning in `minimum`"));
}

TEST(IndexValidationTest, SiblingsHaveAllAWeightOrNone) {
  EXPECT_THAT(faults(definition(mean({weighted(leaf("a"), 1.0), leaf("b"), leaf("c")}))),
              ElementsAre("root: 1 of 3 children have a weight, and 'b', 'c' have none"));
  // In a sum a weight is a coefficient, 1 if not given.
  EXPECT_THAT(faults(definition(sum({weighted(leaf("a"), 2.0), leaf("b")}))), IsEmpty());
}

TEST(IndexValidationTest, WeightsAreFiniteAndNotNegative) {
  const auto given = definition(sum({weighted(leaf("a"), -1.0), weighted(leaf("b"), kNan)}));
  EXPECT_THAT(faults(given),
              ElementsAre("a: expected a weight that is finite and not negative, got -1",
                          "b: expected a weight that is finite and not negative, got nan"));
  EXPECT_THAT(remedy(given), HasSubstr("role: penalty"));
}

class MethodWithoutWeights : public ::testing::TestWithParam<Method> {};

TEST_P(MethodWithoutWeights, RefusesThem) {
  Criterion root = under(GetParam());
  root.children[0].weight = Dated<double>(0.5);
  root.children[1].weight = Dated<double>(0.5);

  EXPECT_THAT(faults(definition(root)),
              ElementsAre(HasSubstr("a: a weight has no meaning in `" +
                                    std::string(name(GetParam())) + "`")));
}

INSTANTIATE_TEST_SUITE_P(IndexValidationTest, MethodWithoutWeights,
                         ::testing::Values(Method::median, Method::minimum, Method::maximum,
                                           Method::mazziotta_pareto,
                                           Method::adjusted_mazziotta_pareto));

TEST(IndexValidationTest, TheRootHasNoWeight) {
  EXPECT_THAT(faults(definition(weighted(leaf("x"), 1.0))),
              ElementsAre("x: the root has no siblings, and so no weight"));
}

// ---- Dated values

IndexDefinition dated_weights(std::vector<DatedEntry<double>> a,
                              std::vector<DatedEntry<double>> b) {
  IndexDefinition given = definition(mean({leaf("a"), leaf("b")}));
  given.periods = years(2013, 2021);
  given.tree.children[0].weight = dated(std::move(a));
  given.tree.children[1].weight = dated(std::move(b));
  return given;
}

TEST(IndexValidationTest, DatedWeightsAddUpAtAllTimes) {
  EXPECT_THAT(faults(dated_weights({entry(40.0, until(2016)), entry(50.0, since(2017))},
                                   {entry(60.0, until(2016)), entry(50.0, since(2017))})),
              IsEmpty());
  // a changes in 2017, b in 2018: 50 + 60 in 2017.
  EXPECT_THAT(faults(dated_weights({entry(40.0, until(2016)), entry(50.0, since(2017))},
                                   {entry(60.0, until(2017)), entry(50.0, since(2018))})),
              ElementsAre("root: expected weights of its children that add up to 1 or to 100; they "
                          "add up to 110 in 2017"));
  // Wrong from 2017 to the end of the edition.
  EXPECT_THAT(faults(dated_weights({entry(40.0, until(2016)), entry(50.0, since(2017))},
                                   {entry(60.0, {})})),
              ElementsAre("root: expected weights of its children that add up to 1 or to 100; they "
                          "add up to 110 from 2017 to 2021"));
}

TEST(IndexValidationTest, WhatIsDatedOutsideTheEditionDoesNotMatter) {
  EXPECT_THAT(faults(dated_weights({entry(10.0, years(2005, 2010)), entry(40.0, years(2013, 2030))},
                                   {entry(60.0, {})})),
              IsEmpty());
}

TEST(IndexValidationTest, AGapBetweenDatedEntriesIsNamed) {
  EXPECT_THAT(faults(dated_weights({entry(40.0, until(2015)), entry(40.0, since(2018))},
                                   {entry(60.0, {})})),
              ElementsAre("a: no weight is in force from 2016 to 2017"));
  EXPECT_THAT(faults(dated_weights({entry(40.0, since(2015))}, {entry(60.0, {})})),
              ElementsAre("a: no weight is in force from 2013 to 2014"));
}

TEST(IndexValidationTest, DatedEntriesMeetToTheDay) {
  const PeriodRange first{{}, Period("2016-06")};
  EXPECT_THAT(faults(dated_weights({entry(40.0, first), entry(40.0, {Period("2016-07"), {}})},
                                   {entry(60.0, {})})),
              IsEmpty());
  EXPECT_THAT(faults(dated_weights({entry(40.0, first), entry(40.0, {Period("2016-Q4"), {}})},
                                   {entry(60.0, {})})),
              ElementsAre("a: no weight is in force from 2016-07-01 to 2016-09-30"));
}

// Every dated value is looked at between any two changes: 4 MB of entries took minutes.
TEST(IndexValidationTest, ValuesThatChangeEveryDayAreRefused) {
  std::vector<DatedEntry<double>> entries;
  for (int i = 1; i <= 5001; ++i) entries.push_back(entry(40.0, {Period(i + 1), Period(i + 1)}));
  IndexDefinition given = dated_weights(entries, {entry(60.0, {})});
  given.periods = {};
  EXPECT_THAT(faults(given),
              ElementsAre(HasSubstr("expected values that change on at most 4999 days, got 5002")));
}

// There is no day before the first year, and none behind the last.
TEST(IndexValidationTest, EntriesMayReachToTheEndsOfTime) {
  IndexDefinition given = dated_weights(
      {entry(40.0, {Period(1), Period(2000)}), entry(40.0, {Period(2001), Period(9999)})},
      {entry(60.0, {})});
  given.periods = {};
  EXPECT_THAT(faults(given), IsEmpty());
}

TEST(IndexValidationTest, OfManyEntriesInForceTogetherTenLinesAreNamed) {
  std::vector<DatedEntry<double>> entries;
  for (int line = 1; line <= 500; ++line) entries.push_back(entry(40.0, {}, line));
  EXPECT_THAT(faults(dated_weights(entries, {entry(60.0, {})})),
              ElementsAre("a: 500 entries for the weight are in force (lines 1, 2, 3, 4, 5, 6, 7, "
                          "8, 9, 10 ...)"));
}

TEST(IndexValidationTest, EntriesInForceTogetherAreNamedWithTheirLines) {
  EXPECT_THAT(faults(dated_weights({entry(40.0, until(2016), 12), entry(40.0, since(2016), 13)},
                                   {entry(60.0, {})})),
              ElementsAre("a: 2 entries for the weight are in force (lines 12, 13) in 2016"));
  EXPECT_THAT(faults(dated_weights({entry(40.0, {}), entry(40.0, {})}, {entry(60.0, {})})),
              ElementsAre("a: 2 entries for the weight are in force"));
}

TEST(IndexValidationTest, AnEditionWithoutPeriodsNeedsEntriesForAllTimes) {
  IndexDefinition given = definition(leaf("x", GivenPoints{}));
  given.tree.maximum = dated({entry(5.0, years(2013, 2016)), entry(10.0, since(2017))});

  EXPECT_THAT(faults(given), ElementsAre("x: no maximum is in force up to 2012"));
  given.periods = since(2013);
  EXPECT_THAT(faults(given), IsEmpty());
  given.tree.maximum = dated({entry(5.0, years(2013, 2016))});
  EXPECT_THAT(faults(given), ElementsAre("x: no maximum is in force from 2017 on"));
}

TEST(IndexValidationTest, DatesOfAnEntryRunForward) {
  EXPECT_THAT(
      faults(dated_weights({entry(40.0, {}), entry(40.0, years(2017, 2016))}, {entry(60.0, {})})),
      ElementsAre("a: expected `from` before `to`, got from 2017 to 2016"));
}

TEST(IndexValidationTest, RulesAreInForceOnce) {
  IndexDefinition given = definition(leaf("x"));
  given.periods = years(2013, 2021);
  given.tree.rule =
      Dated<Rule>({entry<Rule>(Identity{}, until(2015)), entry<Rule>(GivenPoints{}, since(2017))});

  EXPECT_THAT(faults(given), ElementsAre("x: no rule is in force in 2016"));
}

TEST(IndexValidationTest, AnchorsAreInForceWhileTheirRuleIs) {
  Normaliser posts;
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(0.0);
  posts.high = Anchor::fixed(0.0);
  posts.high.value = dated({entry(5.0, until(2014)), entry(10.0, years(2016, 2017))});
  IndexDefinition given = definition(leaf("x"));
  given.periods = years(2013, 2021);
  given.tree.rule =
      Dated<Rule>({entry<Rule>(posts, until(2017)), entry<Rule>(Identity{}, since(2018))});

  EXPECT_THAT(faults(given), ElementsAre("x: no high is in force in 2015"));
}

// ---- Roles, policies, methods

TEST(IndexValidationTest, BonusAndPenaltyAreForSums) {
  Criterion bonus = leaf("bonus");
  bonus.role = Role::bonus;
  EXPECT_THAT(faults(definition(sum({leaf("a"), bonus}))), IsEmpty());
  EXPECT_THAT(faults(definition(mean({leaf("a"), bonus}))),
              ElementsAre("bonus: `role: bonus` is for children of a sum, and 'root' aggregates "
                          "by arithmetic_mean"));
  bonus.role = Role::penalty;
  EXPECT_THAT(faults(definition(bonus)),
              ElementsAre("bonus: `role: penalty` is for children of a sum, and the root has no "
                          "parent"));
}

TEST(IndexValidationTest, PoliciesFitTheAggregation) {
  Criterion root = under(Method::arithmetic_mean);
  root.missing = MissingPolicy::reduce_maximum;
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: `missing: reduce_maximum` is for a sum, and this node "
                          "aggregates by arithmetic_mean"));

  root = under(Method::sum);
  root.missing = MissingPolicy::renormalise;
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: `missing: renormalise` is for means, and a sum has no shares to "
                          "scale up"));
  EXPECT_THAT(remedy(definition(root)), HasSubstr("reduce_maximum"));
}

TEST(IndexValidationTest, AReducedMaximumNeedsTheMaximumOfEveryPart) {
  Criterion bonus = leaf("bonus");
  bonus.role = Role::bonus;
  Criterion root =
      sum({leaf("a", GivenPoints{}, 5.0), leaf("b"), leaf("c", Steps{{{{}, 2.0}}}), bonus});
  root.missing = MissingPolicy::reduce_maximum;

  EXPECT_THAT(faults(definition(root)),
              ElementsAre("b: `missing: reduce_maximum` needs the maximum of every part of 'root', "
                          "and this one has none"));
}

TEST(IndexValidationTest, AScaledSumNeedsAMaximum) {
  Criterion root = sum({leaf("a", GivenPoints{}, 5.0), leaf("b")});
  root.aggregation.scale_to = 100.0;
  EXPECT_THAT(faults(definition(root)), ElementsAre(HasSubstr("b: `scale_to` needs the maximum")));

  root.maximum = Dated<double>(8.0);
  EXPECT_THAT(faults(definition(root)), IsEmpty());
  root.aggregation.scale_to = 0.0;
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: expected a `scale_to` that is positive and finite, got 0"));

  Criterion other = under(Method::median);
  other.aggregation.scale_to = 100.0;
  EXPECT_THAT(faults(definition(other)),
              ElementsAre("root: `scale_to` is for a sum, and this node aggregates by median"));
}

TEST(IndexValidationTest, TheLeastShareIsAShareAndHasAPolicy) {
  Criterion root = under(Method::arithmetic_mean);
  root.missing = MissingPolicy::renormalise;
  root.at_least = 1.0;
  EXPECT_THAT(faults(definition(root)), IsEmpty());
  for (const double share : {0.0, 1.5, kNan}) {
    root.at_least = share;
    EXPECT_THAT(faults(definition(root)),
                ElementsAre(HasSubstr("root: expected `at_least` above 0 and at most 1, got ")));
  }
  root.at_least = 0.8;
  root.missing = MissingPolicy::no_score;
  EXPECT_THAT(faults(definition(root)), ElementsAre(HasSubstr("`missing` excuses none")));
}

TEST(IndexValidationTest, FactorsPowersAndCapsAreFinite) {
  Criterion root = under(Method::power_mean);
  root.aggregation.power = kInfinity;
  root.aggregation.times = 0.0;
  root.cap = kNan;
  EXPECT_THAT(
      faults(definition(root)),
      UnorderedElementsAre("root: expected a finite power, got inf",
                           "root: expected a factor `times` that is finite and not zero, got 0",
                           "root: expected a finite cap, got nan"));
}

TEST(IndexValidationTest, OnlyMazziottaParetoHasAPenalty) {
  Criterion root = under(Method::mazziotta_pareto);
  root.aggregation.upward_penalty = true;
  EXPECT_THAT(faults(definition(root)), IsEmpty());
  root.aggregation.method = Method::median;
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: `median` has no penalty that could be upward"));
}

TEST(IndexValidationTest, PublishedValuesHaveAVariableAndATolerance) {
  Criterion node = leaf("x");
  node.published = Published{"", -1.0};
  EXPECT_THAT(faults(node),
              ElementsAre("x: `published` names no variable",
                          "x: expected a tolerance that is finite and not negative, got -1"));
}

// ---- Maxima

TEST(IndexValidationTest, MaximaArePositiveAndFinite) {
  EXPECT_THAT(faults(leaf("x", GivenPoints{}, 0.0)),
              ElementsAre("x: expected a maximum that is positive and finite, got 0"));
  EXPECT_THAT(faults(leaf("x", GivenPoints{}, kInfinity)),
              ElementsAre("x: expected a maximum that is positive and finite, got inf"));
}

TEST(IndexValidationTest, TheMaximumOfASumIsThatOfItsParts) {
  Criterion bonus = leaf("bonus", GivenPoints{}, 2.0);
  bonus.role = Role::bonus;
  // 2 * 5 + 0.1 + 0.2: the bonus goes beyond the maximum.
  Criterion root = sum({weighted(leaf("a", GivenPoints{}, 5.0), 2.0), leaf("b", GivenPoints{}, 0.1),
                        leaf("c", FixedPoints{0.2}), bonus});
  root.maximum = Dated<double>(10.3);
  EXPECT_THAT(faults(definition(root)), IsEmpty());

  root.maximum = Dated<double>(12.0);
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: the maximum is 12, and those of its parts add up to 10.3"));
}

TEST(IndexValidationTest, TheMaximumOfASumIsNotBelowWhatIsKnownOfItsParts) {
  Criterion root = sum({leaf("a", GivenPoints{}, 5.0), leaf("b")});
  root.maximum = Dated<double>(8.0);
  EXPECT_THAT(faults(definition(root)), IsEmpty());
  root.maximum = Dated<double>(4.0);
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: the maximum is 4, and those of some of its parts add up to 5"));
}

TEST(IndexValidationTest, MaximaOfSumsAddUpThroughLevelsFactorsScalesAndCaps) {
  // part: 3 + 1 = 4 points, scaled to 10; capped: 6 + 3 points, at most 8; root: 2 * (10 + 8).
  Criterion part =
      inner("part", Method::sum, {leaf("a", GivenPoints{}, 3.0), leaf("b", GivenPoints{}, 1.0)});
  part.aggregation.scale_to = 10.0;
  Criterion capped =
      inner("capped", Method::sum, {leaf("c", GivenPoints{}, 6.0), leaf("d", GivenPoints{}, 3.0)});
  capped.cap = 8.0;
  capped.maximum = Dated<double>(8.0);
  Criterion root = sum({part, capped});
  root.aggregation.times = 2.0;
  root.maximum = Dated<double>(36.0);

  EXPECT_THAT(faults(definition(root)), IsEmpty());
  root.maximum = Dated<double>(18.0);
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: the maximum is 18, and those of its parts add up to 36"));
}

TEST(IndexValidationTest, DatedMaximaAddUpAtAllTimes) {
  IndexDefinition given =
      definition(sum({leaf("a", GivenPoints{}, 5.0), leaf("b", GivenPoints{}, 5.0)}));
  given.periods = since(2013);
  given.tree.maximum = Dated<double>(10.0);
  given.tree.children[1].maximum = dated({entry(5.0, until(2016)), entry(6.0, since(2017))});

  EXPECT_THAT(
      faults(given),
      ElementsAre("root: the maximum is 10, and those of its parts add up to 11 from 2017 on"));
}

TEST(IndexValidationTest, RulesRelativeToAMaximumNeedOne) {
  const std::vector<std::pair<Rule, std::string>> rules = {
      {Proportional{}, "proportional"},
      {PerUnit{0.5, {}}, "per_unit"},
      {Increments{10.0, 1.0, 20.0, 5.0, 0.25, {}}, "increments"},
      {Deduct{0.5, 1.0}, "deduct"}};
  for (const auto& [rule, word] : rules) {
    EXPECT_THAT(
        faults(leaf("x", rule)),
        ElementsAre("x: the rule `" + word + "` is relative to a maximum, and the node has none"));
    EXPECT_THAT(faults(leaf("x", rule, 2.0)), IsEmpty());
  }
  EXPECT_THAT(faults(leaf("x", PerUnit{0.5, 2.0})), IsEmpty());
  EXPECT_THAT(faults(leaf("x", GivenPoints{})), IsEmpty());

  const auto words = test::categories("x", {"done", "good"});
  const CategoryRule grades{{{"done", 50.0}, {"good", 100.0}}, true};
  EXPECT_THAT(faults(leaf("x", grades), {words}),
              ElementsAre("x: the rule `grades` is relative to a maximum, and the node has none"));
  EXPECT_THAT(faults(leaf("x", grades, 2.0), {words}), IsEmpty());
}

TEST(IndexValidationTest, RulesGiveNoMoreThanTheMaximum) {
  const auto complaint = [](std::string_view rule, std::string_view most) {
    return "x: the rule `" + std::string(rule) + "` gives up to " + std::string(most) +
           ", and the maximum is 2";
  };
  EXPECT_THAT(faults(leaf("x", FixedPoints{3.0}, 2.0)), ElementsAre(complaint("fixed", "3")));
  EXPECT_THAT(faults(leaf("x", Steps{{{{}, 2.5}}}, 2.0)), ElementsAre(complaint("steps", "2.5")));
  EXPECT_THAT(faults(leaf("x", PerUnit{0.5, 4.0}, 2.0)), ElementsAre(complaint("per_unit", "4")));
  EXPECT_THAT(faults(leaf("x", CategoryRule{{{"no", 0.0}, {"yes", 3.0}}, false}, 2.0),
                     {test::categories("x", {"no", "yes"})}),
              ElementsAre(complaint("categories", "3")));
  EXPECT_THAT(faults(leaf("x", Increments{10.0, 3.0, 20.0, 5.0, 0.25, {}}, 2.0)),
              ElementsAre("x: the rule `increments` starts with 3, and the maximum is 2"));
  // Steps that reach less than the maximum are nothing to report.
  EXPECT_THAT(faults(leaf("x", Steps{{{{}, 1.0}}}, 2.0)), IsEmpty());
}

TEST(IndexValidationTest, ARuleIsHeldAgainstTheMaximumOfItsTime) {
  IndexDefinition given = definition(leaf("x", FixedPoints{3.0}));
  given.periods = since(2013);
  given.tree.maximum = dated({entry(3.0, until(2016)), entry(2.0, since(2017))});

  EXPECT_THAT(faults(given),
              ElementsAre("x: the rule `fixed` gives up to 3, and the maximum is 2 from 2017 on"));
}

TEST(IndexValidationTest, FullPointsForNotApplicableNeedAMaximum) {
  Criterion node = leaf("x");
  node.not_applicable = NotApplicable::full_points;
  EXPECT_THAT(faults(node),
              ElementsAre("x: `not_applicable: full_points` needs to know the full points"));
  node.rule = Dated<Rule>(Rule(FixedPoints{2.0}));
  EXPECT_THAT(faults(node), IsEmpty());
}

TEST(IndexValidationTest, ExcludingFromASumNeedsAMaximum) {
  Criterion excluded = leaf("b");
  excluded.not_applicable = NotApplicable::exclude;
  EXPECT_THAT(faults(definition(mean({leaf("a"), excluded}))), IsEmpty());
  EXPECT_THAT(faults(definition(sum({leaf("a", GivenPoints{}, 2.0), excluded}))),
              ElementsAre(HasSubstr("b: `not_applicable: exclude` needs the maximum of every part "
                                    "of 'root'")));
}

// ---- Steps

Steps steps(const std::vector<std::pair<std::string, double>>& all) {
  Steps rule;
  for (const auto& [when, points] : all) rule.steps.push_back({parse_interval(when), points});
  return rule;
}

TEST(IndexValidationTest, StepsCoverTheWholeLine) {
  EXPECT_THAT(faults(leaf("x", steps({{"> 90", 2.0}, {"[70, 90]", 1.0}, {"< 70", 0.0}}))),
              IsEmpty());
  EXPECT_THAT(faults(leaf("x", steps({{"> 90", 2.0}, {"[75, 90]", 1.0}, {"<= 70", 0.0}}))),
              ElementsAre("x: nothing is said about (70, 75)"));
  EXPECT_THAT(faults(leaf("x", steps({{"> 90", 2.0}, {"(70, 90)", 1.0}, {"<= 70", 0.0}}))),
              ElementsAre("x: nothing is said about 90"));
  EXPECT_THAT(faults(leaf("x", Steps{})), ElementsAre("x: expected at least one step, got none"));
}

TEST(IndexValidationTest, StepsCoverEveryNumberOnce) {
  EXPECT_THAT(faults(leaf("x", steps({{">= 90", 2.0}, {"[70, 90]", 1.0}, {"< 70", 0.0}}))),
              ElementsAre("x: 90 is covered by '>= 90' and by '[70, 90]'"));
  EXPECT_THAT(faults(leaf("x", steps({{"> 80", 2.0}, {"[70, 90]", 1.0}, {"< 70", 0.0}}))),
              ElementsAre("x: (80, 90] is covered by '> 80' and by '[70, 90]'"));
}

// A message for every two of 5000 steps that overlap had 469 MB.
TEST(IndexValidationTest, OfManyStepsThatOverlapSomeAreNamed) {
  Steps rule;
  for (int i = 1; i <= 200; ++i) {
    rule.steps.push_back({Interval{0.0, static_cast<double>(i), false, true}, 1.0});
  }
  const auto said = faults(leaf("x", rule));
  ASSERT_EQ(said.size(), 51U);
  EXPECT_EQ(said[0], "x: nothing is said about <= 0");
  EXPECT_THAT(said[1], HasSubstr("is covered by '(0, 1]' and by '(0, 2]' and by '(0, 3]' and by "
                                 "'(0, 4]' and by '(0, 5]' and by 195 more"));
  EXPECT_EQ(said[50], "x: so it is in 151 more places");
}

TEST(IndexValidationTest, StepsCoverTheRangeOfTheirVariable) {
  const auto rule = steps({{"> 90", 2.0}, {"[0, 90]", 0.0}});
  EXPECT_THAT(faults(leaf("x", rule), {number("x", Interval::closed(0.0, 100.0))}), IsEmpty());
  EXPECT_THAT(faults(leaf("x", rule), {number("x", Interval::closed(-1.0, 100.0))}),
              ElementsAre("x: nothing is said about [-1, 0)"));
  EXPECT_THAT(faults(leaf("x", rule)), ElementsAre("x: nothing is said about < 0"));
}

TEST(IndexValidationTest, StepsCoverTheRangeOfTheLowestAndTheHighest) {
  const std::vector<Variable> variables = {number("a", Interval::closed(0.0, 10.0)),
                                           number("b", Interval::closed(5.0, 20.0))};
  // The lowest of a and b is in [0, 10], the highest in [5, 20].
  Criterion node = leaf("x", steps({{"[0, 10]", 1.0}}));
  node.measure = {Measure::Kind::all_of, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0};
  EXPECT_THAT(faults(node, variables), IsEmpty());
  node.measure.kind = Measure::Kind::any_of;
  EXPECT_THAT(faults(node, variables), ElementsAre("x: nothing is said about (10, 20]"));
  node.measure.kind = Measure::Kind::mean;
  EXPECT_THAT(faults(node, variables),
              ElementsAre("x: nothing is said about < 0", "x: nothing is said about > 10"));
}

TEST(IndexValidationTest, AnEmptyStepIsNamed) {
  Steps rule;
  rule.steps = {{{}, 0.0}, {{5.0, 3.0, true, true}, 1.0}};
  EXPECT_THAT(faults(leaf("x", rule)), ElementsAre("x: no number is in the step '[5, 3]'"));
}

// ---- Other points rules

TEST(IndexValidationTest, PointsAreNotNegative) {
  const std::string complaint = "that are finite and not negative, got -1";
  EXPECT_THAT(faults(leaf("x", FixedPoints{-1.0})),
              ElementsAre("x: expected fixed points " + complaint));
  EXPECT_THAT(faults(leaf("x", Steps{{{{}, -1.0}}})),
              ElementsAre("x: expected points of a step " + complaint));
  EXPECT_THAT(remedy(definition(leaf("x", FixedPoints{-1.0}))), HasSubstr("role: penalty"));
}

TEST(IndexValidationTest, ParametersOfPointsRulesAreSound) {
  EXPECT_THAT(faults(leaf("x", Proportional{0.0, 0.0}, 1.0)),
              ElementsAre("x: expected `full_at` to be positive and finite, got 0"));
  EXPECT_THAT(faults(leaf("x", Proportional{100.0, -1.0}, 1.0)),
              ElementsAre("x: expected a threshold that is finite and not negative, got -1"));
  EXPECT_THAT(faults(leaf("x", Proportional{80.0, 100.0}, 1.0)),
              ElementsAre("x: the threshold 100 is above 80, where the full points are given"));
  EXPECT_THAT(faults(leaf("x", PerUnit{0.0, 0.0})),
              ElementsAre("x: expected points for each unit to be positive and finite, got 0",
                          "x: expected the cap to be positive and finite, got 0"));
  EXPECT_THAT(faults(leaf("x", Deduct{0.5, 0.0}, 1.0)),
              ElementsAre("x: expected `per` to be positive and finite, got 0"));
  EXPECT_THAT(faults(leaf("x", Increments{kNan, 1.0, 20.0, 0.0, -0.25, 0.5})),
              ElementsAre("x: expected `start` to be finite, got nan",
                          "x: expected `every` to be positive and finite, got 0",
                          "x: expected `add` to be positive and finite, got -0.25",
                          "x: the 1 points at the start are above the cap of 0.5"));
}

TEST(IndexValidationTest, WhatAKernelRefusesIsReportedWithTheNode) {
  // A million steps of 0.000001.
  EXPECT_THAT(faults(leaf("x", Increments{0.0, 0.0, 0.0, 1.0, 1e-6, 1.0})),
              ElementsAre(::testing::StartsWith("x: ")));
}

TEST(IndexValidationTest, EveryCategoryHasItsPointsOnce) {
  const std::vector<Variable> variables = {test::categories("x", {"not issued", "late", "timely"})};
  const auto with = [&](std::vector<std::pair<std::string, double>> points) {
    return faults(leaf("x", CategoryRule{std::move(points), false}), variables);
  };

  EXPECT_THAT(with({{"timely", 1.0}, {"late", 0.5}, {"not issued", 0.0}}), IsEmpty());
  EXPECT_THAT(with({{"Timely", 1.0}, {"late", 0.5}, {"not issued", 0.0}}), IsEmpty());
  EXPECT_THAT(with({{"timely", 1.0}}), ElementsAre("x: no points for 'not issued', 'late'"));
  EXPECT_THAT(with({{"timly", 1.0}, {"late", 0.5}, {"not issued", 0.0}}),
              ElementsAre("x: the variable 'x' has no category 'timly' (did you mean 'timely'?)",
                          "x: no points for 'timely'"));
  EXPECT_THAT(with({{"timely", 1.0}, {"late", 0.5}, {"late", 0.6}, {"not issued", 0.0}}),
              ElementsAre("x: the category 'late' has points twice"));
}

TEST(IndexValidationTest, RulesFitTheKindOfTheirVariable) {
  const auto words = test::categories("x", {"no", "yes"});
  EXPECT_THAT(faults(leaf("x", Identity{}), {words}),
              ElementsAre("x: the rule `identity` is for numbers, and the variable 'x' has "
                          "categories"));
  EXPECT_THAT(faults(leaf("x", PerUnit{1.0, 2.0}), {words}),
              ElementsAre(HasSubstr("the rule `per_unit` is for numbers")));
  EXPECT_THAT(faults(leaf("x", CategoryRule{{{"no", 0.0}}, false})),
              ElementsAre("x: the rule `categories` is for categories, and the variable 'x' has "
                          "none"));
  EXPECT_THAT(faults(leaf("x", FixedPoints{1.0}), {words}), IsEmpty());
}

TEST(IndexValidationTest, GradesAreShares) {
  EXPECT_THAT(faults(leaf("x", CategoryRule{{{"done", 50.0}, {"good", 120.0}}, true}, 2.0),
                     {test::categories("x", {"done", "good"})}),
              ElementsAre("x: the grade 'good' gives 120 percent of the maximum, more than 100"));
}

TEST(IndexValidationTest, PointsRulesHaveNoPolarity) {
  Criterion node = leaf("x", PerUnit{1.0, 2.0});
  node.polarity = Polarity::negative;
  EXPECT_THAT(faults(node),
              ElementsAre("x: `polarity: negative` is for normalisers, and `per_unit` states its "
                          "direction itself"));
  node.rule = Dated<Rule>(Rule(Identity{}));
  EXPECT_THAT(faults(node), IsEmpty());
}

// ---- Normalisers

Normaliser normaliser(Normaliser::Method method) {
  Normaliser rule;
  rule.method = method;
  return rule;
}

Normaliser between(Normaliser::Method method, double low, double high) {
  Normaliser rule = normaliser(method);
  rule.low = Anchor::fixed(low);
  rule.high = Anchor::fixed(high);
  return rule;
}

TEST(IndexValidationTest, FixedEndsOfANormaliserDifferAndAreInOrder) {
  using Norm = Normaliser::Method;
  EXPECT_THAT(faults(leaf("x", between(Norm::min_max, 0.0, 5.0))), IsEmpty());
  EXPECT_THAT(faults(leaf("x", between(Norm::min_max, 5.0, 5.0))),
              ElementsAre("x: `min` and `max` are both 5"));
  EXPECT_THAT(faults(leaf("x", between(Norm::goalposts, 5.0, 3.0))),
              ElementsAre("x: `low` is 5, above `high`, which is 3"));
  EXPECT_THAT(faults(leaf("x", between(Norm::scaled, 1.0, 1.0))),
              ElementsAre("x: `from` and `to` are both 1"));
  EXPECT_THAT(remedy(definition(leaf("x", between(Norm::goalposts, 5.0, 3.0)))),
              HasSubstr("exchange them"));
  // Where less is better, a target lies below what it is measured from.
  EXPECT_THAT(faults(leaf("x", between(Norm::distance_to_target, 5.0, 3.0))), IsEmpty());
  EXPECT_THAT(faults(leaf("x", between(Norm::distance_to_target, 3.0, 3.0))),
              ElementsAre("x: `min` and `target` are both 3"));
}

TEST(IndexValidationTest, DatedEndsDifferAtAllTimes) {
  Normaliser rule = between(Normaliser::Method::min_max, 5.0, 0.0);
  rule.high.value = dated({entry(10.0, until(2016)), entry(5.0, since(2017))});
  IndexDefinition given = definition(leaf("x", rule));
  given.periods = years(2013, 2021);

  EXPECT_THAT(faults(given), ElementsAre("x: `min` and `max` are both 5 from 2017 to 2021"));
}

TEST(IndexValidationTest, SomeParametersMustBeNumbers) {
  using Norm = Normaliser::Method;
  EXPECT_THAT(faults(leaf("x", normaliser(Norm::goalposts))),
              ElementsAre("x: expected a number for `low`, got period",
                          "x: expected a number for `high`, got period"));
  EXPECT_THAT(faults(leaf("x", normaliser(Norm::distance_to_target))),
              ElementsAre("x: expected a number for `target`, got period"));
  EXPECT_THAT(faults(leaf("x", normaliser(Norm::adjusted_goalposts))),
              ElementsAre("x: expected a number for `reference`, got period"));
  EXPECT_THAT(faults(leaf("x", between(Norm::min_max, kNan, 1.0))),
              ElementsAre("x: expected `min` to be finite, got nan"));
  EXPECT_THAT(faults(leaf("x", normaliser(Norm::distance_to_reference))),
              ElementsAre("x: expected the unit of reference, got none"));
}

TEST(IndexValidationTest, ScalesOfNormalisersAreSound) {
  using Norm = Normaliser::Method;
  Normaliser rule = normaliser(Norm::min_max);
  rule.onto_low = 10.0;
  rule.onto_high = 10.0;
  EXPECT_THAT(faults(leaf("x", rule)),
              ElementsAre("x: expected two bounds of `onto` that differ, got 10 twice"));
  rule.method = Norm::z_score;
  rule.onto_high = -1.0;
  EXPECT_THAT(faults(leaf("x", rule)),
              ElementsAre("x: expected the deviation to be positive and finite, got -1"));
  rule = between(Norm::scaled, 0.0, 1.0);
  rule.onto_high = 0.0;
  EXPECT_THAT(faults(leaf("x", rule)), ElementsAre("x: expected a factor that is not zero, got 0"));
}

TEST(IndexValidationTest, ExtremesReachedBeforeAreInOrder) {
  Normaliser rule = normaliser(Normaliser::Method::min_max);
  rule.low = {Anchor::Source::pooled, {}, 0.5};
  rule.high = {Anchor::Source::pooled, {}, 0.2};
  EXPECT_THAT(faults(leaf("x", rule)),
              ElementsAre("x: the lowest value reached, 0.5, is not below the highest, 0.2"));
  rule.high.reached = kInfinity;
  EXPECT_THAT(faults(leaf("x", rule)),
              ElementsAre("x: expected a finite value reached for `max`, got inf"));
}

// ---- Measures

Criterion measuring(Measure measure) {
  Criterion node = leaf("x");
  node.measure = std::move(measure);
  return node;
}

TEST(IndexValidationTest, AnIndicatorReadsSomething) {
  EXPECT_THAT(faults(measuring({})), ElementsAre(HasSubstr("x: an indicator reads a variable")));
  // Also where the points are the same for all: a unit without the value has none.
  Criterion always = measuring({});
  always.rule = Dated<Rule>(Rule(FixedPoints{3.0}));
  EXPECT_THAT(faults(always), ElementsAre(HasSubstr("x: an indicator reads a variable")));
}

TEST(IndexValidationTest, ARatioHasTwoParts) {
  using Kind = Measure::Kind;
  EXPECT_THAT(faults(measuring({Kind::ratio, {{"a", 1.0}}, {{"b", 1.0}}, 100.0})), IsEmpty());
  EXPECT_THAT(faults(measuring({Kind::ratio, {{"a", 1.0}}, {}, 100.0})),
              ElementsAre("x: the denominator of the ratio is empty"));
  EXPECT_THAT(faults(measuring({Kind::ratio, {}, {{"b", 1.0}}, 100.0})),
              ElementsAre("x: the numerator of the ratio is empty"));
  EXPECT_THAT(faults(measuring({Kind::sum, {{"a", 1.0}}, {{"b", 1.0}}, 1.0})),
              ElementsAre("x: only a ratio has a denominator"));
}

TEST(IndexValidationTest, TermsAreDistinctAndCount) {
  using Kind = Measure::Kind;
  EXPECT_THAT(
      faults(measuring({Kind::sum, {{"a", 1.0}, {"a", 2.0}, {"b", 0.0}, {"c", kNan}}, {}, 1.0})),
      ElementsAre("x: the variable 'a' stands twice in the sum",
                  "x: expected a coefficient of 'b' that is finite and not zero, got 0",
                  "x: expected a coefficient of 'c' that is finite and not zero, got nan"));
  EXPECT_THAT(faults(measuring({Kind::mean, {{"a", 2.0}, {"b", 1.0}}, {}, 1.0})),
              ElementsAre("x: a coefficient has no meaning in the mean: 'a' has 2"));
  EXPECT_THAT(faults(measuring({Kind::variable, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0})),
              ElementsAre("x: expected one variable, got 2"));
  EXPECT_THAT(faults(measuring({Kind::sum, {{"a", 1.0}}, {}, 0.0})),
              ElementsAre("x: expected a factor `times` that is finite and not zero, got 0"));
  EXPECT_THAT(faults(measuring({Kind::all_of, {{"a", 1.0}}, {}, 100.0})),
              ElementsAre("x: `times` is for a sum, a mean or a ratio, not for all_of"));
}

TEST(IndexValidationTest, ConditionsHaveTheSameCategories) {
  using Kind = Measure::Kind;
  const std::vector<Variable> variables = {test::categories("a", {"no", "yes"}),
                                           test::categories("b", {"no", "yes"}),
                                           test::categories("c", {"late", "timely"})};
  Criterion node = measuring({Kind::all_of, {{"a", 1.0}, {"b", 1.0}}, {}, 1.0});
  node.rule = Dated<Rule>(Rule(CategoryRule{{{"no", 0.0}, {"yes", 1.0}}, false}));
  EXPECT_THAT(faults(node, variables), IsEmpty());
  node.measure.terms.push_back({"c", 1.0});
  node.measure.terms.push_back({"number", 1.0});
  EXPECT_THAT(faults(node, variables),
              ElementsAre("x: the variables of all_of have all the same categories or none; 'a' "
                          "and 'c' differ",
                          "x: the variables of all_of have all the same categories or none; 'a' "
                          "and 'number' differ"));
  EXPECT_THAT(faults(measuring({Kind::mean, {{"d", 1.0}, {"a", 1.0}}, {}, 1.0}), variables),
              ElementsAre("x: a mean is of numbers, and the variable 'a' has categories"));
}

TEST(IndexValidationTest, ANodeHasChildrenOrAMeasure) {
  Criterion root = under(Method::sum);
  root.measure = Measure::of("x");
  EXPECT_THAT(faults(definition(root)),
              ElementsAre("root: a node has children or a measure, and this one has both"));
}

}  // namespace
}  // namespace chiso
