#pragma once

#include <string>

#include "evaluate/compiled.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// The raw value of a unit in a column, a category by its word, NaN as "missing".
[[nodiscard]] std::string raw_text(const Compiled& compiled, const Input& input, Size column,
                                   Size unit);

/// A formula with the values of a unit in place of its names: "min(87.5 / 10, 2)".
[[nodiscard]] std::string formula_put_in(const Compiled& compiled, const CompiledLeaf& leaf,
                                         const Input& input, Size unit);

/// The formula and the values of a unit: "min(rate / 10, maximum) with rate = 87.5, maximum = 2".
[[nodiscard]] std::string formula_text(const Compiled& compiled, const CompiledLeaf& leaf,
                                       const Input& input, Size unit);

}  // namespace chiso
