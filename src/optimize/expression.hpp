#pragma once

#include <vector>

#include "optimize/mixed_integer.hpp"

namespace chiso {

/// A linear function of the variables of a program.
struct Expression {
  std::vector<LinearTerm> terms;
  double constant = 0.0;

  void add(double factor, const Expression& other) {
    for (const LinearTerm& term : other.terms) {
      terms.push_back({term.variable, factor * term.coefficient});
    }
    constant += factor * other.constant;
  }

  [[nodiscard]] static Expression variable(Size variable) { return {{{variable, 1.0}}, 0.0}; }
};

}  // namespace chiso
