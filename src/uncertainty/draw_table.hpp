#pragma once

#include <boost/align/aligned_allocator.hpp>
#include <cstdint>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// What one row of drawn numbers is.
struct VariedRow {
  enum class Kind {
    share,          ///< Of `node` in its parent.
    overall_share,  ///< Of the indicator `node` in the criterion `parent`, which is above it.
    value,          ///< Of `variable` (position in Index::variables()) of `unit` (in the scores).
    low,            ///< Anchor of the indicator `node`, in the raw direction of its measure.
    high,
    choice  ///< Position of an alternative, a whole number.
  };
  Kind kind = Kind::share;
  Size source = 0;  ///< Position in the sources.
  Size node = -1;
  Size parent = -1;
  Size unit = -1;
  Size variable = -1;
};

/// Doubles in rows of draws, aligned for the kernels.
class DrawTable {
 public:
  DrawTable() = default;
  DrawTable(Size rows, Size draws) : rows_(rows), draws_(draws), stride_((draws + 15) / 16 * 16) {
    // Rows whose distance is a power of 2 throw each other out of the cache.
    if (stride_ % 64 == 0) stride_ += 16;
    memory_.resize(at(rows_ * stride_));
  }

  [[nodiscard]] Size rows() const noexcept { return rows_; }
  [[nodiscard]] Size draws() const noexcept { return draws_; }
  [[nodiscard]] Size stride() const noexcept { return stride_; }

  [[nodiscard]] double* row(Size r) noexcept { return memory_.data() + r * stride_; }
  [[nodiscard]] const double* row(Size r) const noexcept { return memory_.data() + r * stride_; }

 private:
  Size rows_ = 0;
  Size draws_ = 0;
  Size stride_ = 0;
  std::vector<double, boost::alignment::aligned_allocator<double, 64>> memory_;
};

}  // namespace chiso
