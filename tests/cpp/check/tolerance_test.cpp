#include "chiso/check/tolerance.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(ToleranceTest, AbsoluteAndRelativePartsAddUp) {
  const Tolerance both{0.5, 0.01};
  EXPECT_TRUE(both.agree(101.5, 100)) << "0.5 + 0.01 * 100 = 1.5";
  EXPECT_FALSE(both.agree(101.6, 100));
  EXPECT_TRUE(both.agree(98.5, 100));
}

TEST(ToleranceTest, WithoutAnyOnlyEqualNumbersAgree) {
  const Tolerance none{0.0, 0.0};
  EXPECT_TRUE(none.agree(0.1, 0.1));
  EXPECT_FALSE(none.agree(0.1 + 0.2, 0.3));
  EXPECT_TRUE(Tolerance{}.agree(0.1 + 0.2, 0.3));
}

TEST(ToleranceTest, MissingAgreesWithMissing) {
  EXPECT_TRUE(Tolerance{}.agree(nan, nan));
  EXPECT_FALSE(Tolerance{}.agree(nan, 1));
  EXPECT_FALSE(Tolerance{}.agree(1, nan));
  EXPECT_TRUE(Tolerance{}.agree(infinity, infinity));
  EXPECT_FALSE(Tolerance{}.agree(1, infinity)) << "an infinite tolerance is none";
}

TEST(ToleranceTest, TheLastPatternThatMeetsACodeCounts) {
  const NodeTolerances tolerances{{"*", {1, 0}}, {"a.*", {2, 0}}, {"a.b", {3, 0}}};
  EXPECT_EQ(tolerance_of(tolerances, "x").absolute, 1);
  EXPECT_EQ(tolerance_of(tolerances, "a.c").absolute, 2);
  EXPECT_EQ(tolerance_of(tolerances, "a.b").absolute, 3);
  EXPECT_EQ(tolerance_of({}, "x"), Tolerance{});
}

}  // namespace
}  // namespace chiso
