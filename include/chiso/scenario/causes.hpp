#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// One part of a difference between two scores, in points of the composite.
struct Cause {
  enum class Kind {
    value,        ///< The measure of a leaf: the unit's own data.
    others,       ///< The data of other units, through a rank normaliser or Copeland.
    given,        ///< A score that was set directly, on one side or both.
    rule,         ///< The rule of a leaf (its maximum and polarity too).
    anchors,      ///< The anchors of a leaf's normaliser.
    parameters,   ///< The parameters that a leaf's formula uses.
    weights,      ///< The weights of a criterion's children.
    aggregation,  ///< How a criterion puts its children together: method, power, factors, cap,
                  ///< missing-data policy.
    structure,    ///< Children that only one of the two has, and what that does to the others'
                  ///< weights.
    whole         ///< A node whose parts cannot be told from each other; `detail` says why.
  };
  Kind kind = Kind::value;
  std::string code;     ///< Node; of the second definition where both have it.
  double points = 0.0;  ///< Of the composite.
  std::string detail;   ///< In words: "5.2 -> 6.1", "min 0.3 -> 0.2", "weights: time 10 -> 15".
};

/// How the difference at a criterion was split over its children and itself.
enum class Split {
  linear,          ///< Exact and the only one: change of child times its share. Where shares
                   ///< change too, the mean of both orders (Shapley's value in closed form).
  shapley,         ///< Shapley's value over children and definition, by all subsets.
  aumann_shapley,  ///< The integral of the marginal change along the straight way from one to the
                   ///< other (Aumann and Shapley 1974), where there are too many children for all
                   ///< subsets.
  none             ///< Not split.
};

/// One node on both sides, and what its change is to the composite.
struct CausedNode {
  std::string code;
  Size parent = -1;     ///< Position in Causes::nodes; -1: the composite.
  double before = 0.0;  ///< Score; NaN: no score, or not in this definition.
  double after = 0.0;
  double points = 0.0;  ///< All causes at and below the node.
  double own = 0.0;     ///< The causes at the node itself: a leaf's all, a criterion's definition.
  Split split = Split::linear;  ///< Of an inner node.
};

/// The difference of two composites and its causes.
struct Causes {
  double before = 0.0;
  double after = 0.0;
  std::vector<Cause>
      parts;  ///< By node, then kind; only those that are not 0. They add up to after - before.
  std::vector<CausedNode> nodes;  ///< The union of both trees, parents first; points of children
                                  ///< and `own` add up to their parent's.
};

/// Why a score is not the other: of a scenario and its base, two periods, two units, self-score and
/// appraisal, two definitions. Nodes are matched by code.
///
/// At each criterion the difference is split over its children and its own definition so that the
/// parts add up (Shapley 1953; Owen 1977 for the nesting); what a child is given is then split
/// over what is below it in proportion to the child's own causes. Trees of sums and arithmetic
/// means with unchanged definitions have just one answer, and this is it.
///
/// @param unit in `before`; @param other in `after`, empty: the same.
/// @throws NotFoundError with the nearest name; DataError if one of the two has no composite score,
///         with the reason.
[[nodiscard]] Causes causes(const Scores& before, const Scores& after, std::string_view unit,
                            std::string_view other = {});

[[nodiscard]] std::string_view name(Cause::Kind kind) noexcept;
[[nodiscard]] std::string_view name(Split split) noexcept;

}  // namespace chiso
