#include "chiso/scenario/outcome.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "plain_rebuild.hpp"
#include "random_scenario.hpp"
#include "small_scenarios.hpp"

namespace chiso {
namespace {

using small::min_max;
using small::provinces;
using small::scenario;
using small::set;
using small::weighted_mean;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Every number of two results to the last bit, and what they were made from.
void expect_same(const Scores& a, const Scores& b, unsigned seed) {
  ASSERT_EQ(a.units(), b.units()) << seed;
  ASSERT_TRUE(a.index() == b.index()) << seed;
  EXPECT_TRUE(a.panel() == b.panel()) << seed;
  EXPECT_EQ(a.period(), b.period()) << seed;
  EXPECT_EQ(a.method(), b.method()) << seed;
  for (Size node = 0; node < a.index().size(); ++node) {
    for (Size u = 0; u < a.units().size(); ++u) {
      const double one = a.column(node)[static_cast<std::size_t>(u)];
      const double other = b.column(node)[static_cast<std::size_t>(u)];
      EXPECT_TRUE(same_number(one, other))
          << seed << ": " << a.units()[u] << ", " << a.index().node(node).code << ": " << one
          << " and " << other;
    }
  }
}

TEST(WhatIfTest, IsAsEditingByHandAndScoring) {
  int done = 0;
  int refused = 0;
  std::array<int, std::variant_size_v<Edit::What>> kinds{};
  for (unsigned seed = 0; seed < 1600; ++seed) {
    const auto base = random_scenario::make_scores(seed / 4);
    if (!base) continue;
    const Scenario scenario = random_scenario::make_scenario(*base, seed);
    std::optional<Scores> by_hand;
    std::string why;
    try {
      by_hand = plain::rebuilt(*base, scenario);
    } catch (const plain::Refused& refusal) {
      why = refusal.what();
    } catch (const Error& error) {
      why = error.what();
    }
    if (!by_hand) {
      EXPECT_THROW(static_cast<void>(what_if(*base, scenario)), Error)
          << seed << ": " << why << "\n"
          << describe(scenario);
      ++refused;
      continue;
    }
    try {
      const Outcome outcome = what_if(*base, scenario);
      expect_same(outcome.after, *by_hand, seed);
      expect_same(outcome.before, *base, seed);
    } catch (const Error& error) {
      ADD_FAILURE() << seed << ": " << error.what() << "\n" << describe(scenario);
    }
    if (HasFailure()) {
      ADD_FAILURE() << describe(scenario);
      return;
    }
    ++done;
    for (const Edit& edit : scenario.edits) ++kinds[edit.what.index()];
  }
  EXPECT_GT(done, 600);
  EXPECT_GT(refused, 150);
  for (const int count : kinds) EXPECT_GT(count, 25);
}

// ---- By hand

constexpr double tiny = 1e-12;

double score(const Scores& scores, const std::string& unit, const std::string& code) {
  return scores.at(unit, code);
}

TEST(WhatIfTest, HoldsAnchorsUnlessItIsToldToRefit) {
  const Scores base = min_max();
  Scenario more = scenario({set("b", "x", 20)});

  // 0 and 10 stay the ends: 20 is 200. Fitted again 20 is 100, and 5 a quarter of the way.
  EXPECT_EQ(small::column(what_if(base, more).after, "x"), (std::vector<double>{0, 200, 50}));
  more.refit = true;
  EXPECT_EQ(small::column(what_if(base, more).after, "x"), (std::vector<double>{0, 100, 25}));
  EXPECT_EQ(small::column(base, "x"), (std::vector<double>{0, 100, 50}));
}

TEST(WhatIfTest, RefitsPooledAnchorsWithTheEditedPeriod) {
  Normaliser pooled;
  pooled.low.source = pooled.high.source = Anchor::Source::pooled;
  Panel::Builder builder;
  const Size x = builder.number_variable("x");
  for (const auto& [year, a, b] :
       std::vector<std::array<double, 3>>{{2020, -10, 10}, {2021, 0, 5}}) {
    const Size period = builder.period(Period(static_cast<int>(year)));
    builder.set(builder.unit("a"), x, period, a);
    builder.set(builder.unit("b"), x, period, b);
  }
  const Scores base = Evaluator(small::index(small::leaf("x", pooled)))
                          .score(builder.build(), {.period = Period(2021)});
  Scenario more = scenario({set("b", "x", 30)});

  EXPECT_EQ(small::column(what_if(base, more).after, "x"), (std::vector<double>{50, 200}));
  more.refit = true;  // From -10 to 30.
  EXPECT_EQ(small::column(what_if(base, more).after, "x"), (std::vector<double>{25, 100}));
  EXPECT_EQ(what_if(base, more).after.period(), Period(2021));
}

TEST(WhatIfTest, FitsWhatIsNewAndHoldsTheRest) {
  const Scores base = min_max();
  Normaliser to_ten;
  to_ten.onto_high = 10.0;
  Criterion added = small::leaf("z", Normaliser{});
  added.measure = Measure::of("x");
  const Outcome outcome =
      what_if(base, scenario({set("b", "x", 20), ReplaceRule{"y", to_ten}, AddNode{"r", added}}));

  EXPECT_EQ(small::column(outcome.after, "x"), (std::vector<double>{0, 200, 50}));
  EXPECT_EQ(small::column(outcome.after, "z"), (std::vector<double>{0, 100, 25}));
  EXPECT_NEAR(score(outcome.after, "b", "y"), 0.5, tiny);
}

TEST(WhatIfTest, TakesThePostsOfAnotherMethodAndHoldsWhatDataFixed) {
  Normaliser rule;
  DatedEntry<double> until;
  until.value = 10;
  until.in_force.to = Period(2020);
  DatedEntry<double> later;
  later.value = 20;
  later.in_force.from = Period(2021);
  rule.high.source = Anchor::Source::fixed;
  rule.high.value = Dated<double>(std::vector{until, later});
  const Scores base =
      Evaluator(small::index(small::leaf("x", rule))).score(small::panel({"x"}, {{0}, {5}}));
  ASSERT_EQ(small::column(base, "x"), (std::vector<double>{0, 50}));

  const Outcome outcome = what_if(base, scenario({set("a", "x", -5), UseMethod{Period(2021)}}));

  // From 0, which the data of the base fixed, to 20.
  EXPECT_EQ(small::column(outcome.after, "x"), (std::vector<double>{-25, 25}));
  EXPECT_EQ(outcome.after.method(), Period(2021));
  EXPECT_EQ(outcome.after.period(), Period(2020));
}

TEST(WhatIfTest, BeginsWithTheScoreAfterTheEditsBefore) {
  const Outcome outcome =
      what_if(min_max(), scenario({set("c", "x", 8), ChangeScore{{"c"}, "x", How::add, 5},
                                   set("c", "x", 2), ChangeScore{{"c"}, "r", How::scale, 0.5}}));

  // x: 80 + 5 = 85 and stays so; y is 100; (85 + 100) / 2 / 2.
  EXPECT_EQ(score(outcome.after, "c", "x"), 85);
  EXPECT_EQ(score(outcome.after, "c", "r"), 46.25);
  EXPECT_THAT(outcome.after.given(), SizeIs(2));
}

TEST(WhatIfTest, AScoreThatACapLeavesIsNotSet) {
  const Outcome outcome =
      what_if(min_max(), scenario({ChangeScore{{}, "x", How::at_most, 60}, set("c", "x", 2.5)}));

  EXPECT_THAT(outcome.after.given(), SizeIs(1));
  EXPECT_EQ(small::column(outcome.after, "x"), (std::vector<double>{0, 60, 25}));
}

TEST(WhatIfTest, CarriesGivenScoresByCodeFromScenarioToScenario) {
  const Outcome first = what_if(min_max(), scenario({ChangeScore{{"a"}, "y", How::set, 30}}));
  Criterion tree =
      small::inner("r", Aggregation::Method::arithmetic_mean, {small::leaf("w"), small::leaf("y")});
  tree.children[0].measure = Measure::of("x");
  const Outcome other = what_if(first.after, scenario({UseIndex{small::index(tree)}}));
  const Outcome without = what_if(first.after, scenario({DropNode{"y"}}));
  const Outcome again = what_if(first.after, scenario({ChangeScore{{"a"}, "y", How::add, 10}}));

  EXPECT_EQ(score(other.after, "a", "r"), 15);  // 0 and 30.
  EXPECT_THAT(without.after.given(), IsEmpty());
  EXPECT_EQ(score(again.after, "a", "r"), 20);
  EXPECT_EQ(score(first.before, "a", "y"), 0);
}

TEST(WhatIfTest, OfAnOutcomeIsAsBothScenariosInOne) {
  int done = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    const auto base = random_scenario::make_scores(seed);
    if (!base) continue;
    random_scenario::Maker maker(*base, seed);
    Scenario one;
    one.edits = {maker.value_edit(), maker.value_edit()};
    Scenario two;
    two.edits = {maker.value_edit()};
    try {
      const Outcome first = what_if(*base, one);
      expect_same(what_if(first.after, two).after, what_if(*base, one.then(two)).after, seed);
      ++done;
    } catch (const Error&) {  // Out of range in between.
    }
  }
  EXPECT_GT(done, 150);
}

// ---- Definitions

TEST(WhatIfTest, ScalesTheSiblingsOfAWeight) {
  // 75, 15, 10: 7.5 + 3 + 4.
  EXPECT_NEAR(
      score(what_if(weighted_mean(), scenario({ChangeWeights{{{"a", 75}}, true}})).after, "a", "r"),
      14.5, tiny);
  // 50, 40, 10: 5 + 8 + 4.
  EXPECT_NEAR(
      score(
          what_if(weighted_mean(), scenario({ChangeWeights{{{"b", 40}, {"c", 10}}, false}})).after,
          "a", "r"),
      17.0, tiny);
}

TEST(WhatIfTest, ScalesWhatADroppedNodeLeaves) {
  // 30 and 20 of 50 become 60 and 40: 12 + 16.
  EXPECT_NEAR(score(what_if(weighted_mean(), scenario({DropNode{"a"}})).after, "a", "r"), 28.0,
              tiny);
}

TEST(WhatIfTest, MakesRoomForAnAddedNodeWithDataOfItsOwn) {
  const Outcome outcome =
      what_if(weighted_mean(), scenario({AddNode{"r", small::weighted(50, small::leaf("d"))},
                                         ChangeValue{{}, "d", How::set, 100, ""}}));
  // 25, 15, 10, 50: 2.5 + 3 + 4 + 50.
  EXPECT_NEAR(score(outcome.after, "a", "r"), 59.5, tiny);
  EXPECT_EQ(outcome.before.panel().variables().size(), 3);
}

TEST(WhatIfTest, AggregatesOtherwise) {
  EXPECT_EQ(score(what_if(weighted_mean(),
                          scenario({ReplaceAggregation{"r", Aggregation::Method::minimum, {}, {}}}))
                      .after,
                  "a", "r"),
            10);
}

TEST(WhatIfTest, LetsTheMaximaOfSumsFollowTheirParts) {
  using Method = Aggregation::Method;
  Criterion part =
      small::inner("g", Method::sum,
                   {small::points("a", 10, GivenPoints{}), small::points("b", 20, GivenPoints{})});
  part.maximum = 30.0;
  Criterion tree = small::inner("r", Method::sum, {part, small::points("c", 70, GivenPoints{})});
  tree.maximum = 100.0;
  const Scores base =
      Evaluator(small::index(tree)).score(small::panel({"a", "b", "c"}, {{5, 15, 50}}));
  const Outcome outcome = what_if(base, scenario({DropNode{"b"}}));

  EXPECT_EQ(score(outcome.after, "a", "r"), 55);
  EXPECT_EQ(outcome.after.evaluator().maximum(0), 80);
  EXPECT_EQ(outcome.after.evaluator().maximum(1), 10);
}

TEST(WhatIfTest, LeavesTheDefinitionOfTheBase) {
  const Scores base = weighted_mean();
  const IndexDefinition before = base.index().definition();
  static_cast<void>(what_if(base, scenario({DropNode{"a"}, ChangeWeights{{{"b", 90}}, true}})));
  EXPECT_TRUE(before == base.index().definition());
}

// ---- Values

Panel with_errors() {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size x = builder.number_variable("x");
  for (const char* name : {"a", "b", "c", "d"}) {
    const Size unit = builder.unit(name);
    builder.set(unit, x, period, 8);
    builder.set_standard_error(unit, x, period, 2);
  }
  return builder.build();
}

TEST(WhatIfTest, ScalesStandardErrorsWithTheirValues) {
  const Scores base = Evaluator(small::index(small::leaf("x"))).score(with_errors());
  const Outcome outcome =
      what_if(base, scenario({ChangeValue{{"a"}, "x", How::scale, -0.5, ""},
                              ChangeValue{{"b"}, "x", How::add, 3, ""}, set("c", "x", 9),
                              ChangeValue{{"d"}, "x", How::at_most, 8, ""}}));
  const Panel& panel = outcome.after.panel();
  const auto errors = panel.standard_errors(0, 0);

  EXPECT_EQ(errors[0], 1.0);
  EXPECT_EQ(errors[1], 2.0);
  EXPECT_TRUE(std::isnan(errors[2]));
  EXPECT_EQ(errors[3], 2.0);
  EXPECT_EQ(base.panel().standard_errors(0, 0)[0], 2.0);
}

TEST(WhatIfTest, AValueMayBeScaledAndThenCapped) {
  IndexDefinition definition = small::definition(small::leaf("x"));
  Variable x;
  x.code = "x";
  x.range = Interval::closed(0, 10);
  definition.variables = {x};
  const Scores base = Evaluator(Index(definition)).score(small::panel({"x"}, {{4}, {8}}));
  const ChangeValue twice{{}, "x", How::scale, 2, ""};

  EXPECT_EQ(
      small::column(
          what_if(base, scenario({twice, ChangeValue{{}, "x", How::at_most, 10, ""}})).after, "x"),
      (std::vector<double>{8, 10}));
  EXPECT_THROW(static_cast<void>(what_if(base, scenario({twice}))), DataError);
}

TEST(WhatIfTest, FindsUnitsHoweverTheyAreSpelled) {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size x = builder.number_variable("x");
  // Thanh Hoa and Hoa Binh with their marks, composed.
  builder.set(builder.unit("Thanh H\u00f3a"), x, period, 1);
  builder.set(builder.unit("H\u00f2a B\u00ecnh"), x, period, 2);
  const Scores base = Evaluator(small::index(small::leaf("x"))).score(builder.build());
  // Small letters; the mark on the other vowel and letters taken apart; no marks at all.
  for (const std::string spelling :
       {"thanh h\u00f3a", "Thanh Hoa\u0301", "Thanh Hoa", "THANH-H\u00d3A"}) {
    const Outcome outcome = what_if(base, scenario({set(spelling, "x", 7)}));
    EXPECT_EQ(small::column(outcome.after, "x"), (std::vector<double>{7, 2})) << spelling;
  }
}

// ---- Units

TEST(WhatIfTest, MergesUnitsByTheirWeights) {
  const Outcome outcome =
      what_if(provinces(), scenario({MergeUnits{{"coast", "hills"}, "Hills", {3, 1}, {"peo*"}}}));
  const Scores& after = outcome.after;
  ASSERT_THAT(after.units().names(), ElementsAre("north", "hills"));

  EXPECT_EQ(score(after, "hills", "rate"), 25);  // (3 x 30 + 10) / 4
  EXPECT_EQ(score(after, "hills", "people"), 4);
  EXPECT_EQ(score(after, "hills", "sea"), 8);  // That of the coast: hills have none.
  EXPECT_EQ(score(after, "hills", "grade"), 9);
  // The coast's 0 stands for a gap.
  EXPECT_TRUE(std::isnan(score(after, "hills", "count")));
  // sqrt((3/4 x 4)^2 + (1/4 x 3)^2) = sqrt(9 + 0.5625)
  EXPECT_NEAR(after.panel().standard_errors(0, 0)[1], std::sqrt(9.5625), tiny);
  EXPECT_EQ(outcome.before.units().size(), 3);
}

TEST(WhatIfTest, MergesIntoWhatAppliesToNoneOfThem) {
  const Outcome outcome =
      what_if(provinces(), scenario({MergeUnits{{"north", "hills"}, "inland", {}, {}}}));

  ASSERT_THAT(outcome.after.units().names(), ElementsAre("inland", "coast"));
  EXPECT_EQ(score(outcome.after, "inland", "rate"), 5.5);
  // "low" and "high" have nothing in common.
  EXPECT_TRUE(std::isnan(score(outcome.after, "inland", "grade")));
  EXPECT_THAT(outcome.after.panel().not_applicable(), ElementsAre(Panel::Cell{0, 1, 0}));
}

TEST(WhatIfTest, SplitsAUnitWithTotalsByShares) {
  const Outcome outcome = what_if(
      provinces(), scenario({SplitUnit{"coast", {"coast", "islands"}, {0.75, 0.25}, {"people"}},
                             set("islands", "rate", 12)}));
  const Scores& after = outcome.after;

  ASSERT_THAT(after.units().names(), ElementsAre("north", "hills", "coast", "islands"));
  EXPECT_EQ(score(after, "coast", "people"), 2.25);
  EXPECT_EQ(score(after, "islands", "people"), 0.75);
  EXPECT_EQ(score(after, "coast", "rate"), 30);
  EXPECT_EQ(score(after, "islands", "rate"), 12);
  EXPECT_EQ(score(after, "islands", "sea"), 8);
}

TEST(WhatIfTest, MergesScoresThatAllOfThemWereGiven) {
  const Outcome outcome =
      what_if(provinces(), scenario({ChangeScore{{"coast", "hills"}, "rate", How::set, 20},
                                     ChangeScore{{"hills"}, "rate", How::add, 4},
                                     ChangeScore{{"coast"}, "sea", How::set, 1},
                                     MergeUnits{{"hills", "coast"}, "coast", {3, 1}, {}}}));

  // (3 x 24 + 20) / 4; the score of the sea was the coast's alone.
  EXPECT_EQ(score(outcome.after, "coast", "rate"), 23);
  EXPECT_EQ(score(outcome.after, "coast", "sea"), 8);
  EXPECT_THAT(outcome.after.given(), SizeIs(1));
}

// ---- Notices

TEST(NoticesTest, AValueThatPassesAnAnchorSaysSo) {
  const Outcome outcome =
      what_if(min_max(), scenario({set("a", "y", 6), set("b", "x", 20), set("c", "x", -1)}));

  ASSERT_THAT(outcome.notices, SizeIs(2));
  const Notice& above = outcome.notices[0];
  EXPECT_EQ(above.kind, Notice::Kind::beyond_anchor);
  EXPECT_EQ(above.edit, 1);
  EXPECT_EQ(above.unit, "b");
  EXPECT_EQ(above.code, "x");
  EXPECT_EQ(above.value, 20);
  EXPECT_EQ(above.anchor, 10);
  EXPECT_EQ(above.text, "x of b is 20, above the anchor 10: its score is beyond those of the base");
  EXPECT_EQ(outcome.notices[1].edit, 2);
  EXPECT_EQ(outcome.notices[1].anchor, 0);
}

TEST(NoticesTest, NoneForAnAnchorThatWasPassedBeforeOrIsFittedAgain) {
  Scenario more = scenario({set("b", "x", 20)});
  const Outcome first = what_if(min_max(), more);
  EXPECT_THAT(what_if(first.after, scenario({set("b", "x", 30)})).notices, IsEmpty());
  EXPECT_THAT(what_if(first.after, scenario({set("b", "x", -30)})).notices, SizeIs(1));
  more.refit = true;
  EXPECT_THAT(what_if(min_max(), more).notices, IsEmpty());
}

TEST(NoticesTest, AMeasurePassesAnAnchorNotItsVariables) {
  Criterion leaf = small::leaf("share", Normaliser{});
  leaf.measure.kind = Measure::Kind::ratio;
  leaf.measure.terms = {{"done", 1.0}};
  leaf.measure.denominator = {{"asked", 1.0}};
  leaf.polarity = Polarity::negative;
  const Scores base = Evaluator(small::index(leaf))
                          .score(small::panel({"done", "asked"}, {{1, 10}, {4, 10}, {9, 10}}));
  // 9 of 10 to 9 of 5: beyond 0.9. 8 of 10 would not be, though 8 is more than before.
  const Outcome outcome = what_if(base, scenario({set("b", "done", 8), set("c", "asked", 5)}));

  ASSERT_THAT(outcome.notices, SizeIs(1));
  EXPECT_EQ(outcome.notices[0].edit, 1);
  EXPECT_EQ(outcome.notices[0].value, 1.8);
  EXPECT_EQ(outcome.notices[0].anchor, 0.9);
}

TEST(NoticesTest, AnEditThatChangesNothingSaysSo) {
  const Panel panel = small::panel({"x", "spare"}, {{1, 5}, {2, 6}});
  const Scores base = Evaluator(small::index(small::leaf("x"))).score(panel);
  const Outcome outcome = what_if(base, scenario({set("a", "x", 1), set("a", "spare", 9),
                                                  set("a", "x", 3), UseMethod{Period(2020)}}));

  ASSERT_THAT(outcome.notices, SizeIs(3));
  EXPECT_EQ(outcome.notices[0].edit, 0);
  EXPECT_EQ(outcome.notices[0].text, "edit 1 (set x of a to 1): every number stays as it was");
  EXPECT_EQ(outcome.notices[1].text, "edit 2 (set spare of a to 9): no indicator reads 'spare'");
  EXPECT_EQ(outcome.notices[2].edit, 3);
}

// ---- Changes

TEST(ChangesTest, ListWhatMovedByUnitThenNode) {
  const Scores base = min_max();  // x: 0, 100, 50; y: 0, 5, 100; r: 0, 52.5, 75.
  const Outcome outcome = what_if(base, scenario({set("a", "x", 10)}));
  const auto found = changes(base, outcome.after);

  // a: r 50, from the third place to the third; x 100, from the third to the first. The others' x
  // stays, but c is third now.
  ASSERT_THAT(found, SizeIs(3));
  EXPECT_EQ(found[0].unit, "a");
  EXPECT_EQ(found[0].code, "r");
  EXPECT_EQ(found[0].before, 0);
  EXPECT_EQ(found[0].after, 50);
  EXPECT_EQ(found[0].rank_before, 3);
  EXPECT_EQ(found[0].rank_after, 3);
  EXPECT_EQ(found[1].code, "x");
  EXPECT_EQ(found[1].rank_after, 1);
  EXPECT_EQ(found[2].unit, "c");
  EXPECT_EQ(found[2].rank_before, 2);
  EXPECT_EQ(found[2].rank_after, 3);
  EXPECT_THAT(changes(base, outcome.after, false), SizeIs(9));
  EXPECT_THAT(changes(base, base), IsEmpty());
}

TEST(ChangesTest, MatchUnitsAndNodesByName) {
  const Scores base = min_max();
  Criterion added = small::leaf("z");
  added.measure = Measure::of("x");
  const Outcome outcome = what_if(
      base, scenario({MergeUnits{{"a", "b"}, "ab", {}, {}}, DropNode{"y"}, AddNode{"r", added}}));
  const auto all = changes(base, outcome.after, false);

  // a, b, c, ab with r, x, y, z each.
  ASSERT_THAT(all, SizeIs(16));
  EXPECT_EQ(all[0].unit, "a");
  EXPECT_TRUE(std::isnan(all[0].after));
  EXPECT_TRUE(std::isnan(all[0].rank_after));
  EXPECT_EQ(all[12].unit, "ab");
  EXPECT_TRUE(std::isnan(all[12].before));
  EXPECT_EQ(all[15].code, "z");
  EXPECT_EQ(all[15].after, 5);
  EXPECT_EQ(all[10].code, "y");
  EXPECT_TRUE(std::isnan(all[10].after));
}

TEST(ChangesTest, RankAsTheIndexRanks) {
  IndexDefinition definition = small::definition(small::leaf("x"));
  definition.decimals = 0;
  definition.rank_on_displayed = true;
  const Scores base = Evaluator(Index(definition)).score(small::panel({"x"}, {{1.4}, {1.2}}));
  const auto all = changes(base, base, false);

  EXPECT_EQ(all[0].rank_before, 1);
  EXPECT_EQ(all[1].rank_before, 1);  // Both are shown as 1.
}

}  // namespace
}  // namespace chiso
