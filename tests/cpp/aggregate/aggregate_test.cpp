#include "chiso/aggregate/aggregate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr auto propagate = MissingChild::propagate;
constexpr auto skip = MissingChild::skip;

// Children as columns, one value a unit.
struct Table {
  std::vector<std::vector<double>> children;
  std::vector<const double*> pointers;

  explicit Table(std::vector<std::vector<double>> columns) : children(std::move(columns)) {
    for (const auto& column : children) pointers.push_back(column.data());
  }
  [[nodiscard]] std::size_t units() const { return children.front().size(); }
};

using Method =
    std::function<Size(Columns, std::span<const double>, MissingChild, std::span<double>)>;

struct Named {
  std::string name;
  Method method;
};

std::vector<Named> weighted_methods() {
  std::vector<Named> methods{{"sum", weighted_sum},
                             {"arithmetic", arithmetic_mean},
                             {"geometric", geometric_mean},
                             {"harmonic", harmonic_mean},
                             {"median", median},
                             {"copeland", copeland}};
  for (const double p : {-60.0, -2.5, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 70.0}) {
    methods.push_back({"power " + std::to_string(p),
                       [p](Columns c, std::span<const double> w, MissingChild m,
                           std::span<double> out) { return power_mean(c, w, p, m, out); }});
  }
  for (const Penalty penalty : {Penalty::downward, Penalty::upward}) {
    methods.push_back({"mazziotta_pareto", [penalty](Columns c, std::span<const double> w,
                                                     MissingChild m, std::span<double> out) {
                         return mazziotta_pareto(c, w, penalty, m, out);
                       }});
  }
  return methods;
}

std::vector<double> run(const Method& method, const Table& table,
                        const std::vector<double>& weights, MissingChild missing) {
  std::vector<double> out(table.units());
  method(table.pointers, weights, missing, out);
  return out;
}

// Positive scores with every `gap`-th missing (0: none).
Table random_table(std::mt19937_64& random, std::size_t children, std::size_t units, unsigned gap) {
  std::uniform_real_distribution<double> any(0.5, 100.0);
  std::vector<std::vector<double>> columns(children, std::vector<double>(units));
  for (auto& column : columns) {
    for (double& x : column) x = gap > 0 && random() % gap == 0 ? nan : any(random);
  }
  return Table(std::move(columns));
}

std::vector<double> random_weights(std::mt19937_64& random, std::size_t children) {
  std::uniform_real_distribution<double> any(0.1, 1.0);
  std::vector<double> weights(children);
  for (double& w : weights) w = any(random);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& w : weights) w /= sum;
  return weights;
}

bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(AggregateTest, SumsWithCoefficientsAndSigns) {
  // 2 * 3 + 1 * 4 - 1 * 0.5
  const Table table({{3.0, nan}, {4.0, 1.0}, {0.5, 1.0}});

  EXPECT_THAT(run(weighted_sum, table, {2.0, 1.0, -1.0}, propagate), ElementsAre(9.5, IsNan()));
}

TEST(AggregateTest, AveragesByWeight) {
  // 0.25 * 8 + 0.75 * 4 = 5; without the first child 4; without the second 8.
  const Table table({{8.0, nan, 8.0, nan}, {4.0, 4.0, nan, nan}});

  EXPECT_THAT(run(arithmetic_mean, table, {0.25, 0.75}, propagate),
              ElementsAre(5.0, IsNan(), IsNan(), IsNan()));
  EXPECT_THAT(run(arithmetic_mean, table, {0.25, 0.75}, skip), ElementsAre(5.0, 4.0, 8.0, IsNan()));
}

TEST(AggregateTest, GeometricMeanIsZeroForAZeroAndUndefinedBelow) {
  // sqrt(2 * 8) = 4.
  const Table table({{2.0, 0.0, -1.0, nan, 0.0}, {8.0, 5.0, 5.0, 9.0, -1.0}});
  std::vector<double> out(5);

  EXPECT_EQ(geometric_mean(table.pointers, std::vector<double>{0.5, 0.5}, propagate, out), 2);
  EXPECT_DOUBLE_EQ(out[0], 4.0);
  EXPECT_EQ(out[1], 0.0);
  EXPECT_THAT(std::vector<double>(out.begin() + 2, out.end()),
              ElementsAre(IsNan(), IsNan(), IsNan()));
  EXPECT_EQ(geometric_mean(table.pointers, std::vector<double>{0.5, 0.5}, skip, out), 2);
  EXPECT_DOUBLE_EQ(out[3], 9.0);
}

