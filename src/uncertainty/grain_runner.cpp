#include "uncertainty/grain_runner.hpp"

#include <algorithm>
#include <chrono>

namespace chiso {
namespace {

constexpr Size block_draws = 256;
constexpr Size fewest_block_draws = 32;
constexpr std::chrono::milliseconds slow_block(20);

}  // namespace

GrainRunner::GrainRunner(const Experiment::State& state)
    : state_(&state),
      scratch_(state.engine.scratch()),
      draws_(std::ssize(state.sampler.rows()), block_draws) {}

bool GrainRunner::draw(std::int64_t first) {
  const auto start = std::chrono::steady_clock::now();
  for (Size source = 0; source < std::ssize(state_->sources); ++source) {
    state_->sampler.draw(source, first, draws_);
  }
  for (const FixedRow& fixed : fixed_) {
    std::fill_n(draws_.row(fixed.row), draws_.draws(), fixed.value);
  }
  state_->engine.run(draws_, first, *scratch_, scored_);
  return std::chrono::steady_clock::now() - start > slow_block;
}

void GrainRunner::halve() {
  if (draws_.draws() > fewest_block_draws) draws_ = DrawTable(draws_.rows(), draws_.draws() / 2);
}

}  // namespace chiso
