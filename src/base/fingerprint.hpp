#pragma once

#include <fmt/core.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

namespace chiso {

/// FNV-1a, 64 bits, over bytes in a fixed order. Not cryptographic: for finding out that something
/// is another thing, not for keeping anybody from making it look the same.
class Fingerprint {
 public:
  void add(std::uint64_t number) noexcept {
    for (int shift = 0; shift < 64; shift += 8) byte((number >> shift) & 0xff);
  }
  void add(std::string_view text) noexcept {
    add(std::uint64_t{text.size()});
    for (const char letter : text) byte(static_cast<unsigned char>(letter));
  }
  /// Zeros of either sign are equal, and so are all NaN.
  void add(double number) noexcept {
    constexpr std::uint64_t one_nan = 0x7ff8'0000'0000'4e41;
    add(std::isnan(number) ? one_nan : std::bit_cast<std::uint64_t>(number + 0.0));
  }

  [[nodiscard]] std::uint64_t number() const noexcept { return hash_; }

  /// 16 hexadecimal digits.
  [[nodiscard]] std::string text() const { return fmt::format("{:016x}", hash_); }

 private:
  void byte(std::uint64_t value) noexcept { hash_ = (hash_ ^ value) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
};

}  // namespace chiso
