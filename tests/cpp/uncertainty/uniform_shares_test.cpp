#include "uncertainty/uniform_shares.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "samples.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {
namespace {

using samples::Sample;
using Way = UniformShares::Way;
using Pairs = std::vector<std::pair<Size, Size>>;

ShareLimits limits(std::vector<double> lowest, std::vector<double> highest, const Pairs& orders) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < lowest.size(); ++i) names.push_back("s" + std::to_string(i));
  ShareLimits made(std::move(names));
  made.lowest = std::move(lowest);
  made.highest = std::move(highest);
  for (const auto& [heavy, light] : orders) made.order.add(heavy, light);
  return made;
}

ShareRegion region(const ShareLimits& of) {
  SourceProblems problems;
  auto made = region_of(of, problems);
  problems.raise();
  return *made;
}

std::vector<Sample> draws_of(const UniformShares& law, std::size_t shares, Size draws) {
  DrawTable uniforms(law.dimensions(), draws);
  const Kernels& kernels = best_kernels();
  kernels.uniforms(11, 12, 0, uniforms.rows(), draws, uniforms.stride(), uniforms.row(0));
  DrawTable table(static_cast<Size>(shares), draws);
  law.draw(kernels, uniforms.row(0), uniforms.stride(), draws, table.row(0), table.stride());
  std::vector<Sample> rows;
  for (Size r = 0; r < table.rows(); ++r) rows.emplace_back(table.row(r), table.row(r) + draws);
  return rows;
}

/// Uniform vectors of all shares, those outside the limits thrown away: exact, and nothing of the
/// code under test is in it.
std::vector<Sample> rejected(const ShareLimits& within, std::size_t draws) {
  const std::size_t n = within.names.size();
  std::vector<Sample> rows(n);
  std::vector<double> x(n);
  std::mt19937_64 random(21);
  while (rows[0].size() < draws) {
    double sum = 0.0;
    for (double& each : x) sum += each = -std::log(unit_interval(random()));
    bool inside = true;
    for (std::size_t i = 0; i < n; ++i) {
      x[i] /= sum;
      inside = inside && x[i] >= within.lowest[i] && x[i] <= within.highest[i];
    }
    for (std::size_t i = 0; i < n && inside; ++i) {
      for (std::size_t k = 0; k < n; ++k) {
        const bool above = within.order.is_above(static_cast<Size>(i), static_cast<Size>(k));
        inside = inside && (!above || x[i] >= x[k]);
      }
    }
    if (!inside) continue;
    for (std::size_t i = 0; i < n; ++i) rows[i].push_back(x[i]);
  }
  return rows;
}

/// Marginals, and those of all differences, which the orders are about.
void expect_same_law(const std::vector<Sample>& a, const std::vector<Sample>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_LT(samples::distance(a[i], b[i]), samples::farthest) << i;
    for (std::size_t k = 0; k < i; ++k) {
      const auto difference = [&](const std::vector<Sample>& x) {
        Sample made(x[i].size());
        for (std::size_t j = 0; j < made.size(); ++j) made[j] = x[i][j] - x[k][j];
        return made;
      };
      EXPECT_LT(samples::distance(difference(a), difference(b)), samples::farthest)
          << i << ' ' << k;
    }
  }
}

void expect_inside(const std::vector<Sample>& rows, const ShareLimits& within) {
  constexpr double rounding = 1e-14;
  for (std::size_t j = 0; j < rows[0].size(); ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      sum += rows[i][j];
      ASSERT_GE(rows[i][j], within.lowest[i] - rounding);
      ASSERT_LE(rows[i][j], within.highest[i] + rounding);
      for (std::size_t k = 0; k < rows.size(); ++k) {
        if (within.order.is_above(static_cast<Size>(i), static_cast<Size>(k))) {
          ASSERT_GE(rows[i][j], rows[k][j] - rounding);
        }
      }
    }
    ASSERT_NEAR(sum, 1.0, 1e-13);
  }
}

void expect_uniform(const ShareLimits& within, Way way, Size draws = 20'000) {
  const UniformShares law(region(within), 1);
  EXPECT_EQ(law.way(), way);
  const auto rows = draws_of(law, within.names.size(), draws);
  expect_inside(rows, within);
  expect_same_law(rows, rejected(within, static_cast<std::size_t>(draws)));
}

const std::vector<double> zeros4(4, 0.0);
const std::vector<double> ones4(4, 1.0);

