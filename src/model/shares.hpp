#pragma once

#include <algorithm>
#include <cmath>

#include "chiso/model/criterion.hpp"

namespace chiso {

/// Whether two sums are meant to be equal: those of decimal fractions are not exact.
[[nodiscard]] inline bool adds_up(double sum, double expected) noexcept {
  return std::abs(sum - expected) <= 1e-9 * std::max(1.0, std::abs(expected));
}

/// Whether the weights of children are shares of their parent.
[[nodiscard]] constexpr bool has_shares(Aggregation::Method method) noexcept {
  using Method = Aggregation::Method;
  switch (method) {
    case Method::arithmetic_mean:
    case Method::geometric_mean:
    case Method::harmonic_mean:
    case Method::power_mean:
    case Method::copeland:
      return true;
    default:
      return false;
  }
}

[[nodiscard]] constexpr bool is_mazziotta_pareto(Aggregation::Method method) noexcept {
  return method == Aggregation::Method::mazziotta_pareto ||
         method == Aggregation::Method::adjusted_mazziotta_pareto;
}

}  // namespace chiso
