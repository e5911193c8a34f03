#include "chiso/check/baseline.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

using small::missing;
using testing::DoubleEq;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Method = Aggregation::Method;

Variable number(std::string code, Interval range) {
  Variable variable;
  variable.code = std::move(code);
  variable.range = range;
  return variable;
}

Steps steps() {
  return {{{parse_interval("> 90"), 2.0},
           {parse_interval("[70, 90]"), 1.0},
           {parse_interval("< 70"), 0.0}}};
}

/// done (steps, at most 2) and 0.5 a file, at most 3, together at most 4.
IndexDefinition form() {
  Criterion root = small::inner(
      "form", Method::sum,
      {small::points("done", 2.0, steps()), small::points("files", 3.0, PerUnit{0.5, {}})});
  root.cap = 4.0;
  IndexDefinition definition = small::definition(root);
  definition.variables = {number("done", Interval::closed(0, 100))};
  definition.groups = {Grouping::Kind::limits, {"good"}, {3.0}, "poor"};
  return definition;
}

Panel two_units() { return small::panel({"done", "files"}, {{95, 8}, {90, 3}}); }

TEST(LockTest, HoldsScoresRanksAndGroupsOfAPeriod) {
  const LockedResults baseline = lock(Index(form()), two_units());

  // a: 2 + min(0.5 * 8, 3) = 5, cut to 4; b: 1 + 1.5 = 2.5.
  ASSERT_THAT(baseline.periods, SizeIs(1));
  const LockedPeriod& locked = baseline.periods[0];
  EXPECT_EQ(locked.period, Period(2020));
  EXPECT_EQ(locked.method, Period(2020));
  EXPECT_THAT(locked.units, ElementsAre("a", "b"));
  EXPECT_THAT(locked.scores, ElementsAre(4, 2, 3, 2.5, 1, 1.5));
  EXPECT_EQ(locked.score(1, 2), 1.5);
  EXPECT_THAT(locked.ranks, ElementsAre(1, 2));
  EXPECT_THAT(locked.groups, ElementsAre("good", "poor"));
  EXPECT_THAT(locked.anchors, IsEmpty());
}

TEST(LockTest, HoldsWhatARuleGivesAroundEachOfItsBoundsAndAtTheEndsOfTheRange) {
  const LockedResults baseline = lock(Index(form()), two_units());

  std::vector<std::string> lines;
  for (const LockedBound& each : baseline.bounds) {
    lines.push_back(baseline.index.node(each.node).code + " " + to_string(each.at) + ": " +
                    to_string(each.below) + " " + to_string(each.score) + " " +
                    to_string(each.above));
  }

  // Below 0 and above 100 nothing is accepted. 6 files are 3 points; the least double below 6 gives
  // 3 - 2^-51 (doubles from 2 to 4 stand 2^-51 apart, those from 4 to 8 2^-50); a file more than
  // none the least double there is, halved: 0.
  EXPECT_THAT(lines, ElementsAre("done 0: nan 0 0", "done 70: 0 1 1", "done 90: 1 1 2",
                                 "done 100: 2 2 nan", "files 0: 0 0 0",
                                 "files 6: " + to_string(3.0 - std::ldexp(1.0, -51)) + " 3 3"));
}

TEST(LockTest, HoldsWhatNodesCountAndCanReach) {
  const LockedResults baseline = lock(Index(form()), two_units());

  ASSERT_THAT(baseline.nodes, SizeIs(3));
  const LockedNode& root = baseline.nodes[0];
  EXPECT_EQ(root.node, 0);
  EXPECT_EQ(root.weight, 1.0);
  EXPECT_EQ(root.maximum, 4.0);
  EXPECT_EQ(root.lowest, 0.0);
  EXPECT_EQ(root.highest, 4.0);
  EXPECT_EQ(baseline.nodes[2].maximum, 3.0);
}

