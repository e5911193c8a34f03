#pragma once

#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/sub_stream.hpp"

namespace chiso {

/// Shares between bounds and in an order, nearly uniform: hit-and-run that moves some of one share
/// to another, each step uniform on what bounds and orders leave. Every draw is a walk of its own
/// from one inner point.
///
/// A walk has n (20 + 2 h^2) steps for n shares and a longest chain of h: differences along a chain
/// of h die out in about n h^2 / 5 steps, so what is left of the start is below exp(-10). Tested
/// against exact draws. Source: Smith, Operations Research 32 (1984).
class ShareWalk {
 public:
  explicit ShareWalk(const ShareRegion& region);

  void draw(SubStream& stream, double* shares) const;

  [[nodiscard]] Size steps() const noexcept { return steps_; }

 private:
  /// Neighbours of one share in the order.
  struct Place {
    double lowest = 0.0;
    double highest = 1.0;
    std::vector<Size> above;
    std::vector<Size> below;
  };

  std::vector<double> start_;
  std::vector<Place> places_;
  Size steps_;
};

}  // namespace chiso
