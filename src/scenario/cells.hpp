#pragma once

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/at.hpp"
#include "chiso/model/panel.hpp"

namespace chiso {

/// Whether a cell is marked as not applicable.
[[nodiscard]] inline bool is_marked(const Panel& panel, const Panel::Cell& cell) {
  const auto marked = panel.not_applicable();
  return std::binary_search(
      marked.begin(), marked.end(), cell, [](const Panel::Cell& a, const Panel::Cell& b) {
        return std::tie(a.period, a.variable, a.unit) < std::tie(b.period, b.variable, b.unit);
      });
}

/// NaN: not known.
[[nodiscard]] inline double standard_error(const Panel& panel, const Panel::Cell& cell) {
  const auto errors = panel.standard_errors(cell.variable, cell.period);
  return errors.empty() ? std::numeric_limits<double>::quiet_NaN() : errors[at(cell.unit)];
}

}  // namespace chiso
