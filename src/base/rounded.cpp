#include "base/rounded.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "chiso/base/size.hpp"

namespace chiso {

double rounded(double value, int decimals) noexcept {
  if (!std::isfinite(value) || value == 0.0) return value + 0.0;
  if (decimals >= 0 && decimals <= most_quick_decimals) {
    double quick = 0.0;
    if (quick_round(value, powers_of_ten[static_cast<std::size_t>(decimals)], quick)) return quick;
  }
  // d.ddde+xx: at most 17 digits, the shortest that read back as the value.
  std::array<char, 32> text;
  const auto written = std::to_chars(text.data(), text.data() + text.size(), std::fabs(value),
                                     std::chars_format::scientific);
  // The digits behind a 0 that a carry may need.
  std::array<char, 64> digits{'0'};
  Size size = 0;
  const char* p = text.data();
  for (; p != written.ptr && *p != 'e'; ++p) {
    if (*p != '.') digits[static_cast<std::size_t>(++size)] = *p;
  }
  if (p != written.ptr) ++p;
  if (p != written.ptr && *p == '+') ++p;
  int exponent = 0;
  std::from_chars(p, written.ptr, exponent);

  // The value is 0.digits * 10^(exponent + 1); `kept` of the digits stand before the rounding
  // place.
  const Size kept = static_cast<Size>(exponent) + 1 + decimals;
  if (kept >= size) return value;
  if (kept < 0) return 0.0;
  char* const begin = digits.data();
  char* end = begin + kept + 1;
  if (*end >= '5') {
    char* digit = end - 1;
    while (*digit == '9') *digit-- = '0';
    ++*digit;
  }
  *end++ = 'e';
  end = std::to_chars(end, begin + digits.size(), -static_cast<Size>(decimals)).ptr;
  double result = 0.0;
  std::from_chars(begin, end, result);
  return result == 0.0 ? 0.0 : std::copysign(result, value);
}

}  // namespace chiso