TEST(LockTest, HoldsCategoriesAndFixedPostsButNotWhatDataFit) {
  Normaliser posts;
  posts.method = Normaliser::Method::goalposts;
  posts.low = Anchor::fixed(10);
  posts.high = Anchor::fixed(20);
  posts.cut = true;
  Criterion root = small::inner(
      "root", Method::arithmetic_mean,
      {small::leaf("posts", posts), small::leaf("fitted", Normaliser{}),
       small::points("grade", 10, CategoryRule{{{"poor", 2.0}, {"good", 10.0}}, false})});
  IndexDefinition definition = small::definition(root);
  Variable grade;
  grade.code = "grade";
  grade.categories = {"poor", "good"};
  definition.variables = {grade};
  Panel::Builder builder("small.csv");
  const Size period = builder.period(Period(2020));
  for (const auto& [name, value, word] :
       {std::tuple("a", 10.0, "good"), std::tuple("b", 20.0, "poor")}) {
    const Size unit = builder.unit(name);
    builder.set(unit, builder.number_variable("posts"), period, value);
    builder.set(unit, builder.number_variable("fitted"), period, 2 * value);
    builder.set_category(unit, builder.category_variable("grade"), period, word);
  }

  const LockedResults baseline = lock(Index(definition), builder.build());

  ASSERT_THAT(baseline.bounds, SizeIs(4));
  EXPECT_EQ(baseline.bounds[0].at, 10.0);
  EXPECT_EQ(baseline.bounds[0].below, 0.0);
  EXPECT_EQ(baseline.bounds[1].at, 20.0);
  EXPECT_EQ(baseline.bounds[1].above, 100.0);
  EXPECT_EQ(baseline.bounds[2].word, "poor");
  EXPECT_EQ(baseline.bounds[2].score, 2.0);
  EXPECT_EQ(baseline.bounds[3].word, "good");
  EXPECT_EQ(baseline.bounds[3].score, 10.0);
  ASSERT_THAT(baseline.periods[0].anchors, SizeIs(2));
  EXPECT_EQ(baseline.periods[0].anchors[1].node, 2);
  EXPECT_EQ(baseline.periods[0].anchors[1].low, 20.0);
  EXPECT_EQ(baseline.periods[0].anchors[1].high, 40.0);
}

TEST(LockTest, RulesOfSeveralMethodsAreHeldOnceForAsLongAsTheyStay) {
  Criterion leaf =
      small::leaf("x", Steps{{{parse_interval(">= 5"), 1.0}, {parse_interval("< 5"), 0.0}}});
  DatedEntry<Rule> early{leaf.rule.entries()[0].value, {{}, Period(2019)}, {}, {}, {}};
  DatedEntry<Rule> late{Steps{{{parse_interval(">= 6"), 1.0}, {parse_interval("< 6"), 0.0}}},
                        {Period(2020), {}},
                        {},
                        {},
                        {}};
  leaf.rule = Dated<Rule>(std::vector{early, late});
  const Index index = small::index(small::inner("root", Method::arithmetic_mean, {leaf}));
  Panel::Builder builder;
  for (const int year : {2018, 2019, 2020, 2021}) {
    builder.set(builder.unit("a"), builder.number_variable("x"), builder.period(Period(year)), 5.5);
  }

  const LockedResults baseline = lock(index, builder.build());

  ASSERT_THAT(baseline.periods, SizeIs(4));
  EXPECT_THAT(baseline.periods[1].scores, ElementsAre(1, 1));
  EXPECT_THAT(baseline.periods[2].scores, ElementsAre(0, 0));
  ASSERT_THAT(baseline.bounds, SizeIs(2));
  EXPECT_EQ(baseline.bounds[0].at, 5.0);
  EXPECT_EQ(baseline.bounds[0].method, Period(2018));
  EXPECT_EQ(baseline.bounds[1].at, 6.0);
  EXPECT_EQ(baseline.bounds[1].method, Period(2020));
  EXPECT_THAT(baseline.nodes, SizeIs(2));
}

TEST(LockTest, PeriodsAreThoseInForceUnlessTheyAreNamed) {
  IndexDefinition definition = form();
  definition.periods = {Period(2019), Period(2020)};
  Panel::Builder builder;
  for (const int year : {2018, 2019, 2020}) {
    const Size period = builder.period(Period(year));
    builder.set(builder.unit("a"), builder.number_variable("done"), period, 95);
    builder.set(builder.unit("a"), builder.number_variable("files"), period, 1);
  }
  const Panel panel = builder.build();
  const Index index(definition);
  BaselineCheck named;
  named.periods = {Period(2020)};
  BaselineCheck by_method;
  by_method.method = Period(2019);

  EXPECT_THAT(lock(index, panel).periods, SizeIs(2));
  EXPECT_THAT(lock(index, panel, named).periods, SizeIs(1));
  ASSERT_THAT(lock(index, panel, by_method).periods, SizeIs(3));
  EXPECT_EQ(lock(index, panel, by_method).periods[0].method, Period(2019));
}

TEST(LockTest, WhatCannotBeScoredCannotBeLocked) {
  const Panel panel = small::panel({"done", "files"}, {{101, 1}, {102, 1}});
  IndexDefinition later = form();
  later.periods.from = Period(2021);
  BaselineCheck other;
  other.periods = {Period(2019)};

  try {
    static_cast<void>(lock(Index(form()), panel));
    FAIL();
  } catch (const DataError& error) {
    ASSERT_THAT(error.problems(), SizeIs(2));
    EXPECT_THAT(error.where(), HasSubstr("2020"));
  }
  EXPECT_THROW(static_cast<void>(lock(Index(later), panel)), DataError);
  EXPECT_THROW(static_cast<void>(lock(Index(form()), panel, other)), NotFoundError);
}

