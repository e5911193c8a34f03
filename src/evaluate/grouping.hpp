#pragma once

#include <cstdint>
#include <span>

#include "chiso/model/index.hpp"

namespace chiso {

/// Number of each unit's group by a definition's grouping: its position in the names, their number
/// for the group below all limits, no_group without a score or a grouping.
/// @param scores displayed ones if the definition ranks those
/// @throws DataError if the lengths differ, or natural breaks meet an infinite score
void assign_groups(const Grouping& grouping, std::span<const double> scores,
                   std::span<std::int32_t> groups);

}  // namespace chiso
