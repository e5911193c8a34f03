#include "chiso/uncertainty/uncertainty.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "../evaluate/small.hpp"
#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::HasSubstr;

Scores mean_of(std::vector<std::string> variables, const std::vector<std::vector<double>>& rows) {
  std::vector<Criterion> leaves;
  for (const std::string& code : variables) leaves.push_back(small::leaf(code));
  const Index index =
      small::index(small::inner("r", Aggregation::Method::arithmetic_mean, std::move(leaves)));
  return Evaluator(index).score(small::panel(std::move(variables), rows));
}

/// a = 20 + 50 w and b = 60 - 20 w of a share w: a is ahead if w > 4/7.
Scores two_units() { return mean_of({"x", "y"}, {{70, 20}, {40, 60}}); }

UncertaintyOptions options(std::int64_t draws) {
  UncertaintyOptions how;
  how.draws = draws;
  how.seed = 11;
  how.threads = 2;
  return how;
}

Uncertainty drawn(const Scores& base, const UncertaintyOptions& how, const DrawWatch& watch = {}) {
  return uncertainty(Experiment(base, {DrawWeights{}}, how), watch);
}

/// Five standard errors of a share p of n draws.
double margin(double p, double n) { return 5.0 * std::sqrt(p * (1.0 - p) / n); }

constexpr Size root = Index::root();

