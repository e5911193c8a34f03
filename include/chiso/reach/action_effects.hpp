#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/reach/action.hpp"
#include "chiso/scenario/scenario.hpp"
#include "chiso/scenario/unit_tree.hpp"

namespace chiso {

/// A result of one index that is to be improved.
struct Situation {
  std::string key;  ///< What the effects' references begin with; may be empty if there is one only.
  Scores base;
};

/// What sets of actions do to one unit in some results, by true evaluation.
///
/// The order of actions does not matter. For each indicator:
///
/// 1. to the raw value at hand, and to each that some action sets (`set_value`), all `add_value`
/// are added, and the sum is cut to the variable's range;
/// 2. that one counts which gives the best score by the rule; of equal ones the nearest to the one
/// at hand;
/// 3. the best of its score and all `set_points` counts;
/// 4. all `add_points` are added, and the sum is cut to the node's range.
///
/// Where a number was beyond its bounds (a held anchor that is passed), adding does not lower it,
/// and taking away does not raise it.
///
/// "Best" is highest, of a penalty lowest. Where the value at hand is missing `add_value` does
/// nothing, and where the score at hand is missing `add_points`. Where the base was given the score
/// of an indicator directly, effects on its raw value do nothing.
class ActionEffects {
 public:
  /// @throws DataError with every problem, by action: an effect on a result that is not there, on a
  ///         code that the index does not have (with the nearest) or that is no indicator, on the
  ///         raw value of an indicator that reads several variables or words, or a variable that
  ///         another indicator reads too; a value outside the variable's range, points outside the
  ///         node's range; two results with one key; a unit that a result does not have, or that
  ///         has no composite in it; scores of units that depend on each other.
  ActionEffects(ActionSet actions, std::vector<Situation> situations, std::string unit);

  [[nodiscard]] const ActionSet& actions() const noexcept;
  [[nodiscard]] std::span<const Situation> situations() const noexcept;
  [[nodiscard]] const std::string& unit() const noexcept;

  /// An effect with everything found.
  struct Found {
    Size action;
    Size situation;
    Size node;      ///< The leaf.
    Size variable;  ///< -1 for effects on points.
    TaskEffect::Kind kind;
    double amount;
  };
  /// By situation, node, kind, action.
  [[nodiscard]] std::span<const Found> effects() const noexcept;

  /// The raw value and score of an indicator after the actions of `chosen` (one a position of
  /// actions()).
  struct Indicator {
    double value;  ///< NaN: missing, or not one variable.
    double score;
  };
  [[nodiscard]] Indicator indicator(Size situation, Size node,
                                    const std::vector<bool>& chosen) const;

  /// The unit's tree in the base of a situation, for `apply`.
  [[nodiscard]] UnitTree tree(Size situation) const;

  /// Brings a tree that `tree(situation)` gave, and nothing else has changed, to what the chosen
  /// actions make of it, whatever was applied before: microseconds.
  void apply(Size situation, const std::vector<bool>& chosen, UnitTree& tree) const;

  /// Scores of all nodes of the unit in a situation after the chosen actions: a true evaluation.
  [[nodiscard]] std::vector<double> scores(Size situation, const std::vector<bool>& chosen) const;

  /// The chosen actions as a scenario for the base of a situation, with their codes as its note;
  /// its outcome has the same scores, bit for bit.
  [[nodiscard]] Scenario scenario(Size situation, const std::vector<bool>& chosen) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
