#pragma once

#include <string>

#include "evaluate/compiled.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// The raw value of a unit in a column, a category by its word, NaN as "missing".
[[nodiscard]] std::string raw_text(const Compiled& compiled, const Input& input, Size column,
                                   Size unit);

/// What a formula reads and uses for a unit: "rate = 87.5, prev(rate) = 80, threshold = 75,
/// maximum = 2"; empty for a constant.
[[nodiscard]] std::string formula_values(const Compiled& compiled, const CompiledLeaf& leaf,
                                         const Input& input, Size unit);

/// The formula and its values: "min(rate / 10, maximum) with rate = 87.5, maximum = 2".
[[nodiscard]] std::string formula_text(const Compiled& compiled, const CompiledLeaf& leaf,
                                       const Input& input, Size unit);

}  // namespace chiso
