#pragma once

#include <Random123/threefry.h>

#include <cmath>
#include <cstdint>

#include "uncertainty/kernels.hpp"

/// The kernels that a sampler needs, as their contract says and without any haste.
namespace chiso::plain {

inline void uniforms(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, Size rows,
                     Size draws, Size stride, double* out) {
  for (Size r = 0; r < rows; ++r) {
    for (Size j = 0; j < draws; ++j) {
      const threefry2x64_ctr_t counter{
          {first + static_cast<std::uint64_t>(j), static_cast<std::uint64_t>(r / 2)}};
      const threefry2x64_key_t key{{seed, stream}};
      const threefry2x64_ctr_t words = threefry2x64_R(20, counter, key);
      const std::uint64_t word = words.v[r % 2];
      out[r * stride + j] = (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
    }
  }
}

inline void to_shares(double* const* rows, Size count, Size draws, const double* lowest,
                      double room, bool uniforms) {
  for (Size j = 0; j < draws; ++j) {
    double sum = 0.0;
    for (Size k = 0; k < count; ++k) {
      if (uniforms) rows[k][j] = -std::log(rows[k][j]);
      sum += rows[k][j];
    }
    for (Size k = 0; k < count; ++k) rows[k][j] = lowest[k] + rows[k][j] * (room / sum);
  }
}

inline constexpr Kernels kernels{"plain", uniforms, to_shares, nullptr, nullptr, nullptr};

}  // namespace chiso::plain

/// Kernels as one writes them down.
namespace chiso::plain_kernels {

/// How often a matrix product was asked for.
inline int products = 0;

inline void weighted_sums(const double* values, Size units, Size terms, const double* weights,
                          Size draws, Size stride, double* out) {
  ++products;
  for (Size u = 0; u < units; ++u) {
    for (Size j = 0; j < draws; ++j) out[u * stride + j] = 0.0;
    for (Size k = 0; k < terms; ++k) {
      const double value = values[u * terms + k];
      for (Size j = 0; j < draws; ++j) out[u * stride + j] += value * weights[k * stride + j];
    }
  }
}

inline void ranks(const double* scores, Size units, Size draws, Size stride, std::uint16_t* out) {
  for (Size u = 0; u < units; ++u) {
    for (Size j = 0; j < draws; ++j) {
      const double own = scores[u * stride + j];
      std::uint16_t rank = std::isnan(own) ? 0 : 1;
      for (Size v = 0; v < units; ++v) {
        if (scores[v * stride + j] > own) ++rank;
      }
      out[u * stride + j] = rank;
    }
  }
}

/// Only what the engine calls.
inline const Kernels table{.level = "plain",
                           .uniforms = nullptr,
                           .to_shares = nullptr,
                           .weighted_sums = weighted_sums,
                           .ranks = ranks,
                           .wins = nullptr};

}  // namespace chiso::plain_kernels
