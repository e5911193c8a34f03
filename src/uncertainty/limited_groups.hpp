#pragma once

#include <optional>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/share_groups.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// A group, and what its shares may be under the law uniform. The other laws know no limits.
struct LimitedGroup {
  ShareGroup group;
  std::optional<ShareRegion> region;  ///< Of uniform only.
};

/// What a source of shares varies, and within which limits. Groups of which nothing can vary are
/// left out, and a problem; numbers that the law needs and has not, or has and does not know, are
/// one too.
[[nodiscard]] std::vector<LimitedGroup> limited_groups(const Scores& base,
                                                       const DrawWeights& source,
                                                       SourceProblems& problems);

}  // namespace chiso
