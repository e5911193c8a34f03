#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace chiso {

/// One character of a text, by what it can be part of.
struct Character {
  enum class Kind {
    letter,
    mark,  ///< Belongs to the letter before it: an accent.
    digit,
    blank,
    invisible,  ///< Neither blank nor seen: a zero-width space, the sign of a text's direction.
    sign        ///< All others.
  };
  Kind kind = Kind::sign;
  std::int32_t code = 0;  ///< In Unicode; -1 if the text is not UTF-8 there.
  std::size_t bytes = 1;
};

/// The character that a text begins with, which may not be empty.
[[nodiscard]] Character character_at(std::string_view text) noexcept;

}  // namespace chiso
