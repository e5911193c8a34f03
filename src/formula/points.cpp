#include "formula/points.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "formula/simplify.hpp"
#include "formula/split.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

void sort_and_unify(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

/// As many of the values, ends included, evenly.
std::vector<double> thinned(const std::vector<double>& values, std::size_t most) {
  if (values.size() <= most) return values;
  std::vector<double> few;
  for (std::size_t k = 0; k < most; ++k) {
    few.push_back(values[k * (values.size() - 1) / (most - 1)]);
  }
  return few;
}

}  // namespace

std::uint64_t scrambled(std::uint64_t n) noexcept {
  std::uint64_t x = (n + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

Point Points::operator[](Size i) const {
  Point point;
  point.reserve(columns.size());
  for (const auto& column : columns) point.push_back(column[at(i)]);
  return point;
}

void Points::add(const Point& point) {
  columns.resize(point.size());
  for (std::size_t i = 0; i < point.size(); ++i) columns[i].push_back(point[i]);
  ++count;
}

std::vector<double> results_of(const Subject& subject, const Points& points, Work& work) {
  work.left -= points.count * static_cast<Size>(subject.size()) / 4;  // Rows go together.
  std::vector<const double*> columns;
  for (const auto& column : points.columns) columns.push_back(column.data());
  std::vector<double> results(at(points.count));
  subject.program().evaluate(columns, points.count, results.data());
  return results;
}

double simplest_of(const Subject& subject, std::size_t input, const Bounds& bounds) {
  const auto& of = subject.inputs()[input];
  const double value = simplest(bounds.lowest, bounds.highest);
  const bool fits = !of.category && (!of.whole || value == std::floor(value));
  return fits ? value : bounds.lowest;
}

std::vector<double> values_worth_trying(const Subject& subject, std::size_t input) {
  constexpr std::size_t most_numbers = 32;
  constexpr std::size_t most_cuts = 48;
  const auto& of = subject.inputs()[input];
  std::vector<double> values;
  constexpr double most_categories = 64.0;
  if (of.whole && of.range.width() < most_categories) {
    for (double x = of.range.lowest; x <= of.range.highest; x += 1.0) values.push_back(x);
    return values;
  }
  const auto add = [&](double x) {
    Bounds bounds{x, x, false};
    bounds.meet(of.range.lowest, of.range.highest);
    subject.settle(input, bounds);
    if (bounds.present()) values.push_back(x);
  };
  for (const double x :
       {0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 50.0, 100.0, 1000.0, 1e6, 0.5, -1.0, -10.0, -100.0}) {
    add(x);
  }
  add(of.range.lowest);
  add(of.range.highest);
  add(simplest(of.range.lowest, of.range.highest));
  add(middle(of.range, of.whole));
  for (const double cut : thinned(of.cuts, most_cuts)) {
    add(cut);
    add(subject.below(input, cut));
    add(subject.above(input, cut));
  }
  std::size_t numbers = 0;
  for (std::size_t i = 0; i < subject.size() && numbers < most_numbers; ++i) {
    const auto operation = subject.node(i).operation;
    const bool is_number = operation == Operation::number || operation == Operation::highest ||
                           operation == Operation::name;
    if (!is_number || !subject.constant(i) || std::isnan(subject.value(i))) continue;
    add(subject.value(i));
    ++numbers;
  }
  sort_and_unify(values);
  // And between them.
  const std::vector<double> marks = values;
  for (std::size_t k = 1; k < marks.size(); ++k) {
    const double low = next_up(marks[k - 1]);
    const double high = next_down(marks[k]);
    if (low > high) continue;
    add(simplest(low, high));
    if (marks[k] - marks[k - 1] > 0.01 * std::fabs(marks[k])) {
      add(middle({marks[k - 1], marks[k], false}, of.whole));
    }
  }
  sort_and_unify(values);
  return values;
}

Points points_worth_trying(const Subject& subject, Size most) {
  const std::size_t inputs = subject.inputs().size();
  std::vector<std::vector<double>> values;
  double combinations = 1.0;
  for (std::size_t i = 0; i < inputs; ++i) {
    values.push_back(values_worth_trying(subject, i));
    combinations *= static_cast<double>(values.back().size());
  }
  Points points;
  points.columns.resize(inputs);
  Point point(inputs);
  if (combinations <= static_cast<double>(most)) {
    for (std::size_t n = 0; n < static_cast<std::size_t>(combinations); ++n) {
      std::size_t rest = n;
      for (std::size_t i = 0; i < inputs; ++i) {
        point[i] = values[i][rest % values[i].size()];
        rest /= values[i].size();
      }
      points.add(point);
    }
    return points;
  }
  // One after the other through its values while the others stay at a corner or in the middle.
  Points bases;
  add_points_of_box(subject, subject.everything(), 0, bases);
  std::vector<std::pair<std::size_t, double>> moves;
  for (std::size_t i = 0; i < inputs; ++i) {
    for (const double value : values[i]) moves.emplace_back(i, value);
  }
  const std::size_t share =
      std::min(moves.size(), static_cast<std::size_t>(most / 2 / bases.count));
  for (Size b = 0; b < bases.count; ++b) {
    points.add(bases[b]);
    for (std::size_t n = 0; n < share; ++n) {
      const auto& [input, value] =
          moves[share == moves.size() ? n : scrambled(at(b) * share + n) % moves.size()];
      point = bases[b];
      point[input] = value;
      points.add(point);
    }
  }
  // All alike.
  for (const double value : values[0]) {
    bool fits = true;
    for (std::size_t i = 0; i < inputs; ++i) {
      fits = fits && subject.inputs()[i].range.contains(value);
    }
    if (fits && !subject.inputs()[0].category) points.add(Point(inputs, value));
  }
  for (std::uint64_t n = 0; points.count < most; ++n) {
    for (std::size_t i = 0; i < inputs; ++i) {
      point[i] = values[i][scrambled(n * inputs + i) % values[i].size()];
    }
    points.add(point);
  }
  return points;
}

void add_points_of_box(const Subject& subject, const Box& box, std::uint64_t turn, Points& points) {
  const std::size_t inputs = box.size();
  Point point(inputs);
  const auto fill = [&](auto&& choose) {
    for (std::size_t i = 0; i < inputs; ++i) {
      point[i] = box[i].present() ? choose(i) : std::numeric_limits<double>::quiet_NaN();
    }
    points.add(point);
  };
  const auto simple = [&](std::size_t i) { return simplest_of(subject, i, box[i]); };
  fill([&](std::size_t i) { return box[i].lowest; });
  fill([&](std::size_t i) { return box[i].highest; });
  fill(simple);
  fill([&](std::size_t i) { return middle(box[i], subject.inputs()[i].whole); });
  for (std::uint64_t k = 0; k < 2; ++k) {
    fill([&](std::size_t i) {
      const auto pick = scrambled((2 * turn + k) * inputs + i) % 4;
      return pick == 0   ? box[i].lowest
             : pick == 1 ? box[i].highest
             : pick == 2 ? simple(i)
                         : middle(box[i], subject.inputs()[i].whole);
    });
  }
}

FormulaExample example_of(const Subject& subject, const Point& point) {
  FormulaExample example;
  for (std::size_t i = 0; i < point.size(); ++i) example.emplace_back(subject.label(i), point[i]);
  return example;
}

}  // namespace chiso
