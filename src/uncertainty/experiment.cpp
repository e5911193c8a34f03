#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/fingerprint.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "uncertainty/experiment_state.hpp"
#include "uncertainty/grain_runner.hpp"
#include "uncertainty/score_lanes.hpp"

namespace chiso {
namespace {

/// Ranks are counted in 16 bits.
constexpr Size most_units = 65'535;

UncertaintyOptions checked(UncertaintyOptions options, const Scores& base, bool varies) {
  Problems problems;
  const Size units = base.units().size();
  constexpr std::int64_t most_draws = Tally::grain_end * draws_a_grain;
  if (units < 1 || units > most_units) {
    problems.add({}, "base", fmt::format("expected 1 to {} units, got {}", most_units, units));
  }
  if (!varies) {
    problems.add({}, "sources", "expected at least one, got none: nothing varies",
                 "name what is not known for certain");
  }
  if (options.draws < 1 || options.draws > most_draws) {
    problems.add({}, "draws", fmt::format("expected 1 to {}, got {}", most_draws, options.draws));
  }
  if (options.threads < 0) {
    problems.add({}, "threads",
                 fmt::format("expected 1 or more, or 0 for as many as the machine has, got {}",
                             options.threads));
  }
  if (options.precision) {
    if (!(*options.precision > 0.0)) {
      problems.add(
          {}, "precision",
          fmt::format("expected a standard error above 0, got {}", to_string(*options.precision)));
    }
  }
  // Fewer units than usual are no mistake if nobody asks for their places.
  if (options.top < 1 || (options.precision && options.top > units)) {
    problems.add({}, "top", fmt::format("expected 1 to {}, the units, got {}", units, options.top));
  }
  problems.raise<SpecError>();
  return options;
}

std::vector<Size> counted_nodes(const Index& index, const UncertaintyOptions& options) {
  std::vector<Size> nodes;
  for (const std::string& code : options.nodes) {
    const Size node = index.at(code);
    if (std::find(nodes.begin(), nodes.end(), node) == nodes.end()) nodes.push_back(node);
  }
  if (std::find(nodes.begin(), nodes.end(), Index::root()) == nodes.end()) {
    nodes.insert(nodes.begin(), Index::root());
  }
  return nodes;
}

bool is_share(const VariedRow& row) {
  return row.kind == VariedRow::Kind::share || row.kind == VariedRow::Kind::overall_share;
}

/// A unit's scores of one node in the first grain.
struct Pilot {
  ScoreLanes lanes;
  double count = 0.0;
};

std::vector<Pilot> draw_pilot(const Experiment::State& state) {
  const Size units = state.base.units().size();
  std::vector<Pilot> pilots(state.nodes.size() * at(units));
  GrainRunner(state).run(0, [&](const DrawTable&, const DrawnBlock& block) {
    for (std::size_t n = 0; n < state.nodes.size(); ++n) {
      const DrawTable& scores = block.scores[n];
      for (Size u = 0; u < units; ++u) {
        Pilot& pilot = pilots[n * at(units) + at(u)];
        const double* row = scores.row(u);
        pilot.lanes.add(row, scores.draws(), 0.0);
        pilot.count += static_cast<double>(
            std::count_if(row, row + scores.draws(), [](double x) { return !std::isnan(x); }));
      }
    }
  });
  return pilots;
}

ScoreBins bins_around(double least, double greatest, double centre) {
  ScoreBins bins;
  const double half = (greatest - least) / 2.0;
  bins.lowest = least - half;
  bins.highest = greatest + half;
  bins.centre = centre;
  // Where all scores are equal, or as near as numbers can be, they share a bin.
  const double scale = static_cast<double>(ScoreBins::inner) / (bins.highest - bins.lowest);
  bins.scale = std::isfinite(scale) ? scale : 0.0;
  return bins;
}

/// Of the units of one node.
void add_bins(std::span<const Pilot> pilots, std::vector<ScoreBins>& bins) {
  double least = std::numeric_limits<double>::infinity();
  double greatest = -least;
  for (const Pilot& pilot : pilots) {
    least = std::min(least, pilot.lanes.minimum());
    greatest = std::max(greatest, pilot.lanes.maximum());
  }
  for (const Pilot& pilot : pilots) {
    if (pilot.count > 0.0) {
      const double low = pilot.lanes.minimum();
      const double high = pilot.lanes.maximum();
      // The mean of equal numbers need not be that number.
      const double mean = std::min(std::max(pilot.lanes.total() / pilot.count, low), high);
      bins.push_back(bins_around(low, high, mean));
    } else if (least <= greatest) {
      // It may have scores later on, most likely where the others have theirs.
      bins.push_back(bins_around(least, greatest, least + (greatest - least) / 2.0));
    } else {
      bins.push_back({});
    }
  }
}

void add_names(Fingerprint& print, std::span<const std::string> names) {
  print.add(std::uint64_t{names.size()});
  for (const std::string& name : names) print.add(std::string_view(name));
}

/// Of everything that draws depend on. What describing the ingredients leaves out shows in the
/// scores of the first grain.
std::string fingerprint(const Experiment::State& state, const TallyPlan& plan) {
  Fingerprint print;
  const Scores& base = state.base;
  print.add(std::string_view(base.index().name()));
  print.add(std::string_view(base.period().text()));
  print.add(std::string_view(base.method().text()));
  print.add(std::string_view(base.panel().fingerprint()));
  add_names(print, base.units().names());
  add_names(print, base.index().codes().names());
  for (const Source& source : state.sources) {
    print.add(std::string_view(name(source)));
    print.add(std::string_view(describe(source)));
  }
  print.add(state.options.seed);
  print.add(std::uint64_t{state.options.refit});
  print.add(std::uint64_t{state.options.pairs});
  for (const Size node : state.nodes) print.add(static_cast<std::uint64_t>(node));
  print.add(static_cast<std::uint64_t>(plan.groups));
  for (const std::uint16_t rank : plan.nominal) print.add(std::uint64_t{rank});
  for (const ScoreBins& bins : plan.bins) {
    print.add(bins.lowest);
    print.add(bins.highest);
    print.add(bins.centre);
  }
  return print.text();
}

}  // namespace

TallyPlan Experiment::State::plan_without_bins() const {
  const State& state = *this;
  const Index& index = state.base.index();
  const IndexDefinition& definition = index.definition();
  TallyPlan plan;
  const auto names = state.base.units().names();
  plan.unit_names.assign(names.begin(), names.end());
  plan.units = state.base.units().size();
  plan.nodes = std::ssize(state.nodes);
  plan.composite =
      std::find(state.nodes.begin(), state.nodes.end(), Index::root()) - state.nodes.begin();
  plan.pairs = state.options.pairs;
  if (definition.rank_on_displayed) plan.decimals = definition.decimals;
  plan.grouping = definition.groups;
  if (plan.grouping.kind != Grouping::Kind::none) {
    plan.groups =
        std::ssize(plan.grouping.names) + (plan.grouping.kind == Grouping::Kind::limits ? 1 : 0);
  }
  const auto rows = state.sampler.rows();
  for (Size r = 0; r < std::ssize(rows); ++r) {
    if (is_share(rows[at(r)])) plan.share_rows.push_back(r);
  }
  for (const Size node : state.nodes) {
    const Ranking ranking(state.base, node);
    for (const double rank : ranking.ranks()) {
      plan.nominal.push_back(std::isnan(rank) ? std::uint16_t{0}
                                              : static_cast<std::uint16_t>(rank));
    }
  }
  return plan;
}

namespace {

TallyPlan make_plan(const Experiment::State& state) {
  TallyPlan plan = state.plan_without_bins();
  const std::vector<Pilot> pilots = draw_pilot(state);
  for (Size n = 0; n < plan.nodes; ++n) {
    add_bins(std::span(pilots).subspan(at(n * plan.units), at(plan.units)), plan.bins);
  }
  plan.fingerprint = fingerprint(state, plan);
  return plan;
}

}  // namespace

Experiment::State::State(Scores of, std::vector<Source> varied, UncertaintyOptions how)
    : base(std::move(of)),
      sources(std::move(varied)),
      options(checked(std::move(how), base, !sources.empty())),
      nodes(counted_nodes(base.index(), options)),
      kernels(best_kernels()),
      sampler(base, sources, options.seed, kernels),
      engine(base, sources, sampler.rows(), nodes, options.refit, kernels) {}

Size Experiment::State::position(Size node) const {
  const auto found = std::find(nodes.begin(), nodes.end(), node);
  if (found != nodes.end()) return found - nodes.begin();
  const Index& index = base.index();
  std::vector<std::string> counted;
  for (const Size each : nodes) counted.push_back(index.codes()[each]);
  throw NotFoundError(
      fmt::format("the draws of node {} were not counted, only those of {}; name it in the options",
                  node >= 0 && node < index.size() ? index.codes()[node] : std::to_string(node),
                  join(counted, ", ")));
}

std::shared_ptr<const TallyPlan> Experiment::State::plan() const {
  const std::scoped_lock lock(planning_);
  if (!plan_) plan_ = std::make_shared<const TallyPlan>(make_plan(*this));
  return plan_;
}

Experiment::Experiment(Scores base, std::vector<Source> sources, UncertaintyOptions options)
    : state_(
          std::make_shared<const State>(std::move(base), std::move(sources), std::move(options))) {}

const Scores& Experiment::base() const noexcept { return state_->base; }

std::span<const Source> Experiment::sources() const noexcept { return state_->sources; }

const UncertaintyOptions& Experiment::options() const noexcept { return state_->options; }

std::vector<std::int64_t> Experiment::stages() const {
  constexpr std::int64_t first_look = 8;
  const std::int64_t all = (options().draws + draws_a_grain - 1) / draws_a_grain;
  std::vector<std::int64_t> ends;
  if (options().precision) {
    for (std::int64_t end = first_look; end < all; end *= 2) ends.push_back(end);
  }
  ends.push_back(all);
  return ends;
}

std::span<const Size> Experiment::nodes() const noexcept { return state_->nodes; }

}  // namespace chiso
