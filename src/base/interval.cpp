#include "chiso/base/interval.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <system_error>

#include "chiso/base/error.hpp"

namespace chiso {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string_view trim(std::string_view text) noexcept {
  const std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw SpecError(
      fmt::format("expected an interval such as '> 90', '>= 90', '< 70', '<= 70', '= 3', "
                  "'[70, 90]' or '(90, 100]', got '{}': {}",
                  text, why));
}

double bound(std::string_view text, std::string_view whole) {
  double value = 0.0;
  if (!parse_number(text, value)) {
    refuse(whole, trim(text).empty() ? std::string("a number is missing")
                                     : fmt::format("'{}' is not a number", trim(text)));
  }
  return value;
}

Interval parse_bracketed(std::string_view body, std::string_view whole) {
  const bool lower_closed = body.front() == '[';
  const bool upper_closed = body.back() == ']';
  if (body.size() < 2 || (!upper_closed && body.back() != ')')) {
    refuse(whole, "it should end with ')' or ']'");
  }
  const std::string_view inside = body.substr(1, body.size() - 2);
  const auto comma = inside.find(',');
  if (comma == std::string_view::npos || inside.find(',', comma + 1) != std::string_view::npos) {
    refuse(whole, "two numbers with a comma between them, and a point in decimal fractions");
  }
  const std::string_view low = trim(inside.substr(0, comma));
  const std::string_view high = trim(inside.substr(comma + 1));
  if ((low == "-inf" && lower_closed) || (high == "inf" && upper_closed)) {
    refuse(whole, "infinity is never inside: write '(-inf' and 'inf)'");
  }
  return {low == "-inf" ? -kInfinity : bound(low, whole),
          high == "inf" ? kInfinity : bound(high, whole), lower_closed, upper_closed};
}

// Decimal digits before the point if the number is written without an exponent (negative: zeros
// after the point); `text` is a number in the notation of std::from_chars that is not zero.
long long magnitude(std::string_view text) noexcept {
  if (text.front() == '-') text.remove_prefix(1);
  const auto e = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, e);
  const auto point = std::min(digits.find('.'), digits.size());
  const auto first = digits.find_first_of("123456789");
  const auto order = static_cast<long long>(point) - static_cast<long long>(first);
  if (e == std::string_view::npos) return order;
  std::string_view exponent = text.substr(e + 1);
  const bool negative = exponent.front() == '-';
  if (negative || exponent.front() == '+') exponent.remove_prefix(1);
  long long value = 0;
  const auto [end, error] =
      std::from_chars(exponent.data(), exponent.data() + exponent.size(), value);
  if (error != std::errc{}) value = std::numeric_limits<int>::max();
  return order + (negative ? -value : value);
}

}  // namespace

Interval parse_interval(std::string_view text) {
  const std::string_view body = trim(text);
  if (body.empty()) refuse(text, "it is empty");
  Interval interval;
  const bool or_equal = body.size() > 1 && body[1] == '=';
  const std::string_view rest = body.substr(or_equal ? 2 : 1);
  switch (body.front()) {
    case '>':
      interval.lower = bound(rest, text);
      interval.lower_closed = or_equal;
      break;
    case '<':
      interval.upper = bound(rest, text);
      interval.upper_closed = or_equal;
      break;
    case '=': {
      const double value = bound(rest, text);
      interval = Interval::closed(value, value);
      break;
    }
    case '[':
    case '(':
      interval = parse_bracketed(body, text);
      break;
    default: {
      const double value = bound(body, text);
      interval = Interval::closed(value, value);
    }
  }
  if (interval.empty()) {
    refuse(text, interval.lower > interval.upper ? "no number is in it; exchange its bounds"
                                                 : "no number is in it");
  }
  return interval;
}

std::string to_string(const Interval& interval) {
  const auto& [lower, upper, lower_closed, upper_closed] = interval;
  if (lower == upper && lower_closed && upper_closed) return "= " + to_string(lower);
  if (lower == -kInfinity && upper < kInfinity) {
    return (upper_closed ? "<= " : "< ") + to_string(upper);
  }
  if (upper == kInfinity && lower > -kInfinity) {
    return (lower_closed ? ">= " : "> ") + to_string(lower);
  }
  return fmt::format("{}{}, {}{}", lower_closed ? '[' : '(', to_string(lower), to_string(upper),
                     upper_closed ? ']' : ')');
}

std::string to_string(double value) {
  if (std::isnan(value)) return "nan";
  const double size = std::abs(value);
  const auto format = size == 0.0 || (size >= 1e-5 && size < 1e16) || std::isinf(size)
                          ? std::chars_format::fixed
                          : std::chars_format::scientific;
  std::array<char, 64> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format);
  return {buffer.data(), result.ptr};
}

bool parse_number(std::string_view text, double& value) noexcept {
  std::string_view body = trim(text);
  if (body.starts_with('+') && body.substr(1).find_first_of("+-") != 0) body.remove_prefix(1);
  if (body.empty() || body.find_first_of("0123456789") == std::string_view::npos) return false;
  double parsed = 0.0;
  const char* end = body.data() + body.size();
  const auto result = std::from_chars(body.data(), end, parsed);
  if (result.ptr != end) return false;
  if (result.ec == std::errc::result_out_of_range) {
    if (magnitude(body) > 0) return false;
    parsed = body.front() == '-' ? -0.0 : 0.0;
  } else if (result.ec != std::errc{}) {
    return false;
  }
  value = parsed;
  return true;
}

}  // namespace chiso
