#include "chiso/score/piecewise.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Kind = CoverageFault::Kind;
using Steps = std::vector<std::pair<Interval, double>>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

Interval above(double x) { return {x, infinity, false, false}; }
Interval below(double x) { return {-infinity, x, false, false}; }
Interval closed(double a, double b) { return Interval::closed(a, b); }

// > 90: 2; [70, 90]: 1; < 70: 0.
Piecewise timely() {
  return Piecewise::steps(Steps{{above(90.0), 2.0}, {closed(70.0, 90.0), 1.0}, {below(70.0), 0.0}});
}

TEST(PiecewiseTest, StepsRespectOpenAndClosedBounds) {
  const Piecewise rule = timely();

  EXPECT_EQ(rule(90.0), 1.0);
  EXPECT_EQ(rule(std::nextafter(90.0, 91.0)), 2.0);
  EXPECT_EQ(rule(70.0), 1.0);
  EXPECT_EQ(rule(std::nextafter(70.0, 0.0)), 0.0);
  EXPECT_EQ(rule(-1e300), 0.0);
  EXPECT_EQ(rule(1e300), 2.0);
  EXPECT_TRUE(std::isnan(rule(nan)));
}

TEST(PiecewiseTest, ProportionalGivesWhatOneComputesByHand) {
  // 3 * x / 100 from 80 on.
  const Piecewise rule = Piecewise::proportional(3.0, 100.0, 80.0);

  EXPECT_EQ(rule(79.99), 0.0);
  EXPECT_EQ(rule(80.0), 2.4);
  EXPECT_EQ(rule(90.0), 2.7);
  EXPECT_EQ(rule(100.0), 3.0);
  EXPECT_EQ(rule(250.0), 3.0);
  EXPECT_EQ(rule(-5.0), 0.0);
  // 0.03 * 70 would be 2.0999999999999996.
  EXPECT_EQ(Piecewise::proportional(3.0, 100.0)(70.0), 2.1);
}

TEST(PiecewiseTest, ProportionalMayStartOnlyWhereItIsFull) {
  const Piecewise rule = Piecewise::proportional(2.0, 100.0, 100.0);

  EXPECT_EQ(rule(99.9), 0.0);
  EXPECT_EQ(rule(100.0), 2.0);
}

TEST(PiecewiseTest, PerUnitStopsAtItsCap) {
  const Piecewise rule = Piecewise::per_unit(0.5, 2.0);

  EXPECT_EQ(rule(-1.0), 0.0);
  EXPECT_EQ(rule(0.0), 0.0);
  EXPECT_EQ(rule(3.0), 1.5);
  EXPECT_EQ(rule(4.0), 2.0);
  EXPECT_EQ(rule(9.0), 2.0);
}

TEST(PiecewiseTest, IncrementsAddForEveryFullStep) {
  // 1 from 10 on, 0.25 more for every full 5 above 20, at most 2.
  const Piecewise rule = Piecewise::increments(10.0, 1.0, 20.0, 5.0, 0.25, 2.0);

  EXPECT_EQ(rule(9.99), 0.0);
  EXPECT_EQ(rule(10.0), 1.0);
  EXPECT_EQ(rule(24.99), 1.0);
  EXPECT_EQ(rule(25.0), 1.25);
  EXPECT_EQ(rule(34.0), 1.5);
  EXPECT_EQ(rule(40.0), 2.0);
  EXPECT_EQ(rule(1000.0), 2.0);
  EXPECT_EQ(rule.pieces().size(), 6U);  // < 10, four steps below the cap, the cap
}

TEST(PiecewiseTest, IncrementsBelowTheStartCountFromTheStartOn) {
  // From 0 in steps of 5, but nothing below 12: at 12 two full steps have been made.
  const Piecewise rule = Piecewise::increments(12.0, 1.0, 0.0, 5.0, 0.1, 1.5);

  EXPECT_EQ(rule(11.0), 0.0);
  EXPECT_EQ(rule(12.0), 1.2);
  EXPECT_EQ(rule(15.0), 1.0 + 3.0 * 0.1);
  EXPECT_EQ(rule(25.0), 1.5);
}

TEST(PiecewiseTest, IncrementsReachACapThatRoundingLeavesShort) {
  // 0.7 + k 0.1 reaches 1 at k = 3, in doubles or not.
  const Piecewise rule = Piecewise::increments(0.0, 0.7, 0.0, 1.0, 0.1, 1.0);

  EXPECT_EQ(rule(3.0), 1.0);
  EXPECT_EQ(rule.pieces().size(), 5U);
}

