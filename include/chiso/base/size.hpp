#pragma once

#include <cstddef>

namespace chiso {

/// Every size and position in the library: signed, so that differences and downward loops are safe.
using Size = std::ptrdiff_t;

}  // namespace chiso
