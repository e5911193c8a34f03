#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace chiso {

/// A byte that ends a line or cannot be seen.
[[nodiscard]] constexpr bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

/// A text of which nothing gets lost when it is shown in one line.
[[nodiscard]] inline std::string shown(std::string_view text) {
  std::string line;
  for (const char c : text) {
    if (is_control(c)) {
      line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  return line;
}

}  // namespace chiso
