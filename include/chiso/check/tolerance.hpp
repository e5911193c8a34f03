#pragma once

#include <string>
#include <utility>
#include <vector>

namespace chiso {

/// How far a number may be from the one that is expected.
struct Tolerance {
  double absolute = 1e-12;
  double relative = 1e-9;

  /// |computed - expected| <= absolute + relative |expected|; two NaN agree, one does not.
  [[nodiscard]] bool agree(double computed, double expected) const noexcept;

  friend bool operator==(const Tolerance&, const Tolerance&) = default;
};

/// Tolerances by node: code, or pattern with `*` and `?`. The last that meets a code counts.
using NodeTolerances = std::vector<std::pair<std::string, Tolerance>>;

/// The tolerance of a node; `otherwise` if none is stated for it.
[[nodiscard]] Tolerance tolerance_of(const NodeTolerances& tolerances, const std::string& code,
                                     const Tolerance& otherwise = {});

}  // namespace chiso
