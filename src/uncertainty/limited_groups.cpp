#include "uncertainty/limited_groups.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

using Law = DrawWeights::Law;

std::string_view law_name(Law law) {
  switch (law) {
    case Law::uniform:
      return "uniform";
    case Law::dirichlet:
      return "dirichlet";
    case Law::relative:
      return "relative";
    case Law::normalised_uniform:
      break;
  }
  return "normalised_uniform";
}

/// Where a node stands among the groups.
struct Place {
  std::size_t group = 0;
  Size share = 0;
};

/// Nothing, and a problem, if the source does not vary the node.
std::optional<Place> place_of(const std::string& code, const Labels& codes,
                              const std::vector<ShareGroup>& groups, SourceProblems& problems) {
  const Size node = known(code, codes, "criterion or indicator", problems);
  if (node < 0) return {};
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& nodes = groups[g].nodes;
    const auto found = std::find(nodes.begin(), nodes.end(), node);
    if (found != nodes.end()) return Place{g, found - nodes.begin()};
  }
  problems.spec(fmt::format("the share of '{}' does not vary here", code),
                "leave it out of bounds and orders, or let the source meet its parent");
  return {};
}

/// Numbers that the law needs, and those that it does not know.
void check_law(const DrawWeights& source, SourceProblems& problems) {
  if (source.law == Law::dirichlet) {
    if (!std::isfinite(source.concentration) || source.concentration <= 0.0) {
      problems.spec(fmt::format("expected a concentration that is positive and finite, got {}",
                                to_string(source.concentration)),
                    "the greater it is, the nearer the shares stay to the nominal ones: about the "
                    "number of children is wide, ten times that narrow");
    }
  } else if (source.concentration != 0.0) {
    problems.spec(fmt::format("a concentration has no meaning in the law {}", law_name(source.law)),
                  "leave it out, or choose the law dirichlet");
  }
  if (source.law == Law::relative) {
    if (!(source.spread > 0.0 && source.spread <= 1.0)) {
      problems.spec(
          fmt::format("expected a spread above 0 and at most 1, got {}", to_string(source.spread)),
          "0.25 is +- 25 %");
    }
  } else if (source.spread != 0.0) {
    problems.spec(fmt::format("a spread has no meaning in the law {}", law_name(source.law)),
                  "leave it out, or choose the law relative");
  }
  if (source.law == Law::uniform) return;
  const bool restricted = !source.bounds.empty() || !source.orders.empty() || source.keep_order;
  if (restricted) {
    problems.spec(
        fmt::format("bounds and orders have no meaning in the law {}", law_name(source.law)),
        "leave them out, or choose the law uniform");
  }
}

/// The bounds and orders of a source, by group.
std::vector<ShareLimits> limits_of(const Scores& base, const DrawWeights& source,
                                   const std::vector<ShareGroup>& groups,
                                   SourceProblems& problems) {
  const Labels& codes = base.index().codes();
  constexpr double rounding = 1.0 + 1e-12;  // Products of equal shares need not be the same bits.
  std::vector<ShareLimits> limits;
  for (const ShareGroup& group : groups) {
    std::vector<std::string> names;
    for (const Size node : group.nodes) names.push_back(codes[node]);
    ShareLimits& each = limits.emplace_back(std::move(names));
    if (!source.keep_order) continue;
    for (Size a = 0; a < each.order.size(); ++a) {
      for (Size b = 0; b < each.order.size(); ++b) {
        if (group.nominal[at(a)] > group.nominal[at(b)] * rounding) each.order.add(a, b);
      }
    }
  }
  std::set<std::string> bounded;
  for (const DrawWeights::Bound& bound : source.bounds) {
    const bool inside = bound.lowest >= 0.0 && bound.highest <= 1.0;
    if (!inside || !(bound.lowest <= bound.highest)) {
      problems.spec(fmt::format("expected bounds of '{}' with 0 <= lowest <= highest <= 1, got {} "
                                "and {}",
                                bound.node, to_string(bound.lowest), to_string(bound.highest)),
                    "shares are parts of 1, not of 100");
      continue;
    }
    if (!bounded.insert(bound.node).second) {
      problems.spec(fmt::format("'{}' has two bounds", bound.node), "leave one out");
      continue;
    }
    const auto place = place_of(bound.node, codes, groups, problems);
    if (!place) continue;
    limits[place->group].lowest[at(place->share)] = bound.lowest;
    limits[place->group].highest[at(place->share)] = bound.highest;
  }
  for (const auto& [heavy, light] : source.orders) {
    const auto first = place_of(heavy, codes, groups, problems);
    const auto second = place_of(light, codes, groups, problems);
    if (!first || !second) continue;
    if (first->group != second->group) {
      problems.spec(fmt::format("'{}' and '{}' are no siblings: their shares are not of one whole",
                                heavy, light),
                    "order siblings, or all indicators below a criterion with `overall`");
      continue;
    }
    limits[first->group].order.add(first->share, second->share);
  }
  return limits;
}

}  // namespace

std::vector<LimitedGroup> limited_groups(const Scores& base, const DrawWeights& source,
                                         SourceProblems& problems) {
  const Size before = problems.count();
  check_law(source, problems);
  std::vector<ShareGroup> groups = share_groups(base, source, problems);
  const bool is_uniform = source.law == Law::uniform;
  std::vector<ShareLimits> limits;
  if (is_uniform) limits = limits_of(base, source, groups, problems);
  std::vector<LimitedGroup> limited;
  if (problems.count() != before) return limited;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    std::optional<ShareRegion> region;
    if (is_uniform) {
      region = region_of(std::move(limits[g]), problems);
      if (!region) continue;
    }
    limited.push_back({std::move(groups[g]), std::move(region)});
  }
  return limited;
}

}  // namespace chiso
