#pragma once

#include <Eigen/Core>
#include <vector>

#include "chiso/uncertainty/projection.hpp"

namespace chiso {

/// One shape of the covariance of a unit's differences over time, up to their variance. The model's
/// parameters but that one.
struct CovarianceShape {
  double lasting = 0.0;      ///< Share that is there in all periods.
  double noise = 0.0;        ///< Share that is new in each.
  double changing = 0.0;     ///< Share of what fades, or of a step of the walk.
  double slopes = 0.0;       ///< Variance of slopes.
  double persistence = 0.0;  ///< What is left of the fading share after a step; 1: a walk.

  /// Between the periods at a and b, in steps from the first.
  [[nodiscard]] double operator()(double a, double b) const noexcept;
};

/// Every shape that a kind of model allows, all equally likely beforehand.
[[nodiscard]] std::vector<CovarianceShape> shapes_of(ProjectionModel::Kind kind);

/// Whether each unit's mean is unknown, with no prior idea of it; else it is 0.
[[nodiscard]] bool has_unknown_start(ProjectionModel::Kind kind) noexcept;

/// What follows for later periods from known ones, for a variance of 1.
struct Prediction {
  Eigen::MatrixXd weights;  ///< Later x known: the means.
  Eigen::MatrixXd factor;   ///< Lower triangle whose product with its transpose is the covariance.
};

/// Differences of one unit in the periods in which it has them, in one shape.
class GaussianPath {
 public:
  /// @param known in steps, at least one
  GaussianPath(const CovarianceShape& shape, bool unknown_start, const std::vector<double>& known);

  /// The quadratic form of the likelihood, with an unknown start integrated out.
  [[nodiscard]] double square(const Eigen::VectorXd& x) const;
  /// Logarithm of the determinant, the same way.
  [[nodiscard]] double log_determinant() const noexcept { return log_determinant_; }

  [[nodiscard]] Prediction predict(const std::vector<double>& later) const;

 private:
  CovarianceShape shape_;
  bool unknown_start_;
  std::vector<double> known_;
  Eigen::MatrixXd inverse_;
  double of_ones_ = 0.0;  ///< The inverse, summed.
  double log_determinant_ = 0.0;
};

}  // namespace chiso
