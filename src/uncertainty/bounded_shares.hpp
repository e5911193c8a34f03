#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/sub_stream.hpp"

namespace chiso {

/// Shares between bounds that add up to a total, each such vector as likely as any other.
///
/// Exact, by rejection: all shares but one are exponential with one rate, cut off at their bounds;
/// of independent exponentials with equal rates those with a given sum are uniform, whatever the
/// rate. The rate that makes the mean of the sum right is accepted about once in 2.5 sqrt(shares)
/// times, however narrow the bounds are.
class BoundedShares {
 public:
  /// @param total more than all lowest and less than all highest together
  BoundedShares(std::vector<double> lowest, std::vector<double> highest, double total);

  /// Fills one share a bound.
  void draw(SubStream& stream, double* shares) const;

 private:
  /// An exponential of the rate on [0, width].
  struct Cut {
    double width = 0.0;
    double mass = 0.0;  ///< 1 - exp(-rate width).
  };
  [[nodiscard]] double exponential(const Cut& cut, double uniform) const;

  std::vector<double> lowest_;
  std::vector<double> highest_;
  double total_;
  bool from_highest_ = false;  ///< Distances are from the highest shares, which are the rarer ones.
  double rate_ = 0.0;          ///< Not negative.
  std::vector<Cut> cuts_;
  Size rest_ = 0;  ///< The widest: what the others leave of the total.
};

}  // namespace chiso
