#include "chiso/score/category_points.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(CategoryPointsTest, LooksPointsUp) {
  const CategoryPoints rule({0.0, 0.5, 1.0});
  const std::vector<double> in{2.0, 0.0, nan, 1.0};
  std::vector<double> out(4);

  EXPECT_EQ(rule.evaluate(in, out), 0);
  EXPECT_THAT(out, ElementsAre(1.0, 0.0, IsNan(), 0.5));
}

TEST(CategoryPointsTest, CountsWhatIsNoPosition) {
  const CategoryPoints rule({0.0, 0.5});
  const std::vector<double> in{2.0, -1.0, nan, 0.5, 1.0, std::numeric_limits<double>::infinity()};
  std::vector<double> out(6);

  EXPECT_EQ(rule.evaluate(in, out), 4);
  EXPECT_THAT(out, ElementsAre(IsNan(), IsNan(), IsNan(), IsNan(), 0.5, IsNan()));
}

TEST(CategoryPointsTest, KnowsItsRangeAndWhichWayItRuns) {
  EXPECT_EQ(CategoryPoints({0.0, 2.0, 1.0}).maximum(), 2.0);
  EXPECT_EQ(CategoryPoints({0.5, 2.0, 1.0}).minimum(), 0.5);
  EXPECT_EQ(CategoryPoints({0.0, 1.0, 1.0}).trend(), Trend::increasing);
  EXPECT_EQ(CategoryPoints({1.0, 1.0, 0.0}).trend(), Trend::decreasing);
  EXPECT_EQ(CategoryPoints({1.0, 1.0}).trend(), Trend::constant);
  EXPECT_EQ(CategoryPoints({0.0, 2.0, 1.0}).trend(), Trend::neither);
}

TEST(CategoryPointsTest, FindsTheWorstCategoryThatIsGoodEnough) {
  const CategoryPoints rule({0.0, 0.5, 1.0});

  EXPECT_EQ(rule.least_reaching(0.4), 1);
  EXPECT_EQ(rule.least_reaching(0.5), 1);
  EXPECT_EQ(rule.least_reaching(1.5), std::nullopt);
}

TEST(CategoryPointsTest, RefusesNoCategoriesAndPointsThatAreNotFinite) {
  EXPECT_THROW(CategoryPoints({}), SpecError);
  EXPECT_THROW(CategoryPoints({1.0, nan}), SpecError);
}

}  // namespace
}  // namespace chiso
