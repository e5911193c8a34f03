#pragma once

#include <span>
#include <vector>

#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// How one node is scored from its variables or its children: the rules that every evaluation of
/// whole columns goes by. Only refers to what it is made from.
///
/// Columns hold the units [first, first + out.size()) of the input.
class NodeRules {
 public:
  /// @param excluded see excluded_units()
  NodeRules(const Compiled& compiled, const Input& input, const GivenCells& given,
            const std::vector<std::vector<Size>>& excluded)
      : compiled_(compiled), input_(input), given_(given), excluded_(excluded) {}

  /// Whether the places of all units are the leaf's scores.
  [[nodiscard]] static bool ranks(const CompiledLeaf& leaf) noexcept;

  /// Places of all units of the input, as a normaliser counts them.
  void rank(const CompiledLeaf& leaf, std::vector<double>& out) const;

  /// @param map of a leaf with a linear map or normaliser
  /// @param ranked of a leaf that ranks: what rank() gave
  /// @param variables by column of the compiled
  /// @returns whether the rule says nothing about some value
  [[nodiscard]] bool score_leaf(const CompiledLeaf& leaf, const LinearMap& map,
                                std::span<const double> ranked,
                                std::span<const double* const> variables, Size first,
                                std::span<double> out) const;

  /// A formula might make something of a value that is not there: nothing where the leaf does not
  /// apply, unless that is as if it were missing.
  void leave_not_applicable(const CompiledLeaf& leaf, Size first, std::span<double> out) const;

  /// The aggregate, before finish_inner().
  /// @param children by position in inner.children; for Copeland all units of the input
  void aggregate_children(const CompiledCriterion& inner, std::span<const double* const> children,
                          Size first, std::span<double> out) const;

  /// Cap and given scores.
  void finish_inner(const CompiledCriterion& inner, Size first, std::span<double> out) const;

  /// Whether a gap in the child is one that its parent, whose policy is `error`, does not put up
  /// with.
  [[nodiscard]] bool is_demanded(const CompiledCriterion& inner, Size child, Size unit) const;

  /// Whether there is such a gap.
  [[nodiscard]] bool lacks_child(const CompiledCriterion& inner,
                                 std::span<const double* const> children, Size first,
                                 Size units) const;

 private:
  void fill_not_applicable(const CompiledLeaf& leaf, Size first, std::span<double> out,
                           double value) const;
  void aggregate_without_excluded(const CompiledCriterion& inner,
                                  std::span<const double* const> children, Size first,
                                  std::span<double> out) const;
  void compare_without_excluded(const CompiledCriterion& inner,
                                std::span<const double* const> children,
                                std::span<double> out) const;
  void put_given(Size node, Size first, std::span<double> out) const;
  void finish(Size node, std::span<double> scores) const;

  const Compiled& compiled_;
  const Input& input_;
  const GivenCells& given_;
  const std::vector<std::vector<Size>>& excluded_;
};

}  // namespace chiso
