#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "chiso/scenario/causes.hpp"
#include "evaluate/one_unit.hpp"

namespace chiso {

/// One of two results that are compared, with the unit that is.
struct Side {
  Side(const Scores& of, Size unit) : scores(of), one(of, unit) {}

  [[nodiscard]] const Compiled& compiled() const noexcept { return one.compiled(); }
  [[nodiscard]] const Criterion& criterion(Size node) const { return compiled().index.node(node); }

  const Scores& scores;
  OneUnit one;
};

/// A cause at a node itself, in points of the node.
struct OwnCause {
  Cause::Kind kind;
  double points;
  std::string detail;
};

/// What of a child may have changed for its parent.
enum class Moved {
  own,     ///< The unit's own score, or nothing.
  others,  ///< Only the scores of others, with which the parent compares it.
  both
};

/// How the change of one node is split over its children and itself, in points of the node.
struct NodeSplit {
  std::vector<double> children;  ///< By child that both sides have.
  /// The same for a very small change of the child, per point of it: what its share over its change
  /// comes near to as the change goes to 0. Where it is wanted.
  std::vector<double> slopes;
  std::vector<Moved> moved;
  std::vector<OwnCause> own;  ///< By kind.
  Split split = Split::none;

  /// All causes, each counted as positive: what its net change is to be compared with.
  [[nodiscard]] double size() const noexcept;
};

/// The whole difference as one cause.
[[nodiscard]] NodeSplit unsplit(Cause::Kind kind, double points, std::string detail,
                                std::size_t children = 0);

/// A leaf that both sides have.
[[nodiscard]] NodeSplit split_leaf(const Side& before, const Side& after, const CompiledLeaf& was,
                                   const CompiledLeaf& is);

/// Children of two criteria with one code: nodes of `before` and of `after`, in the order of
/// `after`.
[[nodiscard]] std::vector<std::pair<Size, Size>> common_children(const Side& before,
                                                                 const Side& after, Size was,
                                                                 Size is);

/// A criterion that both sides have. @param wanted by common child: whether its slope is.
[[nodiscard]] NodeSplit split_criterion(const Side& before, const Side& after,
                                        const CompiledCriterion& was, const CompiledCriterion& is,
                                        const std::vector<char>& wanted);

/// "5.2 -> 6.1", a missing score in words.
[[nodiscard]] std::string moved_text(double before, double after);

/// What differs between two definitions of a criterion's children or of itself, in words.
[[nodiscard]] std::string weights_text(const Side& before, const Side& after,
                                       const CompiledCriterion& was, const CompiledCriterion& is);
[[nodiscard]] std::string structure_text(const Side& before, const Side& after,
                                         const CompiledCriterion& was, const CompiledCriterion& is);
[[nodiscard]] std::string aggregation_text(const Side& before, const Side& after,
                                           const CompiledCriterion& was,
                                           const CompiledCriterion& is);

/// What differs between two leaves: their rules, and the anchors of their normalisers.
[[nodiscard]] std::string rule_text(const Side& before, const Side& after, Size was, Size is);
[[nodiscard]] std::string anchors_text(Normaliser::Method method, const FittedAnchor& was,
                                       const FittedAnchor& is);

}  // namespace chiso
