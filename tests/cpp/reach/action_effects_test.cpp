#include "chiso/reach/action_effects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "../evaluate/small.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/scenario/outcome.hpp"

namespace chiso {
namespace {

using namespace small;
using Kind = TaskEffect::Kind;
using Method = Aggregation::Method;
using testing::HasSubstr;

bool same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) ||
         std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

Action action(std::string code, std::vector<TaskEffect> effects) {
  Action made;
  made.code = std::move(code);
  made.effects = std::move(effects);
  return made;
}

ActionSet set_of(std::vector<Action> actions) {
  ActionDefinition made;
  made.name = "test";
  made.actions = std::move(actions);
  return ActionSet(made);
}

TaskEffect on(std::string code, Kind kind, double amount) {
  return {{"", std::move(code)}, kind, amount};
}

/// One indicator under a composite that is it: p between 0 and 10 points, half a point for each of
/// x in [0, 30].
Scores one(double x, Role role = Role::part) {
  Criterion p = points("p", 10.0, PerUnit{.points = 0.5, .cap = {}});
  p.measure = Measure::of("x");
  p.role = role;
  std::vector<Criterion> children = {p};
  if (role != Role::part) children.push_back(points("q", 20.0, GivenPoints{}));
  IndexDefinition head = definition(inner("root", Method::sum, children));
  Variable variable;
  variable.code = "x";
  variable.range = Interval::closed(0, 30);
  head.variables = {variable};
  return Evaluator(Index(head)).score(panel({"x", "q"}, {{x, 15.0}, {1.0, 12.0}}));
}

/// The indicator p after all of the effects.
ActionEffects::Indicator after(const Scores& base, const std::vector<TaskEffect>& effects) {
  std::vector<Action> actions;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    actions.push_back(action("a" + std::to_string(i), {effects[i]}));
  }
  const ActionEffects found(set_of(actions), {{"", base}}, "a");
  return found.indicator(0, base.index().at("p"), std::vector<bool>(effects.size(), true));
}

TEST(ActionEffects, RawValuesAreAddedAndCutToTheRange) {
  const auto two = after(one(4), {on("p", Kind::add_value, 3), on("p", Kind::add_value, 5)});
  EXPECT_EQ(two.value, 12.0);
  EXPECT_EQ(two.score, 6.0);
  const auto cut = after(one(28), {on("p", Kind::add_value, 3)});
  EXPECT_EQ(cut.value, 30.0);
  EXPECT_EQ(cut.score, 10.0);  // 15, at most 10.
}

TEST(ActionEffects, TheBestOfTheValuesAtHandAndSetCounts) {
  EXPECT_EQ(after(one(4), {on("p", Kind::set_value, 10), on("p", Kind::set_value, 6)}).value, 10.0);
  EXPECT_EQ(after(one(4), {on("p", Kind::set_value, 2)}).value, 4.0);
  // 10 is set and 3 added: 13 x 0.5.
  EXPECT_EQ(after(one(4), {on("p", Kind::add_value, 3), on("p", Kind::set_value, 10)}).score, 6.5);
}

TEST(ActionEffects, OfEquallyGoodValuesTheNearestCounts) {
  // From 20 on there are 10 points.
  EXPECT_EQ(after(one(20), {on("p", Kind::set_value, 29)}).value, 20.0);
  EXPECT_EQ(after(one(4), {on("p", Kind::set_value, 29), on("p", Kind::set_value, 22)}).value,
            22.0);
}

TEST(ActionEffects, PointsComeAfterTheRule) {
  // The rule gives 2, 5 are set, 1 added.
  EXPECT_EQ(after(one(4), {on("p", Kind::add_points, 1), on("p", Kind::set_points, 5)}).score, 6.0);
  // The rule gives more than what is set.
  EXPECT_EQ(after(one(14), {on("p", Kind::add_points, 1), on("p", Kind::set_points, 5)}).score,
            8.0);
  EXPECT_EQ(after(one(14), {on("p", Kind::add_points, 9)}).score, 10.0);
  EXPECT_EQ(after(one(4), {on("p", Kind::add_points, -9)}).score, 0.0);
}

