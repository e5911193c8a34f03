#pragma once

#include "chiso/model/index.hpp"

namespace chiso {

/// Whether a missing child is an error anywhere.
[[nodiscard]] bool has_demands(const Index& index);

/// The index with every policy `error` for missing children as `no_score`; itself if it has none.
[[nodiscard]] Index relaxed(const Index& index);

}  // namespace chiso
