#pragma once

#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/share_groups.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// A problem for each number that the law of the shares needs and has not, or has and does not
/// know.
void check_law(const DrawWeights& source, SourceProblems& problems);

/// The bounds and orders of a source, by group.
[[nodiscard]] std::vector<ShareLimits> share_limits(const Scores& base, const DrawWeights& source,
                                                    const std::vector<ShareGroup>& groups,
                                                    SourceProblems& problems);

}  // namespace chiso
