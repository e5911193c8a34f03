#include "uncertainty/tally.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/uncertainty/uncertainty.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class T>
void add_each(std::vector<T>& to, const std::vector<T>& more) {
  std::transform(to.begin(), to.end(), more.begin(), to.begin(), std::plus<T>());
}

template <class Sum>
void add_sums(std::vector<Sum>& to, const std::vector<Sum>& more) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i].add(more[i]);
}

void add(Tally::Node& to, const Tally::Node& more) {
  for (std::size_t u = 0; u < to.least.size(); ++u) {
    to.least[u] = std::min(to.least[u], more.least[u]);
    to.greatest[u] = std::max(to.greatest[u], more.greatest[u]);
  }
  add_sums(to.sums, more.sums);
  add_sums(to.squares, more.squares);
  add_each(to.ranks, more.ranks);
  add_each(to.bins, more.bins);
  add_each(to.wins, more.wins);
  to.shift.add(more.shift);
  to.shift_square.add(more.shift_square);
  add_each(to.shifts, more.shifts);
}

}  // namespace

ShiftBins::ShiftBins(Size unit_count) : units(unit_count) {
  const std::int64_t values = units * std::max<std::int64_t>(units - 1, 0) + 1;
  width = (values + most - 1) / most;
  count = (values + width - 1) / width;
}

Tally::Tally(std::shared_ptr<const TallyPlan> what) : plan(std::move(what)) {
  const Size units = plan->units;
  Node node;
  node.least.assign(at(units), infinity);
  node.greatest.assign(at(units), -infinity);
  node.sums.resize(at(units));
  node.squares.resize(at(units));
  node.ranks.resize(at(units * (units + 1)));
  node.bins.resize(at(units * ScoreBins::count));
  if (plan->pairs) node.wins.resize(at(units * units));
  node.shifts.resize(at(ShiftBins(units).count));
  nodes.assign(at(plan->nodes), node);
  groups.resize(at(units * plan->groups));
  central.resize(at(units * std::ssize(plan->share_rows)));
}

std::int64_t Tally::draws() const noexcept { return grains.count() * draws_a_grain; }

std::int64_t Tally::scored(Size node, Size unit) const {
  return draws() - static_cast<std::int64_t>(rank_count(node, unit, 0));
}

void Tally::merge(const Tally& other) {
  if (plan != other.plan && plan->fingerprint != other.plan->fingerprint) {
    throw DataError(
        "these draws are of other ingredients: of another result, of other sources, nodes or "
        "another seed");
  }
  if (!grains.unite(other.grains)) {
    throw DataError("some draws are in both, and would be counted twice");
  }
  stopped = stopped || other.stopped;
  for (std::size_t n = 0; n < nodes.size(); ++n) add(nodes[n], other.nodes[n]);
  add_each(groups, other.groups);
  add_sums(central, other.central);
}

double standard_error(std::span<const Tally* const> parts, Size top) {
  double draws = 0.0;
  for (const Tally* part : parts) draws += static_cast<double>(part->draws());
  const TallyPlan& plan = *parts[0]->plan;
  double greatest = 0.0;
  for (Size u = 0; u < plan.units; ++u) {
    double in_top = 0.0;
    for (const Tally* part : parts) {
      for (Size rank = 1; rank <= top; ++rank) {
        in_top += static_cast<double>(part->rank_count(plan.composite, u, rank));
      }
    }
    const double p = (in_top + 2.0) / (draws + 4.0);
    greatest = std::max(greatest, std::sqrt(p * (1.0 - p) / (draws + 4.0)));
  }
  return greatest;
}

}  // namespace chiso
