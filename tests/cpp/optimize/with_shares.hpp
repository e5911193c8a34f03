#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/scenario/outcome.hpp"

namespace chiso::small {

/// A result scored anew with other shares: of `nodes` in `parents`, which may be far above an
/// indicator. Criteria are means.
inline Scores with_shares(const Scores& base, std::span<const Size> parents,
                          std::span<const Size> nodes, std::span<const double> shares) {
  const Index& index = base.index();
  // What a node has of the criterion that its share, or the shares of indicators below it, are of.
  std::map<Size, double> part;
  std::map<Size, std::vector<Size>> children;
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    for (Size i = nodes[k]; i != parents[k]; i = index.parent(i)) {
      part[i] += std::max(shares[k], 0.0);
      auto& siblings = children[index.parent(i)];
      if (std::find(siblings.begin(), siblings.end(), i) == siblings.end()) siblings.push_back(i);
    }
  }
  Scenario scenario;
  for (const auto& [parent, its] : children) {
    double all = 0.0;
    for (const Size child : its) all += part[child];
    if (all == 0.0) continue;
    ChangeWeights edit;
    edit.redistribute = false;
    for (const Size child : index.children(parent)) {
      edit.weights.emplace_back(index.node(child).code, part[child] / all);
    }
    scenario.edits.push_back({edit, {}});
  }
  return what_if(base, scenario).after;
}

}  // namespace chiso::small
