#pragma once

#include <bit>
#include <cstdint>
#include <limits>

#include "base/multiversion.hpp"

/// Logarithm, exponential and powers of our own: the C library's differ by the last bit between
/// processors and versions, and do not vectorise. These are plain arithmetic, the same bits
/// everywhere. Largest errors seen in millions of random arguments of all sizes, against 113 bits,
/// in units in the last place of a normal result: log 0.82, exp 0.97, power_of_positive() 0.65.
namespace chiso::elementary {

inline constexpr double ln2_high = 0x1.62e42feep-1;  // 32 bits: products with exponents are exact.
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;

/// Adding it to a number below 2^51 rounds to a whole number, in the lowest bits.
inline constexpr double shifter = 0x1.8p52;

/// A positive number as (1 + f) 2^k with 1 + f in [sqrt(1/2), sqrt(2)), both exact.
struct Reduced {
  double f;
  double k;
};

CHISO_INLINE Reduced reduced(double x) noexcept {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  constexpr std::uint64_t mantissa = 0x000fffffffffffff;
  // By masks: GCC makes a branch of a choice between numbers, and vectorises no branches.
  const std::uint64_t subnormal = -static_cast<std::uint64_t>(x < 0x1p-1022);
  const double normal = x * std::bit_cast<double>(one + (subnormal & std::uint64_t{54} << 52));
  const std::uint64_t shifted = std::bit_cast<std::uint64_t>(normal) + (one - root_half);
  // A whole number below 2^52 in the mantissa of 2^52: a conversion that every processor
  // vectorises.
  const std::uint64_t exponent = (shifted >> 52) + (~subnormal & 54);
  return {std::bit_cast<double>((shifted & mantissa) + root_half) - 1.0,
          std::bit_cast<double>(exponent | 0x4330000000000000) - (0x1p52 + 1023.0 + 54.0)};
}

/// 2/5 + 2/7 z + 2/9 z^2 ...: what follows 2 s + 2/3 s^3 in 2 atanh(s), z = s^2.
CHISO_INLINE double atanh_series(double z) noexcept {
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
  return series * z + 2.0 / 5.0;
}

/// 1/2 + r/6 + r^2/24 ...: what follows 1 + r in e^r, |r| <= ln(2) / 2.
CHISO_INLINE double exp_series(double r) noexcept {
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
  return series * r + 1.0 / 2.0;
}

/// x 2^k for a whole k within about 1100: in two factors, so that neither leaves the range of
/// doubles before the product does.
CHISO_INLINE double scaled(double x, double k) noexcept {
  constexpr std::uint64_t one = 0x3ff0000000000000;
  const double half = k * 0.5 + shifter;
  const double rest = (k - (half - shifter)) + shifter;
  const double first = std::bit_cast<double>(one + (std::bit_cast<std::uint64_t>(half) << 52));
  const double second = std::bit_cast<double>(one + (std::bit_cast<std::uint64_t>(rest) << 52));
  return x * first * second;
}

/// Natural logarithm of a positive finite x, subnormal ones too. Anything else gives nonsense.
///
/// log(1 + f) = 2 atanh(s) with s = f / (2 + f) as a power series.
CHISO_INLINE double log(double x) noexcept {
  const auto [f, k] = reduced(x);
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double series = (atanh_series(z) * z + 2.0 / 3.0) * z;
  // log(1 + f) = f - f^2/2 + s (f^2/2 + series): the large parts first and exactly.
  const double half_square = 0.5 * f * f;
  return k * ln2_high - ((half_square - (s * (half_square + series) + k * ln2_low)) - f);
}

/// e to the power of x; 0 and infinity beyond the range of doubles. NaN passes.
///
/// x = k ln 2 + r with |r| <= ln(2) / 2; e^r as a power series.
CHISO_INLINE double exp(double x) noexcept {
  double bounded = x < -750.0 ? -750.0 : x;
  bounded = bounded > 710.0 ? 710.0 : bounded;
  const double k = (bounded * 0x1.71547652b82fep0 + shifter) - shifter;
  const double r = (bounded - k * ln2_high) - k * ln2_low;
  return scaled(1.0 + (r + r * r * exp_series(r)), k);
}

/// A number as the sum of two doubles, the second at most half a unit of the first.
struct Pair {
  double high;
  double low;
};

CHISO_INLINE Pair exact_sum(double a, double b) noexcept {
  const double sum = a + b;
  const double of_b = sum - a;
  return {sum, (a - (sum - of_b)) + (b - of_b)};
}

/// Not for numbers beyond 2^996; the low part of a product below 2^-960 gets lost.
CHISO_INLINE Pair exact_product(double a, double b) noexcept {
  constexpr double splitter = 0x1p27 + 1.0;  // 53 bits into 26 and 26 with signs.
  const double a_high = splitter * a - (splitter * a - a);
  const double b_high = splitter * b - (splitter * b - b);
  const double a_low = a - a_high;
  const double b_low = b - b_high;
  const double product = a * b;
  return {product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// log() with about 70 bits: the first two terms of the series as pairs.
CHISO_INLINE Pair log_pair(double x) noexcept {
  const auto [f, k] = reduced(x);
  const double divisor = 2.0 + f;
  const double divisor_low = f - (divisor - 2.0);
  const double s = f / divisor;
  const Pair back = exact_product(s, divisor);
  const double s_low = (((f - back.high) - back.low) - s * divisor_low) / divisor;
  const Pair square = exact_product(s, s);
  const double square_low = square.low + 2.0 * s * s_low;
  const Pair cube = exact_product(s, square.high);
  const double cube_low = cube.low + (s * square_low + s_low * square.high);

  constexpr double two_thirds_low = 0x1.5555555555555p-55;  // 2/3 less the double nearest to it.
  const Pair factor = exact_sum(2.0 / 3.0, atanh_series(square.high) * square.high);
  const Pair tail = exact_product(cube.high, factor.high);
  const double tail_low =
      tail.low + (cube.high * (factor.low + two_thirds_low) + cube_low * factor.high);
  const Pair log_m = exact_sum(2.0 * s, tail.high);
  const Pair log_x = exact_sum(k * ln2_high, log_m.high);
  return exact_sum(log_x.high, log_x.low + (k * ln2_low + (log_m.low + (2.0 * s_low + tail_low))));
}

/// exp() of a pair, whose first number is within -750 and 710.
CHISO_INLINE double exp_pair(const Pair& x) noexcept {
  const double k = (x.high * 0x1.71547652b82fep0 + shifter) - shifter;
  const Pair rough = exact_sum(x.high - k * ln2_high, -(k * ln2_low));
  const Pair r = exact_sum(rough.high, rough.low + x.low);
  const Pair line = exact_sum(1.0, r.high);
  const double curve = r.high * r.high * exp_series(r.high);
  return scaled(line.high + (curve + (r.low + r.low * r.high) + line.low), k);
}

/// x to the power of y for positive finite x and any y but NaN: exp(y log x) with y log x as a
/// pair, so that what a person expects to be exact, such as 9^0.5 = 3, is. Infinite or 0 beyond the
/// range of doubles.
CHISO_INLINE double power_of_positive(double x, double y) noexcept {
  // Beyond 2^65 every power but that of 1 has left the range of doubles.
  double times = y < -0x1p65 ? -0x1p65 : y;
  times = times > 0x1p65 ? 0x1p65 : times;
  const Pair log_x = log_pair(x);
  const Pair product = exact_product(times, log_x.high);
  const double low = product.low + times * log_x.low;
  double bounded = product.high < -750.0 ? -750.0 : product.high;
  bounded = bounded > 710.0 ? 710.0 : bounded;
  return exp_pair({bounded, bounded == product.high ? low : 0.0});
}

/// The greatest whole exponent whose powers are products.
inline constexpr int most_multiplied = 64;

/// x to the power of n, 0 <= n <= most_multiplied: of the squares x, x^2, x^4 ... those whose bits
/// are set in n, multiplied from the lowest. So x^2 is x * x and x^3 is x * (x * x); whole results
/// come out whole. Off by fewer than n units in the last place.
CHISO_INLINE double whole_power(double x, int n) noexcept {
  double result = n % 2 == 1 ? x : 1.0;
  for (int bits = n / 2; bits > 0; bits /= 2) {
    x *= x;
    if (bits % 2 == 1) result *= x;
  }
  return result;
}

/// Whether powers of this exponent are products.
constexpr bool is_multiplied(double exponent) noexcept {
  return exponent >= -most_multiplied && exponent <= most_multiplied &&
         exponent == static_cast<int>(exponent);
}

/// x to the power of y. NaN where it is not a real number: of NaN, of a negative number and a
/// broken exponent, of 0 and a negative one. x^0 is 1.
///
/// Whole exponents up to 64 are products (whole_power(); negative ones 1 / x^n), all others as
/// power_of_positive().
inline double power(double x, double y) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  if (x != x || y != y || (x == 0.0 && y < 0.0)) return nan;
  if (is_multiplied(y)) {
    const int n = static_cast<int>(y);
    return n < 0 ? 1.0 / whole_power(x, -n) : whole_power(x, n);
  }
  // All doubles from 2^53 on are even.
  const double size = y < 0.0 ? -y : y;
  const bool small = size < 0x1p53;
  const auto whole = small ? static_cast<std::int64_t>(size) : 0;
  if (x < 0.0 && small && size != static_cast<double>(whole)) return nan;
  const double magnitude = x < 0.0 ? -x : x;
  double result = 0.0;
  if (magnitude == infinity) {
    result = y > 0.0 ? infinity : 0.0;
  } else if (magnitude != 0.0) {
    result = power_of_positive(magnitude, y);
  }
  return x < 0.0 && whole % 2 == 1 ? -result : result;
}

}  // namespace chiso::elementary
