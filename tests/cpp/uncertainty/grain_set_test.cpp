#include "uncertainty/grain_set.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

namespace chiso {
namespace {

GrainSet set_of(std::vector<std::int64_t> grains) {
  std::sort(grains.begin(), grains.end());
  GrainSet set;
  for (const std::int64_t grain : grains) set.append(grain);
  return set;
}

TEST(GrainSetTest, JoinsNeighbours) {
  GrainSet set = set_of({0, 1, 5});

  ASSERT_TRUE(set.unite(set_of({2, 3, 7})));
  ASSERT_TRUE(set.unite(set_of({4})));

  ASSERT_EQ(set.runs().size(), 2U);
  EXPECT_EQ(set.runs()[0], (GrainSet::Run{0, 6}));
  EXPECT_EQ(set.runs()[1], (GrainSet::Run{7, 8}));
  EXPECT_EQ(set.count(), 7);
}

TEST(GrainSetTest, RefusesAGrainThatIsThere) {
  GrainSet set = set_of({0, 1, 2, 3, 8});
  const GrainSet before = set;

  EXPECT_FALSE(set.unite(set_of({2})));
  EXPECT_FALSE(set.unite(set_of({3, 4})));
  EXPECT_FALSE(set.unite(set_of({8})));
  EXPECT_FALSE(set.unite(set));

  EXPECT_EQ(set, before);
}

TEST(GrainSetTest, IsTheSameInEveryOrder) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 100; ++round) {
    std::vector<std::vector<std::int64_t>> parts(5);
    for (std::int64_t grain = 0; grain < 60; ++grain) {
      if (random() % 4 != 0) parts[random() % parts.size()].push_back(grain);
    }
    GrainSet ahead;
    for (const auto& part : parts) ASSERT_TRUE(ahead.unite(set_of(part)));
    GrainSet back;
    std::reverse(parts.begin(), parts.end());
    for (const auto& part : parts) ASSERT_TRUE(back.unite(set_of(part)));
    EXPECT_EQ(ahead, back);
  }
}

TEST(GrainSetTest, TakesOnlyRunsThatAreAscendingAndApart) {
  using Runs = std::vector<GrainSet::Run>;
  GrainSet set;
  EXPECT_TRUE(set.assign(Runs{{0, 2}, {3, 10}}, 10));
  EXPECT_EQ(set.count(), 9);
  EXPECT_FALSE(set.assign(Runs{{0, 2}, {2, 10}}, 10));
  EXPECT_FALSE(set.assign(Runs{{3, 4}, {0, 1}}, 10));
  EXPECT_FALSE(set.assign(Runs{{3, 3}}, 10));
  EXPECT_FALSE(set.assign(Runs{{-1, 3}}, 10));
  EXPECT_FALSE(set.assign(Runs{{3, 11}}, 10));
  EXPECT_EQ(set.count(), 9);
}

}  // namespace
}  // namespace chiso
