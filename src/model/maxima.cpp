#include "model/maxima.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "chiso/model/rule_kernel.hpp"

namespace chiso {

Maxima maxima(const Tree& tree, const std::optional<Period>& day) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<std::size_t>(tree.size());
  Maxima all{std::vector<double>(n, unknown), std::vector<double>(n, unknown),
             std::vector<double>(n, unknown), std::vector<bool>(n, false)};

  // Children come after their parents.
  for (Size i = tree.size() - 1; i >= 0; --i) {
    const auto at = static_cast<std::size_t>(i);
    const Criterion& node = tree.node(i);
    const bool is_sum = !node.is_leaf() && node.aggregation.method == Aggregation::Method::sum;
    if (is_sum) {
      double sum = 0.0;
      bool known = true;
      bool any = false;
      for (const Size child : tree.children(i)) {
        const Criterion& part = tree.node(child);
        if (part.role != Role::part) continue;
        any = true;
        const double* weight = part.weight.find(day);
        const double most =
            all.score[static_cast<std::size_t>(child)] * (part.weight.empty() ? 1.0
                                                          : weight != nullptr ? *weight
                                                                              : unknown);
        if (std::isnan(most)) {
          known = false;
        } else {
          sum += most;
        }
      }
      if (any) {
        // A scaled sum is a share of its points times a number, so that `times` comes later.
        all.parts[at] = node.aggregation.scale_to ? sum : sum * node.aggregation.times;
        all.parts_known[at] = known;
        if (known) all.points[at] = all.parts[at];
      }
    } else if (node.is_leaf()) {
      if (const Rule* rule = node.rule.find(day)) {
        all.points[at] = implied_maximum(*rule).value_or(unknown);
      }
    }
    if (!node.maximum.empty()) {
      const double* declared = node.maximum.find(day);
      all.points[at] = declared != nullptr ? *declared : unknown;
    }
    all.score[at] = is_sum && node.aggregation.scale_to
                        ? *node.aggregation.scale_to * node.aggregation.times
                        : all.points[at];
    // Written so that NaN stays: a cap alone is no maximum.
    if (node.cap && all.score[at] > *node.cap) all.score[at] = *node.cap;
  }
  return all;
}

}  // namespace chiso
