#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// Which ranks units with equal scores get.
enum class Ties {
  competition,  ///< 1, 1, 3: the best of theirs, so that a top ten has ten.
  dense,        ///< 1, 1, 2.
  average,      ///< 1.5, 1.5, 3.
  ordinal       ///< 1, 2, 3: who stands first in the column goes first.
};

/// Memory that ranking reuses from call to call: no allocation once it is large enough. Small
/// columns need none.
struct RankScratch {
  std::vector<std::pair<double, Size>> order;
  std::vector<double> scores;
  std::vector<double> ranks;
};

/// Ranks of scores: 1 = highest. Ties are exact (== on doubles). A missing score (NaN) has no rank
/// (NaN) and takes none. `scores` and `out` must not overlap.
/// @throws DataError if the lengths differ.
void rank(std::span<const double> scores, Ties ties, std::span<double> out, RankScratch& scratch);
void rank(std::span<const double> scores, Ties ties, std::span<double> out);

/// The same as whole numbers; 0 = no rank.
/// @throws SpecError for Ties::average, whose ranks are not whole.
void rank(std::span<const double> scores, Ties ties, std::span<std::int32_t> out,
          RankScratch& scratch);
void rank(std::span<const double> scores, Ties ties, std::span<std::int32_t> out);

/// Ranks inside groups: units with the same number in `groups` are ranked with each other; a unit
/// with a negative number is in no group and has no rank.
/// @throws DataError if the lengths differ.
void rank_within(std::span<const double> scores, std::span<const std::int32_t> groups, Ties ties,
                 std::span<double> out);

/// The score as it is displayed with so many decimals (negative: tens, hundreds ...): the shortest
/// decimal text that reads back as the score is rounded half away from zero, as one does with a
/// pencil and as Excel does. So 2.675 becomes 2.68 although the double is a little less, and -0.5
/// becomes -1 without decimals. Never -0. NaN and infinities pass.
[[nodiscard]] double displayed(double value, int decimals);

/// The same for a column; `in` and `out` may be the same memory.
/// @throws DataError if the lengths differ.
void displayed(std::span<const double> in, int decimals, std::span<double> out);

}  // namespace chiso
