#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "chiso/uncertainty/history.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace chiso {

/// Scores as the level of their period plus what each unit has more or less than it.
struct RelativeScores {
  std::vector<double> when;    ///< By period, in steps.
  std::vector<double> level;   ///< By period, in points.
  std::vector<double> spread;  ///< By period: what a difference of 1 is in points.
  Eigen::MatrixXd difference;  ///< Units x periods; NaN: no score.
};

/// @param periods of the history, in time order, each with at least two units
///
/// Levels are those of a two-way fit by least squares (score = unit + period, units adding up to
/// 0), so that who is missing in a period does not move its level; without holes they are means.
/// @throws DataError if periods have no units in common, even over others; if a spread is 0
[[nodiscard]] RelativeScores relative_scores(const History& history, std::span<const Size> periods,
                                             ProjectionModel::Scale scale);

}  // namespace chiso
