#include "uncertainty/relative_scores.hpp"

#include <fmt/core.h>

#include <Eigen/Cholesky>
#include <cmath>

#include "base/at.hpp"
#include "base/period_steps.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

/// Over the count, as the population that the units are.
double deviation(std::span<const double> scores) {
  double count = 0.0;
  double mean = 0.0;
  double squares = 0.0;
  for (const double x : scores) {
    if (std::isnan(x)) continue;
    count += 1.0;
    const double step = x - mean;
    mean += step / count;
    squares += step * (x - mean);
  }
  return std::sqrt(squares / count);
}

/// Levels of the periods by the normal equations, of which the units are eliminated.
Eigen::VectorXd two_way_levels(const History& history, const Eigen::MatrixXd& x) {
  const Size units = x.rows();
  const Size periods = x.cols();
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(periods, periods);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(periods);
  for (Size u = 0; u < units; ++u) {
    std::vector<Size> known;
    double sum = 0.0;
    for (Size p = 0; p < periods; ++p) {
      if (std::isnan(x(u, p))) continue;
      known.push_back(p);
      sum += x(u, p);
    }
    const double count = static_cast<double>(known.size());
    for (const Size p : known) {
      system(p, p) += 1.0;
      right(p) += x(u, p) - sum / count;
      for (const Size q : known) system(p, q) -= 1.0 / count;
    }
  }
  // All levels are determined but for a constant: pin their mean to 0, and put it right below.
  system.array() += static_cast<double>(units) / static_cast<double>(periods);
  const Eigen::LDLT<Eigen::MatrixXd> factor(system);
  if (factor.vectorD().minCoeff() < 1e-9 * static_cast<double>(units)) {
    throw DataError("periods have no units in common, so that their levels cannot be compared",
                    history.node());
  }
  const Eigen::VectorXd levels = factor.solve(right);
  double own = 0.0;
  double seen = 0.0;
  for (Size u = 0; u < units; ++u) {
    double sum = 0.0;
    double count = 0.0;
    for (Size p = 0; p < periods; ++p) {
      if (std::isnan(x(u, p))) continue;
      sum += x(u, p) - levels(p);
      count += 1.0;
    }
    if (count == 0.0) continue;
    own += sum / count;
    seen += 1.0;
  }
  return levels.array() + own / seen;
}

}  // namespace

RelativeScores relative_scores(const History& history, std::span<const Size> periods,
                               ProjectionModel::Scale scale) {
  const Size count = std::ssize(periods);
  RelativeScores made;
  made.difference.resize(history.units().size(), count);
  for (Size p = 0; p < count; ++p) {
    const Period& period = history.periods()[at(periods[at(p)])];
    const auto scores = history.column(periods[at(p)]);
    const double spread = deviation(scores);
    if (spread == 0.0) {
      throw DataError("all units have the same score, so that there is nothing to rank",
                      fmt::format("{}, {}", history.node(), period.text()));
    }
    made.when.push_back(position_of(period));
    made.spread.push_back(scale == ProjectionModel::Scale::standardised ? spread : 1.0);
    for (Size u = 0; u < std::ssize(scores); ++u) {
      made.difference(u, p) = scores[at(u)] / made.spread.back();
    }
  }
  const Eigen::VectorXd levels = two_way_levels(history, made.difference);
  for (Size p = 0; p < count; ++p) {
    made.level.push_back(levels(p) * made.spread[at(p)]);
    made.difference.col(p).array() -= levels(p);
  }
  return made;
}

}  // namespace chiso