TEST(ActionEffects, OfAPenaltyTheLowestIsBest) {
  const Scores base = one(8, Role::penalty);  // 4 points taken from 15.
  EXPECT_EQ(after(base, {on("p", Kind::set_value, 2), on("p", Kind::set_value, 12)}).value, 2.0);
  EXPECT_EQ(after(base, {on("p", Kind::set_points, 3), on("p", Kind::set_points, 9)}).score, 3.0);
  const ActionEffects effects(set_of({action("less", {on("p", Kind::add_points, -1.5)})}),
                              {{"", base}}, "a");
  EXPECT_EQ(effects.scores(0, {false})[0], 11.0);
  EXPECT_EQ(effects.scores(0, {true})[0], 12.5);
}

TEST(ActionEffects, NothingIsAddedToWhatIsMissing) {
  const Scores base = Evaluator(index(inner("root", Method::arithmetic_mean, {leaf("p"), leaf("q")},
                                            MissingPolicy::renormalise)))
                          .score(panel({"p", "q"}, {{missing, 4}, {1, 2}}));
  EXPECT_TRUE(std::isnan(after(base, {on("p", Kind::add_value, 3)}).score));
  EXPECT_TRUE(std::isnan(after(base, {on("p", Kind::add_points, 3)}).score));
  EXPECT_EQ(after(base, {on("p", Kind::set_value, 3), on("p", Kind::add_value, 1)}).score, 3.0);
  EXPECT_EQ(after(base, {on("p", Kind::set_points, 5), on("p", Kind::add_points, 1)}).score, 5.0);
  // Taken back, the value is missing again.
  const ActionEffects effects(set_of({action("a", {on("p", Kind::set_value, 10)})}), {{"", base}},
                              "a");
  UnitTree tree = effects.tree(0);
  effects.apply(0, {true}, tree);
  EXPECT_EQ(tree.score(), 7.0);  // (10 + 4) / 2
  effects.apply(0, {false}, tree);
  EXPECT_EQ(tree.score(), 4.0);
}

TEST(ActionEffects, SeveralResultsAreToldByTheirKeys) {
  const Scores first = one(4);
  const Scores second = one(10);
  Action both =
      action("both", {{{"x", "p"}, Kind::add_points, 1.0}, {{"y", "p"}, Kind::add_points, 2.0}});
  const ActionEffects effects(set_of({both}), {{"x", first}, {"y", second}}, "a");
  EXPECT_EQ(effects.scores(0, {true})[0], 3.0);
  EXPECT_EQ(effects.scores(1, {true})[0], 7.0);
  ASSERT_EQ(effects.effects().size(), 2U);
  EXPECT_EQ(effects.effects()[1].situation, 1);
  EXPECT_EQ(effects.effects()[1].variable, -1);
}

TEST(ActionEffects, EveryProblemIsNamedWithItsAction) {
  Criterion share = leaf("share");
  share.measure.kind = Measure::Kind::ratio;
  share.measure.terms = {{"n", 1.0}};
  share.measure.denominator = {{"m", 1.0}};
  Criterion twin = leaf("twin");
  twin.measure = Measure::of("x");
  IndexDefinition head = definition(
      inner("root", Method::sum,
            {leaf("x"), twin, share, points("word", 5, CategoryRule{{{"no", 0.0}, {"yes", 5.0}}}),
             points("given", 5, GivenPoints{}), leaf("narrow")}));
  Variable word;
  word.code = "word";
  word.categories = {"no", "yes"};
  Variable narrow;
  narrow.code = "narrow";
  narrow.range = Interval::closed(0, 1);
  head.variables = {word, narrow};
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size unit = builder.unit("a");
  for (const char* const code : {"x", "n", "m", "given"}) {
    builder.set(unit, builder.number_variable(code), period, 1.0);
  }
  builder.set(unit, builder.number_variable("narrow"), period, 0.5);
  builder.set_category(unit, builder.category_variable("word"), period, "no");
  const Scores base = Evaluator(Index(head)).score(builder.build());
  const ActionSet actions = set_of({
      action("lost", {on("gvien", Kind::add_points, 1)}),
      action("whole", {on("root", Kind::add_points, 1)}),
      action("several", {on("share", Kind::add_value, 1)}),
      action("words", {on("word", Kind::set_value, 1)}),
      action("shared", {on("twin", Kind::add_value, 1)}),
      action("far", {on("narrow", Kind::set_value, 3)}),
      action("much", {on("given", Kind::set_points, 6)}),
      action("other", {{{"par", "given"}, Kind::add_points, 1.0}}),
  });
  try {
    const ActionEffects effects(actions, {{"pci", base}}, "a");
    ADD_FAILURE() << "accepted";
  } catch (const DataError& error) {
    EXPECT_EQ(error.problems().size(), 8U);
    const std::string text = error.what();
    for (const char* const expected :
         {"lost: small-1 has no indicator 'gvien' (did you mean 'given'?)",
          "whole: 'root' is no indicator of small-1, but a criterion with 6 below it",
          "several: 'share' is worked out from 2 variables", "words: 'word' reads words",
          "shared: the variable 'x' is read by 'twin' and by 'x'",
          "far: the action brings 'narrow' to 3, out of the range [0, 1]",
          "much: 'given' has 0 to 5 points, and the action brings it to 6",
          "other: there is no result 'par' for the effect on 'par:given'"}) {
      EXPECT_THAT(text, HasSubstr(expected));
    }
  }
}

