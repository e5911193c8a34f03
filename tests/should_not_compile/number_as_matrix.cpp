// error: invalid initialization of reference|no matching function
#include <Eigen/Core>

#include "chiso/base/matrix.hpp"

// Whole numbers would need a hidden copy; the caller converts.
Eigen::Index rows(const chiso::MatrixIn& values) { return values.rows(); }

Eigen::Index count() {
#ifdef SHOULD_NOT_COMPILE
  const Eigen::MatrixXi table = Eigen::MatrixXi::Zero(2, 2);
#else
  const Eigen::MatrixXd table = Eigen::MatrixXd::Zero(2, 2);
#endif
  return rows(table);
}
