#pragma once

#include <cmath>

namespace chiso {

/// Equal numbers, or both missing.
[[nodiscard]] inline bool same_number(double a, double b) noexcept {
  return a == b || (std::isnan(a) && std::isnan(b));
}

}  // namespace chiso
