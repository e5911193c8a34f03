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
    nobody = -1,    ///< No task for the criterion, or nobody in it has a part by the rule.
    not_split = -2  ///< Lost below a criterion with tasks, but it is not known where.
  };
  Size scores = 0;  ///< Position of the result.
  Size key = 0;     ///< Position of an agency, head, area, node or task; or Who.
  double points = 0.0;
  Size tasks = 0;     ///< That bring the key these points.
  Size criteria = 0;  ///< That lose them.
};

/// The lost points of one unit, given to those who answer for them.
///
/// Every criterion whose loss is known (a leaf, or an inner node with an unsplit part) looks for
/// its tasks: those that name it, else those that name its parent, and so on up to the composite;
/// the first level with a task in which somebody has a part by the rule of sharing answers. Its
/// points are divided equally among those tasks, and within a task by the rule.
///
/// Whatever the key, the points of a result add up to what the unit lost.
class PointsAtStake {
 public:
  /// @throws what PlannedScores::require_known_criteria and lost_points throw.
  PointsAtStake(PlannedScores planned, std::string_view unit, StakeOptions options = {});

  [[nodiscard]] const PlannedScores& planned() const noexcept;
  [[nodiscard]] const StakeOptions& options() const noexcept;

  /// What the unit lost in a result: its highest composite less its own.
  [[nodiscard]] double lost(Size scores) const;

  /// Node by node, as lost_points gave it.
  [[nodiscard]] std::span<const LostPoints> nodes(Size scores) const;

  /// By result, then by key; nobody and not_split last. Keys without points but with tasks stand
  /// too.
  [[nodiscard]] std::vector<StakeRow> by_agency() const;
  /// The same, agencies under the one that they belong to in the end.
  [[nodiscard]] std::vector<StakeRow> by_top_agency() const;
  /// By who heads the agency; the key is a position in heads().
  [[nodiscard]] std::vector<StakeRow> by_head() const;
  /// By the plan's areas; -1: in no area, or nobody.
  [[nodiscard]] std::vector<StakeRow> by_area() const;
  /// By the node that lost them; all nodes with points of their own. `tasks` 0: nobody.
  [[nodiscard]] std::vector<StakeRow> by_criterion() const;
  [[nodiscard]] std::vector<StakeRow> by_task() const;

  /// Heads in the order of their agencies; an agency without one stands for itself by its title.
  [[nodiscard]] const Labels& heads() const noexcept;

  /// Points of each task in all results of one agency: tasks x results, column by column.
  [[nodiscard]] std::vector<double> of_agency(Size agency) const;

  /// One part: who answers for which criterion with how much, the tasks together.
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
