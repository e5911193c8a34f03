#include "chiso/uncertainty/leave_one_out.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/rank.hpp"
#include "chiso/scenario/outcome.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/given.hpp"
#include "model/shares.hpp"
#include "scenario/base_ranks.hpp"
#include "scenario/held_tree.hpp"
#include "uncertainty/matched_nodes.hpp"

namespace chiso {
namespace {

/// Composites without a node, by working out what is above it again.
class WithoutNode {
 public:
  explicit WithoutNode(const Scores& base)
      : base_(base),
        index_(base.index()),
        compiled_(base.evaluator().compiled()),
        given_(base),
        units_(base.units().size()) {
    may_exclude_ = std::any_of(
        compiled_.leaves.begin(), compiled_.leaves.end(),
        [](const CompiledLeaf& leaf) { return leaf.not_applicable == NotApplicable::exclude; });
  }

  /// Whether its parent can go without it.
  [[nodiscard]] bool can_be_left_out(Size node) const {
    if (node == Index::root()) return false;
    const CompiledCriterion& parent = inner(index_.parent(node));
    if (parent.children.size() == 1) return false;
    if (!has_shares(parent.aggregation.method)) return true;
    for (std::size_t k = 0; k < parent.children.size(); ++k) {
      if (parent.children[k] != node && parent.weights[k] != 0.0) return true;
    }
    return false;
  }

  void composites(Size node, std::span<double> out) {
    if (!is_local(node)) {
      const std::string& code = index_.codes()[node];
      Scenario scenario;
      scenario.edits.push_back({DropNode{code}, {}});
      const Scores after = what_if(base_, scenario).after;
      const auto column = after.column(Index::root());
      std::copy(column.begin(), column.end(), out.begin());
      return;
    }
    Size child = node;
    const CompiledCriterion shorter = without(node);
    for (Size i = index_.parent(node); i >= 0; child = i, i = index_.parent(i)) {
      const bool first = child == node;
      const CompiledCriterion& criterion = first ? shorter : inner(i);
      columns_.clear();
      for (const Size each : criterion.children) {
        columns_.push_back(each == child ? changed_.data() : base_.column(each).data());
      }
      next_.resize(at(units_));
      aggregate(criterion, columns_, {}, units_, next_.data());
      for (double& score : next_) score = finished(score, compiled_.cap[at(i)]);
      for (const auto& [row, score] : given_.of(i)) next_[at(row)] = score;
      std::swap(changed_, next_);
    }
    std::copy(changed_.begin(), changed_.end(), out.begin());
  }

 private:
  [[nodiscard]] const CompiledCriterion& inner(Size node) const {
    return compiled_.inner[at(compiled_.inner_of[at(node)])];
  }

  /// Whether leaving a node out changes scores above it alone: not the maxima, to which a sum may
  /// refer its points, nor which units go without a criterion.
  [[nodiscard]] bool is_local(Size node) const {
    if (may_exclude_) return false;
    for (Size i = index_.parent(node); i >= 0; i = index_.parent(i)) {
      const CompiledCriterion& criterion = inner(i);
      if (criterion.aggregation.scale_to || criterion.missing == MissingPolicy::reduce_maximum ||
          criterion.missing == MissingPolicy::error) {
        return false;
      }
    }
    const CompiledCriterion& parent = inner(index_.parent(node));
    if (parent.aggregation.method != Aggregation::Method::sum) return true;
    // Without any part left the definition may not be sound.
    for (std::size_t k = 0; k < parent.children.size(); ++k) {
      if (parent.children[k] != node && parent.roles[k] == Role::part) return true;
    }
    return false;
  }