TEST(ActionEffects, ResultsHaveTheUnitAndAScoreOfItsOwn) {
  const ActionSet none = set_of({});
  EXPECT_THROW(ActionEffects(none, {{"", one(1)}}, "c"), DataError);
  EXPECT_THROW(ActionEffects(none, {}, "a"), DataError);
  EXPECT_THROW(ActionEffects(none, {{"x", one(1)}, {"x", one(2)}}, "a"), DataError);
  EXPECT_THROW(ActionEffects(none, {{"", one(missing)}}, "a"), DataError);
  const Scores ranked = Evaluator(index(inner("root", Method::copeland, {leaf("x"), leaf("y")})))
                            .score(panel({"x", "y"}, {{1, 2}, {2, 1}}));
  EXPECT_THROW(ActionEffects(none, {{"", ranked}}, "a"), DataError);
}

/// The result from scratch: the data edited and the scores given as a scenario says.
Scores rebuilt(const Scores& base, const Scenario& scenario) {
  Panel::Editor editor(base.panel());
  const Size period = base.panel().period_position(base.period());
  std::vector<GivenScore> given(base.given().begin(), base.given().end());
  for (const Edit& edit : scenario.edits) {
    if (const auto* value = std::get_if<ChangeValue>(&edit.what)) {
      editor.set(base.panel().units().at(value->units.at(0)), editor.variable(value->variables),
                 period, value->amount);
    } else {
      const auto& score = std::get<ChangeScore>(edit.what);
      given.push_back(
          {base.panel().units().at(score.units.at(0)), base.index().at(score.nodes), score.amount});
    }
  }
  return base.evaluator().score(editor.build(), {.period = base.period(),
                                                 .method = base.method(),
                                                 .anchors = &base.anchors(),
                                                 .given = given});
}

/// Random actions on the leaves of a result that read one variable, or on points only.
std::vector<Action> random_actions(const Scores& base, std::mt19937& random) {
  const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
  const Index& index = base.index();
  std::vector<Action> actions;
  const int count = 1 + below(6);
  for (int i = 0; i < count; ++i) {
    Action made = action("a" + std::to_string(i), {});
    const int effects = 1 + below(3);
    for (int k = 0; k < effects; ++k) {
      const Size leaf = index.leaves()[random() % index.leaves().size()];
      const ScoreRange range = base.evaluator().range(leaf);
      const auto kind = static_cast<Kind>(below(4));
      const Measure& measure = index.node(leaf).measure;
      const bool on_value = kind == Kind::add_value || kind == Kind::set_value;
      if (on_value && measure.kind != Measure::Kind::variable) continue;
      double amount = 0.25 * (below(40) - 8);
      if (kind == Kind::set_value) amount = 0.25 * below(48);
      if (kind == Kind::set_points) {
        amount = std::clamp(amount, std::max(range.lowest, -100.0), std::min(range.highest, 100.0));
      }
      made.effects.push_back(on(index.node(leaf).code, kind, amount));
    }
    actions.push_back(std::move(made));
  }
  return actions;
}