TEST(AggregateTest, HarmonicMeanIsUndefinedForZeroAndBelow) {
  // 1 / (0.5 / 2 + 0.5 / 6) = 3.
  const Table table({{2.0, 0.0, -1.0, nan}, {6.0, 5.0, 5.0, 0.0}});
  std::vector<double> out(4);

  EXPECT_EQ(harmonic_mean(table.pointers, std::vector<double>{0.5, 0.5}, propagate, out), 2);
  EXPECT_DOUBLE_EQ(out[0], 3.0);
  EXPECT_THAT(std::vector<double>(out.begin() + 1, out.end()),
              ElementsAre(IsNan(), IsNan(), IsNan()));
  // Without the missing child the zero remains.
  EXPECT_EQ(harmonic_mean(table.pointers, std::vector<double>{0.5, 0.5}, skip, out), 3);
}

TEST(AggregateTest, PowerMeansAreTheTextbookOnes) {
  // p = 2: sqrt((1 + 49) / 2) = 5; p = -1: 2 / (1 + 1/7) = 1.75; p = 1/2: ((1 + sqrt 7) / 2)^2.
  const Table table({{1.0}, {7.0}});
  const std::vector<double> half{0.5, 0.5};
  const auto mean = [&](double p) {
    std::vector<double> out(1);
    EXPECT_EQ(power_mean(table.pointers, half, p, propagate, out), 0);
    return out[0];
  };

  EXPECT_DOUBLE_EQ(mean(2.0), 5.0);
  EXPECT_DOUBLE_EQ(mean(1.0), 4.0);
  EXPECT_DOUBLE_EQ(mean(-1.0), 1.75);
  EXPECT_DOUBLE_EQ(mean(0.0), std::sqrt(7.0));
  EXPECT_NEAR(mean(0.5), (8.0 + 2.0 * std::sqrt(7.0)) / 4.0, 1e-14);
  EXPECT_NEAR(mean(-0.5), 1.0 / std::pow(0.5 + 0.5 / std::sqrt(7.0), 2.0), 1e-14);
  // 7 * (1/2 (1 + 7^-p))^(1/p): the second term vanishes.
  EXPECT_NEAR(mean(1e4), 7.0 * std::pow(0.5, 1e-4), 1e-12);
  EXPECT_NEAR(mean(-1e4), 1.0 / std::pow(0.5, 1e-4), 1e-12);
  EXPECT_NEAR(mean(1e-9), std::sqrt(7.0), 1e-6);
}

TEST(AggregateTest, PowerMeansDoNotOverflow) {
  const Table table({{3e200}, {4e200}});
  std::vector<double> out(1);
  power_mean(table.pointers, std::vector<double>{0.5, 0.5}, 2.0, propagate, out);

  // sqrt((9 + 16) / 2) = 3.5355...
  EXPECT_DOUBLE_EQ(out[0], 1e200 * std::sqrt(12.5));
}

TEST(AggregateTest, PowerMeansSayWhereTheyAreNotDefined) {
  const Table table({{0.0, -1.0, -3.0, 0.0}, {2.0, 2.0, 1.0, 0.0}});
  const auto mean = [&](double p) {
    std::vector<double> out(4);
    const Size undefined =
        power_mean(table.pointers, std::vector<double>{0.5, 0.5}, p, propagate, out);
    out.push_back(static_cast<double>(undefined));
    return out;
  };

  // Squares: (0 + 4) / 2, (1 + 4) / 2, (9 + 1) / 2. Cubes: (0 + 8) / 2, (-1 + 8) / 2, (-27 + 1)
  // / 2.
  EXPECT_THAT(mean(2.0),
              ElementsAre(testing::DoubleEq(std::sqrt(2.0)), testing::DoubleEq(std::sqrt(2.5)),
                          testing::DoubleEq(std::sqrt(5.0)), 0.0, 0.0));
  EXPECT_THAT(mean(3.0),
              ElementsAre(testing::DoubleEq(std::cbrt(4.0)), testing::DoubleEq(std::cbrt(3.5)),
                          testing::DoubleEq(-std::cbrt(13.0)), 0.0, 0.0));
  EXPECT_THAT(mean(0.5), ElementsAre(testing::DoubleEq(0.5), IsNan(), IsNan(), 0.0, 2.0));
  EXPECT_THAT(mean(-2.0), ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), 4.0));
  EXPECT_THROW(mean(nan), SpecError);
  EXPECT_THROW(mean(std::numeric_limits<double>::infinity()), SpecError);
}

