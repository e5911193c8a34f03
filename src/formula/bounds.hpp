#pragma once

#include <cmath>
#include <limits>
#include <span>

#include "chiso/formula/formula.hpp"

namespace chiso {

/// What a part of a formula can be: a number from `lowest` to `highest` (a condition: 0 or 1), no
/// number at all if lowest > highest; and missing, or not.
struct Bounds {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
  bool missing = false;

  /// NaN: missing, always.
  [[nodiscard]] static Bounds only(double value) noexcept {
    return std::isnan(value) ? nothing() : Bounds{value, value, false};
  }
  [[nodiscard]] static Bounds nothing() noexcept {
    Bounds bounds;
    bounds.missing = true;
    return bounds;
  }
  [[nodiscard]] static Bounds anything() noexcept {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {-infinity, infinity, true};
  }
  [[nodiscard]] static Bounds truth(bool can_be_true, bool can_be_false, bool missing) noexcept {
    Bounds bounds;
    bounds.missing = missing;
    if (can_be_true) bounds.lowest = bounds.highest = 1.0;
    if (can_be_false) bounds.lowest = 0.0;
    if (can_be_false && !can_be_true) bounds.highest = 0.0;
    return bounds;
  }

  [[nodiscard]] bool present() const noexcept { return lowest <= highest; }
  [[nodiscard]] bool single() const noexcept { return lowest == highest; }
  [[nodiscard]] bool can_be_true() const noexcept { return highest > 0.0; }
  [[nodiscard]] bool can_be_false() const noexcept { return lowest <= 0.0; }
  [[nodiscard]] bool contains(double x) const noexcept { return lowest <= x && x <= highest; }
  [[nodiscard]] double width() const noexcept { return present() ? highest - lowest : 0.0; }

  void join(const Bounds& other) noexcept {
    lowest = std::fmin(lowest, other.lowest);
    highest = std::fmax(highest, other.highest);
    missing = missing || other.missing;
  }

  /// Keeps what both allow.
  void meet(double low, double high) noexcept {
    lowest = std::fmax(lowest, low);
    highest = std::fmin(highest, high);
  }
};

/// Bounds of an operation on numbers from those of its operands: of the double that is computed,
/// with its rounding, and as tight as they can be if the operands are independent (a few units in
/// the last place wider for log, exp and powers). Not for conditions, choices and what asks for
/// missing values.
[[nodiscard]] Bounds bounds_of(FormulaOperation operation, std::span<const Bounds> operands);

// ---- Of real numbers: ends rounded outwards -----------------------------------------------------

/// The real numbers that round to one within the bounds.
[[nodiscard]] Bounds before_rounding(const Bounds& bounds) noexcept;
[[nodiscard]] Bounds real_sum(const Bounds& a, const Bounds& b) noexcept;
[[nodiscard]] Bounds real_difference(const Bounds& a, const Bounds& b) noexcept;
[[nodiscard]] Bounds real_product(const Bounds& a, const Bounds& b) noexcept;

/// Everything if the divisor can be 0.
[[nodiscard]] Bounds real_quotient(const Bounds& a, const Bounds& b) noexcept;

}  // namespace chiso
