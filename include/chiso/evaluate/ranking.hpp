#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/rank/rank.hpp"

namespace chiso {

struct RankingOptions {
  Ties ties = Ties::competition;
  /// Rank displayed (rounded) values; left out: what the definition says.
  std::optional<bool> on_displayed = {};
};

/// The units of one result in order of a node's score, best first; units without a score have no
/// rank and come last.
class Ranking {
 public:
  explicit Ranking(const Scores& scores, Size node = Index::root(), RankingOptions options = {});

  /// A ranking as it was made before, by whatever version of the library, and stored.
  /// @param options with `on_displayed`
  /// @throws DataError if it cannot be one of these scores: sizes that differ, a rank of a unit
  ///         without a score or none of one with a score, ranks that scores contradict.
  [[nodiscard]] static Ranking restore(const Scores& scores, Size node, RankingOptions options,
                                       std::vector<double> ranks, std::vector<std::string> groups);

  [[nodiscard]] const Scores& scores() const noexcept { return scores_; }
  [[nodiscard]] Size node() const noexcept { return node_; }
  [[nodiscard]] Ties ties() const noexcept { return options_.ties; }
  /// Whether rounded values were ranked.
  [[nodiscard]] bool on_displayed() const noexcept { return *options_.on_displayed; }

  /// One rank a unit, in the order of scores().units(); NaN: no score. Average ranks may be halves.
  [[nodiscard]] std::span<const double> ranks() const noexcept { return ranks_; }

  /// Positions of the units, best first; equal ranks in the order of the units.
  [[nodiscard]] std::span<const Size> order() const noexcept { return order_; }

  /// Number of units with a rank.
  [[nodiscard]] Size ranked() const noexcept { return ranked_; }

  /// Group of each unit by the definition; empty texts if it has none or the unit has no score.
  [[nodiscard]] const std::vector<std::string>& groups() const noexcept { return groups_; }

  /// @throws NotFoundError with the nearest name.
  [[nodiscard]] double rank_of(std::string_view unit) const;

 private:
  Ranking(const Scores& scores, Size node, RankingOptions options, std::vector<double> ranks,
          std::vector<std::string> groups);

  Scores scores_;
  Size node_;
  RankingOptions options_;
  std::vector<double> ranks_;
  std::vector<Size> order_;
  std::vector<std::string> groups_;
  Size ranked_ = 0;
};

}  // namespace chiso
