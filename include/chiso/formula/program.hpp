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
/// Arithmetic is IEEE's, rounded to nearest, in the order of the tree, sums and means from the
/// left; of equal numbers min and max take the first. log, exp and ^ are chiso's own, so the same
/// bits come out everywhere. A result that is not finite is missing, and missing results are one
/// NaN.
///
/// Largest errors seen in millions of random arguments, in units in the last place: log 0.82, exp
/// 0.97, x^y 0.65. Whole exponents up to 64 are products instead (x^2 is x * x, x^3 x * (x * x); of
/// x, x^2, x^4 ... those that make up the exponent are multiplied, the lowest first; x^-n is
/// 1 / x^n): exact where all of them are, otherwise off by fewer units than the exponent.
class FormulaProgram {
 public:
  /// @throws SpecError as formula_types()
  FormulaProgram(const Formula& formula, const FormulaSymbols& symbols);

  [[nodiscard]] const Formula& formula() const noexcept;

  /// The columns that it reads, each once, in order of first use; those that parameters rule out
  /// too.
  [[nodiscard]] std::span<const FormulaInput> inputs() const noexcept;

  /// @param columns one pointer an input, each to `rows` values; may not overlap `out`
  /// @throws DataError if there are more or fewer columns than inputs.
  void evaluate(std::span<const double* const> columns, Size rows, double* out) const;

  /// One row.
  /// @param values one an input
  /// @throws DataError if there are more or fewer.
  [[nodiscard]] double operator()(std::span<const double> values) const;

  /// One row, and the value of every node of the formula (a condition: 1, 0 or NaN), whether or not
  /// its branch was taken. The name in prev(x) shows what prev reads; a category in quotes its
  /// position. The root's is not cut to finite numbers.
  /// @param nodes as many as formula().nodes()
  /// @throws DataError if there are more or fewer values or nodes.
  double trace(std::span<const double> values, std::span<double> nodes) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
