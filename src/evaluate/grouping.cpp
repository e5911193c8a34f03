#include "evaluate/grouping.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "chiso/rank/groups.hpp"

namespace chiso {

void assign_groups(const Grouping& grouping, std::span<const double> scores,
                   std::span<std::int32_t> groups) {
  std::fill(groups.begin(), groups.end(), no_group);
  const auto count = static_cast<Size>(grouping.names.size());
  const bool any =
      std::any_of(scores.begin(), scores.end(), [](double s) { return !std::isnan(s); });
  switch (grouping.kind) {
    case Grouping::Kind::none:
      break;
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
}

}  // namespace chiso
