#pragma once

#include <cstdint>

#include "uncertainty/experiment_state.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {

/// Draws grains first ... end - 1 and counts them, in the options' threads and under their watch.
/// @param precise whether it ends early at the options' precision
/// @throws DataError with the first draw that cannot be scored
[[nodiscard]] Tally draw_grains(const Experiment::State& state, std::int64_t first,
                                std::int64_t end, bool precise);

/// Threads that are worth starting for so many pieces of work.
[[nodiscard]] int useful_threads(int wanted, std::int64_t pieces);

}  // namespace chiso
