#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace chiso {

/// A name of the language of definitions as people read it: with blanks in place of underscores.
[[nodiscard]] inline std::string with_blanks(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace chiso