TEST(PiecewiseTest, IncrementsWithoutEndAreRefused) {
  EXPECT_THROW((void)Piecewise::increments(0.0, 0.0, 0.0, 1.0, 1e-9, 100.0), SpecError);
  EXPECT_THROW((void)Piecewise::increments(0.0, 0.0, 1e300, 1.0, 1.0, 10.0), SpecError);
}

TEST(PiecewiseTest, DeductionsEndAtZero) {
  const Piecewise rule = Piecewise::deduction(2.0, 0.5, 1.0);

  EXPECT_EQ(rule(0.0), 2.0);
  EXPECT_EQ(rule(1.0), 1.5);
  EXPECT_EQ(rule(3.0), 0.5);
  EXPECT_EQ(rule(4.0), 0.0);
  EXPECT_EQ(rule(10.0), 0.0);
  EXPECT_EQ(rule(-1.0), 2.0);
}

TEST(PiecewiseTest, GivenPointsAreTakenAsTheyAreAndOnlyThere) {
  const Piecewise rule = Piecewise::given(2.5);
  const std::vector<double> in{0.0, 2.5, 2.6, -0.1, nan, 1.7};
  std::vector<double> out(in.size());

  EXPECT_EQ(rule.evaluate(in, out), 2);
  EXPECT_EQ(out[0], 0.0);
  EXPECT_EQ(out[1], 2.5);
  EXPECT_TRUE(std::isnan(out[2]) && std::isnan(out[3]) && std::isnan(out[4]));
  EXPECT_EQ(out[5], 1.7);
}

TEST(PiecewiseTest, FixedPointsAreForEverybodyWithAValue) {
  EXPECT_EQ(Piecewise::fixed(3.0)(-1e9), 3.0);
  EXPECT_EQ(Piecewise::fixed(3.0)(1e9), 3.0);
  EXPECT_TRUE(std::isnan(Piecewise::fixed(3.0)(nan)));
}

TEST(PiecewiseTest, FactoriesNeverLeaveTheirRange) {
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> any(0.01, 10.0);
  for (int trial = 0; trial < 2'000; ++trial) {
    const double maximum = any(random);
    const double full_at = any(random);
    const double near_full = std::nextafter(full_at, 0.0);
    ASSERT_LE(Piecewise::proportional(maximum, full_at)(near_full), maximum);
    const double points = any(random);
    ASSERT_LE(Piecewise::per_unit(points, maximum)(std::nextafter(maximum / points, 0.0)), maximum);
    const double none_at = maximum * full_at / points;
    ASSERT_GE(Piecewise::deduction(maximum, points, full_at)(std::nextafter(none_at, 0.0)), 0.0);
  }
}

TEST(PiecewiseTest, GivesAColumnTheSameBitsAsItsValuesOneByOne) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> any(-10.0, 120.0);
  std::vector<double> in(1003);
  for (double& x : in) x = std::round(any(random) * 4.0) / 4.0;
  in[3] = nan;
  const Piecewise few({{closed(0.0, 50.0), 1.0, 0.3, 7.0}, {above(60.0), 9.0, -0.1, 3.0}});
  for (const Piecewise& rule : {few, few.clamped(1.5, 2.5), timely(),
                                Piecewise::increments(5.0, 0.0, 5.0, 1.5, 0.1, 5.0)}) {
    std::vector<double> out(in.size());
    const Size outside = rule.evaluate(in, out);

    Size expected = 0;
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double y = rule(in[i]);
      if (std::isnan(y)) {
        ASSERT_TRUE(std::isnan(out[i]));
        expected += std::isnan(in[i]) ? 0 : 1;
      } else {
        ASSERT_EQ(out[i], y);
      }
    }
    EXPECT_EQ(outside, expected);
    std::vector<double> in_place = in;
    EXPECT_EQ(rule.evaluate(in_place, in_place), expected);
    EXPECT_EQ(in_place[9], out[9]);
  }
}

TEST(PiecewiseTest, NamesWhatIsCoveredTwiceAndNotAtAll) {
  const std::vector<Interval> intervals{Interval{90.0, infinity, true, false}, closed(75.0, 90.0),
                                        below(70.0)};

  EXPECT_THAT(coverage_faults(intervals, closed(0.0, 100.0)),
              ElementsAre(CoverageFault{Kind::gap, {70.0, 75.0, true, false}},
                          CoverageFault{Kind::overlap, closed(90.0, 90.0)}));
}

