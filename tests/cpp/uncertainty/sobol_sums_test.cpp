#include "uncertainty/sobol_sums.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <vector>

#include "sobol_models.hpp"

namespace chiso {
namespace {

using namespace sobol_models;
using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::IsNan;
using testing::Pointwise;
using State = SobolOutput::State;

/// Ishigami and Homma (1990): sin x1 + a sin^2 x2 + b x3^4 sin x1, x in -pi ... pi.
struct Ishigami {
  double a = 7.0;
  double b = 0.1;

  std::vector<double> operator()(std::span<const double> u) const {
    const auto x = [&](std::size_t i) { return std::numbers::pi * (2.0 * u[i] - 1.0); };
    return {std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) +
            b * std::pow(x(2), 4) * std::sin(x(0))};
  }

  // Partial variances in closed form.
  [[nodiscard]] double v1() const { return 0.5 * std::pow(1.0 + b * pi4() / 5.0, 2); }
  [[nodiscard]] double v2() const { return a * a / 8.0; }
  [[nodiscard]] double v13() const { return b * b * pi4() * pi4() * 8.0 / 225.0; }
  [[nodiscard]] double variance() const { return v1() + v2() + v13(); }

 private:
  static double pi4() { return std::pow(std::numbers::pi, 4); }
};

/// Sobol's g function: the product of (|4 u - 2| + a) / (1 + a).
struct SobolG {
  std::vector<double> a = {0.0, 0.5, 3.0, 9.0, 99.0};

  std::vector<double> operator()(std::span<const double> u) const {
    double product = 1.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      product *= (std::abs(4.0 * u[i] - 2.0) + a[i]) / (1.0 + a[i]);
    }
    return {product};
  }

  [[nodiscard]] double part(std::size_t i) const { return 1.0 / (3.0 * std::pow(1.0 + a[i], 2)); }
  [[nodiscard]] double variance() const {
    double product = 1.0;
    for (std::size_t i = 0; i < a.size(); ++i) product *= 1.0 + part(i);
    return product - 1.0;
  }
  [[nodiscard]] std::vector<double> first() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < a.size(); ++i) result.push_back(part(i) / variance());
    return result;
  }
  [[nodiscard]] std::vector<double> total() const {
    std::vector<double> result;
    for (std::size_t i = 0; i < a.size(); ++i) {
      result.push_back(part(i) * (variance() + 1.0) / (1.0 + part(i)) / variance());
    }
    return result;
  }
};

/// Six outputs of four factors, with interactions, some far from 0.
std::vector<double> mixture(std::span<const double> u) {
  return {u[0] + 2.0 * u[1] * u[2],
          1'000.0 + u[3] - u[0] * u[0],
          std::exp(u[0] + u[1] + u[2] + u[3]),
          static_cast<double>(u[0] > u[1]) + static_cast<double>(u[2] > 0.3),
          -7.0 + u[2],
          std::sin(6.0 * u[1]) * u[3]};
}

/// The published formulas, word by word, over rows that may be repeated.
struct Published {
  std::vector<double> first;
  std::vector<double> total;
  std::vector<double> second;
};

