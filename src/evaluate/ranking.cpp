#include "chiso/evaluate/ranking.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/rank/groups.hpp"
#include "evaluate/grouping.hpp"

namespace chiso {
namespace {

/// Group of each unit by the definition's grouping of the composite.
std::vector<std::string> group_names(const Grouping& grouping, std::span<const double> scores) {
  std::vector<std::string> names(scores.size());
  std::vector<std::int32_t> groups(scores.size(), no_group);
  assign_groups(grouping, scores, groups);
  for (std::size_t u = 0; u < names.size(); ++u) {
    if (groups[u] < 0) continue;
    const auto group = static_cast<std::size_t>(groups[u]);
    names[u] = group < grouping.names.size() ? grouping.names[group] : grouping.below;
  }
  return names;
}

}  // namespace

Ranking::Ranking(const Scores& scores, Size node, RankingOptions options)
    : scores_(scores), node_(node), options_(options) {
  const IndexDefinition& definition = scores_.index().definition();
  if (!options_.on_displayed) options_.on_displayed = definition.rank_on_displayed;
  const auto column = scores_.column(node_);
  std::vector<double> values(column.begin(), column.end());
  if (*options_.on_displayed && definition.decimals) {
    displayed(column, *definition.decimals, values);
  }
  ranks_.resize(values.size());
  chiso::rank(values, options_.ties, ranks_);

  order_.resize(values.size());
  std::iota(order_.begin(), order_.end(), Size{0});
  std::stable_sort(order_.begin(), order_.end(), [&](Size a, Size b) {
    const double first = values[static_cast<std::size_t>(a)];
    const double second = values[static_cast<std::size_t>(b)];
    if (std::isnan(second)) return !std::isnan(first);
    return first > second;  // False for a missing first value.
  });
  ranked_ = std::count_if(values.begin(), values.end(), [](double v) { return !std::isnan(v); });
  groups_ = node_ == Index::root() ? group_names(definition.groups, values)
                                   : std::vector<std::string>(values.size());
}

Ranking::Ranking(const Scores& scores, Size node, RankingOptions options, std::vector<double> ranks,
                 std::vector<std::string> groups)
    : scores_(scores),
      node_(node),
      options_(options),
      ranks_(std::move(ranks)),
      groups_(std::move(groups)) {
  order_.resize(ranks_.size());
  std::iota(order_.begin(), order_.end(), Size{0});
  std::stable_sort(order_.begin(), order_.end(), [this](Size a, Size b) {
    const double first = ranks_[static_cast<std::size_t>(a)];
    const double second = ranks_[static_cast<std::size_t>(b)];
    if (std::isnan(second)) return !std::isnan(first);
    return first < second;  // False for a missing first rank.
  });
  ranked_ = std::count_if(ranks_.begin(), ranks_.end(), [](double r) { return !std::isnan(r); });
}

Ranking Ranking::restore(const Scores& scores, Size node, RankingOptions options,
                         std::vector<double> ranks, std::vector<std::string> groups) {
  if (node < 0 || node >= scores.index().size()) {
    throw DataError("the ranking is of a node that the index has not");
  }
  const auto units = static_cast<std::size_t>(scores.units().size());
  if (ranks.size() != units || groups.size() != units || !options.on_displayed) {
    throw DataError(fmt::format("expected the ranks and groups of {} units, got {} and {}", units,
                                ranks.size(), groups.size()));
  }
  const auto column = scores.column(node);
  for (std::size_t u = 0; u < units; ++u) {
    const bool is_rank = ranks[u] >= 1.0 && ranks[u] <= static_cast<double>(units);
    if (std::isnan(column[u]) ? !std::isnan(ranks[u]) : !is_rank) {
      throw DataError(fmt::format("the rank {} does not fit the score {}", to_string(ranks[u]),
                                  to_string(column[u])),
                      scores.units()[static_cast<Size>(u)]);
    }
  }
  Ranking ranking(scores, node, options, std::move(ranks), std::move(groups));
  for (Size i = 1; i < ranking.ranked_; ++i) {
    const auto better = static_cast<std::size_t>(ranking.order_[static_cast<std::size_t>(i - 1)]);
    const auto worse = static_cast<std::size_t>(ranking.order_[static_cast<std::size_t>(i)]);
    if (ranking.ranks_[better] < ranking.ranks_[worse] && column[better] < column[worse]) {
      throw DataError("it is ranked above a unit that has more",
                      scores.units()[static_cast<Size>(better)]);
    }
  }
  return ranking;
}

double Ranking::rank_of(std::string_view unit) const {
  return ranks_[static_cast<std::size_t>(scores_.units().at(unit))];
}

}  // namespace chiso
