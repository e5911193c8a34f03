#include "uncertainty/admissible_shares.hpp"

#include <algorithm>
#include <optional>

#include "base/at.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/share_limits.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/source_problems.hpp"
#include "uncertainty/varied_twice.hpp"

namespace chiso {
namespace {

using Law = DrawWeights::Law;

bool keeps_to(const AdmissibleShares& admissible, std::span<const double> shares) {
  constexpr double rounding = 1e-12;
  for (std::size_t k = 0; k < shares.size(); ++k) {
    if (shares[k] < admissible.lowest[k] - rounding ||
        shares[k] > admissible.highest[k] + rounding) {
      return false;
    }
  }
  return std::all_of(admissible.orders.begin(), admissible.orders.end(),
                     [&](const std::pair<Size, Size>& order) {
                       return shares[at(order.first)] >= shares[at(order.second)] - rounding;
                     });
}

/// Any shares.
AdmissibleShares unlimited(ShareGroup group, bool overall) {
  AdmissibleShares admissible;
  admissible.overall = overall;
  admissible.lowest.assign(group.nodes.size(), 0.0);
  admissible.highest.assign(group.nodes.size(), 1.0);
  admissible.some = group.nominal;
  admissible.group = std::move(group);
  return admissible;
}

void limit(const ShareRegion& region, AdmissibleShares& admissible) {
  admissible.lowest = region.all;
  admissible.highest = region.all;
  for (std::size_t i = 0; i < region.free.size(); ++i) {
    admissible.lowest[at(region.free[i])] = region.lowest[i];
    admissible.highest[at(region.free[i])] = region.highest[i];
  }
  for (const auto& [heavy, light] : region.order.covers()) {
    admissible.orders.emplace_back(region.free[at(heavy)], region.free[at(light)]);
  }
  if (keeps_to(admissible, admissible.group.nominal)) return;
  admissible.some = region.all;
  const std::vector<double> inner = region.inner_point();
  for (std::size_t i = 0; i < inner.size(); ++i) admissible.some[at(region.free[i])] = inner[i];
}

}  // namespace

std::vector<AdmissibleShares> admissible_shares(const Scores& base,
                                                const std::vector<DrawWeights>& sources) {
  SourceProblems problems;
  std::vector<AdmissibleShares> all;
  std::vector<VariedRow> rows;
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const DrawWeights& source = sources[s];
    problems.begin(source.name);
    const Size before = problems.count();
    check_law(source, problems);
    std::vector<ShareGroup> groups = share_groups(base, source, problems);
    std::vector<ShareLimits> limits = share_limits(base, source, groups, problems);
    if (problems.count() != before) continue;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      AdmissibleShares& admissible =
          all.emplace_back(unlimited(std::move(groups[g]), source.overall));
      if (source.law == Law::relative) admissible.spread = source.spread;
      for (const Size node : admissible.group.nodes) {
        VariedRow row;
        row.kind = source.overall ? VariedRow::Kind::overall_share : VariedRow::Kind::share;
        row.source = static_cast<Size>(s);
        row.node = node;
        row.parent = admissible.group.criterion;
        rows.push_back(row);
      }
      if (source.law != Law::uniform) continue;
      const auto region = region_of(std::move(limits[g]), problems);
      if (region) limit(*region, admissible);
    }
  }
  expect_varied_once(base.index(), std::vector<Source>(sources.begin(), sources.end()), rows,
                     problems);
  problems.raise();
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.group.criterion < b.group.criterion;
  });
  return all;
}

std::vector<char> varied_criteria(const Index& index, std::span<const AdmissibleShares> groups) {
  std::vector<char> varies(at(index.size()), 0);
  for (const AdmissibleShares& admissible : groups) {
    const Size top = admissible.group.criterion;
    varies[at(top)] = 1;
    if (!admissible.overall) continue;
    for (const Size node : admissible.group.nodes) {
      for (Size i = index.parent(node); i != top; i = index.parent(i)) varies[at(i)] = 1;
    }
  }
  return varies;
}

}  // namespace chiso
