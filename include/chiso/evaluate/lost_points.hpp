#pragma once

#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// What a node lacks of the best composite, in points of the composite.
struct LostPoints {
  /// Of the composite: its highest score less its score; 0 if it has more. The points of siblings
  /// and their parent's `unsplit` add up to the parent's points. NaN: not known for this node on
  /// its own, the points stand in `unsplit` of a node above; counts as 0 in the sum.
  double points = 0.0;

  /// Of an inner node: the part of its points that is not known by child, because nothing limits
  /// the best score of some of them, or no child could do better.
  double unsplit = 0.0;

  /// Whether the points rest on Unsplit::proportional.
  bool assumed = false;
};

/// What to do with points that are lost for certain, but in which child nobody knows.
enum class Unsplit {
  apart,        ///< They stay with the parent.
  proportional  ///< Given to those children in proportion to what they bring, their scores times
                ///< weights: as if each had lost the same share of an unknown maximum. An
                ///< assumption. Not below Copeland.
};

/// The points that a unit lacks, from the composite down, one a node in the order of the index.
///
/// A node's points are split over its children in proportion to what the node itself would gain if
/// that child alone reached its best. In a linear tree in which every maximum is known that is what
/// the composite would gain (`ExplainedNode::at_stake`). Where no child alone gains anything (a
/// minimum of equal children), equally over those that are below their best. A child that takes no
/// part (missing and left out, not applicable, of weight 0) has lost nothing; nor has a bonus,
/// which is not part of any maximum: where bonuses make good for lost points, all that were lost
/// count for less.
///
/// Where nothing limits some of the children, the others get what the composite would gain by them,
/// and the rest is not split. Nothing is known of the children of Copeland.
///
/// @throws NotFoundError with the nearest name; DataError if the unit has no composite score, or
///         nothing limits the composite, with the remedy.
[[nodiscard]] std::vector<LostPoints> lost_points(const Scores& scores, std::string_view unit,
                                                  Unsplit unsplit = Unsplit::apart);

}  // namespace chiso
