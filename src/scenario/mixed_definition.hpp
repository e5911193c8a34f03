#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/at.hpp"
#include "chiso/scenario/causes.hpp"
#include "evaluate/compiled.hpp"
#include "model/shares.hpp"

namespace chiso {

/// Equal, or both missing.
[[nodiscard]] inline bool same(double a, double b) noexcept {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// A criterion as two sides define it, and what stands between: the weights (and children) of one
/// with the aggregation of the other.
class MixedDefinition {
 public:
  /// Which side a part of the definition comes from: 0 or 1.
  struct Sides {
    std::size_t weights;
    std::size_t aggregation;
  };

  /// @param was, is must outlive it
  /// @param other_children whether one side has children that the other has not
  /// @param other_weights whether the weights of the others differ
  MixedDefinition(const CompiledCriterion& was, double cap_was, const CompiledCriterion& is,
                  double cap_is, bool other_children, bool other_weights)
      : cap_{cap_was, cap_is} {
    using Method = Aggregation::Method;
    const Aggregation& a = was.aggregation;
    const Aggregation& b = is.aggregation;
    const bool weighs = other_children || other_weights;
    const bool aggregates = a.method != b.method || a.power != b.power ||
                            a.upward_penalty != b.upward_penalty || a.times != b.times ||
                            a.scale_to != b.scale_to || was.missing != is.missing ||
                            was.at_least != is.at_least || cap_was != cap_is;
    // Weights that the other method does not know, or would take for something else, come and go
    // with their own.
    const bool knows = a.method == Method::sum || has_shares(a.method);
    const bool knew = b.method == Method::sum || has_shares(b.method);
    const bool apart =
        (a.method == Method::sum) == (b.method == Method::sum) && (knows == knew || other_children);
    together_ = weighs && aggregates && !apart;
    if (weighs && !together_) {
      players_.push_back(other_children ? Cause::Kind::structure : Cause::Kind::weights);
    }
    if (aggregates) players_.push_back(Cause::Kind::aggregation);
    const std::array<const CompiledCriterion*, 2> side{&was, &is};
    for (std::size_t w = 0; w < 2; ++w) {
      for (std::size_t g = 0; g < 2; ++g) {
        CompiledCriterion& mixed = mixed_[2 * w + g] = *side[w];
        mixed.aggregation = side[g]->aggregation;
        mixed.missing = side[g]->missing;
        mixed.at_least = side[g]->at_least;
      }
    }
    compares_ = a.method == Method::copeland || b.method == Method::copeland;
    const auto adds = [](Method method) {
      return method == Method::sum || method == Method::arithmetic_mean;
    };
    adds_ = adds(a.method) && adds(b.method);
  }

  /// What changed, by player.
  [[nodiscard]] const std::vector<Cause::Kind>& players() const noexcept { return players_; }

  /// @param changed bits, one a player: those that are as they are after
  [[nodiscard]] Sides sides(std::size_t changed) const {
    if (together_) return {changed & 1, changed & 1};
    Sides found{0, 0};
    for (std::size_t i = 0; i < players_.size(); ++i) {
      const bool aggregates = players_[i] == Cause::Kind::aggregation;
      (aggregates ? found.aggregation : found.weights) = (changed >> i) & 1;
    }
    return found;
  }

  [[nodiscard]] const CompiledCriterion& operator[](const Sides& of) const {
    return mixed_[2 * of.weights + of.aggregation];
  }
  [[nodiscard]] double cap(const Sides& of) const { return cap_[of.aggregation]; }

  /// Whether units are compared with each other, on one side at least.
  [[nodiscard]] bool compares() const noexcept { return compares_; }
  /// Whether scores are added up on both sides.
  [[nodiscard]] bool adds() const noexcept { return adds_; }

 private:
  std::array<double, 2> cap_;
  bool together_ = false;
  bool compares_ = false;
  bool adds_ = false;
  std::vector<Cause::Kind> players_;
  std::array<CompiledCriterion, 4> mixed_;
};

}  // namespace chiso
