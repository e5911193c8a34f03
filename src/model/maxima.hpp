#pragma once

#include <optional>
#include <vector>

#include "chiso/base/period.hpp"
#include "model/tree.hpp"

namespace chiso {

/// The most that the nodes of a tree can reach by definition.
struct Maxima {
  /// Declared, else implied by the points rule of a leaf or the parts of a sum (before `scale_to`);
  /// NaN where nothing says.
  std::vector<double> points;
  /// What the parent gets at most: `points`, scaled and cut as the node says.
  std::vector<double> score;
  /// Of a sum with parts: what they add up to; parts that are not known are left out.
  std::vector<double> parts;
  /// Of a sum with parts: whether all of them are known.
  std::vector<bool> parts_known;
};

/// @param day chooses among dated values.
[[nodiscard]] Maxima maxima(const Tree& tree, const std::optional<Period>& day);

}  // namespace chiso
