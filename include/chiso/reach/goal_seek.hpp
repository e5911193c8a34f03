#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/reach/goal.hpp"

namespace chiso {

/// One number of one unit that may be moved.
struct Lever {
  enum class Kind {
    value,  ///< A raw variable.
    score   ///< The score of a node, in place of what is below it.
  };
  Kind kind = Kind::value;
  std::string code;
  double lower = -std::numeric_limits<double>::infinity();  ///< Of the unit's own bounds; the
  double upper = std::numeric_limits<double>::infinity();   ///< variable's range counts too.

  friend bool operator==(const Lever&, const Lever&) = default;
};

/// What one lever can do, all else held.
struct Reach {
  Lever lever;
  double now = 0.0;  ///< Its value in the base; NaN: missing.
  bool reached = false;
  bool already = false;  ///< The base reaches the goal; `value` is then `now`.

  /// The value nearest to `now` that reaches the goal; the goal is not reached on the near side of
  /// it. NaN if none does.
  double value = 0.0;
  double change = 0.0;  ///< value - now.
  double score = 0.0;   ///< Composite with it, by a true evaluation.
  double rank = 0.0;    ///< Among the rivals, with it.

  /// The most that the lever can do for the goal's node, and the value nearest to `now` that does.
  double best = 0.0;
  double best_value = 0.0;
  double best_rank = 0.0;
  std::string
      obstacle;  ///< Why not: "the best is 62.1 (rank 21): entry is at most 10". Empty if reached.
  bool exact = true;  ///< False: found by a search that might have missed a nearer value.
};

/// What each lever alone must become to reach a goal: the exact double, through steps, thresholds,
/// caps and any aggregation, found piece by piece on which the goal's node moves one way only.
///
/// @param levers empty: every number variable that the index reads, in its order.
/// @throws NotFoundError with the nearest code; DataError for bounds that leave nothing, a unit
///         without a score on the goal's node (with the remedy), or scores of units that depend on
///         each other.
[[nodiscard]] std::vector<Reach> goal_seek(const Scores& base, std::string_view unit,
                                           const Goal& goal, const Rivals& rivals,
                                           const std::vector<Lever>& levers = {});

/// A value of a lever at which the unit's rank changes hands.
struct BreakEven {
  double value = 0.0;               ///< The first value (coming from below) with the new standing.
  double rank_before = 0.0;         ///< Just below `value`.
  double rank_after = 0.0;          ///< At `value`.
  std::vector<std::string> rivals;  ///< Who is passed, passes, or is level now.
};

/// All values in the lever's range at which the unit's rank changes, ascending, to the last bit.
/// @throws as goal_seek does.
[[nodiscard]] std::vector<BreakEven> break_even(const Scores& base, std::string_view unit,
                                                const Lever& lever, const Rivals& rivals);

/// Weights of a node (its siblings scaled to leave the sum) at which two units change places in the
/// composite: the unit, and each rival. Exact where the composite is linear in that weight.
/// @throws DataError if it is not, with the criterion that is in the way.
[[nodiscard]] std::vector<BreakEven> break_even_weight(const Scores& base, std::string_view unit,
                                                       std::string_view node);

}  // namespace chiso
