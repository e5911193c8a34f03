#include "chiso/uncertainty/projection.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/blanks.hpp"
#include "base/fingerprint.hpp"
#include "base/parallel.hpp"
#include "base/period_steps.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/groups.hpp"
#include "chiso/rank/rank.hpp"
#include "uncertainty/difference_fit.hpp"
#include "uncertainty/level_walk.hpp"
#include "uncertainty/memory.hpp"
#include "uncertainty/projection_state.hpp"
#include "uncertainty/random_stream.hpp"
#include "uncertainty/relative_scores.hpp"

namespace chiso {
namespace {

/// Two tell one step, of which nothing varies.
constexpr Size fewest_periods = 3;

Size known_in(std::span<const double> column) {
  return std::count_if(column.begin(), column.end(), [](double x) { return !std::isnan(x); });
}

Size all_units(const History& history, const ProjectionOptions& options) {
  return std::max(history.units().size(), options.all_units);
}

/// The periods to come in time order.
std::vector<Period> checked_periods(const History& history, std::vector<Period> periods) {
  if (periods.empty()) throw DataError("expected periods to project to, got none");
  std::sort(periods.begin(), periods.end());
  const Period& last = history.periods().back();
  Problems problems;
  for (std::size_t p = 0; p < periods.size(); ++p) {
    if (kind_of(periods[p]) != kind_of(last)) {
      problems.add({}, periods[p].text(), fmt::format("is not on one line with {}", last.text()),
                   "give periods of one kind: years, or quarters ...");
    } else if (!(last < periods[p])) {
      problems.add({}, periods[p].text(),
                   fmt::format("expected a period after the last of the history, {}", last.text()));
    } else if (p > 0 && periods[p] == periods[p - 1]) {
      problems.add({}, periods[p].text(), "stands twice");
    }
  }
  problems.raise<DataError>();
  return periods;
}

/// The least value that a share q of `count` reaches: its place from 0.
std::int64_t place_of(double q, std::int64_t count) {
  const double place = std::ceil(q * static_cast<double>(count));
  return std::clamp(static_cast<std::int64_t>(place), std::int64_t{1}, count) - 1;
}

std::vector<double> shares(const std::vector<std::int64_t>& counts, std::int64_t draws) {
  std::vector<double> made;
  made.reserve(counts.size());
  for (const std::int64_t each : counts) {
    made.push_back(static_cast<double>(each) / static_cast<double>(draws));
  }
  return made;
}

void expect_memory_for(std::int64_t draws, Size units, std::size_t periods) {
  constexpr double bytes_each = sizeof(double) + sizeof(std::int32_t);
  expect_memory(bytes_each * static_cast<double>(draws) * static_cast<double>(units) *
                    static_cast<double>(periods),
                "draws", fmt::format("{} draws of {} units in {} periods", draws, units, periods),
                "take fewer draws or periods");
}

void check_share(double q) {
  if (!(q >= 0.0 && q <= 1.0)) {
    throw SpecError(fmt::format("expected a share q in 0..1, got {}", to_string(q)));
  }
}

}  // namespace

void expect_sound(const ProjectionOptions& options) {
  Problems problems;
  if (options.draws < 1) {
    problems.add({}, "draws", fmt::format("expected at least one, got {}", options.draws));
  }
  if (options.threads < 0) {
    problems.add({}, "threads",
                 fmt::format("expected 1 or more, or 0 for as many as the machine has, got {}",
                             options.threads));
  }
  if (!(options.least_known >= 0.0 && options.least_known <= 1.0)) {
    problems.add({}, "least known",
                 fmt::format("expected a share of the units, 0 to 1, got {}",
                             to_string(options.least_known)));
  }
  if (options.all_units < 0) {
    problems.add({}, "all units",
                 fmt::format("expected how many units there are, got {}", options.all_units),
                 "0 stands for those of the history");
  }
  problems.raise<SpecError>();
}

std::vector<Size> used_periods(const History& history, const ProjectionOptions& options) {
  const auto all = static_cast<double>(all_units(history, options));
  std::vector<Size> used;
  for (Size p = 0; p < std::ssize(history.periods()); ++p) {
    const Size known = known_in(history.column(p));
    if (known >= 2 && static_cast<double>(known) >= options.least_known * all) used.push_back(p);
  }
  return used;
}

Projection::State::State(History given, std::vector<Period> later, const ProjectionOptions& chosen)
    : history(std::move(given)), options(chosen) {
  expect_sound(options);
  periods = checked_periods(history, std::move(later));
  choose();
  run();
}

void Projection::State::choose() {
  used_positions = used_periods(history, options);
  for (Size p = 0; p < std::ssize(history.periods()); ++p) {
    const bool enough = std::binary_search(used_positions.begin(), used_positions.end(), p);
    (enough ? used : left_out).push_back(history.periods()[at(p)]);
  }
  if (std::ssize(used) < fewest_periods) {
    throw DataError(
        fmt::format("expected at least {} periods in which two units and {} % of all {} have a "
                    "score, got {}",
                    fewest_periods, to_string(100.0 * options.least_known),
                    all_units(history, options), used.size()),
        history.node());
  }
  const auto last = history.column(used_positions.back());
  const auto before = history.column(used_positions[used_positions.size() - 2]);
  std::vector<std::string> names;
  for (Size u = 0; u < history.units().size(); ++u) {
    if (std::isnan(last[at(u)]) && std::isnan(before[at(u)])) {
      units_left_out.push_back(history.units()[u]);
    } else {
      names.push_back(history.units()[u]);
      unit_positions.push_back(u);
    }
  }
  units = Labels(std::move(names), history.units().what());
}

void Projection::State::run() {
  expect_memory_for(options.draws, count(), periods.size());
  const RelativeScores relative = relative_scores(history, used_positions, options.model.scale);
  std::vector<double> later;
  for (const Period& period : periods) later.push_back(position_of(period));
  const LevelWalk level(relative, options.model.common_drift);
  const DifferenceFit fit(options.model, relative, later, history.node());
  level.describe(learned);
  fit.describe(learned);

  const double spread = relative.spread.back();
  const auto cells = at(options.draws * count());
  scores.assign(periods.size(), std::vector<double>(cells));
  ranks.assign(periods.size(), std::vector<std::int32_t>(cells));
  Fingerprint stream;
  stream.add("projection");
  stream.add(history.node());
  in_pieces(static_cast<Size>(options.draws), options.threads, [&](Size first, Size last) {
    Eigen::MatrixXd differences;
    std::vector<double> levels;
    RankScratch scratch;
    for (Size draw = first; draw < last; ++draw) {
      RandomStream random(options.seed, stream.number(), static_cast<std::uint64_t>(draw));
      level.draw(random, later, levels);
      fit.draw(random, differences);
      for (std::size_t p = 0; p < periods.size(); ++p) {
        const auto row = std::span(scores[p]).subspan(at(draw * count()), at(count()));
        for (Size u = 0; u < count(); ++u) {
          const double difference = differences(unit_positions[at(u)], static_cast<Size>(p));
          row[at(u)] = levels[p] + spread * difference;
        }
        rank(row, Ties::competition, std::span(ranks[p]).subspan(at(draw * count()), at(count())),
             scratch);
      }
    }
  });
}

std::string_view name(ProjectionModel::Kind kind) noexcept {
  switch (kind) {
    case ProjectionModel::Kind::random_walk:
      return "random_walk";
    case ProjectionModel::Kind::drift:
      return "drift";
    case ProjectionModel::Kind::local_level:
      return "local_level";
    case ProjectionModel::Kind::mean_reversion:
      break;
  }
  return "mean_reversion";
}

std::string_view name(ProjectionModel::Volatility volatility) noexcept {
  return volatility == ProjectionModel::Volatility::pooled ? "pooled" : "by_unit";
}

std::string_view name(ProjectionModel::Scale scale) noexcept {
  return scale == ProjectionModel::Scale::as_published ? "as_published" : "standardised";
}

std::string describe(const ProjectionModel& model) {
  return fmt::format("{}, volatility {}, differences {}, level {}", with_blanks(name(model.kind)),
                     with_blanks(name(model.volatility)), with_blanks(name(model.scale)),
                     model.common_drift ? "with drift" : "without drift");
}

Projection::Projection(History history, std::vector<Period> periods, ProjectionOptions options)
    : state_(std::make_shared<State>(std::move(history), std::move(periods), options)) {}

const History& Projection::history() const noexcept { return state_->history; }
const ProjectionOptions& Projection::options() const noexcept { return state_->options; }
std::span<const Period> Projection::periods() const noexcept { return state_->periods; }
const Labels& Projection::units() const noexcept { return state_->units; }
const LearnedModel& Projection::learned() const noexcept { return state_->learned; }
std::span<const Period> Projection::used() const noexcept { return state_->used; }
std::span<const Period> Projection::left_out() const noexcept { return state_->left_out; }
std::span<const std::string> Projection::units_left_out() const noexcept {
  return state_->units_left_out;
}

Size Projection::position(const Period& period) const {
  const auto found = std::find(state_->periods.begin(), state_->periods.end(), period);
  if (found == state_->periods.end()) {
    throw NotFoundError("the period is not projected", period.text());
  }
  return found - state_->periods.begin();
}

std::vector<std::int64_t> Projection::State::rank_counts(Size period) const {
  std::vector<std::int64_t> counts(at(count() * count()));
  for (std::int64_t d = 0; d < options.draws; ++d) {
    for (Size u = 0; u < count(); ++u) ++counts[at((rank_of(period, u, d) - 1) * count() + u)];
  }
  return counts;
}

double Projection::steps(Size period) const {
  return position_of(state_->periods[at(period)]) - position_of(state_->used.back());
}

std::vector<double> Projection::quantile(Size period, double q) const {
  check_share(q);
  std::vector<double> column(at(state_->options.draws));
  std::vector<double> quantiles;
  for (Size u = 0; u < state_->count(); ++u) {
    for (std::int64_t d = 0; d < state_->options.draws; ++d) {
      column[at(d)] = state_->score_of(period, u, d);
    }
    quantiles.push_back(chiso::quantile(column, q));
  }
  return quantiles;
}

std::vector<double> Projection::rank_quantile(Size period, double q) const {
  check_share(q);
  const std::int64_t place = place_of(q, state_->options.draws);
  const std::vector<std::int64_t> counts = state_->rank_counts(period);
  std::vector<double> quantiles;
  for (Size u = 0; u < state_->count(); ++u) {
    std::int64_t below = 0;
    Size rank = 0;
    for (; below + counts[at(rank * state_->count() + u)] <= place; ++rank) {
      below += counts[at(rank * state_->count() + u)];
    }
    quantiles.push_back(static_cast<double>(rank + 1));
  }
  return quantiles;
}

std::vector<double> Projection::mean_rank(Size period) const {
  std::vector<double> means;
  for (Size u = 0; u < state_->count(); ++u) {
    std::int64_t sum = 0;
    for (std::int64_t d = 0; d < state_->options.draws; ++d) sum += state_->rank_of(period, u, d);
    means.push_back(static_cast<double>(sum) / static_cast<double>(state_->options.draws));
  }
  return means;
}

std::vector<double> Projection::top(Size period, Size k) const {
  if (k < 1 || k > state_->count()) {
    throw SpecError(fmt::format("expected a place in 1..{}, as many as there are units, got {}",
                                state_->count(), k));
  }
  const std::vector<std::int64_t> counts = state_->rank_counts(period);
  std::vector<std::int64_t> top(at(state_->count()));
  for (Size r = 0; r < k; ++r) {
    for (Size u = 0; u < state_->count(); ++u) top[at(u)] += counts[at(r * state_->count() + u)];
  }
  return shares(top, state_->options.draws);
}

std::vector<double> Projection::acceptability(Size period) const {
  return shares(state_->rank_counts(period), state_->options.draws);
}

std::span<const double> Projection::scores(Size period) const { return state_->scores[at(period)]; }

std::span<const std::int32_t> Projection::ranks(Size period) const {
  return state_->ranks[at(period)];
}

}  // namespace chiso
