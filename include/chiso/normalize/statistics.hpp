#pragma once

#include <span>

#include "chiso/base/size.hpp"

namespace chiso {

/// What anchors are made of: extremes, mean and spread of the values present in a column.
///
/// Missing values (NaN) are left out. Infinite values count as present and show in the extremes;
/// `infinite` says how many there are, so that the caller can refuse them. Sums run in a fixed
/// order (eight interleaved partial sums): the same column gives the same bits on every processor.
struct Statistics {
  Size count = 0;     ///< Values present.
  Size infinite = 0;  ///< Of them infinite.
  double minimum;     ///< NaN without values, as the three below.
  double maximum;
  double mean;
  double squares;  ///< Sum of squared differences from the mean.

  Statistics() noexcept;

  /// Sample standard deviation (n - 1); NaN below two values.
  [[nodiscard]] double deviation() const noexcept;
};

/// The least and the greatest value present.
struct Extremes {
  Size count = 0;
  Size infinite = 0;
  double minimum;  ///< NaN without values, as the maximum.
  double maximum;

  Extremes() noexcept;
};

/// One pass for extremes and mean, a second for the squares.
[[nodiscard]] Statistics statistics(std::span<const double> values);

/// A single pass, for normalisers that need no more.
[[nodiscard]] Extremes extremes(std::span<const double> values);

/// The statistics of two columns put together (periods that are pooled).
/// Source: Chan, Golub and LeVeque, The American Statistician 37 (1983).
[[nodiscard]] Statistics merge(const Statistics& a, const Statistics& b) noexcept;
[[nodiscard]] Extremes merge(const Extremes& a, const Extremes& b) noexcept;

/// The statistics of negated values, for anchors of a variable where more is worse.
[[nodiscard]] Statistics negated(const Statistics& of) noexcept;
[[nodiscard]] Extremes negated(const Extremes& of) noexcept;

}  // namespace chiso
