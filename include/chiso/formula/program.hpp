#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

/// A column that a program reads.
struct FormulaInput {
  std::string variable;
  bool previous = false;  ///< Of the period before.

  friend bool operator==(const FormulaInput&, const FormulaInput&) = default;
};

/// A formula with its names resolved and its parameters put in, ready to run. Immutable, cheap to
/// copy, used by any number of threads at once.
///
/// Values are doubles; a category is its position among the variable's categories; NaN is missing.
/// Arithmetic is IEEE's, rounded to nearest, in the order of the tree; log, exp and powers are
/// chiso's own, so the same bits come out everywhere. A result that is not finite is missing.
class FormulaProgram {
 public:
  /// @throws SpecError as formula_types()
  FormulaProgram(const Formula& formula, const FormulaSymbols& symbols);

  [[nodiscard]] const Formula& formula() const noexcept;

  /// The columns that it reads, each once, in order of first use.
  [[nodiscard]] std::span<const FormulaInput> inputs() const noexcept;

  /// @param columns one pointer an input, each to `rows` values; may not overlap `out`
  void evaluate(std::span<const double* const> columns, Size rows, double* out) const;

  /// One row. @param values one an input
  [[nodiscard]] double operator()(std::span<const double> values) const;

  /// One row, and the value of every node of the formula (a condition: 1, 0 or NaN), whether or not
  /// its branch was taken. The root's is not cut to finite numbers.
  /// @param nodes as many as formula().nodes()
  double trace(std::span<const double> values, std::span<double> nodes) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
