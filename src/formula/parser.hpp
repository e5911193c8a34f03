#pragma once

#include <string_view>
#include <vector>

#include "chiso/formula/formula.hpp"

namespace chiso {

/// The nodes of a formula's text, each behind its operands, the root last.
/// @throws SpecError that points at what is wrong.
[[nodiscard]] std::vector<FormulaNode> parse_formula(std::string_view text,
                                                     const FormulaLimits& limits);

/// What the grammar alone does not say: how many operands, digits of round, names in prev.
/// @throws SpecError that points at the node in `text`.
void check_operands(const std::vector<FormulaNode>& nodes, std::string_view text);

}  // namespace chiso
