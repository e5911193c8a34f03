#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "chiso/base/size.hpp"

namespace chiso {

/// What takes the time of many draws, compiled for several x86-64 levels. Nothing is contracted or
/// reassociated: all levels give the same bits, only speed differs.
///
/// Everything lies in rows of draws: `x[row * stride + draw]`, rows aligned to 64 bytes, `stride` a
/// multiple of 16 and at least `draws`. What lies between `draws` and `stride` may be written.
struct Kernels {
  std::string_view level;  ///< "x86-64-v2", "x86-64-v3", "x86-64-v4", "portable".

  /// Threefry2x64 with 20 rounds of (seed, stream): row r, draw j is in (0, 1), from word (r % 2)
  /// of counter (first + j, r / 2): (the upper 52 bits + 1/2) 2^-52.
  void (*uniforms)(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, Size rows,
                   Size draws, Size stride, double* out);

  /// Numbers become shares, in their rows: lowest[k] + x[k] times (room over the sum of x, which
  /// runs over the rows in their order). x are the numbers, which are positive, or if they are
  /// uniform ones in (0, 1), exponential ones: -log of them, off by at most 1e-15 of itself. So of
  /// all vectors of shares each is as likely as any other.
  void (*to_shares)(double* const* rows, Size count, Size draws, const double* lowest, double room,
                    bool uniforms);

  /// out[unit][draw] = sum over k, in order, of values[unit * terms + k] * weights[k][draw].
  void (*weighted_sums)(const double* values, Size units, Size terms, const double* weights,
                        Size draws, Size stride, double* out);

  /// Ranks by competition of each draw, as Ties::competition of chiso/rank/rank.hpp: 1 + how many
  /// units have more; 0 for NaN. At most 65,535 units.
  void (*ranks)(const double* scores, Size units, Size draws, Size stride, std::uint16_t* out);

  /// wins[a * units + b] += draws in which a's rank by competition is before b's, hence a's score
  /// more than b's; without a rank (0) nobody wins. `ranks` as from ranks().
  void (*wins)(const std::uint16_t* ranks, Size units, Size draws, Size stride, std::int64_t* wins);
};

/// Those that this processor can run, the fastest first; the portable ones are always there.
[[nodiscard]] std::span<const Kernels* const> available_kernels();

/// The fastest kernels, or those that the environment variable CHISO_KERNELS names.
/// @throws SpecError if it names none, or what the processor does not have.
[[nodiscard]] const Kernels& best_kernels();

}  // namespace chiso