TEST(AggregateTest, PowerMeansGrowWithTheExponent) {
  std::mt19937_64 random(11);
  const Table table = random_table(random, 6, 50, 0);
  const std::vector<double> weights = random_weights(random, 6);
  std::vector<double> before(50);
  minimum(table.pointers, propagate, before);
  for (const double p :
       {-300.0, -8.0, -2.5, -1.0, -0.1, 0.0, 0.1, 1.0, 2.0, 7.3, 64.0, 65.0, 300.0}) {
    std::vector<double> out(50);
    power_mean(table.pointers, weights, p, propagate, out);
    for (std::size_t i = 0; i < 50; ++i) ASSERT_GT(out[i], before[i] * (1.0 - 1e-14)) << p;
    before = out;
  }
  std::vector<double> greatest(50);
  maximum(table.pointers, propagate, greatest);
  for (std::size_t i = 0; i < 50; ++i) ASSERT_LE(before[i], greatest[i]);
}

TEST(AggregateTest, MeansAgreeWithTheCLibrary) {
  std::mt19937_64 random(12);
  const std::size_t units = 600;
  const Table table = random_table(random, 9, units, 0);
  const std::vector<double> w = random_weights(random, 9);
  const auto check = [&](const Method& method, const std::function<double(std::size_t)>& expected) {
    const std::vector<double> out = run(method, table, w, propagate);
    for (std::size_t i = 0; i < units; ++i) {
      const double wanted = expected(i);
      ASSERT_NEAR(out[i], wanted, std::abs(wanted) * 2e-15);
    }
  };
  const auto sum = [&](std::size_t i, const std::function<double(double)>& of) {
    double total = 0.0;
    for (std::size_t k = 0; k < 9; ++k) total += w[k] * of(table.children[k][i]);
    return total;
  };

  check(arithmetic_mean, [&](auto i) { return sum(i, [](double x) { return x; }); });
  check(geometric_mean,
        [&](auto i) { return std::exp(sum(i, [](double x) { return std::log(x); })); });
  check(harmonic_mean, [&](auto i) { return 1.0 / sum(i, [](double x) { return 1.0 / x; }); });
  for (const double p : {-3.0, -0.7, 0.3, 1.7, 5.0}) {
    check([p](auto c, auto weights, auto m, auto out) { return power_mean(c, weights, p, m, out); },
          [&, p](auto i) {
            return std::pow(sum(i, [p](double x) { return std::pow(x, p); }), 1.0 / p);
          });
  }
}

TEST(AggregateTest, GeometricMeansStandExtremeMagnitudes) {
  // sqrt(1e-320 * 1e300) = 1e-10; subnormal numbers have 11 digits less.
  const Table table({{1e-320, 1e-300}, {1e300, 1e-308}});
  const std::vector<double> out = run(geometric_mean, table, {0.5, 0.5}, propagate);

  EXPECT_NEAR(out[0], std::sqrt(1e-320) * 1e150, 1e-23);
  EXPECT_NEAR(out[1] / 1e-304, 1.0, 1e-12);
}

TEST(AggregateTest, MedianIsTheMiddleOrTheMeanOfTwo) {
  const Table table({{5.0, 1.0, nan}, {1.0, nan, nan}, {9.0, 4.0, nan}});
  const std::vector<double> third(3, 1.0 / 3.0);

  EXPECT_THAT(run(median, table, third, propagate), ElementsAre(5.0, IsNan(), IsNan()));
  EXPECT_THAT(run(median, table, third, skip), ElementsAre(5.0, 2.5, IsNan()));
}

