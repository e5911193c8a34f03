#pragma once

#include <cstddef>

#include "chiso/base/size.hpp"

namespace chiso {

/// A position as containers want it: positions are signed here, because differences of them are.
[[nodiscard]] constexpr std::size_t at(Size i) noexcept { return static_cast<std::size_t>(i); }

}  // namespace chiso
