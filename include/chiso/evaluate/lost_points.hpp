#pragma once

#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// What a node lacks of the best composite, in points of the composite.
struct LostPoints {
  /// Of the composite: its highest score less its score. The points of siblings and their parent's
  /// `unsplit` add up to the parent's points. NaN: not known for this node on its own.
  double points = 0.0;

  /// Of an inner node: the part of its points that is not known by child, because nothing limits
  /// the best score of some of them.
  double unsplit = 0.0;

  /// Whether the points rest on Unsplit::proportional.
  bool assumed = false;
};

/// What to do with points that are lost for certain, but in which child nobody knows.
enum class Unsplit {
  apart,        ///< They stay with the parent.
  proportional  ///< Given to those children in proportion to their scores times weights: as if each
                ///< had lost the same share of an unknown maximum. An assumption.
};

/// The points that a unit lacks, from the composite down, one a node in the order of the index.
///
/// A node's points are split over its children in proportion to what the composite would gain if
/// that child alone reached its best (`ExplainedNode::at_stake`). In a linear tree that is the gain
/// itself. Where no child alone gains anything (a minimum of equal children), equally over those
/// that are below their best. A child that takes no part (missing and left out) has lost nothing.
///
/// @throws NotFoundError with the nearest name; DataError if the unit has no composite score, or
///         nothing limits the composite, with the remedy.
[[nodiscard]] std::vector<LostPoints> lost_points(const Scores& scores, std::string_view unit,
                                                  Unsplit unsplit = Unsplit::apart);

}  // namespace chiso
