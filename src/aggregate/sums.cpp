#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "aggregate/children.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace aggregation {

Children::Children(Columns columns, std::span<const double> weights, Sign sign,
                   std::string_view what) {
  if (columns.size() != weights.size()) {
    throw DataError(fmt::format("expected as many {} as children, got {} for {}", what,
                                weights.size(), columns.size()));
  }
  if (columns.size() > few_.size()) many_.resize(columns.size());
  Child* const children = many_.empty() ? few_.data() : many_.data();
  std::size_t count = 0;
  for (std::size_t k = 0; k < columns.size(); ++k) {
    const double w = weights[k];
    if (!std::isfinite(w) || (sign == Sign::not_negative && w < 0.0)) {
      throw SpecError(fmt::format("expected finite {}{}, got {} for child {}",
                                  sign == Sign::not_negative ? "non-negative " : "", what,
                                  to_string(w), k + 1));
    }
    if (w == 0.0) continue;
    children[count++] = {columns[k], w};
    total_ += std::fabs(w);
  }
  list_ = {children, count};
}

CHISO_MULTIVERSION
void add_weighted(std::span<const Child> children, Size first, Size n, double* sums) {
  for (Size i = 0; i < n; ++i) sums[i] = 0.0;
  const std::size_t count = children.size();
  std::size_t k = 0;
  // Eight children a pass save most of the traffic with `sums`; the order of additions stays.
  for (; k + 8 <= count; k += 8) {
    const Child* c = &children[k];
    const double* x0 = c[0].column + first;
    const double* x1 = c[1].column + first;
    const double* x2 = c[2].column + first;
    const double* x3 = c[3].column + first;
    const double* x4 = c[4].column + first;
    const double* x5 = c[5].column + first;
    const double* x6 = c[6].column + first;
    const double* x7 = c[7].column + first;
    const double w0 = c[0].weight, w1 = c[1].weight, w2 = c[2].weight, w3 = c[3].weight;
    const double w4 = c[4].weight, w5 = c[5].weight, w6 = c[6].weight, w7 = c[7].weight;
    for (Size i = 0; i < n; ++i) {
      double s = sums[i];
      s += w0 * x0[i];
      s += w1 * x1[i];
      s += w2 * x2[i];
      s += w3 * x3[i];
      s += w4 * x4[i];
      s += w5 * x5[i];
      s += w6 * x6[i];
      s += w7 * x7[i];
      sums[i] = s;
    }
  }
  for (; k + 2 <= count; k += 2) {
    const double* x0 = children[k].column + first;
    const double* x1 = children[k + 1].column + first;
    const double w0 = children[k].weight;
    const double w1 = children[k + 1].weight;
    for (Size i = 0; i < n; ++i) sums[i] = (sums[i] + w0 * x0[i]) + w1 * x1[i];
  }
  if (k < count) {
    const double* x = children[k].column + first;
    const double w = children[k].weight;
    for (Size i = 0; i < n; ++i) sums[i] += w * x[i];
  }
}

namespace {

CHISO_MULTIVERSION
void add_present(std::span<const Child> children, Size first, Size n, Sums& sums) {
  sums.clear(n);
  add_terms(
      children, first, n, sums, [](double x, Size) { return x; }, [](double) { return false; });
}

bool any_missing(const double* values, Size n) noexcept {
  Size missing = 0;
  for (Size i = 0; i < n; ++i) missing += values[i] != values[i] ? 1 : 0;
  return missing > 0;
}

}  // namespace

void mean_block(const Children& children, MissingChild missing, Size first, Size n, double* out) {
  add_weighted(children.list(), first, n, out);
  if (missing == MissingChild::propagate || !any_missing(out, n)) return;
  Sums sums;
  add_present(children.list(), first, n, sums);
  for (Size i = 0; i < n; ++i) {
    if (out[i] == out[i]) continue;
    out[i] = sums.weight[i] > 0.0 ? sums.sum[i] * (children.total() / sums.weight[i]) : nan;
  }
}

Size all_missing(std::span<double> out) noexcept {
  std::fill(out.begin(), out.end(), nan);
  return 0;
}

