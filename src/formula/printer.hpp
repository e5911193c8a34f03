#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/render.hpp"

namespace chiso {

/// The canonical form of one node with all below it.
/// @param value what stands for `x`, `prev(x)` and `maximum`; themselves where it is empty
[[nodiscard]] std::string printed(std::span<const FormulaNode> nodes, std::size_t node,
                                  const NameText& value = {});

}  // namespace chiso
