#include "uncertainty/difference_model.hpp"

#include <gtest/gtest.h>

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <cmath>
#include <vector>

namespace chiso {
namespace {

using Kind = ProjectionModel::Kind;

CovarianceShape walk() {
  CovarianceShape shape;
  shape.changing = 1.0;
  shape.persistence = 1.0;
  return shape;
}

/// Covariance of what was predicted.
Eigen::MatrixXd covariance(const Prediction& prediction) {
  return prediction.factor * prediction.factor.transpose();
}

TEST(DifferenceModelTest, AWalkGoesOnFromItsLastPlace) {
  const GaussianPath path(walk(), true, {0.0, 1.0, 4.0});
  const Prediction prediction = path.predict({5.0, 7.0});

  for (const Size ahead : {0, 1}) {
    EXPECT_NEAR(prediction.weights(ahead, 0), 0.0, 1e-12);
    EXPECT_NEAR(prediction.weights(ahead, 1), 0.0, 1e-12);
    EXPECT_NEAR(prediction.weights(ahead, 2), 1.0, 1e-12);
  }
  const Eigen::MatrixXd spread = covariance(prediction);
  EXPECT_NEAR(spread(0, 0), 1.0, 1e-12);
  EXPECT_NEAR(spread(1, 1), 3.0, 1e-12);
  EXPECT_NEAR(spread(0, 1), 1.0, 1e-12);
}

TEST(DifferenceModelTest, AWalksSquareIsThatOfItsSteps) {
  const GaussianPath path(walk(), true, {0.0, 1.0, 4.0});

  // (5 - 2)^2 / 1 + (11 - 5)^2 / 3; the determinant of steps is 1 x 3.
  EXPECT_NEAR(path.square(Eigen::Vector3d(2.0, 5.0, 11.0)), 21.0, 1e-11);
  EXPECT_NEAR(path.log_determinant(), std::log(3.0), 1e-12);
}

/// The filter of a walk with noise from an unknown start, by hand: mean and variance of the walk's
/// place after the last number.
TEST(DifferenceModelTest, ALocalLevelIsTheKalmanFilter) {
  CovarianceShape shape = walk();
  shape.changing = 0.3;
  shape.noise = 0.7;
  const std::vector<double> when{0.0, 1.0, 3.0, 4.0, 6.0};
  const Eigen::VectorXd seen = (Eigen::VectorXd(5) << 1.0, 2.5, 0.5, 3.0, 2.0).finished();
  double place = seen(0);
  double variance = 0.7;
  for (Size k = 1; k < 5; ++k) {
    variance += 0.3 * (when[static_cast<std::size_t>(k)] - when[static_cast<std::size_t>(k - 1)]);
    const double gain = variance / (variance + 0.7);
    place += gain * (seen(k) - place);
    variance *= 1.0 - gain;
  }

  const Prediction prediction = GaussianPath(shape, true, when).predict({8.0});

  EXPECT_NEAR((prediction.weights * seen)(0), place, 1e-12);
  EXPECT_NEAR(covariance(prediction)(0, 0), variance + 2.0 * 0.3 + 0.7, 1e-12);
}

TEST(DifferenceModelTest, WhatFadesFadesByItsFactor) {
  CovarianceShape shape;
  shape.changing = 1.0;
  shape.persistence = 0.8;
  const Prediction prediction = GaussianPath(shape, false, {0.0, 1.0, 2.0}).predict({4.0});

  EXPECT_NEAR(prediction.weights(0, 0), 0.0, 1e-12);
  EXPECT_NEAR(prediction.weights(0, 1), 0.0, 1e-12);
  EXPECT_NEAR(prediction.weights(0, 2), 0.64, 1e-12);
  EXPECT_NEAR(covariance(prediction)(0, 0), 1.0 - 0.64 * 0.64, 1e-12);
}

TEST(DifferenceModelTest, ALastingDifferenceIsAShrunkMean) {
  CovarianceShape shape;
  shape.lasting = 0.6;
  shape.noise = 0.4;
  const Prediction prediction = GaussianPath(shape, false, {0.0, 3.0}).predict({9.0});

  // Two numbers of noise 0.4 around a mean of variance 0.6: 0.6 / (0.6 + 0.2) of their mean.
  EXPECT_NEAR(prediction.weights(0, 0), 0.375, 1e-12);
  EXPECT_NEAR(prediction.weights(0, 1), 0.375, 1e-12);
  EXPECT_NEAR(covariance(prediction)(0, 0), 0.6 * 0.25 + 0.4, 1e-12);
}

/// An unknown start is the limit of a very uncertain one.
TEST(DifferenceModelTest, AnUnknownStartIsAVeryUncertainOne) {
  CovarianceShape shape = walk();
  shape.changing = 0.6;
  shape.slopes = 0.4;
  const std::vector<double> when{0.0, 1.0, 2.0, 4.0};
  const Eigen::VectorXd seen = (Eigen::VectorXd(4) << 3.0, 4.0, 3.5, 6.0).finished();
  CovarianceShape vague = shape;
  vague.lasting = 1e5;

  const GaussianPath path(shape, true, when);
  const Prediction prediction = path.predict({5.0, 8.0});
  const GaussianPath limit(vague, false, when);
  const Prediction of_limit = limit.predict({5.0, 8.0});

  EXPECT_TRUE((prediction.weights * seen).isApprox(of_limit.weights * seen, 1e-3));
  EXPECT_TRUE(covariance(prediction).isApprox(covariance(of_limit), 1e-3));
  EXPECT_NEAR(path.square(seen), limit.square(seen), 1e-3);
}

/// What is predicted one by one has the determinant of all: the chain rule of densities.
TEST(DifferenceModelTest, DeterminantsAreProductsOfPredictions) {
  for (const Kind kind :
       {Kind::random_walk, Kind::drift, Kind::local_level, Kind::mean_reversion}) {
    const bool unknown = has_unknown_start(kind);
    for (const CovarianceShape& shape : shapes_of(kind)) {
      const GaussianPath two(shape, unknown, {0.0, 2.0});
      const GaussianPath three(shape, unknown, {0.0, 2.0, 3.0});
      const double variance = covariance(two.predict({3.0}))(0, 0);
      ASSERT_NEAR(three.log_determinant(), two.log_determinant() + std::log(variance), 1e-9);
    }
  }
}

TEST(DifferenceModelTest, SharesAddUpToOne) {
  for (const CovarianceShape& shape : shapes_of(Kind::mean_reversion)) {
    ASSERT_NEAR(shape.lasting + shape.noise + shape.changing, 1.0, 1e-12);
    ASSERT_GT(shape.changing, 0.0);
    ASSERT_GT(shape.persistence, 0.0);
    ASSERT_LT(shape.persistence, 1.0);
  }
}

}  // namespace
}  // namespace chiso
