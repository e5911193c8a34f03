#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// Draws of Choose: one row, one uniform number.
class ChoiceDraws {
 public:
  ChoiceDraws(const Choose& source, SourceProblems& problems);

  [[nodiscard]] std::span<const VariedRow> rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const double> nominal() const noexcept { return nominal_; }

  /// From uniform numbers in the row to positions of alternatives.
  void draw(Size draws, double* row) const;

 private:
  std::vector<VariedRow> rows_;
  std::vector<double> nominal_;
  std::vector<double> up_to_;  ///< Probability of each alternative and those before.
};

}  // namespace chiso
