#pragma once

#include "chiso/base/interval.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/measure.hpp"

namespace chiso {

/// Numbers outside of which a measure cannot be, by the ranges of its variables; of a variable
/// itself its range. Rounding is allowed for: the bounds are worked out in the same order, and
/// rounding never turns an inequality round. Of categories and formulas: the whole line.
[[nodiscard]] Interval measure_range(const Index& index, const Measure& measure);

}  // namespace chiso
