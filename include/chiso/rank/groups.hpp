#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// The group of a unit without a score.
inline constexpr std::int32_t no_group = -1;

/// Groups by limits, best first: group g has the scores from limits[g] (included) up to the limit
/// before it, and group limits.size() what is below all. A missing score is in no group.
/// @throws SpecError if limits are not finite or do not fall strictly; DataError if the lengths
/// differ.
void group_by_limits(std::span<const double> scores, std::span<const double> limits,
                     std::span<std::int32_t> out);

/// The value below which a share q of the values lies, linear between neighbours: type 7 of Hyndman
/// and Fan (The American Statistician 50, 1996), as NumPy and Excel's PERCENTILE.INC have it.
/// Missing values are left out. NaN without values.
/// @throws SpecError if q is not in 0..1.
[[nodiscard]] double quantile(std::span<const double> values, double q);

/// The limits of `groups` groups of about equal size, best first: the quantiles at (groups - 1) /
/// groups
/// ... 1 / groups. Limits coincide where many scores are equal; a group between equal limits is
/// empty.
/// @throws SpecError if there are fewer than one group; DataError if there is no score.
[[nodiscard]] std::vector<double> quantile_limits(std::span<const double> scores, Size groups);

/// Groups by quantile_limits; a unit at a limit belongs to the upper group.
void group_by_quantiles(std::span<const double> scores, Size groups, std::span<std::int32_t> out);

/// The limits of the groups that minimise the sum of squared differences from the groups' means
/// (Fisher and Jenks), best first: limits[g] is the least score of group g. Exact; equal scores are
/// never split. Of equally good splits the one whose groups begin higher up is taken, best group
/// first. Source: Fisher, Journal of the American Statistical Association 53 (1958).
/// @throws SpecError if there are fewer than one group; DataError if there are more groups than
/// different scores, or an infinite score.
[[nodiscard]] std::vector<double> natural_breaks(std::span<const double> scores, Size groups);

/// Groups by natural_breaks.
void group_by_natural_breaks(std::span<const double> scores, Size groups,
                             std::span<std::int32_t> out);

}  // namespace chiso
