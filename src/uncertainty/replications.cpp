#include "chiso/uncertainty/replications.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "uncertainty/claims.hpp"
#include "uncertainty/draw_grains.hpp"
#include "uncertainty/experiment_state.hpp"
#include "uncertainty/grain_runner.hpp"
#include "uncertainty/memory.hpp"
#include "uncertainty/watcher.hpp"

namespace chiso {
namespace {

constexpr std::int64_t end_of_draws = Tally::grain_end * draws_a_grain;

void expect_range(std::int64_t first, std::int64_t draws) {
  Problems problems;
  if (first < 0 || first >= end_of_draws) {
    problems.add(
        {}, "first",
        fmt::format("expected the number of a draw, 0 to {}, got {}", end_of_draws - 1, first));
  } else if (draws < 1 || draws > end_of_draws - first) {
    problems.add(
        {}, "draws",
        fmt::format("expected 1 to {} from {} on, got {}", end_of_draws - first, first, draws));
  }
  problems.raise<SpecError>();
}

void expect_memory_for(std::int64_t draws, Size nodes, Size units) {
  constexpr double bytes_each = sizeof(double) + sizeof(std::uint16_t);
  expect_memory(bytes_each * static_cast<double>(draws) * static_cast<double>(nodes) *
                    static_cast<double>(units),
                "draws", fmt::format("{} draws of {} nodes and {} units", draws, nodes, units),
                "take them a part at a time: a draw depends on its number alone");
}

/// Copies what was asked for of a block whose first draw has this number.
void keep(const DrawnBlock& block, std::int64_t number, const std::vector<std::size_t>& places,
          Replications& to) {
  const std::int64_t begin = std::max(number, to.first);
  const std::int64_t end = std::min(number + block.scores.front().draws(), to.first + to.draws);
  if (begin >= end) return;
  const Size from = begin - number;
  const Size count = end - begin;
  Size column = 0;
  for (const std::size_t place : places) {
    const DrawTable& scores = block.scores[place];
    const std::uint16_t* ranks = block.ranks[place].data();
    for (Size u = 0; u < scores.rows(); ++u, ++column) {
      const Size start = column * to.draws + (begin - to.first);
      std::copy_n(scores.row(u) + from, count, to.scores.data() + start);
      std::copy_n(ranks + u * scores.stride() + from, count, to.ranks.data() + start);
    }
  }
}

}  // namespace

std::optional<Replications> replications(const Experiment& experiment, std::span<const Size> nodes,
                                         std::int64_t first, std::int64_t draws,
                                         const DrawWatch& watch) {
  const Experiment::State& state = experiment.state();
  const Size units = state.base.units().size();
  expect_range(first, draws);
  std::vector<std::size_t> places;
  for (const Size node : nodes) places.push_back(at(state.position(node)));
  expect_memory_for(draws, std::ssize(nodes), units);

  Replications found{{nodes.begin(), nodes.end()}, first, draws, {}, {}};
  found.scores.resize(at(std::ssize(nodes) * units * draws));
  found.ranks.resize(found.scores.size());
  const std::int64_t first_grain = first / draws_a_grain;
  const std::int64_t end_grain = (first + draws - 1) / draws_a_grain + 1;
  Watcher watcher(watch, (end_grain - first_grain) * draws_a_grain);
  std::vector<std::unique_ptr<GrainRunner>> runners(
      at(useful_threads(state.options.threads, end_grain - first_grain)));
  claim_in_threads(first_grain, end_grain, static_cast<int>(runners.size()), watcher.stop(),
                   [&](Size thread, std::int64_t grain) {
                     auto& runner = runners[at(thread)];
                     if (!runner) runner = std::make_unique<GrainRunner>(state);
                     std::int64_t number = grain * draws_a_grain;
                     runner->run(grain, [&](const DrawTable& drawn, const DrawnBlock& block) {
                       keep(block, number, places, found);
                       number += drawn.draws();
                       if (thread == 0) watcher.look();
                     });
                     watcher.add_grain();
                   });
  if (watcher.stop()) return std::nullopt;
  watcher.finish();
  return found;
}

}  // namespace chiso
