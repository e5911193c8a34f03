#include "formula/points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/rounded.hpp"
#include "chiso/base/interval.hpp"
#include "formula/split.hpp"

namespace chiso {
namespace {

using Operation = FormulaOperation;

/// The n-th of a fixed sequence of numbers without pattern (SplitMix64).
std::uint64_t scrambled(std::uint64_t n) noexcept {
  std::uint64_t x = (n + 1) * 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// How hard a number is to read: its digits, and half as much for the zeros and signs around them.
double difficulty(double value) {
  const std::string text = to_string(std::fabs(value));
  const std::size_t exponent = text.find('e');
  std::string digits;
  for (const char c : text.substr(0, exponent)) {
    if (c != '.') digits += c;
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  const std::size_t behind = digits.find_last_not_of('0') + 1;  // 0 if there is none.
  const double significant = behind > first ? static_cast<double>(behind - first) : 1.0;
  const double around = static_cast<double>(text.size()) - significant;
  return significant + around / 2.0 + (value < 0.0 ? 0.25 : 0.0);
}

/// Simpler is easier to read, then smaller.
auto simplicity(double value) { return std::pair(difficulty(value), std::fabs(value)); }

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

class Tracer {
 public:
  Tracer(const Subject& subject, Trace& trace) : subject_(subject), trace_(trace) {}

  void take(std::size_t i) {
    trace_.taken[i] = 1;
    const FormulaNode& node = subject_.node(i);
    if (node.operation == Operation::choose) return take_branch(node);
    for (const auto operand : node.operands) {
      take(operand);
      const bool found = !std::isnan(trace_.values[operand]);
      if (node.operation == Operation::coalesce && found) return;
    }
  }

 private:
  void take_branch(const FormulaNode& node) {
    for (std::size_t k = 0; k + 1 < node.operands.size(); k += 2) {
      const auto condition = node.operands[k];
      take(condition);
      const double truth = trace_.values[condition];
      if (std::isnan(truth)) return;
      if (truth != 0.0) return take(node.operands[k + 1]);
    }
    take(node.operands.back());
  }

  const Subject& subject_;
  Trace& trace_;
};

}  // namespace

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

double simplest(double low, double high) {
  if (low <= 0.0 && high >= 0.0) return 0.0;
  if (high < 0.0) return -simplest(-high, -low);
  if (low <= 1.0 && high >= 1.0) return 1.0;
  // A power of ten, the smaller the better; else the largest of which a multiple lies between.
  for (const double unit : powers_of_ten) {
    if (unit >= low && unit <= high) return unit;
  }
  for (int power = 15; power >= -15; --power) {
    const double unit = power < 0 ? 1.0 / powers_of_ten[static_cast<std::size_t>(-power)]
                                  : powers_of_ten[static_cast<std::size_t>(power)];
    const double count = std::ceil(low / unit);
    const double value =
        power < 0 ? count / powers_of_ten[static_cast<std::size_t>(-power)] : count * unit;
    if (value >= low && value <= high) return value;
  }
  return low;
}

namespace {

double simplest_of(const Subject& subject, std::size_t input, const Bounds& bounds) {
  const auto& of = subject.inputs()[input];
  const double value = simplest(bounds.lowest, bounds.highest);
  const bool fits = !of.category && (!of.whole || value == std::floor(value));
  return fits ? value : bounds.lowest;
}

}  // namespace

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
    if (!is_number || !subject.constant(i)) continue;
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

Trace trace_of(const Subject& subject, const Point& point) {
  Trace trace;
  trace.values.resize(subject.size());
  trace.taken.assign(subject.size(), 0);
  trace.result = subject.program().trace(point, trace.values);
  Tracer(subject, trace).take(subject.root());
  return trace;
}

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

Point times(const Subject& subject, const Point& point, std::span<const std::size_t> inputs,
            double factor) {
  Point result = point;
  for (std::size_t i = 0; i < point.size(); ++i) {
    const auto& input = subject.inputs()[inputs[i]];
    if (input.category || std::isnan(point[i])) continue;
    double value = 0.0;
    const bool is_number = parse_number(fmt::format("{:.12g}", point[i] * factor), value);
    if (!is_number || !input.range.contains(value)) return point;
    if (input.whole && value != std::floor(value)) return point;
    result[i] = value;
  }
  return result;
}

double complexity(const Point& point) {
  double sum = 0.0;
  for (const double value : point) {
    // Of numbers alike the smaller.
    sum += difficulty(value) + std::min(std::fabs(value), 1e3) * 1e-4;
  }
  return sum;
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

std::vector<double> simpler_values(const Subject& subject, std::size_t input, double value) {
  constexpr int most_digits = 6;
  const auto& of = subject.inputs()[input];
  if (of.category || std::isnan(value)) return {};
  std::vector<double> values{0.0,  1.0,  2.0,  3.0,  4.0,  5.0,  6.0,  7.0,  8.0,   9.0,    10.0,
                             20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 1000.0, -1.0};
  values.push_back(of.range.lowest);
  values.push_back(of.range.highest);
  const int magnitude =
      value == 0.0 ? 0 : static_cast<int>(std::floor(std::log10(std::fabs(value))));
  for (int digits = 1; digits <= most_digits; ++digits) {
    const int decimals = digits - 1 - magnitude;
    const double near = rounded(value, decimals);
    values.push_back(near);
    if (decimals < -15 || decimals > 15) continue;
    // And its neighbours, since the side matters.
    const double unit = decimals < 0 ? powers_of_ten[static_cast<std::size_t>(-decimals)]
                                     : 1.0 / powers_of_ten[static_cast<std::size_t>(decimals)];
    values.push_back(rounded(near - unit, decimals));
    values.push_back(rounded(near + unit, decimals));
  }
  const auto own = simplicity(value);
  std::erase_if(values, [&](double each) {
    return !of.range.contains(each) || simplicity(each) >= own ||
           (each != 0.0 && std::fabs(each) < of.smallest) || (of.whole && each != std::floor(each));
  });
  std::sort(values.begin(), values.end(),
            [](double a, double b) { return simplicity(a) < simplicity(b); });
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

FormulaExample example_of(const Subject& subject, const Point& point) {
  FormulaExample example;
  for (std::size_t i = 0; i < point.size(); ++i) example.emplace_back(subject.label(i), point[i]);
  return example;
}

}  // namespace chiso
