#include "chiso/uncertainty/uncertainty.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "uncertainty/draw_grains.hpp"
#include "uncertainty/experiment_state.hpp"
#include "uncertainty/tally.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

void expect_quantile(double q) {
  if (!(q >= 0.0 && q <= 1.0)) {
    throw SpecError(fmt::format("expected a quantile between 0 and 1, got {}", to_string(q)));
  }
}

/// A number of each unit that has a score in some draw; NaN of the others.
template <class Number>
std::vector<double> of_scored(const Tally& tally, Size node, Number number) {
  std::vector<double> numbers(at(tally.plan->units), nan);
  for (Size u = 0; u < tally.plan->units; ++u) {
    const std::int64_t scored = tally.scored(node, u);
    if (scored > 0) numbers[at(u)] = number(u, static_cast<double>(scored));
  }
  return numbers;
}

/// Over n - 1, from sums measured from anywhere near the mean.
double deviation_of(double n, double sum, double square) {
  if (n < 2.0) return nan;
  return std::sqrt(std::max(0.0, (square - sum * (sum / n)) / (n - 1.0)));
}

const ScoreBins& bins_of(const Tally& tally, Size node, Size unit) {
  return tally.plan->bins[at(node * tally.plan->units + unit)];
}

/// Left end of an inner bin, or the right end of the one before.
double edge(const ScoreBins& bins, Size inner) {
  if (bins.scale == 0.0) return inner == 0 ? bins.lowest : bins.highest;
  const double share = static_cast<double>(inner) / static_cast<double>(ScoreBins::inner);
  return bins.lowest + (bins.highest - bins.lowest) * share;
}

double score_quantile(const Tally& tally, Size node, Size unit, double wanted) {
  const Tally::Node& counts = tally.nodes[at(node)];
  const ScoreBins& bins = bins_of(tally, node, unit);
  const double least = counts.least[at(unit)];
  const double greatest = counts.greatest[at(unit)];
  const std::uint32_t* of_bin = counts.bins.data() + unit * ScoreBins::count;
  double before = 0.0;
  for (Size b = 0; b <= ScoreBins::above; ++b) {
    const double inside = static_cast<double>(of_bin[b]);
    if (inside == 0.0 || before + inside < wanted) {
      before += inside;
      continue;
    }
    const double left = b == ScoreBins::below ? least : edge(bins, b - 1);
    const double right = b == ScoreBins::above ? greatest : edge(bins, b);
    const double low = std::max(left, least);
    const double high = std::min(right, greatest);
    return low + (high - low) * ((wanted - before) / inside);
  }
  return greatest;
}

}  // namespace

Uncertainty::Uncertainty(Experiment experiment, Tally tally)
    : experiment_(std::move(experiment)), tally_(std::make_shared<const Tally>(std::move(tally))) {}

Uncertainty Uncertainty::of_grains(const Experiment& experiment, std::int64_t first,
                                   std::int64_t count) {
  if (first < 0 || count < 1 || first > Tally::grain_end - count) {
    throw SpecError(fmt::format("expected one or more grains of 0 to {}, got {} from {} on",
                                Tally::grain_end - 1, count, first));
  }
  const std::int64_t stages[] = {first + count};
  return {experiment, draw_grains(experiment.state(), first, stages, {})};
}

void Uncertainty::merge(const Uncertainty& other) {
  Tally all = *tally_;
  all.merge(*other.tally_);
  tally_ = std::make_shared<const Tally>(std::move(all));
}

void Uncertainty::stop() {
  Tally all = *tally_;
  all.stopped = true;
  tally_ = std::make_shared<const Tally>(std::move(all));
}

std::string Uncertainty::bytes() const { return tally_->bytes(); }

Uncertainty Uncertainty::from_bytes(const Experiment& experiment, std::string_view bytes) {
  return {experiment, Tally::from_bytes(experiment.state().plan(), bytes)};
}

Uncertainty Uncertainty::restore(const Experiment& experiment, std::string_view bytes) {
  return {experiment, Tally::restore(experiment.state().plan_without_bins(), bytes)};
}

