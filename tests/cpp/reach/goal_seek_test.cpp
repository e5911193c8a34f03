#include "chiso/reach/goal_seek.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "../base/rounds.hpp"
#include "../evaluate/small.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/read_panel.hpp"
#include "levers.hpp"

namespace chiso {
namespace {

using small::leaf;
using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Whether the composite with one cell changed reaches the score, the long way round.
bool reaches_it(const Scores& base, Size unit, const std::string& variable, double value,
                double needed) {
  const auto edited = levers::scored_with(base, unit, variable, value);
  return edited && edited->column(0)[static_cast<std::size_t>(unit)] >= needed;
}

struct Tally {
  int sought = 0;
  int reached = 0;
  int unreachable = 0;
  int sampled = 0;
};

void check_against_brute_force(const Scores& base, unsigned seed, Tally& tally) {
  std::mt19937 random(seed);
  const Size unit = static_cast<Size>(random() % static_cast<unsigned>(base.units().size()));
  const std::string name = base.units()[unit];
  const auto column = base.column(Index::root());
  const double now = column[static_cast<std::size_t>(unit)];
  if (std::isnan(now)) return;
  const Rivals rivals = rivals_now(base, name);
  Goal goal = Goal::top(1.0 + static_cast<double>(random() % 3));
  if (random() % 2 == 0) goal = Goal::score(now + 0.1 * static_cast<double>(random() % 40));
  const Needed needed = needed_score(base, name, goal, rivals);
  UnitTree tree(base, unit);
  for (const Reach& reach : goal_seek(base, name, goal, rivals)) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " unit " << name << " lever "
                                    << reach.lever.code << " goal " << describe(goal));
    const Size variable = base.index().variable_codes().at(reach.lever.code);
    const Interval range = base.index().variables()[static_cast<std::size_t>(variable)].range;
    ++tally.sought;
    tally.sampled += reach.exact ? 0 : 1;
    EXPECT_EQ(reach.already, now >= needed.score);
    if (reach.already) {
      EXPECT_TRUE(reach.reached);
      continue;
    }
    const auto hits = [&](double x) {
      if (!reaches_it(base, unit, reach.lever.code, x, needed.score)) return false;
      return x != 0.0 ||
             !base.index().variables()[static_cast<std::size_t>(variable)].zero_is_missing;
    };
    if (reach.reached) {
      ++tally.reached;
      const auto edited = levers::scored_with(base, unit, reach.lever.code, reach.value);
      ASSERT_TRUE(edited);
      EXPECT_EQ(edited->column(0)[static_cast<std::size_t>(unit)], reach.score);
      EXPECT_GE(reach.score, needed.score);
      const Ranking ranking(*edited);
      EXPECT_EQ(ranking.ranks()[static_cast<std::size_t>(unit)], reach.rank);
      if (goal.quantity == Goal::Quantity::rank) {
        EXPECT_LE(reach.rank, goal.value);
      }
      EXPECT_TRUE(reach.obstacle.empty());
      if (std::isnan(reach.now)) continue;
      EXPECT_EQ(reach.change, reach.value - reach.now);
      const double before = std::nextafter(reach.value, reach.now);
      EXPECT_FALSE(hits(before)) << reach.value << " was " << reach.now;
      // The same distance on the other side of now, and all between.
      for (const double x : levers::grid(reach.now - std::abs(reach.change) * 0.999999,
                                         reach.now + std::abs(reach.change) * 0.999999)) {
        if (!range.contains(x) || std::abs(x - reach.now) >= std::abs(reach.change)) continue;
        ASSERT_FALSE(hits(x)) << x << " is nearer to " << reach.now << " than " << reach.value;
      }
    } else {
      ++tally.unreachable;
      EXPECT_TRUE(std::isnan(reach.value));
      EXPECT_FALSE(reach.obstacle.empty());
      for (const double x : levers::grid(range.lower, range.upper)) {
        if (!range.contains(x)) continue;
        ASSERT_FALSE(hits(x)) << x << " reaches it";
      }
    }
    for (const double x : levers::grid(range.lower, range.upper)) {
      tree.set_value(variable, x);
      const auto edited = levers::scored_with(base, unit, reach.lever.code, x);
      if (!edited || !range.contains(x) || x == 0.0) continue;
      const double score = edited->column(0)[static_cast<std::size_t>(unit)];
      if (std::isnan(score)) continue;
      const double room = reach.exact ? 1e-12 : 1e-7;
      ASSERT_LE(score, reach.best + room * std::abs(score)) << "at " << x;
    }
    if (std::isfinite(reach.best_value)) {
      const auto edited = levers::scored_with(base, unit, reach.lever.code, reach.best_value);
      ASSERT_TRUE(edited);
      EXPECT_EQ(edited->column(0)[static_cast<std::size_t>(unit)], reach.best);
    }
  }
}

