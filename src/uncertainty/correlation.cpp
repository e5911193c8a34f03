#include "uncertainty/correlation.hpp"

#include <fmt/core.h>

#include <cmath>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "model/shares.hpp"

namespace chiso {

std::vector<double> lower_root(std::span<const double> matrix, Size size) {
  // What is left of a variance of 1 by rounding alone, if other variables explain all of it.
  constexpr double nothing = 1e-12;
  std::vector<double> root(matrix.size(), 0.0);
  for (Size i = 0; i < size; ++i) {
    for (Size j = 0; j <= i; ++j) {
      double left = matrix[at(i * size + j)];
      for (Size k = 0; k < j; ++k) left -= root[at(i * size + k)] * root[at(j * size + k)];
      if (i != j) {
        root[at(i * size + j)] = left / root[at(j * size + j)];
      } else if (left > nothing) {
        root[at(i * size + i)] = std::sqrt(left);
      } else {
        return {};
      }
    }
  }
  return root;
}

bool is_correlation(std::span<const double> matrix, const std::vector<std::string>& variables,
                    SourceProblems& problems) {
  const Size size = std::ssize(variables);
  if (std::ssize(matrix) != size * size) {
    problems.spec(
        fmt::format("expected {} correlations, row by row, of what the pattern meets ({}), "
                    "got {}",
                    size * size, join(variables, ", "), matrix.size()),
        "narrow the pattern, or give 0 where errors are independent");
    return false;
  }
  for (Size i = 0; i < size; ++i) {
    for (Size j = 0; j <= i; ++j) {
      const double one = matrix[at(i * size + j)];
      const double other = matrix[at(j * size + i)];
      if (i == j && !adds_up(one, 1.0)) {
        problems.spec(fmt::format("expected 1 as the correlation of {} with itself, got {}",
                                  variables[at(i)], to_string(one)),
                      "give correlations, not covariances; sizes of errors are given apart");
        return false;
      }
      if (!adds_up(one, other)) {
        problems.spec(
            fmt::format("the correlation of {} and {} is given as {} and as {}", variables[at(j)],
                        variables[at(i)], to_string(other), to_string(one)),
            "make the matrix symmetric");
        return false;
      }
    }
  }
  if (lower_root(matrix, size).empty()) {
    problems.spec(
        "the correlations are not positive definite: no errors have them, or one follows "
        "from the others",
        "make them smaller, or estimate them from the same data");
    return false;
  }
  return true;
}

}  // namespace chiso
