#pragma once

#include <string>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// How one node of one unit came about.
struct ExplainedNode {
  Size node = 0;
  double score = 0.0;
  double lowest = 0.0;   ///< Worst score that the node can have; -infinity if nothing limits it.
  double highest = 0.0;  ///< Best score that it can have.
  double weight =
      0.0;  ///< Share in its parent as it was used (after renormalising); NaN if it took no part.

  /// Points of the composite that the node brings. The contributions of siblings add up to their
  /// parent's for every aggregation but Copeland (NaN): a child's part is its score times the
  /// parent's marginal change, which is exact because all of them are homogeneous of degree one
  /// (Euler's theorem).
  double contribution = 0.0;

  /// highest - score: points lost on the node's own scale. Of a penalty, score - lowest.
  double lost = 0.0;

  /// What the composite would gain if this node alone reached its highest score (a penalty its
  /// lowest), all else equal. In
  /// a linear tree the leaves' add up to what the composite lacks. NaN below Copeland or where
  /// nothing limits the node.
  double at_stake = 0.0;

  double rank = 0.0;    ///< Competition rank among the units on this node.
  std::string measure;  ///< Of a leaf: "entry = 7.56", "done / received * 100 = 92.3".
  std::string rule;  ///< Of a leaf: its rule in words, with the anchors used; else the aggregation.
                     ///< "set directly" where the score was given: nothing below it brings points.
  std::string remarks;  ///< What policies did here.
};

/// One unit's tree, in the order of the index's nodes.
/// @throws NotFoundError with the nearest name.
[[nodiscard]] std::vector<ExplainedNode> explain(const Scores& scores, std::string_view unit);

}  // namespace chiso
