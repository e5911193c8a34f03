#pragma once

#include "evaluate/compiled.hpp"

namespace chiso {

/// A mean as the inverse of a rising function f of a weighted sum of f(score): the logarithm for
/// the geometric mean, else a power. Scores are taken relative to a reference, so that numbers are
/// near 1, and nothing below a hundredth of it counts as less than that.
class MeanFunction {
 public:
  MeanFunction() = default;

  /// @param highest of the scores, positive
  MeanFunction(const Aggregation& how, double highest);

  /// Geometric, harmonic and power means.
  [[nodiscard]] static bool has(const Aggregation& how) noexcept;

  [[nodiscard]] double operator()(double score) const;
  [[nodiscard]] double slope(double score) const;
  [[nodiscard]] double inverse(double sum) const;
  [[nodiscard]] double inverse_slope(double sum) const;

  /// Whether f is concave: tangents lie above it. Its inverse is then convex.
  [[nodiscard]] bool is_concave() const noexcept { return power_ < 1.0; }
  [[nodiscard]] double least() const noexcept { return 0.01 * reference_; }

 private:
  double power_ = 1.0;
  double reference_ = 1.0;
};

}  // namespace chiso
