#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/reach/action.hpp"
#include "plan/graph.hpp"

namespace chiso {

/// What the codes of a set of actions stand for, by position.
struct ActionLinks {
  Lists<Size> needs;                        ///< By action: all that it needs, down to the last.
  std::vector<ActionSet::Pair> exclusions;  ///< Ascending.
  std::vector<double> finish;               ///< By action.
};

/// @throws SpecError with every problem of the actions, in the order of their text.
[[nodiscard]] ActionLinks link(const ActionDefinition& definition);

}  // namespace chiso
