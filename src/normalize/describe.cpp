#include "chiso/normalize/describe.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/normalize/statistics.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> sorted_present(std::span<const double> values) {
  std::vector<double> present;
  present.reserve(values.size());
  for (const double x : values) {
    if (!std::isnan(x)) present.push_back(x);
  }
  std::sort(present.begin(), present.end());
  return present;
}

}  // namespace

Description::Description() noexcept
    : minimum(nan),
      maximum(nan),
      mean(nan),
      median(nan),
      deviation(nan),
      skewness(nan),
      kurtosis(nan) {}

Description describe(std::span<const double> values) {
  Description result;
  result.units = std::ssize(values);
  const std::vector<double> present = sorted_present(values);
  result.available = std::ssize(present);
  if (present.empty()) return result;

  for (std::size_t i = 0; i < present.size();) {
    std::size_t next = i;
    while (next < present.size() && present[next] == present[i]) ++next;
    const Size times = static_cast<Size>(next - i);
    ++result.unique;
    result.most_frequent = std::max(result.most_frequent, times);
    if (present[i] != 0.0) result.nonzero += times;
    i = next;
  }

  const Statistics moments = statistics(values);
  result.minimum = moments.minimum;
  result.maximum = moments.maximum;
  result.mean = moments.mean;
  result.deviation = moments.deviation();
  const std::size_t middle = present.size() / 2;
  result.median =
      present.size() % 2 == 1 ? present[middle] : present[middle - 1] / 2.0 + present[middle] / 2.0;

  if (!(moments.squares > 0.0)) return result;
  const double n = static_cast<double>(result.available);
  // Differences are divided by their typical size first: no power of them overflows.
  const double scale = std::sqrt(moments.squares / n);
  double cubes = 0.0;
  double fourths = 0.0;
  for (const double x : present) {
    const double d = (x - moments.mean) / scale;
    cubes += d * d * d;
    fourths += (d * d) * (d * d);
  }
  if (result.available >= 3) {
    result.skewness = cubes / n * std::sqrt(n * (n - 1.0)) / (n - 2.0);
  }
  if (result.available >= 4) {
    const double g2 = fourths / n - 3.0;
    result.kurtosis = ((n + 1.0) * g2 + 6.0) * (n - 1.0) / ((n - 2.0) * (n - 3.0));
  }
  return result;
}

double correlation(std::span<const double> x, std::span<const double> y) {
  if (x.size() != y.size()) {
    throw DataError(fmt::format("expected two columns of one length to correlate, got {} and {}",
                                x.size(), y.size()));
  }
  std::vector<double> a;
  std::vector<double> b;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i]) || std::isnan(y[i])) continue;
    a.push_back(x[i]);
    b.push_back(y[i]);
  }
  const Statistics of_a = statistics(a);
  const Statistics of_b = statistics(b);
  if (of_a.count < 2 || !(of_a.squares > 0.0) || !(of_b.squares > 0.0)) return nan;
  double products = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    products += (a[i] - of_a.mean) * (b[i] - of_b.mean);
  }
  return std::clamp(products / (std::sqrt(of_a.squares) * std::sqrt(of_b.squares)), -1.0, 1.0);
}

}  // namespace chiso
