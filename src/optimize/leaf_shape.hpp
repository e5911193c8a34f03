#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/reach/action_effects.hpp"
#include "optimize/line_pieces.hpp"
#include "optimize/survey_types.hpp"

namespace chiso {

/// What one action does to an indicator.
struct ActionAmount {
  Size action;
  double amount;
};

/// How an indicator's score comes about from many actions: some value plus changes, through the
/// rule, where that is best; the best of that and set points; plus points.
struct LeafShape {
  Size node = 0;
  bool known = false;  ///< False: it cannot be written this way; only the bounds hold.
  double value = 0.0;  ///< The raw value at hand, if there are effects on it.
  double score = 0.0;  ///< The score at hand.
  std::vector<ActionAmount> set_value;
  std::vector<ActionAmount> add_value;
  std::vector<ActionAmount> set_points;
  std::vector<ActionAmount> add_points;
  bool low_is_best = false;

  /// Score by raw value over all values that can come about; empty without effects on the value.
  std::vector<LinePiece> rule;

  double lowest = 0.0;  ///< Of the score in the end.
  double highest = 0.0;

  [[nodiscard]] Moves moves_of(Size action) const;
};

/// @param fates actions that are out do not count; those that are in count like open ones.
[[nodiscard]] LeafShape leaf_shape(const ActionEffects& effects, Size situation, Size node,
                                   const std::vector<Fate>& fates);

}  // namespace chiso
