#pragma once

#include <utility>

#include "uncertainty/kernel_vector.hpp"

/// Sorting many columns at once, descending: `x[i]` holds the i-th entries of `lanes` columns.
///
/// Source: Batcher (1968), Sorting networks and their applications; the form is that of Knuth, The
/// Art of Computer Programming 3, algorithm 5.2.2M: 543 exchanges for 64 entries. Entries beyond
/// the count, up to the next power of 2, are thought to be less than all: an exchange with one
/// changes nothing and is left out.
namespace chiso {
namespace {

/// The greater of each lane first. Two instructions: no NaN, no two zeros.
CHISO_INLINE void exchange(Doubles& a, Doubles& b) noexcept {
  const Doubles greater = a > b ? a : b;
  b = a < b ? a : b;
  a = greater;
}

/// The exchanges that sort `Count` entries: a half all through before the next, so that what the
/// processor has in registers is used for long.
template <Size Count>
struct Network {
  int exchanges = 0;
  int upper[543] = {};
  int lower[543] = {};

  constexpr Network() {
    int length = 1;
    while (length < Count) length *= 2;
    sort(0, length);
  }

 private:
  constexpr void sort(int begin, int length) {
    if (length == 1 || begin >= Count) return;
    const int half = length / 2;
    sort(begin, half);
    sort(begin + half, half);
    for (int i = 0; i < half; ++i) add(begin + i, half);
    for (int k = half / 2; k >= 1; k /= 2) {
      for (int j = k; j + k < length; j += 2 * k) {
        for (int i = 0; i < k; ++i) add(begin + j + i, k);
      }
    }
  }

  constexpr void add(int i, int distance) {
    if (i + distance >= Count) return;
    upper[exchanges] = i;
    lower[exchanges] = i + distance;
    ++exchanges;
  }
};

template <Size Count>
inline constexpr Network<Count> network;

template <Size Count, int... I>
CHISO_INLINE void run_network(Doubles* x, std::integer_sequence<int, I...> /*exchanges*/) noexcept {
  constexpr auto& all = network<Count>;
  Doubles entries[at(Count)];
  for (Size i = 0; i < Count; ++i) entries[i] = x[i];
  // A list, which is as long as one likes; clang ends an expression of 256 commas.
  using InOrder = int[];
  static_cast<void>(InOrder{(exchange(entries[all.upper[I]], entries[all.lower[I]]), 0)...});
  for (Size i = 0; i < Count; ++i) x[i] = entries[i];
}

/// Counts are multiples of it: a network for each count would be much code.
inline constexpr Size sort_unit = 16;

/// What is sorted without loops.
inline constexpr Size sort_block = 64;

template <Size Count>
void sort_at_once(Doubles* x, Size count) noexcept {
  if (count == Count) {
    run_network<Count>(x, std::make_integer_sequence<int, network<Count>.exchanges>());
  } else if constexpr (Count > sort_unit) {
    sort_at_once<Count - sort_unit>(x, count);
  }
}

/// Merging two sorted runs, the second shorter or empty, is a pass for each power of 2. Two or
/// three passes in one spare most of the loads and stores.
class Merge {
 public:
  /// @param half length of the first run, at least 4
  Merge(Doubles* x, Size count, Size half) noexcept : x_(x), count_(count), half_(half) {}

  void run() const noexcept {
    Size k = half_;
    Size passes = 0;
    for (Size i = half_; i >= 1; i /= 2) ++passes;
    if (passes % 2 == 1) {
      first_three();
      k /= 8;
    } else {
      first_two();
      k /= 4;
    }
    for (; k >= 1; k /= 4) two(k);
  }

 private:
  /// The entries i, i + step ..., of which the last ones may be missing.
  template <Size Entries, Size First = 0>
  CHISO_INLINE void fetch(Size i, Size step, Doubles* e) const noexcept {
    for (Size c = First; c < Entries; ++c) {
      e[c] = i + c * step < count_ ? x_[i + c * step] : Doubles{} - infinity;
    }
  }

  template <Size Entries>
  CHISO_INLINE void put(Size i, Size step, const Doubles* e) const noexcept {
    for (Size c = 0; c < Entries; ++c) {
      if (i + c * step < count_) x_[i + c * step] = e[c];
    }
  }

  // Distances half and half / 2.
  void first_two() const noexcept {
    const Size step = half_ / 2;
    for (Size i = 0; i < step; ++i) {
      Doubles e[4];
      fetch<4>(i, step, e);
      exchange(e[0], e[2]);
      exchange(e[1], e[3]);
      exchange(e[1], e[2]);
      put<4>(i, step, e);
    }
  }

  // Distances half, half / 2 and half / 4.
  void first_three() const noexcept {
    const Size step = half_ / 4;
    for (Size i = 0; i < step; ++i) {
      Doubles e[8];
      fetch<8>(i, step, e);
      for (Size c = 0; c < 4; ++c) exchange(e[c], e[c + 4]);
      exchange(e[2], e[4]);
      exchange(e[3], e[5]);
      exchange(e[1], e[2]);
      exchange(e[3], e[4]);
      exchange(e[5], e[6]);
      put<8>(i, step, e);
    }
  }

  // Distances k and k / 2 of later passes. In steps of k / 2, the first pass exchanges (2, 4),
  // (3, 5), (6, 8), (7, 9) ..., the second (1, 2), (3, 4), (5, 6) ...: from left to right, one
  // entry waits for its partner.
  void two(Size k) const noexcept {
    const Size step = k / 2;
    for (Size i = 0; i < step; ++i) {
      Size at = i + step;
      if (at >= count_) return;
      Doubles e[5];
      e[0] = x_[at];
      for (; at + 4 * step < count_; at += 4 * step) {
        for (Size c = 1; c < 5; ++c) e[c] = x_[at + c * step];
        exchange(e[1], e[3]);
        exchange(e[2], e[4]);
        exchange(e[0], e[1]);
        exchange(e[2], e[3]);
        for (Size c = 0; c < 4; ++c) x_[at + c * step] = e[c];
        e[0] = e[4];
      }
      fetch<5, 1>(at, step, e);
      exchange(e[1], e[3]);
      exchange(e[0], e[1]);
      exchange(e[2], e[3]);
      put<5>(at, step, e);
    }
  }

  Doubles* x_;
  Size count_;
  Size half_;
};

void sort_columns(Doubles* x, Size count) noexcept {
  if (count <= sort_block) {
    sort_at_once<sort_block>(x, count);
    return;
  }
  Size half = sort_block;
  while (2 * half < count) half *= 2;
  sort_columns(x, half);
  sort_columns(x + half, count - half);
  Merge(x, count, half).run();
}

}  // namespace
}  // namespace chiso
