#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "uncertainty/threefry.hpp"

namespace chiso {

/// As many uniform numbers as an algorithm may ask for, all a function of one: what rejects or
/// walks takes a number of steps that nobody knows beforehand, and must not use up the numbers of
/// other draws. Words of threefry(), their key the bits of the draw's own number and what the
/// stream is for.
class SubStream {
 public:
  SubStream(double own, std::uint64_t purpose) noexcept
      : own_(std::bit_cast<std::uint64_t>(own)), purpose_(purpose) {}

  /// In (0, 1).
  [[nodiscard]] double uniform() noexcept { return unit_interval(bits()); }

  [[nodiscard]] std::uint64_t bits() noexcept {
    if (left_ == 0) {
      words_ = threefry(own_, purpose_, count_++, 0);
      left_ = 2;
    }
    return words_[--left_];
  }

 private:
  std::uint64_t own_;
  std::uint64_t purpose_;
  std::array<std::uint64_t, 2> words_{};
  std::uint64_t count_ = 0;
  std::size_t left_ = 0;
};

/// A whole number of [0, count), count below 2^32, from 32 random bits: biased by less than
/// count 2^-32.
[[nodiscard]] inline std::uint64_t whole_below(std::uint64_t count, std::uint64_t bits) noexcept {
  return (bits & 0xffff'ffff) * count >> 32;
}

}  // namespace chiso
