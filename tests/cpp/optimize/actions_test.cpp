#include "chiso/optimize/actions.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "../base/rounds.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "random_choices.hpp"

namespace chiso {
namespace {

using random_choices::Case;
using random_choices::Maker;
using random_choices::Trial;
using Status = SearchResult::Status;

constexpr int cases = rounds(2000);

bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(a)); }

/// Whether the answer is a set that may be chosen and does what it says.
void expect_true(const ActionChoice& choice, const Case& given, const std::vector<Trial::Set>& sets,
                 unsigned seed) {
  std::vector<bool> chosen(static_cast<std::size_t>(given.effects->actions().size()), false);
  for (const Size i : choice.actions) chosen[static_cast<std::size_t>(i)] = true;
  const auto it = std::find_if(sets.begin(), sets.end(),
                               [&](const Trial::Set& set) { return set.chosen == chosen; });
  ASSERT_NE(it, sets.end()) << "seed " << seed << ": not among the sets that hold";
  EXPECT_TRUE(same(choice.cost, it->cost)) << "seed " << seed;
  for (std::size_t s = 0; s < choice.reached.size(); ++s) {
    const double score = given.effects->scores(static_cast<Size>(s), chosen)[0];
    EXPECT_TRUE(score == choice.reached[s].score || std::isnan(score)) << "seed " << seed;
  }
}

TEST(CheapestActions, AreThoseOfTryingEverySet) {
  int answered = 0;
  int infeasible = 0;
  unsigned seed = 0;
  for (int done = 0; done < cases; ++seed) {
    const auto made = Maker(seed).make();
    if (!made) continue;
    ++done;
    const Case& given = *made;
    const auto sets = Trial(given).all();
    const Prefer prefer = seed % 2 == 0 ? Prefer::cheapest : Prefer::fewest;
    const ActionChoice choice = cheapest_actions(*given.effects, given.goals, given.limits, prefer);
    if (sets.empty()) {
      ++infeasible;
      ASSERT_EQ(choice.result.status, Status::infeasible) << "seed " << seed;
      EXPECT_FALSE(choice.result.reasons.empty()) << "seed " << seed;
      continue;
    }
    ++answered;
    ASSERT_EQ(choice.result.status, Status::optimal) << "seed " << seed;
    expect_true(choice, given, sets, seed);
    const auto value = [&](double cost, double count) {
      return prefer == Prefer::cheapest ? std::pair(cost, count) : std::pair(count, cost);
    };
    double first = random_choices::infinity;
    double second = random_choices::infinity;
    for (const Trial::Set& set : sets) first = std::min(first, value(set.cost, set.count).first);
    for (const Trial::Set& set : sets) {
      const auto [a, b] = value(set.cost, set.count);
      if (same(a, first)) second = std::min(second, b);
    }
    const auto [a, b] = value(choice.cost, static_cast<double>(choice.actions.size()));
    ASSERT_TRUE(same(a, first)) << "seed " << seed << ": " << a << " and not " << first;
    ASSERT_TRUE(same(b, second)) << "seed " << seed << ": " << b << " and not " << second;
    EXPECT_TRUE(same(choice.result.objective, first)) << "seed " << seed;
    EXPECT_EQ(choice.result.gap, 0.0) << "seed " << seed;
  }
  EXPECT_GT(answered, cases / 4);
  EXPECT_GT(infeasible, cases / 10);
}

TEST(BestActions, AreThoseOfTryingEverySet) {
  int answered = 0;
  for (unsigned seed = 0, done = 0; done < cases; ++seed) {
    const auto made = Maker(seed).make();
    if (!made) continue;
    ++done;
    const Case& given = *made;
    auto sets = Trial(given).all();
    std::erase_if(sets, [](const Trial::Set& set) { return std::isnan(set.wanted); });
    const ActionChoice choice =
        best_actions(*given.effects, given.situation, given.code, given.goals, given.limits);
    if (sets.empty()) {
      ASSERT_EQ(choice.result.status, Status::infeasible) << "seed " << seed;
      continue;
    }
    ++answered;
    ASSERT_EQ(choice.result.status, Status::optimal) << "seed " << seed;
    expect_true(choice, given, sets, seed);
    double best = -random_choices::infinity;
    double cost = random_choices::infinity;
    for (const Trial::Set& set : sets) best = std::max(best, set.wanted);
    for (const Trial::Set& set : sets) {
      if (same(set.wanted, best)) cost = std::min(cost, set.cost);
    }
    ASSERT_TRUE(same(choice.result.objective, best)) << "seed " << seed;
    ASSERT_TRUE(same(choice.cost, cost)) << "seed " << seed;
  }
  EXPECT_GT(answered, cases / 4);
}

