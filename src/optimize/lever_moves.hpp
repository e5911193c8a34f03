#pragma once

#include <functional>
#include <span>
#include <vector>

#include "chiso/scenario/unit_tree.hpp"
#include "reach/response.hpp"

namespace chiso {

/// Positions of levers, looked at in truth.
class LeverMoves {
 public:
  /// @param costs of one unit of change, one a lever
  LeverMoves(UnitTree tree, std::vector<FoundLever> levers, std::vector<double> costs, Size node);

  [[nodiscard]] std::size_t size() const noexcept { return levers_.size(); }
  [[nodiscard]] const FoundLever& lever(std::size_t i) const { return levers_[i]; }

  /// All levers where they are in the base, or at the nearest of their bounds.
  [[nodiscard]] const std::vector<double>& start() const noexcept { return start_; }

  /// The node's score with the levers at these places.
  [[nodiscard]] double score(const std::vector<double>& places);
  /// The tree as the last call of `score` left it.
  [[nodiscard]] const UnitTree& tree() const noexcept { return tree_; }

  [[nodiscard]] double cost(std::size_t lever, double place) const;
  [[nodiscard]] double cost(const std::vector<double>& places) const;
  [[nodiscard]] int moved(const std::vector<double>& places) const;

  /// Settles the last bits: moves levers on by as little as it takes until the score is reached,
  /// then back as far as it still is. @returns whether it is reached.
  [[nodiscard]] bool settle(std::vector<double>& places, double needed);

  /// Moves one lever back towards its start, the others held, as far as the score is reached.
  void pull_back(std::vector<double>& places, std::size_t lever, double needed,
                 std::span<const double> marks);

 private:
  bool push(std::vector<double>& places, std::size_t lever, double way, double needed);

  UnitTree tree_;
  std::vector<FoundLever> levers_;
  std::vector<double> costs_;
  Size node_;
  std::vector<double> start_;
};

/// How far a search goes.
struct MoveSearch {
  bool fewest = false;
  std::function<bool(double cost)> go_on;  ///< False stops; NaN: nothing found yet.
};

/// Positions with high scores of the node, as walks along one lever after the other find them from
/// where the levers are, and from all their upper and lower bounds. The highest first.
[[nodiscard]] std::vector<std::vector<double>> climb(LeverMoves& moves,
                                                     const std::vector<std::vector<double>>& marks);

/// Cheap positions that reach a score, looked for from positions of which some reach it. Not
/// proven.
/// @returns nothing if none of them does.
[[nodiscard]] std::vector<double> search_moves(LeverMoves& moves,
                                               const std::vector<std::vector<double>>& from,
                                               double needed,
                                               const std::vector<std::vector<double>>& marks,
                                               const MoveSearch& how);

}  // namespace chiso
