#include "chiso/normalize/linear_map.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>

#include "base/multiversion.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "normalize/prepared_map.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

CHISO_MULTIVERSION
void score_column(const PreparedMap& map, const double* in, Size stride, double* out, Size n) {
  const PreparedMap s = map;
  if (stride != 1) {
    for (Size i = 0; i < n; ++i) out[i] = full_score(s, in[i * stride]);
  } else if (is_plain(s)) {
    for (Size i = 0; i < n; ++i) out[i] = plain_score(s, in[i]);
  } else {
    for (Size i = 0; i < n; ++i) out[i] = full_score(s, in[i]);
  }
}

}  // namespace

bool LinearMap::is_degenerate() const noexcept {
  // Zero times a number is zero if it is finite, and NaN if it is not.
  const double nothing =
      0.0 * sign + 0.0 * origin + 0.0 * span + 0.0 * low + 0.0 * high + 0.0 * (high - low);
  return nothing != 0.0 || span == 0.0 || sign == 0.0;
}

double LinearMap::operator()(double x) const noexcept {
  return is_degenerate() ? nan : full_score(prepare(*this), x);
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
