#pragma once

#include <cstdint>
#include <span>

#include "uncertainty/experiment_state.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {

/// Draws grains from `first` on and counts them, in the options' threads under a watch.
/// @param stages ends, ascending: at each it is asked whether the options' precision is reached
/// @throws DataError with the first draw that cannot be scored
[[nodiscard]] Tally draw_grains(const Experiment::State& state, std::int64_t first,
                                std::span<const std::int64_t> stages, const DrawWatch& watch);

/// Threads that are worth starting for so many pieces of work.
[[nodiscard]] int useful_threads(int wanted, std::int64_t pieces);

}  // namespace chiso
