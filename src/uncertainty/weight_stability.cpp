#include "chiso/uncertainty/weight_stability.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"
#include "model/shares.hpp"
#include "uncertainty/linear_tree.hpp"
#include "uncertainty/matched_nodes.hpp"
#include "uncertainty/share_parts.hpp"

namespace chiso {
namespace {

using Watch = WeightStabilityOptions::Watch;

/// Units one of which must not pass the other.
struct Pair {
  Size a;
  Size b;
};

/// @throws what weight_stability says of `unit` and `top`
std::vector<Pair> watched_pairs(const Scores& base, const WeightStabilityOptions& options) {
  const auto composites = base.column(Index::root());
  std::vector<double> ranks(composites.size());
  rank(composites, Ties::competition, ranks);
  std::vector<Size> ranked;
  for (Size u = 0; u < std::ssize(ranks); ++u) {
    if (!std::isnan(ranks[at(u)])) ranked.push_back(u);
  }
  std::vector<Pair> pairs;
  if (options.watch == Watch::unit_rank) {
    const Size unit = base.units().at(options.unit);
    if (std::isnan(ranks[at(unit)])) {
      throw DataError("has no composite, and so no rank that could change", options.unit);
    }
    for (const Size other : ranked) {
      if (other != unit) pairs.push_back({unit, other});
    }
    return pairs;
  }
  if (options.top < 1 || options.top > std::ssize(ranked)) {
    throw SpecError(
        fmt::format("expected a top from 1 to {}, the number of units with a composite, got {}",
                    ranked.size(), options.top));
  }
  const auto is_top = [&](Size u) { return ranks[at(u)] <= static_cast<double>(options.top); };
  const auto members = std::count_if(ranked.begin(), ranked.end(), is_top);
  double last = 0.0;
  for (const Size u : ranked) {
    if (is_top(u)) last = std::max(last, ranks[at(u)]);
  }
  for (const Size a : ranked) {
    if (!is_top(a)) continue;
    for (const Size b : ranked) {
      if (!is_top(b)) {
        pairs.push_back({a, b});
      } else if (a < b) {
        // More units than places: those tied at the last place are all in until they part.
        const bool crowded = members > options.top && ranks[at(a)] == last && ranks[at(b)] == last;
        if (crowded || options.watch == Watch::top_order) pairs.push_back({a, b});
      }
    }
  }
  return pairs;
}

/// Values of flows at the nominal shares, for one unit after the other: of a node, the composite's
/// part that hangs on it, for each unit of its flow.
std::vector<double> nominal_values(const LinearTree& tree) {
  const Size flows = tree.flows();
  std::vector<double> values;
  for (Size u = 0; u < std::ssize(tree.units()); ++u) {
    const auto own = tree.coefficients(u);
    values.insert(values.end(), own.begin(), own.end());
    double* const value = values.data() + u * flows;
    for (Size f = flows - 1; f > 0; --f) value[tree.above(f)] += tree.nominal(f) * value[f];
  }
  return values;
}

class Stability {
 public:
  Stability(const Scores& base, const WeightStabilityOptions& options, std::vector<char> varies)
      : composites_(base.column(Index::root())),
        tree_(base, Index::root(), std::move(varies)),
        pairs_(watched_pairs(base, options)),
        values_(nominal_values(tree_)),
        slopes_(composites_.size()),
        nominal_flow_(at(tree_.flows()), 1.0) {
    for (Size f = 1; f < tree_.flows(); ++f) {
      nominal_flow_[at(f)] = tree_.nominal(f) * nominal_flow_[at(tree_.above(f))];
    }
  }

  /// @param flow of a node with a share, which is not 1
  WeightStability of(Size flow, const Index& index) {
    const Size parent = index.parent(tree_.node(flow));
    const double share = tree_.nominal(flow);
    for (Size u = 0; u < std::ssize(tree_.units()); ++u) {
      const double* const value = values_.data() + u * tree_.flows();
      double rest = 0.0;
      for (Size f = 1; f < tree_.flows(); ++f) {
        if (f != flow && index.parent(tree_.node(f)) == parent) rest += tree_.nominal(f) * value[f];
      }
      slopes_[at(tree_.units()[at(u)])] =
          nominal_flow_[at(tree_.above(flow))] * (value[flow] - rest / (1.0 - share));
    }
    WeightStability found{.node = tree_.node(flow),
                          .parent = parent,
                          .share = share,
                          .down = {.share = 0.0},
                          .up = {.share = 1.0}};
    for (const Pair& pair : pairs_) look(pair, found);
    return found;
  }

  [[nodiscard]] const LinearTree& tree() const noexcept { return tree_; }

 private:
  void look(const Pair& pair, WeightStability& found) const {
    const double lead = composites_[at(pair.a)] - composites_[at(pair.b)];
    const double gain = slopes_[at(pair.a)] - slopes_[at(pair.b)];
    if (gain == 0.0) return;
    const double share = found.share - lead / gain;
    if (lead == 0.0) {
      if (found.up.share > share || found.up.riser < 0) {
        found.up = {share, gain > 0.0 ? pair.a : pair.b, gain > 0.0 ? pair.b : pair.a};
      }
      if (found.down.share < share || found.down.riser < 0) {
        found.down = {share, gain > 0.0 ? pair.b : pair.a, gain > 0.0 ? pair.a : pair.b};
      }
      return;
    }
    const Size riser = lead > 0.0 ? pair.b : pair.a;
    const Size passed = lead > 0.0 ? pair.a : pair.b;
    WeightStability::End& end = share > found.share ? found.up : found.down;
    const bool nearer = share > found.share ? share < end.share : share > end.share;
    const bool at_end = share == end.share && end.riser < 0;
    if (nearer || at_end) end = {share, riser, passed};
  }

  std::span<const double> composites_;
  LinearTree tree_;
  std::vector<Pair> pairs_;
  std::vector<double> values_;  ///< Units of the tree x flows, row by row.
  std::vector<double> slopes_;  ///< By unit of the scores.
  std::vector<double> nominal_flow_;
};

}  // namespace

std::vector<WeightStability> weight_stability(const Scores& base,
                                              const WeightStabilityOptions& options) {
  const Index& index = base.index();
  const std::vector<Size> met = matched_nodes(index, options.nodes);
  std::vector<char> varies(at(index.size()), 0);
  for (const Size node : met) {
    if (node == Index::root()) continue;
    const Compiled& compiled = base.evaluator().compiled();
    const Size parent = index.parent(node);
    const auto& inner = compiled.inner[at(compiled.inner_of[at(parent)])];
    // Minimum, median and the like know no shares, and so none that could move.
    const bool weighted = inner.aggregation.method == Aggregation::Method::sum ||
                          has_shares(inner.aggregation.method);
    if (weighted && share_parts(inner).varied() > 1) varies[at(parent)] = 1;
  }
  std::vector<WeightStability> found;
  if (std::find(varies.begin(), varies.end(), char{1}) == varies.end()) return found;
  Stability stability(base, options, std::move(varies));
  const LinearTree& tree = stability.tree();
  for (Size f = 1; f < tree.flows(); ++f) {
    const bool moves =
        tree.nominal(f) < 1.0 && std::find(met.begin(), met.end(), tree.node(f)) != met.end();
    if (moves) found.push_back(stability.of(f, index));
  }
  std::sort(found.begin(), found.end(),
            [](const WeightStability& a, const WeightStability& b) { return a.node < b.node; });
  return found;
}

}  // namespace chiso
