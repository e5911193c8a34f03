#include "formula/simplify.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "base/rounded.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

/// How hard a number is to read: its digits, and half as much for the zeros and signs around them.
double difficulty(double value) {
  const std::string text = to_string(std::fabs(value));
  const std::size_t exponent = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, exponent)) {
    if (c != '.') digits += c;
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  const std::size_t behind = digits.find_last_not_of('0') + 1;  // 0 if there is none.
  const double significant = behind > first ? static_cast<double>(behind - first) : 1.0;
  const double around = static_cast<double>(text.size()) - significant;
  return significant + around / 2.0 + (value < 0.0 ? 0.25 : 0.0);
}

/// Simpler is easier to read, then smaller.
auto simplicity(double value) { return std::pair(difficulty(value), std::fabs(value)); }

/// The power of ten of the first digit.
int magnitude_of(double value) {
  int magnitude = 0;
  double size = std::fabs(value);
  for (; size >= 10.0; size /= 10.0) ++magnitude;
  for (; size < 1.0 && size > 0.0; size *= 10.0) --magnitude;
  return magnitude;
}

/// Simpler numbers than a value of an input, the simplest first.
std::vector<double> simpler_values(const Subject& subject, std::size_t input, double value) {
  constexpr int most_digits = 6;
  const auto& of = subject.inputs()[input];
  if (of.category || std::isnan(value)) return {};
  std::vector<double> values{0.0,  1.0,  2.0,  3.0,  4.0,  5.0,  6.0,  7.0,  8.0,   9.0,    10.0,
                             20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 1000.0, -1.0};
  values.push_back(of.range.lowest);
  values.push_back(of.range.highest);
  const int magnitude = magnitude_of(value);
  for (int digits = 1; digits <= most_digits; ++digits) {
    const int decimals = digits - 1 - magnitude;
    const double near = rounded(value, decimals);
    values.push_back(near);
    if (decimals < -15 || decimals > 15) continue;
    // And its neighbours, since the side matters.
    const double unit = decimals < 0 ? powers_of_ten[static_cast<std::size_t>(-decimals)]
                                     : 1.0 / powers_of_ten[static_cast<std::size_t>(decimals)];
    values.push_back(rounded(near - unit, decimals));
    values.push_back(rounded(near + unit, decimals));
  }
  const auto own = simplicity(value);
  std::erase_if(values, [&](double each) {
    return !of.range.contains(each) || simplicity(each) >= own ||
           (each != 0.0 && std::fabs(each) < of.smallest) || (of.whole && each != std::floor(each));
  });
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return simplicity(a) < simplicity(b); });
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

/// All numbers of a point times a factor, rounded to few digits; itself if that leaves a range.
Point times(const Subject& subject, const Point& point, std::span<const std::size_t> inputs,
            double factor) {
  Point result = point;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto& input = subject.inputs()[inputs[i]];
    if (input.category || std::isnan(point[i])) continue;
    double value = 0.0;
    const bool is_number = parse_number(fmt::format("{:.12g}", point[i] * factor), value);
    if (!is_number || !input.range.contains(value)) return point;
    if (input.whole && value != std::floor(value)) return point;
    result[i] = value;
  }
  return result;
}

}  // namespace

double simplest(double low, double high) {
  if (low <= 0.0 && high >= 0.0) return 0.0;
  if (high < 0.0) return -simplest(-high, -low);
  if (low <= 1.0 && high >= 1.0) return 1.0;
  // A power of ten, the smaller the better; else the largest of which a multiple lies between.
  for (const double unit : powers_of_ten) {
    if (unit >= low && unit <= high) return unit;
  }
  for (int power = 15; power >= -15; --power) {
    const double unit = power < 0 ? 1.0 / powers_of_ten[static_cast<std::size_t>(-power)]
                                  : powers_of_ten[static_cast<std::size_t>(power)];
    const double count = std::ceil(low / unit);
    const double value =
        power < 0 ? count / powers_of_ten[static_cast<std::size_t>(-power)] : count * unit;
    if (value >= low && value <= high) return value;
  }
  return low;
}

double complexity(const Point& point) {
  double sum = 0.0;
  for (const double value : point) {
    // Of numbers alike the smaller.
    sum += difficulty(value) + std::min(std::fabs(value), 1e3) * 1e-4;
  }
  return sum;
}

Point simplified(const Subject& subject, Point point, std::span<const std::size_t> inputs,
                 Work& work, const std::function<bool(const Point&)>& holds) {
  constexpr int most_passes = 4;
  // All together first, as 9e14 of 1e15 is 9 of 10, and 1 of 1.1111111111111112 too.
  const Point found = point;
  for (const double factor : {1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 2.0,
                              3.0,   4.0,   5.0,   6.0,  7.0,  8.0,  9.0,  1e1,  1e2,  1e4,  1e8}) {
    if (work.done()) return point;
    work.left -= static_cast<Size>(subject.size());
    Point other = times(subject, found, inputs, factor);
    if (complexity(other) < complexity(point) && holds(other)) point = std::move(other);
  }
  bool changed = true;
  for (int pass = 0; changed && pass < most_passes; ++pass) {
    changed = false;
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double before = point[i];
      for (const double each : simpler_values(subject, inputs[i], before)) {
        if (work.done()) {
          point[i] = before;
          return point;
        }
        work.left -= static_cast<Size>(subject.size());
        point[i] = each;
        changed = holds(point);
        if (changed) break;
        point[i] = before;
      }
    }
  }
  return point;
}

Point simplified(const Subject& subject, Point point, Work& work,
                 const std::function<bool(const Point&)>& holds) {
  std::vector<std::size_t> inputs(point.size());
  std::iota(inputs.begin(), inputs.end(), std::size_t{0});
  return simplified(subject, std::move(point), inputs, work, holds);
}

}  // namespace chiso
