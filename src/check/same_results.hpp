#pragma once

#include "chiso/model/index.hpp"

namespace chiso {

/// Whether two definitions provably give the same scores, ranks and groups for all data: what they
/// are compiled to computes the same for every value that their variables may have. False does not
/// prove that they differ.
[[nodiscard]] bool same_results(const Index& a, const Index& b);

}  // namespace chiso
