#pragma once

#include "uncertainty/kernel_memory.hpp"
#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

/// What the registers hold: sums of so many units for two vectors of draws, beside them the weights
/// of one term, a value and a product. Two vectors share a value that has been loaded.
inline constexpr Size block_units = vector_bytes == 64 ? 14 : 6;
inline constexpr Size block_vectors = 2;
inline constexpr Size block_draws = block_vectors * lanes;
static_assert(row_unit % block_draws == 0);

/// Values of so many terms for a block of units, and weights for a few blocks of draws, stay in the
/// first cache.
inline constexpr Size block_terms = 128;
inline constexpr Size blocks_at_once = 32 / block_draws;

/// Sums of Count units for a block of draws, continued from what `out` has unless they start.
/// Values and weights lie one after the other, term by term.
template <Size Count>
CHISO_INLINE void add_terms(const double* values, Size terms, const double* weights, bool start,
                            double* out, Size stride) noexcept {
  Doubles sums[at(Count)][at(block_vectors)];
  for (Size u = 0; u < Count; ++u) {
    for (Size v = 0; v < block_vectors; ++v) {
      sums[u][v] = start ? Doubles{} : load(out + u * stride + v * lanes);
    }
  }
  for (Size k = 0; k < terms; ++k, values += Count, weights += block_draws) {
    Doubles weight[at(block_vectors)];
    for (Size v = 0; v < block_vectors; ++v) weight[v] = load(weights + v * lanes);
    for (Size u = 0; u < Count; ++u) {
      for (Size v = 0; v < block_vectors; ++v) sums[u][v] += values[u] * weight[v];
    }
  }
  for (Size u = 0; u < Count; ++u) {
    for (Size v = 0; v < block_vectors; ++v) store(out + u * stride + v * lanes, sums[u][v]);
  }
}

/// What one look at some terms needs.
struct ProductBlock {
  const double* values;   ///< Of one block of units after the other.
  const double* weights;  ///< Of one block of draws after the other.
  Size terms;
  Size draws;  ///< Blocks of draws.
  bool start;
  Size stride;
};

template <Size Count>
void sums_of_units(const ProductBlock& block, const double* values, double* out) noexcept {
  for (Size b = 0; b < block.draws; ++b) {
    add_terms<Count>(values, block.terms, block.weights + b * block.terms * block_draws,
                     block.start, out + b * block_draws, block.stride);
  }
}

/// The last units, fewer than a block of them.
template <Size Count>
CHISO_INLINE void sums_of_last_units(Size units, const ProductBlock& block, const double* values,
                                     double* out) noexcept {
  if constexpr (Count > 0) {
    if (units == Count) {
      sums_of_units<Count>(block, values, out);
    } else {
      sums_of_last_units<Count - 1>(units, block, values, out);
    }
  }
}

void sums_of_all_units(Size units, const ProductBlock& block, double* out) noexcept {
  const double* values = block.values;
  for (; units >= block_units; units -= block_units) {
    sums_of_units<block_units>(block, values, out);
    values += block_units * block.terms;
    out += block_units * block.stride;
  }
  sums_of_last_units<block_units - 1>(units, block, values, out);
}

void pack_values(const double* values, Size units, Size row, Size terms, double* to) noexcept {
  for (Size u = 0; u < units; u += block_units) {
    const Size count = units - u < block_units ? units - u : block_units;
    for (Size k = 0; k < terms; ++k) {
      for (Size i = 0; i < count; ++i) *to++ = values[(u + i) * row + k];
    }
  }
}

void pack_weights(const double* weights, Size stride, Size terms, Size blocks,
                  double* to) noexcept {
  for (Size b = 0; b < blocks; ++b) {
    for (Size k = 0; k < terms; ++k) {
      for (Size v = 0; v < block_draws; v += lanes, to += lanes) {
        store(to, load(weights + k * stride + b * block_draws + v));
      }
    }
  }
}

/// Values and weights are copied into the order in which they are used: else rows whose distance is
/// a power of 2 throw each other out of the cache.
void weighted_sums(const double* values, Size units, Size terms, const double* weights, Size draws,
                   Size stride, double* out) {
  alignas(64) double packed_weights[block_terms * blocks_at_once * block_draws];
  const Size blocks = padded(draws) / block_draws;
  KernelMemory packed_values(units * (terms < block_terms ? terms : block_terms));
  Size first = 0;
  do {
    const Size rest = terms - first;
    const Size count = rest < block_terms ? rest : block_terms;
    pack_values(values + first, units, terms, count, packed_values.data());
    for (Size b = 0; b < blocks; b += blocks_at_once) {
      const Size some = blocks - b < blocks_at_once ? blocks - b : blocks_at_once;
      if (count > 0) {  // Without terms there may be no weights to point to.
        pack_weights(weights + first * stride + b * block_draws, stride, count, some,
                     packed_weights);
      }
      sums_of_all_units(units,
                        {packed_values.data(), packed_weights, count, some, first == 0, stride},
                        out + b * block_draws);
    }
    first += count;
  } while (first < terms);
}

}  // namespace
}  // namespace chiso
