#include "check/last_digit.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <string>

#include "chiso/base/interval.hpp"

namespace chiso {

namespace {

/// digits * 10^exponent, exactly.
struct Decimal {
  std::int64_t digits = 0;
  int exponent = 0;
};

// The shortest text of a double has at most 17 digits, and zeros only where they are needed, so the
// digits fit.
Decimal written(double value) {
  Decimal decimal;
  bool negative = false;
  bool fraction = false;
  const std::string text = to_string(value);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '-') {
      negative = true;
    } else if (c == '.') {
      fraction = true;
    } else if (c == 'e') {
      decimal.exponent += std::stoi(text.substr(i + 1));
      break;
    } else {
      decimal.digits = decimal.digits * 10 + (c - '0');
      if (fraction) --decimal.exponent;
    }
  }
  if (negative) decimal.digits = -decimal.digits;
  return decimal;
}

double value_of(const Decimal& decimal) {
  double value = 0.0;
  static_cast<void>(parse_number(fmt::format("{}e{}", decimal.digits, decimal.exponent), value));
  return value;
}

/// With digits down to a power of ten that is not above the last one; false if they are too many.
bool refine(Decimal& decimal, int exponent) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  for (; decimal.exponent > exponent; --decimal.exponent) {
    decimal.digits *= 10;
    if (decimal.digits > most || decimal.digits < -most) return false;
  }
  return true;
}

}  // namespace

double next_digit(double value, bool up) {
  Decimal decimal = written(value);
  decimal.digits += up ? 1 : -1;
  return value_of(decimal);
}

std::optional<std::pair<double, double>> shift_digit(double gains, double loses) {
  Decimal to = written(gains);
  Decimal from = written(loses);
  const int exponent = std::min(to.exponent, from.exponent);
  if (!refine(to, exponent) || !refine(from, exponent)) return {};
  ++to.digits;
  --from.digits;
  return std::pair(value_of(to), value_of(from));
}

}  // namespace chiso
