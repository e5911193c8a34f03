#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/doubles.hpp"

namespace chiso {

/// Doubles of x that one step of y takes where x rises by `run` as y rises by `rise`: half of them.
[[nodiscard]] inline std::int64_t tread(double x, double y, double run, double rise) noexcept {
  const double doubles = (next_up(std::abs(y)) - std::abs(y)) * std::abs(run / rise) /
                         (next_up(std::abs(x)) - std::abs(x));
  return static_cast<std::int64_t>(std::clamp(doubles / 2.0, 1.0, 1e15));
}

/// Where a function that runs one way from `failing` to `holding` reaches a level, to the last bit:
/// the double before the answer does not. By the secant through both ends first, which is where it
/// is if the function is linear; the answer is always found by the function's own values.
///
/// @param at_failing, at_holding its values there; NaN if not known
template <class Function>
[[nodiscard]] double crossing(double failing, double at_failing, double holding, double at_holding,
                              double level, Function&& function) {
  constexpr int most_secants = 12;
  const auto holds = [&](double x) { return function(x) >= level; };
  double no = failing;
  double yes = holding;
  double y_no = at_failing - level;  // Of the secant: halved when an end stays (Illinois).
  double y_yes = at_holding - level;
  int stayed = 0;
  const double near = 8.0 * std::numeric_limits<double>::epsilon() * std::abs(level);
  for (int i = 0; i < most_secants; ++i) {
    const double x = yes - y_yes * ((yes - no) / (y_yes - y_no));
    if (!(x > std::min(no, yes) && x < std::max(no, yes))) break;
    const double y = function(x) - level;
    const bool reached = y >= 0.0;
    if (std::abs(y) <= near) {
      const std::int64_t step = tread(x, level, yes - no, at_holding - at_failing);
      return frontier_near(no, yes, x, reached, step, holds);
    }
    if (std::isnan(y)) break;
    if (reached) {
      yes = x;
      y_yes = y;
      if (stayed == 1) y_no /= 2.0;
      stayed = 1;
    } else {
      no = x;
      y_no = y;
      if (stayed == -1) y_yes /= 2.0;
      stayed = -1;
    }
  }
  return frontier(no, yes, holds);
}

}  // namespace chiso