Published published(const SobolValues& values, Size output, const std::vector<Size>& rows,
                    bool second_order) {
  const auto f = [&](const DrawTable& table) {
    std::vector<long double> result;
    for (const Size row : rows) result.push_back(static_cast<long double>(table.row(output)[row]));
    return result;
  };
  const auto n = static_cast<long double>(rows.size());
  const auto mean = [&](auto term) {
    long double sum = 0.0L;
    for (std::size_t j = 0; j < rows.size(); ++j) sum += term(j);
    return sum / n;
  };
  const auto a = f(values.a);
  const auto b = f(values.b);
  const long double c = mean([&](std::size_t j) { return (a[j] + b[j]) / 2.0L; });
  const long double variance = mean(
      [&](std::size_t j) { return ((a[j] - c) * (a[j] - c) + (b[j] - c) * (b[j] - c)) / 2.0L; });
  const auto first = [&](const auto& from, const auto& to, const auto& mixed) {
    return mean([&](std::size_t j) { return (to[j] - c) * (mixed[j] - from[j]); }) / variance;
  };
  const auto total = [&](const auto& from, const auto& mixed) {
    return mean([&](std::size_t j) { return (from[j] - mixed[j]) * (from[j] - mixed[j]); }) /
           (2.0L * variance);
  };
  Published result;
  for (std::size_t i = 0; i < values.ab.size(); ++i) {
    const auto ab = f(values.ab[i]);
    if (second_order) {
      const auto ba = f(values.ba[i]);
      result.first.push_back(static_cast<double>((first(a, b, ab) + first(b, a, ba)) / 2.0L));
      result.total.push_back(static_cast<double>((total(a, ab) + total(b, ba)) / 2.0L));
    } else {
      result.first.push_back(static_cast<double>(first(a, b, ab)));
      result.total.push_back(static_cast<double>(total(a, ab)));
    }
  }
  for (std::size_t i = 0; second_order && i < values.ab.size(); ++i) {
    for (std::size_t k = i + 1; k < values.ab.size(); ++k) {
      const auto closed = [&](const auto& ba, const auto& ab) {
        return mean([&](std::size_t j) {
                 return (ba[j] - c) * (ab[j] - c) - (a[j] - c) * (b[j] - c);
               }) /
               variance;
      };
      result.second.push_back(static_cast<double>((closed(f(values.ba[i]), f(values.ab[k])) +
                                                   closed(f(values.ba[k]), f(values.ab[i]))) /
                                                  2.0L) -
                              result.first[i] - result.first[k]);
    }
  }
  return result;
}

