#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "chiso/base/error.hpp"
#include "uncertainty/claims.hpp"
#include "uncertainty/draw_grains.hpp"
#include "uncertainty/experiment_state.hpp"
#include "uncertainty/grain_runner.hpp"
#include "uncertainty/watcher.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// How often units are first when the shares are their own.
struct Firsts {
  std::vector<std::int64_t> draws;  ///< By unit: counted so far.
  std::vector<std::int64_t> first;
};

std::int64_t count_firsts(GrainRunner& runner, std::int64_t grain, Size composite, Size unit) {
  std::int64_t firsts = 0;
  runner.run(grain, [&](const DrawTable&, const DrawnBlock& block) {
    const DrawTable& scores = block.scores[at(composite)];
    const std::uint16_t* ranks = block.ranks[at(composite)].data() + unit * scores.stride();
    firsts += std::count(ranks, ranks + scores.draws(), std::uint16_t{1});
  });
  return firsts;
}

}  // namespace

std::vector<double> Uncertainty::confidence_factors(std::int64_t draws,
                                                    const DrawWatch& watch) const {
  if (draws < 1) throw SpecError(fmt::format("expected at least one draw, got {}", draws));
  const Experiment::State& state = experiment_.state();
  const TallyPlan& plan = *tally_->plan;
  const CentralWeights central = central_weights();
  if (central.nodes.empty()) {
    throw SpecError("expected shares that are drawn, got none: no unit has central ones");
  }
  std::vector<Size> units;
  for (Size u = 0; u < plan.units; ++u) {
    if (tally_->rank_count(plan.composite, u, 1) > 0) units.push_back(u);
  }
  // If nothing but shares varies, all draws are alike.
  const bool alike = plan.share_rows.size() == state.sampler.rows().size();
  const std::int64_t grains = alike ? 1 : (draws + draws_a_grain - 1) / draws_a_grain;
  const std::int64_t pieces = grains * std::ssize(units);

  const int threads = useful_threads(state.options.threads, pieces);
  std::vector<std::unique_ptr<GrainRunner>> runners(at(threads));
  std::vector<Firsts> counts(at(threads));
  Watcher watcher(watch, pieces * draws_a_grain);
  claim_in_threads(0, pieces, threads, watcher.stop(), [&](Size thread, std::int64_t piece) {
    std::unique_ptr<GrainRunner>& runner = runners[at(thread)];
    Firsts& own = counts[at(thread)];
    if (!runner) {
      runner = std::make_unique<GrainRunner>(state);
      own.draws.resize(units.size());
      own.first.resize(units.size());
    }
    const std::int64_t number = piece / grains;
    const Size unit = units[at(number)];
    std::vector<GrainRunner::FixedRow> rows;
    for (std::size_t r = 0; r < plan.share_rows.size(); ++r) {
      rows.push_back({plan.share_rows[r], central.weights[r * at(plan.units) + at(unit)]});
    }
    runner->fix(std::move(rows));
    own.first[at(number)] += count_firsts(*runner, piece % grains, plan.composite, unit);
    own.draws[at(number)] += draws_a_grain;
    watcher.add_grain();
    if (thread == 0) watcher.look();
  });
  watcher.finish();

  std::vector<double> factors(at(plan.units), nan);
  for (std::size_t i = 0; i < units.size(); ++i) {
    std::int64_t counted = 0;
    std::int64_t first = 0;
    for (const Firsts& own : counts) {
      if (own.draws.empty()) continue;
      counted += own.draws[i];
      first += own.first[i];
    }
    if (counted < grains * draws_a_grain) continue;
    factors[at(units[i])] = static_cast<double>(first) / static_cast<double>(counted);
  }
  return factors;
}

}  // namespace chiso
