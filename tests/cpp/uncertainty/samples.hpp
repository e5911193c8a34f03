#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "uncertainty/kernels.hpp"
#include "uncertainty/sampler.hpp"

/// Many draws and what to ask of them.
namespace chiso::samples {

using Sample = std::vector<double>;

/// Uniform numbers of (0, 1).
inline Sample uniforms(Size count) {
  DrawTable table(1, count);
  best_kernels().uniforms(5, 6, 0, 1, count, table.stride(), table.row(0));
  return {table.row(0), table.row(0) + count};
}

/// All rows of all sources, `draws` numbers each.
inline std::vector<Sample> draw(const Sampler& sampler, Size sources, Size draws,
                                std::int64_t first = 0) {
  DrawTable table(std::ssize(sampler.rows()), draws);
  for (Size s = 0; s < sources; ++s) sampler.draw(s, first, table);
  std::vector<Sample> rows;
  for (Size r = 0; r < table.rows(); ++r) rows.emplace_back(table.row(r), table.row(r) + draws);
  return rows;
}

inline std::vector<Sample> draw(const Scores& base, const Source& source, Size draws,
                                std::uint64_t seed = 1) {
  const std::vector<Source> sources{source};
  return draw(Sampler(base, sources, seed, best_kernels()), 1, draws);
}

inline double mean(const Sample& x) {
  double sum = 0.0;
  for (const double each : x) sum += each;
  return sum / static_cast<double>(x.size());
}

inline double covariance(const Sample& x, const Sample& y) {
  const double mean_x = mean(x);
  const double mean_y = mean(y);
  double sum = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (x[i] - mean_x) * (y[i] - mean_y);
  return sum / static_cast<double>(x.size() - 1);
}

inline double variance(const Sample& x) { return covariance(x, x); }

inline double correlation(const Sample& x, const Sample& y) {
  return covariance(x, y) / std::sqrt(variance(x) * variance(y));
}

/// Kolmogorov and Smirnov's statistic times the root of the size: above 1.95 once in a thousand
/// samples of the law.
inline double distance(Sample x, const std::function<double(double)>& law) {
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double p = law(x[i]);
    worst = std::max({worst, p - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - p});
  }
  return worst * std::sqrt(n);
}

/// The same for two samples.
inline double distance(Sample x, Sample y) {
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  const auto n = static_cast<double>(x.size());
  const auto m = static_cast<double>(y.size());
  double worst = 0.0;
  std::size_t j = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    while (j < y.size() && y[j] <= x[i]) ++j;
    worst = std::max(worst, std::abs(static_cast<double>(i + 1) / n - static_cast<double>(j) / m));
  }
  return worst * std::sqrt(n * m / (n + m));
}

inline constexpr double farthest = 1.95;

}  // namespace chiso::samples
