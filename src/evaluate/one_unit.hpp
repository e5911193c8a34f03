#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// The children of one node as they took part for one unit.
struct Parts {
  std::vector<double> scores;
  std::vector<double> weights;  ///< As used: renormalised; 0 for a child that took no part, as none
                                ///< does where the node's score was given.
  std::vector<char> excluded;
  std::vector<double> scale;  ///< Of a sum: from the points of each child to the score.

  [[nodiscard]] bool takes_part(std::size_t k) const noexcept { return weights[k] != 0.0; }
};

/// The children of a node with these scores, those of `excluded` not applying. Of a node whose
/// score was not given.
[[nodiscard]] Parts parts_of(const CompiledCriterion& inner, std::vector<double> scores,
                             std::vector<char> excluded);

/// How fast an aggregate, before its factor and its cap, changes with each child; NaN for Copeland.
[[nodiscard]] std::vector<double> plain_slopes(const Aggregation& how, const Parts& parts,
                                               double aggregate);

/// Position of a unit in Scores::units().
/// @throws NotFoundError that says which result has no such unit, with the nearest name.
[[nodiscard]] Size position_of(const Scores& scores, std::string_view unit);

/// The first few of a list of codes, for a message.
[[nodiscard]] std::string some_of(std::span<const std::string> codes);

/// One unit's tree as it was scored, and how it would have been scored with other children.
class OneUnit {
 public:
  /// @param scores must outlive it
  OneUnit(const Scores& scores, Size unit);

  [[nodiscard]] Size unit() const noexcept { return unit_; }
  [[nodiscard]] const Compiled& compiled() const noexcept { return compiled_; }
  [[nodiscard]] const Input& input() const noexcept { return input_; }

  [[nodiscard]] double score(Size node) const;
  [[nodiscard]] double highest(Size node) const;

  /// Whether more of a node is less of the composite: a penalty, or a part of one.
  [[nodiscard]] bool is_cost(Size node) const;

  /// The score that is best for the composite; infinite if nothing limits it.
  [[nodiscard]] double best(Size node) const;

  /// What the node's own score lacks of its best; NaN if nothing limits that.
  [[nodiscard]] double lost(Size node) const;

  /// Whether its score was set directly: whatever is below it brings nothing.
  [[nodiscard]] bool is_given(Size node) const { return given_.has(node, unit_); }

  /// Whether the node's parent goes without it.
  [[nodiscard]] bool is_excluded(Size node) const;

  /// The score of a node if one of its children had another one; where it was given it stays.
  [[nodiscard]] double score_with(const CompiledCriterion& inner, Size child, double by) const;

  /// The same for each child in turn. @param by one a child; NaN: its own
  [[nodiscard]] std::vector<double> score_with_each(const CompiledCriterion& inner,
                                                    std::span<const double> by) const;

  [[nodiscard]] Parts parts_of(const CompiledCriterion& inner) const;

  /// The lowest nodes that leave the composite without a score, in one line for a message.
  [[nodiscard]] std::string failing() const;

  /// How fast the score of a node changes with each of its children; 0 for those that took no part,
  /// and for all if it has no score. Times their scores they add up to its own (Euler's theorem).
  [[nodiscard]] std::vector<double> slopes(const CompiledCriterion& inner,
                                           const Parts& parts) const;

 private:
  [[nodiscard]] std::vector<char> mask_of(const CompiledCriterion& inner) const;

  /// Before the cap. @param child whose score is taken as `by`; -1: none
  [[nodiscard]] double aggregate_of(const CompiledCriterion& inner, Size child, double by) const;

  const Scores& scores_;
  const Compiled& compiled_;
  Size unit_;
  Input input_;
  GivenCells given_;
  std::vector<std::vector<Size>> excluded_;
};

}  // namespace chiso
