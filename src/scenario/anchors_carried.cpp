// Anchors of a base for an edited result.

#include <algorithm>
#include <cmath>

#include "base/at.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/fit.hpp"
#include "scenario/draft.hpp"

namespace chiso {

namespace {

const CompiledNormaliser* fitted_rule(const CompiledLeaf& leaf) {
  const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
  return how != nullptr && how->anchor >= 0 ? how : nullptr;
}

/// Whether numbers of the definition are ends of the map; else they are data's alone.
bool has_fixed_ends(Normaliser::Method method) {
  using Method = Normaliser::Method;
  return method == Method::min_max || method == Method::goalposts || method == Method::scaled;
}

/// The base's anchor with the numbers that the definition fixes for the method of now.
FittedAnchor held(FittedAnchor anchor, const CompiledLeaf& leaf, const CompiledNormaliser& how) {
  const Normaliser& n = *how.normaliser;
  anchor.node = leaf.node;
  const bool ends = has_fixed_ends(n.method);
  if (ends && n.low.source == Anchor::Source::fixed) anchor.low = how.low;
  const bool target = n.method == Normaliser::Method::distance_to_target;
  if ((ends || target) && n.high.source == Anchor::Source::fixed) anchor.high = how.high;
  return anchor;
}

}  // namespace

Size held_anchor(const Scores& base, const Compiled& compiled, std::size_t leaf) {
  const CompiledLeaf& of = compiled.leaves[leaf];
  const auto* how = fitted_rule(of);
  if (how == nullptr) return -1;
  const Compiled& before = base.evaluator().compiled();
  if (&before == &compiled) return how->anchor;
  const Criterion& node = compiled.index.node(of.node);
  const auto same = before.index.codes().find(node.code);
  if (!same || before.leaf_of[at(*same)] < 0) return -1;
  const CompiledLeaf& other = before.leaves[at(before.leaf_of[at(*same)])];
  const auto* held_by = fitted_rule(other);
  const Criterion& was = before.index.node(*same);
  if (held_by == nullptr || !(was.measure == node.measure) || was.polarity != node.polarity ||
      !(*held_by->normaliser == *how->normaliser)) {
    return -1;
  }
  // Its ends lie as far from the reference as the data say: with another reference, elsewhere.
  const bool moved =
      how->normaliser->method == Normaliser::Method::adjusted_goalposts && held_by->low != how->low;
  return moved ? -1 : held_by->anchor;
}

Anchors carried_anchors(const Scores& base, const Evaluator& evaluator, const Panel& panel,
                        Size period) {
  const Compiled& compiled = evaluator.compiled();
  if (&compiled == &base.evaluator().compiled()) return base.anchors();
  std::vector<Size> from(compiled.leaves.size(), -1);
  std::vector<char> wanted(at(compiled.anchor_count), 1);
  for (std::size_t l = 0; l < compiled.leaves.size(); ++l) {
    from[l] = held_anchor(base, compiled, l);
    if (from[l] >= 0) wanted[at(fitted_rule(compiled.leaves[l])->anchor)] = 0;
  }
  const bool fits = std::find(wanted.begin(), wanted.end(), char{1}) != wanted.end();
  Anchors anchors =
      fits ? fit_anchors(compiled, panel, period, wanted) : Anchors(at(compiled.anchor_count));
  for (std::size_t l = 0; l < compiled.leaves.size(); ++l) {
    if (from[l] < 0) continue;
    const CompiledLeaf& leaf = compiled.leaves[l];
    const CompiledNormaliser& how = *fitted_rule(leaf);
    anchors[at(how.anchor)] = held(base.anchors()[at(from[l])], leaf, how);
  }
  return anchors;
}

}  // namespace chiso
