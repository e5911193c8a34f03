#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/attribution.hpp"
#include "chiso/check/baseline.hpp"
#include "chiso/check/difference.hpp"
#include "chiso/check/report.hpp"
#include "chiso/check/tolerance.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// A node of which something is not what was locked.
struct MovedNode {
  std::string code;  ///< As it is now; of a node that is gone as it was.
  int depth = 0;
  std::vector<Size>
      changes;           ///< Of its own definition: positions in DefinitionDifference::changes.
  bool follows = false;  ///< Nothing of its own changed, and a node below it moved.
  Size scores = 0;       ///< Scores, of all units and periods, that moved.
  Size ranks = 0;        ///< Of the composite: ranks and groups that moved.
  double largest = 0.0;  ///< The largest of these moves, with its sign; NaN: a score came or went.
  double before = 0.0;   ///< That score.
  double after = 0.0;
  std::string unit;                ///< Whose it is.
  Period period;                   ///< When.
  std::vector<std::string> rules;  ///< What its rule gives at bounds, its weight, its maximum, its
                                   ///< anchors: "above 90: 2 -> 1"; one line each.
};

/// One unit whose composite, rank or group is not what was locked.
struct MovedUnit {
  UnitMove move;  ///< From what was locked to what is now; its parts are those of the edits.
  /// What is due to no edit: other data, or another chiso. Adds up with the parts.
  double rest = 0.0;
  double rest_of_places = 0.0;
};

/// One period of a baseline.
struct ComparedPeriod {
  Period period;
  bool other_data = false;         ///< What is read of the data is not what was locked.
  std::optional<Attribution> why;  ///< Of the definition, on the data as they are now; if anything
                                   ///< moved and the definition changed.
  std::string not_attributed;      ///< Why there is none.
  std::vector<MovedUnit> units;    ///< Largest move of the composite first.
};

/// Results against those that were locked.
struct BaselineComparison {
  DefinitionDifference difference;  ///< From the locked definition to the one that is checked.
  /// Broken nodes first: those whose own definition changed, the deepest first; then those that
  /// moved for another reason; then those that only follow, the largest move first.
  std::vector<MovedNode> nodes;
  std::vector<ComparedPeriod> periods;
  /// Changes that move nothing that is locked, although they may move other scores.
  std::vector<Size> unseen;
  std::vector<Problem> problems;  ///< Periods and units that are not there any longer, or cannot be
                                  ///< scored.

  /// Whether nothing moved and nothing could.
  [[nodiscard]] bool same() const noexcept;
};

/// Compares what a definition gives on a panel with what was locked.
///
/// @param tolerances by node, of scores and of what rules give; exact where none is stated. Ranks
///        and groups are compared exactly.
[[nodiscard]] BaselineComparison compare(const LockedResults& locked, const Index& index,
                                         const Panel& panel, const NodeTolerances& tolerances = {});

/// The comparison as a check: one finding for each node that does not only follow, with the units
/// that moved and why.
[[nodiscard]] CheckItem check_baseline(const LockedResults& locked, const Index& index,
                                       const Panel& panel, const NodeTolerances& tolerances = {});

/// What is different, for people: the lines of the findings.
[[nodiscard]] std::vector<CheckFinding> findings(const BaselineComparison& comparison);

}  // namespace chiso
