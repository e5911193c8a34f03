#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/kernels.hpp"

namespace chiso {

/// Scores and ranks of a block of draws; memory that is used again from block to block.
struct DrawnBlock {
  /// By wanted node: units in rows of draws; NaN: no score.
  std::vector<DrawTable> scores;
  /// By wanted node: units in rows of draws, stride as in `scores`; 0: no rank.
  std::vector<std::vector<std::uint16_t>> ranks;
};

/// Scores an index for drawn weights, values, anchors and ways to build it. Immutable, safe to use
/// from many threads.
///
/// A draw is what scoring a definition and a panel that are changed by hand gives (with the anchors
/// held or fitted again): the same bits by the general way, within a few ulps by the straight one,
/// which is a matrix product of fixed scores with drawn weights.
class DrawEngine {
 public:
  /// @param rows of the tables that it will be given
  /// @param nodes whose scores are wanted, by the base's index
  DrawEngine(const Scores& base, std::span<const Source> sources, std::span<const VariedRow> rows,
             std::span<const Size> nodes, bool refit, const Kernels& kernels);
  ~DrawEngine();

  /// Memory of one thread.
  struct Scratch;
  struct ScratchDeleter {
    void operator()(Scratch* scratch) const noexcept;
  };
  using ScratchPointer = std::unique_ptr<Scratch, ScratchDeleter>;
  [[nodiscard]] ScratchPointer scratch() const;

  /// @param first number of the first draw, for messages
  /// @throws DataError if a draw cannot be scored
  void run(const DrawTable& draws, std::int64_t first, Scratch& scratch, DrawnBlock& out) const;

  struct State;  // Private.

 private:
  std::unique_ptr<const State> state_;
};

}  // namespace chiso
