#include "chiso/normalize/statistics.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "base/multiversion.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Value i goes to partial result i mod 8: enough for the widest vectors, and the same for all.
constexpr Size lanes = 8;
using Lanes = std::array<double, lanes>;

/// In a tree: three steps that wait for each other instead of seven.
template <class Join>
double fold(const Lanes& of, Join join) noexcept {
  return join(join(join(of[0], of[4]), join(of[2], of[6])),
              join(join(of[1], of[5]), join(of[3], of[7])));
}

double total(const Lanes& of) noexcept {
  return fold(of, [](double a, double b) { return a + b; });
}

struct Pass {
  Lanes count{};
  Lanes minimum;
  Lanes maximum;
  Lanes sum{};
};

template <bool with_sum>
CHISO_INLINE void add(Pass& p, std::size_t lane, double x) noexcept {
  p.count[lane] += x == x ? 1.0 : 0.0;
  p.minimum[lane] = x < p.minimum[lane] ? x : p.minimum[lane];
  p.maximum[lane] = x > p.maximum[lane] ? x : p.maximum[lane];
  if constexpr (with_sum) p.sum[lane] += x == x ? x : 0.0;
}

template <bool with_sum>
CHISO_INLINE void run(const double* x, Size n, Pass& result) noexcept {
  Pass p;
  p.minimum.fill(infinity);
  p.maximum.fill(-infinity);
  Size i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (Size lane = 0; lane < lanes; ++lane) {
      add<with_sum>(p, static_cast<std::size_t>(lane), x[i + lane]);
    }
  }
  for (Size lane = 0; i + lane < n; ++lane) {
    add<with_sum>(p, static_cast<std::size_t>(lane), x[i + lane]);
  }
  result = p;
}

CHISO_MULTIVERSION
void run_extremes(const double* x, Size n, Pass& result) {
  if (n < lanes) {
    run<false>(x, n, result);
    return;
  }
  Pass p;
  p.minimum.fill(infinity);
  p.maximum.fill(-infinity);
  const auto see = [&p](const double* values) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      p.minimum[lane] = values[lane] < p.minimum[lane] ? values[lane] : p.minimum[lane];
      p.maximum[lane] = values[lane] > p.maximum[lane] ? values[lane] : p.maximum[lane];
    }
  };
  for (Size i = 0; i + lanes <= n; i += lanes) see(x + i);
  see(x + n - lanes);  // The rest, and some values twice: extremes do not mind.
  Size missing = 0;
  for (Size i = 0; i < n; ++i) missing += x[i] == x[i] ? 0 : 1;
  p.count[0] = static_cast<double>(n - missing);
  result = p;
}

CHISO_MULTIVERSION
void run_with_sum(const double* x, Size n, Pass& result) { run<true>(x, n, result); }

CHISO_MULTIVERSION
void run_squares(const double* x, Size n, double mean, Lanes& squares, Lanes& rest) {
  Lanes s{};
  Lanes r{};
  const auto add_one = [&](std::size_t lane, double value) {
    const double d = value == value ? value - mean : 0.0;
    s[lane] += d * d;
    r[lane] += d;
  };
  Size i = 0;
  for (; i + lanes <= n; i += lanes) {
    for (Size lane = 0; lane < lanes; ++lane) {
      add_one(static_cast<std::size_t>(lane), x[i + lane]);
    }
  }
  for (Size lane = 0; i + lane < n; ++lane) {
    add_one(static_cast<std::size_t>(lane), x[i + lane]);
  }
  squares = s;
  rest = r;
}

Extremes collect(const Pass& pass, std::span<const double> values) noexcept {
  Extremes result;
  result.count = static_cast<Size>(total(pass.count));
  if (result.count == 0) return result;
  const auto least = [](double a, double b) { return b < a ? b : a; };
  const auto greatest = [](double a, double b) { return b > a ? b : a; };
  result.minimum = fold(pass.minimum, least);
  result.maximum = fold(pass.maximum, greatest);
  // Infinite values are rare and end in an error: only then are they counted.
  if (result.minimum == -infinity || result.maximum == infinity) {
    for (const double x : values) result.infinite += std::fabs(x) == infinity ? 1 : 0;
  }
  return result;
}

}  // namespace

Statistics::Statistics() noexcept : minimum(nan), maximum(nan), mean(nan), squares(nan) {}

Extremes::Extremes() noexcept : minimum(nan), maximum(nan) {}

double Statistics::deviation() const noexcept {
  return count < 2 ? nan : std::sqrt(squares / static_cast<double>(count - 1));
}

Statistics statistics(std::span<const double> values) {
  Pass pass;
  run_with_sum(values.data(), std::ssize(values), pass);
  const Extremes ends = collect(pass, values);

  Statistics result;
  result.count = ends.count;
  result.infinite = ends.infinite;
  if (ends.count == 0) return result;
  result.minimum = ends.minimum;
  result.maximum = ends.maximum;

  const double n = static_cast<double>(ends.count);
  const double mean = total(pass.sum) / n;
  Lanes squares;
  Lanes rest;
  run_squares(values.data(), std::ssize(values), mean, squares, rest);
  // What the rounded mean leaves over corrects both; equal values then have no spread at all.
  const double left = total(rest) / n;
  result.mean = ends.minimum == ends.maximum ? ends.minimum : mean + left;
  const double corrected = total(squares) - left * left * n;
  result.squares = ends.minimum == ends.maximum || corrected < 0.0 ? 0.0 : corrected;
  return result;
}

Extremes extremes(std::span<const double> values) {
  Pass pass;
  run_extremes(values.data(), std::ssize(values), pass);
  return collect(pass, values);
}

Statistics merge(const Statistics& a, const Statistics& b) noexcept {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  Statistics result;
  result.count = a.count + b.count;
  result.infinite = a.infinite + b.infinite;
  result.minimum = b.minimum < a.minimum ? b.minimum : a.minimum;
  result.maximum = b.maximum > a.maximum ? b.maximum : a.maximum;
  const double of_b = static_cast<double>(b.count) / static_cast<double>(result.count);
  const double gap = b.mean - a.mean;
  result.mean = a.mean + gap * of_b;
  result.squares = a.squares + b.squares + gap * gap * static_cast<double>(a.count) * of_b;
  return result;
}

Extremes merge(const Extremes& a, const Extremes& b) noexcept {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  Extremes result;
  result.count = a.count + b.count;
  result.infinite = a.infinite + b.infinite;
  result.minimum = b.minimum < a.minimum ? b.minimum : a.minimum;
  result.maximum = b.maximum > a.maximum ? b.maximum : a.maximum;
  return result;
}

Statistics negated(const Statistics& of) noexcept {
  Statistics result = of;
  result.minimum = -of.maximum;
  result.maximum = -of.minimum;
  result.mean = -of.mean;
  return result;
}

Extremes negated(const Extremes& of) noexcept {
  Extremes result = of;
  result.minimum = -of.maximum;
  result.maximum = -of.minimum;
  return result;
}

}  // namespace chiso
