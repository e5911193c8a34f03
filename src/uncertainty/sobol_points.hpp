#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// The first 2^m points of the Sobol sequence, with the direction numbers of Joe and Kuo and Owen's
/// nested uniform scrambling: each point is uniform in the cube, and together they are a net.
///
/// A coordinate depends on the seed, its dimension, its point and the number of points alone.
/// Source: Joe and Kuo, SIAM Journal on Scientific Computing 30 (2008); Owen, Randomly permuted
/// (t, m, s)-nets and (t, s)-sequences, in Monte Carlo and Quasi-Monte Carlo Methods (1995).
class SobolPoints {
 public:
  /// As many as there are direction numbers of.
  static const Size most_dimensions;

  /// @param dimensions 1 ... most_dimensions
  /// @param points a power of two
  SobolPoints(Size dimensions, Size points, std::uint64_t seed);

  /// Before it is scrambled, as a share of 2^64. In the order of Gray's code, as all direction
  /// numbers are tabulated for (Antonov and Saleev 1979); the first point is 0.
  [[nodiscard]] std::uint64_t plain(Size dimension, Size point) const noexcept;

  /// Coordinates in one dimension of points first, first + 1 ...; in (0, 1), 52 bits each.
  void fill(Size dimension, Size first, std::span<double> out) const noexcept;

 private:
  int bits_;  ///< That the points differ in: m.
  std::uint64_t seed_;
  std::vector<std::uint64_t> directions_;  ///< By dimension, m each.
};

}  // namespace chiso