TEST(GoalSeek, FindsTheNearestDoubleOfEveryLeverOfRandomTrees) {
  Tally tally;
  for (unsigned seed = 0; seed < rounds(500U); ++seed) {
    const auto base = levers::random_result(seed, false);
    if (base) check_against_brute_force(*base, seed, tally);
  }
  EXPECT_GT(tally.reached, rounds(200));
  EXPECT_GT(tally.unreachable, rounds(500));
  EXPECT_EQ(tally.sampled, 0);
}

TEST(GoalSeek, FindsItWhereSeveralIndicatorsReadOneVariable) {
  Tally tally;
  for (unsigned seed = 0; seed < rounds(500U); ++seed) {
    const auto base = levers::random_result(seed, true);
    if (base) check_against_brute_force(*base, seed, tally);
  }
  EXPECT_GT(tally.reached, rounds(150));
  EXPECT_GT(tally.sampled, rounds(5));  // And said so.
}

// ---- By hand

const Reach& lever_of(const std::vector<Reach>& reaches, const std::string& code) {
  return *std::find_if(reaches.begin(), reaches.end(),
                       [&](const Reach& reach) { return reach.lever.code == code; });
}

std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(GoalSeek, FindsWhatThanhHoaNeedsForTheTopTenOfPci2019) {
  const Scores base = Evaluator(load_index("share/indices/pci/2013.yaml"))
                          .score(read_panel("share/data/pci_scores.csv"), {.period = Period(2019)});
  const std::string unit = "Thanh H\u00f3a";
  const Rivals rivals = rivals_now(base, unit);
  const Goal goal = Goal::top(10);
  const Needed needed = needed_score(base, unit, goal, rivals);
  // Published: Thanh Hoa 65.6363297 (24th), the tenth is Hai Phong with 68.7325668.
  EXPECT_NEAR(needed.score, 68.7325668, 1e-5);
  EXPECT_EQ(needed.what, "H\u1ea3i Ph\u00f2ng, rank 10, 68.73");
  const auto reaches = goal_seek(base, unit, goal, rivals);
  ASSERT_EQ(reaches.size(), 10u);
  // The composite lacks 3.0962371. A point of a sub-index is worth ten times its weight: 2 for
  // those of 20 percent, 1 for informal charges, 0.5 for the six others.
  EXPECT_NEAR(lever_of(reaches, "transparency").value, 6.90926361 + 3.0962371 / 2, 1e-5);
  EXPECT_NEAR(lever_of(reaches, "business_support").value, 6.87484074 + 3.0962371 / 2, 1e-5);
  EXPECT_NEAR(lever_of(reaches, "labor").value, 6.71047878 + 3.0962371 / 2, 1e-5);
  EXPECT_NEAR(lever_of(reaches, "informal").value, 6.17240429 + 3.0962371, 1e-5);
  for (const char* code : {"entry", "land", "time", "policy_bias", "proactivity", "legal"}) {
    EXPECT_FALSE(lever_of(reaches, code).reached) << code;
  }
  // Entry costs at their best: 65.6363297 + 0.5 (10 - 7.69438887) = 66.789; published are 16
  // provinces with more.
  const Reach& entry = lever_of(reaches, "entry");
  EXPECT_EQ(entry.best_value, 10.0);
  EXPECT_NEAR(entry.best, 66.7891353, 1e-5);
  EXPECT_EQ(entry.obstacle, "the best is 66.79 (rank 17): entry is at most 10");
  const Size position = base.units().at(unit);
  for (const Reach& reach : reaches) {
    if (!reach.reached) continue;
    EXPECT_LE(reach.rank, 10);
    EXPECT_GE(reach.score, needed.score);
    EXPECT_TRUE(reaches_it(base, position, reach.lever.code, reach.value, needed.score));
    EXPECT_FALSE(reaches_it(base, position, reach.lever.code, std::nextafter(reach.value, 0.0),
                            needed.score));
  }
}

