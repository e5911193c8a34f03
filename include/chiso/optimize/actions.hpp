#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/optimize/search.hpp"
#include "chiso/plan/task.hpp"
#include "chiso/reach/action_effects.hpp"
#include "chiso/reach/goal.hpp"

namespace chiso {

/// A goal in one of several results.
struct SituatedGoal {
  Size situation = 0;
  Goal goal;
  Rivals rivals;
};

/// What may be chosen.
struct ActionLimits {
  double budget = std::numeric_limits<double>::infinity();  ///< Of the costs together.
  double horizon =
      std::numeric_limits<double>::infinity();  ///< Every chosen action is finished by then.
  std::vector<CriterionRef>
      frozen;              ///< Criteria that no chosen action may touch, or anything below them.
  Size most = -1;          ///< Number of actions; -1: any.
  bool capacities = true;  ///< Whether those of the agencies count.
};

/// What is best among sets that reach every goal.
enum class Prefer {
  cheapest,  ///< Least cost, and of those with equal cost fewest actions.
  fewest     ///< Fewest actions, and of those the cheapest.
};

/// A chosen set and what it does, checked by a true evaluation.
struct ActionChoice {
  SearchResult result;
  std::vector<Size> actions;  ///< Ascending.
  double cost = 0.0;
  double finish = 0.0;  ///< When the last is done.
  /// By situation.
  struct Reached {
    double score_before = 0.0;  ///< Composites.
    double score = 0.0;
    double rank_before =
        0.0;  ///< Among the rivals of the situation's (first) goal, else as scored.
    double rank = 0.0;
  };
  std::vector<Reached> reached;

  /// The goal, agency, budget or action that stands in the way, if there is no answer, or that
  /// keeps the answer from being better.
  std::vector<std::string> binding;
};

/// The cheapest set of actions that reaches all goals. Proven optimal by a mixed-integer program
/// (CBC): rules, steps and caps are in it as they are; sums and means are linear; geometric means
/// in logarithms, other concave aggregations by tangents; what cannot be put into it is looked at
/// in truth, and a set that fails is ruled out and the next one found. The status says what is
/// proven.
/// @throws DataError for a situation that is not there, no actions, or what needed_score throws;
///         SpecError for limits that are negative or not a number.
[[nodiscard]] ActionChoice cheapest_actions(const ActionEffects& effects,
                                            const std::vector<SituatedGoal>& goals,
                                            const ActionLimits& limits = {},
                                            Prefer prefer = Prefer::cheapest,
                                            const SearchLimits& search = {});

/// The set that lifts the goal's node of one situation highest within the limits, all goals
/// reached; of equal ones the cheapest.
/// @param code of the node; empty: the composite.
[[nodiscard]] ActionChoice best_actions(const ActionEffects& effects, Size situation,
                                        std::string_view code,
                                        const std::vector<SituatedGoal>& goals,
                                        const ActionLimits& limits,
                                        const SearchLimits& search = {});

/// Every rank from the present one (excluded) to the best that can be reached, with the cheapest
/// set for it: the frontier of cost against rank, best ranks last. Ranks that cost no less than a
/// better one are left out. If the search stopped before a rank was reached or ruled out, the last
/// has no answer (`unknown`).
/// @param first the situation and node whose rank it is; its rank is not looked at.
/// @param goals others that every set must reach.
[[nodiscard]] std::vector<ActionChoice> frontier(const ActionEffects& effects,
                                                 const SituatedGoal& first,
                                                 const std::vector<SituatedGoal>& goals,
                                                 const ActionLimits& limits = {},
                                                 const SearchLimits& search = {});

}  // namespace chiso
