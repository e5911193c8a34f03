#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/fingerprint.hpp"
#include "check/leaf_function.hpp"
#include "check/locked_rules.hpp"
#include "chiso/base/error.hpp"
#include "chiso/check/baseline.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"

namespace chiso {

namespace {

bool looks_back(const Rule& rule) {
  const auto* normaliser = std::get_if<Normaliser>(&rule);
  return normaliser != nullptr && (normaliser->low.source == Anchor::Source::pooled ||
                                   normaliser->high.source == Anchor::Source::pooled);
}

/// Whether scores of a period depend on the periods before it.
bool looks_back(const Index& index) {
  if (!index.previous_variables().empty()) return true;
  for (const Size leaf : index.leaves()) {
    for (const auto& entry : index.node(leaf).rule.entries()) {
      if (looks_back(entry.value)) return true;
    }
  }
  return false;
}

void add_period(Fingerprint& print, const Index& index, const Panel& panel, Size period) {
  print.add(std::string_view(panel.periods()[at(period)].text()));
  std::vector<Size> units;
  for (Size u = 0; u < panel.units().size(); ++u) {
    if (!panel.has_unit(u, period)) continue;
    units.push_back(u);
    print.add(std::string_view(panel.units()[u]));
  }
  for (const Variable& variable : index.variables()) {
    print.add(std::string_view(variable.code));
    const auto column = panel.variables().find(variable.code);
    if (!column) continue;
    const auto words = panel.categories(*column);
    for (const Size u : units) {
      const double value = panel.column(*column, period)[at(u)];
      if (words.empty() || std::isnan(value)) {
        print.add(value);
      } else {
        print.add(std::string_view(words[static_cast<std::size_t>(value)]));
      }
    }
    for (const Panel::Cell& cell : panel.not_applicable()) {
      if (cell.variable != *column || cell.period != period) continue;
      print.add(std::string_view(panel.units()[cell.unit]));
    }
  }
}

std::vector<Period> periods_of(const Index& index, const Panel& panel, const BaselineCheck& what) {
  std::vector<Period> periods = what.periods;
  if (periods.empty()) {
    for (const Period& period : panel.periods()) {
      if (what.method || index.definition().periods.contains(period)) periods.push_back(period);
    }
    if (periods.empty()) {
      throw DataError(fmt::format("{} is in force in none of the {} periods of the data",
                                  index.name(), panel.periods().size()),
                      index.name());
    }
  }
  std::sort(periods.begin(), periods.end());
  periods.erase(std::unique(periods.begin(), periods.end()), periods.end());
  return periods;
}

LockedPeriod locked(const Scores& scores) {
  const Index& index = scores.index();
  if (scores.units().size() == 0) {
    throw DataError("no unit has a row in the period", scores.period().text());
  }
  LockedPeriod result;
  result.period = scores.period();
  result.method = scores.method();
  result.data = data_fingerprint(index, scores.panel(), scores.period());
  for (const FittedAnchor& anchor : scores.anchors()) {
    result.anchors.push_back({anchor.node, anchor.low, anchor.high});
  }
  const auto names = scores.units().names();
  result.units.assign(names.begin(), names.end());
  for (Size u = 0; u < scores.units().size(); ++u) {
    for (Size n = 0; n < index.size(); ++n) result.scores.push_back(scores.column(n)[at(u)]);
  }
  const Ranking ranking(scores);
  result.ranks.assign(ranking.ranks().begin(), ranking.ranks().end());
  result.groups = ranking.groups();
  return result;
}

}  // namespace

std::string data_fingerprint(const Index& index, const Panel& panel, const Period& period) {
  const Size last = panel.period_position(period);
  Fingerprint print;
  for (Size t = looks_back(index) ? 0 : last; t <= last; ++t) add_period(print, index, panel, t);
  return print.text();
}

std::vector<LockedBound> bounds_of(const Evaluator& evaluator, Size node, const Period& method) {
  const Compiled& compiled = evaluator.compiled();
  const auto function = LeafFunction::of(compiled, compiled.leaf_of[at(node)]);
  std::vector<LockedBound> bounds;
  if (!function) return bounds;
  for (const double bound : function->bounds()) {
    LockedBound& locked = bounds.emplace_back();
    locked.node = node;
    locked.method = method;
    locked.score = (*function)(bound);
    if (!function->categories().empty()) {
      locked.at = locked.below = locked.above = missing_value;
      locked.word = function->categories()[static_cast<std::size_t>(bound)];
    } else {
      locked.at = bound;
      locked.below = (*function)(next_down(bound));
      locked.above = (*function)(next_up(bound));
    }
  }
  return bounds;
}

LockedNode limits_of(const Evaluator& evaluator, Size node, const Period& method) {
  const ScoreRange range = evaluator.range(node);
  return {node,         method,       evaluator.weight(node), evaluator.maximum(node),
          range.lowest, range.highest};
}

LockedResults lock(const Index& index, const Panel& panel, const BaselineCheck& what) {
  LockedResults baseline{index, what.panel, what.version, {}, {}, {}};
  std::vector<Scores> scored;
  Problems problems;
  const Evaluator evaluator(index);
  for (const Period& period : periods_of(index, panel, what)) {
    try {
      scored.push_back(evaluator.score(panel, {.period = period, .method = what.method}));
      baseline.periods.push_back(locked(scored.back()));
    } catch (const DataError& error) {
      for (Problem problem : error.problems()) {
        problem.place = problem.place.empty() ? period.text()
                                              : fmt::format("{}, {}", period.text(), problem.place);
        problems.add(std::move(problem));
      }
    }
  }
  problems.raise<DataError>();
  for (Size node = 0; node < index.size(); ++node) {
    std::vector<LockedBound> last;
    std::optional<LockedNode> limits;
    for (const Scores& scores : scored) {
      // Of an index with dated values each result has an evaluator of its own method.
      const LockedNode now = limits_of(scores.evaluator(), node, scores.method());
      if (!limits || !same(*limits, now)) baseline.nodes.push_back(now);
      limits = now;
      if (!index.is_leaf(node)) continue;
      auto bounds = bounds_of(scores.evaluator(), node, scores.method());
      if (!std::equal(bounds.begin(), bounds.end(), last.begin(), last.end(),
                      [](const auto& a, const auto& b) { return same(a, b); })) {
        baseline.bounds.insert(baseline.bounds.end(), bounds.begin(), bounds.end());
      }
      last = std::move(bounds);
    }
  }
  return baseline;
}

}  // namespace chiso
