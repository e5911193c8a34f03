#pragma once

#include <utility>

#include "uncertainty/kernel_vector.hpp"

/// Sorting many columns at once, descending: `x[i]` holds the i-th entries of `lanes` columns.
///
/// Source: Batcher (1968), Sorting networks and their applications; the form is that of Knuth, The
/// Art of Computer Programming 3, algorithm 5.2.2M: 543 exchanges for 64 entries.
namespace chiso {
namespace {

/// The greater of each lane first. Two instructions: no NaN, no two zeros.
CHISO_INLINE void exchange(Doubles& a, Doubles& b) noexcept {
  const Doubles greater = a > b ? a : b;
  b = a < b ? a : b;
  a = greater;
}

/// The exchanges that sort `Count` entries, each half and both halves' parts first, so that what a
/// processor has in registers is used for long.
template <int Count>
struct Network {
  int exchanges = 0;
  int upper[600] = {};
  int lower[600] = {};

  constexpr Network() { sort(0, size()); }

 private:
  static constexpr int size() {
    int power = 1;
    while (power < Count) power *= 2;
    return power;
  }

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

  // Entries beyond the count are less than all: an exchange with one changes nothing.
  constexpr void add(int i, int distance) {
    if (i + distance >= Count) return;
    upper[exchanges] = i;
    lower[exchanges] = i + distance;
    ++exchanges;
  }
};

template <int Count>
inline constexpr Network<Count> network;

template <int Count, int... I>
CHISO_INLINE void run_network(Doubles* x, std::integer_sequence<int, I...> /*exchanges*/) noexcept {
  constexpr auto& all = network<Count>;
  Doubles entries[Count];
  for (int i = 0; i < Count; ++i) entries[i] = x[i];
  (exchange(entries[all.upper[I]], entries[all.lower[I]]), ...);
  for (int i = 0; i < Count; ++i) x[i] = entries[i];
}

template <int Count>
[[gnu::noinline]] void sort_block(Doubles* x) noexcept {
  run_network<Count>(x, std::make_integer_sequence<int, network<Count>.exchanges>());
}

}  // namespace
}  // namespace chiso
