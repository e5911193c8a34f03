#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "chiso/uncertainty/uncertainty.hpp"
#include "uncertainty/draw_engine.hpp"
#include "uncertainty/kernels.hpp"
#include "uncertainty/sampler.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {

struct Experiment::State {
  State(Scores of, std::vector<Source> varied, UncertaintyOptions how);

  Scores base;
  std::vector<Source> sources;
  UncertaintyOptions options;
  std::vector<Size> nodes;
  const Kernels& kernels;
  Sampler sampler;
  DrawEngine engine;

  /// Of one of `nodes` in them. @throws NotFoundError for another node.
  [[nodiscard]] Size position(Size node) const;

  /// What is counted: the first grain fixes the ranges of the scores. Every process that needs them
  /// draws it, once.
  /// @throws DataError if a draw of the first grain cannot be scored
  [[nodiscard]] std::shared_ptr<const TallyPlan> plan() const;

  /// The same without the ranges and the fingerprint, for which nothing is drawn.
  [[nodiscard]] TallyPlan plan_without_bins() const;

 private:
  mutable std::mutex planning_;
  mutable std::shared_ptr<const TallyPlan> plan_;
};

}  // namespace chiso
