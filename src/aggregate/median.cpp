#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "aggregate/children.hpp"

namespace chiso {
namespace {

using aggregation::Child;

double middle(std::vector<double>& values) {
  const auto half = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), half, values.end());
  if (values.size() % 2 == 1) return *half;
  const double below = *std::max_element(values.begin(), half);
  return below / 2.0 + *half / 2.0;
}

double weighted_middle(std::vector<std::pair<double, double>>& values) {
  std::sort(values.begin(), values.end());
  double total = 0.0;
  for (const auto& [value, weight] : values) total += weight;
  // Weights that a person wrote as tenths do not add up exactly.
  const double slack =
      static_cast<double>(values.size() + 1) * std::numeric_limits<double>::epsilon() * total;
  double upto = 0.0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    upto += values[i].second;
    const double excess = upto - (total - upto);
    if (excess > slack) return values[i].first;
    if (excess >= -slack) return values[i].first / 2.0 + values[i + 1].first / 2.0;
  }
  return values.back().first;
}

}  // namespace

Size median(Columns columns, std::span<const double> weights, MissingChild missing,
            std::span<double> out) {
  const aggregation::Children children(columns, weights, aggregation::Children::Sign::not_negative,
                                       "weights");
  const std::span<const Child> list = children.list();
  const bool equal = std::all_of(list.begin(), list.end(), [&](const Child& child) {
    return child.weight == list.front().weight;
  });
  std::vector<double> values;
  std::vector<std::pair<double, double>> weighted;
  for (std::size_t i = 0; i < out.size(); ++i) {
    values.clear();
    weighted.clear();
    for (const Child& child : list) {
      const double x = child.column[i];
      if (x != x) continue;
      if (equal) {
        values.push_back(x);
      } else {
        weighted.emplace_back(x, child.weight);
      }
    }
    const std::size_t present = values.size() + weighted.size();
    const bool gap = present < list.size() && missing == MissingChild::propagate;
    if (present == 0 || gap) {
      out[i] = aggregation::nan;
    } else {
      out[i] = equal ? middle(values) : weighted_middle(weighted);
    }
  }
  return 0;
}

}  // namespace chiso
