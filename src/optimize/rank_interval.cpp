#include "chiso/optimize/rank_interval.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "optimize/flow_region.hpp"
#include "optimize/rank_search.hpp"
#include "uncertainty/admissible_shares.hpp"
#include "uncertainty/linear_tree.hpp"

namespace chiso {
namespace {

/// Positions among the units of the tree of those that are wanted.
std::vector<Size> wanted_units(const Scores& base, const LinearTree& tree,
                               const std::vector<std::string>& names) {
  const auto ranked = tree.units();
  std::vector<Size> wanted(ranked.size());
  if (names.empty()) {
    std::iota(wanted.begin(), wanted.end(), Size{0});
    return wanted;
  }
  wanted.clear();
  Problems problems;
  for (const std::string& name : names) {
    const Size unit = base.units().at(name);
    const auto found = std::lower_bound(ranked.begin(), ranked.end(), unit);
    if (found == ranked.end() || *found != unit) {
      problems.add({}, name, "has no score, and so no rank");
    } else {
      wanted.push_back(found - ranked.begin());
    }
  }
  problems.raise<DataError>();
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

/// Groups at or below a node; the others do not touch its score.
std::vector<AdmissibleShares> groups_below(const Index& index, Size node,
                                           std::vector<AdmissibleShares> groups) {
  std::erase_if(groups, [&](const AdmissibleShares& each) {
    Size i = each.group.criterion;
    while (i > node) i = index.parent(i);
    return i != node;
  });
  return groups;
}

}  // namespace

bool RankIntervals::proven() const noexcept {
  return std::all_of(units.begin(), units.end(), [](const RankInterval& unit) {
    return unit.best.proven() && unit.worst.proven();
  });
}

RankIntervals rank_intervals(const Scores& base, const RankIntervalOptions& options) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point start = Clock::now();
  const auto seconds = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  if (!(options.seconds >= 0.0)) {
    throw SpecError(
        fmt::format("expected seconds that are not negative, got {}", to_string(options.seconds)));
  }
  const Index& index = base.index();
  RankIntervals result{.base = base};
  result.node = options.node.empty() ? Index::root() : index.at(options.node);
  std::vector<DrawWeights> sources = options.weights;
  if (sources.empty()) sources.emplace_back();
  std::vector<AdmissibleShares> groups =
      groups_below(index, result.node, admissible_shares(base, sources));
  if (groups.empty()) {
    throw SpecError("no share that varies is below it, and so no rank can change",
                    index.node(result.node).code);
  }
  const LinearTree tree(base, result.node, varied_criteria(index, groups));
  const FlowRegion region(tree, std::move(groups));
  for (const AdmissibleShares& each : region.groups()) {
    const ShareGroup& group = each.group;
    for (std::size_t k = 0; k < group.nodes.size(); ++k) {
      result.parents.push_back(group.criterion);
      result.nodes.push_back(group.nodes[k]);
      result.nominal.push_back(group.nominal[k]);
    }
  }

  const std::vector<Size> wanted = wanted_units(base, tree, options.units);
  const Size ends = 2 * std::ssize(wanted);
  Size done = 0;
  bool on = true;
  const auto go_on = [&] {
    on = on && seconds() < options.seconds && (!options.progress || options.progress(done, ends));
    return on;
  };
  RankSearch search(region, std::ssize(tree.units()), go_on);
  for (const Size unit : wanted) {
    RankInterval interval;
    interval.unit = tree.units()[at(unit)];
    interval.rank = search.rank(unit, result.nominal);
    for (const RankEnd which : {RankEnd::best, RankEnd::worst}) {
      RankSearch::Found found = search.find(unit, which);
      RankInterval::End& end = which == RankEnd::best ? interval.best : interval.worst;
      end = {found.rank, found.bound, std::move(found.shares)};
      ++done;
      static_cast<void>(go_on());
    }
    result.units.push_back(std::move(interval));
  }
  result.stopped = search.stopped();
  result.seconds = seconds();
  return result;
}

}  // namespace chiso
