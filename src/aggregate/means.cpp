#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "aggregate/children.hpp"
#include "base/elementary.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace aggregation {
namespace {

// Sums of weight * log; `zeros` counts the values that have no logarithm but a product.
CHISO_MULTIVERSION
void add_logarithms(std::span<const Child> children, Size first, Size n, Sums& sums,
                    double* zeros) {
  sums.clear(n);
  for (Size i = 0; i < n; ++i) zeros[i] = 0.0;
  for (const Child& child : children) {
    const double* x = child.column + first;
    const double w = child.weight;
    for (Size i = 0; i < n; ++i) {
      const bool present = x[i] == x[i];
      const double t = w * elementary::log(x[i]);
      sums.sum[i] += x[i] > 0.0 ? t : 0.0;
      sums.weight[i] += present ? w : 0.0;
      sums.gaps[i] += present ? 0.0 : 1.0;
      sums.bad[i] += x[i] < 0.0 ? 1.0 : 0.0;
      zeros[i] += x[i] == 0.0 ? 1.0 : 0.0;
    }
  }
}

CHISO_MULTIVERSION
void add_reciprocals(std::span<const Child> children, Size first, Size n, Sums& sums) {
  sums.clear(n);
  add_terms(
      children, first, n, sums, [](double x, Size) { return 1.0 / x; },
      [](double x) { return x <= 0.0; });
}

CHISO_MULTIVERSION
void add_squares(std::span<const Child> children, Size first, Size n, const double* mean,
                 Sums& sums) {
  sums.clear(n);
  add_terms(
      children, first, n, sums,
      [mean](double x, Size i) {
        const double d = x - mean[i];
        return d * d;
      },
      [](double) { return false; });
}

CHISO_MULTIVERSION
void exponentials(double* values, Size n) {
  for (Size i = 0; i < n; ++i) values[i] = elementary::exp(values[i]);
}

// A power mean of one exponent, with all decisions taken before the loops.
struct Power {
  double p;
  double magnitude;  // |p|
  int whole;         // |p| if it is a small whole number, else 0: powers by multiplication.
  bool is_whole;     // Negative scores have a power (p > 0 only).
  bool is_odd;
};

Power prepare(double p) noexcept {
  const double magnitude = std::fabs(p);
  const bool whole = magnitude == std::floor(magnitude);
  return {p, magnitude, whole && magnitude <= 64.0 ? static_cast<int>(magnitude) : 0, whole,
          whole && std::fmod(magnitude, 2.0) == 1.0};
}

// The magnitude that the scores of each unit are divided by: the greatest, for p < 0 the least.
CHISO_MULTIVERSION
void find_scales(std::span<const Child> children, double p, Size first, Size n, double* scale) {
  const double start = p > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
  for (Size i = 0; i < n; ++i) scale[i] = start;
  for (const Child& child : children) {
    const double* x = child.column + first;
    if (p > 0.0) {
      for (Size i = 0; i < n; ++i) {
        const double m = x[i] < 0.0 ? -x[i] : x[i];
        scale[i] = m > scale[i] ? m : scale[i];
      }
    } else {
      for (Size i = 0; i < n; ++i) scale[i] = x[i] < scale[i] ? x[i] : scale[i];
    }
  }
}

// Sums of weight * (ratio to the scale)^|p|, all ratios in 0..1.
CHISO_MULTIVERSION
void add_powers(std::span<const Child> children, const Power& power, Size first, Size n,
                const double* scale, Sums& sums) {
  sums.clear(n);
  const bool falling = power.p < 0.0;
  const bool negatives = power.is_whole && !falling;
  const bool odd = power.is_odd;
  const double exponent = power.magnitude;
  const auto is_bad = [=](double x) { return falling ? x <= 0.0 : !negatives && x < 0.0; };
  const auto ratio = [=](double x, Size i) {
    const double m = x < 0.0 ? -x : x;
    return falling ? scale[i] / m : m / scale[i];
  };
  if (power.whole > 0) {
    const int whole = power.whole;
    for (const Child& child : children) {
      const double* x = child.column + first;
      double powers[block];
      double base[block];
      for (Size i = 0; i < n; ++i) {
        base[i] = ratio(x[i], i);
        powers[i] = 1.0;
      }
      for (int bits = whole; bits > 0; bits /= 2) {
        if (bits % 2 == 1) {
          for (Size i = 0; i < n; ++i) powers[i] *= base[i];
        }
        for (Size i = 0; i < n; ++i) base[i] *= base[i];
      }
      const Child one[] = {child};
      add_terms(
          one, first, n, sums,
          [&powers, odd](double value, Size i) {
            return odd && value < 0.0 ? -powers[i] : powers[i];
          },
          is_bad);
    }
    return;
  }
  add_terms(
      children, first, n, sums,
      [=](double x, Size i) {
        const double r = ratio(x, i);
        const double t = r > 0.0 ? elementary::exp(exponent * elementary::log(r)) : 0.0;
        return odd && x < 0.0 ? -t : t;
      },
      is_bad);
}

double root(double sum, const Power& power) noexcept {
  if (power.magnitude == 1.0) return sum;
  if (power.magnitude == 2.0) return std::sqrt(sum);
  const double m = std::fabs(sum);
  const double r = m > 0.0 ? elementary::exp(elementary::log(m) / power.magnitude) : 0.0;
  return sum < 0.0 ? -r : r;
}

}  // namespace
}  // namespace aggregation

