#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "uncertainty/draw_engine.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/score_lanes.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {

/// Counts the draws of grains into a tally, block by block. Of one thread.
class GrainCounter {
 public:
  GrainCounter(std::shared_ptr<const TallyPlan> plan, const Kernels& kernels);

  /// The next block of the grain that has been begun; blocks have multiples of 8 draws. What
  /// is counted of a grain that is never finished spoils the tally.
  void add(const DrawTable& draws, const DrawnBlock& block, Tally& tally);

  /// All blocks of the grain have been added.
  /// @throws DataError if a score is infinite, or too large to be squared; the tally is spoilt
  void finish(std::int64_t grain, Tally& tally);

 private:
  void place(const DrawTable& scores, Size node);
  void count_shifts(const DrawnBlock& block, Size node, Tally::Node& counts);
  void count_groups(const DrawnBlock& block, Tally& tally);
  void count_groups_by_limits(const DrawTable& scores, Tally& tally);
  void count_groups_by_quantiles(const DrawnBlock& block, Tally& tally);
  void count_groups_by_draw(const DrawTable& scores, Tally& tally);
  /// Of each group by quantiles, the last rank that is in it or in a better one, if so many units
  /// have ranks.
  const std::vector<std::uint16_t>& last_ranks(Size present);
  void count_firsts(const DrawTable& draws, const DrawnBlock& block);
  void finish_firsts(Tally& tally);
  /// As they are ranked: rounded if the definition says so.
  const DrawTable& ranked_scores(const DrawTable& scores);

  std::shared_ptr<const TallyPlan> plan_;
  const Kernels* kernels_;
  ShiftBins shift_bins_;
  std::vector<ScoreLanes> scores_;  ///< By node and unit.
  std::vector<ScoreLanes> shifts_;  ///< By node.
  DrawTable displayed_;
  /// By node, unit and draw of the grain: bins, which are counted at its end. A unit's bins fill a
  /// quarter of the first cache, and are fetched into it once a grain so.
  std::vector<std::uint16_t> places_;
  Size placed_ = 0;                    ///< Draws of the grain so far.
  std::vector<std::uint32_t> moved_;   ///< By draw: sum of the shifts of all units with two ranks.
  std::vector<std::uint32_t> ranked_;  ///< By draw: how many these are.
  std::vector<std::uint16_t> few_moved_;  ///< The same of a few units.
  std::vector<std::uint16_t> few_ranked_;
  std::vector<double> mean_shifts_;
  std::vector<std::uint16_t> present_;  ///< By draw: units with a rank.
  std::vector<std::uint16_t> limits_;   ///< By group and draw: last rank in it or a better one.
  std::vector<std::vector<std::uint16_t>> last_ranks_;  ///< By units with a rank; empty: not yet.
  std::vector<std::int32_t> groups_;
  std::vector<double> column_;
  std::vector<std::uint16_t> first_units_;   ///< By draw: that is first, if one is.
  std::vector<std::uint16_t> first_counts_;  ///< By draw: how many are.
  std::vector<std::uint64_t> firsts_;        ///< By unit: draws of the grain in which it is first.
  std::vector<std::uint64_t> first_sums_;    ///< By eight rows, unit and row: their shares then.
};

}  // namespace chiso
