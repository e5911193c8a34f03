#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/formula/program.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// What a leaf makes of its measure if nothing but the definition decides it: its rule and its cap,
/// in the range that the data may have.
class LeafFunction {
 public:
  /// Nothing for a normaliser that data fit, or that ranks; nor for a formula of several variables.
  [[nodiscard]] static std::optional<LeafFunction> of(const Compiled& compiled, Size leaf);

  /// The score; NaN for a value that is refused, taken as missing, or given no points.
  [[nodiscard]] double operator()(double measure) const;

  /// Where the rule may change: the ends of its pieces, the posts of a normaliser, the numbers in a
  /// formula, the ends of the range; ascending, finite, at least one. Of categories: their
  /// positions.
  [[nodiscard]] const std::vector<double>& bounds() const noexcept { return bounds_; }

  /// Of the measure, from worst to best; empty for a number.
  [[nodiscard]] std::span<const std::string> categories() const noexcept { return categories_; }

 private:
  LeafFunction() = default;
  void add_bounds_of(const Interval& interval);
  void add_numbers_of(const Formula& formula, const FormulaSymbols& symbols);

  std::optional<FormulaProgram> formula_;
  std::variant<LinearMap, Piecewise, CategoryPoints> rule_;
  Interval range_;
  double cap_ = 0.0;
  bool zero_is_missing_ = false;
  std::vector<double> bounds_;
  std::span<const std::string> categories_;
};

}  // namespace chiso
