#include "evaluate/given.hpp"

#include <fmt/core.h>

#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

GivenCells::GivenCells(std::span<const GivenScore> given, std::span<const Size> units, Size nodes) {
  if (given.empty()) return;
  cells_.resize(at(nodes));
  for (const GivenScore& each : given) {
    const Size row = std::lower_bound(units.begin(), units.end(), each.unit) - units.begin();
    cells_[at(each.node)].push_back({row, each.score});
  }
}

std::vector<GivenScore> checked_given(std::span<const GivenScore> given, const Index& index,
                                      const Panel& panel, Size period) {
  Problems problems;
  std::vector<GivenScore> cells;
  cells.reserve(given.size());
  for (const GivenScore& each : given) {
    const bool has_unit = each.unit >= 0 && each.unit < panel.units().size();
    const bool has_node = each.node >= 0 && each.node < index.size();
    const std::string place = fmt::format(
        "{}, {}", has_unit ? panel.units()[each.unit] : fmt::format("unit {}", each.unit),
        has_node ? index.node(each.node).code : fmt::format("node {}", each.node));
    if (!has_unit || !has_node) {
      problems.add({}, place,
                   "a score is given, and the data or the definition have no such place");
    } else if (!panel.has_unit(each.unit, period)) {
      problems.add({}, place,
                   fmt::format("a score is given, and the unit is not in the data of {}",
                               panel.periods()[at(period)].text()));
    } else if (!std::isfinite(each.score)) {
      problems.add(
          {}, place,
          fmt::format("expected a given score that is a number, got {}", to_string(each.score)));
    }
    cells.push_back(each);
  }
  problems.raise<DataError>();
  const auto cell = [](const GivenScore& each) { return std::pair(each.unit, each.node); };
  std::stable_sort(cells.begin(), cells.end(),
                   [&cell](const GivenScore& a, const GivenScore& b) { return cell(a) < cell(b); });
  // Backwards, so that of equal ones the last stays.
  const auto kept =
      std::unique(cells.rbegin(), cells.rend(),
                  [&cell](const GivenScore& a, const GivenScore& b) { return cell(a) == cell(b); });
  cells.erase(cells.begin(), kept.base());
  return cells;
}

}  // namespace chiso
