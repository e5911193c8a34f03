#pragma once

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"

namespace chiso {

struct RankIntervalOptions {
  /// What is admissible: every vector of shares that these laws could draw, however unlikely.
  /// Empty: any shares of the children of any criterion.
  std::vector<DrawWeights> weights;
  std::vector<std::string> units;  ///< Whose ranks are wanted; empty: all.
  std::string node;                ///< Whose scores are ranked; empty: the composite.
  /// Then what was found so far is given, with what is proven of it.
  double seconds = std::numeric_limits<double>::infinity();
  /// Called now and then with how many ends of intervals are done; false stops.
  std::function<bool(Size done, Size wanted)> progress = {};
};

/// The best and the worst rank that a unit can have.
struct RankInterval {
  struct End {
    double rank = 0.0;   ///< That of the unit under `shares`.
    double bound = 0.0;  ///< No admissible shares give a better (at the other end: worse) one.
    std::vector<double> shares;  ///< Some that give it, by row of RankIntervals.

    [[nodiscard]] bool proven() const noexcept { return rank == bound; }
  };
  Size unit = 0;      ///< Position in the scores.
  double rank = 0.0;  ///< Under the definition's own shares.
  End best;
  End worst;
};

/// Rank intervals of units, and what varies.
struct RankIntervals {
  Scores base;
  Size node = 0;
  // By row of shares: of `nodes` in `parents`; of an indicator in a criterion that may be far above
  // it where shares vary overall.
  std::vector<Size> parents = {};
  std::vector<Size> nodes = {};
  std::vector<double> nominal = {};  ///< As the definition has them.
  std::vector<RankInterval> units = {};
  double seconds = 0.0;
  bool stopped = false;  ///< By time or the caller.

  [[nodiscard]] bool proven() const noexcept;
};

/// Best and worst possible ranks over all admissible shares, by mixed-integer programs: not what
/// some draws happen to show. A rank is 1 + how many units have more. Units without a score take no
/// part.
///
/// Scores that differ by less than 1e-9 of the greatest difference that a share of 1 could make are
/// equal: the weights that a solver finds are no more exact than that. Of scores as they are
/// computed, also where the definition ranks rounded ones.
///
/// The multiplication of shares on several levels is not linear, but the products are: they are
/// what varies in the programs.
///
/// Source: after Kadzinski, Greco and Slowinski, Omega 40 (2012), extreme ranks in robust ordinal
/// regression; here for weights alone.
/// @throws what Experiment throws for the sources, here `weights`; NotFoundError for unknown units
///   and codes; SpecError with criteria above varied shares that are not linear (another
///   aggregation than a mean or a sum, a cap that may cut); DataError with units whose missing
///   children's weights go to their siblings, or wanted units without a score.
[[nodiscard]] RankIntervals rank_intervals(const Scores& base,
                                           const RankIntervalOptions& options = {});

}  // namespace chiso
