#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "chiso/formula/formula.hpp"

namespace chiso {

/// What to do about a formula that is larger than a limit, read alone or in a definition.
[[nodiscard]] inline std::string how_to_raise_formula(std::string_view limit) {
  return fmt::format(
      "if it is meant to be so, raise `{}` of FormulaLimits (`formula_{}` of InputLimits)", limit,
      limit == "text_bytes" ? "bytes" : limit);
}

/// Whatever is wished, the stack ends.
[[nodiscard]] constexpr int depth_of(const FormulaLimits& limits) noexcept {
  constexpr int most_depth = 500;
  return std::min(limits.depth, most_depth);
}

}  // namespace chiso
