#include "uncertainty/draw_grains.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "uncertainty/claims.hpp"
#include "uncertainty/grain_counter.hpp"
#include "uncertainty/grain_runner.hpp"
#include "uncertainty/watcher.hpp"

namespace chiso {
namespace {

struct Worker {
  GrainRunner runner;
  GrainCounter counter;
  Tally tally;

  Worker(const Experiment::State& state, const std::shared_ptr<const TallyPlan>& plan)
      : runner(state), counter(plan, state.kernels), tally(plan) {}
};

class Drawing {
 public:
  Drawing(const Experiment::State& state, std::int64_t first, std::int64_t end,
          const DrawWatch& watch)
      : state_(state),
        plan_(state.plan()),
        watcher_(watch, (end - first) * draws_a_grain),
        workers_(at(useful_threads(state.options.threads, end - first))) {}

  /// @returns false if the watch stopped it
  bool draw(std::int64_t first, std::int64_t end) {
    const int threads = useful_threads(static_cast<int>(workers_.size()), end - first);
    claim_in_threads(first, end, threads, watcher_.stop(), [&](Size thread, std::int64_t grain) {
      std::unique_ptr<Worker>& worker = workers_[at(thread)];
      if (!worker) worker = std::make_unique<Worker>(state_, plan_);
      worker->runner.run(grain, [&](const DrawTable& draws, const DrawnBlock& block) {
        worker->counter.add(draws, block, worker->tally);
        if (thread == 0) watcher_.look();
      });
      worker->counter.finish(grain, worker->tally);
      watcher_.add_grain();
    });
    return !watcher_.stop();
  }

  double look_at_precision() {
    std::vector<const Tally*> parts;
    for (const auto& worker : workers_) {
      if (worker) parts.push_back(&worker->tally);
    }
    const double error = standard_error(parts, state_.options.top);
    watcher_.set_standard_error(error);
    return error;
  }

  /// @param wanted grains
  Tally finish(std::int64_t wanted) {
    std::unique_ptr<Tally> all;
    for (std::unique_ptr<Worker>& worker : workers_) {
      if (!worker) continue;
      if (all) {
        all->merge(worker->tally);
      } else {
        all = std::make_unique<Tally>(std::move(worker->tally));
      }
      worker.reset();
    }
    if (!all) all = std::make_unique<Tally>(plan_);
    all->stopped = watcher_.stop() && all->grains.count() < wanted;
    watcher_.finish();
    return std::move(*all);
  }

 private:
  const Experiment::State& state_;
  std::shared_ptr<const TallyPlan> plan_;
  Watcher watcher_;
  std::vector<std::unique_ptr<Worker>> workers_;  ///< One a thread, once it has something to do.
};

}  // namespace

Tally draw_grains(const Experiment::State& state, std::int64_t first,
                  std::span<const std::int64_t> stages, const DrawWatch& watch) {
  const std::optional<double>& precision = state.options.precision;
  Drawing drawing(state, first, stages.back(), watch);
  std::int64_t done = first;
  for (const std::int64_t end : stages) {
    if (!drawing.draw(done, end)) break;
    if (precision && drawing.look_at_precision() <= *precision) break;
    done = end;
  }
  return drawing.finish(stages.back() - first);
}

int useful_threads(int wanted, std::int64_t pieces) {
  const std::int64_t threads =
      wanted > 0 ? wanted : static_cast<std::int64_t>(std::thread::hardware_concurrency());
  return static_cast<int>(std::max<std::int64_t>(1, std::min(threads, pieces)));
}

}  // namespace chiso
