#include "chiso/evaluate/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <set>

#include "chiso/rank/groups.hpp"

namespace chiso {
namespace {

/// Group of each unit by the definition's grouping of the composite.
std::vector<std::string> group_names(const Grouping& grouping, std::span<const double> scores) {
  std::vector<std::string> names(scores.size());
  std::vector<std::int32_t> groups(scores.size(), no_group);
  const auto count = static_cast<Size>(grouping.names.size());
  const bool any =
      std::any_of(scores.begin(), scores.end(), [](double s) { return !std::isnan(s); });
  switch (grouping.kind) {
    case Grouping::Kind::none:
      return names;
    case Grouping::Kind::limits:
      group_by_limits(scores, grouping.limits, groups);
      break;
    case Grouping::Kind::quantiles:
      if (any) group_by_quantiles(scores, count, groups);
      break;
    case Grouping::Kind::natural_breaks: {
      // Breaks need as many different scores as groups; with fewer there is nothing to tell apart.
      std::set<double> different;
      for (const double score : scores) {
        if (!std::isnan(score)) different.insert(score);
      }
      if (static_cast<Size>(different.size()) >= count) {
        group_by_natural_breaks(scores, count, groups);
      }
      break;
    }
  }
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
