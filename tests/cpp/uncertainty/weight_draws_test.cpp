#include "uncertainty/weight_draws.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "samples.hpp"
#include "small_sources.hpp"

namespace chiso {
namespace {

using samples::Sample;

/// r = 50 % a, 30 % b, 20 % c.
Scores weighted_mean() {
  return Evaluator(small::index(small::inner("r", Aggregation::Method::arithmetic_mean,
                                             {small::weighted(50, small::leaf("a")),
                                              small::weighted(30, small::leaf("b")),
                                              small::weighted(20, small::leaf("c"))})))
      .score(small::panel({"a", "b", "c"}, {{10, 20, 40}}));
}

void expect_shares(const std::vector<Sample>& rows) {
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    double sum = 0.0;
    for (const Sample& row : rows) {
      ASSERT_GE(row[j], 0.0);
      sum += row[j];
    }
    ASSERT_NEAR(sum, 1.0, 1e-14);
  }
}

TEST(WeightDrawsTest, DirichletHasBetaMarginalsAroundTheNominalShares) {
  const double nominal[] = {0.5, 0.3, 0.2};
  for (const double concentration : {0.05, 3.0, 40.0}) {
    DrawWeights source;
    source.law = DrawWeights::Law::dirichlet;
    source.concentration = concentration;
    const auto rows = samples::draw(weighted_mean(), source, 20'000);
    expect_shares(rows);
    for (std::size_t k = 0; k < 3; ++k) {
      const double a = concentration * nominal[k];
      const auto beta = [a, concentration](double x) {
        return boost::math::ibeta(a, concentration - a, std::min(x, 1.0));
      };
      // Shares of tiny concentrations are rounded to 1, where the law still rises.
      if (concentration > 1.0) {
        EXPECT_LT(samples::distance(rows[k], beta), samples::farthest) << concentration << ' ' << k;
      }
      const double variance = nominal[k] * (1.0 - nominal[k]) / (concentration + 1.0);
      EXPECT_NEAR(samples::mean(rows[k]), nominal[k], 4.0 * std::sqrt(variance / 20'000));
      EXPECT_NEAR(samples::variance(rows[k]), variance, 0.05 * variance);
    }
    EXPECT_NEAR(samples::covariance(rows[0], rows[1]), -0.15 / (concentration + 1.0),
                0.01 / (concentration + 1.0));
  }
}

TEST(WeightDrawsTest, RelativeStaysWithinItsSpread) {
  DrawWeights source;
  source.law = DrawWeights::Law::relative;
  source.spread = 0.25;
  const auto rows = samples::draw(weighted_mean(), source, 20'000);
  expect_shares(rows);
  // Before they are divided by their sum, shares are uniform on +- 25 %: so are their ratios those
  // of uniform numbers.
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    const double ratio = rows[0][j] / rows[1][j];
    ASSERT_GE(ratio, 0.5 * 0.75 / (0.3 * 1.25));
    ASSERT_LE(ratio, 0.5 * 1.25 / (0.3 * 0.75));
  }
  // E[1/U] of U on 0.75..1.25 is 2 log(5/3).
  Sample ratio;
  for (std::size_t j = 0; j < rows[0].size(); ++j) ratio.push_back(rows[0][j] / rows[1][j]);
  EXPECT_NEAR(samples::mean(ratio), 0.5 / 0.3 * 2.0 * std::log(5.0 / 3.0), 0.01);
}

TEST(WeightDrawsTest, NormalisedUniformAvoidsExtremes) {
  const Scores two = Evaluator(small::index(small::inner("r", Aggregation::Method::arithmetic_mean,
                                                         {small::leaf("a"), small::leaf("b")})))
                         .score(small::panel({"a", "b"}, {{1, 2}}));
  DrawWeights source;
  source.law = DrawWeights::Law::normalised_uniform;
  const auto rows = samples::draw(two, source, 20'000);
  expect_shares(rows);
  // P(U / (U + V) < x) for x up to 1/2 is x / (1 - x) / 2.
  const auto law = [](double x) {
    return x < 0.5 ? 0.5 * x / (1.0 - x) : 1.0 - 0.5 * (1.0 - x) / x;
  };
  EXPECT_LT(samples::distance(rows[0], law), samples::farthest);
}

TEST(WeightDrawsTest, NominalOrderStays) {
  DrawWeights source;
  source.keep_order = true;
  const auto rows = samples::draw(weighted_mean(), source, 20'000);
  expect_shares(rows);
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    ASSERT_GE(rows[0][j], rows[1][j]);
    ASSERT_GE(rows[1][j], rows[2][j]);
  }
  EXPECT_NEAR(samples::mean(rows[0]), (1.0 + 1.0 / 2 + 1.0 / 3) / 3, 0.005);
  EXPECT_NEAR(samples::mean(rows[2]), 1.0 / 9, 0.003);
}

TEST(WeightDrawsTest, GroupsDoNotDependOnEachOther) {
  const auto rows = samples::draw(small::uncertain(), DrawWeights{}, 20'000);
  EXPECT_NEAR(samples::correlation(rows[0], rows[2]), 0.0, 0.03);
  EXPECT_NEAR(samples::correlation(rows[0], rows[5]), 0.0, 0.03);
  const auto one = [](double x) { return x; };  // Two shares: uniform.
  EXPECT_LT(samples::distance(rows[0], one), samples::farthest);
  EXPECT_LT(samples::distance(rows[5], one), samples::farthest);
}

TEST(WeightDrawsTest, OneVectorOverAllIndicators) {
  DrawWeights source;
  source.criteria = "r";
  source.overall = true;
  source.orders = {{"e", "a"}};
  const auto rows = samples::draw(small::uncertain(), source, 20'000);
  expect_shares(rows);
  const auto beta = [](double x) { return 1.0 - std::pow(1.0 - x, 4.0); };
  EXPECT_LT(samples::distance(rows[2], beta), samples::farthest);
  for (std::size_t j = 0; j < rows[0].size(); ++j) ASSERT_GE(rows[4][j], rows[0][j]);
}

TEST(WeightDrawsTest, AShareThatIsFixedStaysSo) {
  DrawWeights source;
  source.bounds = {{"b", 0.3, 0.3}};
  const auto rows = samples::draw(weighted_mean(), source, 1'000);
  expect_shares(rows);
  for (const double share : rows[1]) ASSERT_EQ(share, 0.3);
}

}  // namespace
}  // namespace chiso
