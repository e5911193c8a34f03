#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "chiso/base/size.hpp"

namespace chiso {

/// A sum of doubles without any rounding: the same in whatever order and groups they are added. A
/// whole number of 2,176 bits in two's complement, in units of 2^-1074, so that each double is one:
/// some 2^76 of the greatest doubles can be added before it overflows.
/// Source: Kulisch, Computer Arithmetic and Validity (2008), the long accumulator.
class ExactSum {
 public:
  static constexpr Size word_count = 34;

  /// @param x finite
  void add(double x) noexcept {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    std::uint64_t digits = bits & 0x000f'ffff'ffff'ffff;
    std::uint64_t shift = (bits >> 52) & 0x7ff;
    if (shift > 0) {
      digits |= 0x0010'0000'0000'0000;
      --shift;
    }
    const std::size_t word = shift / 64;
    const std::uint64_t offset = shift % 64;
    const std::uint64_t low = digits << offset;
    const std::uint64_t high = offset == 0 ? 0 : digits >> (64 - offset);
    if (bits >> 63 == 0) {
      std::uint64_t carry = plus(word, low, 0);
      carry = plus(word + 1, high, carry);
      for (std::size_t i = word + 2; carry != 0 && i < words_.size(); ++i) carry = plus(i, 0, 1);
    } else {
      std::uint64_t borrow = minus(word, low, 0);
      borrow = minus(word + 1, high, borrow);
      for (std::size_t i = word + 2; borrow != 0 && i < words_.size(); ++i) borrow = minus(i, 0, 1);
    }
  }

  void add(const ExactSum& other) noexcept {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) carry = plus(i, other.words_[i], carry);
  }

  /// The double nearest to the sum, ties to even.
  [[nodiscard]] double value() const noexcept {
    const bool negative = words_.back() >> 63 != 0;
    std::array<std::uint64_t, word_count> size = words_;
    if (negative) {
      std::uint64_t carry = 1;
      for (std::uint64_t& word : size) {
        word = ~word + carry;
        carry = carry != 0 && word == 0 ? 1 : 0;
      }
    }
    std::size_t top = size.size() - 1;
    while (top > 0 && size[top] == 0) --top;
    if (size[top] == 0) return 0.0;
    // The leading 64 bits; the last of them says whether anything but 0 follows, so that the
    // conversion to double rounds as all the bits would.
    const int blank = std::countl_zero(size[top]);
    std::uint64_t leading = size[top];
    int exponent = static_cast<int>(top) * 64 - 1074;
    if (top > 0) {
      leading <<= blank;
      exponent -= blank;
      if (blank > 0) leading |= size[top - 1] >> (64 - blank);
      bool rest = (size[top - 1] << blank) != 0;
      for (std::size_t i = 0; i + 1 < top; ++i) rest = rest || size[i] != 0;
      if (rest) leading |= 1;
    }
    const double result = std::ldexp(static_cast<double>(leading), exponent);
    return negative ? -result : result;
  }

  /// Lowest first.
  [[nodiscard]] const std::array<std::uint64_t, word_count>& words() const noexcept {
    return words_;
  }
  [[nodiscard]] std::array<std::uint64_t, word_count>& words() noexcept { return words_; }

 private:
  std::uint64_t plus(std::size_t i, std::uint64_t x, std::uint64_t carry) noexcept {
    const std::uint64_t sum = words_[i] + x;
    const std::uint64_t all = sum + carry;
    words_[i] = all;
    return (sum < x ? 1U : 0U) | (all < sum ? 1U : 0U);
  }
  std::uint64_t minus(std::size_t i, std::uint64_t x, std::uint64_t borrow) noexcept {
    const std::uint64_t difference = words_[i] - x;
    const std::uint64_t all = difference - borrow;
    const std::uint64_t next = (words_[i] < x ? 1U : 0U) | (difference < borrow ? 1U : 0U);
    words_[i] = all;
    return next;
  }

  std::array<std::uint64_t, word_count> words_{};
};

/// A sum of numbers of 0..1, each as a whole number of 2^-52: exact in any order, and a twentieth
/// of the memory. Room for 2^76 ones.
class ExactShareSum {
 public:
  /// @param amount a sum of shares in units of 2^-52
  void add(std::uint64_t amount) noexcept {
    low_ += amount;
    high_ += low_ < amount ? 1U : 0U;
  }
  void add(const ExactShareSum& other) noexcept {
    add(other.low_);
    high_ += other.high_;
  }
  [[nodiscard]] double value() const noexcept {
    return std::ldexp(static_cast<double>(high_), 12) + std::ldexp(static_cast<double>(low_), -52);
  }

  [[nodiscard]] std::uint64_t low() const noexcept { return low_; }
  [[nodiscard]] std::uint64_t high() const noexcept { return high_; }
  [[nodiscard]] static ExactShareSum of(std::uint64_t low, std::uint64_t high) noexcept {
    ExactShareSum sum;
    sum.low_ = low;
    sum.high_ = high;
    return sum;
  }

 private:
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
};

}  // namespace chiso
