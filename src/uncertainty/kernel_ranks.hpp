#pragma once

#include <bit>
#include <limits>

#include "uncertainty/kernel_memory.hpp"
#include "uncertainty/kernel_sort.hpp"
#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

/// Ranks of `lanes` draws at once: sorts keys, numbers whose last bits are the unit's number (as
/// many as Unit has, 8 or 16 of 52) and whose other bits are the score's. Scores that the bits left
/// cannot tell apart stand side by side then, and are put in order by themselves.
template <class Unit>
class DrawRanks {
 public:
  /// @param units no more than Unit has numbers
  DrawRanks(const double* scores, Size units, Size stride)
      : scores_(scores),
        units_(units),
        stride_(stride),
        count_((units + sort_unit - 1) / sort_unit * sort_unit),
        memory_(count_ * lanes) {}

  /// Calls give(unit, lane, rank) for each unit of draws j ... j + draws - 1, at most `lanes`.
  template <class Give>
  CHISO_INLINE void run(Size j, Size draws, const Give& give) noexcept {
    Doubles* keys = reinterpret_cast<Doubles*>(memory_.data());
    for (Size u = 0; u < units_; ++u) keys[u] = key(load(scores_ + u * stride_ + j), u);
    for (Size u = units_; u < count_; ++u) keys[u] = Doubles{} - infinity;
    sort_columns(keys, count_);
    const Words close = close_neighbours(keys);
    std::uint64_t any_close = 0;
    for (Size l = 0; l < lanes; ++l) any_close |= close[l];
    if (any_close == 0 && draws == lanes) {
      for (Size p = 0; p < units_; ++p) {
        for (Size l = 0; l < lanes; ++l) give(unit_at(p, l), l, p + 1);
      }
      return;
    }
    for (Size l = 0; l < draws; ++l) {
      if (close[l] != 0) {
        settle(l, scores_ + j + l);
        give_settled(l, scores_ + j + l, give);
      } else {
        for (Size p = 0; p < units_; ++p) give(unit_at(p, l), l, p + 1);
      }
    }
  }

 private:
  static constexpr std::uint64_t unit_bits = std::numeric_limits<Unit>::max();

  static constexpr double most = std::numeric_limits<double>::max();

  static CHISO_INLINE Doubles with_last_bits(const Doubles& x, std::uint64_t bits) noexcept {
    return reinterpret_cast<Doubles>((reinterpret_cast<Words>(x) & ~unit_bits) | bits);
  }

  /// Never falls when the score rises; NaN counts as the lowest, infinities as the largest finite
  /// numbers. The sum makes one zero of both and leaves no subnormal numbers, which some programs
  /// let the processor treat as zeros; it rounds away but for the tiniest scores.
  static CHISO_INLINE Doubles key(Doubles score, Size unit) noexcept {
    score = score > -most ? score : Doubles{} - most;
    score = score < most ? score : Doubles{} + most;
    return with_last_bits(score + 0x1p-1000, static_cast<std::uint64_t>(unit));
  }

  /// Not 0 in the lanes where two neighbours differ in nothing but the unit, or the last may be
  /// NaN.
  [[nodiscard]] CHISO_INLINE Words close_neighbours(const Doubles* keys) const noexcept {
    Words close = reinterpret_cast<Words>(keys[units_ - 1] <= with_last_bits(Doubles{} - most, 0));
    for (Size p = 1; p < units_; ++p) {
      const Words difference =
          reinterpret_cast<Words>(keys[p - 1]) ^ reinterpret_cast<Words>(keys[p]);
      close |= reinterpret_cast<Words>(difference <= unit_bits);
    }
    return close;
  }

  [[nodiscard]] CHISO_INLINE double& entry(Size place, Size lane) noexcept {
    return memory_.data()[place * lanes + lane];
  }

  [[nodiscard]] CHISO_INLINE std::uint64_t word(Size place, Size lane) noexcept {
    return std::bit_cast<std::uint64_t>(entry(place, lane));
  }

  [[nodiscard]] CHISO_INLINE Size unit_at(Size place, Size lane) noexcept {
    return static_cast<Unit>(word(place, lane));
  }

  /// Puts what stands close in order of the scores of the draw, NaN last.
  void settle(Size lane, const double* scores) noexcept {
    for (Size begin = 0; begin < units_;) {
      Size end = begin + 1;
      while (end < units_ && (word(begin, lane) ^ word(end, lane)) <= unit_bits) ++end;
      // Shell's method: as good as any for two, and not slow for a thousand.
      for (Size gap = (end - begin) / 2; gap > 0; gap /= 2) {
        for (Size p = begin + gap; p < end; ++p) {
          for (Size q = p; q >= begin + gap; q -= gap) {
            const double ahead = scores[unit_at(q - gap, lane) * stride_];
            const double behind = scores[unit_at(q, lane) * stride_];
            if (!(behind > ahead || (ahead != ahead && behind == behind))) break;
            const double moved = entry(q, lane);
            entry(q, lane) = entry(q - gap, lane);
            entry(q - gap, lane) = moved;
          }
        }
      }
      begin = end;
    }
  }

  template <class Give>
  CHISO_INLINE void give_settled(Size lane, const double* scores, const Give& give) noexcept {
    Size rank = 0;
    double last = 0.0;
    for (Size p = 0; p < units_; ++p) {
      const Size unit = unit_at(p, lane);
      const double score = scores[unit * stride_];
      if (p == 0 || score != last) rank = p + 1;
      last = score;
      give(unit, lane, score == score ? rank : 0);
    }
  }

  const double* scores_;
  Size units_;
  Size stride_;
  Size count_;  ///< Entries that are sorted.
  KernelMemory memory_;
};

/// Rows of ranks are written by whole lines of the cache.
inline constexpr Size ranks_at_once = 64 / sizeof(std::uint16_t);

template <class Unit>
void ranks_of_units(const double* scores, Size units, Size draws, Size stride, std::uint16_t* out) {
  DrawRanks<Unit> all(scores, units, stride);
  KernelMemory memory(units * 64 / static_cast<Size>(sizeof(double)));
  auto* const some = reinterpret_cast<std::uint16_t*>(memory.data());
  for (Size begin = 0; begin < draws; begin += ranks_at_once) {
    const Size end = draws - begin < ranks_at_once ? draws : begin + ranks_at_once;
    for (Size j = begin; j < end; j += lanes) {
      std::uint16_t* const first = some + (j - begin);
      all.run(j, end - j < lanes ? end - j : lanes, [first](Size unit, Size lane, Size rank) {
        first[unit * ranks_at_once + lane] = static_cast<std::uint16_t>(rank);
      });
    }
    for (Size u = 0; u < units; ++u) {
      std::uint16_t* const to = out + u * stride + begin;
      const std::uint16_t* const from = some + u * ranks_at_once;
      if (end - begin == ranks_at_once) {
        for (Size i = 0; i < ranks_at_once; ++i) to[i] = from[i];
      } else {
        for (Size i = 0; i < end - begin; ++i) to[i] = from[i];
      }
    }
  }
}

void ranks(const double* scores, Size units, Size draws, Size stride, std::uint16_t* out) {
  if (units <= 256) {
    ranks_of_units<std::uint8_t>(scores, units, draws, stride, out);
  } else {
    ranks_of_units<std::uint16_t>(scores, units, draws, stride, out);
  }
}

}  // namespace
}  // namespace chiso
