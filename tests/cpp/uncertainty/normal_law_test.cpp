#include "uncertainty/normal_law.hpp"

#include <gtest/gtest.h>

#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace chiso {
namespace {

double quantile_of_boost(double p) { return -std::sqrt(2.0) * boost::math::erfc_inv(2.0 * p); }

TEST(NormalLawTest, QuantilesAreThoseOfAnIndependentImplementation) {
  for (double p = 1e-300; p < 1.0; p = p < 1e-3 ? p * 7.0 : p + 1.0 / 4096) {
    const double expected = quantile_of_boost(p);
    EXPECT_NEAR(normal_quantile(p), expected, 2e-15 * std::max(1.0, std::abs(expected))) << p;
  }
  EXPECT_EQ(normal_quantile(0.5), 0.0);
}

TEST(NormalLawTest, IsSymmetricToTheLastBit) {
  for (double p = 0x1p-52; p < 0.5; p *= 1.5) {
    const double other = 1.0 - p;
    EXPECT_EQ(normal_quantile(1.0 - other), -normal_quantile(other)) << p;
  }
}

TEST(NormalLawTest, RowsAreTheSameAsOneByOne) {
  std::vector<double> row;
  for (int i = 0; i < 1000; ++i) row.push_back((i + 0.5) / 1000);
  std::vector<double> single = row;
  for (double& p : single) p = normal_quantile(p);
  normal_quantiles(std::ssize(row), row.data());
  EXPECT_EQ(row, single);
}

TEST(NormalLawTest, ProbabilitiesKeepTheirDigitsInTheTail) {
  for (double x = -37.0; x < 9.0; x += 1.0 / 64) {
    const double expected = 0.5 * std::erfc(-x / std::sqrt(2.0));
    // The exponent of the density is rounded: x^2 units in the last place.
    EXPECT_NEAR(normal_probability(x), expected, expected * (4e-15 + 2.3e-16 * x * x)) << x;
  }
  EXPECT_EQ(normal_probability(-std::numeric_limits<double>::infinity()), 0.0);
  EXPECT_EQ(normal_probability(std::numeric_limits<double>::infinity()), 1.0);
}

}  // namespace
}  // namespace chiso
