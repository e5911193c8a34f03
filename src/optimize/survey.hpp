#pragma once

#include <limits>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/reach/action_effects.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/one_unit.hpp"
#include "optimize/leaf_shape.hpp"
#include "optimize/survey_types.hpp"

namespace chiso {

/// What is known of a node's score over all choices of the open actions.
struct NodeSurvey {
  std::vector<Size> actions;  ///< Open ones that act at or below the node, ascending.
  std::vector<Moves> moves;   ///< One an action.

  double lowest = 0.0;  ///< Of the scores that it can have; may be beyond what it reaches.
  double highest = 0.0;
  bool possible = true;  ///< False: never has a score.
  bool certain = true;   ///< Always has a score.

  bool steady = true;   ///< The same children take part whenever there is a score.
  bool capped = false;  ///< Its cap may cut.
  bool joins = false;   ///< Did not apply, and does when something is done about it.

  /// By subset of `actions` (bit k: actions[k] is chosen), where these are few and a formula would
  /// not say as much; NaN: no score.
  std::vector<double> table;

  [[nodiscard]] bool touched() const noexcept { return !actions.empty(); }
};

/// The children of a node that take part, with what they are multiplied by.
struct TakingPart {
  std::vector<Size> children;
  std::vector<double> weights;  ///< Of means: adding up to 1. Of sums: points to score. The
                                ///< factor `times` is not in them.
};

/// All nodes of one situation.
class Survey {
 public:
  /// Nodes on which this many actions act, or fewer, are looked at in every combination.
  static constexpr std::size_t most_tabled = 6;

  /// @param effects must outlive it
  Survey(const ActionEffects& effects, Size situation, const std::vector<Fate>& fates);

  [[nodiscard]] const NodeSurvey& node(Size i) const;
  [[nodiscard]] const Compiled& compiled() const noexcept { return compiled_; }
  [[nodiscard]] const ActionEffects& effects() const noexcept { return effects_; }
  [[nodiscard]] Size situation() const noexcept { return situation_; }

  /// Of all nodes, with what is chosen already and nothing else.
  [[nodiscard]] const std::vector<double>& start() const noexcept { return start_; }

  /// The score of a node by subset of its actions; empty if these are more than most_tabled.
  [[nodiscard]] std::vector<double> table(Size node) const;

  [[nodiscard]] TakingPart taking_part(const CompiledCriterion& inner) const;

  /// Of an indicator on which many actions act; nullptr for others.
  [[nodiscard]] const LeafShape* shape(Size node) const;

 private:
  void look_at_leaf(Size node, const std::vector<Fate>& fates);
  void look_at_inner(const CompiledCriterion& inner);
  [[nodiscard]] bool keeps_parts(const CompiledCriterion& inner) const;
  void find_bounds(const CompiledCriterion& inner);
  void find_moves(const CompiledCriterion& inner);
  void tabulate(Size node);

  const ActionEffects& effects_;
  Size situation_;
  const Compiled& compiled_;
  std::vector<bool> chosen_;  ///< What is chosen already.
  std::vector<double> start_;
  OneUnit unit_;  ///< Of the base.
  std::vector<NodeSurvey> nodes_;
  std::vector<LeafShape> shapes_;
};

}  // namespace chiso
