#include "chiso/uncertainty/back_test.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/rank/groups.hpp"
#include "chiso/rank/rank.hpp"
#include "uncertainty/projection_state.hpp"

namespace chiso {
namespace {

constexpr Size fewest_ever = 3;

void check(const History& history, const BackTestOptions& options) {
  expect_sound(options.projection);
  Problems problems;
  if (options.fewest < fewest_ever) {
    problems.add({}, "fewest",
                 fmt::format("expected at least {} periods to learn from, got {}", fewest_ever,
                             options.fewest));
  }
  if (options.top < 1 || options.top > history.units().size()) {
    problems.add({}, "top",
                 fmt::format("expected a place in 1..{}, as many as there are units, got {}",
                             history.units().size(), options.top));
  }
  for (const double level : options.levels) {
    if (!(level > 0.0 && level < 1.0)) {
      problems.add({}, "levels",
                   fmt::format("expected a level between 0 and 1, got {}", to_string(level)));
    }
  }
  problems.raise<SpecError>();
}

/// Scores less their mean.
void make_relative(std::span<double> scores) {
  double sum = 0.0;
  for (const double x : scores) sum += x;
  const double mean = sum / static_cast<double>(scores.size());
  for (double& x : scores) x -= mean;
}

struct Bounds {
  double lower;
  double upper;
  [[nodiscard]] bool contain(double x) const noexcept { return x >= lower && x <= upper; }
};

Bounds central(std::span<const double> draws, double level) {
  return {quantile(draws, 0.5 - level / 2.0), quantile(draws, 0.5 + level / 2.0)};
}

/// The least rank with at least a share q of the draws at it or better; sorted draws.
double whole_quantile(std::span<const double> sorted, double q) {
  const double place = std::ceil(q * static_cast<double>(sorted.size()));
  const Size last = std::ssize(sorted) - 1;
  return sorted[at(std::clamp(static_cast<Size>(place) - 1, Size{0}, last))];
}

/// What one projection says of the units that can be compared in one period.
class Comparison {
 public:
  Comparison(const Projection& projection, Size period, std::span<const double> happened,
             std::span<const double> last, const std::vector<Size>& units)
      : draws_(projection.options().draws), count_(std::ssize(units)) {
    const auto all = projection.scores(period);
    const Size every = projection.units().size();
    scores_.resize(at(draws_ * count_));
    relative_.resize(scores_.size());
    ranks_.resize(scores_.size());
    std::vector<double> row(at(count_));
    std::vector<double> ranks(at(count_));
    RankScratch scratch;
    for (std::int64_t d = 0; d < draws_; ++d) {
      for (Size u = 0; u < count_; ++u) row[at(u)] = all[at(d * every + units[at(u)])];
      rank(row, Ties::competition, ranks, scratch);
      for (Size u = 0; u < count_; ++u) {
        scores_[at(u * draws_ + d)] = row[at(u)];
        ranks_[at(u * draws_ + d)] = ranks[at(u)];
      }
      make_relative(row);
      for (Size u = 0; u < count_; ++u) relative_[at(u * draws_ + d)] = row[at(u)];
    }
    for (std::vector<double>* each : {&scores_, &relative_, &ranks_}) {
      for (Size u = 0; u < count_; ++u) {
        const auto own = std::span(*each).subspan(at(u * draws_), at(draws_));
        std::sort(own.begin(), own.end());
      }
    }
    happened_.assign(happened.begin(), happened.end());
    happened_relative_ = happened_;
    make_relative(happened_relative_);
    happened_ranks_.resize(at(count_));
    last_ranks_.resize(at(count_));
    rank(happened_, Ties::competition, happened_ranks_);
    rank(last, Ties::competition, last_ranks_);
  }

  [[nodiscard]] IntervalCoverage coverage(double level) const {
    IntervalCoverage made;
    made.level = level;
    for (Size u = 0; u < count_; ++u) {
      made.score += central(of(scores_, u), level).contain(happened_[at(u)]) ? 1.0 : 0.0;
      made.relative +=
          central(of(relative_, u), level).contain(happened_relative_[at(u)]) ? 1.0 : 0.0;
      const auto ranks = of(ranks_, u);
      const Bounds bounds{whole_quantile(ranks, 0.5 - level / 2.0),
                          whole_quantile(ranks, 0.5 + level / 2.0)};
      made.rank += bounds.contain(happened_ranks_[at(u)]) ? 1.0 : 0.0;
      const auto inside =
          std::count_if(ranks.begin(), ranks.end(), [&](double x) { return bounds.contain(x); });
      made.rank_expected += static_cast<double>(inside) / static_cast<double>(draws_);
      made.rank_width += bounds.upper - bounds.lower;
    }
    const auto units = static_cast<double>(count_);
    for (double* each :
         {&made.score, &made.relative, &made.rank, &made.rank_expected, &made.rank_width}) {
      *each /= units;
    }
    return made;
  }

  void errors(Size top, BackTestRow& row) const {
    const auto units = static_cast<double>(count_);
    const auto places = static_cast<double>(top);
    const auto square = [](double x) { return x * x; };
    for (Size u = 0; u < count_; ++u) {
      const auto ranks = of(ranks_, u);
      const double happened = happened_ranks_[at(u)];
      const double reached = happened <= places ? 1.0 : 0.0;
      const auto inside = std::upper_bound(ranks.begin(), ranks.end(), places) - ranks.begin();
      const double share = static_cast<double>(inside) / static_cast<double>(draws_);
      const double before = last_ranks_[at(u)];
      row.rank_error += std::abs(whole_quantile(ranks, 0.5) - happened) / units;
      row.naive_rank_error += std::abs(before - happened) / units;
      row.brier += square(share - reached) / units;
      row.naive_brier += square((before <= places ? 1.0 : 0.0) - reached) / units;
      row.base_brier += square(std::min(1.0, places / units) - reached) / units;
    }
  }

