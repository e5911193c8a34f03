#pragma once

#include "chiso/base/interval.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/measure.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// Numbers outside of which a measure cannot be, by the ranges of its variables; of a variable
/// itself its range. Rounding is allowed for: the bounds are worked out in the same order, and
/// rounding never turns an inequality round. Of categories and formulas: the whole line.
[[nodiscard]] Interval measure_range(const Index& index, const Measure& measure);

/// The same for what a compiled leaf turns into its score: of a formula what its values are proven
/// not to leave, if it does not ask for missing values.
[[nodiscard]] Interval measure_range(const Compiled& compiled, const CompiledLeaf& leaf);

}  // namespace chiso
