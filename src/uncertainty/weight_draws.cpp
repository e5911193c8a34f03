#include "uncertainty/weight_draws.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/at.hpp"
#include "base/elementary.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {
namespace {

using Law = DrawWeights::Law;

/// So many draws of all rows of a group stay in the cache while they are worked on. A multiple of
/// what rows are padded to.
constexpr Size draws_a_piece = 128;

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

/// Numbers that the law needs, and those that it does not know.
void check_options(const DrawWeights& source, SourceProblems& problems) {
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

WeightDraws::WeightDraws(const Scores& base, const DrawWeights& source, SourceProblems& problems) {
  const Size before = problems.count();
  check_options(source, problems);
  const auto groups = share_groups(base, source, problems);
  if (source.law == Law::uniform) {
    add_uniform(base, source, groups, problems);
    return;
  }
  if (problems.count() != before) return;
  for (const ShareGroup& group : groups) {
    if (source.law == Law::dirichlet) {
      Dirichlet law;
      for (const double share : group.nominal) law.laws.emplace_back(source.concentration * share);
      add(group, source.overall, std::move(law));
      continue;
    }
    Ranges law;
    for (const double share : group.nominal) {
      const bool relative = source.law == Law::relative;
      law.low.push_back(relative ? share * (1.0 - source.spread) : 0.0);
      law.width.push_back(relative ? share * 2.0 * source.spread : 1.0);
    }
    add(group, source.overall, std::move(law));
  }
}

void WeightDraws::add_uniform(const Scores& base, const DrawWeights& source,
                              const std::vector<ShareGroup>& groups, SourceProblems& problems) {
  const Size before = problems.count();
  auto limits = limits_of(base, source, groups, problems);
  if (problems.count() != before) return;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    auto region = region_of(std::move(limits[g]), problems);
    if (!region) continue;
    const auto purpose = static_cast<std::uint64_t>(groups[g].criterion);
    add(groups[g], source.overall, UniformShares(std::move(*region), purpose));
  }
}

void WeightDraws::add(const ShareGroup& group, bool overall,
                      std::variant<UniformShares, Dirichlet, Ranges> law) {
  const Size count = std::ssize(group.nodes);
  const auto* uniform = std::get_if<UniformShares>(&law);
  const Size taken = uniform != nullptr ? uniform->dimensions() : count;
  for (std::size_t k = 0; k < group.nodes.size(); ++k) {
    VariedRow row;
    row.kind = overall ? VariedRow::Kind::overall_share : VariedRow::Kind::share;
    row.node = group.nodes[k];
    row.parent = group.criterion;
    rows_.push_back(row);
    nominal_.push_back(group.nominal[k]);
  }
  groups_.push_back({std::ssize(rows_) - count, count, dimensions_, std::move(law)});
  dimensions_ += taken;
}

void WeightDraws::draw(const Kernels& kernels, const double* uniforms, Size uniform_stride,
                       Size draws, double* out, Size stride) const {
  for (const Group& group : groups_) {
    const double* from = uniforms + group.first_uniform * uniform_stride;
    double* to = out + group.first_row * stride;
    if (const auto* uniform = std::get_if<UniformShares>(&group.law)) {
      uniform->draw(kernels, from, uniform_stride, draws, to, stride);
      continue;
    }
    const auto* dirichlet = std::get_if<Dirichlet>(&group.law);
    const auto* ranges = std::get_if<Ranges>(&group.law);
    const std::vector<double> lowest(at(group.count), 0.0);
    std::vector<double*> rows(at(group.count));
    for (Size first = 0; first < draws; first += draws_a_piece) {
      const Size length = std::min(draws_a_piece, draws - first);
      double greatest[draws_a_piece];
      std::fill_n(greatest, length, -std::numeric_limits<double>::infinity());
      for (Size k = 0; k < group.count; ++k) {
        const double* u = from + k * uniform_stride + first;
        double* row = rows[at(k)] = to + k * stride + first;
        for (Size j = 0; j < length; ++j) {
          if (dirichlet != nullptr) {
            // Rows of several groups may have equal numbers; their streams must differ.
            const auto purpose = static_cast<std::uint64_t>(group.first_uniform + k);
            row[j] = dirichlet->laws[at(k)](u[j], purpose);
            greatest[j] = std::max(greatest[j], row[j]);
          } else {
            row[j] = ranges->low[at(k)] + ranges->width[at(k)] * u[j];
          }
        }
      }
      if (dirichlet != nullptr) {
        for (double* row : rows) {
          for (Size j = 0; j < length; ++j) row[j] = elementary::exp(row[j] - greatest[j]);
        }
      }
      kernels.to_shares(rows.data(), group.count, length, lowest.data(), 1.0, false);
    }
  }
}

}  // namespace chiso
