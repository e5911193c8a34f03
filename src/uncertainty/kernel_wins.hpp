#pragma once

#include "uncertainty/kernel_memory.hpp"
#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

using Ranks [[gnu::vector_size(vector_bytes)]] = std::uint16_t;

inline constexpr Size rank_lanes = vector_bytes / sizeof(std::uint16_t);

/// So many draws at once: their counts fit 16 bits, and rows of dozens of units the cache.
inline constexpr Size wins_draws = 256;
inline constexpr Size wins_vectors = wins_draws / rank_lanes;

/// Counts of less than 2^16 altogether.
CHISO_INLINE std::int64_t sum_of_counts(const Ranks& counts) noexcept {
  Words sums = reinterpret_cast<Words>(counts);
  sums += sums >> 32;
  sums += sums >> 16;
  std::uint64_t sum = 0;
  for (Size l = 0; l < lanes; ++l) sum += sums[l] & 0xffff;
  return static_cast<std::int64_t>(sum);
}

/// Ranks from 0 as `winners`, no rank as the last of all; as `losers` such that it is before none.
/// Then a wins against b where its number is less.
void prepare_ranks(const std::uint16_t* ranks, Size draws, std::uint16_t* winners,
                   std::uint16_t* losers) noexcept {
  for (Size j = 0; j < wins_draws; ++j) {
    const std::uint16_t rank = j < draws ? ranks[j] : std::uint16_t{0};
    winners[j] = static_cast<std::uint16_t>(rank - 1);
    losers[j] = rank == 0 ? std::uint16_t{0} : winners[j];
  }
}

void wins(const std::uint16_t* ranks, Size units, Size draws, Size stride, std::int64_t* wins) {
  KernelMemory memory(units * wins_draws / 2);
  auto* const winners = reinterpret_cast<std::uint16_t*>(memory.data());
  std::uint16_t* const losers = winners + units * wins_draws;
  for (Size j = 0; j < draws; j += wins_draws) {
    for (Size u = 0; u < units; ++u) {
      prepare_ranks(ranks + u * stride + j, draws - j, winners + u * wins_draws,
                    losers + u * wins_draws);
    }
    for (Size a = 0; a < units; ++a) {
      const auto* winner = reinterpret_cast<const Ranks*>(winners + a * wins_draws);
      for (Size b = 0; b < units; ++b) {
        const auto* loser = reinterpret_cast<const Ranks*>(losers + b * wins_draws);
        Ranks counts{};
        for (Size v = 0; v < wins_vectors; ++v) {
          counts -= reinterpret_cast<Ranks>(winner[v] < loser[v]);  // True is -1.
        }
        wins[a * units + b] += sum_of_counts(counts);
      }
    }
  }
}

}  // namespace
}  // namespace chiso