TEST(AggregateTest, WeightedMedianHasHalfTheWeightOnEachSide) {
  // Sorted 1 (0.1), 4 (0.2), 5 (0.3), 9 (0.4): up to 5 there is 0.6. Where 9 has 0.3 and 10 0.1:
  // the same.
  const Table table({{5.0}, {1.0}, {9.0}, {4.0}});
  EXPECT_THAT(run(median, table, {0.3, 0.1, 0.4, 0.2}, propagate), ElementsAre(5.0));

  // 1 (0.1), 2 (0.2), 3 (0.3) are against 4 (0.6): exactly half, though 0.1 + 0.2 + 0.3 rounds up.
  const Table halves({{1.0}, {2.0}, {3.0}, {4.0}});
  EXPECT_THAT(run(median, halves, {0.1, 0.2, 0.3, 0.6}, propagate), ElementsAre(3.5));
}

TEST(AggregateTest, MinimumAndMaximumTakeThePresentChildrenIfAsked) {
  const Table table({{5.0, 1.0, nan, -2.0}, {1.0, nan, nan, -3.0}});
  std::vector<double> out(4);

  minimum(table.pointers, propagate, out);
  EXPECT_THAT(out, ElementsAre(1.0, IsNan(), IsNan(), -3.0));
  minimum(table.pointers, skip, out);
  EXPECT_THAT(out, ElementsAre(1.0, 1.0, IsNan(), -3.0));
  maximum(table.pointers, propagate, out);
  EXPECT_THAT(out, ElementsAre(5.0, IsNan(), IsNan(), -2.0));
  maximum(table.pointers, skip, out);
  EXPECT_THAT(out, ElementsAre(5.0, 1.0, IsNan(), -2.0));
}

TEST(AggregateTest, MazziottaParetoPunishesImbalance) {
  // 90, 110: M = 100, S = 10, cv = 0.1: 100 -/+ 1. Balanced units lose nothing.
  const Table table({{90.0, 100.0, -1.0, nan}, {110.0, 100.0, 1.0, 95.0}});
  const std::vector<double> half{0.5, 0.5};
  std::vector<double> out(4);

  EXPECT_EQ(mazziotta_pareto(table.pointers, half, Penalty::downward, propagate, out), 1);
  EXPECT_THAT(out, ElementsAre(99.0, 100.0, IsNan(), IsNan()));
  EXPECT_EQ(mazziotta_pareto(table.pointers, half, Penalty::upward, skip, out), 1);
  EXPECT_THAT(out, ElementsAre(101.0, 100.0, IsNan(), 95.0));
  // Weights 1/4 and 3/4: M = 105, S^2 = 15^2 / 4 + 3 * 5^2 / 4 = 75.
  EXPECT_EQ(mazziotta_pareto(table.pointers, std::vector<double>{0.25, 0.75}, Penalty::downward,
                             propagate, out),
            0);
  EXPECT_DOUBLE_EQ(out[0], 105.0 - 75.0 / 105.0);
}

TEST(AggregateTest, CopelandCountsVictoriesLessDefeats) {
  // a beats b (0.6 : 0.4) and c (1 : 0); b beats c (0.7 : 0.3).
  const Table table({{3.0, 2.0, 1.0}, {3.0, 1.0, 2.0}, {2.0, 3.0, 1.0}});

  EXPECT_THAT(run(copeland, table, {0.3, 0.3, 0.4}, propagate), ElementsAre(2.0, 0.0, -2.0));
}

