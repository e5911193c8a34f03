#include "uncertainty/share_parts.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace chiso {

Size ShareParts::varied() const noexcept {
  return std::count_if(share.begin(), share.end(), [](double s) { return !(s == 0.0); });
}

ShareParts share_parts(const CompiledCriterion& compiled) {
  const std::size_t n = compiled.children.size();
  const double times = compiled.aggregation.times;
  ShareParts parts{.share = std::vector<double>(n),
                   .points = std::vector<double>(n),
                   .fixed = std::vector<double>(n)};
  if (compiled.aggregation.method != Aggregation::Method::sum) {
    parts.share = compiled.weights;
    for (std::size_t k = 0; k < n; ++k) parts.points[k] = parts.share[k] == 0.0 ? 0.0 : times;
    return parts;
  }
  const double all = std::accumulate(compiled.maxima.begin(), compiled.maxima.end(), 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    const double coefficient = to_scale(compiled, compiled.weights[k]) * times;
    if (compiled.roles[k] != Role::part || compiled.maxima[k] == 0.0) {
      parts.fixed[k] = coefficient;
    } else if (compiled.weights[k] != 0.0) {
      parts.share[k] = compiled.maxima[k] / all;
      parts.points[k] = coefficient / parts.share[k];
      if (std::isnan(parts.share[k])) parts.fixed[k] = coefficient;
    }
  }
  return parts;
}

}  // namespace chiso
