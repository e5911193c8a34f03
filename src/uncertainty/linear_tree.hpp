#pragma once

#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// The scores of one node as linear functions of shares below it.
///
/// Shares are multiplied on the way down, which would not be linear; but what is left of 1 at a
/// node is: the *flow* of a node is the product of the varied shares from the root of the analysis
/// down to it. The flows of siblings add up to their parent's, a bound of a share is a multiple of
/// the parent's flow, and the score is a sum of coefficient * flow.
class LinearTree {
 public:
  /// @param root node whose scores are wanted
  /// @param varies by node: criteria whose children's shares vary
  /// @throws SpecError with every criterion at or above a varied one that is not linear: another
  ///   aggregation than a mean or a sum, a cap that may cut, a sum without known maxima; DataError
  ///   with units for which the weights of missing children are given to their siblings.
  LinearTree(const Scores& base, Size root, std::vector<char> varies);

  /// Flow 0 is the root's, 1; the others are those of nodes with a share, parents first.
  [[nodiscard]] Size flows() const noexcept { return std::ssize(nodes_); }
  [[nodiscard]] Size node(Size flow) const noexcept { return nodes_[at(flow)]; }
  /// The flow that a node has, or that of the nearest node above; -1: not below the root.
  [[nodiscard]] Size flow_of(Size node) const noexcept { return flow_of_[at(node)]; }
  /// That of the parent.
  [[nodiscard]] Size above(Size flow) const noexcept { return above_[at(flow)]; }
  /// Share in the parent as the definition has it.
  [[nodiscard]] double nominal(Size flow) const noexcept { return nominal_[at(flow)]; }

  /// Positions in the scores of the units that have one.
  [[nodiscard]] std::span<const Size> units() const noexcept { return units_; }
  /// Of a unit (by position in units()), by flow.
  [[nodiscard]] std::span<const double> coefficients(Size unit) const noexcept {
    return {coefficients_.data() + unit * flows(), at(flows())};
  }

 private:
  std::vector<Size> nodes_;
  std::vector<Size> above_;
  std::vector<double> nominal_;
  std::vector<Size> flow_of_;  ///< By node.
  std::vector<Size> units_;
  std::vector<double> coefficients_;
};

}  // namespace chiso
