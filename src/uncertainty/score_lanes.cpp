#include "uncertainty/score_lanes.hpp"

#include <algorithm>
#include <limits>

#include "base/multiversion.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

CHISO_MULTIVERSION
void add_lanes(const double* scores, Size draws, double centre, ScoreLanes& lanes) {
  ScoreLanes own = lanes;
  for (Size j = 0; j < draws; j += static_cast<Size>(ScoreLanes::count)) {
    for (std::size_t l = 0; l < ScoreLanes::count; ++l) {
      const double x = scores[j + static_cast<Size>(l)];
      const double difference = x == x ? x - centre : 0.0;
      own.sum[l] += difference;
      own.square[l] += difference * difference;
      own.least[l] = x < own.least[l] ? x : own.least[l];
      own.greatest[l] = x > own.greatest[l] ? x : own.greatest[l];
    }
  }
  lanes = own;
}

}  // namespace

void ScoreLanes::clear() noexcept {
  sum.fill(0.0);
  square.fill(0.0);
  least.fill(infinity);
  greatest.fill(-infinity);
}

void ScoreLanes::add(const double* scores, Size draws, double centre) noexcept {
  add_lanes(scores, draws, centre, *this);
}

double ScoreLanes::minimum() const noexcept {
  return *std::min_element(least.begin(), least.end()) + 0.0;
}

double ScoreLanes::maximum() const noexcept {
  return *std::max_element(greatest.begin(), greatest.end()) + 0.0;
}

double ScoreLanes::added(const std::array<double, count>& lanes) noexcept {
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

}  // namespace chiso
