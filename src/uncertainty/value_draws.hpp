#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/binomial_law.hpp"
#include "uncertainty/cut_normal.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// Draws of DrawValues, one uniform number a row.
///
/// Correlated errors that are cut off are those of a normal law under the condition that all values
/// of the unit lie in their ranges: vectors outside are drawn anew, from a stream that depends on
/// the unit's own uniform numbers. (Cutting each value to its range, or drawing one under the
/// condition of those before, would be another law.)
class ValueDraws {
 public:
  ValueDraws(const Scores& base, const DrawValues& source, SourceProblems& problems);

  [[nodiscard]] std::span<const VariedRow> rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const double> nominal() const noexcept { return nominal_; }

  /// From uniform numbers in the rows to values in them.
  void draw(Size draws, double* rows, Size stride) const;

 private:
  struct Joint {
    Size first_row = 0;
    std::vector<double> error;
    std::vector<double> root;  ///< Of the correlations of what the unit has.
  };

  void add_joint(const Scores& base, const DrawValues& source, SourceProblems& problems);
  void draw_joint(const Joint& joint, Size draws, double* rows, Size stride) const;
  [[nodiscard]] bool is_inside(const Joint& joint, std::span<const double> values) const;
  /// From independent normal numbers to values, in place.
  void correlate(const Joint& joint, std::span<double> numbers) const;
  [[nodiscard]] bool is_likely_inside(const Joint& joint) const;

  std::vector<VariedRow> rows_;
  std::vector<double> nominal_;
  std::vector<CutNormal> normal_;  ///< By row; empty: not of this kind, as below.
  std::vector<BinomialLaw> binomial_;
  std::vector<double> per_count_;  ///< By row: what one answer is in terms of the value.
  std::vector<Joint> joint_;
  std::vector<double> lower_;  ///< Of joint: least and greatest value, by row.
  std::vector<double> upper_;
  bool truncate_ = true;
};

}  // namespace chiso
