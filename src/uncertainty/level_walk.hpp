#pragma once

#include <vector>

#include "chiso/uncertainty/projection.hpp"
#include "uncertainty/random_stream.hpp"
#include "uncertainty/relative_scores.hpp"

namespace chiso {

/// The level that all units share as a random walk: few steps tell its deviation and drift, so what
/// comes is Student's.
class LevelWalk {
 public:
  /// @param relative of at least three periods
  LevelWalk(const RelativeScores& relative, bool drifts);

  /// Levels at the later periods, in steps as in relative.when.
  void draw(RandomStream& random, const std::vector<double>& later, std::vector<double>& out) const;

  void describe(LearnedModel& learned) const;

 private:
  bool drifts_;
  double last_ = 0.0;
  double when_ = 0.0;
  double span_ = 0.0;
  double drift_ = 0.0;
  double variance_ = 0.0;  // Of a step.
  double freedom_ = 0.0;
};

}  // namespace chiso
