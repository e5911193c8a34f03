#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/difference.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// What the changes of a definition did to the composite and the rank of one unit. NaN: none.
struct UnitMove {
  std::string unit;
  double before = 0.0;
  double after = 0.0;
  double rank_before = 0.0;
  double rank_after = 0.0;
  std::string group_before;  ///< Empty: none.
  std::string group_after;
  /// By edit, adding up to after - before. Where the unit has a score on one side only: NaN for the
  /// edits that give or take it, 0 for the others.
  std::vector<double> points;
  std::vector<double> places;  ///< The same of ranks: negative is better.

  /// Whether score, rank or group is another one.
  [[nodiscard]] bool moved() const noexcept;
};

/// What one edit did to all units.
struct EditEffect {
  /// Positions in DefinitionDifference::changes; several where one makes no sense without the
  /// others.
  std::vector<Size> changes;
  Size units = 0;        ///< Whose composite it moves.
  Size ranks = 0;        ///< Whose rank it moves.
  double largest = 0.0;  ///< The largest move of a composite, with its sign; 0: none.
  std::string unit;      ///< Whose move that is.
};

/// Which change of a definition moved which unit by how much, in one period.
struct Attribution {
  Scores before;
  Scores after;
  std::vector<EditEffect> edits;  ///< Those that change any number of the definition in force.
  std::vector<UnitMove> units;    ///< All, in the order of the results.
  /// Whether all subsets of the edits were looked at (Shapley's value). Otherwise the mean of their
  /// order and its reverse: the same wherever no more than two edits act on each other.
  bool all_subsets = true;
};

/// Scores a panel by both definitions and by all that lie between them, and gives every edit what
/// is due to it (Shapley, in Contributions to the Theory of Games II, 1953). Anchors are fitted
/// anew, each time.
///
/// @param period of the panel; may be left out if it has only one.
/// @param method the period whose dated values are used, of both; left out, the period itself, or
///        the nearest in which a definition is in force.
/// @throws DataError as scoring does, naming the definition that cannot be scored.
[[nodiscard]] Attribution attribute(const DefinitionDifference& difference, const Panel& panel,
                                    const std::optional<Period>& period = {},
                                    const std::optional<Period>& method = {});

/// A difference as a tree of the nodes that changed, with what each change moved, then the units
/// that moved, the largest move first.
/// @param why nullptr: without data
[[nodiscard]] std::string to_text(const DefinitionDifference& difference,
                                  const Attribution* why = nullptr);

}  // namespace chiso
