#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/reach/goal_seek.hpp"
#include "evaluate/compiled.hpp"
#include "reach/crossing.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

[[noreturn]] void refuse(const Criterion& node, std::string message, std::string remedy) {
  throw DataError({Problem{node.location, node.code, std::move(message), std::move(remedy)}});
}

/// The composites of all units as one weight changes and its siblings are scaled, by the same
/// arithmetic as an edit of the weight.
class MovedWeight {
 public:
  /// @throws DataError if the composite is not linear in the weight
  MovedWeight(const Scores& base, Size node) : base_(base), node_(node) {
    const Index& index = base.index();
    if (node == Index::root()) {
      refuse(index.node(node), "the composite has no siblings, and so no weight",
             "name one of its criteria");
    }
    for (Size i = index.parent(node); i >= 0; i = index.parent(i)) {
      path_.push_back(compiled().inner[at(compiled().inner_of[at(i)])]);
      expect_linear(path_.back());
    }
    find_weights();
    composite_.resize(at(base.units().size()));
    below_.resize(composite_.size());
    // Cells that do not apply, and scores that were set: what changes no more with the weight, or
    // with another one.
    const auto& now = aggregate_path();
    const auto scores = base.column(Index::root());
    for (Size u = 0; u < base.units().size(); ++u) {
      const double own = scores[at(u)];
      if (own == now[at(u)] || (std::isnan(own) && std::isnan(now[at(u)]))) continue;
      refuse(index.node(Index::root()),
             fmt::format("the composite is not linear in the weight: criteria of {} do not apply, "
                         "or have scores that were set",
                         base.units()[u]),
             "sweep over the weight instead");
    }
  }

  /// What the weights of the siblings and the node's add up to: the most that it can be.
  [[nodiscard]] double most() const noexcept { return all_; }

  /// One score a unit.
  const std::vector<double>& operator()(double weight) {
    CompiledCriterion& parent = path_.front();
    const double factor = std::max(0.0, all_ - weight) / others_;
    for (std::size_t k = 0; k < weights_.size(); ++k) {
      parent.weights[k] = parent.children[k] == node_ ? weight : weights_[k] * factor;
    }
    if (parent.aggregation.method == Method::sum) {
      for (std::size_t k = 0; k < weights_.size(); ++k) {
        if (parent.roles[k] == Role::penalty) parent.weights[k] = -parent.weights[k];
      }
    } else {
      const double total = std::accumulate(parent.weights.begin(), parent.weights.end(), 0.0);
      for (double& each : parent.weights) each /= total;
    }
    return aggregate_path();
  }

 private:
  [[nodiscard]] const Compiled& compiled() const { return base_.evaluator().compiled(); }

  const std::vector<double>& aggregate_path() {
    Size below = -1;  // The child whose scores are new.
    std::vector<const double*> columns;
    for (const CompiledCriterion& inner : path_) {
      columns.clear();
      for (const Size child : inner.children) {
        columns.push_back(child == below ? below_.data() : base_.column(child).data());
      }
      aggregate(inner, columns, {}, std::ssize(composite_), composite_.data());
      for (double& score : composite_) score = std::isinf(score) ? missing_value : score;
      below = inner.node;
      std::swap(below_, composite_);
    }
    std::swap(below_, composite_);
    return composite_;
  }

  void expect_linear(const CompiledCriterion& inner) const {
    const Criterion& node = base_.index().node(inner.node);
    const Method method = node.aggregation.method;
    const bool adds = method == Method::sum || method == Method::arithmetic_mean;
    constexpr const char* remedy = "sweep over the weight instead";
    if (!adds) {
      refuse(node,
             fmt::format("the composite is not linear in the weight: {} is a {}", node.code,
                         name(method)),
             remedy);
    }
    if (node.cap || node.aggregation.scale_to) {
      refuse(node,
             fmt::format("the composite is not linear in the weight: {} is {}", node.code,
                         node.cap ? "cut at its cap" : "scaled to its parts' maximum"),
             remedy);
    }
    const bool shares_change = inner.node == path_.front().node || method == Method::sum;
    if (!shares_change) return;
    for (Size u = 0; u < base_.units().size(); ++u) {
      if (std::isnan(base_.column(Index::root())[at(u)])) continue;
      for (std::size_t k = 0; k < inner.children.size(); ++k) {
        if (inner.weights[k] == 0.0 || !std::isnan(base_.column(inner.children[k])[at(u)]))
          continue;
        refuse(node,
               fmt::format("the composite is not linear in the weight: {} goes without {} in {}",
                           base_.units()[u], base_.index().codes()[inner.children[k]], node.code),
               remedy);
      }
    }
  }

