#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "chiso/base/size.hpp"
#include "formula/box_values.hpp"
#include "formula/subject.hpp"

namespace chiso {

/// One value an input.
using Point = std::vector<double>;

/// Points, input by input, as FormulaProgram::evaluate() reads them.
struct Points {
  Size count = 0;
  std::vector<std::vector<double>> columns;

  [[nodiscard]] Point operator[](Size i) const;
  void add(const Point& point);
};

[[nodiscard]] std::vector<double> results_of(const Subject& subject, const Points& points,
                                             Work& work);

/// Values of an input that are worth trying, in order: ends, small whole numbers, numbers that the
/// formula compares it with and their neighbours, other numbers of the formula.
[[nodiscard]] std::vector<double> values_worth_trying(const Subject& subject, std::size_t input);

/// All combinations of such values if they are few; else a choice of them, always the same.
[[nodiscard]] Points points_worth_trying(const Subject& subject, Size most);

/// A few points of a box: lowest, highest and simplest values of all inputs, and mixtures.
/// @param turn picks the mixtures
void add_points_of_box(const Subject& subject, const Box& box, std::uint64_t turn, Points& points);

/// A value that an input can have within bounds and that is easy to read.
[[nodiscard]] double simplest_of(const Subject& subject, std::size_t input, const Bounds& bounds);

/// The n-th of a fixed sequence of numbers without pattern (SplitMix64).
[[nodiscard]] std::uint64_t scrambled(std::uint64_t n) noexcept;

[[nodiscard]] FormulaExample example_of(const Subject& subject, const Point& point);

}  // namespace chiso
