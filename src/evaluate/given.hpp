#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// Scores that were set directly, by node, for the units in the order of the scores.
class GivenCells {
 public:
  struct Cell {
    Size row = 0;  ///< Position in Scores::units().
    double score = 0.0;
  };

  GivenCells() = default;

  /// @param given units as positions in the panel, each cell once, by unit
  /// @param units positions in the panel of the units that are scored, ascending
  GivenCells(std::span<const GivenScore> given, std::span<const Size> units, Size nodes);

  explicit GivenCells(const Scores& scores)
      : GivenCells(scores.given(), scores.panel_positions(), scores.index().size()) {}

  [[nodiscard]] bool empty() const noexcept { return cells_.empty(); }

  /// Of a node, by row.
  [[nodiscard]] std::span<const Cell> of(Size node) const {
    if (cells_.empty()) return {};
    return cells_[static_cast<std::size_t>(node)];
  }

  [[nodiscard]] bool has(Size node, Size row) const {
    const auto cells = of(node);
    const auto found = std::lower_bound(cells.begin(), cells.end(), row,
                                        [](const Cell& cell, Size r) { return cell.row < r; });
    return found != cells.end() && found->row == row;
  }

 private:
  std::vector<std::vector<Cell>> cells_;  ///< By node; empty if nothing is given at all.
};

/// By unit, then node, and the last of several for one cell.
/// @throws DataError with every cell that cannot be given a score.
[[nodiscard]] std::vector<GivenScore> checked_given(std::span<const GivenScore> given,
                                                    const Index& index, const Panel& panel,
                                                    Size period);

}  // namespace chiso