TEST(PiecewiseTest, FindsGapsAtTheEndsAndOfASinglePoint) {
  const std::vector<Interval> intervals{{0.0, 5.0, false, false}, {5.0, 9.0, false, true}};

  EXPECT_THAT(coverage_faults(intervals, closed(0.0, 10.0)),
              ElementsAre(CoverageFault{Kind::gap, closed(0.0, 0.0)},
                          CoverageFault{Kind::gap, closed(5.0, 5.0)},
                          CoverageFault{Kind::gap, {9.0, 10.0, false, true}}));
  EXPECT_THAT(coverage_faults(intervals, Interval{1.0, 4.0, true, true}), IsEmpty());
  EXPECT_THAT(coverage_faults({}, Interval{}), ElementsAre(CoverageFault{Kind::gap, Interval{}}));
}

TEST(PiecewiseTest, FindsAnIntervalInsideAnother) {
  const std::vector<Interval> intervals{closed(0.0, 10.0), closed(2.0, 3.0), closed(4.0, 12.0)};

  EXPECT_THAT(coverage_faults(intervals, closed(0.0, 12.0)),
              ElementsAre(CoverageFault{Kind::overlap, closed(2.0, 3.0)},
                          CoverageFault{Kind::overlap, closed(4.0, 10.0)}));
}

TEST(PiecewiseTest, CoversADomainOrSaysWhatItLeavesOut) {
  EXPECT_TRUE(timely().covers({}));
  EXPECT_TRUE(Piecewise::given(2.0).covers(closed(0.0, 2.0)));
  EXPECT_THAT(Piecewise::given(2.0).gaps(closed(-1.0, 2.0)),
              ElementsAre(Interval{-1.0, 0.0, true, false}));
}

TEST(PiecewiseTest, RefusesOverlapsEmptyIntervalsAndNumbersThatAreNotFinite) {
  EXPECT_THROW(Piecewise({}), SpecError);
  EXPECT_THROW((void)Piecewise::steps(Steps{{closed(0.0, 5.0), 1.0}, {closed(5.0, 9.0), 2.0}}),
               SpecError);
  EXPECT_THROW((void)Piecewise::steps(Steps{{Interval{5.0, 5.0, true, false}, 1.0}}), SpecError);
  EXPECT_THROW((void)Piecewise::steps(Steps{{closed(0.0, 5.0), nan}}), SpecError);
  EXPECT_THROW((void)Piecewise::proportional(3.0, 0.0), SpecError);
  EXPECT_THROW((void)Piecewise::proportional(3.0, 100.0, 101.0), SpecError);
  EXPECT_THROW((void)Piecewise::per_unit(0.0, 1.0), SpecError);
  EXPECT_THROW((void)Piecewise::deduction(2.0, 0.5, 0.0), SpecError);
  EXPECT_THROW((void)Piecewise::fixed(1.0).clamped(2.0, 1.0), SpecError);
}

TEST(PiecewiseTest, KnowsItsRangeAndWhetherItIsReached) {
  EXPECT_EQ(timely().maximum(), (Extreme{2.0, true}));
  EXPECT_EQ(timely().maximum(closed(0.0, 90.0)), (Extreme{1.0, true}));
  EXPECT_EQ(timely().minimum(closed(80.0, 100.0)), (Extreme{1.0, true}));
  // x on [0, 5): 5 is only approached.
  const Piecewise open({{{0.0, 5.0, true, false}, 0.0, 1.0, 1.0}});
  EXPECT_EQ(open.maximum(), (Extreme{5.0, false}));
  EXPECT_EQ(open.clamped(1.0, 4.0).maximum(), (Extreme{4.0, true}));
  EXPECT_EQ(open.clamped(1.0, 4.0).minimum(), (Extreme{1.0, true}));
  EXPECT_EQ(open.minimum(closed(7.0, 8.0)), std::nullopt);
  const Piecewise line({{Interval{}, 0.0, 2.0, 1.0}});
  EXPECT_EQ(line.maximum(), (Extreme{infinity, false}));
  EXPECT_EQ(line.minimum(), (Extreme{-infinity, false}));
}

