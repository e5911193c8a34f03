#include "chiso/uncertainty/replications.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/small.hpp"
#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Size root = Index::root();
constexpr double no_score = std::numeric_limits<double>::quiet_NaN();

/// Three units under the mean of x and y; the last has no y.
Scores three_units() {
  const Index index = small::index(small::inner("r", Aggregation::Method::arithmetic_mean,
                                                {small::leaf("x"), small::leaf("y")}));
  return Evaluator(index).score(small::panel({"x", "y"}, {{70, 20}, {40, 60}, {50, no_score}}));
}

/// Weights and values: scored draw by draw; weights alone: as a matrix product.
Experiment experiment(bool straight, int threads = 1) {
  UncertaintyOptions options;
  options.draws = 5'000;
  options.seed = 11;
  options.threads = threads;
  options.nodes = {"x"};
  std::vector<Source> sources{DrawWeights{}};
  if (!straight) {
    DrawValues errors;
    errors.relative = 0.3;
    sources.emplace_back(errors);
  }
  return {three_units(), std::move(sources), options};
}

Replications replicate(const Experiment& from, std::int64_t first, std::int64_t draws,
                       std::vector<Size> nodes = {root}) {
  auto found = replications(from, nodes, first, draws);
  EXPECT_TRUE(found);
  return found.value_or(Replications{});
}

TEST(ReplicationsTest, AreWhatWasCounted) {
  for (const bool straight : {true, false}) {
    const Experiment from = experiment(straight);
    const Uncertainty counted = uncertainty(from);
    const std::int64_t draws = counted.draws();
    const std::vector<Size> nodes(from.nodes().begin(), from.nodes().end());
    const Replications found = replicate(from, 0, draws, nodes);

    ASSERT_EQ(std::ssize(found.scores), 2 * 3 * draws);
    for (Size n = 0; n < 2; ++n) {
      const auto shares = counted.acceptability(nodes[at(n)]);
      for (Size u = 0; u < 3; ++u) {
        const auto ranks = found.ranks.begin() + (n * 3 + u) * draws;
        for (Size r = 1; r <= 3; ++r) {
          const auto count = static_cast<double>(std::count(ranks, ranks + draws, r));
          EXPECT_EQ(count / static_cast<double>(draws), shares[at((r - 1) * 3 + u)]);
        }
        const auto scores = found.scores.begin() + (n * 3 + u) * draws;
        if (std::isnan(*scores)) continue;
        const auto [least, greatest] = std::minmax_element(scores, scores + draws);
        EXPECT_EQ(*least, counted.minimum(nodes[at(n)])[at(u)]);
        EXPECT_EQ(*greatest, counted.maximum(nodes[at(n)])[at(u)]);
      }
    }
  }
}

TEST(ReplicationsTest, AUnitWithoutAScoreHasNoRank) {
  const Replications found = replicate(experiment(true), 7, 3);
  EXPECT_TRUE(std::isnan(found.scores[6]));
  EXPECT_THAT(std::vector(found.ranks.begin() + 6, found.ranks.end()), ElementsAre(0, 0, 0));
}

TEST(ReplicationsTest, OfAnyRangeAndThreadsAreTheSameBits) {
  for (const bool straight : {true, false}) {
    const Replications all = replicate(experiment(straight), 0, 6'000);
    for (const int threads : {1, 3}) {
      // Inside a grain, over the edges of several, and past what is counted.
      for (const auto& [first, draws] : {std::pair{5, 9}, {1'000, 3'000}, {5'999, 1}}) {
        const Replications some = replicate(experiment(straight, threads), first, draws);
        for (Size u = 0; u < 2; ++u) {
          for (Size d = 0; d < draws; ++d) {
            ASSERT_EQ(some.scores[at(u * draws + d)], all.scores[at(u * 6'000 + first + d)]);
            ASSERT_EQ(some.ranks[at(u * draws + d)], all.ranks[at(u * 6'000 + first + d)]);
          }
        }
      }
    }
  }
}

TEST(ReplicationsTest, AWatchCanStopThem) {
  const Experiment from = experiment(false);
  const DrawWatch stop = [](const DrawProgress&) { return false; };
  EXPECT_FALSE(replications(from, std::vector{root}, 0, 50'000'000, stop));
}

template <class E>
std::string message(const Experiment& from, std::vector<Size> nodes, std::int64_t first,
                    std::int64_t draws) {
  try {
    static_cast<void>(replications(from, nodes, first, draws));
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(ReplicationsTest, WhatCannotBeDrawnIsNamed) {
  const Experiment from = experiment(true);
  EXPECT_EQ(message<SpecError>(from, {root}, -1, 5),
            "first: expected the number of a draw, 0 to 4294966271, got -1");
  EXPECT_EQ(message<SpecError>(from, {root}, 4'294'966'270, 5),
            "draws: expected 1 to 2 from 4294966270 on, got 5");
  EXPECT_EQ(message<SpecError>(from, {root}, 0, 0),
            "draws: expected 1 to 4294966272 from 0 on, got 0");
  EXPECT_THAT(message<SpecError>(from, {root}, 0, 200'000'000),
              HasSubstr("expected to need at most 4 GB of memory; 200000000 draws of 1 nodes and 3 "
                        "units need 6.0 GB; take them a part at a time"));
  EXPECT_THAT(message<NotFoundError>(from, {from.base().index().at("y")}, 0, 5),
              HasSubstr("the draws of node y were not counted, only those of r, x"));
}

}  // namespace
}  // namespace chiso
