#include "chiso/scenario/outcome.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <optional>

#include "../evaluate/small.hpp"
#include "plain_rebuild.hpp"
#include "random_scenario.hpp"

namespace chiso {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

bool same_number(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Every number of two results to the last bit, and what they were made from.
void expect_same(const Scores& a, const Scores& b, unsigned seed) {
  ASSERT_EQ(a.units(), b.units()) << seed;
  ASSERT_TRUE(a.index() == b.index()) << seed;
  EXPECT_TRUE(a.panel() == b.panel()) << seed;
  EXPECT_EQ(a.period(), b.period()) << seed;
  EXPECT_EQ(a.method(), b.method()) << seed;
  for (Size node = 0; node < a.index().size(); ++node) {
    for (Size u = 0; u < a.units().size(); ++u) {
      const double one = a.column(node)[static_cast<std::size_t>(u)];
      const double other = b.column(node)[static_cast<std::size_t>(u)];
      EXPECT_TRUE(same_number(one, other))
          << seed << ": " << a.units()[u] << ", " << a.index().node(node).code << ": " << one
          << " and " << other;
    }
  }
}

TEST(WhatIfTest, IsAsEditingByHandAndScoring) {
  int done = 0;
  int refused = 0;
  std::array<int, std::variant_size_v<Edit::What>> kinds{};
  for (unsigned seed = 0; seed < 2400; ++seed) {
    const auto base = random_scenario::make_scores(seed / 4);
    if (!base) continue;
    const Scenario scenario = random_scenario::make_scenario(*base, seed);
    std::optional<Scores> by_hand;
    std::string why;
    try {
      by_hand = plain::rebuilt(*base, scenario);
    } catch (const plain::Refused& refusal) {
      why = refusal.what();
    } catch (const Error& error) {
      why = error.what();
    }
    if (!by_hand) {
      EXPECT_THROW(static_cast<void>(what_if(*base, scenario)), Error)
          << seed << ": " << why << "\n"
          << describe(scenario);
      ++refused;
      continue;
    }
    try {
      const Outcome outcome = what_if(*base, scenario);
      expect_same(outcome.after, *by_hand, seed);
      expect_same(outcome.before, *base, seed);
    } catch (const Error& error) {
      ADD_FAILURE() << seed << ": " << error.what() << "\n" << describe(scenario);
    }
    if (HasFailure()) {
      ADD_FAILURE() << describe(scenario);
      return;
    }
    ++done;
    for (const Edit& edit : scenario.edits) ++kinds[edit.what.index()];
  }
  EXPECT_GT(done, 800);
  EXPECT_GT(refused, 200);
  for (const int count : kinds) EXPECT_GT(count, 25);
}

}  // namespace
}  // namespace chiso
