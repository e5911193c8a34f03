#include "uncertainty/difference_model.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

#include "base/at.hpp"
#include "base/elementary.hpp"

namespace chiso {
namespace {

/// Parameters between 0 and 1 are on the midpoints of so many parts; fine against what a few dozen
/// units over a few years can tell, and the prior of each part is the same.
constexpr int parts = 20;
/// The same of the three shares, which lie on a simplex.
constexpr int share_parts = 12;

double midpoint(int part) { return (part + 0.5) / parts; }

std::vector<CovarianceShape> mean_reverting() {
  std::vector<CovarianceShape> shapes;
  // Cells of the simplex by their centres: each share a third of a part from its bound at least, so
  // that all are positive.
  constexpr double total = share_parts + 1.0;
  for (int lasting = 0; lasting <= share_parts; ++lasting) {
    for (int noise = 0; noise <= share_parts - lasting; ++noise) {
      const int changing = share_parts - lasting - noise;
      for (int part = 0; part < parts; ++part) {
        CovarianceShape shape;
        shape.lasting = (lasting + 1.0 / 3.0) / total;
        shape.noise = (noise + 1.0 / 3.0) / total;
        shape.changing = (changing + 1.0 / 3.0) / total;
        shape.persistence = midpoint(part);
        shapes.push_back(shape);
      }
    }
  }
  return shapes;
}

}  // namespace

double CovarianceShape::operator()(double a, double b) const noexcept {
  const double gap = std::abs(a - b);
  double both = lasting + slopes * a * b;
  // A walk starts at the first period, from a start that is unknown.
  both +=
      changing * (persistence == 1.0 ? std::min(a, b) + 1.0 : elementary::power(persistence, gap));
  return gap == 0.0 ? both + noise : both;
}

bool has_unknown_start(ProjectionModel::Kind kind) noexcept {
  return kind != ProjectionModel::Kind::mean_reversion;
}

std::vector<CovarianceShape> shapes_of(ProjectionModel::Kind kind) {
  using Kind = ProjectionModel::Kind;
  if (kind == Kind::mean_reversion) return mean_reverting();
  CovarianceShape walk;
  walk.changing = 1.0;
  walk.persistence = 1.0;
  if (kind == Kind::random_walk) return {walk};
  std::vector<CovarianceShape> shapes;
  for (int part = 0; part < parts; ++part) {
    CovarianceShape shape = walk;
    shape.changing = 1.0 - midpoint(part);
    (kind == Kind::drift ? shape.slopes : shape.noise) = midpoint(part);
    shapes.push_back(shape);
  }
  return shapes;
}

GaussianPath::GaussianPath(const CovarianceShape& shape, bool unknown_start,
                           const std::vector<double>& known)
    : shape_(shape), unknown_start_(unknown_start), known_(known) {
  const Size size = std::ssize(known);
  Eigen::MatrixXd covariance(size, size);
  for (Size i = 0; i < size; ++i) {
    for (Size j = 0; j < size; ++j) covariance(i, j) = shape_(known_[at(i)], known_[at(j)]);
  }
  const Eigen::LLT<Eigen::MatrixXd> factor(covariance);
  inverse_ = factor.solve(Eigen::MatrixXd::Identity(size, size));
  of_ones_ = inverse_.sum();
  for (Size i = 0; i < size; ++i) {
    log_determinant_ += 2.0 * elementary::log(factor.matrixLLT()(i, i));
  }
  if (unknown_start_) log_determinant_ += elementary::log(of_ones_);
}

double GaussianPath::square(const Eigen::VectorXd& x) const {
  const Eigen::VectorXd weighted = inverse_ * x;
  const double square = x.dot(weighted);
  if (!unknown_start_) return square;
  const double sum = weighted.sum();
  return std::max(0.0, square - sum * sum / of_ones_);
}

Prediction GaussianPath::predict(const std::vector<double>& later) const {
  const Size size = std::ssize(known_);
  const Size ahead = std::ssize(later);
  Eigen::MatrixXd cross(ahead, size);
  Eigen::MatrixXd covariance(ahead, ahead);
  for (Size i = 0; i < ahead; ++i) {
    for (Size j = 0; j < size; ++j) cross(i, j) = shape_(later[at(i)], known_[at(j)]);
    for (Size j = 0; j < ahead; ++j) covariance(i, j) = shape_(later[at(i)], later[at(j)]);
  }
  Prediction made;
  made.weights = cross * inverse_;
  covariance -= made.weights * cross.transpose();
  if (unknown_start_) {
    const Eigen::VectorXd missed = Eigen::VectorXd::Ones(ahead) - made.weights.rowwise().sum();
    covariance += missed * missed.transpose() / of_ones_;
    made.weights += missed * inverse_.colwise().sum() / of_ones_;
  }
  made.factor = Eigen::LLT<Eigen::MatrixXd>(covariance).matrixL();
  return made;
}

}  // namespace chiso
