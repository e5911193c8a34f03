#include "optimize/share_region.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double infinity = MixedInteger::infinity;
constexpr double shares_room = 1e-12;  ///< What rounding may do to a sum of shares.

/// Positions of values, greatest first.
std::vector<Size> descending(std::span<const double> values) {
  std::vector<Size> order(values.size());
  std::iota(order.begin(), order.end(), Size{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Size a, Size b) { return values[at(a)] > values[at(b)]; });
  return order;
}

/// What is left of 1 above the lower bounds goes to the greatest values first.
double best_in_box(const ShareGroup& group, std::span<const double> values,
                   std::span<double> shares) {
  double left = 1.0 - std::accumulate(group.lowest.begin(), group.lowest.end(), 0.0);
  double best = 0.0;
  for (const Size m : descending(values)) {
    const double more = std::clamp(left, 0.0, group.highest[at(m)] - group.lowest[at(m)]);
    left -= more;
    const double share = group.lowest[at(m)] + more;
    best += share * values[at(m)];
    if (!shares.empty()) shares[at(m)] = share;
  }
  return best;
}

/// The greatest values have the upper end of the spread, the others the lower one.
double best_in_spread(const ShareGroup& group, std::span<const double> values,
                      std::span<double> shares) {
  const std::vector<Size> order = descending(values);
  double weight = 0.0;
  double sum = 0.0;
  for (std::size_t m = 0; m < values.size(); ++m) {
    const double low = group.nominal[m] * (1.0 - group.spread);
    weight += low;
    sum += low * values[m];
  }
  double best = -infinity;
  std::size_t raised = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double more = 2.0 * group.spread * group.nominal[at(order[k])];
    weight += more;
    sum += more * values[at(order[k])];
    if (sum / weight > best) {
      best = sum / weight;
      raised = k + 1;
    }
  }
  if (!shares.empty()) {
    double total = 0.0;
    for (std::size_t k = 0; k < order.size(); ++k) {
      const double sign = k < raised ? 1.0 : -1.0;
      const std::size_t m = at(order[k]);
      shares[m] = group.nominal[m] * (1.0 + sign * group.spread);
      total += shares[m];
    }
    for (double& share : shares) share /= total;
  }
  return best;
}

/// With orders: by a program. NaN if no shares are admissible.
double best_by_program(const ShareGroup& group, std::span<const double> values,
                       std::span<double> shares) {
  MixedInteger program;
  std::vector<LinearTerm> all;
  std::vector<LinearTerm> objective;
  for (std::size_t m = 0; m < values.size(); ++m) {
    const Size variable = program.add_variable(group.lowest[m], group.highest[m]);
    all.push_back({variable, 1.0});
    objective.push_back({variable, -values[m]});
  }
  program.add_row(all, 1.0, 1.0);
  for (const auto& [heavier, lighter] : group.orders) {
    program.add_row(std::vector<LinearTerm>{{heavier, 1.0}, {lighter, -1.0}}, 0.0, infinity);
  }
  program.minimise(objective);
  const MixedInteger::Answer answer = program.solve();
  if (answer.values.empty()) return std::nan("");
  if (!shares.empty()) std::copy(answer.values.begin(), answer.values.end(), shares.begin());
  return -answer.objective;
}

}  // namespace

ShareRegion::ShareRegion(const LinearTree& tree, std::vector<ShareGroup> groups, const Index& index)
    : tree_(tree), groups_(std::move(groups)) {
  Size count = 0;
  Problems problems;
  for (const ShareGroup& group : groups_) {
    first_.push_back(count);
    count += std::ssize(group.members);
    above_.push_back(tree.flow_of(group.criterion));
    std::vector<Size> flows;
    for (const Size member : group.members) flows.push_back(tree.flow_of(member));
    within_.push_back(std::move(flows));
    std::vector<double> shares(group.nominal);
    if (!is_admissible(group, shares)) {
      const std::vector<double> none(shares.size(), 0.0);
      if (std::isnan(best_of(first_.size() - 1, none, Orders::kept, shares))) {
        problems.add({}, index.node(group.criterion).code,
                     "no shares keep to the bounds and orders together",
                     "widen a bound, or leave out an order");
      }
    }
    admissible_.insert(admissible_.end(), shares.begin(), shares.end());
  }
  first_.push_back(count);
  problems.raise<SpecError>();
}

bool ShareRegion::is_admissible(const ShareGroup& group, std::span<const double> shares) const {
  for (std::size_t m = 0; m < shares.size(); ++m) {
    if (shares[m] < group.lowest[m] - shares_room || shares[m] > group.highest[m] + shares_room) {
      return false;
    }
  }
  return std::all_of(group.orders.begin(), group.orders.end(), [&](const auto& order) {
    return shares[at(order.first)] >= shares[at(order.second)] - shares_room;
  });
}

std::vector<double> ShareRegion::coefficients(Size unit) const {
  const auto own = tree_.coefficients(unit);
  std::vector<double> all(own.begin(), own.end());
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (const Size flow : within_[g]) {
      for (Size f = tree_.above(flow); f != above_[g]; f = tree_.above(f)) {
        all[at(flow)] += own[at(f)];
        all[at(f)] = 0.0;
      }
    }
  }
  return all;
}

