#include "formula/point_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "formula/split.hpp"
#include "formula/trace.hpp"

namespace chiso {

using Operation = FormulaOperation;

namespace {

/// Values of an input within bounds, to be tried in this order.
std::vector<double> choices(const Subject& subject, std::size_t input, const Bounds& bounds,
                            std::size_t turn) {
  if (!bounds.present()) return {std::numeric_limits<double>::quiet_NaN()};
  const bool whole = subject.inputs()[input].whole;
  std::vector<double> values{simplest_of(subject, input, bounds), bounds.highest, bounds.lowest,
                             middle(bounds, whole)};
  std::rotate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(turn % 4), values.end());
  if (bounds.missing) values.push_back(std::numeric_limits<double>::quiet_NaN());
  return values;
}

/// Fixes one input after the other, each at a value that leaves the aim possible.
std::optional<Point> guess(const Subject& subject, BoxValues& values, const Aim& aim, Box box,
                           std::size_t attempt) {
  const std::size_t inputs = box.size();
  for (std::size_t n = 0; n < inputs; ++n) {
    const std::size_t i = attempt % 2 == 0 ? n : inputs - 1 - n;
    const std::size_t turn = attempt < 2 ? 0 : scrambled(attempt * inputs + i);
    bool possible = false;
    for (const double choice : choices(subject, i, box[i], turn)) {
      Box narrower = box;
      narrower[i] = Bounds::only(choice);
      if (!values.aim(narrower, aim.node, aim.within)) continue;
      box = std::move(narrower);
      possible = true;
      break;
    }
    if (!possible) return {};
  }
  Point point;
  for (const auto& bounds : box) {
    point.push_back(bounds.present() ? bounds.lowest : std::numeric_limits<double>::quiet_NaN());
  }
  return point;
}

}  // namespace

std::optional<Point> point_at(const Subject& subject, const Aim& aim, Work& work) {
  constexpr std::size_t most_attempts = 6;
  BoxValues values(subject, work);
  Box box = subject.everything();
  for (auto& bounds : box) bounds.missing = aim.may_be_missing;
  if (!values.aim(box, aim.node, aim.within)) return {};
  for (std::size_t attempt = 0; attempt < most_attempts && !work.done(); ++attempt) {
    const auto point = guess(subject, values, aim, box, attempt);
    if (!point) continue;
    const Trace trace = trace_of(subject, *point);
    work.left -= static_cast<Size>(subject.size());
    const double value = trace.values[aim.node];
    if (trace.taken[aim.node] != 0 && (!aim.within || aim.within->contains(value))) return point;
  }
  return {};
}

void add_points_of_branches(const Subject& subject, Points& points, Work& work) {
  constexpr Size most_branches = 64;
  const Size enough = points.count + most_branches;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (subject.node(i).operation != Operation::choose || subject.constant(i)) continue;
    const auto& operands = subject.node(i).operands;
    for (std::size_t k = 1; k < operands.size(); ++k) {
      if (k % 2 == 0 && k + 1 < operands.size()) continue;  // A condition.
      if (points.count >= enough || work.done()) return;
      if (const auto point = point_at(subject, {operands[k], {}, false}, work)) points.add(*point);
    }
  }
}

}  // namespace chiso
