#include "chiso/normalize/linear_map.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/multiversion.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// What one map does to a value, with all decisions taken before the loop.
struct Prepared {
  double sign;
  double origin;
  double span;
  double low;
  double rise;
  double high;
  double least;     // Results below are cut to it.
  double greatest;  // Results above are cut to it.
  bool exact;       // low + rise is high: nothing needs to be put right at t = 1.
  bool rising;
};

Prepared prepare(const LinearMap& map) noexcept {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double rise = map.high - map.low;
  const bool rising = rise >= 0.0;
  const bool cut_bottom = rising ? map.cut_low : map.cut_high;
  const bool cut_top = rising ? map.cut_high : map.cut_low;
  return {map.sign,
          map.origin,
          map.span,
          map.low,
          rise,
          map.high,
          cut_bottom ? (rising ? map.low : map.high) : -infinity,
          cut_top ? (rising ? map.high : map.low) : infinity,
          map.low + rise == map.high,
          rising};
}

CHISO_INLINE double score(const Prepared& s, double x) noexcept {
  const double t = (s.sign * x - s.origin) / s.span;
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

CHISO_MULTIVERSION
void score_column(const Prepared& steps, const double* in, Size stride, double* out, Size n) {
  const Prepared s = steps;
  if (stride != 1) {
    for (Size i = 0; i < n; ++i) out[i] = score(s, in[i * stride]);
  } else if (s.exact) {
    for (Size i = 0; i < n; ++i) {
      double y = s.low + s.rise * ((s.sign * in[i] - s.origin) / s.span);
      y = y < s.least ? s.least : y;
      out[i] = y > s.greatest ? s.greatest : y;
    }
  } else {
    for (Size i = 0; i < n; ++i) out[i] = score(s, in[i]);
  }
}

}  // namespace

bool LinearMap::is_degenerate() const noexcept {
  const bool finite = std::isfinite(sign) && std::isfinite(origin) && std::isfinite(span) &&
                      std::isfinite(low) && std::isfinite(high) && std::isfinite(high - low);
  return !finite || span == 0.0 || sign == 0.0;
}

double LinearMap::operator()(double x) const noexcept {
  return is_degenerate() ? nan : score(prepare(*this), x);
}

double LinearMap::value_for(double score) const noexcept {
  if (is_degenerate() || low == high) return nan;
  if (score == high) return (origin + span) / sign;
  return (origin + span * ((score - low) / (high - low))) / sign;
}

void apply(const LinearMap& map, const double* in, Size stride, std::span<double> out) {
  if (map.is_degenerate()) {
    throw SpecError(fmt::format(
        "expected a linear map with finite numbers and a span other than 0, got span {} from {} "
        "onto [{}, {}]",
        to_string(map.span), to_string(map.origin), to_string(map.low), to_string(map.high)));
  }
  score_column(prepare(map), in, stride, out.data(), std::ssize(out));
}

void apply(const LinearMap& map, std::span<const double> in, std::span<double> out) {
  if (in.size() != out.size()) {
    throw DataError(
        fmt::format("expected as many scores as values, got {} and {}", out.size(), in.size()));
  }
  apply(map, in.data(), 1, out);
}

}  // namespace chiso
