#pragma once

#include <cmath>

#include "uncertainty/kernels.hpp"

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
                           .negative_logs = nullptr,
                           .weighted_sums = weighted_sums,
                           .ranks = ranks,
                           .wins = nullptr};

}  // namespace chiso::plain_kernels
