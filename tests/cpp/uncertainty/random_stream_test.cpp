#include "uncertainty/random_stream.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace chiso {
namespace {

/// Of Random123's known answers for threefry2x64 with 20 rounds, key and counter 0.
TEST(RandomStreamTest, StartsWithTheKnownAnswer) {
  RandomStream random(0, 0, 0);

  const auto as_uniform = [](std::uint64_t word) {
    return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
  };
  EXPECT_EQ(random.uniform(), as_uniform(0xc2b6e3a8c2c69865));
  EXPECT_EQ(random.uniform(), as_uniform(0x6f81ed42f350084d));
}

TEST(RandomStreamTest, DependsOnSeedStreamAndDraw) {
  const double first = RandomStream(1, 2, 3).uniform();

  EXPECT_EQ(RandomStream(1, 2, 3).uniform(), first);
  EXPECT_NE(RandomStream(2, 2, 3).uniform(), first);
  EXPECT_NE(RandomStream(1, 3, 3).uniform(), first);
  EXPECT_NE(RandomStream(1, 2, 4).uniform(), first);
}

/// Mean and variance within five standard errors.
void expect_moments(const std::vector<double>& x, double mean, double variance, double fourth) {
  const auto count = static_cast<double>(x.size());
  double sum = 0.0;
  double squares = 0.0;
  for (const double each : x) {
    sum += each;
    squares += (each - mean) * (each - mean);
  }
  EXPECT_NEAR(sum / count, mean, 5.0 * std::sqrt(variance / count));
  EXPECT_NEAR(squares / count, variance, 5.0 * std::sqrt((fourth - variance * variance) / count));
}

TEST(RandomStreamTest, NormalNumbersHaveTheirMoments) {
  RandomStream random(7, 0, 0);
  std::vector<double> x(200'000);
  double inside = 0.0;
  for (double& each : x) {
    each = random.normal();
    inside += std::abs(each) < 1.0 ? 1.0 : 0.0;
  }

  expect_moments(x, 0.0, 1.0, 3.0);
  const double expected = std::erf(std::sqrt(0.5));
  EXPECT_NEAR(inside / 2e5, expected, 5.0 * std::sqrt(expected * (1.0 - expected) / 2e5));
}

TEST(RandomStreamTest, ChiSquareHasItsMoments) {
  for (const double freedom : {1.0, 2.0, 3.0, 7.5, 400.0}) {
    RandomStream random(7, 1, 0);
    std::vector<double> x(100'000);
    for (double& each : x) each = random.chi_square(freedom);

    SCOPED_TRACE(freedom);
    // The fourth central moment is 12 n (n + 4).
    expect_moments(x, freedom, 2.0 * freedom, 12.0 * freedom * (freedom + 4.0));
  }
}

}  // namespace
}  // namespace chiso
