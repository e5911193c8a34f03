#pragma once

#include <bit>
#include <cstdint>

#include "base/multiversion.hpp"

/// Logarithm and exponential of our own: the C library's differ by the last bit between processors
/// and versions, and do not vectorise. These are plain arithmetic without branches, good to about
/// 1e-16.
namespace chiso::elementary {

inline constexpr double ln2_high = 0x1.62e42feep-1;  // 32 bits: products with exponents are exact.
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

/// Natural logarithm of a positive finite x, subnormal ones too. Anything else gives nonsense.
///
/// x = m 2^k with m in [sqrt(1/2), sqrt(2)); log m = 2 atanh(s) with s = (m - 1) / (m + 1) as a
/// power series.
CHISO_INLINE double log(double x) noexcept {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  constexpr std::uint64_t mantissa = 0x000fffffffffffff;
  const bool subnormal = x < 0x1p-1022;
  const double normal = subnormal ? x * 0x1p54 : x;
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(normal) + (one - root_half);
  // A whole number below 2^52 in the mantissa of 2^52: a conversion that every processor
  // vectorises.
  const double exponent = std::bit_cast<double>((shifted >> 52) | 0x4330000000000000) - 0x1p52;
  const double k = exponent - (subnormal ? 1023.0 + 54.0 : 1023.0);
  const double f = std::bit_cast<double>((shifted & mantissa) + root_half) - 1.0;

  const double s = f / (2.0 + f);
  const double z = s * s;
  double series = 2.0 / 25.0;
  series = series * z + 2.0 / 23.0;
  series = series * z + 2.0 / 21.0;
  series = series * z + 2.0 / 19.0;
  series = series * z + 2.0 / 17.0;
  series = series * z + 2.0 / 15.0;
  series = series * z + 2.0 / 13.0;
  series = series * z + 2.0 / 11.0;
  series = series * z + 2.0 / 9.0;
  series = series * z + 2.0 / 7.0;
  series = series * z + 2.0 / 5.0;
  series = series * z + 2.0 / 3.0;
  series = series * z;
  // log(1 + f) = f - f^2/2 + s (f^2/2 + series): the large parts first and exactly.
  const double half_square = 0.5 * f * f;
  return k * ln2_high - ((half_square - (s * (half_square + series) + k * ln2_low)) - f);
}

/// e to the power of x; 0 and infinity beyond the range of doubles. NaN passes.
///
/// x = k ln 2 + r with |r| <= ln(2) / 2; e^r as a power series.
CHISO_INLINE double exp(double x) noexcept {
  constexpr double shifter = 0x1.8p52;  // Adding it rounds to a whole number, in the lowest bits.
  constexpr std::uint64_t one = 0x3ff0000000000000;
  double bounded = x < -750.0 ? -750.0 : x;
  bounded = bounded > 710.0 ? 710.0 : bounded;
  const double k = (bounded * 0x1.71547652b82fep0 + shifter) - shifter;
  const double r = (bounded - k * ln2_high) - k * ln2_low;
  double series = 1.0 / 6227020800.0;
  series = series * r + 1.0 / 479001600.0;
  series = series * r + 1.0 / 39916800.0;
  series = series * r + 1.0 / 3628800.0;
  series = series * r + 1.0 / 362880.0;
  series = series * r + 1.0 / 40320.0;
  series = series * r + 1.0 / 5040.0;
  series = series * r + 1.0 / 720.0;
  series = series * r + 1.0 / 120.0;
  series = series * r + 1.0 / 24.0;
  series = series * r + 1.0 / 6.0;
  series = series * r + 1.0 / 2.0;
  const double power = 1.0 + (r + r * r * series);
  // 2^k in two factors, so that neither leaves the range of doubles before the product does.
  const double half = k * 0.5 + shifter;
  const double rest = (k - (half - shifter)) + shifter;
  const double first = std::bit_cast<double>(one + (std::bit_cast<std::uint64_t>(half) << 52));
  const double second = std::bit_cast<double>(one + (std::bit_cast<std::uint64_t>(rest) << 52));
  return power * first * second;
}

}  // namespace chiso::elementary
