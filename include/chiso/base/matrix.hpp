#pragma once

#include <Eigen/Core>

namespace chiso {

/// A table of doubles that the caller owns, in any memory order; never copied, never kept.
using MatrixIn =
    Eigen::Ref<const Eigen::MatrixXd, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>>;

/// A column-major view of results; valid as long as their owner lives.
using MatrixView = Eigen::Map<const Eigen::MatrixXd>;

}  // namespace chiso
