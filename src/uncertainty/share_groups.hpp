#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// Shares that add up to 1.
struct ShareGroup {
  Size criterion = 0;
  bool overall = false;
  std::vector<Size> nodes;      ///< Its children; of an overall group the indicators below it.
  std::vector<double> nominal;  ///< Positive.
};

/// What a source of shares varies: the criteria that it meets in the order of the index. Of a
/// criterion those children take part whose nominal share is not 0, of a sum its parts.
[[nodiscard]] std::vector<ShareGroup> share_groups(const Scores& base, const DrawWeights& source,
                                                   SourceProblems& problems);

/// What the rows are that hold a group's shares, their source left open.
[[nodiscard]] std::vector<VariedRow> rows_of(const ShareGroup& group);

}  // namespace chiso
