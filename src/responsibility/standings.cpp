#include "chiso/responsibility/standings.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/rank/rank.hpp"
#include "responsibility/places.hpp"

namespace chiso {

namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::string key_of(std::string_view index, std::string_view code) {
  std::string key;
  key.reserve(index.size() + 1 + code.size());
  return key.append(index).append(1, '\0').append(code);
}

// The highest score of a node: its maximum, else what its rule can give; NaN if nothing limits it.
double highest(const Evaluator& evaluator, Size node) {
  const double maximum = evaluator.maximum(node);
  if (!std::isnan(maximum)) return maximum;
  const double limit = evaluator.range(node).highest;
  return std::isfinite(limit) ? limit : missing;
}

// The nodes of a result that the plan names, under the codes that it names them by; the composite
// first.
std::vector<std::pair<std::string, Size>> named_nodes(const PlannedScores& planned, Size scores,
                                                      const std::string& key) {
  std::vector<std::pair<std::string, Size>> nodes{{"", Index::root()}};
  const auto add = [&](const CriterionRef& criterion) {
    const bool is_known =
        criterion.index != key || std::any_of(nodes.begin(), nodes.end(), [&](const auto& node) {
          return node.first == criterion.code;
        });
    if (is_known) return;
    const Size node = planned.node(scores, criterion);
    if (node >= 0) nodes.emplace_back(criterion.code, node);
  };
  const PlanDefinition& plan = planned.plan().definition();
  for (const Target& target : plan.targets) add(target.criterion);
  for (const Baseline& baseline : plan.baseline) add(baseline.criterion);
  return nodes;
}

}  // namespace

Standings::Standings(std::vector<Standing> rows) : rows_(std::move(rows)) {
  const auto row = [&](Size i) -> const Standing& { return rows_[static_cast<std::size_t>(i)]; };
  for (Size i = 0; i < std::ssize(rows_); ++i) {
    const auto [known, is_new] =
        node_at_.try_emplace(key_of(row(i).index, row(i).code), std::ssize(by_node_));
    if (is_new) by_node_.emplace_back();
    by_node_[static_cast<std::size_t>(known->second)].push_back(i);
  }
  std::vector<std::pair<Size, Size>> twice;  // The later row, the earlier one.
  for (std::vector<Size>& node : by_node_) {
    std::stable_sort(node.begin(), node.end(), [&](Size a, Size b) {
      return std::tie(row(a).period, row(a).unit) < std::tie(row(b).period, row(b).unit);
    });
    for (std::size_t k = 1; k < node.size(); ++k) {
      const Standing& above = row(node[k - 1]);
      const Standing& here = row(node[k]);
      if (above.unit == here.unit && above.period == here.period) {
        twice.emplace_back(node[k], node[k - 1]);
      }
    }
  }
  std::sort(twice.begin(), twice.end());
  Problems problems;
  for (const auto& [later, earlier] : twice) {
    const Standing& standing = row(later);
    problems.add({}, standing.unit,
                 fmt::format("the standing of '{}' on {} in {} stands twice (rows {} and {})",
                             standing.unit, to_string(CriterionRef{standing.index, standing.code}),
                             standing.period.text(), earlier + 1, later + 1),
                 "keep one row a node, period and unit");
  }
  problems.raise<DataError>();
}

std::vector<CriterionRef> Standings::nodes() const {
  std::vector<CriterionRef> nodes;
  nodes.reserve(by_node_.size());
  for (const auto& node : by_node_) {
    const Standing& any = rows_[static_cast<std::size_t>(node.front())];
    nodes.push_back({any.index, any.code});
  }
  return nodes;
}

std::span<const Size> Standings::of_node(std::string_view index, std::string_view code) const {
  const auto found = node_at_.find(key_of(index, code));
  if (found == node_at_.end()) return {};
  return by_node_[static_cast<std::size_t>(found->second)];
}