const Experiment& Uncertainty::experiment() const noexcept { return experiment_; }

std::int64_t Uncertainty::draws() const noexcept { return tally_->draws(); }

bool Uncertainty::stopped() const noexcept { return tally_->stopped; }

double Uncertainty::standard_error() const {
  const Tally* const all = tally_.get();
  return chiso::standard_error({&all, 1}, experiment_.options().top);
}

Size Uncertainty::position(Size node) const { return experiment_.state().position(node); }

std::vector<double> Uncertainty::scored(Size node) const {
  const Size n = position(node);
  std::vector<double> shares;
  for (Size u = 0; u < tally_->plan->units; ++u) {
    shares.push_back(static_cast<double>(tally_->scored(n, u)) / static_cast<double>(draws()));
  }
  return shares;
}

std::vector<double> Uncertainty::mean(Size node) const {
  const Size n = position(node);
  const Tally::Node& counts = tally_->nodes[at(n)];
  return of_scored(*tally_, n, [&](Size u, double scored) {
    const double mean = bins_of(*tally_, n, u).centre + counts.sums[at(u)].value() / scored;
    return std::min(std::max(mean, counts.least[at(u)]), counts.greatest[at(u)]);
  });
}

std::vector<double> Uncertainty::deviation(Size node) const {
  const Size n = position(node);
  const Tally::Node& counts = tally_->nodes[at(n)];
  return of_scored(*tally_, n, [&](Size u, double scored) {
    return deviation_of(scored, counts.sums[at(u)].value(), counts.squares[at(u)].value());
  });
}

std::vector<double> Uncertainty::minimum(Size node) const {
  const Size n = position(node);
  return of_scored(*tally_, n, [&](Size u, double) { return tally_->nodes[at(n)].least[at(u)]; });
}

std::vector<double> Uncertainty::maximum(Size node) const {
  const Size n = position(node);
  return of_scored(*tally_, n,
                   [&](Size u, double) { return tally_->nodes[at(n)].greatest[at(u)]; });
}

std::vector<double> Uncertainty::quantile(Size node, double q) const {
  expect_quantile(q);
  const Size n = position(node);
  return of_scored(
      *tally_, n, [&](Size u, double scored) { return score_quantile(*tally_, n, u, q * scored); });
}

std::vector<double> Uncertainty::mean_rank(Size node) const {
  const Size n = position(node);
  return of_scored(*tally_, n, [&](Size u, double scored) {
    std::int64_t sum = 0;  // Less than 2^48.
    for (Size r = 1; r <= tally_->plan->units; ++r) sum += r * tally_->rank_count(n, u, r);
    return static_cast<double>(sum) / scored;
  });
}

std::vector<double> Uncertainty::rank_deviation(Size node) const {
  const Size n = position(node);
  const std::vector<double> means = mean_rank(node);
  return of_scored(*tally_, n, [&](Size u, double scored) {
    // From the whole rank next to the mean, all is whole and exact, and squares are small.
    const auto centre = static_cast<std::int64_t>(std::lround(means[at(u)]));
    std::int64_t sum = 0;
    std::uint64_t square = 0;  // At most 2^32 draws of 65,534 squared.
    for (Size r = 1; r <= tally_->plan->units; ++r) {
      const std::int64_t difference = r - centre;
      const std::int64_t count = tally_->rank_count(n, u, r);
      sum += difference * count;
      square +=
          static_cast<std::uint64_t>(difference * difference) * static_cast<std::uint64_t>(count);
    }
    return deviation_of(scored, static_cast<double>(sum), static_cast<double>(square));
  });
}

std::vector<double> Uncertainty::rank_quantile(Size node, double q) const {
  expect_quantile(q);
  const Size n = position(node);
  return of_scored(*tally_, n, [&](Size u, double scored) {
    std::int64_t reached = 0;
    Size rank = 0;
    while (rank < tally_->plan->units &&
           (reached == 0 || static_cast<double>(reached) / scored < q)) {
      ++rank;
      reached += tally_->rank_count(n, u, rank);
    }
    return static_cast<double>(rank);
  });
}

