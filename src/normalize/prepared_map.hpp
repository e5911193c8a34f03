#pragma once

#include <limits>

#include "base/multiversion.hpp"
#include "chiso/normalize/linear_map.hpp"

namespace chiso {

/// What a linear map does to a value, with all decisions taken before the loop.
///
/// The sign is folded into origin and span: s * x - o and s * (x - s * o) are the same bits.
struct PreparedMap {
  double origin;
  double span;
  double factor;  ///< 1 / span, where dividing can be spared.
  double low;
  double rise;
  double high;
  double least;     ///< Results below are cut to it.
  double greatest;  ///< Results above are cut to it.
  bool divides;     ///< span * factor is not 1: only a division gives t = 1 at the end of the span.
  bool exact;       ///< low + rise is high: nothing needs to be put right at t = 1.
  bool rising;
  bool cuts;
};

[[nodiscard]] inline PreparedMap prepare(const LinearMap& map) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double rise = map.high - map.low;
  const bool rising = rise >= 0.0;
  const bool cut_bottom = rising ? map.cut_low : map.cut_high;
  const bool cut_top = rising ? map.cut_high : map.cut_low;
  const double span = map.sign * map.span;
  const double factor = 1.0 / span;
  return {.origin = map.sign * map.origin,
          .span = span,
          .factor = factor,
          .low = map.low,
          .rise = rise,
          .high = map.high,
          .least = cut_bottom ? (rising ? map.low : map.high) : -infinity,
          .greatest = cut_top ? (rising ? map.high : map.low) : infinity,
          .divides = span * factor != 1.0,
          .exact = map.low + rise == map.high,
          .rising = rising,
          .cuts = cut_bottom || cut_top};
}

/// The score where nothing needs to be divided, put right or cut: what most columns take.
[[nodiscard]] CHISO_INLINE double plain_score(const PreparedMap& s, double x) noexcept {
  return s.low + s.rise * ((x - s.origin) * s.factor);
}

/// The score, whatever the map.
[[nodiscard]] CHISO_INLINE double full_score(const PreparedMap& s, double x) noexcept {
  const double d = x - s.origin;
  const double t = s.divides ? d / s.span : d * s.factor;
  double y = s.low + s.rise * t;
  if (!s.exact) {
    // Up to t = 1 never past `high`, from there on never short of it: exact at 1, and monotone.
    const bool below = s.rising == (t <= 1.0);
    const double upper = y > s.high ? s.high : y;
    const double lower = y < s.high ? s.high : y;
    y = t == 1.0 ? s.high : (below ? upper : lower);
  }
  y = y < s.least ? s.least : y;
  return y > s.greatest ? s.greatest : y;
}

[[nodiscard]] inline bool is_plain(const PreparedMap& s) noexcept {
  return !s.divides && s.exact && !s.cuts;
}

}  // namespace chiso
