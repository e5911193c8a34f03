#include "uncertainty/score_lanes.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/multiversion.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// What compilers do not make of eight lanes by themselves: they unroll them.
using Lanes [[gnu::vector_size(64)]] = double;

CHISO_INLINE void load(const double* from, Lanes& to) noexcept {
  std::memcpy(&to, from, sizeof to);
}

CHISO_INLINE void store(const Lanes& from, double* to) noexcept {
  std::memcpy(to, &from, sizeof from);
}

CHISO_MULTIVERSION
void add_lanes(const double* scores, Size draws, double centre, ScoreLanes& lanes) {
  Lanes x;
  Lanes sum;
  Lanes square;
  Lanes least;
  Lanes greatest;
  load(lanes.sum.data(), sum);
  load(lanes.square.data(), square);
  load(lanes.least.data(), least);
  load(lanes.greatest.data(), greatest);
  for (Size j = 0; j < draws; j += static_cast<Size>(ScoreLanes::count)) {
    load(scores + j, x);
    const Lanes difference = x == x ? x - centre : Lanes{};
    sum += difference;
    square += difference * difference;
    least = x < least ? x : least;
    greatest = x > greatest ? x : greatest;
  }
  store(sum, lanes.sum.data());
  store(square, lanes.square.data());
  store(least, lanes.least.data());
  store(greatest, lanes.greatest.data());
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