std::vector<double> Uncertainty::top(Size node, Size k) const {
  const Size n = position(node);
  const Size units = tally_->plan->units;
  if (k < 1 || k > units) {
    throw SpecError(fmt::format("expected a rank of 1 to {}, the units, got {}", units, k));
  }
  std::vector<double> shares;
  for (Size u = 0; u < units; ++u) {
    std::int64_t count = 0;
    for (Size r = 1; r <= k; ++r) count += tally_->rank_count(n, u, r);
    shares.push_back(static_cast<double>(count) / static_cast<double>(draws()));
  }
  return shares;
}

std::vector<double> Uncertainty::acceptability(Size node) const {
  const Size n = position(node);
  const Size units = tally_->plan->units;
  std::vector<double> shares(at(units * units));
  for (Size u = 0; u < units; ++u) {
    for (Size r = 1; r <= units; ++r) {
      shares[at((r - 1) * units + u)] =
          static_cast<double>(tally_->rank_count(n, u, r)) / static_cast<double>(draws());
    }
  }
  return shares;
}

std::vector<double> Uncertainty::beats(Size node) const {
  const Size n = position(node);
  const Size units = tally_->plan->units;
  if (!tally_->plan->pairs) {
    throw SpecError("pairs were not counted; draw with the option pairs");
  }
  std::vector<double> shares(at(units * units));
  for (Size a = 0; a < units; ++a) {
    for (Size b = 0; b < units; ++b) {
      shares[at(b * units + a)] =
          static_cast<double>(tally_->nodes[at(n)].wins[at(a * units + b)]) /
          static_cast<double>(draws());
    }
  }
  return shares;
}

std::vector<double> Uncertainty::groups() const {
  const Size units = tally_->plan->units;
  const Size groups = tally_->plan->groups;
  std::vector<double> shares(at(units * groups));
  for (Size u = 0; u < units; ++u) {
    for (Size g = 0; g < groups; ++g) {
      shares[at(g * units + u)] =
          static_cast<double>(tally_->groups[at(u * groups + g)]) / static_cast<double>(draws());
    }
  }
  return shares;
}

Uncertainty::Shift Uncertainty::shift(Size node) const {
  const Tally::Node& counts = tally_->nodes[at(position(node))];
  std::int64_t counted = 0;
  for (const std::uint32_t count : counts.shifts) counted += count;
  if (counted == 0) return {nan, nan, nan};
  const auto n = static_cast<double>(counted);
  const ShiftBins bins(tally_->plan->units);
  std::int64_t reached = 0;
  std::int64_t bin = 0;
  while (2 * (reached + counts.shifts[at(bin)]) < counted) {
    reached += counts.shifts[at(bin)];
    ++bin;
  }
  return {counts.shift.value() / n,
          deviation_of(n, counts.shift.value(), counts.shift_square.value()),
          static_cast<double>(bin * bins.width) / static_cast<double>(bins.units)};
}

Uncertainty::CentralWeights Uncertainty::central_weights() const {
  const TallyPlan& plan = *tally_->plan;
  const auto rows = std::ssize(plan.share_rows);
  CentralWeights central;
  for (const Size r : plan.share_rows) {
    const VariedRow& row = experiment_.state().sampler.rows()[at(r)];
    central.parents.push_back(row.parent);
    central.nodes.push_back(row.node);
  }
  central.weights.assign(at(rows * plan.units), nan);
  for (Size u = 0; u < plan.units; ++u) {
    const auto firsts = static_cast<double>(tally_->rank_count(plan.composite, u, 1));
    if (firsts == 0.0) continue;
    for (Size r = 0; r < rows; ++r) {
      central.weights[at(r * plan.units + u)] = tally_->central[at(u * rows + r)].value() / firsts;
    }
  }
  return central;
}

Uncertainty uncertainty(const Experiment& experiment, const DrawWatch& watch) {
  const std::vector<std::int64_t> stages = experiment.stages();
  return {experiment, draw_grains(experiment.state(), 0, stages, watch)};
}

}  // namespace chiso