/// Scores of the wanted node after a choice.
double reached(const Case& given, const ActionChoice& choice, Size node) {
  std::vector<bool> chosen(static_cast<std::size_t>(given.effects->actions().size()), false);
  for (const Size i : choice.actions) chosen[static_cast<std::size_t>(i)] = true;
  return given.effects->scores(given.situation, chosen)[static_cast<std::size_t>(node)];
}

TEST(Frontier, IsThatOfTryingEverySet) {
  int points = 0;
  for (unsigned seed = 0, done = 0; done < cases; ++seed) {
    const auto made = Maker(seed).make();
    if (!made) continue;
    ++done;
    const Case& given = *made;
    const Scores& base =
        given.effects->situations()[static_cast<std::size_t>(given.situation)].base;
    const Size node = given.code.empty() ? 0 : base.index().at(given.code);
    SituatedGoal first{given.situation, Goal::top(1),
                       rivals_now(base, given.effects->unit(), given.code)};
    first.goal.code = given.code;
    const auto rank = [&](double score) {
      double place = 1.0;
      for (const double rival : first.rivals.scores) place += rival > score ? 1.0 : 0.0;
      return std::isnan(score) ? static_cast<double>(first.rivals.scores.size()) + 2.0 : place;
    };
    // The cheapest set of each rank or better, without those that are no cheaper than a better one.
    const auto sets = Trial(given).all();
    std::vector<std::pair<double, double>> expected;
    for (double place = rank(reached(given, {}, node)) - 1.0; place >= 1.0; place -= 1.0) {
      double cost = random_choices::infinity;
      for (const Trial::Set& set : sets) {
        if (rank(set.wanted) <= place) cost = std::min(cost, set.cost);
      }
      if (std::isinf(cost)) break;
      while (!expected.empty() && expected.back().second >= cost - 1e-9) expected.pop_back();
      expected.emplace_back(place, cost);
    }
    const auto choices = frontier(*given.effects, first, given.goals, given.limits);
    ASSERT_EQ(choices.size(), expected.size()) << "seed " << seed;
    for (std::size_t k = 0; k < choices.size(); ++k) {
      ++points;
      EXPECT_EQ(choices[k].result.status, Status::optimal) << "seed " << seed;
      EXPECT_EQ(rank(reached(given, choices[k], node)), expected[k].first) << "seed " << seed;
      ASSERT_TRUE(same(choices[k].cost, expected[k].second)) << "seed " << seed;
      expect_true(choices[k], given, sets, seed);
    }
  }
  EXPECT_GT(points, cases / 8);
}

// ---- by hand ---------------------------------------------------------------------------------

Action action(std::string code, double cost, std::vector<TaskEffect> effects) {
  Action made;
  made.code = std::move(code);
  made.cost = cost;
  made.effects = std::move(effects);
  return made;
}

TaskEffect points(std::string code, double amount) {
  return {{"", std::move(code)}, TaskEffect::Kind::add_points, amount};
}

/// Unit "a" has 2 + 2 points, "b" 6, "c" 9; each indicator gives at most 10.
Scores two_indicators(Aggregation::Method method = Aggregation::Method::sum) {
  const Rule given = GivenPoints{};
  return Evaluator(small::index(small::inner(
                       "total", method,
                       {small::points("x", 10.0, given), small::points("y", 10.0, given)})))
      .score(small::panel({"x", "y"}, {{2, 2}, {3, 3}, {5, 4}}));
}

/// Four actions: on x for 3 or 5, on y for 4 or 6. The dear ones do more for their money.
ActionDefinition four_actions() {
  ActionDefinition made;
  made.currency = "bn";
  made.work_unit = "person-days";
  made.actions = {action("x1", 3.0, {points("x", 1.0)}), action("x2", 5.0, {points("x", 3.0)}),
                  action("y1", 4.0, {points("y", 1.0)}), action("y2", 6.0, {points("y", 3.0)})};
  return made;
}

ActionEffects effects_of(ActionDefinition definition, const Scores& base = two_indicators()) {
  return {ActionSet(std::move(definition)), {{"", base}}, "a"};
}

std::vector<SituatedGoal> score_goal(double score) { return {{0, Goal::score(score), {}}}; }

std::vector<SituatedGoal> rank_goal(double rank, const Scores& base = two_indicators()) {
  return {{0, Goal::top(rank), rivals_now(base, "a")}};
}