  /// The parent of a node without it, with the weights that DropNode leaves, to the bit.
  [[nodiscard]] CompiledCriterion without(Size node) const {
    CompiledCriterion shorter = inner(index_.parent(node));
    const Aggregation& how = shorter.aggregation;
    const auto out = std::find(shorter.children.begin(), shorter.children.end(), node) -
                     shorter.children.begin();
    if (how.method != Aggregation::Method::sum) {
      std::vector<double> stated;
      bool any = false;
      for (const Size child : shorter.children) {
        const Dated<double>& weight = index_.node(child).weight;
        any = any || !weight.empty();
        stated.push_back(weight.empty() ? 1.0 : *weight.find(base_.method()));
      }
      double factor = 1.0;
      if (any && how.weights == Aggregation::Weights::shares) {
        double rest = 0.0;
        double all = 0.0;
        for (std::size_t k = 0; k < stated.size(); ++k) {
          all += stated[k];
          if (static_cast<Size>(k) != out) rest += stated[k];
        }
        factor = all / rest;
      }
      for (double& weight : stated) weight *= factor;
      stated[at(out)] = 0.0;
      const double total = std::accumulate(stated.begin(), stated.end(), 0.0);
      for (double& weight : stated) weight /= total;
      shorter.weights = std::move(stated);
    }
    shorter.children.erase(shorter.children.begin() + out);
    shorter.roles.erase(shorter.roles.begin() + out);
    shorter.weights.erase(shorter.weights.begin() + out);
    if (!shorter.maxima.empty()) shorter.maxima.erase(shorter.maxima.begin() + out);
    return shorter;
  }

  const Scores& base_;
  const Index& index_;
  const Compiled& compiled_;
  GivenCells given_;
  Size units_;
  bool may_exclude_ = false;
  std::vector<const double*> columns_;
  std::vector<double> changed_;  ///< Scores of the node below.
  std::vector<double> next_;
};

}  // namespace

LeaveOneOut leave_one_out(const Scores& base, std::string_view nodes, Size top) {
  const Size units = base.units().size();
  if (top < 1 || top > units) {
    throw SpecError(
        fmt::format("expected a top from 1 to {}, the number of units, got {}", units, top));
  }
  const BaseRanks base_ranks(base);
  LeaveOneOut result{.base = base, .top = top};
  WithoutNode without(base);
  for (const Size node : matched_nodes(base.index(), nodes)) {
    if (without.can_be_left_out(node)) result.nodes.push_back(node);
  }
  if (result.nodes.empty()) {
    throw NotFoundError(
        fmt::format("no node that '{}' meets can be left out: the composite, an only child, or the "
                    "only one with a weight",
                    nodes));
  }
  constexpr double none = missing_value;
  for (const double rank : base_ranks.ranks()) {
    result.base_ranks.push_back(rank > 0.0 ? rank : none);
  }
  const std::size_t count = result.nodes.size();
  result.scores.resize(at(units) * count);
  result.ranks.resize(at(units) * count);
  std::vector<double> keys(at(units));
  RankScratch scratch;
  for (std::size_t k = 0; k < count; ++k) {
    const std::span<double> scores(result.scores.data() + k * at(units), at(units));
    const std::span<double> ranks(result.ranks.data() + k * at(units), at(units));
    without.composites(result.nodes[k], scores);
    for (std::size_t u = 0; u < keys.size(); ++u) keys[u] = base_ranks.key(scores[u]);
    rank(keys, Ties::competition, ranks, scratch);
    double total = 0.0;
    double greatest = 0.0;
    double both = 0.0;
    double in_top = 0.0;
    double stay = 0.0;
    for (std::size_t u = 0; u < keys.size(); ++u) {
      const double before = result.base_ranks[u];
      if (before <= static_cast<double>(top)) {
        in_top += 1.0;
        stay += ranks[u] <= static_cast<double>(top) ? 1.0 : 0.0;
      }
      const double shift = std::abs(ranks[u] - before);
      if (std::isnan(shift)) continue;
      both += 1.0;
      total += shift;
      greatest = std::max(greatest, shift);
    }
    result.mean_shift.push_back(both > 0.0 ? total / both : none);
    result.greatest_shift.push_back(both > 0.0 ? greatest : none);
    result.overlap.push_back(in_top > 0.0 ? stay / in_top : none);
  }
  return result;
}

}  // namespace chiso
