#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace chiso {

/// Whole numbers as a file has them: little-endian.
template <class Unsigned>
void append_number(std::string& bytes, Unsigned number) {
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    bytes += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
  }
}

/// @param bytes sizeof(Unsigned) of them
template <class Unsigned>
[[nodiscard]] Unsigned number_from(std::string_view bytes) {
  Unsigned number = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    number |= static_cast<Unsigned>(static_cast<Unsigned>(static_cast<unsigned char>(bytes[i]))
                                    << (8 * i));
  }
  return number;
}

/// Whether doubles lie in memory as they do in a file.
inline constexpr bool memory_is_little_endian = std::endian::native == std::endian::little;

}  // namespace chiso
