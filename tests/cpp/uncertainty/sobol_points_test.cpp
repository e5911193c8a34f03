#include "uncertainty/sobol_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "base/at.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;

std::vector<double> plain(const SobolPoints& points, Size dimension, Size count) {
  std::vector<double> result;
  for (Size i = 0; i < count; ++i) {
    result.push_back(static_cast<double>(points.plain(dimension, i)) * 0x1p-64);
  }
  return result;
}

std::vector<double> coordinates(const SobolPoints& points, Size dimension, Size first, Size count) {
  std::vector<double> result(at(count));
  points.fill(dimension, first, result);
  return result;
}

/// The example that Joe and Kuo print for their direction numbers: ten points of three dimensions.
TEST(SobolPoints, AreThePublishedOnesBeforeTheyAreScrambled) {
  const SobolPoints points(3, 16, 1);
  EXPECT_THAT(plain(points, 0, 10),
              ElementsAre(0, 0.5, 0.75, 0.25, 0.375, 0.875, 0.625, 0.125, 0.1875, 0.6875));
  EXPECT_THAT(plain(points, 1, 10),
              ElementsAre(0, 0.5, 0.25, 0.75, 0.375, 0.875, 0.125, 0.625, 0.3125, 0.8125));
  EXPECT_THAT(plain(points, 2, 10),
              ElementsAre(0, 0.5, 0.25, 0.75, 0.625, 0.125, 0.875, 0.375, 0.9375, 0.4375));
}

/// 2^m points of a net with t = 0 (the first two dimensions of Sobol's sequence): one in each box
/// of 2^-a by 2^-b, a + b = m.
TEST(SobolPoints, ScrambledHaveOnePointInEachElementaryInterval) {
  constexpr int m = 8;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const SobolPoints points(2, 1 << m, seed);
    const auto x = coordinates(points, 0, 0, 1 << m);
    const auto y = coordinates(points, 1, 0, 1 << m);
    for (int a = 0; a <= m; ++a) {
      std::set<std::pair<int, int>> boxes;
      for (std::size_t i = 0; i < x.size(); ++i) {
        boxes.emplace(static_cast<int>(std::ldexp(x[i], a)),
                      static_cast<int>(std::ldexp(y[i], m - a)));
      }
      EXPECT_EQ(boxes.size(), x.size()) << "seed " << seed << ", a " << a;
    }
  }
}

TEST(SobolPoints, EveryDimensionIsStratified) {
  constexpr Size count = 64;
  const SobolPoints points(SobolPoints::most_dimensions, count, 3);
  for (Size d = 0; d < SobolPoints::most_dimensions; ++d) {
    std::set<int> cells;
    for (const double x : coordinates(points, d, 0, count)) {
      ASSERT_GT(x, 0.0);
      ASSERT_LT(x, 1.0);
      cells.insert(static_cast<int>(x * count));
    }
    ASSERT_EQ(std::ssize(cells), count) << d;
  }
}

TEST(SobolPoints, DoNotDependOnThePieceInWhichTheyAreMadeOrOnOtherDimensions) {
  const SobolPoints few(2, 256, 5);
  const SobolPoints many(30, 256, 5);
  const auto all = coordinates(few, 1, 0, 256);
  const auto rest = coordinates(many, 1, 100, 156);
  EXPECT_TRUE(std::equal(rest.begin(), rest.end(), all.begin() + 100));
  EXPECT_NE(coordinates(SobolPoints(2, 256, 6), 1, 0, 256), all);
  EXPECT_NE(coordinates(few, 0, 0, 256), all);
}

/// Scrambled, one point is uniform: over many seeds it fills the square like random numbers.
TEST(SobolPoints, OnePointIsUniformOverSeeds) {
  constexpr int seeds = 4'000;
  std::vector<int> boxes(16);
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const SobolPoints points(2, 16, seed);
    const double x = coordinates(points, 0, 5, 1)[0];
    const double y = coordinates(points, 1, 5, 1)[0];
    ++boxes[at(4 * static_cast<Size>(4 * x) + static_cast<Size>(4 * y))];
  }
  double chi_squared = 0.0;
  for (const int box : boxes) chi_squared += std::pow(box - seeds / 16.0, 2) / (seeds / 16.0);
  EXPECT_LT(chi_squared, 37.7);  // 15 degrees of freedom, 0.999.
}

/// Owen (1997): for smooth integrands the error of scrambled nets falls faster than n^-1, that of
/// random numbers as n^-1/2.
TEST(SobolPoints, IntegrateFarBetterThanRandomNumbers) {
  constexpr Size count = 1'024;
  constexpr Size dimensions = 8;
  const auto f = [](double x, Size d) {  // Mean 1.
    return 1.0 + (12.0 * (x - 0.5) * (x - 0.5) - 1.0) / static_cast<double>(d + 1);
  };
  double sobol = 0.0;
  double random = 0.0;
  std::mt19937_64 generator(1);
  std::uniform_real_distribution<double> uniform;
  constexpr int repeats = 40;
  for (std::uint64_t seed = 0; seed < repeats; ++seed) {
    const SobolPoints points(dimensions, count, seed);
    std::vector<double> by_sobol(count, 1.0);
    std::vector<double> by_random(count, 1.0);
    for (Size d = 0; d < dimensions; ++d) {
      const auto x = coordinates(points, d, 0, count);
      for (Size i = 0; i < count; ++i) {
        by_sobol[at(i)] *= f(x[at(i)], d);
        by_random[at(i)] *= f(uniform(generator), d);
      }
    }
    const auto squared_error = [](const std::vector<double>& values) {
      double sum = 0.0;
      for (const double value : values) sum += value;
      return std::pow(sum / count - 1.0, 2);
    };
    sobol += squared_error(by_sobol);
    random += squared_error(by_random);
  }
  EXPECT_LT(std::sqrt(sobol / repeats), std::sqrt(random / repeats) / 10.0);
}

}  // namespace
}  // namespace chiso
