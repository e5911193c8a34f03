#pragma once

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/uncertainty/history.hpp"

namespace chiso {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// "u0", "u1" ...
inline Labels numbered_units(Size count) {
  std::vector<std::string> names;
  for (Size u = 0; u < count; ++u) names.push_back("u" + std::to_string(u));
  return {std::move(names), "unit"};
}

inline std::vector<Period> years(int first, Size count) {
  std::vector<Period> periods;
  for (int p = 0; p < count; ++p) periods.emplace_back(first + p);
  return periods;
}

/// Units x periods from 2001 on.
inline History history_of(const Eigen::MatrixXd& scores, const std::string& node = "total") {
  return {node, numbered_units(scores.rows()), years(2001, scores.cols()), scores};
}

/// Random walks from spread starts, with a step of the level that all share.
inline Eigen::MatrixXd random_walks(Size units, Size periods, double step, double level_step,
                                    std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  Eigen::MatrixXd scores(units, periods);
  for (Size u = 0; u < units; ++u) scores(u, 0) = 50.0 + 5.0 * normal(random);
  for (Size p = 1; p < periods; ++p) {
    const double shared = level_step * normal(random);
    for (Size u = 0; u < units; ++u) {
      scores(u, p) = scores(u, p - 1) + shared + step * normal(random);
    }
  }
  return scores;
}

}  // namespace chiso
