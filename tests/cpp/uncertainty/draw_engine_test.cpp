#include "uncertainty/draw_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <numeric>

#include "chiso/rank/rank.hpp"
#include "plain_kernels.hpp"
#include "random_draws.hpp"

namespace chiso {
namespace {

using random_draws::at;
using random_draws::ByHand;
using random_draws::Drawn;
using random_draws::Kind;
using random_draws::Which;

std::vector<Size> all_nodes(const Scores& base) {
  std::vector<Size> nodes(at(base.index().size()));
  std::iota(nodes.begin(), nodes.end(), Size{0});
  return nodes;
}

DrawnBlock run(const DrawEngine& engine, const DrawTable& draws, Size first = 0) {
  DrawnBlock block;
  const auto scratch = engine.scratch();
  engine.run(draws, first, *scratch, block);
  return block;
}

/// Draws [first, first + count) of a table.
DrawTable part(const DrawTable& draws, Size first, Size count) {
  DrawTable some(draws.rows(), count);
  for (Size r = 0; r < draws.rows(); ++r) std::copy_n(draws.row(r) + first, count, some.row(r));
  return some;
}

bool same_bits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b;
}

/// Equal up to rounding of sums whose terms are not larger than `size`.
bool nearly(double a, double b, double size) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= 1e-13 * std::max(size, std::max(std::abs(a), std::abs(b)));
}

struct Counts {
  int draws = 0;
  int scores = 0;
  int refused = 0;
  int not_a_definition = 0;
};

/// Every draw against the same by hand; `exact` where no matrix product is taken.
void compare(unsigned seed, const Which& which, bool refit, Counts& counts) {
  const auto base = random_scenario::make_scores(seed);
  if (!base) return;
  constexpr Size draws = 6;
  const Drawn drawn = random_draws::Maker(*base, seed + 77).make(which, draws);
  if (drawn.rows.empty()) return;
  const std::vector<Size> nodes = all_nodes(*base);
  const bool exact = which.values || which.anchors;
  std::optional<DrawEngine> engine;
  try {
    engine.emplace(*base, drawn.sources, drawn.rows, nodes, refit, plain_kernels::table);
  } catch (const SpecError&) {
    ++counts.not_a_definition;
    return;
  }
  ByHand by_hand(*base, drawn, refit);
  for (Size j = 0; j < draws; ++j) {
    std::optional<Scores> expected;
    try {
      expected = by_hand.score(j);
    } catch (const SpecError&) {
      ++counts.not_a_definition;  // A maximum that is stated, and no longer what its parts give.
      continue;
    } catch (const DataError&) {
      EXPECT_THROW(run(*engine, part(drawn.draws, j, 1)), DataError) << seed << ", draw " << j;
      ++counts.refused;
      continue;
    }
    const DrawnBlock block = run(*engine, part(drawn.draws, j, 1));
    ++counts.draws;
    for (const Size node : nodes) {
      const std::string& code = base->index().node(node).code;
      const auto here = expected->index().codes().find(code);
      for (Size u = 0; u < base->units().size(); ++u) {
        const double got = block.scores[at(node)].row(u)[0];
        const double wanted =
            here ? expected->column(*here)[at(u)] : std::numeric_limits<double>::quiet_NaN();
        ++counts.scores;
        const bool good = exact ? same_bits(got, wanted) : nearly(got, wanted, 100.0);
        ASSERT_TRUE(good) << "seed " << seed << ", draw " << j << ", " << code << ", unit " << u
                          << ": " << got << " and not " << wanted;
      }
    }
  }
}

Counts compare_many(const Which& which, bool refit, unsigned seeds) {
  Counts counts;
  for (unsigned seed = 0; seed < seeds && !testing::Test::HasFatalFailure(); ++seed) {
    compare(seed, which, refit, counts);
  }
  testing::Test::RecordProperty("draws", counts.draws);
  testing::Test::RecordProperty("scores", counts.scores);
  testing::Test::RecordProperty("refused", counts.refused);
  testing::Test::RecordProperty("not_a_definition", counts.not_a_definition);
  return counts;
}

TEST(DrawEngineRandomTest, ScoresDrawnSharesAsByHand) {
  EXPECT_GT(compare_many({.shares = true}, false, 300).draws, 400);
}

TEST(DrawEngineRandomTest, ScoresDrawnValuesAsByHand) {
  const Counts counts = compare_many({.values = true}, false, 300);
  EXPECT_GT(counts.draws, 400);
  EXPECT_GT(counts.refused, 10);
}

TEST(DrawEngineRandomTest, FitsAnchorsToDrawnValuesAsByHand) {
  EXPECT_GT(compare_many({.values = true}, true, 300).draws, 400);
}

TEST(DrawEngineRandomTest, ScoresWithDrawnAnchorsAsByHand) {
  EXPECT_GT(compare_many({.anchors = true}, false, 300).draws, 200);
}

TEST(DrawEngineRandomTest, ScoresChosenVariantsAsByHand) {
  EXPECT_GT(compare_many({.choices = true}, false, 300).draws, 400);
}

TEST(DrawEngineRandomTest, ScoresSharesInChosenVariantsAsByHand) {
  EXPECT_GT(compare_many({.shares = true, .choices = true}, false, 300).draws, 400);
}

TEST(DrawEngineRandomTest, ScoresAllKindsTogetherAsByHand) {
  const Which all{.shares = true, .values = true, .anchors = true, .choices = true};
  EXPECT_GT(compare_many(all, false, 300).draws, 300);
  EXPECT_GT(compare_many(all, true, 300).draws, 300);
}

}  // namespace
}  // namespace chiso
