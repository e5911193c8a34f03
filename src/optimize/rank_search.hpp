#pragma once

#include <functional>
#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "optimize/flow_region.hpp"
#include "optimize/mixed_integer.hpp"

namespace chiso {

/// The end of a rank interval that is looked for.
enum class RankEnd { best, worst };

/// Looks for extreme ranks of one unit after the other; shares that were found for one are tried
/// for the others.
class RankSearch {
 public:
  /// @param region must outlive it
  /// @param units number of units of the tree
  /// @param go_on called now and then; false stops
  RankSearch(const FlowRegion& region, Size units, std::function<bool()> go_on);

  struct Found {
    double rank = 0.0;
    double bound = 0.0;
    std::vector<double> shares;
  };
  [[nodiscard]] Found find(Size unit, RankEnd end);

  /// The rank of a unit under the shares.
  [[nodiscard]] double rank(Size unit, std::span<const double> shares) const;

  [[nodiscard]] bool stopped() const noexcept { return stopped_; }

 private:
  /// Another unit as seen from the one whose rank is looked for.
  struct Rival {
    Size unit;
    std::vector<double> lead;  ///< Its coefficients less the unit's.
    double most;               ///< Its lead is never more over all shares,
    double least;              ///< and never less.
  };
  /// Rivals that are above (best: not above) for some shares, and by how much at least.
  struct Pattern {
    double margin;
    std::vector<double> shares;
    std::vector<Size> tight;  ///< Positions in the pattern of those that no margin is left to.
  };

  void remember(std::vector<double> shares);
  [[nodiscard]] std::vector<Rival> rivals(Size unit) const;
  [[nodiscard]] Size above(Size unit, std::span<const double> scores) const;
  void improve(Size unit, RankEnd end, Found& found, std::vector<double> shares);
  void solve(Size unit, RankEnd end, const std::vector<Rival>& open, double decided, Found& found);
  [[nodiscard]] Pattern widest(const std::vector<Rival>& open, const std::vector<Size>& pattern,
                               RankEnd end) const;
  [[nodiscard]] std::vector<Size> conflict(const std::vector<Rival>& open,
                                           std::vector<Size> pattern, RankEnd end,
                                           const Pattern& seen) const;
  [[nodiscard]] bool holds(const Pattern& pattern, RankEnd end) const noexcept {
    return end == RankEnd::best ? pattern.margin >= -tie_ : pattern.margin > tie_;
  }

  const FlowRegion& region_;
  Size units_;
  std::function<bool()> go_on_;
  std::vector<std::vector<double>> coefficients_;  ///< By unit.
  double scale_ = 0.0;  ///< The greatest difference that a share of 1 can make.
  double tie_ = 0.0;    ///< Differences up to here are none.
  struct Known {
    std::vector<double> shares;
    std::vector<double> scores;
  };
  std::vector<Known> known_;
  bool stopped_ = false;
};

}  // namespace chiso
