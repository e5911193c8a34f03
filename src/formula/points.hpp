#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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

/// The number between the two that is shortest to write, nearest to 0 of those.
[[nodiscard]] double simplest(double low, double high);

/// What a point gives in each node, and which nodes its result is worked out from.
struct Trace {
  std::vector<double> values;
  std::vector<char> taken;
  double result = 0.0;
};
[[nodiscard]] Trace trace_of(const Subject& subject, const Point& point);

/// More than what rounding can make of the result at a point: a part of the largest number on the
/// way to it, since large numbers may cancel.
[[nodiscard]] double rounding_at(const Subject& subject, const Point& point);

/// What is looked for: a point at which a node is worked out and, if asked for, lies within bounds.
struct Aim {
  std::size_t node = 0;
  std::optional<Bounds> within;
  bool may_be_missing = false;  ///< Inputs.
};

/// Such a point, verified; nothing if there is none or none was found.
[[nodiscard]] std::optional<Point> point_at(const Subject& subject, const Aim& aim, Work& work);

/// A point for each branch of each `if`, as far as they are found.
void add_points_of_branches(const Subject& subject, Points& points, Work& work);

/// The same point in simpler numbers, as far as `holds` says that it will do.
/// @param inputs which input each value of the point is of
template <class Holds>
[[nodiscard]] Point simplified(const Subject& subject, Point point,
                               std::span<const std::size_t> inputs, Work& work, Holds&& holds);

/// All numbers of a point times a factor, rounded to few digits; itself if that leaves a range.
[[nodiscard]] Point times(const Subject& subject, const Point& point,
                          std::span<const std::size_t> inputs, double factor);

/// How hard a point is to read: less is simpler.
[[nodiscard]] double complexity(const Point& point);

/// Simpler numbers than a value of an input, the simplest first.
[[nodiscard]] std::vector<double> simpler_values(const Subject& subject, std::size_t input,
                                                 double value);

[[nodiscard]] FormulaExample example_of(const Subject& subject, const Point& point);

template <class Holds>
Point simplified(const Subject& subject, Point point, std::span<const std::size_t> inputs,
                 Work& work, Holds&& holds) {
  constexpr int most_passes = 4;
  // All together first, as 9e14 of 1e15 is 9 of 10.
  for (const double factor : {1e-14, 1e-13, 1e-12, 1e-10, 1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1,
                              1e1, 1e2, 1e4, 1e8}) {
    if (work.done()) return point;
    work.left -= static_cast<Size>(subject.size());
    const Point other = times(subject, point, inputs, factor);
    if (complexity(other) < complexity(point) && holds(other)) {
      point = other;
      break;
    }
  }
  bool changed = true;
  for (int pass = 0; changed && pass < most_passes; ++pass) {
    changed = false;
    for (std::size_t i = 0; i < point.size(); ++i) {
      const double before = point[i];
      for (const double each : simpler_values(subject, inputs[i], before)) {
        if (work.done()) return point;
        work.left -= static_cast<Size>(subject.size());
        point[i] = each;
        if (holds(point)) {
          changed = true;
          break;
        }
        point[i] = before;
      }
    }
  }
  return point;
}

}  // namespace chiso