TEST(PiecewiseTest, KnowsWhichWayItRuns) {
  EXPECT_EQ(timely().trend(), Trend::increasing);
  EXPECT_EQ(timely().trend(closed(71.0, 80.0)), Trend::constant);
  EXPECT_EQ(Piecewise::deduction(2.0, 0.5).trend(), Trend::decreasing);
  EXPECT_EQ(Piecewise::fixed(1.0).trend(), Trend::constant);
  EXPECT_EQ(Piecewise({{Interval{}, 0.0, -2.0, 1.0}}).trend(), Trend::decreasing);
  EXPECT_EQ(Piecewise::steps(Steps{{below(0.0), 1.0}, {closed(0.0, 1.0), 0.0}, {above(1.0), 1.0}})
                .trend(),
            Trend::neither);
  // Where the line meets the cap the two differ by rounding, which is no fall.
  std::mt19937_64 random(8);
  std::uniform_real_distribution<double> any(0.01, 10.0);
  for (int trial = 0; trial < 2'000; ++trial) {
    ASSERT_EQ(Piecewise::proportional(any(random), any(random)).trend(), Trend::increasing);
    ASSERT_EQ(Piecewise::deduction(any(random), any(random), any(random)).trend(),
              Trend::decreasing);
  }
}

TEST(PiecewiseTest, FindsTheGoalAndWhetherReachingItIsEnough) {
  EXPECT_EQ(timely().least_reaching(2.0), (Preimage{90.0, false}));
  EXPECT_EQ(timely().least_reaching(1.0), (Preimage{70.0, true}));
  EXPECT_EQ(timely().least_reaching(0.5), (Preimage{70.0, true}));
  EXPECT_EQ(timely().least_reaching(0.0), (Preimage{-infinity, false}));
  EXPECT_EQ(timely().least_reaching(0.0, closed(0.0, 100.0)), (Preimage{0.0, true}));
  EXPECT_EQ(timely().least_reaching(2.5), std::nullopt);
  EXPECT_EQ(timely().least_reaching(2.0, closed(0.0, 90.0)), std::nullopt);
}

TEST(PiecewiseTest, FindsTheNumberThatAPersonWouldCompute) {
  const Piecewise rule = Piecewise::proportional(3.0, 100.0, 50.0);

  EXPECT_EQ(rule.least_reaching(2.1), (Preimage{70.0, true}));
  EXPECT_EQ(rule.least_reaching(3.0), (Preimage{100.0, true}));
  EXPECT_EQ(rule.least_reaching(1.0), (Preimage{50.0, true}));
  EXPECT_EQ(Piecewise::deduction(2.0, 0.5).greatest_reaching(1.5), (Preimage{1.0, true}));
  EXPECT_EQ(Piecewise::deduction(2.0, 0.5).greatest_reaching(0.0), (Preimage{infinity, false}));
  EXPECT_EQ(Piecewise::deduction(2.0, 0.5).greatest_reaching(2.0), (Preimage{0.0, true}));
  EXPECT_EQ(timely().greatest_reaching(2.0), (Preimage{infinity, false}));
}

TEST(PiecewiseTest, TheGoalReachesThePointsAndNothingClearlyLessDoes) {
  std::mt19937_64 random(9);
  std::uniform_real_distribution<double> any(0.01, 10.0);
  for (int trial = 0; trial < 5'000; ++trial) {
    const double maximum = any(random);
    const double wanted = maximum * (any(random) / 10.0);
    const Piecewise up = Piecewise::proportional(maximum, any(random));
    const auto least = up.least_reaching(wanted);
    ASSERT_TRUE(least && least->attained);
    ASSERT_GE(up(least->value), wanted);
    ASSERT_LT(up(least->value * (1.0 - 1e-12)), wanted);

    const Piecewise down = Piecewise::deduction(maximum, any(random), any(random));
    const auto greatest = down.greatest_reaching(wanted);
    ASSERT_TRUE(greatest && greatest->attained);
    ASSERT_GE(down(greatest->value), wanted);
    ASSERT_LT(down(greatest->value + 1e-9), wanted);
  }
}

TEST(PiecewiseTest, CountsIncrementsInDecimals) {
  // Three full tenths are 0.3, although 3 * 0.1 is more than 0.3 in doubles.
  const Piecewise rule = Piecewise::increments(0.0, 0.0, 0.0, 0.1, 0.1, 1.0);

  EXPECT_DOUBLE_EQ(rule(0.3), 0.3);
  EXPECT_DOUBLE_EQ(rule(0.7), 0.7);
  EXPECT_EQ(rule(0.2999), 0.2);
}

}  // namespace
}  // namespace chiso
