#pragma once

#include <span>

#include "chiso/base/size.hpp"

namespace chiso {

/// So many draws of all rows of a group stay in the cache while they are worked on.
inline constexpr Size draws_a_piece = 128;

/// Numbers in rows of at most draws_a_piece draws become shares: lowest[k] + room times number over
/// the sum of the draw, which runs over the rows in their order.
void to_shares(std::span<double* const> rows, Size draws, std::span<const double> lowest,
               double room);

}  // namespace chiso
