#include "uncertainty/share_region.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "model/shares.hpp"

namespace chiso {
namespace {

double sum(std::span<const double> numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0);
}

/// By share: how many levels of lighter ones are below it.
std::vector<Size> levels_below(const ShareOrder& order) {
  std::vector<Size> below(at(order.size()), 0);
  // As many rounds as the longest chain has shares settle all.
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& [heavy, light] : order.covers()) {
      if (below[at(heavy)] > below[at(light)]) continue;
      below[at(heavy)] = below[at(light)] + 1;
      moved = true;
    }
  }
  return below;
}

/// "a, b and 3 more".
std::string few(const std::vector<std::string>& names) {
  constexpr std::size_t most = 8;
  if (names.size() <= most) return join(names, ", ");
  const std::vector<std::string> first(names.begin(), names.begin() + most);
  return fmt::format("{} and {} more", join(first, ", "), names.size() - most);
}

/// The limits in words, as they were given: "a >= 0.5, b in [0.1, 0.2], a >= c".
std::string described(const ShareLimits& limits) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < limits.names.size(); ++i) {
    const double low = limits.lowest[i];
    const double high = limits.highest[i];
    if (low <= 0.0 && high >= 1.0) continue;
    const std::string range = to_string(Interval::closed(low, high));
    texts.push_back(fmt::format("{} {}{}", limits.names[i], low == high ? "" : "in ", range));
  }
  for (const auto& [heavy, light] : limits.order.covers()) {
    texts.push_back(fmt::format("{} >= {}", limits.names[at(heavy)], limits.names[at(light)]));
  }
  return few(texts);
}

}  // namespace

std::optional<ShareRegion> region_of(ShareLimits limits, SourceProblems& problems) {
  const auto circle = limits.order.close();
  if (!circle.empty()) {
    std::string text;
    for (const Size share : circle) text += limits.names[at(share)] + " >= ";
    problems.spec(
        fmt::format("the orders go round in a circle: {}{}", text, limits.names[at(circle[0])]),
        "leave one of them out");
    return {};
  }
  const std::string given = described(limits);
  const Size count = limits.order.size();
  std::vector<double>& lowest = limits.lowest;
  std::vector<double>& highest = limits.highest;
  for (Size heavy = 0; heavy < count; ++heavy) {
    for (Size light = 0; light < count; ++light) {
      if (!limits.order.is_above(heavy, light)) continue;
      lowest[at(heavy)] = std::max(lowest[at(heavy)], lowest[at(light)]);
      highest[at(light)] = std::min(highest[at(light)], highest[at(heavy)]);
    }
  }
  for (Size i = 0; i < count; ++i) {
    if (lowest[at(i)] <= highest[at(i)]) continue;
    problems.spec(fmt::format("nothing is left for the share of '{}': it would be at least {} and "
                              "at most {} ({})",
                              limits.names[at(i)], to_string(lowest[at(i)]),
                              to_string(highest[at(i)]), given),
                  "widen the bounds, or leave out an order");
    return {};
  }
  const double least = sum(lowest);
  const double most = sum(highest);
  if (least > 1.0 && !adds_up(least, 1.0)) {
    problems.spec(
        fmt::format("the lowest shares add up to {}, more than 1 ({})", to_string(least), given),
        "lower some of them");
    return {};
  }
  if (most < 1.0 && !adds_up(most, 1.0)) {
    problems.spec(
        fmt::format("the highest shares add up to {}, less than 1 ({})", to_string(most), given),
        "raise some of them");
    return {};
  }

  ShareRegion region;
  region.all.resize(at(count), 0.0);
  for (Size i = 0; i < count; ++i) {
    if (lowest[at(i)] == highest[at(i)]) {
      region.all[at(i)] = lowest[at(i)];
      region.total -= lowest[at(i)];
    } else {
      region.free.push_back(i);
      region.lowest.push_back(lowest[at(i)]);
      region.highest.push_back(highest[at(i)]);
    }
  }
  if (region.free.size() < 2 || adds_up(least, 1.0) || adds_up(most, 1.0)) {
    problems.spec(
        fmt::format("a single vector of shares is possible, so that nothing varies ({})", given),
        "widen the bounds");
    return {};
  }
  region.order = limits.order.among(region.free);
  return region;
}

std::vector<double> ShareRegion::inner_point() const {
  // A share goes from its lowest to its highest the farther, the more levels are below it: the
  // bounds follow the order, so the shares do strictly. That point is then moved to all lowest or
  // to all highest shares until the sum is right.
  const auto below = levels_below(order);
  const auto levels = static_cast<double>(height());
  std::vector<double> point(free.size());
  for (std::size_t i = 0; i < point.size(); ++i) {
    const double way = (static_cast<double>(below[i]) + 1.0) / (levels + 1.0);
    point[i] = lowest[i] + (highest[i] - lowest[i]) * way;
  }
  const double middle = sum(point);
  const auto& end = total < middle ? lowest : highest;
  const double share = (total - sum(end)) / (middle - sum(end));
  for (std::size_t i = 0; i < point.size(); ++i) point[i] = end[i] + (point[i] - end[i]) * share;
  return point;
}

Size ShareRegion::height() const {
  const auto below = levels_below(order);
  return below.empty() ? 1 : *std::max_element(below.begin(), below.end()) + 1;
}

}  // namespace chiso
