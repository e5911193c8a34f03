#include "chiso/rank/groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <vector>

#include "chiso/base/error.hpp"
#include "rank/quantile_pair.hpp"

namespace chiso {
namespace {

using testing::DoubleEq;
using testing::Each;
using testing::ElementsAre;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(GroupsTest, LimitsBelongToTheUpperGroup) {
  // A from 90, B from 80, C from 70, D below.
  const std::vector<double> scores{90.0, 89.99, 80.0, nan, 12.0, 70.0, 100.0};
  const std::vector<double> limits{90.0, 80.0, 70.0};
  std::vector<std::int32_t> out(7);

  group_by_limits(scores, limits, out);
  EXPECT_THAT(out, ElementsAre(0, 1, 1, no_group, 3, 2, 0));
}

TEST(GroupsTest, RefusesLimitsThatDoNotFall) {
  std::vector<std::int32_t> out(1);
  const std::vector<double> scores{1.0};

  EXPECT_THROW(group_by_limits(scores, std::vector<double>{70.0, 80.0}, out), SpecError);
  EXPECT_THROW(group_by_limits(scores, std::vector<double>{80.0, 80.0}, out), SpecError);
  EXPECT_THROW(group_by_limits(scores, std::vector<double>{nan}, out), SpecError);
  EXPECT_THROW(group_by_limits(std::vector<double>{1.0, 2.0}, std::vector<double>{1.0}, out),
               DataError);
}

TEST(QuantileTest, IsLinearBetweenNeighbours) {
  // 1, 2, 4, 8: 0.25 is at 0.75 between 1 and 2; 0.5 at 1.5 between 2 and 4; 0.9 at 2.7 between 4
  // and 8.
  const std::vector<double> values{8.0, 1.0, nan, 4.0, 2.0};

  EXPECT_EQ(quantile(values, 0.0), 1.0);
  EXPECT_EQ(quantile(values, 0.25), 1.75);
  EXPECT_EQ(quantile(values, 0.5), 3.0);
  EXPECT_DOUBLE_EQ(quantile(values, 0.9), 6.8);
  EXPECT_EQ(quantile(values, 1.0), 8.0);
  EXPECT_EQ(quantile(std::vector<double>{5.0}, 0.3), 5.0);
  EXPECT_TRUE(std::isnan(quantile(std::vector<double>{nan}, 0.5)));
  EXPECT_THROW((void)quantile(values, 1.1), SpecError);
  EXPECT_THROW((void)quantile(values, nan), SpecError);
}

TEST(QuantileTest, APairIsTheTwo) {
  std::mt19937_64 random(3);
  std::uniform_int_distribution<int> number(0, 40);  // Of which many are equal.
  for (int count = 1; count <= 60; ++count) {
    std::vector<double> values;
    while (std::ssize(values) < count) values.push_back(number(random) / 7.0);
    if (count > 5) values[2] = values[4] = nan;
    for (const double low : {0.0, 0.025, 0.3, 0.5}) {
      for (const double high : {0.5, 0.7, 0.975, 1.0}) {
        std::vector<double> reordered = values;
        const QuantilePair pair = quantile_pair(reordered, low, high);

        EXPECT_EQ(pair.low, quantile(values, low)) << count;
        EXPECT_EQ(pair.high, quantile(values, high)) << count;
      }
    }
  }
  std::vector<double> none{nan, nan};
  EXPECT_TRUE(std::isnan(quantile_pair(none, 0.1, 0.9).low));
  EXPECT_TRUE(std::isnan(quantile_pair(none, 0.1, 0.9).high));
  EXPECT_TRUE(std::isnan(quantile_pair({}, 0.1, 0.9).low));
}

TEST(GroupsTest, QuartilesPutAUnitAtTheLimitIntoTheUpperGroup) {
  // 1 ... 5: limits 4, 3, 2, each of them somebody's score.
  const std::vector<double> scores{1.0, 2.0, 3.0, 4.0, 5.0, nan};
  std::vector<std::int32_t> out(6);

  EXPECT_THAT(quantile_limits(scores, 4), ElementsAre(4.0, 3.0, 2.0));
  group_by_quantiles(scores, 4, out);
  EXPECT_THAT(out, ElementsAre(3, 2, 1, 0, 0, no_group));
}

TEST(GroupsTest, QuantilesOfEqualScoresPutAllIntoTheBestGroup) {
  const std::vector<double> scores(5, 7.0);
  std::vector<std::int32_t> out(5);

  group_by_quantiles(scores, 4, out);
  EXPECT_THAT(out, Each(0));
  EXPECT_THROW((void)quantile_limits(std::vector<double>{nan}, 4), DataError);
  EXPECT_THROW((void)quantile_limits(scores, 0), SpecError);
}

TEST(NaturalBreaksTest, FindsTheGapsThatTheEyeSees) {
  const std::vector<double> scores{1.0, 30.0, 2.0, nan, 31.0, 1.5, 60.0};
  std::vector<std::int32_t> out(7);

  EXPECT_THAT(natural_breaks(scores, 3), ElementsAre(60.0, 30.0));
  group_by_natural_breaks(scores, 3, out);
  EXPECT_THAT(out, ElementsAre(2, 1, 2, no_group, 1, 2, 0));
}

TEST(NaturalBreaksTest, NeverSplitsEqualScoresAndWantsEnoughDifferentOnes) {
  const std::vector<double> scores{5.0, 5.0, 5.0, 5.0, 6.0};

  EXPECT_THAT(natural_breaks(scores, 2), ElementsAre(6.0));
  EXPECT_TRUE(natural_breaks(scores, 1).empty());
  EXPECT_THROW((void)natural_breaks(scores, 3), DataError);
  EXPECT_THROW((void)natural_breaks(scores, 0), SpecError);
  EXPECT_THROW(
      (void)natural_breaks(std::vector<double>{1.0, std::numeric_limits<double>::infinity()}, 2),
      DataError);
}

TEST(NaturalBreaksTest, OfEquallyGoodSplitsTakesTheOneThatBeginsHigherUp) {
  // 1 2 3: {1} {2 3} and {1 2} {3} both cost 1/2.
  EXPECT_THAT(natural_breaks(std::vector<double>{1.0, 2.0, 3.0}, 2), ElementsAre(3.0));
}

// Sum of squared differences from the means of groups.
double cost(const std::vector<double>& scores, const std::vector<std::int32_t>& groups) {
  std::map<std::int32_t, std::pair<double, double>> sums;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    sums[groups[i]].first += scores[i];
    sums[groups[i]].second += 1.0;
  }
  double total = 0.0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto& [sum, count] = sums[groups[i]];
    total += (scores[i] - sum / count) * (scores[i] - sum / count);
  }
  return total;
}

