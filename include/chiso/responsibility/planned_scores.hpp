#pragma once

#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/plan/plan.hpp"

namespace chiso {

/// Results beside the plan that speaks of them.
class PlannedScores {
 public:
  /// @param scores of one or several of the plan's indices, each index once.
  /// @throws DataError with every problem: results of an index that the plan does not name, or of
  ///         another edition than it names (both are named), two results of one index.
  PlannedScores(Plan plan, std::vector<Scores> scores);

  [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
  [[nodiscard]] std::span<const Scores> scores() const noexcept { return scores_; }

  /// Which of the plan's indices a result is of.
  [[nodiscard]] Size index_of(Size scores) const {
    return index_of_[static_cast<std::size_t>(scores)];
  }

  /// The result for a key of the plan; -1: none was given.
  [[nodiscard]] Size find(std::string_view key) const;

  /// Position of a criterion among the nodes of a result; -1: it has no such node, or is of another
  /// index.
  [[nodiscard]] Size node(Size scores, const CriterionRef& criterion) const;

  /// @throws DataError that lists every criterion of a task or area that a result's index does not
  /// have: its place in the plan, the edition that was scored, what the plan names, the nearest
  /// code.
  void require_known_criteria() const;

 private:
  Plan plan_;
  std::vector<Scores> scores_;
  std::vector<Size> index_of_;
  std::vector<Size> result_of_;  ///< By index of the plan; -1: none.
};

}  // namespace chiso
