#include "chiso/normalize/ranks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using testing::ElementsAre;
using testing::IsNan;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(RanksTest, CountsPlacesFromTheWorst) {
  const std::vector<double> values{5.0, 1.0, nan, 5.0, 9.0};
  std::vector<double> out(5);

  places(values, PlaceTies::lowest, out);
  EXPECT_THAT(out, ElementsAre(2.0, 1.0, IsNan(), 2.0, 4.0));
  places(values, PlaceTies::average, out);
  EXPECT_THAT(out, ElementsAre(2.5, 1.0, IsNan(), 2.5, 4.0));
  places(values, PlaceTies::highest, out);
  EXPECT_THAT(out, ElementsAre(3.0, 1.0, IsNan(), 3.0, 4.0));
  borda(values, PlaceTies::lowest, out);
  EXPECT_THAT(out, ElementsAre(1.0, 0.0, IsNan(), 1.0, 3.0));
  percentile_rank(values, PlaceTies::average, out);
  EXPECT_THAT(out, ElementsAre(0.5, 0.0, IsNan(), 0.5, 1.0));
}

TEST(RanksTest, ASingleValueHasAPlaceButNoPercentileRank) {
  const std::vector<double> values{nan, 3.0};
  std::vector<double> out(2);

  places(values, PlaceTies::lowest, out);
  EXPECT_THAT(out, ElementsAre(IsNan(), 1.0));
  percentile_rank(values, PlaceTies::lowest, out);
  EXPECT_THAT(out, ElementsAre(IsNan(), IsNan()));
}

TEST(RanksTest, ShortAndLongColumnsFollowTheDefinition) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {1U, 63U, 256U, 257U, 700U}) {
    std::vector<double> values(n);
    for (double& x : values) x = static_cast<double>(random() % 40) - 20.0;
    values[n / 2] = n > 1 ? nan : 1.0;
    for (double& x : values) x = x == 0.0 && random() % 2 == 0 ? -0.0 : x;
    std::vector<double> out(n);
    for (const PlaceTies ties : {PlaceTies::lowest, PlaceTies::average, PlaceTies::highest}) {
      places(values, ties, out);
      for (std::size_t i = 0; i < n; ++i) {
        const double x = values[i];
        if (std::isnan(x)) {
          ASSERT_TRUE(std::isnan(out[i]));
          continue;
        }
        const auto less =
            std::count_if(values.begin(), values.end(), [x](double y) { return y < x; });
        const auto equal = std::count(values.begin(), values.end(), x);
        const double lowest = static_cast<double>(less) + 1.0;
        const double highest = static_cast<double>(less + equal);
        ASSERT_EQ(out[i], ties == PlaceTies::lowest    ? lowest
                          : ties == PlaceTies::highest ? highest
                                                       : (lowest + highest) / 2.0);
      }
    }
  }
}

TEST(RanksTest, RefusesColumnsOfDifferentLengths) {
  std::vector<double> out(2);

  EXPECT_THROW(places(std::vector<double>(3), PlaceTies::lowest, out), DataError);
}

}  // namespace
}  // namespace chiso