/// One indicator with steps, one that is the value itself, in equal parts.
Scores stepped(double own) {
  Steps steps;
  steps.steps = {{Interval{-infinity, 70, false, false}, 0.0},
                 {Interval{70, 80, true, true}, 4.0},
                 {Interval{80, 90, false, false}, 2.0},
                 {Interval{90, 100, true, true}, 6.0}};
  Criterion rated = small::points("x", 6, steps);
  IndexDefinition head = small::definition(
      small::inner("all", Aggregation::Method::arithmetic_mean,
                   {small::weighted(0.5, rated), small::weighted(0.5, leaf("y"))}));
  head.variables.resize(1);
  head.variables[0].code = "x";
  head.variables[0].range = Interval::closed(0, 100);
  return Evaluator(Index(head)).score(small::panel({"x", "y"}, {{own, 2}, {95, 4}, {75, 2}}));
}

TEST(GoalSeek, FindsTheNearestStep) {
  const auto seek = [](double own, double score) {
    const Scores base = stepped(own);
    return goal_seek(base, "a", Goal::score(score), rivals_now(base, "a"),
                     {{Lever::Kind::value, "x"}})[0];
  };
  EXPECT_EQ(seek(50, 2).value, 70.0);  // (2 + 2) / 2.
  EXPECT_EQ(seek(50, 3).value, 70.0);
  EXPECT_EQ(seek(50, 3.5).value, 90.0);
  EXPECT_EQ(seek(84, 3).value, 80.0);  // Back, nearer than 90.
  EXPECT_EQ(seek(86, 3).value, 90.0);
  EXPECT_EQ(seek(86, 3).change, 4.0);
  EXPECT_EQ(seek(85, 3).value, 80.0);  // As near: the lower.
  EXPECT_TRUE(seek(84, 3).exact);
  const Reach short_of = seek(50, 5);
  EXPECT_FALSE(short_of.reached);
  EXPECT_EQ(short_of.best, 4.0);
  EXPECT_EQ(short_of.best_value, 90.0);
  EXPECT_EQ(short_of.best_rank, 2);
  EXPECT_EQ(short_of.obstacle,
            "the best is 4 (rank 2): the rule of x gives no other score than 6 from there on");
  const Reach there = seek(95, 3);
  EXPECT_TRUE(there.already);
  EXPECT_EQ(there.value, 95.0);
  EXPECT_EQ(there.change, 0.0);
}

TEST(GoalSeek, MovesScoresOfCriteriaInsideBounds) {
  const Scores base = stepped(50);
  const Rivals rivals = rivals_now(base, "a");
  const auto seek = [&](const Lever& lever, const Goal& goal) {
    return goal_seek(base, "a", goal, rivals, {lever})[0];
  };
  EXPECT_EQ(seek({Lever::Kind::score, "x"}, Goal::score(3.5)).value, 5.0);
  EXPECT_DOUBLE_EQ(seek({Lever::Kind::score, "x"}, Goal::top(2)).value, 4.0);
  EXPECT_EQ(seek({Lever::Kind::score, "all"}, Goal::top(1)).value, 5.0);
  const Reach bounded = seek({Lever::Kind::score, "x", 0, 4.5}, Goal::score(3.5));
  EXPECT_EQ(bounded.obstacle, "the best is 3.25 (rank 2): x may be at most 4.5");
  EXPECT_EQ(seek({Lever::Kind::score, "x"}, Goal::score(4.5)).obstacle,
            "the best is 4 (rank 2): x is at most 6");
  // A goal on a criterion, and a lever that is no part of it.
  const Goal on_x{Goal::Quantity::score, 4.0, {}, "x"};
  EXPECT_EQ(
      goal_seek(base, "a", on_x, rivals_now(base, "a", "x"), {{Lever::Kind::value, "x"}})[0].value,
      70.0);
  const Reach other =
      goal_seek(base, "a", on_x, rivals_now(base, "a", "x"), {{Lever::Kind::value, "y"}})[0];
  EXPECT_THAT(other.obstacle, HasSubstr("y does not count in it"));
  // Nothing limits y: every goal is reached.
  const Reach open = seek({Lever::Kind::value, "y"}, Goal::score(1e6));
  EXPECT_EQ(open.value, 2e6);
  EXPECT_EQ(open.best, infinity);
  EXPECT_EQ(open.best_value, infinity);
}

