#pragma once

#include <array>
#include <cstddef>

#include "chiso/base/size.hpp"

namespace chiso {

/// Sums of one unit's scores over the draws of a grain, in 8 lanes whatever the processor: draw j
/// goes to lane j % 8, so that the bits depend neither on vectors nor on the blocks of the grain.
struct ScoreLanes {
  static constexpr std::size_t count = 8;

  std::array<double, count> sum;
  std::array<double, count> square;
  std::array<double, count> least;
  std::array<double, count> greatest;

  ScoreLanes() noexcept { clear(); }
  void clear() noexcept;

  /// @param draws a multiple of 8
  /// @param centre what is taken off for the sums; NaN counts in nothing
  void add(const double* scores, Size draws, double centre) noexcept;

  [[nodiscard]] double total() const noexcept { return added(sum); }
  [[nodiscard]] double total_square() const noexcept { return added(square); }
  /// Infinite without scores; never -0, of which comparing cannot tell whether it was there first.
  [[nodiscard]] double minimum() const noexcept;
  [[nodiscard]] double maximum() const noexcept;

 private:
  [[nodiscard]] static double added(const std::array<double, count>& lanes) noexcept;
};

}  // namespace chiso
