#pragma once

#include <functional>
#include <limits>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// A variable times a number.
struct LinearTerm {
  Size variable;
  double coefficient;
};

/// A linear program of which some variables are whole numbers, solved by CBC: silent, in one
/// thread, with the same answer at every run that ends by itself.
///
/// Answers hold to the solver's tolerances only: a row to about 1e-7, a whole number to 1e-6. Who
/// needs more looks at the answer in its own terms.
class MixedInteger {
 public:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  enum class Kind { continuous, whole };

  /// @returns the position of the new variable.
  Size add_variable(double lower, double upper, Kind kind = Kind::continuous);

  /// lower <= sum of terms <= upper. Terms of the same variable are added up.
  /// @returns the position of the new row.
  Size add_row(std::span<const LinearTerm> terms, double lower, double upper);

  /// What is minimised, in place of what was.
  void minimise(std::span<const LinearTerm> terms);

  void set_bounds(Size variable, double lower, double upper);
  void set_row_bounds(Size row, double lower, double upper);

  [[nodiscard]] Size variables() const noexcept { return static_cast<Size>(lower_.size()); }
  [[nodiscard]] Size rows() const noexcept { return static_cast<Size>(row_lower_.size()); }

  struct Limits {
    double seconds = infinity;
    double gap = 0.0;   ///< Relative to the incumbent.
    double step = 0.0;  ///< Objectives that differ at all differ by this much; 0: not known.
    /// Called at nodes and solutions with the best objective (NaN: none) and the bound; false
    /// stops. What it throws stops too and is thrown by `solve`.
    std::function<bool(double incumbent, double bound)> progress = {};
    std::span<const double> start = {};  ///< A solution that is known, one value a variable.
  };

  enum class Status {
    optimal,     ///< Within the gap.
    feasible,    ///< Stopped with a solution.
    infeasible,  ///< Proven.
    unbounded,
    stopped  ///< ... without a solution.
  };

  struct Answer {
    Status status = Status::stopped;
    std::vector<double> values;  ///< One a variable, whole numbers rounded; empty: none.
    double objective = 0.0;      ///< NaN: none.
    double bound = 0.0;          ///< -infinity: none.
  };

  [[nodiscard]] Answer solve(const Limits& limits) const;
  [[nodiscard]] Answer solve() const { return solve(Limits()); }

 private:
  std::vector<double> lower_;
  std::vector<double> upper_;
  std::vector<double> cost_;
  std::vector<Kind> kind_;
  std::vector<double> row_lower_;
  std::vector<double> row_upper_;
  // Rows one after the other.
  std::vector<int> row_start_ = {0};
  std::vector<int> column_;
  std::vector<double> element_;
};

}  // namespace chiso
