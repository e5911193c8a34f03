#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/matrix.hpp"
#include "chiso/model/panel.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// One variable of the units that are scored, as it lies in memory.
struct InputColumn {
  const double* data = nullptr;
  Size stride = 1;
  std::vector<double>
      recode;  ///< Of text: word of the panel -> category of the index; empty: none.
  bool zero_is_missing = false;

  /// Whether the values can be read where they lie.
  [[nodiscard]] bool is_plain() const noexcept {
    return stride == 1 && recode.empty() && !zero_is_missing;
  }

  /// Values [first, first + out.size()), recoded, declared zeros as missing.
  void load(Size first, std::span<double> out) const;
};

/// What an evaluation reads for the units of one period, in the order of Compiled::columns.
struct Input {
  Size units = 0;
  std::vector<InputColumn> columns;
  std::vector<std::vector<Size>> not_applicable;      ///< By column: units in ascending order; or
                                                      ///< empty. None of the period before.
  std::vector<std::vector<double>> owned;             ///< Columns that had to be gathered.
  std::unique_ptr<double[]> transposed;               ///< Of a small row-major array: its columns.
  std::function<std::string(Size)> unit_name;         ///< For messages.
  std::function<Size(const std::string&)> find_unit;  ///< -1: not there.
  /// Of a large row-major array: its first row and the distance between rows, in doubles; else
  /// nullptr.
  const double* rows = nullptr;
  Size row_stride = 0;
  bool may_be_infinite = false;  ///< Plain arrays; a panel has no infinite values.

  /// Values of a measure for all units: where they lie, or worked out into `scratch`.
  [[nodiscard]] std::span<const double> measure(const CompiledMeasure& compiled,
                                                std::vector<double>& scratch) const;
};

/// The value of a measure for `out.size()` units from blocks of the index's variables.
void measure_block(const CompiledMeasure& compiled, std::span<const double* const> variables,
                   std::span<double> out);

/// Positions in the panel of the units that have a row in the period.
[[nodiscard]] std::vector<Size> units_of_period(const Panel& panel, Size period);

/// @throws DataError with all variables that the panel does not have or that do not fit.
[[nodiscard]] Input input_of(const Compiled& compiled, const Panel& panel, Size period,
                             std::span<const Size> units);

/// @throws DataError if the shape differs.
[[nodiscard]] Input input_of(const Compiled& compiled, const MatrixIn& values);

}  // namespace chiso
