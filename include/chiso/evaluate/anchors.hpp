#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/model/rule.hpp"

namespace chiso {

/// The parameters of one leaf's normaliser as they were used, in the raw direction of its measure.
///
/// What `low` and `high` are depends on the method: minimum and maximum, mean and deviation,
/// minimum and target ... A parameter that the method does not have is NaN.
struct FittedAnchor {
  Size node = 0;
  double low = 0.0;
  double high = 0.0;
  Anchor::Source low_source = Anchor::Source::period;
  Anchor::Source high_source = Anchor::Source::period;
  Size observations = 0;  ///< Values that took part; 0 if both are fixed.

  friend bool operator==(const FittedAnchor&, const FittedAnchor&) = default;
};

/// One entry for each leaf with a normaliser, in the order of the nodes. To hold anchors in a
/// what-if, score with those of the base.
using Anchors = std::vector<FittedAnchor>;

}  // namespace chiso
