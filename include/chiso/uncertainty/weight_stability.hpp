#pragma once

#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

struct WeightStabilityOptions {
  enum class Watch {
    top_set,    ///< Which units have a rank <= top.
    top_order,  ///< ... and all ranks of theirs.
    unit_rank   ///< The rank of one unit.
  };
  Watch watch = Watch::top_set;
  Size top = 10;
  std::string unit;         ///< Of unit_rank.
  std::string nodes = "*";  ///< Code or pattern of the nodes whose shares move.
};

/// How far the share of one node in its parent can move, the shares of its siblings being scaled in
/// proportion, before what is watched changes.
struct WeightStability {
  /// One end of the interval.
  struct End {
    double share = 0.0;  ///< Where it changes; 0 or 1 if it never does.
    Size riser = -1;     ///< Position of the unit that passes another there; -1: nobody does.
    Size passed = -1;
  };
  Size node = 0;
  Size parent = 0;
  double share = 0.0;  ///< As the definition has it.
  End down;
  End up;

  /// Whether what is watched is the same for all shares.
  [[nodiscard]] bool always() const noexcept { return down.riser < 0 && up.riser < 0; }
};

/// Weight stability intervals, by node: strictly between `down.share` and `up.share` nothing that
/// is watched changes; at them two units have the same composite, and beyond them one has passed
/// the other. Exact: composites are linear in one share. Where units are tied to begin with and
/// part at once, an end is the share itself. Of composites as they are computed, also where the
/// definition ranks rounded ones.
///
/// Nodes that are an only child or have a share of 0 or 1, bonuses and penalties have none.
///
/// Source: Triantaphyllou and Sanchez, Decision Sciences 28 (1997), on the most critical criterion.
/// @throws NotFoundError for an unknown unit, or a pattern that meets no node; SpecError if `top`
/// is
///   not in 1 ... number of units with a composite, or if the composite is not linear in some share
///   (another aggregation than a mean or a sum at or above it, a cap that may cut), naming all;
///   DataError if weights of missing children go to their siblings, or the unit has no composite.
[[nodiscard]] std::vector<WeightStability> weight_stability(
    const Scores& base, const WeightStabilityOptions& options = {});

}  // namespace chiso
