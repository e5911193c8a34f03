#include "uncertainty/admissible_shares.hpp"

#include <algorithm>
#include <utility>

#include "base/at.hpp"
#include "uncertainty/limited_groups.hpp"
#include "uncertainty/share_region.hpp"
#include "uncertainty/source_problems.hpp"
#include "uncertainty/varied_twice.hpp"

namespace chiso {
namespace {

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
AdmissibleShares unlimited(ShareGroup group) {
  AdmissibleShares admissible;
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
    problems.begin(sources[s].name);
    for (LimitedGroup& each : limited_groups(base, sources[s], problems)) {
      for (VariedRow& row : rows_of(each.group)) {
        row.source = static_cast<Size>(s);
        rows.push_back(row);
      }
      AdmissibleShares& admissible = all.emplace_back(unlimited(std::move(each.group)));
      admissible.spread = sources[s].spread;
      if (each.region) limit(*each.region, admissible);
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
    if (!admissible.group.overall) continue;
    for (const Size node : admissible.group.nodes) {
      for (Size i = index.parent(node); i != top; i = index.parent(i)) varies[at(i)] = 1;
    }
  }
  return varies;
}

}  // namespace chiso
