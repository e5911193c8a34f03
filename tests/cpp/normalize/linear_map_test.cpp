#include "chiso/normalize/linear_map.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(LinearMapTest, IsTheIdentityBitByBitUnlessToldOtherwise) {
  const LinearMap identity;

  for (const double x : {0.1, -7.25, 1e300, -1e-300, 0.0}) EXPECT_EQ(identity(x), x);
}

TEST(LinearMapTest, MapsTheMinimumToLowAndTheMaximumToHigh) {
  // PCI: 1 + 9 (x - 2) / (12 - 2); x = 7 is the middle: 1 + 4.5.
  const LinearMap map{1.0, 2.0, 10.0, 1.0, 10.0, false, false};

  EXPECT_EQ(map(2.0), 1.0);
  EXPECT_EQ(map(7.0), 5.5);
  EXPECT_EQ(map(12.0), 10.0);
  EXPECT_EQ(map(22.0), 19.0);
}

TEST(LinearMapTest, ANegativeSignTurnsTheScaleRound) {
  // More is worse: the signed values run from -12 to -2, so 12 gives 0 and 2 gives 100.
  const LinearMap map{-1.0, -12.0, 10.0, 0.0, 100.0, false, false};

  EXPECT_EQ(map(12.0), 0.0);
  EXPECT_EQ(map(2.0), 100.0);
  EXPECT_EQ(map(4.5), 75.0);
}

TEST(LinearMapTest, HitsBothEndsExactlyAndNeverRunsBackwardsForAnyNumbers) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> any(-100.0, 100.0);
  int rounded = 0;
  for (int trial = 0; trial < 20'000; ++trial) {
    const double least = any(random);
    const double greatest = any(random);
    const double low = any(random);
    const double high = any(random);
    if (least == greatest) continue;
    const LinearMap map{1.0, least, greatest - least, low, high, false, false};

    ASSERT_EQ(map(least), low);
    ASSERT_EQ(map(greatest), high);
    const double before = map(std::nextafter(greatest, least));
    const double after = map(greatest + (greatest - least) * 1e-15);
    ASSERT_TRUE(low <= high ? before <= high && after >= high : before >= high && after <= high);
    rounded += low + (high - low) != high ? 1 : 0;
  }
  // Otherwise the trials never met the case that the map takes care of.
  EXPECT_GT(rounded, 100);
}

TEST(LinearMapTest, CutsOnlyWhereToldTo) {
  const LinearMap both{1.0, 0.0, 10.0, 1.0, 2.0, true, true};
  const LinearMap top{1.0, 0.0, 10.0, 0.0, 1.0, false, true};
  const LinearMap falling{1.0, 0.0, 10.0, 2.0, 1.0, true, false};

  EXPECT_EQ(both(-5.0), 1.0);
  EXPECT_EQ(both(50.0), 2.0);
  EXPECT_EQ(top(-5.0), -0.5);
  EXPECT_EQ(top(15.0), 1.0);
  EXPECT_EQ(falling(-5.0), 2.0);
  EXPECT_EQ(falling(15.0), 0.5);
}

TEST(LinearMapTest, GivesAColumnTheSameBitsAsItsValuesOneByOne) {
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> any(-3.0, 3.0);
  std::vector<double> in(1001);
  for (double& x : in) x = any(random);
  in[17] = nan;
  for (const LinearMap& map : {LinearMap{-1.0, -0.7, 1.3, 0.1, 0.3, true, false},
                               LinearMap{1.0, 0.3, 2.1, 0.0, 100.0, false, false}}) {
    std::vector<double> out(in.size());
    apply(map, in, out);

    for (std::size_t i = 0; i < in.size(); ++i) {
      if (i == 17) {
        ASSERT_TRUE(std::isnan(out[i]));
      } else {
        ASSERT_EQ(out[i], map(in[i]));
      }
    }
    std::vector<double> third(334);
    apply(map, in.data(), 3, third);
    for (std::size_t i = 0; i < third.size(); ++i) {
      ASSERT_EQ(third[i], out[3 * i]);
    }
    std::vector<double> in_place = in;
    apply(map, in_place, in_place);
    EXPECT_EQ(in_place[5], out[5]);
  }
}

TEST(LinearMapTest, FindsTheValueForAScore) {
  // -x from -12 to -2 onto 0..100: 75 needs -x = -4.5.
  const LinearMap map{-1.0, -12.0, 10.0, 0.0, 100.0, true, true};

  EXPECT_EQ(map.value_for(75.0), 4.5);
  EXPECT_EQ(map.value_for(100.0), 2.0);
  EXPECT_EQ(map.value_for(0.0), 12.0);
  EXPECT_EQ(map.value_for(110.0), 1.0);
  EXPECT_TRUE(std::isnan((LinearMap{1.0, 0.0, 1.0, 5.0, 5.0, false, false}.value_for(5.0))));
}

TEST(LinearMapTest, RefusesASpanOfZeroAndNumbersThatAreNotFinite) {
  const double infinity = std::numeric_limits<double>::infinity();
  const LinearMap flat{1.0, 3.0, 0.0, 0.0, 1.0, false, false};
  std::vector<double> column{1.0, 2.0};

  EXPECT_TRUE(flat.is_degenerate());
  EXPECT_TRUE((LinearMap{1.0, nan, 1.0, 0.0, 1.0, false, false}.is_degenerate()));
  EXPECT_TRUE((LinearMap{1.0, 0.0, 1.0, 0.0, infinity, false, false}.is_degenerate()));
  EXPECT_FALSE(LinearMap{}.is_degenerate());
  EXPECT_TRUE(std::isnan(flat(3.0)));
  EXPECT_THROW(apply(flat, column, column), SpecError);
}

TEST(LinearMapTest, RefusesColumnsOfDifferentLengths) {
  const std::vector<double> in(3);
  std::vector<double> out(2);

  EXPECT_THROW(apply(LinearMap{}, in, out), DataError);
}

}  // namespace
}  // namespace chiso