TEST(GoalSeek, MovesWordsByTheirPlace) {
  Variable grade;
  grade.code = "grade";
  grade.categories = {"poor", "fair", "good", "excellent"};
  CategoryRule rule;
  rule.points = {{"poor", 0.0}, {"fair", 3.0}, {"good", 2.0}, {"excellent", 5.0}};
  IndexDefinition head = small::definition(
      small::inner("all", Aggregation::Method::sum, {small::points("grade", 5, rule)}));
  head.variables = {grade};
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  const Size variable = builder.category_variable("grade");
  builder.set_category(builder.unit("a"), variable, period, "poor");
  builder.set_category(builder.unit("b"), variable, period, "fair");
  const Scores base = Evaluator(Index(head)).score(builder.build());
  const Rivals rivals = rivals_now(base, "a");
  const auto seek = [&](const Lever& lever, double score) {
    return goal_seek(base, "a", Goal::score(score), rivals, {lever})[0];
  };
  const Lever words{Lever::Kind::value, "grade"};
  EXPECT_EQ(seek(words, 1).value, 1.0);
  EXPECT_EQ(seek(words, 4).value, 3.0);
  EXPECT_EQ(seek({Lever::Kind::value, "grade", 1.5, 2.5}, 1).value, 2.0);
  EXPECT_EQ(seek({Lever::Kind::value, "grade", 0, 2.5}, 4).obstacle,
            "the best is 3 (rank 1): no category of grade does more");
  // Words are no numbers: they are moved only when asked for.
  EXPECT_TRUE(goal_seek(base, "a", Goal::score(4), rivals).empty());
}

TEST(GoalSeek, AsksLeastOfAMissingValue) {
  Criterion burden = leaf("y");
  burden.polarity = Polarity::negative;
  Criterion tree = small::inner("all", Aggregation::Method::arithmetic_mean,
                                {small::weighted(0.5, leaf("x")), small::weighted(0.25, burden),
                                 small::weighted(0.25, leaf("z"))},
                                MissingPolicy::renormalise);
  IndexDefinition head = small::definition(tree);
  for (const char* code : {"x", "y"}) {
    head.variables.emplace_back();
    head.variables.back().code = code;
    head.variables.back().range = Interval::closed(0, 10);
  }
  const Scores base =
      Evaluator(Index(head))
          .score(small::panel({"x", "y", "z"}, {{small::missing, small::missing, 1}, {2, 2, 2}}));
  const auto reaches = goal_seek(base, "a", Goal::score(3), rivals_now(base, "a"));
  // (2 x + 1) / 3 = 3: x = 4. The burden can only take away from 1.
  const Reach& x = lever_of(reaches, "x");
  EXPECT_DOUBLE_EQ(x.value, 4.0);
  EXPECT_TRUE(std::isnan(x.now));
  EXPECT_TRUE(std::isnan(x.change));
  const Reach& y = lever_of(reaches, "y");
  EXPECT_FALSE(y.reached);
  EXPECT_EQ(y.best, 0.5);
  EXPECT_EQ(y.obstacle, "the best is 0.5 (rank 2): y is at least 0");
}

TEST(GoalSeek, TurnsWhereImbalanceCostsMoreThanThePoints) {
  // De Muro, Mazziotta and Pareto: M - S^2 / M. Of (x, 10, 10): M = (x + 20) / 3 and S^2 =
  // 2 (x - 10)^2 / 9. With u = M it is u - 2 (3 u - 30)^2 / (9 u) = 40 - u - 200 / u, which is
  // highest at u = sqrt(200): 40 - 2 sqrt(200) = 11.7157..., x = 3 sqrt(200) - 20 = 22.426...
  const auto index = small::index(small::inner("all", Aggregation::Method::mazziotta_pareto,
                                               {leaf("x"), leaf("y"), leaf("z")}));
  const Scores base =
      Evaluator(index).score(small::panel({"x", "y", "z"}, {{10, 10, 10}, {50, 50, 50}}));
  const auto seek = [&](double score) {
    return goal_seek(base, "a", Goal::score(score), rivals_now(base, "a"),
                     {{Lever::Kind::value, "x"}})[0];
  };
  const Reach reach = seek(11.5);
  EXPECT_TRUE(reach.reached);
  EXPECT_TRUE(reach.exact);
  // 40 - u - 200 / u = 11.5: the lower root of u^2 - 28.5 u + 200 = 0.
  const double u = (28.5 - std::sqrt(28.5 * 28.5 - 800.0)) / 2.0;
  EXPECT_NEAR(reach.value, 3.0 * u - 20.0, 1e-12);
  const Reach short_of = seek(12);
  EXPECT_FALSE(short_of.reached);
  EXPECT_NEAR(short_of.best, 40.0 - 2.0 * std::sqrt(200.0), 1e-13);
  EXPECT_NEAR(short_of.best_value, 3.0 * std::sqrt(200.0) - 20.0, 1e-5);
  EXPECT_THAT(short_of.obstacle, HasSubstr("would make the criteria of all too unlike"));
}

