#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/elementary.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {

/// Random numbers of one draw, one after the other; they depend on seed, stream and the draw's
/// number alone. The uniform ones are those of Kernels::uniforms, row by row.
///
/// For draws that take a number of them that is not known beforehand. All is plain arithmetic, the
/// same bits everywhere.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream, std::uint64_t draw) noexcept
      : seed_(seed), stream_(stream), draw_(draw) {}

  /// In (0, 1).
  [[nodiscard]] double uniform() noexcept {
    if (used_ == 2) {
      words_ = threefry(seed_, stream_, draw_, count_++);
      used_ = 0;
    }
    return unit_interval(words_[used_++]);
  }

  /// Mean 0, variance 1. Marsaglia and Bray, SIAM Review 6 (1964), the polar method.
  [[nodiscard]] double normal() noexcept {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double x = 0.0;
    double y = 0.0;
    double square = 0.0;
    do {
      x = 2.0 * uniform() - 1.0;
      y = 2.0 * uniform() - 1.0;
      square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    const double factor = std::sqrt(-2.0 * elementary::log(square) / square);
    spare_ = y * factor;
    has_spare_ = true;
    return x * factor;
  }

  /// Chi-square of so many degrees of freedom, positive. Marsaglia and Tsang, ACM Transactions on
  /// Mathematical Software 26 (2000).
  [[nodiscard]] double chi_square(double freedom) noexcept {
    const double shape = freedom / 2.0;
    if (shape < 1.0) {
      const double bigger = chi_square(freedom + 2.0);
      return bigger * elementary::exp(elementary::log(uniform()) / shape);
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
      const double x = normal();
      const double root = 1.0 + c * x;
      if (root <= 0.0) continue;
      const double v = root * root * root;
      if (elementary::log(uniform()) < 0.5 * x * x + d - d * v + d * elementary::log(v)) {
        return 2.0 * d * v;
      }
    }
  }

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t draw_;
  std::uint64_t count_ = 0;
  std::array<std::uint64_t, 2> words_{};
  std::size_t used_ = 2;
  double spare_ = 0.0;
  bool has_spare_ = false;
};

}  // namespace chiso
