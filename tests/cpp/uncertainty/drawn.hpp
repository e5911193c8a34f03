#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <random>
#include <vector>

#include "base/at.hpp"
#include "chiso/rank/rank.hpp"
#include "chiso/uncertainty/uncertainty.hpp"
#include "uncertainty/draw_engine.hpp"
#include "uncertainty/grain_counter.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/tally.hpp"

/// Draws without an engine: a grain is any scores that depend on its number alone.
namespace chiso::drawn {

/// All draws of some grains: what is counted, as it is.
struct Grain {
  std::vector<std::vector<std::vector<double>>> scores;  ///< Node, draw, unit.
  std::vector<std::vector<double>> shares;               ///< Row, draw.
};

/// Units around their own numbers, some of them equal, with missing scores here and there; a unit
/// that is constant, one that the first grain lacks, one that leaves the range of the first grain.
inline Grain grain(const TallyPlan& plan, std::int64_t number) {
  std::mt19937_64 random(static_cast<std::uint64_t>(number) + 77);
  std::normal_distribution<double> normal;
  Grain drawn;
  drawn.scores.resize(at(plan.nodes));
  for (auto& node : drawn.scores) {
    for (Size j = 0; j < draws_a_grain; ++j) {
      std::vector<double>& scores = node.emplace_back();
      for (Size u = 0; u < plan.units; ++u) {
        double x = 50.0 + 0.3 * static_cast<double>(u) + normal(random);
        if (u == 0) x = 0.1;
        if (u == 1) x = std::floor(x);
        if (u == 2) x = number == 0 ? std::numeric_limits<double>::quiet_NaN() : x;
        if (u == 3) x = number > 1 ? 1e6 * normal(random) : x;
        if (random() % 50 == 0 && u != 0) x = std::numeric_limits<double>::quiet_NaN();
        scores.push_back(x);
      }
    }
  }
  drawn.shares.resize(5);
  for (auto& row : drawn.shares) {
    for (Size j = 0; j < draws_a_grain; ++j) {
      row.push_back(std::ldexp(static_cast<double>(random() >> 11), -53));
    }
  }
  drawn.shares[2][7] = 1.0;
  drawn.shares[2][8] = 0.0;
  return drawn;
}

/// Scores as they are ranked.
inline std::vector<double> ranked(const TallyPlan& plan, std::vector<double> scores) {
  if (plan.decimals) displayed(scores, *plan.decimals, scores);
  return scores;
}

inline std::shared_ptr<TallyPlan> plan(Size units, Size nodes) {
  auto made = std::make_shared<TallyPlan>();
  made->fingerprint = "0123456789abcdef";
  made->units = units;
  made->nodes = nodes;
  made->composite = nodes - 1;
  made->share_rows = {1, 2, 4};
  for (Size u = 0; u < units; ++u) made->unit_names.push_back("unit " + std::to_string(u));
  for (Size n = 0; n < nodes; ++n) {
    for (Size u = 0; u < units; ++u) {
      ScoreBins bins{.lowest = 45.0, .highest = 60.0, .scale = 2048.0 / 15.0, .centre = 52.0};
      if (u == 0) bins = {.lowest = 0.1, .highest = 0.1, .scale = 0.0, .centre = 0.1};
      made->bins.push_back(bins);
      made->nominal.push_back(static_cast<std::uint16_t>(u == 4 ? 0 : units - u));
    }
  }
  return made;
}

/// Counts a grain in blocks of so many draws.
inline void count(const Grain& drawn, std::int64_t number, Size block_draws, GrainCounter& counter,
                  Tally& tally) {
  const TallyPlan& plan = *tally.plan;
  for (Size first = 0; first < draws_a_grain; first += block_draws) {
    DrawTable draws(5, block_draws);
    DrawnBlock block;
    for (Size r = 0; r < 5; ++r) {
      for (Size j = 0; j < block_draws; ++j) {
        draws.row(r)[j] = drawn.shares[at(r)][at(first + j)];
      }
    }
    for (const auto& node : drawn.scores) {
      DrawTable& scores = block.scores.emplace_back(plan.units, block_draws);
      auto& ranks = block.ranks.emplace_back(at(plan.units * scores.stride()));
      for (Size j = 0; j < block_draws; ++j) {
        const std::vector<double>& of_draw = node[at(first + j)];
        std::vector<std::int32_t> places(of_draw.size());
        rank(ranked(plan, of_draw), Ties::competition, places);
        for (Size u = 0; u < plan.units; ++u) {
          scores.row(u)[j] = of_draw[at(u)];
          ranks[at(u * scores.stride() + j)] = static_cast<std::uint16_t>(places[at(u)]);
        }
      }
    }
    counter.add(draws, block, tally);
  }
  counter.finish(number, tally);
}

inline Tally tally_of(const std::shared_ptr<const TallyPlan>& plan,
                      const std::vector<std::int64_t>& grains, Size block_draws = 256) {
  GrainCounter counter(plan, best_kernels());
  Tally tally(plan);
  for (const std::int64_t number : grains) {
    count(grain(*plan, number), number, block_draws, counter, tally);
  }
  return tally;
}

}  // namespace chiso::drawn
