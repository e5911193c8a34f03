#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/sampler.hpp"
#include "uncertainty/sobol_points.hpp"

namespace chiso {

/// The two independent samples that Sobol indices start from, A and B: half of the coordinates of
/// scrambled Sobol points each.
///
/// Low dimensions are the best, and there are not endlessly many: sources are served in the order
/// of how many numbers they take, then of their names. Those that do not fit draw pseudo-random
/// numbers.
class SobolBase {
 public:
  enum class Side { a, b };

  /// @param rows a power of two
  SobolBase(const Sampler& sampler, std::span<const Source> sources, Size rows, std::uint64_t seed);

  /// Rows first, first + 1 ... of one of the samples, as many as `draws` has.
  void draw(Side side, Size first, DrawTable& draws) const;

  /// "scrambled Sobol points of 84 dimensions; pseudo-random numbers for 'measurement' (2520)".
  [[nodiscard]] std::string describe() const;

 private:
  const Sampler* sampler_;
  std::span<const Source> sources_;
  Size rows_;
  std::vector<std::optional<Size>> starts_;  ///< First dimension of each source within its half.
  Size half_ = 0;                            ///< Dimensions of one sample.
  std::optional<SobolPoints> points_;
};

}  // namespace chiso
