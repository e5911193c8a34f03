#include "chiso/check/tolerance.hpp"

#include <cmath>

#include "chiso/scenario/edit.hpp"

namespace chiso {

bool Tolerance::agree(double computed, double expected) const noexcept {
  if (std::isnan(computed) || std::isnan(expected)) {
    return std::isnan(computed) && std::isnan(expected);
  }
  if (computed == expected) return true;
  if (std::isinf(expected)) return false;  // Its share is infinite too.
  return std::abs(computed - expected) <= absolute + relative * std::abs(expected);
}

Tolerance tolerance_of(const NodeTolerances& tolerances, const std::string& code,
                       const Tolerance& otherwise) {
  Tolerance found = otherwise;
  for (const auto& [pattern, tolerance] : tolerances) {
    if (matches(pattern, code)) found = tolerance;
  }
  return found;
}

}  // namespace chiso
