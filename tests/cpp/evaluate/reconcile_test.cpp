#include "chiso/evaluate/reconcile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "small.hpp"

namespace chiso {
namespace {

using namespace small;

TEST(ReconcileTest, ReportsUnitsWhosePublishedTotalIsNotTheSumOfItsParts) {
  Criterion tree = inner("root", Aggregation::Method::sum, {leaf("x"), leaf("y")});
  tree.published = Published{"total", 0.01};
  const Scores scores =
      Evaluator(index(tree))
          .score(panel({"x", "y", "total"},
                       {{1, 2, 3}, {1, 2, 3.005}, {1, 2, 3.5}, {1, 2, missing}, {2, 2, 3}}));

  const auto found = reconcile(scores);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].compared, 4);
  EXPECT_DOUBLE_EQ(found[0].largest, 1.0);
  ASSERT_EQ(found[0].gaps.size(), 3U);
  EXPECT_EQ(found[0].gaps[0].unit, 3) << "a score without a published one";
  EXPECT_EQ(found[0].gaps[1].unit, 4);
  EXPECT_EQ(found[0].gaps[2].unit, 2);
}

TEST(ReconcileTest, LeavesOutNodesThatTheDataDoNotPublish) {
  Criterion tree = leaf("x");
  tree.published = Published{"total", 0.0};

  EXPECT_TRUE(reconcile(Evaluator(index(tree)).score(panel({"x"}, {{1}}))).empty());
}

}  // namespace
}  // namespace chiso