TEST(AggregateTest, CopelandFindsTiesOfWeightsThatRoundDifferently) {
  // The first unit is better in 0.1 + 0.2 of the weight, the second in 0.3: 0.30000000000000004 and
  // 0.3.
  const Table table({{1.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {5.0, 5.0}});
  const Table turned({{0.0, 1.0}, {0.0, 1.0}, {1.0, 0.0}, {5.0, 5.0}});

  EXPECT_THAT(run(copeland, table, {0.1, 0.2, 0.3, 0.4}, propagate), ElementsAre(0.0, 0.0));
  EXPECT_THAT(run(copeland, turned, {0.1, 0.2, 0.3, 0.4}, propagate), ElementsAre(0.0, 0.0));
}

TEST(AggregateTest, CopelandComparesOnlyWhatBothHave) {
  // a and b meet in the second criterion, a and c in the first, b and c in none.
  const Table table({{2.0, nan, 1.0, nan}, {1.0, 2.0, nan, nan}});

  EXPECT_THAT(run(copeland, table, {0.5, 0.5}, skip), ElementsAre(0.0, 1.0, -1.0, IsNan()));
  EXPECT_THAT(run(copeland, table, {0.5, 0.5}, propagate),
              ElementsAre(0.0, IsNan(), IsNan(), IsNan()));
}

TEST(AggregateTest, CopelandScoresAddUpToZero) {
  std::mt19937_64 random(13);
  for (int trial = 0; trial < 50; ++trial) {
    const Table table = random_table(random, 5, 40, 6);
    double sum = 0.0;
    for (const double x : run(copeland, table, random_weights(random, 5), skip)) {
      sum += std::isnan(x) ? 0.0 : x;
    }
    ASSERT_EQ(sum, 0.0);
  }
}

TEST(AggregateTest, ReducedMaximumScalesThePointsOfWhatIsPresent) {
  // Maxima 84 and 16: 42 of 84 points are 50 of 100. The bonus is added as it is.
  const Table table({{42.0, 42.0, nan, nan}, {8.0, nan, 8.0, nan}, {1.0, 1.0, nan, 1.0}});
  const std::vector<double> maxima{84.0, 16.0, 0.0};
  std::vector<double> out(4);

  reduced_maximum_sum(table.pointers, std::vector<double>{1.0, 1.0, 1.0}, maxima, out);
  EXPECT_THAT(out, ElementsAre(51.0, 51.0, 50.0, IsNan()));
  reduced_maximum_sum(table.pointers, std::vector<double>{1.0, 1.0, -1.0}, maxima, out);
  EXPECT_THAT(out, ElementsAre(49.0, 49.0, 50.0, IsNan()));
  EXPECT_THROW(reduced_maximum_sum(table.pointers, std::vector<double>{1.0, 1.0, 1.0},
                                   std::vector<double>{84.0, -16.0, 0.0}, out),
               SpecError);
}

TEST(AggregateTest, CountsPresentChildren) {
  const Table table({{1.0, nan, nan}, {1.0, 0.0, nan}});
  std::vector<double> present(3);

  count_present(table.pointers, present);
  EXPECT_THAT(present, ElementsAre(2.0, 1.0, 0.0));
}

TEST(AggregateTest, AChildOfWeightZeroIsNotThere) {
  std::mt19937_64 random(14);
  Table with = random_table(random, 4, 30, 0);
  with.children[2].assign(30, nan);
  const Table without({with.children[0], with.children[1], with.children[3]});
  for (const auto& [name, method] : weighted_methods()) {
    for (const MissingChild missing : {propagate, skip}) {
      EXPECT_EQ(run(method, with, {0.25, 0.25, 0.0, 0.5}, missing),
                run(method, without, {0.25, 0.25, 0.5}, missing))
          << name;
    }
  }
}

TEST(AggregateTest, WithoutChildrenEverybodyIsMissing) {
  const Table table({{1.0, 2.0}});
  for (const auto& [name, method] : weighted_methods()) {
    EXPECT_THAT(run(method, table, {0.0}, skip), ElementsAre(IsNan(), IsNan())) << name;
  }
  std::vector<double> out(2, 7.0);
  minimum({}, skip, out);
  EXPECT_THAT(out, ElementsAre(IsNan(), IsNan()));
}

TEST(AggregateTest, CompleteUnitsGetTheSameBitsWhateverHappensToOthers) {
  std::mt19937_64 random(15);
  for (const std::size_t children : {1U, 2U, 3U, 7U, 8U, 9U, 17U, 150U}) {
    const Table table = random_table(random, children, 300, 40 * static_cast<unsigned>(children));
    const std::vector<double> weights = random_weights(random, children);
    std::vector<double> present(300);
    count_present(table.pointers, present);
    for (const auto& [name, method] : weighted_methods()) {
      if (name == "copeland") continue;
      const std::vector<double> strict = run(method, table, weights, propagate);
      const std::vector<double> lenient = run(method, table, weights, skip);
      for (std::size_t i = 0; i < 300; ++i) {
        if (present[i] == static_cast<double>(children)) {
          ASSERT_TRUE(same(strict[i], lenient[i])) << name;
          ASSERT_FALSE(std::isnan(strict[i])) << name;
        } else {
          ASSERT_TRUE(std::isnan(strict[i])) << name;
        }
      }
    }
  }
}

TEST(AggregateTest, SkippingAChildIsTheSameAsLeavingItOut) {
  std::mt19937_64 random(16);
  Table table = random_table(random, 5, 20, 0);
  table.children[3].assign(20, nan);
  const std::vector<double> weights{0.1, 0.2, 0.3, 0.15, 0.25};
  const Table rest({table.children[0], table.children[1], table.children[2], table.children[4]});
  std::vector<double> scaled{0.1, 0.2, 0.3, 0.25};
  for (double& w : scaled) w /= 0.85;
  for (const auto& [name, method] : weighted_methods()) {
    if (name == "sum") continue;  // Its coefficients need not add up to 1.
    const std::vector<double> skipped = run(method, table, weights, skip);
    const std::vector<double> without = run(method, rest, scaled, propagate);
    for (std::size_t i = 0; i < 20; ++i) {
      ASSERT_NEAR(skipped[i], without[i], 1e-13 * std::abs(without[i])) << name;
    }
  }
}

TEST(AggregateTest, PermutingUnitsPermutesScores) {
  std::mt19937_64 random(17);
  for (const std::size_t units : {2U, 63U, 300U}) {
    const Table table = random_table(random, 11, units, 9);
    const std::vector<double> weights = random_weights(random, 11);
    std::vector<std::size_t> order(units);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::vector<double>> columns(11, std::vector<double>(units));
    for (std::size_t k = 0; k < 11; ++k) {
      for (std::size_t i = 0; i < units; ++i) columns[k][i] = table.children[k][order[i]];
    }
    const Table permuted(std::move(columns));
    for (const auto& [name, method] : weighted_methods()) {
      for (const MissingChild missing : {propagate, skip}) {
        const std::vector<double> before = run(method, table, weights, missing);
        const std::vector<double> after = run(method, permuted, weights, missing);
        for (std::size_t i = 0; i < units; ++i) {
          ASSERT_TRUE(same(after[i], before[order[i]])) << name;
        }
      }
    }
  }
}

TEST(AggregateTest, ABetterChildNeverLowersTheParent) {
  std::mt19937_64 random(18);
  for (const auto& [name, method] : weighted_methods()) {
    if (name == "mazziotta_pareto" || name == "copeland") continue;
    for (int trial = 0; trial < 20; ++trial) {
      Table table = random_table(random, 5, 30, 0);
      const std::vector<double> weights = random_weights(random, 5);
      const std::vector<double> before = run(method, table, weights, propagate);
      for (double& x : table.children[static_cast<std::size_t>(trial) % 5]) x *= 1.5;
      const std::vector<double> after = run(method, table, weights, propagate);
      for (std::size_t i = 0; i < 30; ++i) ASSERT_GE(after[i], before[i] * (1.0 - 1e-14)) << name;
    }
  }
}

TEST(AggregateTest, RefusesWeightsThatAreNotWeights) {
  const Table table({{1.0}, {2.0}});
  for (const auto& [name, method] : weighted_methods()) {
    EXPECT_THROW(run(method, table, {1.0}, propagate), DataError) << name;
    EXPECT_THROW(run(method, table, {1.0, nan}, propagate), SpecError) << name;
    if (name == "sum") continue;
    EXPECT_THROW(run(method, table, {1.5, -0.5}, propagate), SpecError) << name;
  }
}

}  // namespace
}  // namespace chiso
