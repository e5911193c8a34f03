#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/bounded_shares.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/share_walk.hpp"

namespace chiso {

/// Vectors of shares of one group, every possible one as likely as any other.
///
/// - Without bounds from above: exponentials divided by their sum, on top of the lowest shares. An
///   order is a matter of sorting.
/// - With bounds, and orders only among shares with the same bounds: BoundedShares, sorted.
/// - Else such draws until one is in order, if at least one in 16 is: found out by trying.
/// - Else ShareWalk.
///
/// The first takes one uniform number a share that varies, the others one in all: a key.
class UniformShares {
 public:
  enum class Way { straight, bounded, tried, walk };

  /// @param purpose tells the keys of groups apart
  UniformShares(ShareRegion region, std::uint64_t purpose);

  [[nodiscard]] Way way() const noexcept { return way_; }
  [[nodiscard]] Size dimensions() const noexcept;

  /// @param uniforms rows of numbers in (0, 1), which may be the rows of `out`
  /// @param out one row a share of the group, fixed ones too
  void draw(const Kernels& kernels, const double* uniforms, Size uniform_stride, Size draws,
            double* out, Size stride) const;

 private:
  void draw_straight(const Kernels& kernels, const double* uniforms, Size uniform_stride,
                     Size draws, double* out, Size stride) const;
  void draw_keyed(double key, double* shares) const;
  [[nodiscard]] bool in_order(const double* shares) const;
  [[nodiscard]] bool is_tried_often_enough() const;

  /// Sorts the shares of rankings: heavier levels get the greater ones, and a level is in the order
  /// in which its shares were drawn, so that all orders within stay equally likely.
  void sort(double* shares) const;

  ShareRegion region_;
  std::uint64_t purpose_;
  Way way_ = Way::straight;
  std::vector<ShareOrder::Ranking> rankings_;  ///< Of straight and bounded.
  std::vector<std::pair<Size, Size>> covers_;  ///< Of tried.
  std::optional<BoundedShares> bounded_;
  std::optional<ShareWalk> walk_;
};

}  // namespace chiso
