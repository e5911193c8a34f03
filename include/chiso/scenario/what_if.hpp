#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chiso/base/matrix.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// One raw value in place of another.
struct CellEdit {
  Size unit = 0;       ///< Position in base.units().
  Size variable = 0;   ///< Position in Index::variables().
  double value = 0.0;  ///< NaN: missing.
};

/// A composite and its rank.
struct Placed {
  double score = 0.0;
  double rank = 0.0;
};

/// A result made ready for many small what-ifs: edits of raw values with the anchors held. A single
/// edit recomputes only the path from its leaves to the composite and the ranks that change hands.
///
/// Immutable, safe to use from many threads; copies are cheap. Ranks are by competition on the
/// composite, of rounded scores if the definition says so. The same bits as scoring the edited
/// panel.
class WhatIf {
 public:
  explicit WhatIf(Scores base);

  [[nodiscard]] const Scores& base() const noexcept;

  /// Composite and rank of the edited unit if one cell had another value.
  /// @throws DataError for a position out of range, or a value outside its variable's range.
  [[nodiscard]] Placed of(const CellEdit& edit) const;

  /// Composites and ranks (0: none) of all units after all of `edits`; a cell that is edited twice
  /// has the last value. Spans of base.units().size(); either may be empty if it is not wanted.
  void of(std::span<const CellEdit> edits, std::span<double> scores,
          std::span<std::int32_t> ranks) const;

  /// Every cell on its own: what the composite and rank of its unit would be if that cell alone had
  /// the value in `values` (units x variables; NaN: the cell is left out, and the answer is NaN).
  /// @param scores, ranks units x variables, column-major.
  void each(const MatrixIn& values, std::span<double> scores, std::span<double> ranks) const;

  /// Many scenarios of several edits at once. Scenario i has edits [starts[i], starts[i + 1]).
  /// @param units positions of the units whose answers are wanted; empty: all.
  /// @param scores, ranks scenarios x units, one row a scenario; either may be empty.
  /// @param threads 0: as many as the machine has. The answer does not depend on it.
  void many(std::span<const Size> starts, std::span<const CellEdit> edits,
            std::span<const Size> units, std::span<double> scores, std::span<std::int32_t> ranks,
            int threads = 1) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
