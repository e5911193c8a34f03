#include "chiso/score/category_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

CategoryPoints::CategoryPoints(std::vector<double> points) : points_(std::move(points)) {
  if (points_.empty()) throw SpecError("expected points for at least one category, got none");
  for (std::size_t k = 0; k < points_.size(); ++k) {
    if (!std::isfinite(points_[k])) {
      throw SpecError(fmt::format("expected finite points for category {}, got {}", k + 1,
                                  to_string(points_[k])));
    }
  }
}

double CategoryPoints::operator()(double position) const noexcept {
  if (!(position >= 0.0 && position < static_cast<double>(points_.size()))) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto k = static_cast<std::size_t>(position);
  return static_cast<double>(k) == position ? points_[k] : std::numeric_limits<double>::quiet_NaN();
}

Size CategoryPoints::evaluate(std::span<const double> in, std::span<double> out) const {
  if (in.size() != out.size()) {
    throw DataError(
        fmt::format("expected as many results as values, got {} and {}", out.size(), in.size()));
  }
  Size outside = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const double x = in[i];
    const double y = (*this)(x);
    outside += x == x && y != y ? 1 : 0;
    out[i] = y;
  }
  return outside;
}

double CategoryPoints::minimum() const noexcept {
  return *std::min_element(points_.begin(), points_.end());
}

double CategoryPoints::maximum() const noexcept {
  return *std::max_element(points_.begin(), points_.end());
}

Trend CategoryPoints::trend() const noexcept {
  const bool rising = std::is_sorted(points_.begin(), points_.end());
  const bool falling = std::is_sorted(points_.rbegin(), points_.rend());
  if (rising && falling) return Trend::constant;
  if (rising) return Trend::increasing;
  return falling ? Trend::decreasing : Trend::neither;
}

std::optional<Size> CategoryPoints::least_reaching(double points) const noexcept {
  const auto found =
      std::find_if(points_.begin(), points_.end(), [points](double of) { return of >= points; });
  if (found == points_.end()) return std::nullopt;
  return found - points_.begin();
}

}  // namespace chiso