TEST(UniformSharesTest, WithoutLimitsHaveBetaMarginals) {
  for (const std::size_t n : {2U, 5U, 40U}) {
    const auto within = limits(Sample(n, 0.0), Sample(n, 1.0), {});
    const UniformShares law(region(within), 1);
    EXPECT_EQ(law.way(), Way::straight);
    EXPECT_EQ(law.dimensions(), static_cast<Size>(n));
    const auto rows = draws_of(law, n, 20'000);
    expect_inside(rows, within);
    const auto beta = [n](double x) { return 1.0 - std::pow(1.0 - x, static_cast<double>(n - 1)); };
    for (const Sample& row : rows) EXPECT_LT(samples::distance(row, beta), samples::farthest);
    EXPECT_NEAR(samples::correlation(rows[0], rows[1]), -1.0 / static_cast<double>(n - 1), 0.03);
  }
}

TEST(UniformSharesTest, InAChainAreOrderStatistics) {
  constexpr std::size_t n = 5;
  const auto within =
      limits(Sample(n, 0.0), Sample(n, 1.0), {{3, 0}, {0, 1}, {1, 4}, {4, 2}});  // 3 0 1 4 2
  const UniformShares law(region(within), 1);
  EXPECT_EQ(law.way(), Way::straight);
  const auto rows = draws_of(law, n, 20'000);
  expect_inside(rows, within);
  // The mean of the k-th greatest of n shares is (1/k + 1/(k+1) + ... + 1/n) / n.
  const std::size_t by_size[] = {3, 0, 1, 4, 2};
  for (std::size_t k = 1; k <= n; ++k) {
    double expected = 0.0;
    for (std::size_t m = k; m <= n; ++m) expected += 1.0 / static_cast<double>(m * n);
    EXPECT_NEAR(samples::mean(rows[by_size[k - 1]]), expected, 0.004) << k;
  }
  // The least share is 1/n of one of a simplex without an order.
  const auto least = [](double x) { return 1.0 - std::pow(1.0 - 5.0 * x, 4.0); };
  EXPECT_LT(samples::distance(rows[2], least), samples::farthest);
}

TEST(UniformSharesTest, WithTiesInTheOrder) {
  auto within = limits(zeros4, ones4, {{0, 2}, {0, 3}, {1, 2}, {1, 3}});
  expect_uniform(within, Way::straight);
}

TEST(UniformSharesTest, WithTwoChains) {
  expect_uniform(limits(zeros4, ones4, {{0, 3}, {2, 1}}), Way::straight);
}

TEST(UniformSharesTest, OnTopOfLowestShares) {
  expect_uniform(limits({0.1, 0.2, 0.0, 0.05}, ones4, {}), Way::straight);
}

TEST(UniformSharesTest, WithinBounds) {
  expect_uniform(limits({0.1, 0.0, 0.0, 0.0}, {0.3, 0.5, 1.0, 0.25}, {}), Way::bounded);
  expect_uniform(limits(zeros4, {0.4, 0.4, 0.4, 0.4}, {}), Way::bounded);
  expect_uniform(limits(zeros4, {0.4, 0.4, 0.4, 0.4}, {{0, 1}, {1, 2}}), Way::bounded);
}

TEST(UniformSharesTest, WithinNarrowBoundsOfManyShares) {
  // What all leave of their highest shares is uniform on a simplex of its own: 51 shares of at most
  // 0.02 lack 0.02 in all.
  constexpr std::size_t n = 51;
  const auto within = limits(Sample(n, 0.0), Sample(n, 0.02), {});
  const UniformShares law(region(within), 1);
  const auto rows = draws_of(law, n, 4'000);
  expect_inside(rows, within);
  const auto beta = [](double x) { return std::pow(1.0 - (0.02 - x) / 0.02, 50.0); };
  for (const Sample& row : rows) EXPECT_LT(samples::distance(row, beta), samples::farthest);
}

TEST(UniformSharesTest, WithFixedShares) {
  const auto within = limits({0.0, 0.25, 0.0, 0.0}, {1.0, 0.25, 1.0, 1.0}, {});
  const UniformShares law(region(within), 1);
  EXPECT_EQ(law.way(), Way::straight);
  EXPECT_EQ(law.dimensions(), 3);
  const auto rows = draws_of(law, 4, 20'000);
  expect_inside(rows, within);
  const auto beta = [](double x) { return 1.0 - std::pow(1.0 - x / 0.75, 2.0); };
  for (const std::size_t i : {0U, 2U, 3U}) {
    EXPECT_LT(samples::distance(rows[i], beta), samples::farthest);
  }
}

TEST(UniformSharesTest, WithBoundsAndOrdersThatMostlyHold) {
  expect_uniform(limits({0.2, 0.0, 0.0, 0.0}, {0.6, 0.3, 1.0, 1.0}, {{0, 1}, {1, 3}}), Way::tried);
}

TEST(UniformSharesTest, AWalkIsUniformAsRejectionIs) {
  // A chain with bounds that differ, of which few vectors in order are drawn by chance.
  Pairs chain;
  for (Size i = 0; i + 1 < 5; ++i) chain.emplace_back(i, i + 1);
  expect_uniform(limits({0.0, 0.0, 0.05, 0.0, 0.0}, {0.5, 0.45, 1.0, 1.0, 0.08}, chain), Way::walk,
                 5'000);
}

TEST(UniformSharesTest, AWalkWithoutUpperBoundsHasTheMomentsOfOrderStatistics) {
  // Ten shares in a chain: known moments, where rejection would take millions of tries. The walk is
  // asked for by hand, since such shares are sorted otherwise.
  constexpr std::size_t n = 10;
  Pairs chain;
  for (Size i = 0; i + 1 < 10; ++i) chain.emplace_back(i, i + 1);
  const ShareWalk walk(region(limits(Sample(n, 0.0), Sample(n, 1.0), chain)));
  std::vector<Sample> rows(n);
  Sample shares(n);
  for (int j = 0; j < 4'000; ++j) {
    SubStream stream((j + 0.5) / 4'000, 9);
    walk.draw(stream, shares.data());
    for (std::size_t k = 0; k < n; ++k) rows[k].push_back(shares[k]);
  }
  const UniformShares sorted(region(limits(Sample(n, 0.0), Sample(n, 1.0), chain)), 1);
  expect_same_law(rows, draws_of(sorted, n, 4'000));
  for (std::size_t k = 1; k <= n; ++k) {
    double expected = 0.0;
    for (std::size_t m = k; m <= n; ++m) expected += 1.0 / static_cast<double>(m * n);
    const double deviation = std::sqrt(samples::variance(rows[k - 1]) / 4'000);
    EXPECT_NEAR(samples::mean(rows[k - 1]), expected, 4.0 * deviation) << k;
  }
}

TEST(UniformSharesTest, AnInnerPointTouchesNothing) {
  Pairs chain;
  for (Size i = 0; i + 1 < 6; ++i) chain.emplace_back(i, i + 1);
  for (const double highest : {0.2, 0.5, 1.0}) {
    const auto within = region(limits(Sample(6, 0.01), Sample(6, highest), chain));
    const auto point = within.inner_point();
    EXPECT_NEAR(std::accumulate(point.begin(), point.end(), 0.0), within.total, 1e-14);
    for (std::size_t i = 0; i < point.size(); ++i) {
      EXPECT_GT(point[i], within.lowest[i]);
      EXPECT_LT(point[i], within.highest[i]);
      if (i > 0) {
        EXPECT_LT(point[i], point[i - 1]);
      }
    }
  }
}

std::string refusal(const ShareLimits& of) {
  try {
    static_cast<void>(region(of));
  } catch (const SpecError& error) {
    return error.problems().front().message;
  }
  return "none";
}

TEST(UniformSharesTest, SayWhyNothingIsLeft) {
  EXPECT_EQ(refusal(limits({0.6, 0.6}, {1, 1}, {})),
            "the lowest shares add up to 1.2, more than 1 (s0 in [0.6, 1], s1 in [0.6, 1])");
  EXPECT_EQ(refusal(limits({0, 0}, {0.25, 0.5}, {})),
            "the highest shares add up to 0.75, less than 1 (s0 in [0, 0.25], s1 in [0, 0.5])");
  EXPECT_EQ(refusal(limits({0, 0, 0.5}, {0.25, 1, 1}, {{0, 2}})),
            "nothing is left for the share of 's0': it would be at least 0.5 and at most 0.25 "
            "(s0 in [0, 0.25], s2 in [0.5, 1], s0 >= s2)");
  EXPECT_EQ(refusal(limits({0.5, 0.25, 0.25}, {1, 1, 1}, {})),
            "a single vector of shares is possible, so that nothing varies (s0 in [0.5, 1], s1 in "
            "[0.25, 1], s2 in [0.25, 1])");
  EXPECT_EQ(refusal(limits({0.5, 0}, {0.5, 1}, {})),
            "a single vector of shares is possible, so that nothing varies (s0 = 0.5)");
  EXPECT_EQ(refusal(limits({0, 0, 0}, {1, 1, 1}, {{0, 1}, {1, 2}, {2, 0}})),
            "the orders go round in a circle: s0 >= s1 >= s2 >= s0");
}

}  // namespace
}  // namespace chiso
