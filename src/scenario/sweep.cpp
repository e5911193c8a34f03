#include "chiso/scenario/sweep.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/scenario/outcome.hpp"
#include "chiso/scenario/what_if.hpp"

namespace chiso {
namespace {

/// The number that an axis moves; nullptr: the edit has none, or several.
double* number_of(Edit& edit) {
  if (auto* value = std::get_if<ChangeValue>(&edit.what)) {
    return value->category.empty() ? &value->amount : nullptr;
  }
  if (auto* score = std::get_if<ChangeScore>(&edit.what)) return &score->amount;
  if (auto* weights = std::get_if<ChangeWeights>(&edit.what)) {
    return weights->weights.size() == 1 ? &weights->weights[0].second : nullptr;
  }
  if (auto* how = std::get_if<ReplaceAggregation>(&edit.what)) {
    return how->power ? &*how->power : nullptr;
  }
  return nullptr;
}

void expect_axes(const std::vector<SweepAxis>& axes) {
  if (axes.empty() || axes.size() > 2) {
    throw SpecError(fmt::format("expected one or two axes of a sweep, got {}", axes.size()));
  }
  Problems problems;
  for (const SweepAxis& axis : axes) {
    Edit edit = axis.edit;
    if (number_of(edit) != nullptr) continue;
    problems.add(
        edit.location, axis_name(axis),
        fmt::format("the edit has no single number that could be moved: {}", describe(axis.edit)),
        "move a value, a score, the weight of one node, or the power of an aggregation");
  }
  problems.raise<SpecError>();
}

/// Numbers of all axes at each point, the last axis running fastest.
std::vector<std::vector<double>> points_of(const std::vector<SweepAxis>& axes) {
  std::vector<std::vector<double>> points{{}};
  for (const SweepAxis& axis : axes) {
    std::vector<std::vector<double>> longer;
    longer.reserve(points.size() * axis.amounts.size());
    for (const auto& point : points) {
      for (const double amount : axis.amounts) {
        longer.push_back(point);
        longer.back().push_back(amount);
      }
    }
    points = std::move(longer);
  }
  return points;
}

/// Sweeps of raw values only: every point is a few edits of cells.
class ValueSweep {
 public:
  /// @returns nothing if an axis is of another kind, or not all that it names is there.
  static std::optional<ValueSweep> of(const Scores& base, const std::vector<SweepAxis>& axes) {
    ValueSweep sweep(base);
    for (const SweepAxis& axis : axes) {
      const auto* edit = std::get_if<ChangeValue>(&axis.edit.what);
      if (edit == nullptr || !sweep.add(base, *edit)) return {};
    }
    return sweep;
  }

  /// The edits of one point, each cell once. @returns false if an amount is none that can be used.
  bool edits(const std::vector<double>& amounts, std::vector<CellEdit>& out) {
    for (Cell& cell : cells_) cell.edited = false;
    for (std::size_t a = 0; a < changes_.size(); ++a) {
      const bool sets = changes_[a].how == How::set;
      if (std::isinf(amounts[a]) || (std::isnan(amounts[a]) && !sets)) return false;
      for (const std::size_t c : changes_[a].cells) {
        Cell& cell = cells_[c];
        const double old = cell.edited ? cell.now : cell.base;
        const double value = apply(changes_[a].how, old, amounts[a]);
        if (std::isnan(value) && !sets) continue;  // Missing, or not applicable: it stays so.
        cell.now = value;
        cell.edited = true;
      }
    }
    for (const Cell& cell : cells_) {
      if (cell.edited) out.push_back({cell.unit, cell.variable, cell.now});
    }
    return true;
  }

 private:
  struct Cell {
    Size unit;
    Size variable;
    double base;
    double now = 0.0;
    bool edited = false;
  };
  struct Change {
    How how;
    std::vector<std::size_t> cells;
  };

  explicit ValueSweep(const Scores& base)
      : units_(base.units().size()),
        positions_(at(units_ * std::ssize(base.index().variables())), -1) {}

  bool add(const Scores& base, const ChangeValue& edit) {
    const Index& index = base.index();
    std::vector<Size> units;
    for (const std::string& name : edit.units) {
      const auto unit = base.units().find(name);
      if (!unit || std::find(units.begin(), units.end(), *unit) != units.end()) return false;
      units.push_back(*unit);
    }
    if (edit.units.empty()) {
      for (Size u = 0; u < base.units().size(); ++u) units.push_back(u);
    }
    Change& change = changes_.emplace_back();
    change.how = edit.how;
    for (Size v = 0; v < std::ssize(index.variables()); ++v) {
      const Variable& variable = index.variables()[at(v)];
      const bool named = index.variable_codes().find(edit.variables).has_value();
      if (named ? variable.code != edit.variables : !matches(edit.variables, variable.code)) {
        continue;
      }
      const Size column = base.panel().variables().at(variable.code);
      if (variable.is_category() || !base.panel().categories(column).empty()) return false;
      const auto values = base.panel().column(column, base.panel().period_position(base.period()));
      for (const Size unit : units) {
        change.cells.push_back(cell(unit, v, values[at(base.panel_positions()[at(unit)])]));
      }
    }
    return !change.cells.empty();
  }

