#pragma once

#include <cstddef>
#include <optional>

#include "formula/box_values.hpp"
#include "formula/points.hpp"
#include "formula/subject.hpp"

namespace chiso {

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

}  // namespace chiso
