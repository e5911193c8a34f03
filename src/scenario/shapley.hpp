#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/at.hpp"

namespace chiso {

/// What each coalition of other players counts in Shapley's value, by its size: the share of the
/// orders in which just they come before the player. Source: Shapley, in Contributions to the
/// Theory of Games II (1953).
///
/// @param players all of them, at least 1
[[nodiscard]] inline std::vector<double> coalition_weights(std::size_t players) {
  // s! (n - 1 - s)! / n! without a factorial: 1 / (n * choose(n - 1, s)).
  std::vector<double> weights(players);
  double choose = 1.0;
  for (std::size_t s = 0; s < players; ++s) {
    weights[s] = 1.0 / (static_cast<double>(players) * choose);
    choose = choose * static_cast<double>(players - 1 - s) / static_cast<double>(s + 1);
  }
  return weights;
}

/// The number of players in a coalition, whose bits they are.
[[nodiscard]] inline std::size_t size_of(std::size_t coalition) noexcept {
  std::size_t size = 0;
  for (; coalition != 0; coalition &= coalition - 1) ++size;
  return size;
}

/// Shapley's value of each player. @param worth of every coalition: 2 to the number of players.
[[nodiscard]] inline std::vector<double> shapley(std::size_t players,
                                                 std::span<const double> worth) {
  std::vector<double> value(players, 0.0);
  if (players == 0) return value;
  const auto weights = coalition_weights(players);
  for (std::size_t s = 0; s < worth.size(); ++s) {
    for (std::size_t i = 0; i < players; ++i) {
      const std::size_t bit = std::size_t{1} << i;
      if ((s & bit) == 0) value[i] += weights[size_of(s)] * (worth[s | bit] - worth[s]);
    }
  }
  return value;
}

}  // namespace chiso
