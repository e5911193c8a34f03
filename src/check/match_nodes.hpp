#pragma once

#include <vector>

#include "chiso/check/difference.hpp"

namespace chiso {

/// Which nodes of two definitions are the same, as `difference` says. The composites always are.
/// @returns as DefinitionDifference::pairs
[[nodiscard]] std::vector<NodePair> match_nodes(const Index& before, const Index& after);

}  // namespace chiso