TEST(ActionEffects, AreWhatScoringFromScratchGivesOnRandomTrees) {
  int checked = 0;
  int with_values = 0;
  int with_points = 0;
  for (unsigned seed = 1; checked < 3000 && seed < 80000; ++seed) {
    const auto base = random_case::limited_scores(seed);
    if (!base || compares_units(base->index())) continue;
    std::mt19937 random(seed);
    const std::string unit =
        base->units()[static_cast<Size>(random() % static_cast<unsigned>(base->units().size()))];
    if (std::isnan(base->at(unit, base->index().codes()[0]))) continue;
    std::vector<Action> actions = random_actions(*base, random);
    std::optional<ActionEffects> effects;
    try {
      effects.emplace(set_of(actions), std::vector<Situation>{{"", *base}}, unit);
    } catch (const DataError&) {
      continue;
    }
    UnitTree tree = effects->tree(0);
    for (int draw = 0; draw < 4; ++draw) {
      std::vector<bool> chosen(actions.size());
      for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = random() % 2 == 0;
      const Scenario scenario = effects->scenario(0, chosen);
      std::optional<Scores> truth;
      try {
        truth = rebuilt(*base, scenario);
      } catch (const DataError&) {
        continue;  // A rule says nothing of the value.
      }
      ++checked;
      for (const Edit& edit : scenario.edits) {
        ++(std::holds_alternative<ChangeValue>(edit.what) ? with_values : with_points);
      }
      const Outcome outcome = what_if(*base, scenario);
      const std::vector<double> scores = effects->scores(0, chosen);
      effects->apply(0, chosen, tree);
      for (Size node = 0; node < base->index().size(); ++node) {
        const double expected = truth->at(unit, base->index().codes()[node]);
        const auto k = static_cast<std::size_t>(node);
        ASSERT_TRUE(same(scores[k], expected))
            << "seed " << seed << " node " << base->index().codes()[node] << ": " << scores[k]
            << " and " << expected;
        ASSERT_TRUE(same(outcome.after.at(unit, base->index().codes()[node]), expected))
            << "seed " << seed << ", as a scenario";
        ASSERT_TRUE(same(tree.score(node), expected)) << "seed " << seed << ", applied again";
      }
      // The other way round it is the same.
      std::vector<Action> turned(actions.rbegin(), actions.rend());
      const ActionEffects again(set_of(turned), {{"", *base}}, unit);
      const std::vector<double> backwards =
          again.scores(0, std::vector<bool>(chosen.rbegin(), chosen.rend()));
      for (std::size_t k = 0; k < scores.size(); ++k) {
        ASSERT_TRUE(same(scores[k], backwards[k])) << "seed " << seed;
      }
    }
  }
  EXPECT_GE(checked, 3000);
  EXPECT_GT(with_values, 300);
  EXPECT_GT(with_points, 300);
}

/// What the four steps say of one indicator, worked out without a tree.
double by_the_steps(double at_hand, const std::vector<TaskEffect>& effects,
                    const std::vector<bool>& chosen) {
  // x in [0, 30]; half a point each, at most 10.
  const auto rule = [](double x) { return std::min(10.0, 0.5 * x); };
  double add_value = 0.0;
  double add_points = 0.0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (!chosen[i]) continue;
    if (effects[i].kind == Kind::add_value) add_value += effects[i].amount;
    if (effects[i].kind == Kind::add_points) add_points += effects[i].amount;
  }
  double best = rule(std::clamp(at_hand + add_value, 0.0, 30.0));
  for (std::size_t i = 0; i < effects.size(); ++i) {
    if (!chosen[i]) continue;
    if (effects[i].kind == Kind::set_value) {
      best = std::max(best, rule(std::clamp(effects[i].amount + add_value, 0.0, 30.0)));
    }
    if (effects[i].kind == Kind::set_points) best = std::max(best, effects[i].amount);
  }
  return std::clamp(best + add_points, 0.0, 10.0);
}

TEST(ActionEffects, FollowTheStepsOnRandomEffects) {
  std::mt19937 random(11);
  const auto quarter = [&](int low, int high) {
    return low + 0.25 * static_cast<double>(random() % static_cast<unsigned>(4 * (high - low) + 1));
  };
  for (int round = 0; round < 500; ++round) {
    const double x = quarter(0, 30);
    const Scores base = one(x);
    std::vector<TaskEffect> effects;
    std::vector<Action> actions;
    for (int i = 0; i < 6; ++i) {
      const auto kind = static_cast<Kind>(random() % 4);
      const double amount = kind == Kind::set_value    ? quarter(0, 30)
                            : kind == Kind::set_points ? quarter(0, 10)
                                                       : quarter(-4, 8);
      effects.push_back(on("p", kind, amount));
      actions.push_back(action("a" + std::to_string(i), {effects.back()}));
    }
    const ActionEffects found(set_of(actions), {{"", base}}, "a");
    for (unsigned bits = 0; bits < 64; ++bits) {
      std::vector<bool> chosen(6);
      for (unsigned i = 0; i < 6; ++i) chosen[i] = (bits >> i & 1U) != 0;
      ASSERT_EQ(found.indicator(0, base.index().at("p"), chosen).score,
                by_the_steps(x, effects, chosen));
    }
  }
}

}  // namespace
}  // namespace chiso
