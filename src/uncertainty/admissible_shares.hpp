#pragma once

#include <span>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/share_groups.hpp"

namespace chiso {

/// The shares of one group that a law could draw, or that its draws come as close to as one likes:
/// between bounds, in orders, and in the nominal proportions up to a spread.
struct AdmissibleShares {
  ShareGroup group;
  std::vector<double> lowest;  ///< By node of the group, as everything below.
  std::vector<double> highest;
  std::vector<std::pair<Size, Size>> orders;  ///< Positions: the first is not lighter.
  double spread = 0.0;       ///< Shares are c * nominal * (1 +- spread) with any c; 0: any.
  std::vector<double> some;  ///< Shares that are admissible: the nominal ones if they are.

  [[nodiscard]] bool admits_nominal() const noexcept { return some == group.nominal; }
};

/// Of the groups of some sources, in the order of their criteria.
/// @throws what Experiment says of sources, each with its name
[[nodiscard]] std::vector<AdmissibleShares> admissible_shares(
    const Scores& base, const std::vector<DrawWeights>& sources);

/// By node: the criteria whose children's shares vary, as LinearTree wants them.
[[nodiscard]] std::vector<char> varied_criteria(const Index& index,
                                                std::span<const AdmissibleShares> groups);

}  // namespace chiso