TEST(CheapestActions, OfFourByHand) {
  // From 4 points: 7 are reached by x2 alone (5), 8 by x1 and x2 (8) and not by x2 and y1 (9) or
  // y2 and x1 (9); 10 by x2 and y2 (11).
  const ActionEffects effects = effects_of(four_actions());
  EXPECT_THAT(cheapest_actions(effects, score_goal(7)).actions, testing::ElementsAre(1));
  EXPECT_THAT(cheapest_actions(effects, score_goal(8)).actions, testing::ElementsAre(0, 1));
  const ActionChoice ten = cheapest_actions(effects, score_goal(10));
  EXPECT_THAT(ten.actions, testing::ElementsAre(1, 3));
  EXPECT_EQ(ten.cost, 11.0);
  EXPECT_EQ(ten.result.objective, 11.0);
  EXPECT_EQ(ten.result.bound, 11.0);
  EXPECT_EQ(ten.result.gap, 0.0);
  EXPECT_EQ(ten.reached.at(0).score_before, 4.0);
  EXPECT_EQ(ten.reached.at(0).score, 10.0);
  EXPECT_EQ(ten.reached.at(0).rank_before, 3.0);
  EXPECT_EQ(ten.reached.at(0).rank, 1.0);
  EXPECT_EQ(name(ten.result.status), "optimal");
  EXPECT_THAT(ten.binding, testing::ElementsAre("small-1: score >= 10: 10 of 10, 0 to spare"));
}

TEST(CheapestActions, NeedNothingWhereTheGoalIsReached) {
  const ActionChoice choice = cheapest_actions(effects_of(four_actions()), score_goal(4));
  EXPECT_EQ(choice.result.status, Status::optimal);
  EXPECT_TRUE(choice.actions.empty());
  EXPECT_EQ(choice.cost, 0.0);
  EXPECT_EQ(choice.finish, 0.0);
}

TEST(CheapestActions, FewestOrCheapest) {
  // 6 points: x1 and y1 together cost 7, x2 alone 5 and y2 alone 6; with x2 at 8, y2 is cheapest
  // still; with y2 at 8 too, two cheap actions are cheaper than one.
  ActionDefinition definition = four_actions();
  definition.actions[1].cost = 8.0;
  definition.actions[3].cost = 8.5;
  const ActionEffects effects = effects_of(definition);
  EXPECT_THAT(cheapest_actions(effects, score_goal(6)).actions, testing::ElementsAre(0, 2));
  EXPECT_THAT(cheapest_actions(effects, score_goal(6), {}, Prefer::fewest).actions,
              testing::ElementsAre(1));
}

TEST(CheapestActions, CountWhatIsEqualInCost) {
  // 7 points for 6: x2 and a gift, or y2 alone. Costs in thirds are no whole multiples of anything.
  ActionDefinition definition = four_actions();
  for (Action& each : definition.actions) each.cost /= 3.0;
  definition.actions[0].cost = 1.0 / 3.0;
  definition.actions[3].cost = 6.0 / 3.0;
  definition.actions[1].effects = {points("x", 2.0)};
  EXPECT_THAT(cheapest_actions(effects_of(definition), score_goal(7)).actions,
              testing::ElementsAre(3));
}

TEST(CheapestActions, KeepToLimits) {
  ActionDefinition definition = four_actions();
  definition.capacities = {{"roads", 10.0, {}}};
  definition.actions[1].uses = {{"roads", 8.0}};
  definition.actions[3].uses = {{"roads", 8.0}};
  const ActionEffects effects = effects_of(definition);
  // 8 points without both dear ones: x1 and x2 (8).
  const ActionChoice eight = cheapest_actions(effects, score_goal(8));
  EXPECT_THAT(eight.actions, testing::ElementsAre(0, 1));
  EXPECT_THAT(eight.binding, testing::Contains("capacity of roads: 8 of 10 person-days"));
  ActionLimits frozen;
  frozen.frozen = {{"", "x"}};
  EXPECT_THAT(cheapest_actions(effects, score_goal(8), frozen).actions, testing::ElementsAre(2, 3));
  ActionLimits one;
  one.most = 1;
  EXPECT_EQ(cheapest_actions(effects, score_goal(8), one).result.status, Status::infeasible);
  ActionLimits poor;
  poor.budget = 8.0;
  EXPECT_THAT(cheapest_actions(effects, score_goal(8), poor).binding,
              testing::Contains("budget: 8 of 8 bn"));
}

