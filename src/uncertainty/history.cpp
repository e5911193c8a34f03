#include "chiso/uncertainty/history.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "base/period_steps.hpp"
#include "chiso/base/error.hpp"
#include "chiso/model/index.hpp"

namespace chiso {
namespace {

bool is_score(double x) { return !std::isnan(x); }

/// Positions of the periods in time order.
std::vector<Size> in_time_order(std::span<const Period> periods) {
  std::vector<Size> order(periods.size());
  std::iota(order.begin(), order.end(), Size{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Size a, Size b) { return periods[at(a)] < periods[at(b)]; });
  return order;
}

void check_periods(std::span<const Period> ordered, Problems& problems) {
  for (std::size_t p = 1; p < ordered.size(); ++p) {
    if (kind_of(ordered[p]) != kind_of(ordered.front())) {
      problems.add({}, ordered[p].text(),
                   fmt::format("is not on one line with {}", ordered.front().text()),
                   "give periods of one kind: years, or quarters ...");
    } else if (ordered[p] == ordered[p - 1]) {
      problems.add({}, ordered[p].text(), "stands twice", "give one column of scores a period");
    }
  }
}

}  // namespace

History::History(std::string node, Labels units, std::vector<Period> periods,
                 const MatrixIn& values)
    : node_(std::move(node)), units_(std::move(units)) {
  if (values.rows() != units_.size() || values.cols() != std::ssize(periods)) {
    throw DataError(fmt::format("expected scores of {} units in {} periods, got a table of {} x {}",
                                units_.size(), periods.size(), values.rows(), values.cols()),
                    node_);
  }
  if (periods.empty() || units_.size() == 0) {
    throw DataError("expected scores of past periods, got none", node_);
  }
  Problems problems;
  std::vector<bool> known(at(units_.size()));
  for (const Size p : in_time_order(periods)) {
    periods_.push_back(periods[at(p)]);
    bool any = false;
    for (Size u = 0; u < units_.size(); ++u) {
      const double score = values(u, p);
      values_.push_back(score);
      if (std::isinf(score)) {
        problems.add({}, fmt::format("{}, {}", units_[u], periods_.back().text()),
                     "expected a score, got an infinite number");
      }
      any = any || is_score(score);
      known[at(u)] = known[at(u)] || is_score(score);
    }
    if (!any) {
      problems.add({}, periods_.back().text(), "no unit has a score", "leave the period out");
    }
  }
  check_periods(periods_, problems);
  for (Size u = 0; u < units_.size(); ++u) {
    if (!known[at(u)]) {
      problems.add({}, units_[u], "has no score in any period", "leave the unit out");
    }
  }
  problems.raise<DataError>();
}

History History::of(std::span<const Scores> results, std::string_view code) {
  std::vector<std::string> names;
  std::unordered_map<std::string, Size> position;
  std::vector<Period> periods;
  std::vector<std::vector<std::pair<Size, double>>> found;
  for (const Scores& each : results) {
    const Size node = code.empty() ? Index::root() : each.index().at(code);
    const auto column = each.column(node);
    periods.push_back(each.period());
    auto& scores = found.emplace_back();
    for (Size u = 0; u < each.units().size(); ++u) {
      if (!is_score(column[at(u)])) continue;
      const auto [entry, is_new] = position.emplace(each.units()[u], std::ssize(names));
      if (is_new) names.push_back(each.units()[u]);
      scores.emplace_back(entry->second, column[at(u)]);
    }
  }
  Eigen::MatrixXd values = Eigen::MatrixXd::Constant(std::ssize(names), std::ssize(periods),
                                                     std::numeric_limits<double>::quiet_NaN());
  for (Size p = 0; p < std::ssize(found); ++p) {
    for (const auto& [unit, score] : found[at(p)]) values(unit, p) = score;
  }
  std::string node(code);
  if (node.empty() && !results.empty()) node = results.front().index().codes()[Index::root()];
  return {std::move(node), Labels(std::move(names), "unit"), std::move(periods), values};
}

std::span<const double> History::column(Size period) const {
  return std::span(values_).subspan(at(period * units_.size()), at(units_.size()));
}

History History::until(Size periods) const {
  std::vector<Size> kept;
  std::vector<std::string> names;
  for (Size u = 0; u < units_.size(); ++u) {
    bool known = false;
    for (Size p = 0; p < periods; ++p) known = known || is_score(column(p)[at(u)]);
    if (!known) continue;
    kept.push_back(u);
    names.push_back(units_[u]);
  }
  Eigen::MatrixXd values(std::ssize(kept), periods);
  for (Size p = 0; p < periods; ++p) {
    for (Size k = 0; k < std::ssize(kept); ++k) values(k, p) = column(p)[at(kept[at(k)])];
  }
  return {node_, Labels(std::move(names), units_.what()),
          std::vector<Period>(periods_.begin(), periods_.begin() + periods), values};
}

}  // namespace chiso
