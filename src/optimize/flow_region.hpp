#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "optimize/mixed_integer.hpp"
#include "uncertainty/admissible_shares.hpp"
#include "uncertainty/linear_tree.hpp"

namespace chiso {

/// All admissible shares of some groups, as flows of a LinearTree.
///
/// Flows inside a group that varies overall do not matter: their coefficients are its members'.
class FlowRegion {
 public:
  /// @param tree must outlive it
  FlowRegion(const LinearTree& tree, std::vector<AdmissibleShares> groups);

  [[nodiscard]] std::span<const AdmissibleShares> groups() const noexcept { return groups_; }
  /// Numbers in a vector of shares: members of all groups, one group after the other.
  [[nodiscard]] Size shares() const noexcept { return first_.back(); }
  [[nodiscard]] Size flows() const noexcept { return tree_.flows(); }

  /// Coefficients of a unit of the tree, by flow.
  [[nodiscard]] std::vector<double> coefficients(Size unit) const;

  /// The greatest sum of coefficient * flow, and shares that have it.
  struct Best {
    double value = 0.0;
    std::vector<double> shares;
  };
  [[nodiscard]] Best best(std::span<const double> coefficients) const;

  /// Nothing is greater than this; the same as of `best` where no group has orders. With orders
  /// `best` takes a program, which costs more than it saves: thousands of pairs of units are looked
  /// at.
  [[nodiscard]] double bound(std::span<const double> coefficients) const;

  [[nodiscard]] std::vector<double> flows_of(std::span<const double> shares) const;
  /// Shares of flows that a solver found, rid of its tolerances.
  [[nodiscard]] std::vector<double> shares_of(std::span<const double> flows) const;

  /// The definition's own shares; empty if they are not admissible.
  [[nodiscard]] std::vector<double> nominal() const;

  /// Adds the flows as variables 0 ... flows() - 1, and what they keep to.
  void put_into(MixedInteger& program) const;

 private:
  enum class Orders { kept, ignored };
  /// @param shares of the group; empty: not wanted
  double best_of(std::size_t group, std::span<const double> values, Orders orders,
                 std::span<double> shares) const;
  double accumulate(std::span<const double> coefficients, Orders orders,
                    std::span<double> shares) const;

  const LinearTree& tree_;
  std::vector<AdmissibleShares> groups_;   ///< Those above before those below.
  std::vector<Size> first_;                ///< Of a group's shares; then their number.
  std::vector<Size> above_;                ///< By group: flow.
  std::vector<std::vector<Size>> within_;  ///< By group and member: its flow.
};

}  // namespace chiso
