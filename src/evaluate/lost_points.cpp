#include "chiso/evaluate/lost_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "evaluate/one_unit.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

/// A loss that is nothing but rounding is none.
double beyond_rounding(double points, double scale) {
  return points > 1e-12 * std::fabs(scale) ? points : 0.0;
}

double total(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

class Splitter {
 public:
  Splitter(const Scores& scores, Size unit, Unsplit unsplit)
      : scores_(scores),
        one_(scores, unit),
        compiled_(one_.compiled()),
        unsplit_(unsplit),
        nodes_(at(compiled_.index.size())),
        worth_(nodes_.size(), 0.0) {}

  std::vector<LostPoints> split() {
    nodes_[0].points = of_composite();
    worth_[0] = 1.0;
    // Children before parents backwards: parents first.
    for (auto inner = compiled_.inner.rbegin(); inner != compiled_.inner.rend(); ++inner) {
      split_over_children(*inner);
    }
    return std::move(nodes_);
  }

 private:
  /// The children of a node whose loss is to be split, by position.
  struct Children {
    std::vector<std::size_t> known;    ///< That can lose points, and how many at most is known.
    std::vector<std::size_t> unknown;  ///< Nothing limits their best.
  };

  double of_composite() const {
    const Index& index = compiled_.index;
    const double lost = one_.lost(Index::root());
    if (std::isnan(one_.score(Index::root()))) {
      throw DataError({Problem{
          {scores_.panel().source(), 0, 0},
          scores_.units()[one_.unit()],
          fmt::format("expected a score of '{}' in {}, and there is none, so that nothing can be "
                      "said of lost points",
                      index.name(), scores_.period().text()),
          fmt::format("it fails at {}; the treatments of the scores say why", one_.failing())}});
    }
    if (!std::isfinite(lost)) {
      throw DataError({Problem{
          index.node(Index::root()).location, index.node(Index::root()).code,
          fmt::format("nothing limits the best score of '{}', so that what is lost is not known",
                      index.name()),
          fmt::format("give it a maximum, or {} (a maximum, or a range of the variable)",
                      some_of(without_best()))}});
    }
    return beyond_rounding(lost, one_.highest(Index::root()));
  }

  std::vector<std::string> without_best() const {
    std::vector<std::string> codes;
    for (const Size leaf : compiled_.index.leaves()) {
      if (!std::isfinite(one_.best(leaf))) codes.push_back(compiled_.index.node(leaf).code);
    }
    // Where every leaf has a best score it is the aggregation that has none (Copeland).
    if (codes.empty()) codes.emplace_back("another aggregation");
    return codes;
  }

  /// Neither part of the maximum nor subtracted from it: to be without it is no loss.
  bool is_extra(Size node) const {
    return compiled_.index.node(node).role != Role::part && !one_.is_cost(node);
  }

  Children who_can_lose(const CompiledCriterion& inner, const Parts& parts) const {
    const bool compares = inner.aggregation.method == Method::copeland;
    Children found;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const Size child = inner.children[k];
      if (!parts.takes_part(k) || is_extra(child)) continue;
      const bool known = !compares && std::isfinite(one_.best(child));
      (known ? found.known : found.unknown).push_back(k);
    }
    return found;
  }

  /// What the node itself would gain if one child at a time reached its best.
  std::vector<double> gains(const CompiledCriterion& inner,
                            const std::vector<std::size_t>& known) const {
    std::vector<double> best(inner.children.size(), missing_value);
    for (const std::size_t k : known) best[k] = one_.best(inner.children[k]);
    const auto changed = one_.score_with_each(inner, best);
    const double own = one_.score(inner.node);
    const double sign = one_.is_cost(inner.node) ? -1.0 : 1.0;
    std::vector<double> gain;
    gain.reserve(known.size());
    for (const std::size_t k : known) {
      // No aggregate (a harmonic mean of zeros), or one that falls (Mazziotta-Pareto): no gain.
      const double more = sign * (changed[k] - own);
      gain.push_back(more > 0.0 ? more : 0.0);
    }
    return gain;
  }

  void split_over_children(const CompiledCriterion& inner) {
    LostPoints& node = nodes_[at(inner.node)];
    if (node.points == 0.0) return;  // Nor has a child lost any.
    const Parts parts = one_.parts_of(inner);
    const Children children = who_can_lose(inner, parts);
    if (std::isnan(node.points)) {
      for (const auto* some : {&children.known, &children.unknown}) {
        for (const std::size_t k : *some) nodes_[at(inner.children[k])].points = missing_value;
      }
      return;
    }
    const auto gain = gains(inner, children.known);
    if (children.unknown.empty()) {
      split_in_full(inner, children.known, gain);
    } else {
      split_what_is_known(inner, parts, children, gain);
    }
  }

  void give(const CompiledCriterion& inner, std::size_t k, double points, bool assumed) {
    LostPoints& child = nodes_[at(inner.children[k])];
    child.points = points;
    child.assumed = assumed && points > 0.0;
    // Where the best is known, so is what a point of the child itself stands for.
    const double own = one_.lost(inner.children[k]);
    if (own > 0.0) worth_[at(inner.children[k])] = points / own;
  }

  void split_in_full(const CompiledCriterion& inner, const std::vector<std::size_t>& known,
                     std::vector<double> share) {
    LostPoints& node = nodes_[at(inner.node)];
    double all = total(share);
    if (!(all > 0.0)) {
      for (std::size_t i = 0; i < known.size(); ++i) {
        share[i] = one_.lost(inner.children[known[i]]) > 0.0 ? 1.0 : 0.0;
      }
      all = total(share);
    }
    if (!(all > 0.0)) {
      node.unsplit = node.points;
      return;
    }
    for (std::size_t i = 0; i < known.size(); ++i) {
      give(inner, known[i], node.points * (share[i] / all), node.assumed);
    }
  }

  void split_what_is_known(const CompiledCriterion& inner, const Parts& parts,
                           const Children& children, const std::vector<double>& gain) {
    LostPoints& node = nodes_[at(inner.node)];
    const double worth = worth_[at(inner.node)];
    const double known = total(gain) * worth;
    const double cut = known > node.points ? node.points / known : 1.0;
    for (std::size_t i = 0; i < children.known.size(); ++i) {
      give(inner, children.known[i], gain[i] * worth * cut, node.assumed);
    }
    const double rest = beyond_rounding(node.points - known * cut, node.points);
    if (rest == 0.0) return;

    std::vector<double> share(children.unknown.size(), 0.0);
    if (unsplit_ == Unsplit::proportional && inner.aggregation.method != Method::copeland) {
      const auto slopes = one_.slopes(inner, parts);
      for (std::size_t i = 0; i < share.size(); ++i) {
        const std::size_t k = children.unknown[i];
        const double brings = slopes[k] * parts.scores[k];
        if (brings > 0.0) share[i] = brings;
        const double worth_of_child = worth * std::fabs(slopes[k]);
        if (std::isfinite(worth_of_child)) worth_[at(inner.children[k])] = worth_of_child;
      }
    }
    const double all = total(share);
    const bool assumes = all > 0.0 && std::isfinite(all);
    if (!assumes) node.unsplit = rest;
    for (std::size_t i = 0; i < share.size(); ++i) {
      give(inner, children.unknown[i], assumes ? rest * (share[i] / all) : missing_value, true);
    }
  }

  const Scores& scores_;
  OneUnit one_;
  const Compiled& compiled_;
  Unsplit unsplit_;
  std::vector<LostPoints> nodes_;
  std::vector<double> worth_;  ///< By node: points of the composite that one of its own stands for.
};

}  // namespace

std::vector<LostPoints> lost_points(const Scores& scores, std::string_view unit, Unsplit unsplit) {
  return Splitter(scores, position_of(scores, unit), unsplit).split();
}

}  // namespace chiso
