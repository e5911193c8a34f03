#include "check/score_bounds.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "check/measure_range.hpp"

namespace chiso {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

class Bounds {
 public:
  explicit Bounds(const Compiled& compiled) : compiled_(compiled) {}

  [[nodiscard]] ScoreRange uncapped(Size node) const {
    if (const Size leaf = compiled_.leaf_of[at(node)]; leaf >= 0) {
      return of_leaf(compiled_.leaves[at(leaf)]);
    }
    return of_inner(compiled_.inner[at(compiled_.inner_of[at(node)])]);
  }

 private:
  [[nodiscard]] ScoreRange capped(Size node) const {
    ScoreRange range = uncapped(node);
    range.highest = std::min(range.highest, compiled_.cap[at(node)]);
    return range;
  }

  [[nodiscard]] ScoreRange of_leaf(const CompiledLeaf& leaf) const {
    ScoreRange range{-infinity, infinity};
    const Interval domain = measure_range(compiled_, leaf);
    if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
      const auto lowest = piecewise->minimum(domain);
      const auto highest = piecewise->maximum(domain);
      if (!lowest || !highest) return range;
      range = {lowest->value, highest->value};
    } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
      range = {categories->minimum(), categories->maximum()};
    }
    if (leaf.not_applicable == NotApplicable::full_points) {
      range.highest = std::max(range.highest, compiled_.maximum[at(leaf.node)]);
    }
    return range;
  }

  [[nodiscard]] ScoreRange of_inner(const CompiledCriterion& inner) const {
    const bool plain = inner.aggregation.method == Aggregation::Method::sum &&
                       inner.missing != MissingPolicy::reduce_maximum &&
                       !inner.aggregation.scale_to && inner.aggregation.times > 0.0;
    if (!plain) return {-infinity, infinity};
    ScoreRange sum{0.0, 0.0};
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      ScoreRange child = capped(inner.children[k]);
      if (inner.weights[k] < 0.0) std::swap(child.lowest, child.highest);
      if (inner.weights[k] == 0.0) continue;
      sum.lowest += inner.weights[k] * child.lowest;
      sum.highest += inner.weights[k] * child.highest;
    }
    // Where a child does not apply the points of the others are scaled.
    for (const Size child : inner.children) {
      const Size leaf = compiled_.leaf_of[at(child)];
      if (leaf < 0 || compiled_.leaves[at(leaf)].not_applicable == NotApplicable::exclude) {
        if (sum.lowest < 0.0) return {-infinity, infinity};
        break;
      }
    }
    return {sum.lowest * inner.aggregation.times, sum.highest * inner.aggregation.times};
  }

  const Compiled& compiled_;
};

}  // namespace

ScoreRange uncapped_bounds(const Compiled& compiled, Size node) {
  return Bounds(compiled).uncapped(node);
}

}  // namespace chiso
