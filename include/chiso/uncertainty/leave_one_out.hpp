#pragma once

#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// Composites and ranks without each of some nodes, one at a time, with the anchors held: what a
/// scenario with DropNode gives, to the bit.
struct LeaveOneOut {
  Scores base;
  Size top = 10;
  std::vector<Size> nodes = {};  ///< What is left out, in the order of the index.

  // Units x nodes, column-major; units as in base.units(). NaN: no composite.
  std::vector<double> scores = {};
  std::vector<double> ranks =
      {};  ///< By competition, of rounded composites if the definition says so.
  std::vector<double> base_ranks = {};  ///< By unit.

  // By node. NaN where no unit counts.

  /// Mean of |rank - rank in the base| over the units with both.
  std::vector<double> mean_shift = {};
  std::vector<double> greatest_shift = {};
  /// Share of the units with a rank <= top in the base that keep one.
  std::vector<double> overlap = {};
};

/// Leaves out each node that the pattern meets.
///
/// Nodes that cannot be left out are skipped: the composite, only children, and those whose
/// siblings have no weight.
/// @param top of `overlap`
/// @throws NotFoundError if the pattern meets no node that can be left out; SpecError if `top` is
///   not in 1 ... number of units.
[[nodiscard]] LeaveOneOut leave_one_out(const Scores& base, std::string_view nodes = "*",
                                        Size top = 10);

}  // namespace chiso
