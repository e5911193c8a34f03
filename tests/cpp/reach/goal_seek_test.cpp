#include "chiso/reach/goal_seek.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "../evaluate/small.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "levers.hpp"

namespace chiso {
namespace {

using small::leaf;
using testing::HasSubstr;

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Whether a result with one cell changed reaches the score.
bool reaches(const Scores& base, Size unit, Size node, const std::string& variable, double value,
             double needed) {
  const auto edited = levers::scored_with(base, unit, variable, value);
  return edited && edited->column(node)[static_cast<std::size_t>(unit)] >= needed;
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
      if (!reaches(base, unit, Index::root(), reach.lever.code, x, needed.score)) return false;
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
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const auto base = levers::random_result(seed, false);
    if (base) check_against_brute_force(*base, seed, tally);
  }
  std::printf("sought %d reached %d unreachable %d sampled %d\n", tally.sought, tally.reached,
              tally.unreachable, tally.sampled);
}

TEST(GoalSeek, FindsItWhereSeveralIndicatorsReadOneVariable) {
  Tally tally;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    const auto base = levers::random_result(seed, true);
    if (base) check_against_brute_force(*base, seed, tally);
  }
  std::printf("sought %d reached %d unreachable %d sampled %d\n", tally.sought, tally.reached,
              tally.unreachable, tally.sampled);
}

}  // namespace
}  // namespace chiso
