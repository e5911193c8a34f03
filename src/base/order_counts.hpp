#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "base/multiversion.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// Up to this length every value is compared with every other, which vectorises and sorts nothing.
inline constexpr Size most_compared = 256;

/// How many of `n` values are less than x (NaN is not).
CHISO_INLINE Size count_less(const double* values, Size n, double x) noexcept {
  Size less = 0;
  for (Size i = 0; i < n; ++i) less += values[i] < x ? 1 : 0;
  return less;
}

/// How many of `n` values equal x.
CHISO_INLINE Size count_equal(const double* values, Size n, double x) noexcept {
  Size equal = 0;
  for (Size i = 0; i < n; ++i) equal += values[i] == x ? 1 : 0;
  return equal;
}

/// Values present with their positions, ascending; equal values in the order of their positions.
inline void sort_present(std::span<const double> values,
                         std::vector<std::pair<double, Size>>& order) {
  order.clear();
  order.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Adding 0 turns -0 into 0, which pairs would otherwise order as equal anyway, and keeps the
    // rest.
    if (!std::isnan(values[i])) order.emplace_back(values[i] + 0.0, static_cast<Size>(i));
  }
  std::sort(order.begin(), order.end());
}

}  // namespace chiso