using aggregation::Children;
using aggregation::Sums;
using aggregation::Verdict;

Size geometric_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                    std::span<double> out) {
  const Children children(columns, weights, Children::Sign::not_negative, "weights");
  Size undefined = 0;
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    Sums sums;
    double zeros[aggregation::block];
    aggregation::add_logarithms(children.list(), first, n, sums, zeros);
    double* const result = out.data() + first;
    for (Size i = 0; i < n; ++i) {
      // A unit whose children are all there has a factor of exactly 1.
      const double factor = missing == MissingChild::skip ? children.total() / sums.weight[i] : 1.0;
      result[i] = sums.sum[i] * factor;
    }
    aggregation::exponentials(result, n);
    for (Size i = 0; i < n; ++i) {
      const Verdict verdict = aggregation::verdict(sums, i, missing);
      undefined += verdict == Verdict::undefined ? 1 : 0;
      if (verdict != Verdict::defined) {
        result[i] = aggregation::nan;
      } else if (zeros[i] > 0.0) {
        result[i] = 0.0;
      }
    }
  });
  return undefined;
}

Size harmonic_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                   std::span<double> out) {
  const Children children(columns, weights, Children::Sign::not_negative, "weights");
  Size undefined = 0;
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    Sums sums;
    aggregation::add_reciprocals(children.list(), first, n, sums);
    double* const result = out.data() + first;
    for (Size i = 0; i < n; ++i) {
      const Verdict verdict = aggregation::verdict(sums, i, missing);
      undefined += verdict == Verdict::undefined ? 1 : 0;
      const double factor = missing == MissingChild::skip ? children.total() / sums.weight[i] : 1.0;
      result[i] = verdict == Verdict::defined ? 1.0 / (sums.sum[i] * factor) : aggregation::nan;
    }
  });
  return undefined;
}

Size power_mean(Columns columns, std::span<const double> weights, double p, MissingChild missing,
                std::span<double> out) {
  if (!std::isfinite(p)) {
    throw SpecError(
        fmt::format("expected a finite exponent of a power mean, got {}; the limits "
                    "are the aggregations minimum and maximum",
                    to_string(p)));
  }
  if (p == 0.0) return geometric_mean(columns, weights, missing, out);
  const Children children(columns, weights, Children::Sign::not_negative, "weights");
  const aggregation::Power power = aggregation::prepare(p);
  Size undefined = 0;
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    Sums sums;
    double scale[aggregation::block];
    aggregation::find_scales(children.list(), p, first, n, scale);
    aggregation::add_powers(children.list(), power, first, n, scale, sums);
    double* const result = out.data() + first;
    for (Size i = 0; i < n; ++i) {
      const Verdict verdict = aggregation::verdict(sums, i, missing);
      undefined += verdict == Verdict::undefined ? 1 : 0;
      if (verdict != Verdict::defined) {
        result[i] = aggregation::nan;
        continue;
      }
      if (scale[i] == 0.0) {
        result[i] = 0.0;  // All scores are 0, and p > 0.
        continue;
      }
      const double factor = missing == MissingChild::skip ? children.total() / sums.weight[i] : 1.0;
      const double r = aggregation::root(sums.sum[i] * factor, power);
      result[i] = p > 0.0 ? scale[i] * r : scale[i] / r;
    }
  });
  return undefined;
}

Size mazziotta_pareto(Columns columns, std::span<const double> weights, Penalty penalty,
                      MissingChild missing, std::span<double> out) {
  const Children children(columns, weights, Children::Sign::not_negative, "weights");
  if (children.list().empty()) return aggregation::all_missing(out);
  const double sign = penalty == Penalty::downward ? -1.0 : 1.0;
  Size undefined = 0;
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    Sums sums;
    double* const mean = out.data() + first;
    aggregation::mean_block(children, missing, first, n, mean);
    aggregation::add_squares(children.list(), first, n, mean, sums);
    for (Size i = 0; i < n; ++i) {
      if (mean[i] != mean[i]) continue;
      if (!(mean[i] > 0.0)) {
        mean[i] = aggregation::nan;
        ++undefined;
        continue;
      }
      // S * cv = S^2 / M.
      mean[i] += sign * (sums.sum[i] * (children.total() / sums.weight[i])) / mean[i];
    }
  });
  return undefined;
}

}  // namespace chiso
