#pragma once

#include <span>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"

namespace chiso {

/// Shares that add up to 1, and what is admissible: between bounds, in orders, and in the same
/// proportions up to a spread. A vector of shares that a law of DrawWeights could draw, or that
/// such vectors come as close to as one likes.
struct ShareGroup {
  Size source = 0;     ///< Position in the sources.
  Size criterion = 0;  ///< Whose children, or (overall) indicators, have the shares.
  bool overall = false;
  std::vector<Size> members;    ///< Nodes, in the order of the index.
  std::vector<double> nominal;  ///< By member, as everything below.
  std::vector<double> lowest;
  std::vector<double> highest;
  std::vector<std::pair<Size, Size>> orders;  ///< Positions in members: the first is not lighter.
  double spread = 0.0;  ///< Of relative: shares are c * nominal * (1 +- spread) with any c; 0: any.

  /// Whether any vector between the bounds is admissible.
  [[nodiscard]] bool is_box() const noexcept { return orders.empty() && spread == 0.0; }
};

/// The groups of some sources, in the order of their criteria.
/// @throws SpecError with every problem: a pattern that meets no criterion with shares that can
///   vary, bounds out of 0..1 or that leave nothing, nodes of bounds and orders that are in no
///   group, a criterion that varies twice; NotFoundError for an unknown code.
[[nodiscard]] std::vector<ShareGroup> share_groups(const Scores& base,
                                                   std::span<const DrawWeights> sources);

/// By node: the criteria whose children's shares vary, as LinearTree wants them.
[[nodiscard]] std::vector<char> varied_criteria(const Index& index,
                                                std::span<const ShareGroup> groups);

}  // namespace chiso
