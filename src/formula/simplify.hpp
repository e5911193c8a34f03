#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "formula/box_values.hpp"
#include "formula/points.hpp"
#include "formula/subject.hpp"

/// Examples are for people: simple numbers.
namespace chiso {

/// A number between the two that is easy to read: 0, 1, the smallest power of ten; else with as few
/// digits as will do.
[[nodiscard]] double simplest(double low, double high);

/// How hard a point is to read.
[[nodiscard]] double complexity(const Point& point);

/// The same point in simpler numbers, as far as `holds` says that it will do.
/// @param inputs which input each value of the point is of
[[nodiscard]] Point simplified(const Subject& subject, Point point,
                               std::span<const std::size_t> inputs, Work& work,
                               const std::function<bool(const Point&)>& holds);

/// The same for a point with one value an input.
[[nodiscard]] Point simplified(const Subject& subject, Point point, Work& work,
                               const std::function<bool(const Point&)>& holds);

}  // namespace chiso