TEST(CheapestActions, SayWhatStandsInTheWay) {
  ActionDefinition definition = four_actions();
  definition.capacities = {{"roads", 10.0, {}}};
  definition.actions[1].uses = {{"roads", 8.0}};
  definition.actions[3].uses = {{"roads", 8.0}};
  const ActionEffects effects = effects_of(definition);
  // 10 points: x2 and y2 (11) with more capacity. Without it x1, x2, y1 come to 9.
  const ActionChoice ten = cheapest_actions(effects, score_goal(10));
  EXPECT_EQ(ten.result.status, Status::infeasible);
  EXPECT_FALSE(ten.result.has_answer());
  EXPECT_TRUE(std::isnan(ten.result.objective));
  EXPECT_THAT(ten.result.reasons,
              testing::ElementsAre("without the capacity of roads of 10 person-days it is "
                                   "possible for 11 bn"));
  EXPECT_THAT(ten.binding, testing::ElementsAre("the capacity of roads of 10 person-days"));

  // All four come to 12.
  const ActionChoice thirteen = cheapest_actions(effects, score_goal(13));
  EXPECT_THAT(thirteen.result.reasons,
              testing::ElementsAre("small-1: score >= 13: whatever is chosen of the actions that "
                                   "may be done, it comes to 12, and 13 is needed (score 13)"));
  EXPECT_THAT(thirteen.binding, testing::ElementsAre("small-1: score >= 13"));

  ActionLimits both;
  both.budget = 4.0;
  both.frozen = {{"", "x"}};
  const ActionChoice seven = cheapest_actions(effects, score_goal(7), both);
  EXPECT_THAT(seven.result.reasons,
              testing::ElementsAre("without the budget of 4 bn it is possible for 6 bn"));
}

TEST(CheapestActions, SayWhichDutyCannotBe) {
  ActionDefinition definition = four_actions();
  definition.actions[0].choice = Action::Choice::must;
  definition.actions[0].duration = 30.0;
  ActionLimits soon;
  soon.horizon = 24.0;
  const ActionChoice choice = cheapest_actions(effects_of(definition), score_goal(5), soon);
  EXPECT_EQ(choice.result.status, Status::infeasible);
  ASSERT_FALSE(choice.result.reasons.empty());
  EXPECT_EQ(choice.result.reasons[0],
            "x1 must be done, but it is finished at 30, the horizon is 24");
  EXPECT_EQ(choice.result.reasons[1], "without the horizon of 24 it is possible for 3 bn");
}

TEST(CheapestActions, ReachARankAmongRivalsAsAssumed) {
  const Scores base = two_indicators();
  auto goals = rank_goal(2, base);
  goals[0].rivals.assumption = "others held constant (2020)";
  // Level with "b" at 6 is the second place: x2 for 5 does it.
  const ActionChoice choice = cheapest_actions(effects_of(four_actions()), goals);
  EXPECT_THAT(choice.actions, testing::ElementsAre(1));
  EXPECT_EQ(choice.reached.at(0).rank, 2.0);
  EXPECT_THAT(choice.result.assumptions, testing::ElementsAre("others held constant (2020)"));
}

TEST(BestActions, ForABudgetByHand) {
  ActionLimits limits;
  limits.budget = 10.0;
  // x2 and y1 (9): 8 points; y2 and x1 (9): 8; x1 and x2 (8): 8; nothing for 10 is better.
  const ActionChoice sum = best_actions(effects_of(four_actions()), 0, "", {}, limits);
  EXPECT_EQ(sum.result.objective, 8.0);
  EXPECT_EQ(sum.cost, 8.0);
  EXPECT_THAT(sum.actions, testing::ElementsAre(0, 1));
  // The geometric mean wants both: sqrt(5 * 3) by x2 and y1, sqrt(3 * 5) by x1 and y2, both for 9.
  const Scores geometric = two_indicators(Aggregation::Method::geometric_mean);
  const ActionChoice mean = best_actions(effects_of(four_actions(), geometric), 0, "", {}, limits);
  EXPECT_NEAR(mean.result.objective, std::sqrt(15.0), 1e-12);
  EXPECT_EQ(mean.cost, 9.0);
  // y alone: both on y for 10.
  EXPECT_EQ(best_actions(effects_of(four_actions()), 0, "y", {}, limits).result.objective, 6.0);
}

TEST(Frontier, GoesFromTheNextRankToTheBest) {
  const ActionEffects effects = effects_of(four_actions());
  // 6 points for the second place by x2 (5), 9 for the first: x1, x2 and y1 (12), or x2 and y2
  // (11).
  const auto choices = frontier(effects, rank_goal(1)[0], {});
  ASSERT_EQ(choices.size(), 2u);
  EXPECT_THAT(choices[0].actions, testing::ElementsAre(1));
  EXPECT_EQ(choices[0].reached.at(0).rank, 2.0);
  EXPECT_THAT(choices[1].actions, testing::ElementsAre(1, 3));
  EXPECT_EQ(choices[1].reached.at(0).rank, 1.0);
  ActionLimits poor;
  poor.budget = 10.0;
  EXPECT_EQ(frontier(effects, rank_goal(1)[0], {}, poor).size(), 1u);
}

