#pragma once

#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/what_if.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// A result whose raw values can be changed, scored anew as a whole with its anchors: for indices
/// that compare units with each other, and to find out why an edit cannot be scored.
class WholeResult {
 public:
  /// @param base must outlive it
  explicit WholeResult(const Scores& base);
  WholeResult(const WholeResult&) = delete;
  WholeResult& operator=(const WholeResult&) = delete;

  void set(const CellEdit& edit);

  /// Takes the edits of a cell back.
  void restore(const CellEdit& edit);

  /// One composite a unit. @throws DataError as scoring does
  [[nodiscard]] std::span<const double> composites();

 private:
  [[nodiscard]] double& value(const CellEdit& edit);

  const Scores& base_;
  Input input_;
  std::vector<double> values_;  ///< Units x variables, column-major.
  std::vector<double> base_values_;
  std::vector<std::vector<Size>> not_applicable_;  ///< Of the base.
  GivenCells given_;
  std::vector<double> scores_;
};

}  // namespace chiso
