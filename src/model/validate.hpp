#pragma once

#include "chiso/model/index.hpp"
#include "model/tree.hpp"

namespace chiso {

/// @throws SpecError with every problem of the definition, in the order of its text.
void validate(const IndexDefinition& definition, const Tree& tree);

}  // namespace chiso