  void find_weights() {
    const Criterion& parent = base_.index().node(path_.front().node);
    const bool sum = parent.aggregation.method == Method::sum;
    const bool weighted = std::any_of(parent.children.begin(), parent.children.end(),
                                      [](const Criterion& child) { return !child.weight.empty(); });
    const double equal = 1.0 / static_cast<double>(parent.children.size());
    for (std::size_t k = 0; k < parent.children.size(); ++k) {
      const double* given = parent.children[k].weight.find(base_.method());
      weights_.push_back(given != nullptr ? *given : sum || weighted ? 1.0 : equal);
      all_ += weights_.back();
      if (path_.front().children[k] != node_) others_ += weights_.back();
    }
    if (!(others_ > 0.0)) {
      refuse(parent, "the siblings have no weight that could be scaled",
             "name a criterion that has weighted siblings");
    }
  }

  const Scores& base_;
  Size node_;
  std::vector<CompiledCriterion> path_;  ///< From the node's parent up; weights of the first move.
  std::vector<double> weights_;          ///< Of its children, as the definition states them.
  double all_ = 0.0;
  double others_ = 0.0;
  std::vector<double> composite_;
  std::vector<double> below_;
};

double rank_among(std::span<const double> scores, Size unit) {
  const double own = scores[at(unit)];
  const auto better =
      std::count_if(scores.begin(), scores.end(), [own](double score) { return score > own; });
  return static_cast<double>(better + 1);
}

}  // namespace

std::vector<BreakEven> break_even_weight(const Scores& base, std::string_view unit,
                                         std::string_view node) {
  const Size own = base.units().at(unit);
  MovedWeight composite(base, base.index().at(node));
  if (std::isnan(base.column(Index::root())[at(own)])) {
    throw DataError({Problem{{},
                             std::string(unit),
                             fmt::format("has no composite score in {}", base.period().text()),
                             "set its missing values by a scenario first"}});
  }
  const double most = composite.most();
  const std::vector<double> without = composite(0.0);
  const std::vector<double> alone = composite(most);

  struct Crossing {
    double weight;
    Size rival;
  };
  std::vector<Crossing> crossings;
  for (Size rival = 0; rival < base.units().size(); ++rival) {
    const double before = without[at(rival)] - without[at(own)];
    const double after = alone[at(rival)] - alone[at(own)];
    // Also false for a rival without a score.
    if (rival == own || (before > 0.0) == (after > 0.0) || std::isnan(before)) continue;
    // The lead as a number that rises to 1: from there on the rival has changed sides.
    const bool leads_after = after > 0.0;
    const auto changed = [&](double weight) {
      const auto& scores = composite(weight);
      return (scores[at(rival)] > scores[at(own)]) == leads_after;
    };
    const double estimate = most * (before / (before - after));
    const bool inside = estimate > 0.0 && estimate < most;
    const double weight = inside ? frontier_near(0.0, most, estimate, changed(estimate), 4, changed)
                                 : frontier(0.0, most, changed);
    crossings.push_back({weight, rival});
  }
  std::sort(crossings.begin(), crossings.end(), [](const Crossing& a, const Crossing& b) {
    return a.weight < b.weight || (a.weight == b.weight && a.rival < b.rival);
  });

  std::vector<BreakEven> changes;
  for (const Crossing& crossing : crossings) {
    if (changes.empty() || changes.back().value != crossing.weight) {
      BreakEven change;
      change.value = crossing.weight;
      change.rank_before = rank_among(composite(next_down(crossing.weight)), own);
      change.rank_after = rank_among(composite(crossing.weight), own);
      changes.push_back(std::move(change));
    }
    changes.back().rivals.push_back(base.units()[crossing.rival]);
  }
  return changes;
}

}  // namespace chiso
