#include "serialization/base64.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace chiso {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto here = bytes.substr(i, 3);
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      three = three << 8 | (k < here.size() ? static_cast<unsigned char>(here[k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += k <= here.size() ? letters[three >> (18 - 6 * k) & 63U] : '=';
    }
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t three = 0;
    std::size_t known = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char letter = text[i + k];
      const bool is_end = letter == '=' && i + 4 == text.size() && k >= 2;
      const std::size_t value = is_end ? 0 : letters.find(letter);
      if (value == std::string_view::npos || (!is_end && known < k)) return std::nullopt;
      three = three << 6 | static_cast<std::uint32_t>(value);
      if (!is_end) known = k + 1;
    }
    for (std::size_t k = 0; k + 1 < known; ++k) {
      bytes += static_cast<char>(static_cast<unsigned char>(three >> (16 - 8 * k) & 255U));
    }
  }
  // Bits that belong to no byte must be zero: one text for each sequence of bytes.
  if (to_base64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace chiso
