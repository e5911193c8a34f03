#pragma once

#include <span>

#include "chiso/base/size.hpp"

namespace chiso {

/// Every normaliser but the rank ones: an affine map of the signed value,
/// low + (high - low) * t with t = (sign * x - origin) / span.
///
/// t = 0 gives exactly `low` and t = 1 exactly `high`, whatever rounds in between, and the result
/// never runs against the sign of `high - low`. NaN passes. With the defaults it is the identity,
/// bit by bit.
///
/// | normaliser            | origin        | span         | low | high  |
/// | --------------------- | ------------- | ------------ | --- | ----- |
/// | min-max, goalposts    | min           | max - min    | l   | u     |
/// | z-score               | mean          | sd           | m   | m + s |
/// | scaled                | a             | b - a        | 0   | f     |
/// | distance to maximum   | min           | max - min    | 0   | 1     |
/// | distance to reference | min           | x_ref - min  | 0   | 1     |
/// | distance to target    | min           | target - min | 0   | 1     |
/// | fraction of maximum   | 0             | max          | 0   | 1     |
/// | adjusted goalposts    | r - (max - min) / 2 | max - min | 70 | 130 |
///
/// (min, max, mean ... are those of the signed value.) Source: OECD and JRC, Handbook on
/// Constructing Composite Indicators (2008), step 5; adjusted goalposts: Mazziotta and Pareto,
/// Social Indicators Research 127 (2016).
struct LinearMap {
  double sign = 1.0;  ///< 1, or -1 where more is worse.
  double origin = 0.0;
  double span = 1.0;
  double low = 0.0;
  double high = 1.0;
  bool cut_low = false;   ///< Nothing beyond `low` on the side away from `high`.
  bool cut_high = false;  ///< Nothing beyond `high` on the side away from `low`.

  /// Whether no score can be computed: a span of zero (all values are equal), or a number that is
  /// not finite. Who knows the node words the error.
  [[nodiscard]] bool is_degenerate() const noexcept;

  /// The score of one value, the same bits as `apply` gives. A degenerate map gives NaN.
  [[nodiscard]] double operator()(double x) const noexcept;

  /// The value (in raw terms, before the sign) that has this score: on the line itself, so a score
  /// beyond a cut gets the value that it would need without the cut. NaN if the map is degenerate
  /// or flat (low = high).
  [[nodiscard]] double value_for(double score) const noexcept;

  friend bool operator==(const LinearMap&, const LinearMap&) = default;
};

/// Scores of a column; `in` and `out` have one length and may be the same memory.
/// @throws SpecError if the map is degenerate; DataError if the lengths differ.
void apply(const LinearMap& map, std::span<const double> in, std::span<double> out);

/// The same for `out.size()` values that stand `stride` doubles apart from `in` on.
/// @throws SpecError if the map is degenerate.
void apply(const LinearMap& map, const double* in, Size stride, std::span<double> out);

}  // namespace chiso