TEST(NaturalBreaksTest, IsAsGoodAsTheBestOfAllSplits) {
  std::mt19937_64 random(23);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<double> scores(12);
    for (double& x : scores) x = 1000.0 + static_cast<double>(random() % 60) / 4.0;
    std::vector<std::int32_t> groups(12);
    std::vector<double> sorted = scores;
    std::sort(sorted.begin(), sorted.end());
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    if (sorted.size() < 4) continue;

    double best = std::numeric_limits<double>::infinity();
    for (std::size_t a = 1; a < sorted.size(); ++a) {
      for (std::size_t b = a + 1; b < sorted.size(); ++b) {
        for (std::size_t c = b + 1; c < sorted.size(); ++c) {
          group_by_limits(scores, std::vector<double>{sorted[c], sorted[b], sorted[a]}, groups);
          best = std::min(best, cost(scores, groups));
        }
      }
    }
    group_by_natural_breaks(scores, 4, groups);
    ASSERT_NEAR(cost(scores, groups), best, 1e-9);
  }
}

TEST(NaturalBreaksTest, DoesNotDependOnTheOrderOfUnits) {
  std::mt19937_64 random(24);
  std::vector<double> scores(500);
  for (double& x : scores) x = static_cast<double>(random() % 1000);
  const std::vector<double> before = natural_breaks(scores, 5);
  std::shuffle(scores.begin(), scores.end(), random);

  EXPECT_EQ(natural_breaks(scores, 5), before);
}

}  // namespace
}  // namespace chiso
