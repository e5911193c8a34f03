#pragma once

#include <memory>
#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// One unit's tree with the anchors of a result held, in which values and scores can be changed one
/// by one: only the path from what was changed up to the composite is computed again. The same
/// bits as scoring the whole panel with the change.
///
/// Copies are cheap and independent; one object is for one thread.
class UnitTree {
 public:
  /// @param unit position in base.units()
  /// @throws DataError if the scores of units depend on each other (a rank normaliser, Copeland):
  ///         the message names the node.
  UnitTree(const Scores& base, Size unit);

  [[nodiscard]] const Scores& base() const noexcept;
  [[nodiscard]] Size unit() const noexcept;

  /// As it stands now: the raw value of a variable (position in Index::variables()), the score of a
  /// node. NaN: missing.
  [[nodiscard]] double value(Size variable) const;
  [[nodiscard]] double score(Size node) const;
  [[nodiscard]] double score() const { return score(Index::root()); }

  /// Changes a raw value; NaN makes it missing. Not checked against the variable's range.
  void set_value(Size variable, double value);

  /// Gives a node a score in place of what is below it; NaN lets it be computed again.
  void set_score(Size node, double score);

  /// The leaf's score if its measure were `x`: its rule alone. NaN for a missing measure, and where
  /// the rule says nothing.
  [[nodiscard]] double rule(Size leaf, double x) const;

  /// Takes every change back.
  void reset();

 private:
  struct State;
  std::shared_ptr<const State> state_;  ///< Of the base and the unit; shared by copies.
  std::vector<double> values_;          ///< By variable.
  std::vector<double> scores_;          ///< By node.
  std::vector<double> given_;           ///< By node; NaN: computed.
};

/// Whether the scores of one unit depend on the values of others even when anchors are held.
[[nodiscard]] bool compares_units(const Index& index);

}  // namespace chiso
