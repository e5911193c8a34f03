#include "uncertainty/grain_counter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "base/multiversion.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/groups.hpp"
#include "chiso/rank/rank.hpp"
#include "chiso/uncertainty/uncertainty.hpp"
#include "evaluate/grouping.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

CHISO_MULTIVERSION
void place_scores(const double* scores, Size draws, const ScoreBins& bins, std::uint16_t* out) {
  constexpr double last = static_cast<double>(ScoreBins::inner - 1);
  for (Size j = 0; j < draws; ++j) {
    const double x = scores[j];
    const double distance = (x - bins.lowest) * bins.scale;
    const double positive = distance > 0.0 ? distance : 0.0;
    const auto inside = static_cast<std::int32_t>(positive < last ? positive : last);
    std::int32_t place = inside + 1;
    place = x < bins.lowest ? static_cast<std::int32_t>(ScoreBins::below) : place;
    place = x > bins.highest ? static_cast<std::int32_t>(ScoreBins::above) : place;
    place = x == x ? place : static_cast<std::int32_t>(ScoreBins::none);
    out[j] = static_cast<std::uint16_t>(place);
  }
}

/// Counts each row's values in a row of counts of its own. Four rows at a time: a count that is
/// raised twice in a row has to wait for itself, four do so at once.
void count_rows(const std::uint16_t* values, Size rows, Size draws, Size stride,
                std::uint32_t* counts, Size width) {
  Size r = 0;
  for (; r + 4 <= rows; r += 4) {
    const std::uint16_t* in = values + r * stride;
    std::uint32_t* out = counts + r * width;
    for (Size j = 0; j < draws; ++j) {
      ++out[in[j]];
      ++out[width + in[stride + j]];
      ++out[2 * width + in[2 * stride + j]];
      ++out[3 * width + in[3 * stride + j]];
    }
  }
  for (; r < rows; ++r) {
    for (Size j = 0; j < draws; ++j) ++counts[r * width + values[r * stride + j]];
  }
}

CHISO_MULTIVERSION
void add_shifts(const std::uint16_t* ranks, Size draws, std::uint16_t nominal, std::uint32_t* moved,
                std::uint32_t* ranked) {
  for (Size j = 0; j < draws; ++j) {
    const std::int32_t difference = std::int32_t{ranks[j]} - std::int32_t{nominal};
    const std::int32_t distance = difference < 0 ? -difference : difference;
    moved[j] += ranks[j] != 0 ? static_cast<std::uint32_t>(distance) : 0U;
    ranked[j] += ranks[j] != 0 ? 1U : 0U;
  }
}

CHISO_MULTIVERSION
std::uint32_t count_ones(const std::uint16_t* ranks, Size draws) {
  std::uint32_t ones = 0;
  for (Size j = 0; j < draws; ++j) ones += ranks[j] == 1 ? 1U : 0U;
  return ones;
}

/// Sum of shares in units of 2^-52: added to 1, a number of 0..1 has them as the last digits of
/// its bits, which are whole numbers.
std::uint64_t sum_of_shares(const double* shares, std::span<const Size> draws) {
  constexpr auto one = std::bit_cast<std::uint64_t>(1.0);
  std::uint64_t sum = 0;
  for (const Size j : draws) sum += std::bit_cast<std::uint64_t>(shares[j] + 1.0) - one;
  return sum;
}

}  // namespace

GrainCounter::GrainCounter(std::shared_ptr<const TallyPlan> plan, const Kernels& kernels)
    : plan_(std::move(plan)),
      kernels_(&kernels),
      shift_bins_(plan_->units),
      scores_(at(plan_->nodes * plan_->units)),
      shifts_(at(plan_->nodes)),
      column_(at(plan_->units)) {}

void GrainCounter::add(const DrawTable& draws, const DrawnBlock& block, Tally& tally) {
  const Size units = plan_->units;
  for (Size n = 0; n < plan_->nodes; ++n) {
    const DrawTable& scores = block.scores[at(n)];
    Tally::Node& counts = tally.nodes[at(n)];
    count_scores(scores, plan_->bins.data() + n * units, scores_.data() + n * units, counts.bins);
    count_rows(block.ranks[at(n)].data(), units, scores.draws(), scores.stride(),
               counts.ranks.data(), units + 1);
    count_shifts(block, n, counts);
    const bool grouped = n == plan_->composite && plan_->groups > 0;
    if (!plan_->pairs && !grouped) continue;
    const DrawTable& ranked = ranked_scores(scores);
    if (plan_->pairs) {
      kernels_->wins(ranked.row(0), units, ranked.draws(), ranked.stride(), counts.wins.data());
    }
    if (grouped) count_groups(ranked, tally);
  }
  if (!plan_->share_rows.empty()) count_firsts(draws, block, tally);
}

void GrainCounter::count_scores(const DrawTable& scores, const ScoreBins* bins, ScoreLanes* lanes,
                                std::vector<std::uint32_t>& counts) {
  const Size units = plan_->units;
  const Size draws = scores.draws();
  places_.resize(at(units * scores.stride()));
  for (Size u = 0; u < units; ++u) {
    lanes[u].add(scores.row(u), draws, bins[u].centre);
    place_scores(scores.row(u), draws, bins[u], places_.data() + u * scores.stride());
  }
  count_rows(places_.data(), units, draws, scores.stride(), counts.data(), ScoreBins::count);
}

