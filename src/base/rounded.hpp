#pragma once

#include <array>

#include "base/multiversion.hpp"

namespace chiso {

/// The most decimals to which quick_round() rounds.
inline constexpr int most_quick_decimals = 15;

inline constexpr std::array<double, most_quick_decimals + 1> powers_of_ten{
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

/// What rounded() gives, for nearly all numbers; with plain arithmetic that every processor
/// vectorises.
///
/// The half between two results has at most 15 digits here, so no other text as short reads back as
/// the double nearest to it: that double's own text is the half, and the texts of smaller and
/// greater doubles are smaller and greater. The quotient of two numbers that are exact is the
/// double nearest to the decimal number.
/// @param scale 10 to the power of the decimals, from powers_of_ten
/// @returns false if the number is too large, and `result` means nothing
CHISO_INLINE bool quick_round(double x, double scale, double& result) noexcept {
  constexpr double shifter = 0x1p52;  // Adding it rounds to a whole number.
  const double magnitude = x < 0.0 ? -x : x;
  const double scaled = magnitude * scale;
  const double nearest = (scaled + shifter) - shifter;
  const double below = nearest > scaled ? nearest - 1.0 : nearest;
  const double half = (below * 10.0 + 5.0) / (scale * 10.0);
  const double whole = magnitude >= half ? below + 1.0 : below;
  const double quotient = whole / scale;
  const double size = x == x ? quotient : x;
  result = (x < 0.0 ? -size : size) + 0.0;  // Never -0.
  return !(scaled >= 1e14);                 // NaN is done.
}

/// A number rounded to so many decimals (negative: tens, hundreds ...), half away from zero on the
/// shortest decimal text that reads back as the number, as one does with a pencil: 2.675 becomes
/// 2.68 although the double is a little less. Never -0. NaN and infinities pass.
[[nodiscard]] double rounded(double value, int decimals) noexcept;

}  // namespace chiso
