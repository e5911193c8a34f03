#include "chiso/normalize/ranks.hpp"

#include <fmt/core.h>

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "base/order_counts.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// The place of a value that `less` others are below and that stands there `equal` times.
CHISO_INLINE double place(Size less, Size equal, PlaceTies ties) noexcept {
  const double lowest = static_cast<double>(less + 1);
  const double others = static_cast<double>(equal - 1);
  if (ties == PlaceTies::lowest) return lowest;
  return ties == PlaceTies::average ? lowest + others / 2.0 : lowest + others;
}

CHISO_MULTIVERSION
void places_by_comparing(const double* values, Size n, PlaceTies ties, double* out) {
  for (Size i = 0; i < n; ++i) {
    const double x = values[i];
    const Size less = count_less(values, n, x);
    const Size equal = ties == PlaceTies::lowest ? 1 : count_equal(values, n, x);
    out[i] = x == x ? place(less, equal, ties) : nan;
  }
}

void places_by_sorting(std::span<const double> values, PlaceTies ties, std::span<double> out) {
  std::vector<std::pair<double, Size>> order;
  sort_present(values, order);
  std::fill(out.begin(), out.end(), nan);
  for (std::size_t i = 0; i < order.size();) {
    std::size_t next = i;
    while (next < order.size() && order[next].first == order[i].first) ++next;
    const double shared = place(static_cast<Size>(i), static_cast<Size>(next - i), ties);
    for (; i < next; ++i) out[static_cast<std::size_t>(order[i].second)] = shared;
  }
}

}  // namespace

void places(std::span<const double> values, PlaceTies ties, std::span<double> out) {
  if (values.size() != out.size()) {
    throw DataError(
        fmt::format("expected as many places as values, got {} and {}", out.size(), values.size()));
  }
  if (std::ssize(values) <= most_compared) {
    places_by_comparing(values.data(), std::ssize(values), ties, out.data());
  } else {
    places_by_sorting(values, ties, out);
  }
}

void borda(std::span<const double> values, PlaceTies ties, std::span<double> out) {
  places(values, ties, out);
  for (double& x : out) x -= 1.0;
}

void percentile_rank(std::span<const double> values, PlaceTies ties, std::span<double> out) {
  borda(values, ties, out);
  Size present = 0;
  for (const double x : out) present += x == x ? 1 : 0;
  // A single value: 0 / 0 is the NaN that is wanted.
  const double others = static_cast<double>(present - 1);
  for (double& x : out) x /= others;
}

}  // namespace chiso
