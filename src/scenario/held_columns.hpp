#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/normalize/linear_map.hpp"
#include "scenario/held_result.hpp"

namespace chiso {

/// What another column of one variable makes of all units side by side, each on its own: the nodes
/// above it are worked out by the kernels of an evaluation, the others are those of the base.
class HeldColumns {
 public:
  /// @param held must outlive it; with a tree
  explicit HeldColumns(const HeldResult& held);

  /// One composite a unit, good until the next call: right for the units without scores that were
  /// given and cells that do not apply. Nothing if cells have to be looked at one by one: a rule
  /// says nothing about a value, or a policy demands all children.
  /// @param values of the variable, declared zeros missing
  [[nodiscard]] std::span<const double> composites(Size variable, std::span<const double> values);

  /// Whether the composite of the unit is right.
  [[nodiscard]] bool holds_for(Size unit) const;

 private:
  bool score_leaf(const CompiledLeaf& leaf, const LinearMap& map, std::span<double> out) const;
  void finish(Size node, std::span<double> scores) const;
  /// Where the scores of a node go, from now on in place of the base's.
  [[nodiscard]] std::span<double> room(Size node);

  const HeldResult& held_;
  std::vector<LinearMap> maps_;           ///< By leaf.
  std::vector<double> values_;            ///< Units x columns, column-major.
  std::vector<const double*> variables_;  ///< By column: where it lies.
  std::vector<const double*> scores_;     ///< By node: its column.
  std::vector<std::vector<double>> rooms_;
  std::vector<Size> changed_;  ///< Nodes with a column of their own.
  std::vector<const double*> children_;
};

}  // namespace chiso
