#include "chiso/normalize/describe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(DescribeTest, DescribesAColumnWorkedByHand) {
  // 0, 0, 1, 3, 6: mean 2; differences -2 -2 -1 1 4; squares 26, cubes -8 - 8 - 1 + 1 + 64 = 48,
  // fourths 16 + 16 + 1 + 1 + 256 = 290. m2 = 5.2, m3 = 9.6, m4 = 58.
  const Description of = describe(std::vector<double>{3.0, 0.0, nan, 6.0, 1.0, 0.0});

  EXPECT_EQ(of.units, 6);
  EXPECT_EQ(of.available, 5);
  EXPECT_EQ(of.nonzero, 3);
  EXPECT_EQ(of.unique, 4);
  EXPECT_EQ(of.most_frequent, 2);
  EXPECT_EQ(of.minimum, 0.0);
  EXPECT_EQ(of.maximum, 6.0);
  EXPECT_EQ(of.mean, 2.0);
  EXPECT_EQ(of.median, 1.0);
  EXPECT_DOUBLE_EQ(of.deviation, std::sqrt(6.5));
  EXPECT_NEAR(of.skewness, 9.6 / std::pow(5.2, 1.5) * std::sqrt(20.0) / 3.0, 1e-14);
  const double g2 = 58.0 / (5.2 * 5.2) - 3.0;
  EXPECT_NEAR(of.kurtosis, (6.0 * g2 + 6.0) * 4.0 / 6.0, 1e-14);
}

TEST(DescribeTest, SaysOnlyWhatFewOrEqualValuesAllow) {
  const Description none = describe(std::vector<double>{nan});
  const Description two = describe(std::vector<double>{1.0, 2.0});
  const Description equal = describe(std::vector<double>(6, 0.1));

  EXPECT_EQ(none.available, 0);
  EXPECT_TRUE(std::isnan(none.median));
  EXPECT_EQ(two.median, 1.5);
  EXPECT_TRUE(std::isnan(two.skewness));
  EXPECT_EQ(equal.deviation, 0.0);
  EXPECT_EQ(equal.most_frequent, 6);
  EXPECT_TRUE(std::isnan(equal.skewness) && std::isnan(equal.kurtosis));
}

TEST(CorrelationTest, UsesTheUnitsWhereBothArePresent) {
  // (1, 2), (2, 1), (3, 6): differences -1 0 1 and -1 -2 3: products 4; squares 2 and 14.
  const std::vector<double> x{1.0, 2.0, nan, 3.0, 99.0};
  const std::vector<double> y{2.0, 1.0, 50.0, 6.0, nan};

  EXPECT_DOUBLE_EQ(correlation(x, y), 4.0 / std::sqrt(28.0));
  EXPECT_DOUBLE_EQ(correlation(y, x), 4.0 / std::sqrt(28.0));
}

TEST(CorrelationTest, IsMissingWithoutVariation) {
  const std::vector<double> x{1.0, 2.0, 3.0};

  EXPECT_DOUBLE_EQ(correlation(x, x), 1.0);
  EXPECT_TRUE(std::isnan(correlation(x, std::vector<double>{5.0, 5.0, 5.0})));
  EXPECT_TRUE(std::isnan(correlation(x, std::vector<double>{nan, nan, 5.0})));
  EXPECT_THROW((void)correlation(x, std::vector<double>{1.0}), DataError);
}

}  // namespace
}  // namespace chiso