std::span<const Size> Standings::of_period(std::string_view index, std::string_view code,
                                           const Period& period) const {
  const auto node = of_node(index, code);
  const auto of = [&](Size i) -> const Period& {
    return rows_[static_cast<std::size_t>(i)].period;
  };
  const auto first =
      std::partition_point(node.begin(), node.end(), [&](Size i) { return of(i) < period; });
  const auto last =
      std::partition_point(first, node.end(), [&](Size i) { return of(i) == period; });
  return {first, last};
}

std::vector<Period> Standings::periods(std::string_view index, std::string_view code) const {
  std::vector<Period> periods;
  for (const Size i : of_node(index, code)) {
    const Period& period = rows_[static_cast<std::size_t>(i)].period;
    if (periods.empty() || periods.back() != period) periods.push_back(period);
  }
  return periods;
}

const Standing* Standings::find(std::string_view index, std::string_view code, const Period& period,
                                std::string_view unit) const {
  const auto rows = of_period(index, code, period);
  const auto at = [&](Size i) -> const Standing& { return rows_[static_cast<std::size_t>(i)]; };
  const auto found =
      std::partition_point(rows.begin(), rows.end(), [&](Size i) { return at(i).unit < unit; });
  return found != rows.end() && at(*found).unit == unit ? &at(*found) : nullptr;
}

std::vector<const Standing*> Standings::units(std::string_view index, std::string_view code,
                                              const Period& period) const {
  std::vector<const Standing*> units;
  for (const Size i : of_period(index, code, period)) {
    units.push_back(&rows_[static_cast<std::size_t>(i)]);
  }
  std::sort(units.begin(), units.end());  // One array: by address is in the order of the rows.
  return units;
}

std::vector<Standing> standings_of(const PlannedScores& planned) {
  std::vector<Standing> rows;
  for (Size s = 0; s < std::ssize(planned.scores()); ++s) {
    const Scores& scores = planned.scores()[static_cast<std::size_t>(s)];
    const std::string& key = planned.plan().indices()[planned.index_of(s)];
    for (const auto& [code, node] : named_nodes(planned, s, key)) {
      const Ranking ranking(scores, node);
      const double maximum = highest(scores.evaluator(), node);
      const auto column = scores.column(node);
      for (Size u = 0; u < scores.units().size(); ++u) {
        const auto at = static_cast<std::size_t>(u);
        rows.push_back({key, code, scores.period(), scores.units()[u], column[at],
                        ranking.ranks()[at], maximum});
      }
    }
  }
  return rows;
}

bool is_ranked(std::span<const Place> places) noexcept {
  return std::any_of(places.begin(), places.end(),
                     [](const Place& place) { return !std::isnan(place.rank); });
}

Size rank_by_score(std::span<Place> places) {
  std::vector<double> scores(places.size());
  std::vector<double> ranks(places.size());
  std::transform(places.begin(), places.end(), scores.begin(),
                 [](const Place& place) { return place.score; });
  rank(scores, Ties::competition, ranks);
  Size ranked = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i].rank = ranks[i];
    ranked += std::isnan(ranks[i]) ? 0 : 1;
  }
  return ranked;
}

double score_at_rank(std::span<const Place> places, double rank) noexcept {
  double last = 0.0;  // The worst rank that is good enough; those who have it, and their score.
  double holders = 0.0;
  double score = missing;
  for (const Place& place : places) {
    if (!(place.rank <= rank) || place.rank < last) continue;
    if (place.rank > last) {
      last = place.rank;
      holders = 0.0;
      score = missing;
    }
    holders += 1.0;
    score = std::fmin(score, place.score);
  }
  // Who comes next has rank last + holders. If that is good enough too, it is not known who it is.
  return last + holders > rank ? score : missing;
}

double score_at_rank(std::span<const Standing* const> units, double rank) {
  std::vector<Place> places(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    places[i].score = units[i]->score;
    places[i].rank = units[i]->rank;
  }
  if (!is_ranked(places)) rank = std::min(rank, static_cast<double>(rank_by_score(places)));
  return score_at_rank(std::span<const Place>(places), rank);
}

}  // namespace chiso