// ---- larger ----------------------------------------------------------------------------------

/// Forty actions on one indicator, and how many points the goal wants: a knapsack.
ActionEffects knapsack(int count) {
  const Scores base =
      Evaluator(small::index(small::inner("total", Aggregation::Method::sum,
                                          {small::points("x", 1e6, GivenPoints{})})))
          .score(small::panel({"x"}, {{0}, {1}}));
  ActionDefinition made;
  std::mt19937 random(5);
  for (int i = 0; i < count; ++i) {
    const double amount = 1000.0 + static_cast<double>(random() % 1000u);
    // Dear in proportion, so that the program has to search.
    made.actions.push_back(action("a" + std::to_string(i),
                                  amount + static_cast<double>(random() % 20u) + 0.37,
                                  {points("x", amount)}));
  }
  return effects_of(std::move(made), base);
}

TEST(CheapestActions, AreTheSameAtEveryRun) {
  const ActionEffects effects = knapsack(30);
  const ActionChoice first = cheapest_actions(effects, score_goal(20'000));
  EXPECT_EQ(first.result.status, Status::optimal);
  EXPECT_EQ(first.actions, cheapest_actions(effects, score_goal(20'000)).actions);
}

TEST(CheapestActions, StopWhenTimeIsUp) {
  SearchLimits none;
  none.seconds = 0.0;
  const ActionChoice choice =
      cheapest_actions(knapsack(30), score_goal(20'000), {}, Prefer::cheapest, none);
  EXPECT_EQ(choice.result.status, Status::unknown);
  EXPECT_FALSE(choice.result.has_answer());
  EXPECT_TRUE(std::isnan(choice.cost));
  EXPECT_TRUE(choice.actions.empty());
}

TEST(CheapestActions, StopWhenTold) {
  for (int most = 1; most < 40; most += 6) {
    int calls = 0;
    SearchLimits limits;
    limits.progress = [&](const SearchProgress& progress) {
      EXPECT_GE(progress.seconds, 0.0);
      return ++calls < most;
    };
    const ActionEffects effects = knapsack(30);
    const ActionChoice choice =
        cheapest_actions(effects, score_goal(20'000), {}, Prefer::cheapest, limits);
    EXPECT_GE(calls, 1);
    EXPECT_LE(calls, most);
    EXPECT_NE(choice.result.status, Status::infeasible);
    if (choice.result.has_answer()) {
      EXPECT_GE(choice.reached.at(0).score, 20'000.0);
    }
  }
}

TEST(CheapestActions, PassOnWhatTheProgressThrows) {
  SearchLimits limits;
  limits.progress = [](const SearchProgress&) -> bool { throw std::runtime_error("enough"); };
  EXPECT_THROW(
      (void)cheapest_actions(knapsack(30), score_goal(20'000), {}, Prefer::cheapest, limits),
      std::runtime_error);
}

// ---- refused ---------------------------------------------------------------------------------

TEST(CheapestActions, RefuseLimitsThatMakeNoSense) {
  const ActionEffects effects = effects_of(four_actions());
  ActionLimits limits;
  limits.budget = -1.0;
  limits.horizon = std::nan("");
  limits.most = -2;
  try {
    (void)cheapest_actions(effects, score_goal(5), limits);
    FAIL() << "accepted";
  } catch (const SpecError& error) {
    ASSERT_EQ(error.problems().size(), 3u);
    EXPECT_EQ(error.problems()[0].to_string(),
              "budget: expected a number that is not negative, got -1");
    EXPECT_EQ(error.problems()[1].to_string(),
              "horizon: expected a number that is not negative, got nan");
  }
}

TEST(CheapestActions, RefuseWhatIsNotThere) {
  const ActionEffects effects = effects_of(four_actions());
  EXPECT_THROW((void)cheapest_actions(effects, {{3, Goal::score(5), {}}}), DataError);
  EXPECT_THROW((void)best_actions(effects, 0, "z", {}, {}), NotFoundError);
  ActionLimits limits;
  limits.frozen = {{"pci", "x"}};
  EXPECT_THROW((void)cheapest_actions(effects, score_goal(5), limits), DataError);
  limits.frozen = {{"", "xx"}};
  EXPECT_THROW((void)cheapest_actions(effects, score_goal(5), limits), NotFoundError);
}

}  // namespace
}  // namespace chiso
