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
    value,  ///< A raw variable; of words, the position of one in its categories.
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

  /// The value nearest to `now` that reaches the goal, of two equally near ones the lower; the
  /// double before it, on the way from `now`, does not. Of a missing value that which reaches it
  /// with the least score. NaN if none does.
  double value = 0.0;
  double change = 0.0;  ///< value - now.
  double score = 0.0;   ///< Of the goal's node with it, by a true evaluation.
  double rank = 0.0;    ///< Among the rivals, with it.

  /// The most that the lever can do for the goal's node, and the value nearest to `now` that does;
  /// both infinite where nothing limits them.
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
/// Values about which a rule says nothing are never answers, nor is a zero that stands for a
/// missing value. Where powers and logarithms round, doubles that differ in their last bits may be
/// on either side of a goal; what is said of the answer itself and of the double before it holds
/// always.
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

/// All values in the lever's range at which the unit's rank in the composite changes, ascending, to
/// the last bit; also where it has a rank no more (NaN).
/// @throws as goal_seek does.
[[nodiscard]] std::vector<BreakEven> break_even(const Scores& base, std::string_view unit,
                                                const Lever& lever, const Rivals& rivals);

/// Weights of a node, as an edit sets them (its siblings scaled so that the sum stays), at which
/// two units change places in the composite: the unit, and each rival; ascending, to the last bit.
/// Ranks are of exact scores, also where the definition ranks rounded ones.
/// @throws NotFoundError with the nearest name; DataError for the composite itself, a unit without
/// a
///         score, or a composite that is not linear in the weight, with the criterion that is in
///         the way: an aggregation that is no sum or arithmetic mean, a cap, a scale, children that
///         some unit goes without.
[[nodiscard]] std::vector<BreakEven> break_even_weight(const Scores& base, std::string_view unit,
                                                       std::string_view node);

}  // namespace chiso
