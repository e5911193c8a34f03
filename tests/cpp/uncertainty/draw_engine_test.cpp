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
  int products = 0;
  int refused = 0;
  int not_a_definition = 0;
};

/// Draw by draw against the same by hand: to the bit but for matrix products.
class Comparison {
 public:
  explicit Comparison(Which which, bool refit = false) : which_(which), refit_(refit) {}

  Counts over(unsigned seeds) {
    for (unsigned seed = 0; seed < seeds && !testing::Test::HasFatalFailure(); ++seed) {
      seed_ = seed;
      const auto base = random_scenario::make_scores(seed);
      if (!base) continue;
      const Drawn drawn = random_draws::Maker(*base, seed + 77).make(which_, draws);
      if (drawn.rows.empty()) continue;
      compare(*base, drawn, all_nodes(*base));
      // Alone a node may be a matrix product that others are not.
      compare(*base, drawn, {Index::root()});
    }
    return counts_;
  }

 private:
  static constexpr Size draws = 6;

  void compare(const Scores& base, const Drawn& drawn, const std::vector<Size>& nodes) {
    std::optional<DrawEngine> engine;
    try {
      engine.emplace(base, drawn.sources, drawn.rows, nodes, refit_, plain_kernels::table);
    } catch (const SpecError&) {
      ++counts_.not_a_definition;  // Of an alternative.
      return;
    }
    ByHand by_hand(base, drawn, refit_);
    for (Size j = 0; j < draws; ++j) {
      std::optional<Scores> expected;
      try {
        expected = by_hand.score(j);
      } catch (const SpecError&) {
        ++counts_.not_a_definition;  // A maximum that is stated and no longer what parts give.
        continue;
      } catch (const DataError&) {
        EXPECT_THROW(run(*engine, part(drawn.draws, j, 1)), DataError) << seed_ << ", draw " << j;
        ++counts_.refused;
        continue;
      }
      const int products = plain_kernels::products;
      const DrawnBlock block = run(*engine, part(drawn.draws, j, 1));
      const bool exact = plain_kernels::products == products;
      ++counts_.draws;
      counts_.products += exact ? 0 : 1;
      for (std::size_t w = 0; w < nodes.size(); ++w) {
        expect_same(base, nodes[w], block.scores[w], *expected, exact);
      }
    }
  }

  void expect_same(const Scores& base, Size node, const DrawTable& got, const Scores& expected,
                   bool exact) const {
    const std::string& code = base.index().node(node).code;
    const auto here = expected.index().codes().find(code);
    for (Size u = 0; u < base.units().size(); ++u) {
      const double wanted = here ? expected.column(*here)[at(u)] : small::missing;
      const double score = got.row(u)[0];
      ASSERT_TRUE(exact ? same_bits(score, wanted) : nearly(score, wanted, 10.0))
          << "seed " << seed_ << ", " << code << ", unit " << u << ": " << score << " and not "
          << wanted;
    }
  }

  Which which_;
  bool refit_;
  unsigned seed_ = 0;
  Counts counts_;
};

TEST(DrawEngineRandomTest, ScoresDrawnSharesAsByHand) {
  const Counts counts = Comparison({.shares = true}).over(400);

  EXPECT_GT(counts.draws, 1'500);
  EXPECT_GT(counts.products, 100);
}

TEST(DrawEngineRandomTest, ScoresDrawnValuesAsByHand) {
  const Counts counts = Comparison({.values = true}).over(400);

  EXPECT_GT(counts.draws, 1'500);
  EXPECT_GT(counts.refused, 10);
  EXPECT_EQ(counts.products, 0);
}

TEST(DrawEngineRandomTest, FitsAnchorsToDrawnValuesAsByHand) {
  EXPECT_GT(Comparison({.values = true}, true).over(400).draws, 1'500);
}

TEST(DrawEngineRandomTest, ScoresWithDrawnAnchorsAsByHand) {
  EXPECT_GT(Comparison({.anchors = true}).over(400).draws, 500);
}

TEST(DrawEngineRandomTest, ScoresChosenVariantsAsByHand) {
  EXPECT_GT(Comparison({.choices = true}).over(300).draws, 1'000);
}

TEST(DrawEngineRandomTest, ScoresSharesInChosenVariantsAsByHand) {
  const Counts counts = Comparison({.shares = true, .choices = true}).over(400);

  EXPECT_GT(counts.draws, 1'000);
  EXPECT_GT(counts.products, 100);
}

TEST(DrawEngineRandomTest, ScoresAllKindsTogetherAsByHand) {
  const Which all{.shares = true, .values = true, .anchors = true, .choices = true};

  EXPECT_GT(Comparison(all).over(300).draws, 500);
  EXPECT_GT(Comparison(all, true).over(300).draws, 500);
}

}  // namespace
}  // namespace chiso
