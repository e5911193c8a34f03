#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "uncertainty/draw_engine.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/experiment_state.hpp"

namespace chiso {

/// Draws and scores grains in blocks, which fit into the cache and take no longer than a watch may
/// wait. Of one thread.
class GrainRunner {
 public:
  /// A row of draws that has the same number in all of them.
  struct FixedRow {
    Size row = 0;
    double value = 0.0;
  };

  explicit GrainRunner(const Experiment::State& state);

  /// In place of what is drawn.
  void fix(std::vector<FixedRow> rows) { fixed_ = std::move(rows); }

  /// Calls use(draws, scored) for each block of the grain, in their order.
  /// @throws DataError if a draw cannot be scored
  template <class Use>
  void run(std::int64_t grain, Use use) {
    Size done = 0;
    while (done < draws_a_grain) {
      const bool slow = draw(grain * draws_a_grain + done);
      use(std::as_const(draws_), std::as_const(scored_));
      done += draws_.draws();
      if (slow) halve();
    }
  }

 private:
  /// @returns whether it took so long that blocks should be smaller
  bool draw(std::int64_t first);
  void halve();

  const Experiment::State* state_;
  DrawEngine::ScratchPointer scratch_;
  DrawTable draws_;
  DrawnBlock scored_;
  std::vector<FixedRow> fixed_;
};

}  // namespace chiso
