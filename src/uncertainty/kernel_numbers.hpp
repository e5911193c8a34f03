#pragma once

#include "base/elementary.hpp"
#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

/// Threefry2x64 of `lanes` counters with one key, 20 rounds.
///
/// Source: Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
class Threefry {
 public:
  Threefry(std::uint64_t key_0, std::uint64_t key_1) noexcept
      : key_{key_0, key_1, 0x1bd11bdaa9fc1a22 ^ key_0 ^ key_1} {}

  CHISO_INLINE void operator()(Words& x0, Words& x1) const noexcept {
    inject<0>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<1>(x0, x1);
    mix<16, 32, 24, 21>(x0, x1);
    inject<2>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<3>(x0, x1);
    mix<16, 32, 24, 21>(x0, x1);
    inject<4>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<5>(x0, x1);
  }

 private:
  template <int... Rotations>
  static CHISO_INLINE void mix(Words& x0, Words& x1) noexcept {
    ((x0 += x1, x1 = (x1 << Rotations | x1 >> (64 - Rotations)) ^ x0), ...);
  }

  template <std::uint64_t Times>
  CHISO_INLINE void inject(Words& x0, Words& x1) const noexcept {
    x0 += key_[Times % 3];
    x1 += key_[(Times + 1) % 3] + Times;
  }

  std::uint64_t key_[3];
};

/// In (0, 1): the upper 52 bits as the mantissa of a number from 1 to 2, less what is above 1 but
/// for half a step. The difference is exact.
CHISO_INLINE Doubles unit_interval(const Words& random) noexcept {
  const Words mantissa = random >> 12 | 0x3ff0000000000000;
  return reinterpret_cast<Doubles>(mantissa) - (1.0 - 0x1p-53);
}

void uniforms(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, Size rows, Size draws,
              Size stride, double* out) {
  const Threefry threefry(seed, stream);
  Words lane;
  for (Size l = 0; l < lanes; ++l) lane[l] = static_cast<std::uint64_t>(l);
  for (Size row = 0; row < rows; row += 2) {
    double* even = out + row * stride;
    // The last of an odd number of rows is written twice, the second time with what it shall have.
    double* odd = row + 1 < rows ? even + stride : even;
    for (Size j = 0; j < padded(draws); j += lanes) {
      Words x0 = lane + (first + static_cast<std::uint64_t>(j));
      Words x1 = Words{} + static_cast<std::uint64_t>(row / 2);
      threefry(x0, x1);
      store(odd + j, unit_interval(x1));
      store(even + j, unit_interval(x0));
    }
  }
}

void negative_logs(Size count, double* x) {
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) x[i] = -elementary::log(x[i]);
}

}  // namespace
}  // namespace chiso