std::vector<Size> every_row(Size rows) {
  std::vector<Size> result(at(rows));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

TEST(SobolSums, AreThePublishedFormulas) {
  const Sample sample = random_sample(4, 64, 1);
  for (const bool second_order : {false, true}) {
    const auto found = indices(mixture, sample, {.second_order = second_order});
    const SobolValues all = values(mixture, sample, 0, 64, second_order);
    for (std::size_t o = 0; o < found.size(); ++o) {
      const Published expected = published(all, static_cast<Size>(o), every_row(64), second_order);
      EXPECT_THAT(estimates(found[o].first), Pointwise(DoubleNear(1e-11), expected.first));
      EXPECT_THAT(estimates(found[o].total), Pointwise(DoubleNear(1e-11), expected.total));
      EXPECT_THAT(estimates(found[o].second), Pointwise(DoubleNear(1e-11), expected.second));
    }
  }
}

TEST(SobolSums, AResampleIsTheFormulasOverItsRows) {
  constexpr Size rows = 32;
  const Sample sample = random_sample(4, rows, 2);
  const SobolValues all = values(mixture, sample, 0, rows, true);
  // Of one resample both ends of the interval are its index.
  const auto found = indices(mixture, sample, {.second_order = true, .resamples = 1, .seed = 9});
  DrawTable counts(rows, 2);
  drawn(rows, 1, 9).fill(0, counts);
  std::vector<Size> drawn;
  for (Size j = 0; j < rows; ++j) {
    drawn.insert(drawn.end(), static_cast<std::size_t>(counts.row(j)[1]), j);
  }
  ASSERT_EQ(std::ssize(drawn), rows);
  const auto lows = [](const std::vector<SobolEstimate>& of) {
    std::vector<double> result;
    for (const SobolEstimate& one : of) {
      EXPECT_EQ(one.low, one.high);
      result.push_back(one.low);
    }
    return result;
  };
  for (std::size_t o = 0; o < found.size(); ++o) {
    const Published expected = published(all, static_cast<Size>(o), drawn, true);
    EXPECT_THAT(lows(found[o].first), Pointwise(DoubleNear(1e-11), expected.first));
    EXPECT_THAT(lows(found[o].total), Pointwise(DoubleNear(1e-11), expected.total));
    EXPECT_THAT(lows(found[o].second), Pointwise(DoubleNear(1e-11), expected.second));
  }
}

TEST(SobolSums, MeanAndVarianceAreThoseOfBothSamples) {
  const Sample sample = sobol_sample(4, 4'096, 1);
  const auto found = indices(mixture, sample);
  EXPECT_NEAR(found[4].mean, -6.5, 1e-4);
  EXPECT_NEAR(found[4].variance, 1.0 / 12.0, 1e-4);
  EXPECT_NEAR(found[2].mean, std::pow(std::numbers::e - 1.0, 4), 1e-2);
}

TEST(SobolSums, OfIshigamisFunction) {
  const Ishigami model;
  const auto found =
      indices(model, sobol_sample(3, 4'096, 1), {.second_order = true, .resamples = 200})[0];
  const double v = model.variance();
  EXPECT_NEAR(found.variance, v, 0.01 * v);
  EXPECT_THAT(estimates(found.first),
              ElementsAre(DoubleNear(model.v1() / v, 0.01), DoubleNear(model.v2() / v, 0.01),
                          DoubleNear(0.0, 0.01)));
  EXPECT_THAT(estimates(found.total),
              ElementsAre(DoubleNear((model.v1() + model.v13()) / v, 0.01),
                          DoubleNear(model.v2() / v, 0.01), DoubleNear(model.v13() / v, 0.01)));
  EXPECT_THAT(
      estimates(found.second),
      ElementsAre(DoubleNear(0.0, 0.01), DoubleNear(model.v13() / v, 0.01), DoubleNear(0.0, 0.01)));
  for (const SobolEstimate& one : found.total) {
    EXPECT_LT(one.low, one.value);
    EXPECT_GT(one.high, one.value);
    EXPECT_LT(one.high - one.low, 0.1);
  }
}

TEST(SobolSums, OfSobolsFunction) {
  const SobolG model;
  const auto found = indices(model, sobol_sample(5, 4'096, 1))[0];
  EXPECT_THAT(estimates(found.first), Pointwise(DoubleNear(0.01), model.first()));
  EXPECT_THAT(estimates(found.total), Pointwise(DoubleNear(0.01), model.total()));
}

TEST(SobolSums, OfASumFirstAndTotalOrderAreEqual) {
  const std::vector<double> slopes = {1.0, 2.0, -3.0, 0.0};
  const auto model = [&](std::span<const double> u) -> std::vector<double> {
    return {std::inner_product(u.begin(), u.end(), slopes.begin(), 50.0)};
  };
  const auto found = indices(model, sobol_sample(4, 1'024, 1), {.second_order = true})[0];
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    EXPECT_NEAR(found.first[i].value, slopes[i] * slopes[i] / 14.0, 1e-3);
    EXPECT_NEAR(found.total[i].value, slopes[i] * slopes[i] / 14.0, 1e-3);
  }
  EXPECT_THAT(estimates(found.second), Each(DoubleNear(0.0, 2e-3)));
  EXPECT_EQ(found.first[3].value, 0.0);
  EXPECT_EQ(found.total[3].value, 0.0);
}

/// Rows that are independent, as the bootstrap supposes: about 95 of 100 intervals hold the index.
/// Scrambled points err less than independent ones, which the bootstrap does not know: more of
/// them do.
TEST(SobolSums, IntervalsHoldTheIndexAsOftenAsTheySay) {
  const SobolG model;
  constexpr Size rows = 512;
  const auto coverage = [&](const auto& sample_of) {
    double holding = 0.0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const auto found =
          indices(model, sample_of(5, rows, seed), {.resamples = 400, .seed = seed})[0];
      for (std::size_t i = 0; i < model.a.size(); ++i) {
        const auto holds = [&](const SobolEstimate& one, double truth) {
          return one.low <= truth && truth <= one.high ? 1.0 : 0.0;
        };
        holding +=
            holds(found.first[i], model.first()[i]) + holds(found.total[i], model.total()[i]);
      }
    }
    return holding / 1'000.0;
  };
  const double random = coverage(random_sample);
  EXPECT_GT(random, 0.88);
  EXPECT_LT(random, 0.99);
  EXPECT_GT(coverage(sobol_sample), 0.95);
}

TEST(SobolSums, ErrLessWithScrambledPointsThanWithRandomNumbers) {
  const SobolG model;
  const auto error = [&](const auto& sample_of) {
    double squares = 0.0;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const auto found = indices(model, sample_of(5, 1'024, seed))[0];
      for (std::size_t i = 0; i < model.a.size(); ++i) {
        squares += std::pow(found.first[i].value - model.first()[i], 2) +
                   std::pow(found.total[i].value - model.total()[i], 2);
      }
    }
    return std::sqrt(squares);
  };
  EXPECT_LT(error(sobol_sample), error(random_sample) / 4.0);
}

TEST(SobolSums, OutputsThatDoNotVaryOrHaveNoValueSay) {
  const double missing = std::numeric_limits<double>::quiet_NaN();
  const auto model = [&](std::span<const double> u) -> std::vector<double> {
    return {5.0, 5.0 + 1e-14 * u[0], u[0] < 0.01 ? missing : u[1], u[0]};
  };
  const auto found = indices(model, sobol_sample(2, 256, 1),
                             {.second_order = true, .resamples = 20, .rounding = 1e-12});
  EXPECT_EQ(found[0].state, State::constant);
  EXPECT_EQ(found[0].mean, 5.0);
  EXPECT_EQ(found[0].variance, 0.0);
  EXPECT_EQ(found[1].state, State::constant);
  EXPECT_EQ(found[2].state, State::missing);
  EXPECT_THAT(found[2].mean, IsNan());
  for (std::size_t o = 0; o < 3; ++o) {
    EXPECT_THAT(estimates(found[o].first), ElementsAre(IsNan(), IsNan()));
    EXPECT_THAT(estimates(found[o].total), ElementsAre(IsNan(), IsNan()));
    EXPECT_THAT(estimates(found[o].second), ElementsAre(IsNan()));
    EXPECT_THAT(found[o].total[0].high, IsNan());
  }
  EXPECT_EQ(found[3].state, State::varies);
  EXPECT_NEAR(found[3].first[0].value, 1.0, 0.01);
}

TEST(SobolSums, WithoutResamplesThereAreNoIntervals) {
  const auto found = indices(SobolG{}, sobol_sample(5, 64, 1))[0];
  EXPECT_THAT(found.first[0].low, IsNan());
  EXPECT_THAT(found.first[0].high, IsNan());
}

/// A rank that changes in one row of all: resamples without this row have no variance.
TEST(SobolSums, ResamplesInWhichAnOutputDoesNotVaryAreLeftOut) {
  const auto model = [](std::span<const double> u) -> std::vector<double> {
    return {u[0] < 1.0 / 128.0 ? 1.0 : 2.0};
  };
  const auto found = indices(model, sobol_sample(1, 128, 1), {.resamples = 200})[0];
  EXPECT_EQ(found.state, State::varies);
  EXPECT_FALSE(std::isnan(found.total[0].low));
  EXPECT_FALSE(std::isnan(found.total[0].high));
}

void expect_same(const std::vector<SobolEstimate>& a, const std::vector<SobolEstimate>& b,
                 double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_NEAR(a[i].value, b[i].value, tolerance);
    EXPECT_NEAR(a[i].low, b[i].low, tolerance);
    EXPECT_NEAR(a[i].high, b[i].high, tolerance);
  }
}

TEST(SobolSums, DoNotDependOnThreadsNorButForRoundingOnPieces) {
  const Sample sample = sobol_sample(4, 256, 1);
  const Settings settings{.second_order = true, .resamples = 50, .piece = 64};
  const auto one = indices(mixture, sample, settings);
  for (const int threads : {2, 7}) {
    Settings other = settings;
    other.threads = threads;
    const auto found = indices(mixture, sample, other);
    for (std::size_t o = 0; o < one.size(); ++o) {
      expect_same(found[o].first, one[o].first, 0.0);
      expect_same(found[o].total, one[o].total, 0.0);
      expect_same(found[o].second, one[o].second, 0.0);
    }
  }
  Settings whole = settings;
  whole.piece = 256;
  const auto found = indices(mixture, sample, whole);
  for (std::size_t o = 0; o < one.size(); ++o) {
    expect_same(found[o].first, one[o].first, 1e-11);
    expect_same(found[o].total, one[o].total, 1e-11);
    expect_same(found[o].second, one[o].second, 1e-11);
  }
}

TEST(SobolSums, DoNotDependOnTheOrderOfFactorsOrOtherOutputs) {
  const Sample sample = sobol_sample(4, 128, 1);
  Sample turned = sample;
  for (auto* side : {&turned.a, &turned.b}) {
    for (auto& point : *side) std::reverse(point.begin(), point.end());
  }
  const auto last = [](std::span<const double> u) -> std::vector<double> {
    std::vector<double> back(u.rbegin(), u.rend());
    return {mixture(back)[2]};
  };
  auto found = indices(last, turned, {.resamples = 30})[0];
  const auto expected = indices(mixture, sample, {.resamples = 30})[2];
  std::reverse(found.first.begin(), found.first.end());
  std::reverse(found.total.begin(), found.total.end());
  expect_same(found.first, expected.first, 0.0);
  expect_same(found.total, expected.total, 0.0);
}

TEST(SobolSums, OutputsFarFromZeroLoseNoDigitsThatMatter) {
  const Sample sample = sobol_sample(5, 1'024, 1);
  const SobolG model;
  const auto near = indices(model, sample)[0];
  const auto far =
      indices([&](std::span<const double> u) -> std::vector<double> { return {1e6 + model(u)[0]}; },
              sample)[0];
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(far.first[i].value, near.first[i].value, 1e-8);
    EXPECT_NEAR(far.total[i].value, near.total[i].value, 1e-8);
  }
}

TEST(Resampling, EachResampleHasAsManyRowsAsTheSample) {
  const Resampling resampling = drawn(64, 10, 1);
  DrawTable counts(64, 11);
  resampling.fill(0, counts);
  for (Size r = 0; r < 11; ++r) {
    double sum = 0.0;
    for (Size j = 0; j < 64; ++j) sum += counts.row(j)[r];
    EXPECT_EQ(sum, 64.0) << r;
  }
  DrawTable rest(16, 11);
  resampling.fill(48, rest);
  for (Size r = 0; r < 11; ++r) EXPECT_EQ(rest.row(3)[r], counts.row(51)[r]);
}

TEST(Resampling, ThreadsChangeNothing) {
  DrawTable one(64, 11);
  DrawTable three(64, 11);
  drawn(64, 10, 1, 1).fill(0, one);
  drawn(64, 10, 1, 3).fill(0, three);
  for (Size j = 0; j < 64; ++j) {
    for (Size r = 0; r < 11; ++r) EXPECT_EQ(one.row(j)[r], three.row(j)[r]);
  }
}

TEST(Resampling, CanBeStopped) {
  int asked = 0;
  Resampling resampling(Size{1} << 18, 100);
  EXPECT_FALSE(resampling.draw(1, 1, [&] { return ++asked < 3; }));
  EXPECT_EQ(asked, 3);
}

TEST(SobolSums, ManyResamplesAreAddedInParts) {
  // The first are those of few resamples, and the interval of many is nearly theirs.
  const Model model = [](std::span<const double> u) { return std::vector<double>{u[0] + u[1]}; };
  const Sample sample = sobol_sample(2, 64, 1);
  const SobolOutput few = indices(model, sample, {.resamples = 4'000})[0];
  const SobolOutput many = indices(model, sample, {.resamples = 9'001})[0];
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(many.first[i].value, few.first[i].value);
    EXPECT_NEAR(many.first[i].low, few.first[i].low, 0.02);
    EXPECT_NEAR(many.total[i].high, few.total[i].high, 0.02);
  }
}

/// How often a row is drawn is binomial: mean 1, variance 1 - 1 / rows.
TEST(Resampling, CountsAreBinomial) {
  constexpr Size rows = 32;
  constexpr Size resamples = 5'000;
  DrawTable counts(rows, 1 + resamples);
  drawn(rows, resamples, 1).fill(0, counts);
  for (Size j = 0; j < rows; ++j) {
    double sum = 0.0;
    double squares = 0.0;
    for (Size r = 1; r <= resamples; ++r) {
      sum += counts.row(j)[r];
      squares += counts.row(j)[r] * counts.row(j)[r];
    }
    const double mean = sum / resamples;
    EXPECT_NEAR(mean, 1.0, 5.0 / std::sqrt(resamples));
    EXPECT_NEAR(squares / resamples - mean * mean, 1.0 - 1.0 / rows, 0.12);
  }
}

}  // namespace
}  // namespace chiso
