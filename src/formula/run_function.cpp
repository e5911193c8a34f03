#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/elementary.hpp"
#include "base/multiversion.hpp"
#include "base/rounded.hpp"
#include "formula/operations.hpp"
#include "formula/pass_loops.hpp"

namespace chiso::passes {
namespace {

CHISO_MULTIVERSION
void run_logarithm(const Block& block) { unary<&operations::logarithm>(block); }

CHISO_MULTIVERSION
void run_exponential(const Block& block) { unary<&operations::exponential>(block); }

/// @returns how many rows are too large, and mean nothing yet
CHISO_MULTIVERSION
Size round_most(const double* a, double scale, double* out, Size n) {
  Size left = 0;
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) {
    double quick = 0.0;
    const bool done = quick_round(a[i], scale, quick);
    left += done ? 0 : 1;
    out[i] = quick;
  }
  return left;
}

void run_round(const double* a, int decimals, double* out, Size n) {
  if (round_most(a, powers_of_ten[static_cast<std::size_t>(decimals)], out, n) == 0) return;
  for (Size i = 0; i < n; ++i) out[i] = rounded(a[i], decimals);
}

CHISO_MULTIVERSION
void run_whole_power(const double* a, int exponent, double* out, Size n) {
  constexpr Size piece = 256;
  const int positive = exponent < 0 ? -exponent : exponent;
  for (Size first = 0; first < n; first += piece) {
    const Size rows = std::min(piece, n - first);
    double base[piece];
    double result[piece];
    for (Size i = 0; i < rows; ++i) {
      base[i] = a[first + i];
      const double one = base[i] == base[i] ? 1.0 : operations::missing;
      result[i] = positive % 2 == 1 ? base[i] : one;
    }
    for (int bits = positive / 2; bits > 0; bits /= 2) {
      for (Size i = 0; i < rows; ++i) base[i] *= base[i];
      if (bits % 2 == 0) continue;
      for (Size i = 0; i < rows; ++i) result[i] *= base[i];
    }
    if (exponent < 0) {
      CHISO_INDEPENDENT
      for (Size i = 0; i < rows; ++i) {
        const double inverse = 1.0 / result[i];
        out[first + i] = a[first + i] == 0.0 ? operations::missing : inverse;
      }
    } else {
      for (Size i = 0; i < rows; ++i) out[first + i] = result[i];
    }
  }
}

/// Whether x^y is not elementary::power_of_positive(x, y).
CHISO_INLINE bool is_special(double x, double y) noexcept {
  const double magnitude = std::fabs(y);
  const bool multiplied =
      (magnitude <= elementary::most_multiplied) & (std::floor(magnitude) == magnitude);
  const bool positive = (x > 0.0) & (x < operations::infinity);
  return !positive | multiplied | (y != y);
}

template <class X, class Y>
CHISO_INLINE Size power_loop(X x, Y y, double* out, Size n) {
  Size special = 0;
  for (Size i = 0; i < n; ++i) special += is_special(x[i], y[i]) ? 1 : 0;
  CHISO_INDEPENDENT
  for (Size i = 0; i < n; ++i) out[i] = elementary::power_of_positive(x[i], y[i]);
  return special;
}

/// @returns how many rows mean nothing yet
CHISO_MULTIVERSION
Size power_of_most(const Block& block) {
  const Source& a = block.pass.a;
  const Source& b = block.pass.b;
  if (!Block::varies(a)) {
    return power_loop(Fixed{a.constant}, Varying{block.column(b)}, block.out(), block.rows);
  }
  const Varying x{block.column(a)};
  return Block::varies(b) ? power_loop(x, Varying{block.column(b)}, block.out(), block.rows)
                          : power_loop(x, Fixed{b.constant}, block.out(), block.rows);
}

void run_power(const Block& block) {
  if (power_of_most(block) == 0) return;
  const Source& a = block.pass.a;
  const Source& b = block.pass.b;
  double* out = block.out();
  for (Size i = 0; i < block.rows; ++i) {
    const double x = Block::varies(a) ? block.column(a)[i] : a.constant;
    const double y = Block::varies(b) ? block.column(b)[i] : b.constant;
    if (is_special(x, y)) out[i] = elementary::power(x, y);
  }
}

}  // namespace

bool run_function(const Block& block) {
  const Pass& pass = block.pass;
  switch (pass.kind) {
    case PassKind::logarithm:
      run_logarithm(block);
      return true;
    case PassKind::exponential:
      run_exponential(block);
      return true;
    case PassKind::round:
      run_round(block.column(pass.a), pass.count, block.out(), block.rows);
      return true;
    case PassKind::whole_power:
      run_whole_power(block.column(pass.a), pass.count, block.out(), block.rows);
      return true;
    case PassKind::power:
      run_power(block);
      return true;
    default:
      return false;
  }
}

}  // namespace chiso::passes
