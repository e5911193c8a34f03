#pragma once

#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// The lower triangular L with L L' = matrix (Cholesky), row by row; empty if the matrix is not
/// positive definite.
[[nodiscard]] std::vector<double> lower_root(std::span<const double> matrix, Size size);

/// Whether numbers, row by row, are correlations of these variables that can be drawn; a problem if
/// not.
[[nodiscard]] bool is_correlation(std::span<const double> matrix,
                                  const std::vector<std::string>& variables,
                                  SourceProblems& problems);

}  // namespace chiso
