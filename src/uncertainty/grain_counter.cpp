#include "uncertainty/grain_counter.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
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

/// Sums of 16 bits, as many at once as there are ranks in a vector.
CHISO_MULTIVERSION
void add_shifts(const std::uint16_t* ranks, Size draws, std::uint16_t nominal, std::uint16_t* moved,
                std::uint16_t* ranked) {
  CHISO_INDEPENDENT
  for (Size j = 0; j < draws; ++j) {
    const std::uint16_t rank = ranks[j];
    const auto distance =
        static_cast<std::uint16_t>(rank > nominal ? rank - nominal : nominal - rank);
    moved[j] = static_cast<std::uint16_t>(moved[j] + (rank != 0 ? distance : 0));
    ranked[j] = static_cast<std::uint16_t>(ranked[j] + (rank != 0 ? 1 : 0));
  }
}

/// Adds the counts to longer ones and starts them again.
CHISO_MULTIVERSION
void flush(std::uint16_t* counts, Size draws, std::uint32_t* to) {
  CHISO_INDEPENDENT
  for (Size j = 0; j < draws; ++j) {
    to[j] += counts[j];
    counts[j] = 0;
  }
}

CHISO_MULTIVERSION
void add_present(const std::uint16_t* ranks, Size draws, std::uint16_t* present) {
  for (Size j = 0; j < draws; ++j) {
    present[j] = static_cast<std::uint16_t>(present[j] + (ranks[j] != 0 ? 1 : 0));
  }
}

/// Draws in which the unit has a rank, and one up to the draw's limit.
CHISO_MULTIVERSION
std::uint32_t count_up_to(const std::uint16_t* ranks, const std::uint16_t* limits, Size draws) {
  std::uint32_t count = 0;
  for (Size j = 0; j < draws; ++j) {
    count += ranks[j] != 0 && ranks[j] <= limits[j] ? 1U : 0U;
  }
  return count;
}

CHISO_MULTIVERSION
std::uint32_t count_at_least(const double* scores, double limit, Size draws) {
  std::uint32_t count = 0;
  for (Size j = 0; j < draws; ++j) count += scores[j] >= limit ? 1U : 0U;
  return count;
}

constexpr Size rows_at_once = 8;
using Shares [[gnu::vector_size(rows_at_once * sizeof(double))]] = double;
using Amounts [[gnu::vector_size(rows_at_once * sizeof(double))]] = std::uint64_t;

/// A unit that is first in a draw.
struct First {
  std::uint16_t draw;
  std::uint16_t unit;
};

/// Adds the shares of all rows, a multiple of eight, to the sums of the units that are first, as
/// many numbers a unit.
///
/// Added to 1, a number of 0..1 has itself in units of 2^-52 as the last digits of its bits, which
/// are whole numbers. The bits of the ones are added too.
CHISO_MULTIVERSION
void add_first_shares(const double* const* rows, std::size_t row_count, const First* firsts,
                      std::size_t count, std::uint64_t* sums) {
  for (std::size_t i = 0; i < count; ++i) {
    const Size j = firsts[i].draw;
    std::uint64_t* const of_unit = sums + firsts[i].unit * row_count;
    for (std::size_t r = 0; r < row_count; r += at(rows_at_once)) {
      const double* const* some = rows + r;
      const Shares shares = {some[0][j], some[1][j], some[2][j], some[3][j],
                             some[4][j], some[5][j], some[6][j], some[7][j]};
      Amounts sum;
      std::memcpy(&sum, of_unit + r, sizeof sum);
      sum += reinterpret_cast<Amounts>(shares + 1.0);
      std::memcpy(of_unit + r, &sum, sizeof sum);
    }
  }
}

/// Notes the unit where it is first, and that one more is.
CHISO_MULTIVERSION
void note_first(const std::uint16_t* ranks, Size draws, std::uint16_t unit, std::uint16_t* units,
                std::uint16_t* counts) {
  CHISO_INDEPENDENT
  for (Size j = 0; j < draws; ++j) {
    units[j] = ranks[j] == 1 ? unit : units[j];
    counts[j] = static_cast<std::uint16_t>(counts[j] + (ranks[j] == 1 ? 1 : 0));
  }
}

}  // namespace

GrainCounter::GrainCounter(std::shared_ptr<const TallyPlan> plan, const Kernels& kernels)
    : plan_(std::move(plan)),
      kernels_(&kernels),
      shift_bins_(plan_->units),
      scores_(at(plan_->nodes * plan_->units)),
      shifts_(at(plan_->nodes)),
      places_(at(plan_->nodes * plan_->units * draws_a_grain)),
      last_ranks_(at(plan_->units + 1)),
      column_(at(plan_->units)),
      firsts_(at(plan_->units)),
      first_sums_(at((std::ssize(plan_->share_rows) + rows_at_once - 1) / rows_at_once *
                     rows_at_once * plan_->units)) {}

