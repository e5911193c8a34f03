#include "chiso/evaluate/availability.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small.hpp"

namespace chiso {
namespace {

using namespace small;
using testing::ElementsAre;

TEST(AvailabilityTest, IsTheShareOfLeavesBelowThatHaveAScore) {
  constexpr auto mean = Aggregation::Method::arithmetic_mean;
  // root = (left = (x, y), z): three leaves below the root, two below left.
  const Scores scores =
      Evaluator(
          index(inner("root", mean, {inner("left", mean, {leaf("x"), leaf("y")}), leaf("z")})))
          .score(panel({"x", "y", "z"}, {{1, 2, 3}, {1, missing, 3}}));

  // Nodes in order: root, left, x, y, z; two units each.
  EXPECT_THAT(availability(scores),
              ElementsAre(1.0, 2.0 / 3.0, 1.0, 0.5, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0));
}

TEST(AvailabilityTest, OfAnIndexOfOneLeafIsWhetherItHasAScore) {
  const Scores scores = Evaluator(index(leaf("x"))).score(panel({"x"}, {{1}, {missing}}));

  EXPECT_THAT(availability(scores), ElementsAre(1.0, 0.0));
}

}  // namespace
}  // namespace chiso
