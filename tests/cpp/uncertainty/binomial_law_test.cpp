#include "uncertainty/binomial_law.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>

#include "samples.hpp"

namespace chiso {
namespace {

TEST(BinomialLawTest, IsTheInverseOfTheDistribution) {
  for (const std::int64_t answers : {1, 2, 17, 1000, 100'000}) {
    for (const double p : {0.001, 0.2, 0.5, 0.93}) {
      const BinomialLaw law(answers, p, 0, answers);
      const boost::math::binomial_distribution<> expected(static_cast<double>(answers), p);
      for (double u = 1.0 / 2048; u < 1.0; u += 1.0 / 1024) {
        const auto count = static_cast<double>(law(u));
        // Where a step lies next to u either count is right.
        EXPECT_GE(cdf(expected, count), u * (1.0 - 1e-11)) << answers << ' ' << p << ' ' << u;
        if (count > 0.0) {
          EXPECT_LE(cdf(expected, count - 1.0), u * (1.0 + 1e-11))
              << answers << ' ' << p << ' ' << u;
        }
      }
    }
  }
}

TEST(BinomialLawTest, BetweenTwoCountsIsTheLawUnderThatCondition) {
  const BinomialLaw law(10, 0.3, 2, 5);
  const boost::math::binomial_distribution<> all(10, 0.3);
  const double below = cdf(all, 1);
  const double inside = cdf(all, 5) - below;
  for (double u = 1.0 / 256; u < 1.0; u += 1.0 / 128) {
    const auto count = static_cast<double>(law(u));
    EXPECT_GE(cdf(all, count), (below + u * inside) * (1.0 - 1e-12)) << u;
    EXPECT_LE(cdf(all, count - 1.0), (below + u * inside) * (1.0 + 1e-12)) << u;
    EXPECT_GE(count, 2.0);
    EXPECT_LE(count, 5.0);
  }
}

TEST(BinomialLawTest, KnowsSamplesOfMillions) {
  samples::Sample x = samples::uniforms(4'000);
  const double n = 1e9;
  const double p = 0.37;
  const BinomialLaw law(1'000'000'000, p, 0, 1'000'000'000);
  const double deviation = std::sqrt(n * p * (1.0 - p));
  for (double& each : x) each = (static_cast<double>(law(each)) - n * p) / deviation;
  const auto normal = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
  EXPECT_LT(samples::distance(x, normal), samples::farthest);
}

}  // namespace
}  // namespace chiso
