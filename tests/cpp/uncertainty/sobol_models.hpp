#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/resampling.hpp"
#include "uncertainty/sobol_points.hpp"
#include "uncertainty/sobol_sums.hpp"

/// Functions of independent uniform numbers, whose Sobol indices are wanted.
namespace chiso::sobol_models {

/// Outputs of a point of the unit cube.
using Model = std::function<std::vector<double>(std::span<const double>)>;

/// Two samples of points, by row.
struct Sample {
  std::vector<std::vector<double>> a;
  std::vector<std::vector<double>> b;
};

inline Sample sobol_sample(Size factors, Size rows, std::uint64_t seed) {
  const SobolPoints points(2 * factors, rows, seed);
  Sample sample;
  sample.a.assign(at(rows), std::vector<double>(at(factors)));
  sample.b = sample.a;
  std::vector<double> column(at(rows));
  for (Size d = 0; d < 2 * factors; ++d) {
    points.fill(d, 0, column);
    auto& side = d < factors ? sample.a : sample.b;
    for (std::size_t j = 0; j < column.size(); ++j) side[j][at(d % factors)] = column[j];
  }
  return sample;
}

inline Sample random_sample(Size factors, Size rows, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  Sample sample;
  for (auto* side : {&sample.a, &sample.b}) {
    for (Size j = 0; j < rows; ++j) {
      auto& point = side->emplace_back();
      for (Size d = 0; d < factors; ++d) {
        point.push_back(static_cast<double>(generator() >> 11) * 0x1p-53);
      }
    }
  }
  return sample;
}

/// What the model gives for rows first, first + 1 ... first + rows - 1.
inline SobolValues values(const Model& model, const Sample& sample, Size first, Size rows,
                          bool second_order) {
  const Size factors = std::ssize(sample.a[0]);
  const Size outputs = std::ssize(model(sample.a[0]));
  const auto table = [&](const auto& point_of) {
    DrawTable result(outputs, rows);
    for (Size j = 0; j < rows; ++j) {
      const std::vector<double> out = model(point_of(at(first + j)));
      for (Size o = 0; o < outputs; ++o) result.row(o)[j] = out[at(o)];
    }
    return result;
  };
  const auto mixed = [&](const auto& most, const auto& other, Size factor) {
    return table([&, factor](std::size_t j) {
      std::vector<double> point = most[j];
      point[at(factor)] = other[j][at(factor)];
      return point;
    });
  };
  SobolValues result;
  result.a = table([&](std::size_t j) { return sample.a[j]; });
  result.b = table([&](std::size_t j) { return sample.b[j]; });
  for (Size i = 0; i < factors; ++i) {
    result.ab.push_back(mixed(sample.a, sample.b, i));
    if (second_order) result.ba.push_back(mixed(sample.b, sample.a, i));
  }
  return result;
}

struct Settings {
  bool second_order = false;
  Size resamples = 0;
  double confidence = 0.95;
  double rounding = 0.0;
  Size piece = 0;  ///< Rows; 0: all at once.
  int threads = 1;
  std::uint64_t seed = 1;
};

inline Resampling drawn(Size rows, Size resamples, std::uint64_t seed, int threads = 1) {
  Resampling resampling(rows, resamples);
  static_cast<void>(resampling.draw(seed, threads, [] { return true; }));
  return resampling;
}

/// Indices of every output.
inline std::vector<SobolOutput> indices(const Model& model, const Sample& sample,
                                        const Settings& settings = {}) {
  const Size rows = std::ssize(sample.a);
  const Size outputs = std::ssize(model(sample.a[0]));
  const Resampling resampling = drawn(rows, settings.resamples, settings.seed);
  SobolSums sums(outputs, std::ssize(sample.a[0]), settings.second_order, resampling,
                 best_kernels());
  const Size piece = settings.piece > 0 ? settings.piece : rows;
  for (Size first = 0; first < rows; first += piece) {
    sums.add(values(model, sample, first, piece, settings.second_order), first, settings.threads,
             [] { return true; });
  }
  std::vector<SobolOutput> result;
  for (Size o = 0; o < outputs; ++o) {
    result.push_back(sums.output(o, settings.rounding, settings.confidence));
  }
  return result;
}

inline std::vector<double> estimates(const std::vector<SobolEstimate>& of) {
  std::vector<double> result;
  for (const SobolEstimate& one : of) result.push_back(one.value);
  return result;
}

}  // namespace chiso::sobol_models
