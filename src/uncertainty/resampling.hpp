#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"
#include "uncertainty/draw_table.hpp"

namespace chiso {

/// How often each row of a sample stands in each of its bootstrap resamples: as many rows drawn
/// with replacement.
class Resampling {
 public:
  /// @param rows a power of two
  Resampling(Size rows, Size resamples)
      : rows_(rows), resamples_(resamples), counts_(at(rows * resamples)) {}

  /// Draws them. The result does not depend on the number of threads.
  /// @param go_on asked now and then by the thread of the caller: many resamples of many rows take
  ///   long; if it says no, they are of no use
  /// @returns what it said last
  [[nodiscard]] bool draw(std::uint64_t seed, int threads, const std::function<bool()>& go_on);

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
