#pragma once

#include <utility>

#include "uncertainty/kernel_vector.hpp"

namespace chiso {
namespace {

using Bytes [[gnu::vector_size(vector_bytes)]] = std::uint8_t;

template <int Places, int... I>
CHISO_INLINE Words with_moved_bytes(const Words& x,
                                    std::integer_sequence<int, I...> /*bytes*/) noexcept {
  const auto bytes = reinterpret_cast<Bytes>(x);
  return reinterpret_cast<Words>(
      __builtin_shufflevector(bytes, bytes, (I / 8 * 8 + (I + 8 - Places) % 8)...));
}

/// Without an instruction for it, a rotation is three; one that moves whole bytes can be one.
template <int Rotation>
CHISO_INLINE Words rotated(const Words& x) noexcept {
#if defined(__SSSE3__) && !defined(__AVX512F__)
  if constexpr (Rotation % 8 == 0) {
    return with_moved_bytes<Rotation / 8>(
        x, std::make_integer_sequence<int, static_cast<int>(vector_bytes)>());
  }
#endif
  return x << Rotation | x >> (64 - Rotation);
}

/// Counters that go through Threefry side by side, in vectors: each round waits for the last one,
/// and a single chain leaves most of the processor idle.
inline constexpr Size chains = 8;

/// Threefry2x64 of `chains` vectors of counters with one key, 20 rounds: of 13, which are said to
/// be enough, its authors know a flaw where counters are interleaved as here (Random123,
/// threefry.h).
///
/// Source: Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3.
class Threefry {
 public:
  Threefry(std::uint64_t key_0, std::uint64_t key_1) noexcept
      : key_{key_0, key_1, 0x1bd11bdaa9fc1a22 ^ key_0 ^ key_1} {}

  CHISO_INLINE void operator()(Words* x0, Words* x1) const noexcept {
    inject<0>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<1>(x0, x1);
    mix<16, 32, 24, 21>(x0, x1);
    inject<2>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<3>(x0, x1);
    mix<16, 32, 24, 21>(x0, x1);
    inject<4>(x0, x1);
    mix<16, 42, 12, 31>(x0, x1);
    inject<5>(x0, x1);
  }

 private:
  template <int... Rotations>
  static CHISO_INLINE void mix(Words* x0, Words* x1) noexcept {
    (mix_once<Rotations>(x0, x1), ...);
  }

  template <int Rotation>
  static CHISO_INLINE void mix_once(Words* x0, Words* x1) noexcept {
    for (Size c = 0; c < chains; ++c) {
      x0[c] += x1[c];
      x1[c] = rotated<Rotation>(x1[c]) ^ x0[c];
    }
  }

  template <std::uint64_t Times>
  CHISO_INLINE void inject(Words* x0, Words* x1) const noexcept {
    for (Size c = 0; c < chains; ++c) {
      x0[c] += key_[Times % 3];
      x1[c] += key_[(Times + 1) % 3] + Times;
    }
  }

