#pragma once

#include <span>

namespace chiso {

struct QuantilePair {
  double low = 0.0;
  double high = 0.0;
};

/// Two quantiles at once, as quantile() of chiso/rank/groups.hpp, without a copy: the values are
/// put into another order. Only what lies beyond the two is sorted, so that the time is short for
/// the ends of an interval that holds most of the values.
/// @param low not more than `high`, both in 0..1
[[nodiscard]] QuantilePair quantile_pair(std::span<double> values, double low, double high);

}  // namespace chiso