  /// Position of a cell, which two axes may share.
  std::size_t cell(Size unit, Size variable, double value) {
    Size& position = positions_[at(variable * units_ + unit)];
    if (position < 0) {
      position = std::ssize(cells_);
      cells_.push_back({.unit = unit, .variable = variable, .base = value});
    }
    return at(position);
  }

  Size units_;
  std::vector<Size> positions_;  ///< By cell of the data: in cells_, or -1.
  std::vector<Cell> cells_;
  std::vector<Change> changes_;
};

/// Composites and ranks, points x units, one row a point.
struct Answers {
  std::vector<double> scores;
  std::vector<double> ranks;
};

/// @returns nothing if the sweep is not one of raw values, or a point of it is wrong: that is then
/// said by what_if().
std::optional<Answers> by_values(const Scores& base, const std::vector<SweepAxis>& axes,
                                 const std::vector<std::vector<double>>& points,
                                 std::span<const Size> units) {
  constexpr std::size_t many = 65'536;  // Edits that are worked out in one go.
  auto sweep = ValueSweep::of(base, axes);
  if (!sweep) return {};
  const WhatIf what_if(base);
  Answers answers;
  answers.scores.resize(points.size() * units.size());
  std::vector<std::int32_t> ranks(answers.scores.size());
  std::vector<CellEdit> edits;
  std::vector<Size> starts{0};
  std::size_t first = 0;
  for (std::size_t p = 0; p < points.size(); ++p) {
    if (!sweep->edits(points[p], edits)) return {};
    starts.push_back(std::ssize(edits));
    if (edits.size() < many && p + 1 < points.size()) continue;
    const std::size_t begin = first * units.size();
    const std::size_t count = (p + 1 - first) * units.size();
    try {
      what_if.many(starts, edits, units, std::span(answers.scores).subspan(begin, count),
                   std::span(ranks).subspan(begin, count));
    } catch (const DataError&) {
      return {};
    }
    first = p + 1;
    edits.clear();
    starts.assign(1, 0);
  }
  answers.ranks.reserve(ranks.size());
  for (const std::int32_t rank : ranks) {
    answers.ranks.push_back(rank > 0 ? static_cast<double>(rank)
                                     : std::numeric_limits<double>::quiet_NaN());
  }
  return answers;
}

Answers by_scenarios(const Scores& base, const std::vector<SweepAxis>& axes,
                     const std::vector<std::vector<double>>& points, std::span<const Size> units,
                     bool refit) {
  Scenario scenario;
  scenario.refit = refit;
  for (const SweepAxis& axis : axes) scenario.edits.push_back(axis.edit);
  Answers answers;
  for (const auto& point : points) {
    for (std::size_t a = 0; a < axes.size(); ++a) *number_of(scenario.edits[a]) = point[a];
    const Ranking ranking(what_if(base, scenario).after);
    for (const Size unit : units) {
      answers.scores.push_back(ranking.scores().column(Index::root())[at(unit)]);
      answers.ranks.push_back(ranking.ranks()[at(unit)]);
    }
  }
  return answers;
}

/// "", "Thanh Hoa ", "Hue, Da Nang ", "12 units ".
std::string of_units(const std::vector<std::string>& units) {
  constexpr std::size_t most = 3;
  if (units.empty()) return {};
  if (units.size() > most) return fmt::format("{} units ", units.size());
  return fmt::format("{} ", join(units, ", "));
}

/// What is done to a number, but for `set`, which needs no word.
std::string done(How how) {
  return how == How::set ? std::string() : fmt::format(" ({})", name(how));
}

}  // namespace

std::vector<SweepPoint> sweep(const Scores& base, const std::vector<SweepAxis>& axes,
                              const std::vector<std::string>& units, bool refit) {
  expect_axes(axes);
  std::vector<Size> positions;
  for (const std::string& unit : units) positions.push_back(base.units().at(unit));
  if (units.empty()) {
    for (Size u = 0; u < base.units().size(); ++u) positions.push_back(u);
  }
  const auto points = points_of(axes);
  std::optional<Answers> answers;
  if (!refit) answers = by_values(base, axes, points, positions);
  if (!answers) answers = by_scenarios(base, axes, points, positions, refit);

  std::vector<SweepPoint> result;
  result.reserve(answers->scores.size());
  for (const auto& point : points) {
    for (const Size unit : positions) {
      const std::size_t next = result.size();
      result.push_back({point, unit, answers->scores[next], answers->ranks[next]});
    }
  }
  return result;
}

std::string axis_name(const SweepAxis& axis) {
  if (!axis.name.empty()) return axis.name;
  if (const auto* value = std::get_if<ChangeValue>(&axis.edit.what)) {
    return of_units(value->units) + value->variables + done(value->how);
  }
  if (const auto* score = std::get_if<ChangeScore>(&axis.edit.what)) {
    return of_units(score->units) + "score of " + score->nodes + done(score->how);
  }
  if (const auto* weights = std::get_if<ChangeWeights>(&axis.edit.what)) {
    if (weights->weights.size() == 1) return "weight of " + weights->weights[0].first;
  }
  if (const auto* how = std::get_if<ReplaceAggregation>(&axis.edit.what)) {
    if (how->power) return "power of " + how->nodes;
  }
  return describe(axis.edit);
}

}  // namespace chiso
