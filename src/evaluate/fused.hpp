#pragma once

#include <span>

#include "chiso/base/size.hpp"
#include "normalize/prepared_map.hpp"

namespace chiso {

/// A raw column on its way into a weighted mean.
struct MappedColumn {
  const double* values;
  double weight;
  PreparedMap map;  ///< Exact and without cuts.
};

/// Sum of weight * score over columns whose scores nobody wants to see: one pass over the raw
/// values, nothing written but the sums. The same bits as mapping each column and adding the
/// products in their order.
void add_mapped(std::span<const MappedColumn> columns, Size units, double* sums);

/// Whether every value that is present lies in [lower, upper].
[[nodiscard]] bool all_inside(const double* values, Size units, double lower, double upper);

/// Whether no value is missing or infinite.
[[nodiscard]] bool all_finite(const double* values, Size units);

/// Columns from rows: out[c * units + r] = rows[r * stride + c].
void transpose(const double* rows, Size stride, Size units, Size columns, double* out);

}  // namespace chiso