double ShareRegion::best_of(std::size_t group, std::span<const double> values, Orders orders,
                            std::span<double> shares) const {
  const ShareGroup& its = groups_[group];
  if (its.spread > 0.0) return best_in_spread(its, values, shares);
  if (its.orders.empty() || orders == Orders::ignored) return best_in_box(its, values, shares);
  return best_by_program(its, values, shares);
}

double ShareRegion::accumulate(std::span<const double> coefficients, Orders orders,
                               std::span<double> shares) const {
  std::vector<double> value(coefficients.begin(), coefficients.end());
  std::vector<double> members;
  for (std::size_t g = groups_.size(); g-- > 0;) {
    members.clear();
    for (const Size flow : within_[g]) members.push_back(value[at(flow)]);
    const std::span<double> out =
        shares.empty() ? shares : shares.subspan(at(first_[g]), members.size());
    value[at(above_[g])] += best_of(g, members, orders, out);
  }
  return value[0];
}

ShareRegion::Best ShareRegion::best(std::span<const double> coefficients) const {
  Best best{.value = 0.0, .shares = std::vector<double>(at(shares()))};
  best.value = accumulate(coefficients, Orders::kept, best.shares);
  return best;
}

double ShareRegion::bound(std::span<const double> coefficients) const {
  return accumulate(coefficients, Orders::ignored, {});
}

std::vector<double> ShareRegion::flows_of(std::span<const double> shares) const {
  std::vector<double> flows(at(tree_.flows()), 0.0);
  flows[0] = 1.0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t m = 0; m < within_[g].size(); ++m) {
      flows[at(within_[g][m])] = flows[at(above_[g])] * shares[at(first_[g]) + m];
    }
  }
  return flows;
}

std::vector<double> ShareRegion::shares_of(std::span<const double> flows) const {
  constexpr double nothing = 1e-9;
  std::vector<double> shares = admissible_;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const double whole = flows[at(above_[g])];
    if (whole <= nothing) continue;
    const ShareGroup& group = groups_[g];
    const std::span<double> its(shares.data() + first_[g], within_[g].size());
    for (std::size_t m = 0; m < its.size(); ++m) {
      its[m] = std::clamp(flows[at(within_[g][m])] / whole, group.lowest[m], group.highest[m]);
      if (its[m] < group.lowest[m] + nothing) its[m] = group.lowest[m];
    }
    // They are to add up to 1: who has most room gives or takes the rest.
    const double rest = 1.0 - std::accumulate(its.begin(), its.end(), 0.0);
    std::size_t who = 0;
    double most = -infinity;
    for (std::size_t m = 0; m < its.size(); ++m) {
      const double room = rest > 0.0 ? group.highest[m] - its[m] : its[m] - group.lowest[m];
      if (its[m] > group.lowest[m] && room > most) {
        most = room;
        who = m;
      }
    }
    its[who] += rest;
  }
  return shares;
}

std::vector<double> ShareRegion::nominal() const {
  std::vector<double> shares;
  for (const ShareGroup& group : groups_) {
    if (!is_admissible(group, group.nominal)) return {};
    shares.insert(shares.end(), group.nominal.begin(), group.nominal.end());
  }
  return shares;
}

void ShareRegion::put_into(MixedInteger& program) const {
  for (Size f = 0; f < tree_.flows(); ++f) {
    program.add_variable(f == 0 ? 1.0 : 0.0, 1.0);
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const ShareGroup& group = groups_[g];
    const Size above = above_[g];
    std::vector<LinearTerm> all{{above, -1.0}};
    const Size scale = group.spread > 0.0 ? program.add_variable(0.0, infinity) : -1;
    for (std::size_t m = 0; m < within_[g].size(); ++m) {
      const Size flow = within_[g][m];
      all.push_back({flow, 1.0});
      const auto at_least = [&](double factor, Size of) {
        program.add_row(std::vector<LinearTerm>{{flow, 1.0}, {of, -factor}}, 0.0, infinity);
      };
      const auto at_most = [&](double factor, Size of) {
        program.add_row(std::vector<LinearTerm>{{flow, 1.0}, {of, -factor}}, -infinity, 0.0);
      };
      if (group.lowest[m] > 0.0) at_least(group.lowest[m], above);
      if (group.highest[m] < 1.0) at_most(group.highest[m], above);
      if (scale < 0) continue;
      at_least(group.nominal[m] * (1.0 - group.spread), scale);
      at_most(group.nominal[m] * (1.0 + group.spread), scale);
    }
    program.add_row(all, 0.0, 0.0);
    for (const auto& [heavier, lighter] : group.orders) {
      program.add_row(
          std::vector<LinearTerm>{{within_[g][at(heavier)], 1.0}, {within_[g][at(lighter)], -1.0}},
          0.0, infinity);
    }
  }
}

}  // namespace chiso