TEST(GoalSeek, NamesTheCriterionThatHolds) {
  const auto seek = [](Criterion tree, const char* lever) {
    const Scores base =
        Evaluator(small::index(std::move(tree))).score(small::panel({"x", "y"}, {{1, 3}, {9, 9}}));
    return goal_seek(base, "a", Goal::score(8), rivals_now(base, "a"),
                     {{Lever::Kind::value, lever}})[0];
  };
  using Method = Aggregation::Method;
  const Reach lowest = seek(small::inner("all", Method::minimum, {leaf("x"), leaf("y")}), "x");
  EXPECT_EQ(lowest.best, 3.0);
  EXPECT_EQ(lowest.best_value, 3.0);
  EXPECT_THAT(lowest.obstacle, HasSubstr("all is the lowest of its criteria"));
  Criterion capped = leaf("x");
  capped.cap = 5;
  const Reach cut =
      seek(small::inner("all", Method::arithmetic_mean,
                        {small::weighted(0.5, capped), small::weighted(0.5, leaf("y"))}),
           "x");
  EXPECT_EQ(cut.best, 4.0);
  EXPECT_EQ(cut.best_value, 5.0);
  EXPECT_THAT(cut.obstacle, HasSubstr("x is cut at 5"));
}

TEST(GoalSeek, RefusesWhatCannotBeMoved) {
  const Scores base = stepped(50);
  const Rivals rivals = rivals_now(base, "a");
  const auto refused = [&](const std::vector<Lever>& levers) {
    return message_of(
        [&] { static_cast<void>(goal_seek(base, "a", Goal::score(3), rivals, levers)); });
  };
  EXPECT_THAT(refused({{Lever::Kind::value, "xx"}}), HasSubstr("there is no variable 'xx'"));
  EXPECT_THAT(refused({{Lever::Kind::value, "all"}}), HasSubstr("it is a criterion"));
  EXPECT_THAT(refused({{Lever::Kind::score, "al"}}), HasSubstr("did you mean 'all'"));
  const std::string two = refused({{Lever::Kind::value, "x", 101, 200},
                                   {Lever::Kind::value, "y"},
                                   {Lever::Kind::score, "x", 3, 2}});
  EXPECT_THAT(two, HasSubstr("bounds from 101 to 200 leave nothing of [0, 100]"));
  EXPECT_THAT(two, HasSubstr("bounds from 3 to 2 leave nothing of [0, 6]"));
  EXPECT_THROW(static_cast<void>(goal_seek(base, "z", Goal::score(3), rivals)), NotFoundError);

  const auto gap = small::index(
      small::inner("all", Aggregation::Method::arithmetic_mean,
                   {small::weighted(0.5, leaf("x")), small::weighted(0.5, leaf("y"))}));
  const Scores none = Evaluator(gap).score(small::panel({"x", "y"}, {{1, small::missing}, {2, 2}}));
  EXPECT_THAT(message_of([&] {
                static_cast<void>(goal_seek(none, "a", Goal::score(3), rivals_now(none, "a")));
              }),
              HasSubstr("a: has no score on all in 2020"));
  Normaliser rank;
  rank.method = Normaliser::Method::rank;
  const Scores compared =
      Evaluator(small::index(small::inner("all", Aggregation::Method::arithmetic_mean,
                                          {small::weighted(1, leaf("x", rank))})))
          .score(small::panel({"x"}, {{1}, {2}}));
  EXPECT_THROW(static_cast<void>(goal_seek(compared, "a", Goal::top(1), rivals_now(compared, "a"))),
               DataError);
}

}  // namespace
}  // namespace chiso
