#include "uncertainty/value_draws.hpp"

#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "samples.hpp"
#include "small_sources.hpp"

namespace chiso {
namespace {

using samples::Sample;

constexpr Size draws = 20'000;

double below(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double density(double z) { return std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::acos(-1.0)); }

/// Variables x0, x1 ... of one unit with these values and ranges.
Scores one_unit(const std::vector<double>& values, const std::vector<Interval>& ranges) {
  std::vector<Criterion> leaves;
  std::vector<std::string> codes;
  IndexDefinition head = small::definition({});
  for (std::size_t i = 0; i < values.size(); ++i) {
    codes.push_back("x" + std::to_string(i));
    leaves.push_back(small::leaf(codes.back()));
    Variable variable;
    variable.code = codes.back();
    variable.range = ranges[i];
    head.variables.push_back(variable);
  }
  head.tree = small::inner("r", Aggregation::Method::arithmetic_mean, std::move(leaves));
  return Evaluator(Index(head)).score(small::panel(codes, {values}));
}

DrawValues normal(double error) {
  DrawValues source;
  source.absolute = error;
  return source;
}

TEST(ValueDrawsTest, NormalErrorsAreThoseOfThePanel) {
  const auto rows = samples::draw(small::uncertain(), DrawValues{}, draws);
  const auto c = [](double x) { return below(x - 10.0); };  // c0: 10 +- 1, without a range.
  EXPECT_LT(samples::distance(rows[2], c), samples::farthest);
  EXPECT_NEAR(samples::correlation(rows[0], rows[2]), 0.0, 0.03);
  EXPECT_NEAR(samples::variance(rows[4]), 4.0, 0.2);
}

TEST(ValueDrawsTest, RelativeErrorsGrowWithTheSizeOfTheValue) {
  const Scores base = one_unit({-50, 8}, {{}, {}});
  DrawValues source;
  source.relative = 0.1;
  const auto rows = samples::draw(base, source, draws);
  EXPECT_NEAR(samples::variance(rows[0]), 25.0, 1.0);
  EXPECT_NEAR(samples::variance(rows[1]), 0.64, 0.03);
}

TEST(ValueDrawsTest, TheNormalLawIsCutOffAtTheRange) {
  // Mean 1, deviation 2, on [0, 4]: moments by theory.
  const Scores base = one_unit({1}, {Interval::closed(0, 4)});
  const auto row = samples::draw(base, normal(2), draws)[0];
  const double a = -0.5;
  const double b = 1.5;
  const double inside = below(b) - below(a);
  const auto law = [&](double x) { return (below((x - 1.0) / 2.0) - below(a)) / inside; };
  EXPECT_LT(samples::distance(row, law), samples::farthest);
  const double shift = (density(a) - density(b)) / inside;
  const double variance = 4.0 * (1.0 + (a * density(a) - b * density(b)) / inside - shift * shift);
  EXPECT_NEAR(samples::mean(row), 1.0 + 2.0 * shift, 4.0 * std::sqrt(variance / draws));
  EXPECT_NEAR(samples::variance(row), variance, 0.03);
  for (const double value : row) {
    ASSERT_GE(value, 0.0);
    ASSERT_LE(value, 4.0);
  }
}

TEST(ValueDrawsTest, AtTheEndOfARangeTheLawIsHalfANormalOne) {
  const Scores base = one_unit({100}, {Interval::closed(0, 100)});
  const auto row = samples::draw(base, normal(3), draws)[0];
  const auto law = [](double x) { return 2.0 * below((x - 100.0) / 3.0); };
  EXPECT_LT(samples::distance(row, law), samples::farthest);
}

TEST(ValueDrawsTest, OpenEndsAreNotReached) {
  Interval above_zero;
  above_zero.lower = 0.0;
  const Scores base = one_unit({1e-300}, {above_zero});
  const auto rows = samples::draw(base, normal(1), draws);
  for (const double value : rows[0]) ASSERT_GT(value, 0.0);
}

TEST(ValueDrawsTest, WithoutTruncationValuesLeaveTheRange) {
  const Scores base = one_unit({1}, {Interval::closed(0, 4)});
  DrawValues source = normal(2);
  source.truncate = false;
  const auto row = samples::draw(base, source, draws)[0];
  EXPECT_LT(samples::distance(row, [](double x) { return below((x - 1.0) / 2.0); }),
            samples::farthest);
}

TEST(ValueDrawsTest, ErrorsAreCorrelatedAsAsked) {
  const Scores base = one_unit({1, 2, 3}, {{}, {}, {}});
  DrawValues source = normal(2);
  source.correlation = {1, 0.8, -0.3, 0.8, 1, 0.1, -0.3, 0.1, 1};
  const auto rows = samples::draw(base, source, draws);
  EXPECT_NEAR(samples::correlation(rows[0], rows[1]), 0.8, 0.01);
  EXPECT_NEAR(samples::correlation(rows[0], rows[2]), -0.3, 0.03);
  EXPECT_NEAR(samples::correlation(rows[1], rows[2]), 0.1, 0.03);
  for (std::size_t i = 0; i < 3; ++i) {
    const double mean = static_cast<double>(i + 1);
    EXPECT_LT(samples::distance(rows[i], [=](double x) { return below((x - mean) / 2.0); }),
              samples::farthest);
  }
}

TEST(ValueDrawsTest, CorrelationsAreThoseOfWhatAUnitHas) {
  // North has errors of a, b and c; south none of a; west has no c; nobody of d, e and f.
  DrawValues source;
  source.correlation = {1,   0.7, 0.2, 0, 0, 0,  //
                        0.7, 1,   0.5, 0, 0, 0,  //
                        0.2, 0.5, 1,   0, 0, 0,  //
                        0,   0,   0,   1, 0, 0,  //
                        0,   0,   0,   0, 1, 0,  //
                        0,   0,   0,   0, 0, 1};
  source.truncate = false;
  const auto rows = samples::draw(small::uncertain(), source, draws);
  EXPECT_NEAR(samples::correlation(rows[0], rows[1]), 0.7, 0.02);
  EXPECT_NEAR(samples::correlation(rows[0], rows[2]), 0.2, 0.03);
  EXPECT_NEAR(samples::correlation(rows[3], rows[4]), 0.5, 0.02);
  EXPECT_NEAR(samples::correlation(rows[5], rows[6]), 0.7, 0.02);
  EXPECT_NEAR(samples::correlation(rows[0], rows[5]), 0.0, 0.03);  // Of two units.
}

TEST(ValueDrawsTest, CorrelatedErrorsThatAreCutOffAreThoseInsideAllRanges) {
  // Both values at the end of their range: a quadrant of the plane, of probability
  // 1/4 + asin(r) / (2 pi), over which x has the integral (1 + r) / (2 sqrt(2 pi)).
  const double r = 0.6;
  const Scores base = one_unit({0, 0}, {Interval::closed(0, 1e6), Interval::closed(0, 1e6)});
  DrawValues source = normal(1);
  source.correlation = {1, r, r, 1};
  const auto rows = samples::draw(base, source, draws);
  const double pi = std::acos(-1.0);
  const double expected =
      (1.0 + r) / (2.0 * std::sqrt(2.0 * pi)) / (0.25 + std::asin(r) / (2.0 * pi));
  EXPECT_NEAR(samples::mean(rows[0]), expected, 0.02);
  EXPECT_NEAR(samples::mean(rows[1]), expected, 0.02);
  for (std::size_t i = 0; i < 2; ++i) {
    for (const double value : rows[i]) ASSERT_GE(value, 0.0);
  }
}

TEST(ValueDrawsTest, BinomialSharesAreCountsOfAnswers) {
  DrawValues source;
  source.law = DrawValues::Law::binomial;
  source.sample = 40;
  const Scores base =
      one_unit({30, 0.3, 0.3}, {Interval::closed(0, 100), Interval::closed(0, 1), Interval{}});
  const auto rows = samples::draw(base, source, draws);
  const double factor[] = {2.5, 1.0 / 40, 1.0 / 40};
  for (std::size_t i = 0; i < 3; ++i) {
    double sum = 0.0;
    double squares = 0.0;
    for (const double value : rows[i]) {
      const double count = value / factor[i];
      ASSERT_NEAR(count, std::round(count), 1e-12);
      sum += count;
      squares += (count - 12.0) * (count - 12.0);
    }
    EXPECT_NEAR(sum / draws, 12.0, 4.0 * std::sqrt(8.4 / draws));
    EXPECT_NEAR(squares / draws, 8.4, 0.4);
  }
}

TEST(ValueDrawsTest, SamplesMayDifferByUnit) {
  DrawValues source;
  source.law = DrawValues::Law::binomial;
  source.variables = "b";
  source.sample_variable = "asked";
  const auto rows = samples::draw(small::uncertain(), source, draws);
  ASSERT_EQ(rows.size(), 2U);  // Nobody knows how many were asked in the west.
  EXPECT_NEAR(samples::variance(rows[0]), 0.25 / 100, 0.0002);
  EXPECT_NEAR(samples::variance(rows[1]), 0.16 / 400, 0.00003);
}

TEST(ValueDrawsTest, BinomialSharesStayInTheRange) {
  DrawValues source;
  source.law = DrawValues::Law::binomial;
  source.sample = 10;
  const Scores base = one_unit({0.3}, {Interval::closed(0.2, 0.9)});
  const boost::math::binomial_distribution<> all(10, 0.3);
  const auto row = samples::draw(base, source, draws)[0];
  double twos = 0.0;
  for (const double value : row) {
    ASSERT_GE(value, 0.2);
    ASSERT_LE(value, 0.9);
    twos += value < 0.25 ? 1.0 : 0.0;
  }
  const double inside = cdf(all, 9) - cdf(all, 1);
  EXPECT_NEAR(twos / draws, pdf(all, 2) / inside, 0.015);
}

}  // namespace
}  // namespace chiso
