#pragma once

#include <string_view>

#include "chiso/plan/plan.hpp"
#include "chiso/responsibility/standings.hpp"
#include "chiso/uncertainty/history.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace chiso {

/// Scores of a node over the periods, from standings: all units with a score, in the order of the
/// rows. A period in which nobody has one is no period of it.
/// @param index as the standings spell it
/// @throws NotFoundError if no row is of the node; DataError if none has a score
[[nodiscard]] History history_of(const Standings& standings, std::string_view index,
                                 std::string_view code = {});

/// The same of a criterion of a plan, period by period from the standings that `scoreboard` takes.
/// @throws NotFoundError for an index that the plan does not have; else the same
[[nodiscard]] History history_of(const Plan& plan, const Standings& standings,
                                 const CriterionRef& criterion);

/// What a target asks of a projection of its criterion: its range by its period, or by the end of
/// the plan. A percentage is turned into points, by the latest maximum that the standings know.
/// @throws DataError if there is no period, or no maximum
[[nodiscard]] ProjectedGoal projected_goal(const Plan& plan, Size target,
                                           const Standings& standings);

}  // namespace chiso
