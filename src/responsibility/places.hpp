#pragma once

#include <limits>
#include <span>

#include "chiso/base/size.hpp"

namespace chiso {

/// What is known of a unit among others. NaN: not known.
struct Place {
  Size unit = 0;
  double score = std::numeric_limits<double>::quiet_NaN();
  double rank = std::numeric_limits<double>::quiet_NaN();
};

/// Whether any unit was given a rank: then the others have none.
[[nodiscard]] bool is_ranked(std::span<const Place> places) noexcept;

/// Gives every unit with a score the rank of its score (competition). @returns how many have one.
Size rank_by_score(std::span<Place> places);

/// The score of the last units whose rank is `rank` or better; NaN below a hole in the ranks.
[[nodiscard]] double score_at_rank(std::span<const Place> places, double rank) noexcept;

}  // namespace chiso