void GrainCounter::add(const DrawTable& draws, const DrawnBlock& block, Tally& tally) {
  const Size units = plan_->units;
  for (Size n = 0; n < plan_->nodes; ++n) {
    const DrawTable& scores = block.scores[at(n)];
    Tally::Node& counts = tally.nodes[at(n)];
    place(scores, n);
    count_rows(block.ranks[at(n)].data(), units, scores.draws(), scores.stride(),
               counts.ranks.data(), units + 1);
    count_shifts(block, n, counts);
    if (plan_->pairs) {
      kernels_->wins(block.ranks[at(n)].data(), units, scores.draws(), scores.stride(),
                     counts.wins.data());
    }
  }
  placed_ += draws.draws();
  if (plan_->groups > 0) count_groups(block, tally);
  if (!plan_->share_rows.empty()) count_firsts(draws, block);
}

void GrainCounter::place(const DrawTable& scores, Size node) {
  const Size units = plan_->units;
  for (Size u = 0; u < units; ++u) {
    const Size row = node * units + u;
    const ScoreBins& bins = plan_->bins[at(row)];
    scores_[at(row)].add(scores.row(u), scores.draws(), bins.centre);
    place_scores(scores.row(u), scores.draws(), bins,
                 places_.data() + row * draws_a_grain + placed_);
  }
}

