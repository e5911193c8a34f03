#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/plan/plan.hpp"
#include "chiso/responsibility/points_at_stake.hpp"
#include "chiso/responsibility/sharing.hpp"

/// Who answers for the points of criteria, whatever points they are: lost ones, or causes of a
/// difference.
namespace chiso {

/// Tells the first time that something is met in a round.
class Once {
 public:
  explicit Once(Size count) : last_(at(count), -1) {}

  bool first(Size what, Size round) { return std::exchange(last_[at(what)], round) != round; }

 private:
  std::vector<Size> last_;
};

/// An agency's part in something; the parts add up to 1.
struct Part {
  Size agency;
  double share;
};

/// Who has which part in each task by a rule of sharing. Tasks with the same takers have one team.
class Teams {
 public:
  Teams(const Plan& plan, const Sharing& sharing);

  [[nodiscard]] Size count() const noexcept { return std::ssize(begins_) - 1; }

  /// -1: nobody has a part in the task.
  [[nodiscard]] Size of(Size task) const { return team_of_[at(task)]; }

  /// Each agency once.
  [[nodiscard]] std::span<const Part> parts(Size team) const {
    const auto begin = begins_[at(team)];
    return std::span(parts_).subspan(begin, begins_[at(team) + 1] - begin);
  }

 private:
  friend class TeamFinder;
  std::vector<Size> team_of_;           ///< By task.
  std::vector<std::size_t> begins_{0};  ///< By team: where its parts begin; one more.
  std::vector<Part> parts_;
};

/// A criterion whose tasks answer: for itself, and for those below it that have none.
struct Pool {
  double points = 0.0;
  Size criteria = 0;
  std::vector<Size> tasks;  // Ascending; in all of them somebody has a part.
  std::vector<Part> parts;  // Of all tasks together, by agency.
};

/// Points of a node itself, not of its children.
struct OwnPoints {
  Size node;
  double points;
  Size pool;  ///< Or StakeRow::Who.
};

/// The tasks for every node of a tree.
struct NodeTasks {
  std::vector<std::vector<Size>> taken;  ///< By node: tasks in which somebody has a part.
  std::vector<Size> all;                 ///< For any node, ascending.
};

/// Points with who answers for them.
class Answers {
 public:
  Answers() = default;

  /// @param parents by node, parents first; -1 for the root
  Answers(NodeTasks tasks, std::span<const Size> parents);

  /// Gives points of a node to its tasks, else to those of its parent, and so on; where there are
  /// none, to `otherwise`.
  void add(Size node, double points, Size otherwise);

  /// Points that tasks have nothing to do with. @param who StakeRow::Who
  void add_unanswered(Size node, double points, Size who) { own_.push_back({node, points, who}); }

  /// Shares the points of the pools, when all are there.
  void share(const Teams& teams, Size agencies);

  [[nodiscard]] std::span<const OwnPoints> own() const noexcept { return own_; }
  [[nodiscard]] std::span<const Pool> pools() const noexcept { return pools_; }
  [[nodiscard]] std::span<const Size> tasks() const noexcept { return tasks_.all; }

  /// Whether somebody answers for the node, or for one above it.
  [[nodiscard]] bool has_tasks(Size node) const { return level_[at(node)] >= 0; }

  /// Tasks that bring points, each once.
  [[nodiscard]] std::vector<Size> answering(const Plan& plan) const;

 private:
  NodeTasks tasks_;
  std::vector<Size> level_;    ///< By node: the first with a taker, upwards.
  std::vector<Size> pool_of_;  ///< By level.
  std::vector<OwnPoints> own_;
  std::vector<Pool> pools_;
};

/// Sums of one result by key, the Who behind the keys.
class Sums {
 public:
  explicit Sums(Size keys) : keys_(keys), rows_(at(keys + 3)), stands_(rows_.size(), 0) {}

  StakeRow& operator[](Size key) {
    const std::size_t place = place_of(key);
    stands_[place] = 1;
    return rows_[place];
  }

  void move_to(std::vector<StakeRow>& rows, Size scores) {
    for (std::size_t place = 0; place < rows_.size(); ++place) {
      if (stands_[place] == 0) continue;
      rows_[place].scores = scores;
      rows_[place].key = key_at(place);
      rows.push_back(rows_[place]);
    }
  }

 private:
  static constexpr std::array<Size, 3> order{StakeRow::no_area, StakeRow::nobody,
                                             StakeRow::not_split};

  [[nodiscard]] std::size_t place_of(Size key) const {
    if (key >= 0) return at(key);
    return at(keys_ + (std::find(order.begin(), order.end(), key) - order.begin()));
  }

  [[nodiscard]] Size key_at(std::size_t place) const {
    const auto key = static_cast<Size>(place);
    return key < keys_ ? key : order[at(key - keys_)];
  }

  Size keys_;
  std::vector<StakeRow> rows_;
  std::vector<char> stands_;
};

/// Puts points that no task answers for where they belong.
void add_unanswered(const Answers& answers, Sums& sums);

/// Sums by something that agencies have. Keys without points stand too if they are in some role in
/// a task.
/// @param key_of by agency @param scores the result that the rows are of
[[nodiscard]] std::vector<StakeRow> rows_by(const Plan& plan, const Teams& teams,
                                            const Answers& answers, std::span<const Size> key_of,
                                            Size keys, Size scores);

}  // namespace chiso
