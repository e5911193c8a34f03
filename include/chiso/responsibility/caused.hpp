#pragma once

#include <vector>

#include "chiso/responsibility/points_at_stake.hpp"
#include "chiso/responsibility/sharing.hpp"
#include "chiso/scenario/causes.hpp"

namespace chiso {

/// Points of a difference by the agencies that answer for the criteria concerned: each node's own
/// causes (CausedNode::own) go to its tasks as lost points do (see PointsAtStake), and within a
/// task by the rule of sharing. What a definition did (weights, rules, anchors ...) is nobody's: it
/// stands under StakeRow::nobody.
///
/// @param index the plan's key of the index that was compared.
/// @returns by agency; they add up to after - before. `scores` is 0.
/// @throws NotFoundError if the plan has no such index.
[[nodiscard]] std::vector<StakeRow> causes_by_agency(const Plan& plan, std::string_view index,
                                                     const Causes& causes,
                                                     const Sharing& sharing = Sharing::raci());

}  // namespace chiso
