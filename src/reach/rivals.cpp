#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "base/at.hpp"
#include "base/period_steps.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/reach/goal.hpp"

namespace chiso {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Fewer scores than these make no line worth the name.
constexpr std::size_t fewest = 3;

Size node_of(const Scores& scores, std::string_view code) {
  return code.empty() ? Index::root() : scores.index().at(code);
}

struct Point {
  double when;
  double score;
};

/// The straight line through the points by least squares, read off at `when`.
double on_line(std::span<const Point> points, double when) {
  const auto count = static_cast<double>(points.size());
  Point mean{0.0, 0.0};
  for (const Point& point : points) {
    mean.when += point.when / count;
    mean.score += point.score / count;
  }
  double both = 0.0;
  double square = 0.0;
  for (const Point& point : points) {
    both += (point.when - mean.when) * (point.score - mean.score);
    square += (point.when - mean.when) * (point.when - mean.when);
  }
  return mean.score + both / square * (when - mean.when);
}

/// The results by period.
/// @throws DataError if they are not on one line, or `at` is not after them.
std::vector<const Scores*> in_order(std::span<const Scores> history, const Period& at) {
  if (history.empty()) {
    throw DataError("expected results of past periods to draw the rivals' trends from, got none");
  }
  std::vector<const Scores*> results;
  for (const Scores& each : history) results.push_back(&each);
  std::stable_sort(results.begin(), results.end(),
                   [](const Scores* a, const Scores* b) { return a->period() < b->period(); });
  Problems problems;
  for (std::size_t i = 1; i < results.size(); ++i) {
    if (results[i]->period() == results[i - 1]->period()) {
      problems.add({}, results[i]->period().text(), "there are two results of this period",
                   "give one result a period");
    }
  }
  for (const Scores* each : results) {
    if (kind_of(each->period()) != kind_of(at)) {
      problems.add({}, each->period().text(), fmt::format("is not on one line with {}", at.text()),
                   "give periods of one kind: years, or quarters ...");
    }
  }
  if (!(results.back()->period() < at)) {
    problems.add({}, at.text(),
                 fmt::format("expected a period after the last result, that of {}",
                             results.back()->period().text()),
                 "take the rivals of that period as they are");
  }
  problems.raise<DataError>();
  return results;
}

}  // namespace

Rivals rivals_now(const Scores& scores, std::string_view unit, std::string_view code) {
  const Size own = scores.units().at(unit);
  const auto column = scores.column(node_of(scores, code));
  Rivals rivals;
  rivals.units.reserve(column.size());
  rivals.scores.reserve(column.size());
  for (Size u = 0; u < std::ssize(column); ++u) {
    if (u == own) continue;
    rivals.units.push_back(scores.units()[u]);
    rivals.scores.push_back(column[at(u)]);
  }
  rivals.assumption = fmt::format("others held constant ({})", scores.period().text());
  return rivals;
}

Rivals rivals_by_trend(std::span<const Scores> history, const Period& when, std::string_view unit,
                       std::string_view code) {
  const auto results = in_order(history, when);
  const Scores& latest = *results.back();
  const Size own = latest.units().at(unit);
  std::vector<Size> nodes;
  for (const Scores* each : results) nodes.push_back(node_of(*each, code));
  const ScoreRange range = latest.evaluator().range(nodes.back());

  Rivals rivals;
  Size kept = 0;
  for (Size u = 0; u < latest.units().size(); ++u) {
    if (u == own) continue;
    std::vector<Point> points;
    for (std::size_t i = 0; i < results.size(); ++i) {
      const auto found = results[i]->units().find(latest.units()[u]);
      const double score = found ? results[i]->column(nodes[i])[at(*found)] : missing;
      if (!std::isnan(score)) points.push_back({position_of(results[i]->period()), score});
    }
    double score = points.empty() ? missing : points.back().score;
    if (points.size() >= fewest) {
      score = std::clamp(on_line(points, position_of(when)), range.lowest, range.highest);
    } else {
      kept += points.empty() ? 0 : 1;
    }
    rivals.units.push_back(latest.units()[u]);
    rivals.scores.push_back(score);
  }
  rivals.assumption =
      fmt::format("others on their own straight line of {} to {} (least squares) in {}",
                  results.front()->period().text(), latest.period().text(), when.text());
  if (kept > 0) {
    rivals.assumption += fmt::format("; {} with fewer than {} scores keep{} the latest", kept,
                                     fewest, kept == 1 ? "s" : "");
  }
  return rivals;
}

}  // namespace chiso
