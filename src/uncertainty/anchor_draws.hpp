#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/cut_normal.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// Draws of DrawAnchors, one uniform number a row.
class AnchorDraws {
 public:
  AnchorDraws(const Scores& base, const DrawAnchors& source, SourceProblems& problems);

  [[nodiscard]] std::span<const VariedRow> rows() const noexcept { return rows_; }
  [[nodiscard]] std::span<const double> nominal() const noexcept { return nominal_; }

  /// From uniform numbers in the rows to anchors in them.
  void draw(Size draws, double* rows, Size stride) const;

 private:
  void add(Size node, VariedRow::Kind kind, double anchor, double width, const DrawAnchors& source);

  std::vector<VariedRow> rows_;
  std::vector<double> nominal_;
  std::vector<double> width_;      ///< Of uniform: from the anchor to either end.
  std::vector<CutNormal> normal_;  ///< Of normal, by row.
};

}  // namespace chiso