TEST(UncertaintyTest, TwoUnitsUnderAnyWeightsAreAsGeometrySays) {
  const Uncertainty result = drawn(two_units(), options(200'000));

  const auto n = static_cast<double>(result.draws());
  EXPECT_EQ(result.draws(), 200'704);  // 196 grains.
  EXPECT_FALSE(result.stopped());
  EXPECT_EQ(result.scored(root), (std::vector<double>{1.0, 1.0}));
  EXPECT_NEAR(result.top(root, 1)[0], 3.0 / 7.0, margin(3.0 / 7.0, n));
  EXPECT_EQ(result.top(root, 2), (std::vector<double>{1.0, 1.0}));
  // Of a uniform number on 20..70: mean 45, deviation 50 / sqrt(12).
  const double deviation = 50.0 / std::sqrt(12.0);
  EXPECT_NEAR(result.mean(root)[0], 45.0, 5.0 * deviation / std::sqrt(n));
  EXPECT_NEAR(result.deviation(root)[0], deviation, 0.05);
  EXPECT_NEAR(result.minimum(root)[0], 20.0, 0.01);
  EXPECT_NEAR(result.maximum(root)[0], 70.0, 0.01);
  for (const double q : {0.01, 0.25, 0.5, 0.9}) {
    EXPECT_NEAR(result.quantile(root, q)[0], 20.0 + 50.0 * q, 50.0 * margin(q, n)) << q;
    EXPECT_NEAR(result.quantile(root, q)[1], 40.0 + 20.0 * q, 20.0 * margin(q, n)) << q;
  }
  EXPECT_EQ(result.quantile(root, 0.0), result.minimum(root));
  EXPECT_EQ(result.quantile(root, 1.0), result.maximum(root));
}

TEST(UncertaintyTest, AllAnswersAboutRanksAgree) {
  const Uncertainty result = drawn(two_units(), options(100'000));

  const double first = result.top(root, 1)[0];
  EXPECT_DOUBLE_EQ(result.mean_rank(root)[0], 2.0 - first);
  EXPECT_DOUBLE_EQ(result.beats(root)[2], first);  // Row 0, column 1.
  EXPECT_DOUBLE_EQ(result.beats(root)[1], 1.0 - first);
  EXPECT_EQ(result.beats(root)[0], 0.0);
  EXPECT_EQ(result.acceptability(root)[0], first);
  EXPECT_DOUBLE_EQ(result.acceptability(root)[2], 1.0 - first);
  const auto n = static_cast<double>(result.draws());
  EXPECT_NEAR(result.rank_deviation(root)[0], std::sqrt(first * (1.0 - first) * n / (n - 1.0)),
              1e-12);
  EXPECT_EQ(result.rank_quantile(root, 0.0)[0], 1.0);
  EXPECT_EQ(result.rank_quantile(root, first)[0], 1.0);
  EXPECT_EQ(result.rank_quantile(root, first + 1e-9)[0], 2.0);
  EXPECT_EQ(result.rank_quantile(root, 1.0)[0], 2.0);
  // b is first in the base (50 to 45). Where a is, both moved by one.
  EXPECT_DOUBLE_EQ(result.shift(root).mean, first);
  EXPECT_NEAR(result.shift(root).deviation, result.rank_deviation(root)[0], 1e-12);
  EXPECT_EQ(result.shift(root).median, 0.0);
}

TEST(UncertaintyTest, CentralWeightsAreTheMeansOfTheHalfLinesAndNothingElseVaries) {
  const Uncertainty result = drawn(two_units(), options(200'000));

  const Uncertainty::CentralWeights central = result.central_weights();
  const Index& index = result.experiment().base().index();
  EXPECT_EQ(central.parents, (std::vector<Size>{root, root}));
  EXPECT_EQ(central.nodes, (std::vector<Size>{index.at("x"), index.at("y")}));
  // Of w on (4/7, 1) and on (0, 4/7).
  EXPECT_NEAR(central.weights[0], 11.0 / 14.0, 0.002);
  EXPECT_NEAR(central.weights[1], 2.0 / 7.0, 0.002);
  EXPECT_NEAR(central.weights[2], 3.0 / 14.0, 0.002);
  EXPECT_EQ(result.confidence_factors(1000), (std::vector<double>{1.0, 1.0}));
}

TEST(UncertaintyTest, VolumesOfTheSimplex) {
  // a's score is the first of four shares: P(share > t) = (1 - t)^3. b is constant, c below both.
  const Scores base =
      mean_of({"p", "q", "s", "t"}, {{100, 0, 0, 0}, {30, 30, 30, 30}, {-1, -1, -1, -1}});
  const Uncertainty result = drawn(base, options(200'000));

  const auto n = static_cast<double>(result.draws());
  EXPECT_NEAR(result.top(root, 1)[0], 0.343, margin(0.343, n));
  EXPECT_NEAR(result.quantile(root, 0.657)[0], 30.0, 0.5);
  EXPECT_EQ(result.top(root, 1)[2], 0.0);
  EXPECT_EQ(result.rank_quantile(root, 0.5)[2], 3.0);
  EXPECT_TRUE(std::isnan(result.central_weights().weights[2]));
  EXPECT_TRUE(std::isnan(result.confidence_factors(1)[2]));
}

TEST(UncertaintyTest, AConstantUnitIsExact) {
  // Shares add up to 1 only nearly: of equal indicators no mean is constant but that of zeros.
  const Scores base = mean_of({"x", "y"}, {{0, 0}, {-1, 1}});
  const Uncertainty result = drawn(base, options(10'000));

  EXPECT_EQ(result.mean(root)[0], 0.0);
  EXPECT_EQ(result.deviation(root)[0], 0.0);
  for (const double q : {0.0, 0.1, 0.5, 1.0}) EXPECT_EQ(result.quantile(root, q)[0], 0.0);
}

TEST(UncertaintyTest, AUnitWithoutAScoreHasNoAnswers) {
  const Scores base = mean_of({"x", "y"}, {{1, 2}, {small::missing, 3}});
  const Uncertainty result = drawn(base, options(1));

  EXPECT_EQ(result.scored(root)[1], 0.0);
  EXPECT_TRUE(std::isnan(result.mean(root)[1]));
  EXPECT_TRUE(std::isnan(result.quantile(root, 0.5)[1]));
  EXPECT_TRUE(std::isnan(result.mean_rank(root)[1]));
  EXPECT_EQ(result.top(root, 2)[1], 0.0);
  EXPECT_EQ(result.shift(root).mean, 0.0);
}

TEST(UncertaintyTest, ThreadsAndDivisionsGiveTheSameBits) {
  UncertaintyOptions how = options(20 * draws_a_grain);
  how.nodes = {"x"};
  const Scores base = two_units();
  how.threads = 1;
  const std::string bytes = drawn(base, how).bytes();
  for (const int threads : {2, 7}) {
    how.threads = threads;
    EXPECT_TRUE(drawn(base, how).bytes() == bytes) << threads;
  }

  // As other processes would: each with its own experiment, merged as they come.
  std::vector<std::int64_t> firsts = {0, 5, 10, 15};
  std::mt19937 random(5);
  for (int round = 0; round < 3; ++round) {
    std::shuffle(firsts.begin(), firsts.end(), random);
    const Experiment here(base, {DrawWeights{}}, how);
    std::vector<Uncertainty> parts;
    for (const std::int64_t first : firsts) {
      const Experiment there(base, {DrawWeights{}}, how);
      parts.push_back(
          Uncertainty::from_bytes(here, Uncertainty::of_grains(there, first, 5).bytes()));
    }
    for (std::size_t i = 1; i < parts.size(); ++i) parts[0].merge(parts[i]);
    EXPECT_TRUE(parts[0].bytes() == bytes);
    EXPECT_THROW(parts[0].merge(parts[1]), DataError);
  }
}

TEST(UncertaintyTest, OtherIngredientsAreNotMerged) {
  const Scores base = two_units();
  const Experiment here(base, {DrawWeights{}}, options(1));
  Uncertainty result = uncertainty(here);
  UncertaintyOptions seeded = options(1);
  seeded.seed = 12;
  DrawWeights normalised;
  normalised.law = DrawWeights::Law::normalised_uniform;
  const std::vector<Experiment> others = {
      Experiment(base, {DrawWeights{}}, seeded), Experiment(base, {normalised}, options(1)),
      Experiment(mean_of({"x", "y"}, {{70, 20}, {40, 61}}), {DrawWeights{}}, options(1))};
  for (const Experiment& other : others) {
    const Uncertainty next = Uncertainty::of_grains(other, 1, 1);
    EXPECT_THROW(result.merge(next), DataError);
    EXPECT_THROW(static_cast<void>(Uncertainty::from_bytes(here, next.bytes())), DataError);
  }
  EXPECT_EQ(result.draws(), 1024);
}

TEST(UncertaintyTest, StopsAtTheStatedPrecisionWhateverTheThreads) {
  UncertaintyOptions how = options(1'000'000);
  how.top = 1;
  how.precision = 0.004;
  // sqrt(3/7 * 4/7 / n) <= 0.004 from 15,306 draws on: 14.9 grains.
  for (const int threads : {1, 2, 5}) {
    how.threads = threads;
    EXPECT_EQ(drawn(two_units(), how).draws(), 16 * draws_a_grain);
  }
}

TEST(UncertaintyTest, AWatchSeesTheEndAndCanStop) {
  UncertaintyOptions how = options(50 * draws_a_grain);
  DrawProgress last;
  const auto see = [&](const DrawProgress& progress) {
    last = progress;
    return true;
  };
  static_cast<void>(drawn(two_units(), how, see));
  EXPECT_EQ(last.done, 50 * draws_a_grain);
  EXPECT_EQ(last.wanted, 50 * draws_a_grain);
  EXPECT_TRUE(std::isnan(last.standard_error));

  how.draws = 2'000'000'000;
  const Uncertainty stopped = drawn(two_units(), how, [](const DrawProgress&) { return false; });
  EXPECT_TRUE(stopped.stopped());
  EXPECT_GT(stopped.draws(), 0);
  EXPECT_LT(stopped.draws(), how.draws);
  EXPECT_NEAR(stopped.top(root, 1)[0], 3.0 / 7.0,
              margin(3.0 / 7.0, static_cast<double>(stopped.draws())));

  const auto fail = [](const DrawProgress&) -> bool { throw std::runtime_error("enough"); };
  EXPECT_THROW(static_cast<void>(drawn(two_units(), how, fail)), std::runtime_error);
}

// ---- errors -----------------------------------------------------------------------------------

template <class ErrorType>
std::string refusal(const UncertaintyOptions& how, std::vector<Source> sources) {
  try {
    const Experiment experiment(two_units(), std::move(sources), how);
  } catch (const ErrorType& error) {
    return error.what();
  }
  return "";
}

TEST(UncertaintyErrorsTest, EveryOptionIsNamed) {
  UncertaintyOptions how;
  how.draws = 0;
  how.threads = -1;
  how.precision = 0.0;
  how.top = 3;
  const std::string text = refusal<SpecError>(how, {});
  EXPECT_THAT(text, HasSubstr("sources: expected at least one, got none"));
  EXPECT_THAT(text, HasSubstr("draws: expected 1 to 4294966272, got 0"));
  EXPECT_THAT(text, HasSubstr("threads: expected 1 or more, or 0"));
  EXPECT_THAT(text, HasSubstr("precision: expected a standard error above 0, got 0"));
  EXPECT_THAT(text, HasSubstr("top: expected 1 to 2, the units, got 3"));

  UncertaintyOptions many;
  many.draws = std::int64_t{1} << 40;
  EXPECT_THAT(refusal<SpecError>(many, {DrawWeights{}}), HasSubstr("draws: expected 1 to"));
  UncertaintyOptions nodes;
  nodes.nodes = {"xx"};
  EXPECT_THAT(refusal<NotFoundError>(nodes, {DrawWeights{}}), HasSubstr("did you mean 'x'"));
}

TEST(UncertaintyErrorsTest, QuestionsThatHaveNoAnswer) {
  UncertaintyOptions how = options(1);
  how.pairs = false;
  const Experiment experiment(two_units(), {DrawWeights{}}, how);
  const Uncertainty result = uncertainty(experiment);

  EXPECT_THROW(static_cast<void>(result.beats(root)), SpecError);
  EXPECT_THROW(static_cast<void>(result.top(root, 0)), SpecError);
  EXPECT_THROW(static_cast<void>(result.top(root, 3)), SpecError);
  EXPECT_THROW(static_cast<void>(result.quantile(root, 1.5)), SpecError);
  EXPECT_THROW(static_cast<void>(result.rank_quantile(root, -0.5)), SpecError);
  EXPECT_THROW(static_cast<void>(result.mean(1)), NotFoundError);
  EXPECT_THROW(static_cast<void>(result.mean(99)), NotFoundError);
  EXPECT_THROW(static_cast<void>(result.confidence_factors(0)), SpecError);
  EXPECT_THROW(static_cast<void>(Uncertainty::of_grains(experiment, -1, 2)), SpecError);
  EXPECT_THROW(static_cast<void>(Uncertainty::of_grains(experiment, 4'194'302, 2)), SpecError);
  EXPECT_TRUE(result.groups().empty());
}

}  // namespace
}  // namespace chiso
