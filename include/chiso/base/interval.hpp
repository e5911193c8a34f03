#pragma once

#include <limits>
#include <string>
#include <string_view>

namespace chiso {

/// A set of numbers between two bounds, each open or closed; the whole line by default.
///
/// Closed bounds are always finite. `lower > upper`, or equal bounds that are not both closed, is
/// an empty interval.
struct Interval {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  bool lower_closed = false;
  bool upper_closed = false;

  [[nodiscard]] static constexpr Interval closed(double lower, double upper) noexcept {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return {lower, upper, lower != -infinity, upper != infinity};
  }

  /// False for NaN.
  [[nodiscard]] constexpr bool contains(double x) const noexcept {
    return (x > lower || (lower_closed && x == lower)) &&
           (x < upper || (upper_closed && x == upper));
  }

  [[nodiscard]] constexpr bool empty() const noexcept {
    return !(lower < upper || (lower == upper && lower_closed && upper_closed));
  }

  friend constexpr bool operator==(const Interval&, const Interval&) noexcept = default;
};

/// Reads "> 90", ">= 90", "< 70", "<= 70", "= 3", "3", "[70, 90]", "(90, 100]", "[95, 100)".
/// @throws SpecError that says what is accepted, also for an empty interval.
[[nodiscard]] Interval parse_interval(std::string_view text);

/// The shortest of the forms above; parse_interval reads it back unchanged.
[[nodiscard]] std::string to_string(const Interval& interval);

/// The shortest decimal text that reads back as the same double; "inf", "-inf", "nan".
[[nodiscard]] std::string to_string(double value);

/// Reads a decimal number in the "C" notation, whole text, surrounding blanks allowed; "inf" and
/// "nan" are not numbers here.
/// @returns false if `text` is not a number or is too large for a double.
[[nodiscard]] bool parse_number(std::string_view text, double& value) noexcept;

}  // namespace chiso
