#include "chiso/evaluate/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

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

double Ranking::rank_of(std::string_view unit) const {
  return ranks_[static_cast<std::size_t>(scores_.units().at(unit))];
}

}  // namespace chiso