void GrainCounter::count_shifts(const DrawnBlock& block, Size node, Tally::Node& counts) {
  const Size units = plan_->units;
  const Size draws = block.scores[at(node)].draws();
  const Size stride = block.scores[at(node)].stride();
  moved_.assign(at(draws), 0);
  ranked_.assign(at(draws), 0);
  few_moved_.assign(at(draws), 0);
  few_ranked_.assign(at(draws), 0);
  // So many units cannot move 2^16 ranks.
  const Size few = 65'535 / std::max<Size>(units - 1, 1);
  for (Size first = 0; first < units; first += few) {
    for (Size u = first; u < std::min(units, first + few); ++u) {
      const std::uint16_t nominal = plan_->nominal[at(node * units + u)];
      if (nominal == 0) continue;
      add_shifts(block.ranks[at(node)].data() + u * stride, draws, nominal, few_moved_.data(),
                 few_ranked_.data());
    }
    flush(few_moved_.data(), draws, moved_.data());
    flush(few_ranked_.data(), draws, ranked_.data());
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

void GrainCounter::count_groups(const DrawnBlock& block, Tally& tally) {
  const DrawTable& scores = block.scores[at(plan_->composite)];
  switch (plan_->grouping.kind) {
    case Grouping::Kind::none:
      break;
    case Grouping::Kind::limits:
      count_groups_by_limits(ranked_scores(scores), tally);
      break;
    case Grouping::Kind::quantiles:
      count_groups_by_quantiles(block, tally);
      break;
    case Grouping::Kind::natural_breaks:
      count_groups_by_draw(ranked_scores(scores), tally);
      break;
  }
}

void GrainCounter::count_groups_by_limits(const DrawTable& scores, Tally& tally) {
  const std::vector<double>& limits = plan_->grouping.limits;
  for (Size u = 0; u < plan_->units; ++u) {
    std::uint32_t* groups = tally.groups.data() + u * plan_->groups;
    std::uint32_t before = 0;
    for (std::size_t g = 0; g < limits.size(); ++g) {
      const std::uint32_t reached = count_at_least(scores.row(u), limits[g], scores.draws());
      groups[g] += reached - before;
      before = reached;
    }
    constexpr double lowest = -std::numeric_limits<double>::infinity();
    groups[limits.size()] += count_at_least(scores.row(u), lowest, scores.draws()) - before;
  }
}

void GrainCounter::count_groups_by_quantiles(const DrawnBlock& block, Tally& tally) {
  const DrawTable& scores = block.scores[at(plan_->composite)];
  const std::uint16_t* ranks = block.ranks[at(plan_->composite)].data();
  const Size draws = scores.draws();
  present_.assign(at(draws), 0);
  for (Size u = 0; u < plan_->units; ++u) {
    add_present(ranks + u * scores.stride(), draws, present_.data());
  }
  limits_.resize(at(plan_->groups * draws));
  for (Size j = 0; j < draws; ++j) {
    const std::vector<std::uint16_t>& last = last_ranks(present_[at(j)]);
    for (Size g = 0; g < plan_->groups; ++g) limits_[at(g * draws + j)] = last[at(g)];
  }
  for (Size u = 0; u < plan_->units; ++u) {
    std::uint32_t before = 0;
    for (Size g = 0; g < plan_->groups; ++g) {
      const std::uint32_t reached =
          count_up_to(ranks + u * scores.stride(), limits_.data() + g * draws, draws);
      tally.groups[at(u * plan_->groups + g)] += reached - before;
      before = reached;
    }
  }
}

const std::vector<std::uint16_t>& GrainCounter::last_ranks(Size present) {
  std::vector<std::uint16_t>& last = last_ranks_[at(present)];
  if (!last.empty()) return last;
  // A quantile lies between two neighbours in order, so only the order decides who reaches it: that
  // of any scores with as many units.
  std::vector<double> scores;
  for (Size rank = 1; rank <= present; ++rank) {
    scores.push_back(static_cast<double>(present - rank));
  }
  groups_.resize(at(present));
  assign_groups(plan_->grouping, scores, groups_);
  last.assign(at(plan_->groups), 0);
  for (std::int32_t g = 0; g < plan_->groups; ++g) {
    last[at(g)] = static_cast<std::uint16_t>(std::count_if(
        groups_.begin(), groups_.end(), [g](std::int32_t group) { return group <= g; }));
  }
  return last;
}

void GrainCounter::count_groups_by_draw(const DrawTable& scores, Tally& tally) {
  groups_.resize(at(plan_->units));
  for (Size j = 0; j < scores.draws(); ++j) {
    for (Size u = 0; u < plan_->units; ++u) column_[at(u)] = scores.row(u)[j];
    assign_groups(plan_->grouping, column_, groups_);
    for (Size u = 0; u < plan_->units; ++u) {
      const std::int32_t group = groups_[at(u)];
      if (group >= 0) ++tally.groups[at(u * plan_->groups + group)];
    }
  }
}

void GrainCounter::count_firsts(const DrawTable& draws, const DrawnBlock& block) {
  const Size units = plan_->units;
  const Size count = draws.draws();
  const Size stride = block.scores[at(plan_->composite)].stride();
  const std::uint16_t* ranks = block.ranks[at(plan_->composite)].data();
  first_units_.assign(at(count), 0);
  first_counts_.assign(at(count), 0);
  for (Size u = 0; u < units; ++u) {
    note_first(ranks + u * stride, count, static_cast<std::uint16_t>(u), first_units_.data(),
               first_counts_.data());
  }
  std::vector<First> firsts;
  firsts.reserve(at(count));
  const auto add = [&](Size draw, Size unit) {
    firsts.push_back({static_cast<std::uint16_t>(draw), static_cast<std::uint16_t>(unit)});
    ++firsts_[at(unit)];
  };
  for (Size j = 0; j < count; ++j) {
    if (first_counts_[at(j)] == 1) {
      add(j, first_units_[at(j)]);
      continue;
    }
    for (Size u = 0; first_counts_[at(j)] > 0 && u < units; ++u) {
      if (ranks[u * stride + j] == 1) add(j, u);
    }
  }
  // What has no row of its own is summed in vain.
  std::vector<const double*> rows(first_sums_.size() / at(units));
  for (std::size_t r = 0; r < rows.size(); ++r) {
    rows[r] = draws.row(plan_->share_rows[std::min(r, plan_->share_rows.size() - 1)]);
  }
  add_first_shares(rows.data(), rows.size(), firsts.data(), firsts.size(), first_sums_.data());
}

void GrainCounter::finish_firsts(Tally& tally) {
  constexpr auto one = std::bit_cast<std::uint64_t>(1.0);
  const Size units = plan_->units;
  const auto rows = std::ssize(plan_->share_rows);
  const Size width = std::ssize(first_sums_) / units;
  for (Size u = 0; u < units; ++u) {
    if (firsts_[at(u)] == 0) continue;
    for (Size r = 0; r < rows; ++r) {
      // Modulo 2^64, like the sum: less than 2^63 is left.
      tally.central[at(u * rows + r)].add(first_sums_[at(u * width + r)] - firsts_[at(u)] * one);
    }
  }
  std::fill(first_sums_.begin(), first_sums_.end(), 0);
  std::fill(firsts_.begin(), firsts_.end(), 0);
}

void GrainCounter::finish(std::int64_t grain, Tally& tally) {
  const Size units = plan_->units;
  placed_ = 0;
  for (Size n = 0; n < plan_->nodes; ++n) {
    Tally::Node& counts = tally.nodes[at(n)];
    count_rows(places_.data() + n * units * draws_a_grain, units, draws_a_grain, draws_a_grain,
               counts.bins.data(), ScoreBins::count);
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
  finish_firsts(tally);
  tally.grains.append(grain);
}

}  // namespace chiso
