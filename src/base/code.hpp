#pragma once

#include <algorithm>
#include <string_view>

namespace chiso {

/// Whether `text` may be a code: at least one character, letters, digits, '.', '_' and '-' only.
/// References put ':' before a code and tables ';' behind it, so that neither may be in one.
[[nodiscard]] constexpr bool is_code(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

}  // namespace chiso