TEST(LockTest, APeriodWithoutUnitsHasNothingToLock) {
  Panel::Builder builder;
  builder.set(builder.unit("a"), builder.number_variable("done"), builder.period(Period(2019)), 95);
  builder.set(builder.unit("a"), builder.number_variable("files"), builder.period(Period(2019)), 1);
  builder.period(Period(2020));
  const Panel panel = builder.build();
  BaselineCheck empty;
  empty.periods = {Period(2020)};

  EXPECT_THROW(static_cast<void>(lock(Index(form()), panel, empty)), DataError);
}

TEST(LockTest, TheFingerprintOfDataIsOfWhatIsReadOnly) {
  const Index index(form());
  const std::string print = data_fingerprint(index, two_units(), Period(2020));
  const Panel more = small::panel({"other", "done", "files"}, {{1, 95, 8}, {2, 90, 3}});
  const Panel changed = small::panel({"done", "files"}, {{95, 8}, {90, 4}});
  const Panel fewer = small::panel({"done", "files"}, {{95, 8}});

  EXPECT_EQ(data_fingerprint(index, more, Period(2020)), print);
  EXPECT_NE(data_fingerprint(index, changed, Period(2020)), print);
  EXPECT_NE(data_fingerprint(index, fewer, Period(2020)), print);
}

TEST(LockTest, PooledAnchorsReadThePeriodsBefore) {
  const auto data = [](double first) {
    Panel::Builder builder;
    for (const auto& [year, value] : {std::pair(2019, first), std::pair(2020, 5.0)}) {
      builder.set(builder.unit("a"), builder.number_variable("x"), builder.period(Period(year)),
                  value);
      builder.set(builder.unit("b"), builder.number_variable("x"), builder.period(Period(year)),
                  1.0);
    }
    return builder.build();
  };
  Normaliser pooled;
  pooled.low.source = pooled.high.source = Anchor::Source::pooled;
  const auto print = [&](const Rule& rule, double first) {
    const Index index =
        small::index(small::inner("root", Method::arithmetic_mean, {small::leaf("x", rule)}));
    return data_fingerprint(index, data(first), Period(2020));
  };

  EXPECT_NE(print(pooled, 3.0), print(pooled, 4.0));
  EXPECT_EQ(print(Normaliser{}, 3.0), print(Normaliser{}, 4.0));
}

TEST(LockTest, HoldsWhatAFormulaOfOneVariableGivesAtItsNumbers) {
  Criterion leaf;
  leaf.code = "files";
  leaf.maximum = 4.0;
  leaf.rule = Dated<Rule>(
      FormulaRule{Formula("if rate >= threshold then rate * maximum / 100 else 0"), {}, {}});
  IndexDefinition definition = small::definition(small::inner("root", Method::sum, {leaf}));
  definition.variables = {number("rate", Interval::closed(0, 100))};
  Parameter threshold;
  threshold.code = "threshold";
  threshold.value = 80.0;
  definition.parameters = {threshold};

  const LockedResults baseline = lock(Index(definition), small::panel({"rate"}, {{90}, {70}}));

  // At 0, at the maximum 4, at the parameter 80 and at 100: 0 below 80, 3.2 at it.
  ASSERT_THAT(baseline.bounds, SizeIs(4));
  EXPECT_EQ(baseline.bounds[2].at, 80.0);
  EXPECT_EQ(baseline.bounds[2].below, 0.0);
  EXPECT_EQ(baseline.bounds[2].score, 3.2);
  EXPECT_EQ(baseline.bounds[3].score, 4.0);
  EXPECT_THAT(baseline.periods[0].scores, ElementsAre(3.6, 3.6, 0, 0));
}

TEST(LockTest, AFormulaOfSeveralVariablesIsLockedByItsScoresAlone) {
  Criterion leaf;
  leaf.code = "both";
  leaf.maximum = 4.0;
  leaf.rule = Dated<Rule>(FormulaRule{Formula("min(a, prev(b))"), {}, {}});
  IndexDefinition definition = small::definition(small::inner("root", Method::sum, {leaf}));
  definition.variables = {number("a", Interval::closed(0, 4)), number("b", Interval::closed(0, 4))};
  const auto data = [](double before) {
    Panel::Builder builder;
    for (const auto& [year, b] : {std::pair(2019, before), std::pair(2020, 1.0)}) {
      const Size period = builder.period(Period(year));
      builder.set(builder.unit("u"), builder.number_variable("a"), period, 3);
      builder.set(builder.unit("u"), builder.number_variable("b"), period, b);
    }
    return builder.build();
  };
  const Index index(definition);
  BaselineCheck what;
  what.periods = {Period(2020)};

  EXPECT_THAT(lock(index, data(2), what).periods[0].scores, ElementsAre(2, 2));
  EXPECT_THAT(lock(index, data(2), what).bounds, IsEmpty());
  EXPECT_NE(data_fingerprint(index, data(2), Period(2020)),
            data_fingerprint(index, data(3), Period(2020)));
}

}  // namespace
}  // namespace chiso
