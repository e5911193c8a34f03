#pragma once

#include "formula/graph.hpp"
#include "formula/instructions.hpp"

namespace chiso {

/// Chooses the passes that work out the root of a graph.
[[nodiscard]] Program assemble(const Graph& graph);

}  // namespace chiso