namespace {

CHISO_MULTIVERSION
void count_block(Columns columns, Size first, Size n, double* present) {
  for (Size i = 0; i < n; ++i) present[i] = 0.0;
  for (const double* column : columns) {
    const double* x = column + first;
    for (Size i = 0; i < n; ++i) present[i] += x[i] == x[i] ? 1.0 : 0.0;
  }
}

// The least (sign 1) or, negated, the greatest (sign -1) child.
CHISO_MULTIVERSION
void least_block(Columns columns, double sign, Size first, Size n, Sums& sums) {
  sums.clear(n);
  for (Size i = 0; i < n; ++i) sums.sum[i] = std::numeric_limits<double>::infinity();
  for (const double* column : columns) {
    const double* x = column + first;
    for (Size i = 0; i < n; ++i) {
      const double y = sign * x[i];
      sums.sum[i] = y < sums.sum[i] ? y : sums.sum[i];
      sums.gaps[i] += x[i] == x[i] ? 0.0 : 1.0;
    }
  }
}

Size least(Columns columns, double sign, MissingChild missing, std::span<double> out) {
  const double allowed =
      missing == MissingChild::propagate ? 0.0 : static_cast<double>(columns.size()) - 1.0;
  if (columns.empty()) return all_missing(out);
  for_blocks(std::ssize(out), [&](Size first, Size n) {
    Sums sums;
    least_block(columns, sign, first, n, sums);
    double* result = out.data() + first;
    for (Size i = 0; i < n; ++i) result[i] = sums.gaps[i] <= allowed ? sign * sums.sum[i] : nan;
  });
  return 0;
}

}  // namespace
}  // namespace aggregation

using aggregation::Children;

void count_present(Columns columns, std::span<double> present) {
  aggregation::for_blocks(std::ssize(present), [&](Size first, Size n) {
    aggregation::count_block(columns, first, n, present.data() + first);
  });
}

namespace {

Size add_children(const Children& children, MissingChild missing, std::span<double> out) {
  if (children.list().empty()) return aggregation::all_missing(out);
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    aggregation::mean_block(children, missing, first, n, out.data() + first);
  });
  return 0;
}

}  // namespace

Size weighted_sum(Columns columns, std::span<const double> coefficients, MissingChild missing,
                  std::span<double> out) {
  return add_children(Children(columns, coefficients, Children::Sign::any, "coefficients"), missing,
                      out);
}

Size arithmetic_mean(Columns columns, std::span<const double> weights, MissingChild missing,
                     std::span<double> out) {
  return add_children(Children(columns, weights, Children::Sign::not_negative, "weights"), missing,
                      out);
}

Size reduced_maximum_sum(Columns columns, std::span<const double> coefficients,
                         std::span<const double> maxima, std::span<double> out) {
  const Children children(columns, coefficients, Children::Sign::any, "coefficients");
  const Children shares(columns, maxima, Children::Sign::not_negative, "maxima");
  if (shares.list().empty()) return aggregation::all_missing(out);
  aggregation::for_blocks(std::ssize(out), [&](Size first, Size n) {
    double* const result = out.data() + first;
    aggregation::add_weighted(children.list(), first, n, result);
    if (!aggregation::any_missing(result, n)) return;
    for (Size i = 0; i < n; ++i) {
      if (result[i] == result[i]) continue;
      double scaled = 0.0;
      double plain = 0.0;
      double present = 0.0;
      double full = 0.0;
      for (std::size_t k = 0; k < columns.size(); ++k) {
        if (coefficients[k] == 0.0) continue;
        full += maxima[k];
        const double x = columns[k][first + i];
        if (x != x) continue;
        present += maxima[k];
        (maxima[k] > 0.0 ? scaled : plain) += coefficients[k] * x;
      }
      result[i] = present > 0.0 ? scaled * (full / present) + plain : aggregation::nan;
    }
  });
  return 0;
}

Size minimum(Columns columns, MissingChild missing, std::span<double> out) {
  return aggregation::least(columns, 1.0, missing, out);
}

Size maximum(Columns columns, MissingChild missing, std::span<double> out) {
  return aggregation::least(columns, -1.0, missing, out);
}

}  // namespace chiso
