#pragma once

#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// How much each score rests on: for every unit and node the share of the leaves below it that have
/// a score, 0..1; of a leaf itself 1 or 0. Units x nodes, column-major, in the order of the scores.
[[nodiscard]] std::vector<double> availability(const Scores& scores);

}  // namespace chiso
