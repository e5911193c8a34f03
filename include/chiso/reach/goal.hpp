#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/plan/plan.hpp"

namespace chiso {

/// What is to be reached on one node of one result.
struct Goal {
  enum class Quantity {
    score,    ///< At least `value` points of the node.
    percent,  ///< At least `value` percent of the node's highest score.
    rank,     ///< `value`-th place or better.
    group     ///< `group`, or a better one. Of the composite.
  };
  Quantity quantity = Quantity::rank;
  double value = 0.0;
  std::string group;
  std::string code;  ///< Of the node; empty: the composite.

  [[nodiscard]] static Goal score(double points) { return {Quantity::score, points, {}, {}}; }
  [[nodiscard]] static Goal percent(double percent) { return {Quantity::percent, percent, {}, {}}; }
  [[nodiscard]] static Goal top(double rank) { return {Quantity::rank, rank, {}, {}}; }
  [[nodiscard]] static Goal in_group(std::string name) {
    return {Quantity::group, 0.0, std::move(name), {}};
  }

  friend bool operator==(const Goal&, const Goal&) = default;
};

/// "rank <= 10", "score >= 65", "percent of F1 >= 90", "group A".
[[nodiscard]] std::string describe(const Goal& goal);

/// The goal that a target of a plan means. A band of ranks means its worse end; keeping a rank or a
/// score means that of the plan's baseline.
/// @throws DataError for a target that is no lower bound (of a score) or upper bound (of a rank),
/// that
///         is against the year before, in a region, or against a baseline without the number.
[[nodiscard]] Goal goal_of(const Plan& plan, Size target);

/// Whom a unit is compared with: scores of the others on the goal's node.
struct Rivals {
  std::vector<std::string> units;  ///< Without the unit itself.
  std::vector<double> scores;      ///< NaN: no score, takes no place.
  std::string assumption;          ///< In words: "others held constant (2019)".
};

/// The others as they are in a result: `scores` may be the base itself, or a result of another
/// panel.
/// @throws NotFoundError for a unit or code that the result does not have.
[[nodiscard]] Rivals rivals_now(const Scores& scores, std::string_view unit,
                                std::string_view code = {});

/// The units of the latest result moved on by their own past: for each a straight line through its
/// scores by least squares, read off at `at`. A rival with scores in fewer than three periods keeps
/// its latest. Scores are cut to the node's range.
/// @param history results of one node over several periods, in any order, editions may differ
/// @throws DataError if there is no history, periods stand twice or cannot be put on one line
///         (years with quarters), or `at` is not after the last.
[[nodiscard]] Rivals rivals_by_trend(std::span<const Scores> history, const Period& at,
                                     std::string_view unit, std::string_view code = {});

/// The lowest score of the goal's node that reaches a goal, to the last bit: the double before it
/// does not. For ranks and groups as the definition compares scores (rounded ones if it ranks
/// these); points and percent are compared as they are.
struct Needed {
  double score = 0.0;  ///< -infinity: any score does.
  std::string what;    ///< What sets it: "Hai Phong, rank 10, 68.73", "group A from 90".
};
/// @throws DataError for a rank below 1 or beyond the number of units, percent of a node whose
/// highest
///         score is not known, a group that the definition does not have (with the nearest), or one
///         whose limits move with the units' scores (natural breaks), with the remedy.
[[nodiscard]] Needed needed_score(const Scores& base, std::string_view unit, const Goal& goal,
                                  const Rivals& rivals);

}  // namespace chiso
