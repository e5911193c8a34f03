#pragma once

#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/scenario.hpp"

namespace chiso {

/// Something about an edit that a reader of its outcome should know.
struct Notice {
  enum class Kind {
    beyond_anchor,  ///< A value passes an anchor that was held: the score is beyond the posts or
                    ///< cut.
    no_change       ///< An edit left every number as it was.
  };
  Kind kind = Kind::beyond_anchor;
  Size edit = 0;        ///< Position in the scenario.
  std::string unit;     ///< Empty: not of one unit.
  std::string code;     ///< Of the indicator whose anchor it is; may be empty.
  double value = 0.0;   ///< What passes it, in terms of the measure; else NaN.
  double anchor = 0.0;  ///< What it passes; else NaN.
  std::string text;     ///< In words.
};

/// A result and what a scenario makes of it.
struct Outcome {
  Scenario scenario;
  Scores before;  ///< The base, as it was given.
  Scores after;
  std::vector<Notice> notices;  ///< By edit.
};

/// Applies a scenario to a result: to its panel in its period, its index, method and anchors.
///
/// The same, bit for bit, as editing the definition and the data by hand and scoring them (with the
/// base's anchors, or new ones if the scenario says so); only a score that was set directly stands
/// in place of what the rules give.
///
/// @throws DataError or NotFoundError with every problem of the edits, each with the number (or the
///         place in the file) of the edit: unknown units and codes with the nearest, a pattern that
///         meets nothing, a value outside its variable's range, a score outside the node's range,
///         a word where a number is wanted; SpecError with what is wrong in the edited definition
///         (weights that are negative or do not add up, a criterion left without children ...).
[[nodiscard]] Outcome what_if(const Scores& base, const Scenario& scenario);

/// One node of one unit in two results. NaN: no score, no rank, or not in this result.
struct Change {
  std::string unit;
  std::string code;
  double before = 0.0;
  double after = 0.0;
  double rank_before =
      0.0;  ///< Among the units of its result, as its index ranks (rounded or not).
  double rank_after = 0.0;
};

/// What differs between two results, by unit, then by node, matched by name and code: units in the
/// order of `before`, then those that only `after` has; nodes likewise.
/// @param moved only cells whose score or rank differs (a score that appears or disappears too).
[[nodiscard]] std::vector<Change> changes(const Scores& before, const Scores& after,
                                          bool moved = true);

}  // namespace chiso
