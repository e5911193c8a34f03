#pragma once

#include <optional>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/score/piecewise.hpp"

namespace chiso {

/// Points by ordered category: categories are positions 0, 1 ... k - 1 from worst to best, given as
/// doubles.
///
/// Immutable. A missing position has no points (NaN); so has a number that is not a position.
class CategoryPoints {
 public:
  /// @throws SpecError if there is no category or points are not finite.
  explicit CategoryPoints(std::vector<double> points);

  [[nodiscard]] std::span<const double> points() const noexcept { return points_; }
  [[nodiscard]] Size size() const noexcept { return static_cast<Size>(points_.size()); }

  [[nodiscard]] double operator()(double position) const noexcept;

  /// The points of a column; `in` and `out` may be the same memory.
  /// @returns how many values are present but no position (their points are NaN).
  /// @throws DataError if the lengths differ.
  Size evaluate(std::span<const double> in, std::span<double> out) const;

  [[nodiscard]] double minimum() const noexcept;
  [[nodiscard]] double maximum() const noexcept;
  [[nodiscard]] Trend trend() const noexcept;

  /// The worst category that has at least these points; empty if none has.
  [[nodiscard]] std::optional<Size> least_reaching(double points) const noexcept;

  friend bool operator==(const CategoryPoints&, const CategoryPoints&) = default;

 private:
  std::vector<double> points_;
};

}  // namespace chiso
