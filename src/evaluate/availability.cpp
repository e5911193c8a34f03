#include "chiso/evaluate/availability.hpp"

#include <cmath>

namespace chiso {

std::vector<double> availability(const Scores& scores) {
  const Index& index = scores.index();
  const auto units = static_cast<std::size_t>(scores.units().size());
  const auto nodes = static_cast<std::size_t>(index.size());
  std::vector<double> shares(units * nodes, 0.0);
  std::vector<double> leaves(nodes, 0.0);
  // Children come after their parents: from the last node on, each adds its leaves to its parent's.
  for (std::size_t i = nodes; i-- > 0;) {
    const auto node = static_cast<Size>(i);
    double* column = shares.data() + i * units;
    if (index.is_leaf(node)) {
      const auto values = scores.column(node);
      for (std::size_t u = 0; u < units; ++u) column[u] = std::isnan(values[u]) ? 0.0 : 1.0;
      leaves[i] = 1.0;
    }
    if (node == Index::root()) continue;
    const auto parent = static_cast<std::size_t>(index.parent(node));
    double* of_parent = shares.data() + parent * units;
    for (std::size_t u = 0; u < units; ++u) of_parent[u] += column[u];
    leaves[parent] += leaves[i];
  }
  for (std::size_t i = 0; i < nodes; ++i) {
    for (std::size_t u = 0; u < units; ++u) shares[i * units + u] /= leaves[i];
  }
  return shares;
}

}  // namespace chiso
