#pragma once

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// The format of docs/snapshots.md once more, as somebody would write it who wants to deceive.
namespace chiso::test {

inline constexpr std::size_t head_bytes = 32;

inline std::string little_endian(std::uint64_t number, std::size_t bytes = 8) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> (8 * i) & 0xff);
  return text;
}

/// A binary snapshot of this content whose length and checksum are right.
inline std::string sealed(std::string_view content, std::uint64_t format = 1) {
  std::string head(
      "\x89"
      "CHS\r\n\x1a\n");
  head += little_endian(format, 4) + little_endian(0, 4) + little_endian(content.size());
  const std::string checked = std::string(content) + head;
  head += little_endian(XXH3_64bits(checked.data(), checked.size()));
  return head + std::string(content);
}

}  // namespace chiso::test
