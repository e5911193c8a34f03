#include "optimize/flow_region.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

constexpr double infinity = MixedInteger::infinity;

/// Positions of values, greatest first.
std::vector<Size> descending(std::span<const double> values) {
  std::vector<Size> order(values.size());
  std::iota(order.begin(), order.end(), Size{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Size a, Size b) { return values[at(a)] > values[at(b)]; });
  return order;
}

/// What is left of 1 above the lower bounds goes to the greatest values first.
double best_in_box(const AdmissibleShares& group, std::span<const double> values,
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
double best_in_spread(const AdmissibleShares& group, std::span<const double> values,
                      std::span<double> shares) {
  const std::vector<Size> order = descending(values);
  double weight = 0.0;
  double sum = 0.0;
  for (std::size_t m = 0; m < values.size(); ++m) {
    const double low = group.group.nominal[m] * (1.0 - group.spread);
    weight += low;
    sum += low * values[m];
  }
  double best = -infinity;
  std::size_t raised = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const double more = 2.0 * group.spread * group.group.nominal[at(order[k])];
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
      shares[m] = group.group.nominal[m] * (1.0 + sign * group.spread);
      total += shares[m];
    }
    for (double& share : shares) share /= total;
  }
  return best;
}

/// With orders: by a program.
double best_by_program(const AdmissibleShares& group, std::span<const double> values,
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
  if (!shares.empty()) std::copy(answer.values.begin(), answer.values.end(), shares.begin());
  return -answer.objective;
}

}  // namespace

FlowRegion::FlowRegion(const LinearTree& tree, std::vector<AdmissibleShares> groups)
    : tree_(tree), groups_(std::move(groups)) {
  Size count = 0;
  for (const AdmissibleShares& each : groups_) {
    first_.push_back(count);
    count += std::ssize(each.group.nodes);
    above_.push_back(tree.flow_of(each.group.criterion));
    std::vector<Size>& flows = within_.emplace_back();
    for (const Size node : each.group.nodes) flows.push_back(tree.flow_of(node));
  }
  first_.push_back(count);
}

std::vector<double> FlowRegion::coefficients(Size unit) const {
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

double FlowRegion::best_of(std::size_t group, std::span<const double> values, Orders orders,
                           std::span<double> shares) const {
  const AdmissibleShares& its = groups_[group];
  if (its.spread > 0.0) return best_in_spread(its, values, shares);
  if (its.orders.empty() || orders == Orders::ignored) return best_in_box(its, values, shares);
  return best_by_program(its, values, shares);
}

double FlowRegion::accumulate(std::span<const double> coefficients, Orders orders,
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

FlowRegion::Best FlowRegion::best(std::span<const double> coefficients) const {
  Best best{.value = 0.0, .shares = std::vector<double>(at(shares()))};
  best.value = accumulate(coefficients, Orders::kept, best.shares);
  return best;
}

double FlowRegion::bound(std::span<const double> coefficients) const {
  return accumulate(coefficients, Orders::ignored, {});
}

std::vector<double> FlowRegion::flows_of(std::span<const double> shares) const {
  std::vector<double> flows(at(tree_.flows()), 0.0);
  flows[0] = 1.0;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    for (std::size_t m = 0; m < within_[g].size(); ++m) {
      flows[at(within_[g][m])] = flows[at(above_[g])] * shares[at(first_[g]) + m];
    }
  }
  return flows;
}

std::vector<double> FlowRegion::shares_of(std::span<const double> flows) const {
  constexpr double nothing = 1e-9;
  std::vector<double> shares;
  for (const AdmissibleShares& each : groups_) {
    shares.insert(shares.end(), each.some.begin(), each.some.end());
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const double whole = flows[at(above_[g])];
    if (whole <= nothing) continue;
    const AdmissibleShares& group = groups_[g];
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

std::vector<double> FlowRegion::nominal() const {
  std::vector<double> shares;
  for (const AdmissibleShares& each : groups_) {
    if (!each.admits_nominal()) return {};
    shares.insert(shares.end(), each.some.begin(), each.some.end());
  }
  return shares;
}

void FlowRegion::put_into(MixedInteger& program) const {
  for (Size f = 0; f < tree_.flows(); ++f) {
    program.add_variable(f == 0 ? 1.0 : 0.0, 1.0);
  }
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const AdmissibleShares& group = groups_[g];
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
      at_least(group.group.nominal[m] * (1.0 - group.spread), scale);
      at_most(group.group.nominal[m] * (1.0 + group.spread), scale);
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
