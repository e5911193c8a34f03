#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/share_order.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// What the shares of one group may be: between bounds, in an order, adding up to 1.
struct ShareLimits {
  explicit ShareLimits(std::vector<std::string> of)
      : names(std::move(of)),
        lowest(names.size(), 0.0),
        highest(names.size(), 1.0),
        order(std::ssize(names)) {}

  std::vector<std::string> names;
  std::vector<double> lowest;
  std::vector<double> highest;
  ShareOrder order;  ///< Need not be closed.
};

/// The same without what is fixed and with bounds that take the order into account. It has volume:
/// at least two shares, which can move each way.
struct ShareRegion {
  std::vector<Size> free;  ///< Positions in the limits, ascending; what follows is in their order.
  std::vector<double> lowest;
  std::vector<double> highest;
  double total = 1.0;       ///< What the free shares add up to.
  ShareOrder order{0};      ///< Closed.
  std::vector<double> all;  ///< By position in the limits: the fixed shares; 0 of free ones.

  /// A point inside all bounds and orders, none of which it touches.
  [[nodiscard]] std::vector<double> inner_point() const;

  /// Shares of the longest chain of the order, at least 1.
  [[nodiscard]] Size height() const;
};

/// @returns nothing, and a problem, if no vector of shares or only a single one is possible
[[nodiscard]] std::optional<ShareRegion> region_of(ShareLimits limits, SourceProblems& problems);

}  // namespace chiso
