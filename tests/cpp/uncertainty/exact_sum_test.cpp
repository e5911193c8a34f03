#include "uncertainty/exact_sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace chiso {
namespace {

double sum_of(std::initializer_list<double> numbers) {
  ExactSum sum;
  for (const double x : numbers) sum.add(x);
  return sum.value();
}

TEST(ExactSumTest, LosesNothing) {
  constexpr double tiny = std::numeric_limits<double>::denorm_min();
  constexpr double huge = std::numeric_limits<double>::max();

  EXPECT_EQ(sum_of({}), 0.0);
  EXPECT_EQ(sum_of({1e308, 1.0, -1e308}), 1.0);
  EXPECT_EQ(sum_of({huge, huge, tiny, -huge, -huge}), tiny);
  EXPECT_EQ(sum_of({-tiny}), -tiny);
  EXPECT_EQ(sum_of({huge, -tiny, -huge, tiny}), 0.0);
  EXPECT_EQ(sum_of({-huge}), -huge);
}

TEST(ExactSumTest, RoundsToTheNearestAndTiesToEven) {
  // 2^53 and its neighbours are 2 apart: halves between them go to the even one, unless anything
  // else follows.
  EXPECT_EQ(sum_of({0x1p53, 1.0}), 0x1p53);
  EXPECT_EQ(sum_of({0x1p53, 3.0}), 0x1p53 + 4.0);
  EXPECT_EQ(sum_of({0x1p53, 1.0, 0x1p-1000}), 0x1p53 + 2.0);
  EXPECT_EQ(sum_of({-0x1p53, -1.0, 0x1p-1000}), -0x1p53);
  EXPECT_EQ(sum_of({0x1p53, 1.0, -0x1p-1000}), 0x1p53);
}

TEST(ExactSumTest, AgreesWithWholeNumbers) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    std::int64_t whole = 0;
    ExactSum sum;
    const int scale = static_cast<int>(random() % 1800) - 900;
    for (int i = 0; i < 500; ++i) {
      const auto x = static_cast<std::int64_t>(random() >> 11) - (std::int64_t{1} << 52);
      whole += x;
      sum.add(std::ldexp(static_cast<double>(x), scale));
    }
    EXPECT_EQ(sum.value(), std::ldexp(static_cast<double>(whole), scale));
  }
}

TEST(ExactSumTest, IsTheSameInEveryOrderAndDivision) {
  std::mt19937_64 random(2);
  std::vector<double> numbers;
  while (numbers.size() < 1000) {
    const double x = std::bit_cast<double>(random());
    if (std::isfinite(x)) numbers.push_back(x);
  }
  ExactSum all;
  for (const double x : numbers) all.add(x);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(numbers.begin(), numbers.end(), random);
    std::vector<ExactSum> parts(7);
    for (const double x : numbers) parts[random() % parts.size()].add(x);
    ExactSum sum;
    for (const ExactSum& part : parts) sum.add(part);
    EXPECT_EQ(sum.words(), all.words());
  }
}

TEST(ExactShareSumTest, CarriesBeyond64Bits) {
  ExactShareSum sum;
  for (int i = 0; i < 10'000; ++i) sum.add(std::uint64_t{1} << 52);
  EXPECT_EQ(sum.value(), 10'000.0);
  EXPECT_EQ(sum.high(), 2U);  // 10,000 * 2^52 = 2.44 * 2^64.

  ExactShareSum twice = sum;
  twice.add(sum);
  EXPECT_EQ(twice.value(), 20'000.0);
  EXPECT_EQ(ExactShareSum::of(twice.low(), twice.high()).value(), 20'000.0);
}

}  // namespace
}  // namespace chiso
