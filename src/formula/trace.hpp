#pragma once

#include <vector>

#include "formula/points.hpp"
#include "formula/subject.hpp"

namespace chiso {

/// What a point gives in each node, and which nodes its result is worked out from.
struct Trace {
  std::vector<double> values;
  std::vector<char> taken;
  double result = 0.0;
};
[[nodiscard]] Trace trace_of(const Subject& subject, const Point& point);

/// More than what rounding can make of the result at a point: a part of the largest number on the
/// way to it, since large numbers may cancel.
[[nodiscard]] double rounding_at(const Subject& subject, const Point& point);

}  // namespace chiso