 private:
  [[nodiscard]] std::span<const double> of(const std::vector<double>& by_unit, Size unit) const {
    return std::span(by_unit).subspan(at(unit * draws_), at(draws_));
  }

  std::int64_t draws_;
  Size count_;
  std::vector<double> scores_;  // By unit, its draws sorted.
  std::vector<double> relative_;
  std::vector<double> ranks_;
  std::vector<double> happened_;
  std::vector<double> happened_relative_;
  std::vector<double> happened_ranks_;
  std::vector<double> last_ranks_;
};

/// The score that each unit of a projection had last.
std::vector<double> last_scores(const Projection& projection) {
  const History& past = projection.history();
  std::vector<double> scores;
  for (const std::string& name : projection.units().names()) {
    const Size unit = past.units().at(name);
    double score = std::numeric_limits<double>::quiet_NaN();
    for (Size p = std::ssize(past.periods()) - 1; p >= 0 && std::isnan(score); --p) {
      score = past.column(p)[at(unit)];
    }
    scores.push_back(score);
  }
  return scores;
}

/// A row of one origin and target; nothing if fewer than two units can be compared.
std::optional<BackTestRow> compare(const History& history, const Projection& projection,
                                   Size period, Size target, const BackTestOptions& options) {
  const auto column = history.column(target);
  const std::vector<double> last = last_scores(projection);
  std::vector<Size> units;
  std::vector<double> happened;
  std::vector<double> before;
  for (Size u = 0; u < projection.units().size(); ++u) {
    const double score = column[at(history.units().at(projection.units()[u]))];
    if (std::isnan(score)) continue;
    units.push_back(u);
    happened.push_back(score);
    before.push_back(last[at(u)]);
  }
  if (units.size() < 2) return std::nullopt;
  BackTestRow row;
  row.origin = projection.used().back();
  row.target = projection.periods()[at(period)];
  row.steps = projection.steps(period);
  row.units = std::ssize(units);
  const Comparison comparison(projection, period, happened, before, units);
  for (const double level : options.levels) row.coverage.push_back(comparison.coverage(level));
  comparison.errors(options.top, row);
  return row;
}

/// Adds what a row says, by its units.
void add(BackTestRow& sum, const BackTestRow& row) {
  const auto weight = static_cast<double>(row.units);
  sum.units += row.units;
  sum.steps += weight * row.steps;
  sum.rank_error += weight * row.rank_error;
  sum.naive_rank_error += weight * row.naive_rank_error;
  sum.brier += weight * row.brier;
  sum.naive_brier += weight * row.naive_brier;
  sum.base_brier += weight * row.base_brier;
  for (std::size_t l = 0; l < row.coverage.size(); ++l) {
    IntervalCoverage& into = sum.coverage[l];
    const IntervalCoverage& from = row.coverage[l];
    into.level = from.level;
    into.score += weight * from.score;
    into.relative += weight * from.relative;
    into.rank += weight * from.rank;
    into.rank_expected += weight * from.rank_expected;
    into.rank_width += weight * from.rank_width;
  }
}

}  // namespace

BackTestRow BackTest::over(double from, double to) const {
  BackTestRow sum;
  if (!rows.empty()) sum.coverage.resize(rows.front().coverage.size());
  for (const BackTestRow& row : rows) {
    if (!(row.steps >= from && row.steps <= to)) continue;
    if (sum.units == 0) sum.origin = row.origin;
    sum.target = std::max(sum.target, row.target);
    add(sum, row);
  }
  const auto units = static_cast<double>(sum.units);  // 0 / 0: nothing is known.
  for (double* each : {&sum.steps, &sum.rank_error, &sum.naive_rank_error, &sum.brier,
                       &sum.naive_brier, &sum.base_brier}) {
    *each /= units;
  }
  for (IntervalCoverage& each : sum.coverage) {
    for (double* share :
         {&each.score, &each.relative, &each.rank, &each.rank_expected, &each.rank_width}) {
      *share /= units;
    }
  }
  return sum;
}

BackTest back_test(const History& history, const BackTestOptions& options) {
  check(history, options);
  BackTest made;
  made.model = options.projection.model;
  const std::vector<Size> used = used_periods(history, options.projection);
  for (Size o = options.fewest - 1; o + 1 < std::ssize(used); ++o) {
    std::vector<Period> targets;
    for (Size t = o + 1; t < std::ssize(used); ++t) {
      targets.push_back(history.periods()[at(used[at(t)])]);
    }
    const Projection projection(history.until(used[at(o)] + 1), targets, options.projection);
    for (Size t = 0; t < std::ssize(targets); ++t) {
      auto row = compare(history, projection, t, used[at(o + 1 + t)], options);
      if (row) made.rows.push_back(*std::move(row));
    }
  }
  if (made.rows.empty()) {
    throw DataError(
        fmt::format("expected more than {} periods with enough scores to look back from, got {}",
                    options.fewest, used.size()),
        history.node());
  }
  return made;
}

}  // namespace chiso