void GrainCounter::count_shifts(const DrawnBlock& block, Size node, Tally::Node& counts) {
  const Size units = plan_->units;
  const Size draws = block.scores[at(node)].draws();
  const Size stride = block.scores[at(node)].stride();
  moved_.assign(at(draws), 0);
  ranked_.assign(at(draws), 0);
  for (Size u = 0; u < units; ++u) {
    const std::uint16_t nominal = plan_->nominal[at(node * units + u)];
    if (nominal == 0) continue;
    add_shifts(block.ranks[at(node)].data() + u * stride, draws, nominal, moved_.data(),
               ranked_.data());
  }
  mean_shifts_.resize(at(draws));
  for (std::size_t j = 0; j < mean_shifts_.size(); ++j) {
    const std::int64_t ranked = ranked_[j];
    if (ranked == 0) {
      mean_shifts_[j] = nan;
      continue;
    }
    mean_shifts_[j] = static_cast<double>(moved_[j]) / static_cast<double>(ranked);
    const std::int64_t place = std::int64_t{moved_[j]} * units / ranked / shift_bins_.width;
    ++counts.shifts[at(place)];
  }
  shifts_[at(node)].add(mean_shifts_.data(), draws, 0.0);
}

const DrawTable& GrainCounter::ranked_scores(const DrawTable& scores) {
  if (!plan_->decimals) return scores;
  if (displayed_.draws() != scores.draws()) displayed_ = DrawTable(plan_->units, scores.draws());
  const auto draws = at(scores.draws());
  for (Size u = 0; u < plan_->units; ++u) {
    displayed({scores.row(u), draws}, *plan_->decimals, {displayed_.row(u), draws});
  }
  return displayed_;
}

void GrainCounter::count_groups(const DrawTable& scores, Tally& tally) {
  const Size units = plan_->units;
  const auto count = [&](Size unit, std::int32_t group) {
    if (group >= 0) ++tally.groups[at(unit * plan_->groups + group)];
  };
  if (plan_->grouping.kind == Grouping::Kind::limits) {
    // The same limits for every draw: a row of draws is as good as a column of units.
    groups_.resize(at(scores.draws()));
    for (Size u = 0; u < units; ++u) {
      assign_groups(plan_->grouping, {scores.row(u), at(scores.draws())}, groups_);
      for (const std::int32_t group : groups_) count(u, group);
    }
    return;
  }
  groups_.resize(at(units));
  for (Size j = 0; j < scores.draws(); ++j) {
    for (Size u = 0; u < units; ++u) column_[at(u)] = scores.row(u)[j];
    assign_groups(plan_->grouping, column_, groups_);
    for (Size u = 0; u < units; ++u) count(u, groups_[at(u)]);
  }
}

void GrainCounter::count_firsts(const DrawTable& draws, const DrawnBlock& block, Tally& tally) {
  const DrawTable& scores = block.scores[at(plan_->composite)];
  const auto rows = std::ssize(plan_->share_rows);
  for (Size u = 0; u < plan_->units; ++u) {
    const std::uint16_t* ranks =
        block.ranks[at(plan_->composite)].data() + u * scores.stride();
    if (count_ones(ranks, scores.draws()) == 0) continue;
    wins_.clear();
    for (Size j = 0; j < scores.draws(); ++j) {
      if (ranks[j] == 1) wins_.push_back(j);
    }
    for (Size r = 0; r < rows; ++r) {
      tally.central[at(u * rows + r)].add(
          sum_of_shares(draws.row(plan_->share_rows[at(r)]), wins_));
    }
  }
}

void GrainCounter::finish(std::int64_t grain, Tally& tally) {
  const Size units = plan_->units;
  for (Size n = 0; n < plan_->nodes; ++n) {
    Tally::Node& counts = tally.nodes[at(n)];
    for (Size u = 0; u < units; ++u) {
      ScoreLanes& lanes = scores_[at(n * units + u)];
      const double sum = lanes.total();
      const double square = lanes.total_square();
      if (!std::isfinite(sum) || !std::isfinite(square)) {
        throw DataError(
            fmt::format("a score in draws {} to {} is infinite or too large to be squared",
                        grain * draws_a_grain, (grain + 1) * draws_a_grain - 1),
            plan_->unit_names[at(u)]);
      }
      counts.sums[at(u)].add(sum);
      counts.squares[at(u)].add(square);
      counts.least[at(u)] = std::min(counts.least[at(u)], lanes.minimum());
      counts.greatest[at(u)] = std::max(counts.greatest[at(u)], lanes.maximum());
      lanes.clear();
    }
    counts.shift.add(shifts_[at(n)].total());
    counts.shift_square.add(shifts_[at(n)].total_square());
    shifts_[at(n)].clear();
  }
  tally.grains.append(grain);
}

}  // namespace chiso
