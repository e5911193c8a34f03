#pragma once

#include <cmath>
#include <limits>

#include "base/elementary.hpp"
#include "base/multiversion.hpp"
#include "base/rounded.hpp"

/// What the operations of formulas mean, on one row: NaN is missing, a condition is 1, 0 or NaN.
/// Written without short cuts, so that loops over them vectorise.
namespace chiso::operations {

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

CHISO_INLINE double truth(bool yes, bool no) noexcept {
  const double decided = yes ? 1.0 : 0.0;
  return (yes | no) ? decided : missing;
}

CHISO_INLINE double negate(double a) noexcept { return -a; }
CHISO_INLINE double absolute(double a) noexcept { return std::fabs(a); }
CHISO_INLINE double square_root(double a) noexcept { return std::sqrt(a); }
CHISO_INLINE double floor(double a) noexcept { return std::floor(a); }
CHISO_INLINE double ceiling(double a) noexcept { return std::ceil(a); }
CHISO_INLINE double exponential(double a) noexcept { return elementary::exp(a); }
CHISO_INLINE double logarithm(double a) noexcept {
  const double log = elementary::log(a);
  const double of_positive = a == infinity ? infinity : log;
  return a > 0.0 ? of_positive : missing;
}
CHISO_INLINE double is_missing(double a) noexcept { return a == a ? 0.0 : 1.0; }
CHISO_INLINE double is_present(double a) noexcept { return a == a ? 1.0 : 0.0; }
CHISO_INLINE double is_true(double a) noexcept { return a == 1.0 ? 1.0 : 0.0; }

CHISO_INLINE double add(double a, double b) noexcept { return a + b; }
CHISO_INLINE double subtract(double a, double b) noexcept { return a - b; }
CHISO_INLINE double multiply(double a, double b) noexcept { return a * b; }
CHISO_INLINE double divide(double a, double b) noexcept {
  const double quotient = a / b;
  return b == 0.0 ? missing : quotient;
}
/// The first of equals (0 and -0 are).
CHISO_INLINE double minimum(double a, double b) noexcept {
  const double least = b < a ? b : a;
  return b == b ? least : b;
}
CHISO_INLINE double maximum(double a, double b) noexcept {
  const double greatest = b > a ? b : a;
  return b == b ? greatest : b;
}
CHISO_INLINE double less(double a, double b) noexcept { return truth(a < b, a >= b); }
CHISO_INLINE double less_equal(double a, double b) noexcept { return truth(a <= b, a > b); }
CHISO_INLINE double equal(double a, double b) noexcept { return truth(a == b, (a < b) | (a > b)); }
CHISO_INLINE double not_equal(double a, double b) noexcept {
  return truth((a < b) | (a > b), a == b);
}
CHISO_INLINE double logical_and(double a, double b) noexcept {
  const double both = a * b;
  return ((a == 0.0) | (b == 0.0)) ? 0.0 : both;
}
CHISO_INLINE double logical_or(double a, double b) noexcept {
  const double neither = a + b;
  return ((a == 1.0) | (b == 1.0)) ? 1.0 : neither;
}
CHISO_INLINE double coalesce(double a, double b) noexcept { return a == a ? a : b; }

CHISO_INLINE double select(double condition, double a, double b) noexcept {
  const double otherwise = condition == 0.0 ? b : missing;
  return condition == 1.0 ? a : otherwise;
}

/// A result that is not finite is missing, and missing results are the same bits.
CHISO_INLINE double finite(double a) noexcept {
  constexpr double largest = std::numeric_limits<double>::max();
  return std::fabs(a) <= largest ? a : missing;
}

}  // namespace chiso::operations
