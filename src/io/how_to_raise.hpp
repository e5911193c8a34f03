#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace chiso {

/// What to do about something that is larger than a limit, in C++ and in Python.
[[nodiscard]] inline std::string how_to_raise(std::string_view limit) {
  return fmt::format("if it is meant to be so, raise `{}` of InputLimits", limit);
}

}  // namespace chiso
