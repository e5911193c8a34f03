#pragma once

#include <string>
#include <string_view>

namespace chiso {

/// Texts in a row, with something between each two.
template <class Texts>
[[nodiscard]] std::string join(const Texts& texts, std::string_view between) {
  std::string row;
  bool first = true;
  for (const std::string_view text : texts) {
    if (!first) row += between;
    row += text;
    first = false;
  }
  return row;
}

}  // namespace chiso