  std::uint64_t key_[3];  // NOLINT(modernize-use-default-member-init): it has no default.
};

/// In (0, 1): the upper 52 bits as the mantissa of a number from 1 to 2, less what is above 1 but
/// for half a step. The difference is exact.
CHISO_INLINE Doubles unit_interval(const Words& random) noexcept {
  const Words mantissa = random >> 12 | 0x3ff0000000000000;
  return reinterpret_cast<Doubles>(mantissa) - (1.0 - 0x1p-53);
}

void uniforms(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, Size rows, Size draws,
              Size stride, double* out) {
  const Threefry threefry(seed, stream);
  Words lane;
  for (Size l = 0; l < lanes; ++l) lane[l] = static_cast<std::uint64_t>(l);
  for (Size row = 0; row < rows; row += 2 * chains) {
    for (Size j = 0; j < padded(draws); j += lanes) {
      Words x[2][at(chains)];
      for (Size c = 0; c < chains; ++c) {
        x[0][c] = lane + (first + static_cast<std::uint64_t>(j));
        x[1][c] = Words{} + static_cast<std::uint64_t>(row / 2 + c);
      }
      threefry(x[0], x[1]);
      // Rows beyond the last one are written to it, before what it shall have.
      for (Size i = 2 * chains - 1; i >= 0; --i) {
        const Size to = row + i < rows ? row + i : rows - 1;
        store(out + to * stride + j, unit_interval(x[i % 2][i / 2]));
      }
    }
  }
}

/// Logarithms that are worked out side by side, for the same reason as `chains`.
inline constexpr Size logs_at_once = 4;

/// u becomes -log(u), of normal u in (0, 1), off by at most 1e-15 of itself. A division and some 25
/// other operations, half of what elementary::log() takes, which is nearer and knows all numbers.
///
/// u = m 2^k with m from sqrt(1/2) to sqrt(2), and log m = 2 atanh(s), s = (m - 1) / (m + 1). What
/// follows the first term of the series, by powers of s^2 <= 0.0295, is the polynomial that meets
/// it in the 7 Chebyshev points: within 4e-18 of the logarithm.
CHISO_INLINE void to_negative_logs(Doubles* u) noexcept {
  constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcd;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  constexpr std::uint64_t mantissa = 0x000fffffffffffff;
  constexpr double highest = 0x1.2b584aae78a57p-3;
  constexpr double others[] = {0x1.39fe606542ddep-3,
                               0x1.7462b4ab2ef6bp-3,
                               0x1.c71c62e5800a1p-3,
                               0x1.2492492df148dp-2,
                               0x1.99999999952e2p-2,
                               0x1.5555555555558p-1,
                               2.0};
  Doubles minus_k[at(logs_at_once)];
  Doubles minus_s[at(logs_at_once)];
  Doubles z[at(logs_at_once)];
  Doubles series[at(logs_at_once)];
  for (Size i = 0; i < logs_at_once; ++i) {
    const Words shifted = reinterpret_cast<Words>(u[i]) + (one - root_half);
    const Doubles m = reinterpret_cast<Doubles>((shifted & mantissa) + root_half);
    // A whole number below 2^52 in the mantissa of 2^52.
    const Doubles exponent = reinterpret_cast<Doubles>(shifted >> 52 | 0x4330000000000000);
    minus_k[i] = (0x1p52 + 1023.0) - exponent;
    minus_s[i] = (1.0 - m) / (1.0 + m);
    z[i] = minus_s[i] * minus_s[i];
    series[i] = Doubles{} + highest;
  }
  for (const double coefficient : others) {
    for (Size i = 0; i < logs_at_once; ++i) series[i] = series[i] * z[i] + coefficient;
  }
  for (Size i = 0; i < logs_at_once; ++i) {
    u[i] = minus_k[i] * 0x1.62e42fefa39efp-1 + minus_s[i] * series[i];
  }
}

template <bool Uniforms>
void to_shares_in(double* const* rows, Size count, Size draws, const double* lowest,
                  double room) noexcept {
  for (Size j = 0; j < draws; j += lanes) {
    Doubles sum{};
    for (Size k = 0; k < count; k += logs_at_once) {
      Doubles x[at(logs_at_once)];
      for (Size i = 0; i < logs_at_once; ++i) {
        x[i] = load(rows[k + i < count ? k + i : count - 1] + j);
      }
      if constexpr (Uniforms) to_negative_logs(x);
      for (Size i = 0; i < logs_at_once && k + i < count; ++i) {
        if constexpr (Uniforms) store(rows[k + i] + j, x[i]);
        sum += x[i];
      }
    }
    const Doubles factor = room / sum;
    for (Size k = 0; k < count; ++k) {
      store(rows[k] + j, lowest[k] + load(rows[k] + j) * factor);
    }
  }
}

void to_shares(double* const* rows, Size count, Size draws, const double* lowest, double room,
               bool uniforms) {
  if (uniforms) {
    to_shares_in<true>(rows, count, draws, lowest, room);
  } else {
    to_shares_in<false>(rows, count, draws, lowest, room);
  }
}

}  // namespace
}  // namespace chiso
