#pragma once

#include <span>

#include "chiso/base/size.hpp"

namespace chiso {

/// What one looks at before a variable enters an index. Missing values are left out everywhere.
struct Description {
  Size units = 0;          ///< Length of the column.
  Size available = 0;      ///< Values present.
  Size nonzero = 0;        ///< Of them not zero.
  Size unique = 0;         ///< Different values.
  Size most_frequent = 0;  ///< How often the most frequent value stands there.
  double minimum;          ///< NaN without values, as all below.
  double maximum;
  double mean;
  double median;
  double deviation;  ///< n - 1; NaN below two values.
  /// Bias-corrected: G1 = g1 sqrt(n (n - 1)) / (n - 2); NaN below three values or if all are equal.
  double skewness;
  /// Excess, bias-corrected: G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3)); NaN below four
  /// values or if all are equal.
  double kurtosis;

  Description() noexcept;
};

/// Source of skewness and kurtosis: Joanes and Gill, The Statistician 47 (1998), G1 and G2.
[[nodiscard]] Description describe(std::span<const double> values);

/// Pearson's correlation over the units where both are present, -1..1; NaN with fewer than two such
/// units or if one of the two does not vary over them.
/// @throws DataError if the lengths differ.
[[nodiscard]] double correlation(std::span<const double> x, std::span<const double> y);

}  // namespace chiso
