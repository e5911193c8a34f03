#pragma once

#include <optional>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/formula/symbols.hpp"
#include "chiso/model/index.hpp"

namespace chiso {

/// What formulas of a node may name: the index's variables with what the data may hold, its
/// parameters with the values in force, and the node's `maximum`.
///
/// @param method resolves dated values; may be left out if the index has none
/// @throws SpecError if a value is not in force in `method`.
[[nodiscard]] FormulaSymbols formula_symbols(const Index& index, Size node,
                                             const std::optional<Period>& method = {});

}  // namespace chiso
