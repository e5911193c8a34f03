#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/optimize/actions.hpp"
#include "optimize/action_rules.hpp"
#include "optimize/choice_search.hpp"
#include "reach/field.hpp"

namespace chiso {

/// What is asked of sets of actions: goals as scores to be had, and what is needed to answer in
/// words.
class Question {
 public:
  /// @param effects must outlive it
  /// @throws DataError for a situation that is not there or no actions, NotFoundError for a code;
  /// what
  ///         needed_score throws.
  Question(const ActionEffects& effects, const std::vector<SituatedGoal>& goals);

  /// Of a node that a search looks at: found, without a threshold.
  [[nodiscard]] static Aim aim_at(const ActionEffects& effects, Size situation,
                                  std::string_view code);

  [[nodiscard]] const ActionEffects& effects() const noexcept { return effects_; }
  [[nodiscard]] const std::vector<Aim>& aims() const noexcept { return aims_; }

  /// "pci: rank <= 10", without the index where there is only one.
  [[nodiscard]] std::string goal_text(std::size_t goal) const;

  /// "61.2 (rank 14), and 63.1 is needed: rank 10, Hai Phong".
  [[nodiscard]] std::string shortfall(std::size_t goal, double score) const;

  /// Competition rank of a composite in a situation.
  [[nodiscard]] double rank(Size situation, double score) const;

  /// The answer in full: what the set does in truth.
  [[nodiscard]] ActionChoice answer(const FoundSet& found, const ActionRules& rules,
                                    const SearchClock& clock, bool approximates) const;

  /// What keeps an answer from being better.
  [[nodiscard]] std::vector<std::string> binding(const std::vector<bool>& chosen,
                                                 const ActionRules& rules) const;

 private:
  [[nodiscard]] std::string place(Size situation, Size node) const;

  const ActionEffects& effects_;
  std::vector<SituatedGoal> goals_;
  std::vector<Aim> aims_;
  std::vector<Needed> needed_;
  std::vector<Field> goal_fields_;
  std::vector<Field> fields_;  ///< Of the composites, by situation.
  std::vector<std::string> assumptions_;
};

/// Why there is no answer, and what would help: fills reasons and binding.
void explain_failure(ActionChoice& choice, const Question& question, const ActionRules& rules,
                     const ActionLimits& limits, Prefer prefer, SearchClock& clock);

}  // namespace chiso
