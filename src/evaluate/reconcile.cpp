#include "chiso/evaluate/reconcile.hpp"

#include <algorithm>
#include <cmath>

namespace chiso {

std::vector<Reconciliation> reconcile(const Scores& scores, std::optional<double> tolerance) {
  std::vector<Reconciliation> found;
  const Index& index = scores.index();
  const Panel& panel = scores.panel();
  const Size period = panel.period_position(scores.period());
  for (Size node = 0; node < index.size(); ++node) {
    const auto& stated = index.node(node).published;
    if (!stated) continue;
    const auto variable = panel.variables().find(stated->variable);
    if (!variable) continue;
    Reconciliation result;
    result.node = node;
    result.variable = stated->variable;
    result.tolerance = tolerance.value_or(stated->tolerance);
    const auto published = panel.column(*variable, period);
    const auto computed = scores.column(node);
    for (std::size_t u = 0; u < computed.size(); ++u) {
      const double other = published[static_cast<std::size_t>(scores.panel_positions()[u])];
      const double gap = std::fabs(computed[u] - other);
      const bool one_only = std::isnan(computed[u]) != std::isnan(other);
      if (!std::isnan(gap)) {
        ++result.compared;
        result.largest = std::max(result.largest, gap);
      }
      if (one_only || gap > result.tolerance) {
        result.gaps.push_back({static_cast<Size>(u), computed[u], other});
      }
    }
    // One value only counts as the largest gap of all.
    std::stable_sort(result.gaps.begin(), result.gaps.end(), [](const auto& a, const auto& b) {
      const double first = std::fabs(a.computed - a.published);
      const double second = std::fabs(b.computed - b.published);
      if (std::isnan(first)) return !std::isnan(second);
      return first > second;
    });
    found.push_back(std::move(result));
  }
  return found;
}

}  // namespace chiso
