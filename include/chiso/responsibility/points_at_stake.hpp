#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "chiso/responsibility/planned_scores.hpp"
#include "chiso/responsibility/sharing.hpp"

namespace chiso {

struct StakeOptions {
  Sharing sharing = Sharing::raci();
  Unsplit unsplit = Unsplit::apart;
};

/// A sum of lost points.
struct StakeRow {
  /// In place of a key.
  enum Who : Size {
    /// No task is for the criterion or one above it, or nobody in these has a part by the rule.
    nobody = -1,
    /// It is not known which criterion below lost them, and some of these have tasks while the
    /// criterion itself and those above it have none.
    not_split = -2,
    /// Of by_area: tasks that belong to no area answer for them.
    no_area = -3
  };
  Size scores = 0;  ///< Position of the result.
  Size key = 0;     ///< Position of an agency, head, area, node or task; or Who.
  double points = 0.0;
  Size tasks = 0;     ///< That bring the key these points; 0 if there are none.
  Size criteria = 0;  ///< That lose them; 0 if there are none.
};

/// The lost points of one unit, given to those who answer for them.
///
/// Every criterion whose loss is known (a leaf, or an inner node with an unsplit part) looks for
/// its tasks: those that name it, else those that name its parent, and so on up to the composite;
/// the first level with a task in which somebody has a part by the rule of sharing answers. Its
/// points are divided equally among those tasks, and within a task by the rule. The news of tasks
/// count for nothing here: who had to do it answers for it.
///
/// Whatever the key, the points of a result add up to what the unit lost.
class PointsAtStake {
 public:
  /// @param unit empty: the plan's.
  /// @throws what PlannedScores::require_known_criteria and lost_points throw; DataError if neither
  ///         the plan nor the caller names a unit.
  PointsAtStake(PlannedScores planned, std::string_view unit, StakeOptions options = {});

  [[nodiscard]] const PlannedScores& planned() const noexcept;
  [[nodiscard]] const StakeOptions& options() const noexcept;

  /// What the unit lost in a result: its highest composite less its own.
  /// @throws NotFoundError if there is no such result.
  [[nodiscard]] double lost(Size scores) const;

  /// Node by node, as lost_points gave it.
  [[nodiscard]] std::span<const LostPoints> nodes(Size scores) const;

  /// By result, then by key; no_area, nobody and not_split last, if they have points. Keys without
  /// points stand too if they are in some role in a task for a criterion of the result.
  [[nodiscard]] std::vector<StakeRow> by_agency() const;
  /// The same, agencies under the one that they belong to in the end.
  [[nodiscard]] std::vector<StakeRow> by_top_agency() const;
  /// By who heads the agency; the key is a position in heads().
  [[nodiscard]] std::vector<StakeRow> by_head() const;
  /// By the areas of the tasks.
  [[nodiscard]] std::vector<StakeRow> by_area() const;
  /// By the node that lost them: only nodes with points of their own. `tasks` 0: nobody answers,
  /// or they are not split.
  [[nodiscard]] std::vector<StakeRow> by_criterion() const;
  [[nodiscard]] std::vector<StakeRow> by_task() const;

  /// Heads in the order of their agencies; an agency without one stands for itself by its title.
  [[nodiscard]] const Labels& heads() const noexcept;

  /// What each task brings one agency in each result, itself or as a member of a group: tasks x
  /// results, column by column. @throws NotFoundError if there is no such agency.
  [[nodiscard]] std::vector<double> of_agency(Size agency) const;

  /// What some tasks bring each agency in each result: agencies x results, column by column.
  /// @param tasks one a task of the plan: whether it counts. @throws DataError for another number.
  [[nodiscard]] std::vector<double> of_tasks(const std::vector<bool>& tasks) const;

  /// One part: who answers for which criterion with how much, all tasks together.
  struct Cell {
    Size scores;
    Size node;
    Size agency;  ///< Or StakeRow::Who.
    double points;
  };
  /// All of them, by result, node, agency.
  [[nodiscard]] std::vector<Cell> cells() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
