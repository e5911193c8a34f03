#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// What a definition says about a score when a raw value rises and nothing else changes.
enum class Direction : signed char {
  none,    ///< It has nothing to do with it.
  rises,   ///< It does not fall.
  falls,   ///< It does not rise.
  unknown  ///< Nothing is said.
};

/// By node, for one of Compiled::columns.
[[nodiscard]] std::vector<Direction> directions(const Compiled& compiled, Size column);

}  // namespace chiso
