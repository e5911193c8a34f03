#pragma once

#include <cstdint>
#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/draw_table.hpp"

namespace chiso {

/// How often each row of a sample stands in each of its bootstrap resamples: as many rows drawn
/// with replacement.
class Resampling {
 public:
  /// @param rows a power of two
  Resampling(Size rows, Size resamples, std::uint64_t seed);

  [[nodiscard]] Size rows() const noexcept { return rows_; }
  [[nodiscard]] Size resamples() const noexcept { return resamples_; }

  /// The counts of rows first, first + 1 ...: a table of as many rows as `out` has, whose first
  /// column is the sample itself (all 1) and the others are the resamples.
  void fill(Size first, DrawTable& out) const;

 private:
  Size rows_;
  Size resamples_;
  std::vector<std::uint16_t> counts_;  ///< Rows x resamples, row by row.
};

}  // namespace chiso
