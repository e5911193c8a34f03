#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/uncertainty/uncertainty.hpp"

namespace chiso {

/// Scores and ranks of single draws: what `uncertainty` counts, draw by draw.
struct Replications {
  std::vector<Size> nodes;
  std::int64_t first = 0;  ///< Number of the first draw.
  std::int64_t draws = 0;
  // By node, then unit, then draw: a column of draws for each unit of each node.
  std::vector<double> scores;        ///< NaN: no score.
  std::vector<std::uint16_t> ranks;  ///< By competition; 0: no rank.
};

/// Draws first, first + 1 ... again, in the options' threads: the bits that `uncertainty` counted,
/// whatever the range, since a draw depends on the seed and its number alone. Whole grains are
/// drawn, and what was not asked for is left out. The options' draws and precision do not count.
/// @param nodes some of experiment.nodes()
/// @returns nothing if the watch stopped it
/// @throws SpecError for a range that is not in 0 ... 2^32 - 1,025, and for so many draws that
///   memory for them is out of question (10 bytes a draw, unit and node; 4 GB), before anything is
///   drawn; NotFoundError for another node; DataError, with its number, if a draw cannot be scored
[[nodiscard]] std::optional<Replications> replications(const Experiment& experiment,
                                                       std::span<const Size> nodes,
                                                       std::int64_t first, std::int64_t draws,
                                                       const DrawWatch& watch = {});

}  // namespace chiso
