#pragma once

#include <memory>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// The numbers of a UnitTree; private.
struct HeldUnit {
  std::vector<double> numbers;  ///< Raw values, scores, and, if there are such, given scores.
  std::vector<char> marks;      ///< What does not apply; empty: every cell does.
};

/// One unit's tree with the anchors of a result held, in which values and scores can be changed one
/// by one: only the path from what was changed up to the composite is computed again. The same
/// bits as scoring the whole panel with the change.
///
/// Where scoring would refuse (a rule that says nothing about a value, a missing child where the
/// policy is `error`), the node has no score here.
///
/// Copies are cheap and independent; one object is for one thread. Positions are not checked.
class UnitTree {
 public:
  /// @param unit position in base.units()
  /// @throws DataError if the scores of units depend on each other (a rank normaliser, Copeland):
  ///         the message names the node; or if there is no such unit.
  UnitTree(const Scores& base, Size unit);

  [[nodiscard]] const Scores& base() const noexcept;
  [[nodiscard]] Size unit() const noexcept;

  /// As it stands now: the raw value of a variable (position in Index::variables(); of words, the
  /// position in its categories), the score of a node. NaN: missing, for values a declared zero
  /// too.
  [[nodiscard]] double value(Size variable) const;
  [[nodiscard]] double score(Size node) const;
  [[nodiscard]] double score() const { return score(Index::root()); }

  /// Changes a raw value; NaN makes it missing. Not checked against the variable's range. A cell
  /// that was not applicable is so no longer.
  void set_value(Size variable, double value);

  /// Gives a node a score in place of what is below it; NaN lets it be computed again.
  void set_score(Size node, double score);

  /// The leaf's score (by node, its cap included) if its measure were `x`: its rule alone. NaN for
  /// a missing measure, and where the rule says nothing.
  [[nodiscard]] double rule(Size leaf, double x) const;

  /// Takes every change back.
  void reset();

 private:
  struct State;
  std::shared_ptr<const State> state_;  ///< Of the base and the unit; shared by copies.
  HeldUnit now_;
};

/// Whether the scores of one unit depend on the values of others even when anchors are held.
[[nodiscard]] bool compares_units(const Index& index);

}  // namespace chiso
