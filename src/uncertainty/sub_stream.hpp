#pragma once

#include <Random123/threefry.h>

#include <bit>
#include <cstdint>

namespace chiso {

/// As many uniform numbers as an algorithm may ask for, all a function of one: what rejects or
/// walks takes a number of steps that nobody knows beforehand, and must not use up the numbers of
/// other draws. Threefry2x64 with 20 rounds, its key the bits of the draw's own number and what
/// the stream is for. Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (2011).
class SubStream {
 public:
  SubStream(double own, std::uint64_t purpose) noexcept
      : key_{{std::bit_cast<std::uint64_t>(own), purpose}} {}

  /// In (0, 1): an odd multiple of 2^-53.
  [[nodiscard]] double uniform() noexcept {
    return (static_cast<double>(bits() >> 12) + 0.5) * 0x1p-52;
  }

  [[nodiscard]] std::uint64_t bits() noexcept {
    if (left_ == 0) {
      const threefry2x64_ctr_t counter{{count_++, 0}};
      block_ = threefry2x64_R(20, counter, key_);
      left_ = 2;
    }
    return block_.v[--left_];
  }

 private:
  threefry2x64_key_t key_;
  threefry2x64_ctr_t block_{};
  std::uint64_t count_ = 0;
  int left_ = 0;
};

/// A whole number of [0, count), count below 2^32, from 32 random bits: biased by less than
/// count 2^-32.
[[nodiscard]] inline std::uint64_t whole_below(std::uint64_t count, std::uint64_t bits) noexcept {
  return (bits & 0xffff'ffff) * count >> 32;
}

}  // namespace chiso
