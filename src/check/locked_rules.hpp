#pragma once

#include <vector>

#include "chiso/check/baseline.hpp"
#include "chiso/evaluate/evaluator.hpp"

/// What of a definition is locked whatever the data.
namespace chiso {

/// Of a leaf: nothing if data decide what it makes of a value.
/// @param evaluator with dated values of `method`
[[nodiscard]] std::vector<LockedBound> bounds_of(const Evaluator& evaluator, Size node,
                                                 const Period& method);

[[nodiscard]] LockedNode limits_of(const Evaluator& evaluator, Size node, const Period& method);

/// Two numbers with the same bits, zeros and NaN aside.
[[nodiscard]] inline bool same_number(double a, double b) noexcept {
  return a == b || (a != a && b != b);
}

/// Whatever the method.
[[nodiscard]] inline bool same(const LockedBound& a, const LockedBound& b) {
  return a.node == b.node && same_number(a.at, b.at) && a.word == b.word &&
         same_number(a.below, b.below) && same_number(a.score, b.score) &&
         same_number(a.above, b.above);
}
[[nodiscard]] inline bool same(const LockedNode& a, const LockedNode& b) {
  return a.node == b.node && same_number(a.weight, b.weight) && same_number(a.maximum, b.maximum) &&
         same_number(a.lowest, b.lowest) && same_number(a.highest, b.highest);
}

}  // namespace chiso
