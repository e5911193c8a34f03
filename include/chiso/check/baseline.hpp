#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

/// Results of a definition that are locked, so that a change of them is noticed.
namespace chiso {

/// The parameters of a leaf's normaliser as they were used. NaN: one that the method has not.
struct LockedAnchor {
  Size node = 0;
  double low = 0.0;
  double high = 0.0;
};

/// The results of one period.
struct LockedPeriod {
  Period period;
  Period method;     ///< Whose dated values were used.
  std::string data;  ///< Fingerprint of what the definition reads; see data_fingerprint().
  std::vector<LockedAnchor> anchors;  ///< By node.
  std::vector<std::string> units;     ///< In the order of the panel.
  std::vector<double> scores;         ///< Unit by unit, the nodes in their order. NaN: none.
  std::vector<double> ranks;          ///< Of the composite, by unit. NaN: none.
  std::vector<std::string> groups;    ///< By unit; empty: none.

  [[nodiscard]] double score(Size unit, Size node) const {
    const auto nodes = static_cast<Size>(scores.size() / units.size());
    return scores[static_cast<std::size_t>(unit * nodes + node)];
  }
};

/// What a leaf gives at a bound of its rule and at the doubles next to it, so that a threshold that
/// is moved by the smallest step is noticed although no unit stands there.
struct LockedBound {
  Size node = 0;
  Period method;       ///< The first method for which it holds.
  double at = 0.0;     ///< NaN: a category.
  std::string word;    ///< The category.
  double below = 0.0;  ///< NaN: no points, or no such value is accepted. Of a category: NaN.
  double score = 0.0;  ///< At the bound itself.
  double above = 0.0;
};

/// What a node counts and can reach by the definition alone.
struct LockedNode {
  Size node = 0;
  Period method;         ///< The first method for which it holds.
  double weight = 0.0;   ///< Share in its parent, or coefficient.
  double maximum = 0.0;  ///< NaN: not known.
  double lowest = 0.0;   ///< Infinite where nothing limits it.
  double highest = 0.0;
};

/// What a definition gave on a panel: by period the scores of all nodes, ranks, groups and anchors;
/// what its rules give at their bounds; and the definition itself, so that whatever moves can be
/// put down to what was changed in it.
struct LockedResults {
  Index index;                        ///< Nodes are its positions.
  std::string panel;                  ///< As BaselineCheck.
  std::string version;                ///< As BaselineCheck.
  std::vector<LockedPeriod> periods;  ///< Ascending.
  std::vector<LockedBound> bounds;    ///< By node, then method, then bound.
  std::vector<LockedNode> nodes;      ///< By node, then method.
};

/// Locks what an index gives on a panel.
///
/// @param what the periods and the method; `panel` and `version` are noted only.
/// @throws DataError as scoring does, of every period; NotFoundError for a period that the panel
/// has
///         not; DataError if the definition is in force in none of its periods.
[[nodiscard]] LockedResults lock(const Index& index, const Panel& panel,
                                 const BaselineCheck& what = {});

/// 16 hexadecimal digits of what an index reads of one period: its units, and their values of the
/// variables that leaves read; of all periods up to this one if anchors are pooled or formulas
/// look back.
/// Columns and periods that it does not read change nothing.
[[nodiscard]] std::string data_fingerprint(const Index& index, const Panel& panel,
                                           const Period& period);

}  // namespace chiso
