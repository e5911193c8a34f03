#include "chiso/normalize/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <span>
#include <vector>

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(StatisticsTest, LeavesMissingValuesOut) {
  // 2, 4, 9: mean 5, squares 9 + 1 + 16 = 26, deviation sqrt(26 / 2).
  const std::vector<double> values{nan, 2.0, 9.0, nan, 4.0};

  const Statistics of = statistics(values);

  EXPECT_EQ(of.count, 3);
  EXPECT_EQ(of.minimum, 2.0);
  EXPECT_EQ(of.maximum, 9.0);
  EXPECT_EQ(of.mean, 5.0);
  EXPECT_EQ(of.squares, 26.0);
  EXPECT_EQ(of.deviation(), std::sqrt(13.0));
}

TEST(StatisticsTest, KnowsNothingWithoutValuesAndNoSpreadOfOne) {
  const Statistics none = statistics(std::vector<double>{nan, nan});
  const Statistics empty = statistics({});
  const Statistics one = statistics(std::vector<double>{7.0, nan});

  EXPECT_EQ(none.count, 0);
  EXPECT_TRUE(std::isnan(none.minimum) && std::isnan(none.maximum) && std::isnan(none.mean));
  EXPECT_EQ(empty.count, 0);
  EXPECT_EQ(one.mean, 7.0);
  EXPECT_TRUE(std::isnan(one.deviation()));
}

TEST(StatisticsTest, FindsNoSpreadInEqualValuesThatDoNotAddUpExactly) {
  // 0.1 added ten times is not 1.
  const Statistics of = statistics(std::vector<double>(10, 0.1));

  EXPECT_EQ(of.mean, 0.1);
  EXPECT_EQ(of.deviation(), 0.0);
}

TEST(StatisticsTest, IsNotMisledByALargeMean) {
  // 1e9 + {4, 7, 13, 16}: mean 1e9 + 10, squares 36 + 9 + 9 + 36 = 90, deviation sqrt(30).
  const Statistics of = statistics(std::vector<double>{1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16});

  EXPECT_EQ(of.mean, 1e9 + 10);
  EXPECT_DOUBLE_EQ(of.deviation(), std::sqrt(30.0));
}

TEST(StatisticsTest, ReportsInfiniteValues) {
  const std::vector<double> values{1.0, infinity, nan, -infinity, 2.0};

  const Extremes of = extremes(values);

  EXPECT_EQ(of.count, 4);
  EXPECT_EQ(of.infinite, 2);
  EXPECT_EQ(of.minimum, -infinity);
  EXPECT_EQ(of.maximum, infinity);
  EXPECT_EQ(statistics(values).infinite, 2);
}

TEST(StatisticsTest, PoolsPeriodsAsIfTheyWereOneColumn) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> any(50.0, 10.0);
  std::vector<double> all(137);
  for (double& x : all) x = any(random);
  all[5] = nan;
  const std::span<const double> values(all);

  const Statistics whole = statistics(values);
  const Statistics pooled =
      merge(merge(statistics(values.first(40)), Statistics{}),
            merge(statistics(values.subspan(40, 60)), statistics(values.subspan(100))));

  EXPECT_EQ(pooled.count, whole.count);
  EXPECT_EQ(pooled.minimum, whole.minimum);
  EXPECT_EQ(pooled.maximum, whole.maximum);
  EXPECT_NEAR(pooled.mean, whole.mean, 1e-13);
  EXPECT_NEAR(pooled.deviation(), whole.deviation(), 1e-13);
  EXPECT_EQ(merge(extremes(values.first(9)), extremes(values.subspan(9))).maximum, whole.maximum);
}

TEST(StatisticsTest, AgreesWithPlainSumsOnEveryLength) {
  std::mt19937_64 random(4);
  std::uniform_real_distribution<double> any(-1.0, 1.0);
  for (std::size_t n = 1; n < 70; ++n) {
    std::vector<double> values(n);
    for (double& x : values) x = any(random);
    long double sum = 0.0L;
    for (const double x : values) sum += static_cast<long double>(x);
    const long double mean = sum / static_cast<long double>(n);
    long double squares = 0.0L;
    for (const double x : values) {
      const long double gap = static_cast<long double>(x) - mean;
      squares += gap * gap;
    }

    const Statistics of = statistics(values);

    ASSERT_EQ(of.count, static_cast<Size>(n));
    ASSERT_NEAR(of.mean, static_cast<double>(mean), 1e-16);
    ASSERT_NEAR(of.squares, static_cast<double>(squares), 1e-14);
    ASSERT_EQ(extremes(values).minimum, of.minimum);
  }
}

TEST(StatisticsTest, NegatingSwapsTheExtremes) {
  const Statistics of = negated(statistics(std::vector<double>{1.0, 2.0, 6.0}));

  EXPECT_EQ(of.minimum, -6.0);
  EXPECT_EQ(of.maximum, -1.0);
  EXPECT_EQ(of.mean, -3.0);
  EXPECT_EQ(of.squares, 14.0);  // 4 + 1 + 9
}

}  // namespace
}  // namespace chiso
