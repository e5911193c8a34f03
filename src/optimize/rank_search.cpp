#include "optimize/rank_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

constexpr double infinity = MixedInteger::infinity;

double product(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> negative(std::vector<double> values) {
  for (double& value : values) value = -value;
  return values;
}

/// sum of factor * value * flow.
std::vector<LinearTerm> terms_of(std::span<const double> values, double factor) {
  std::vector<LinearTerm> terms;
  for (std::size_t f = 0; f < values.size(); ++f) {
    if (values[f] != 0.0) terms.push_back({static_cast<Size>(f), factor * values[f]});
  }
  return terms;
}

}  // namespace

RankSearch::RankSearch(const FlowRegion& region, Size units, std::function<bool()> go_on)
    : region_(region), units_(units), go_on_(std::move(go_on)) {
  for (Size u = 0; u < units; ++u) coefficients_.push_back(region.coefficients(u));
  const std::size_t flows = at(region.flows());
  std::vector<double> mean(flows, 0.0);
  for (std::size_t f = 0; f < flows; ++f) {
    double low = infinity;
    double high = -infinity;
    for (const auto& each : coefficients_) {
      low = std::min(low, each[f]);
      high = std::max(high, each[f]);
      mean[f] += each[f] / static_cast<double>(units);
    }
    if (units > 0) scale_ = std::max(scale_, high - low);
  }
  tie_ = 1e-9 * scale_;
  if (const auto nominal = region.nominal(); !nominal.empty()) remember(nominal);
  std::vector<double> objective(flows, 0.0);
  for (std::size_t f = 1; f < flows; ++f) {
    objective[f] = 1.0;
    remember(region.best(objective).shares);
    objective[f] = 0.0;
  }
  for (const auto& each : coefficients_) {
    for (std::size_t f = 0; f < flows; ++f) objective[f] = each[f] - mean[f];
    remember(region.best(objective).shares);
    remember(region.best(negative(objective)).shares);
  }
}

void RankSearch::remember(std::vector<double> shares) {
  const std::vector<double> flows = region_.flows_of(shares);
  std::vector<double> scores;
  for (const auto& each : coefficients_) scores.push_back(product(each, flows));
  known_.push_back({std::move(shares), std::move(scores)});
}

Size RankSearch::above(Size unit, std::span<const double> scores) const {
  const double most = scores[at(unit)] + tie_;
  return std::count_if(scores.begin(), scores.end(), [&](double score) { return score > most; });
}

double RankSearch::rank(Size unit, std::span<const double> shares) const {
  const std::vector<double> flows = region_.flows_of(shares);
  std::vector<double> scores;
  for (const auto& each : coefficients_) scores.push_back(product(each, flows));
  return static_cast<double>(1 + above(unit, scores));
}

std::vector<RankSearch::Rival> RankSearch::rivals(Size unit) const {
  std::vector<Rival> rivals;
  const auto& own = coefficients_[at(unit)];
  for (Size v = 0; v < units_; ++v) {
    if (v == unit) continue;
    Rival rival{.unit = v, .lead = coefficients_[at(v)], .most = 0.0, .least = 0.0};
    for (std::size_t f = 0; f < own.size(); ++f) rival.lead[f] -= own[f];
    rival.most = region_.bound(rival.lead);
    rival.least = -region_.bound(negative(rival.lead));
    rivals.push_back(std::move(rival));
  }
  return rivals;
}

RankSearch::Found RankSearch::find(Size unit, RankEnd end) {
  Found found;
  for (const Known& known : known_) {
    const double rank = static_cast<double>(1 + above(unit, known.scores));
    const bool better = end == RankEnd::best ? rank < found.rank : rank > found.rank;
    if (!found.shares.empty() && !better) continue;
    found.rank = rank;
    found.shares = known.shares;
  }
  double always = 0.0;
  std::vector<Rival> open;
  for (Rival& rival : rivals(unit)) {
    if (rival.most <= tie_) continue;
    if (rival.least > tie_) {
      always += 1.0;
    } else {
      open.push_back(std::move(rival));
    }
  }
  const double possible = static_cast<double>(open.size());
  found.bound = end == RankEnd::best ? 1.0 + always : 1.0 + always + possible;
  if (found.rank != found.bound) solve(unit, end, open, always, found);
  return found;
}

void RankSearch::improve(Size unit, RankEnd end, Found& found, std::vector<double> shares) {
  const double rank = this->rank(unit, shares);
  // The same rank with more room is welcome too.
  if (end == RankEnd::best ? rank > found.rank : rank < found.rank) return;
  const bool better = rank != found.rank;
  found.rank = rank;
  found.shares = shares;
  if (better) remember(std::move(shares));
}

void RankSearch::solve(Size unit, RankEnd end, const std::vector<Rival>& open, double decided,
                       Found& found) {
  MixedInteger program;
  region_.put_into(program);
  const Size first = program.variables();
  std::vector<LinearTerm> objective;
  for (const Rival& rival : open) {
    const Size is_above = program.add_variable(0.0, 1.0, MixedInteger::Kind::whole);
    const double size = std::max(rival.most, -rival.least);
    std::vector<LinearTerm> row = terms_of(rival.lead, 1.0 / size);
    if (end == RankEnd::best) {
      // Not above: a lead of at most 0.
      row.push_back({is_above, -rival.most / size});
      program.add_row(row, -infinity, 0.0);
      objective.push_back({is_above, 1.0});
    } else {
      // Above: a lead of at least 0.
      row.push_back({is_above, std::min(rival.least, 0.0) / size});
      program.add_row(row, std::min(rival.least, 0.0) / size, infinity);
      objective.push_back({is_above, -1.0});
    }
  }
  program.minimise(objective);
  MixedInteger::Limits limits;
  limits.step = 1.0;
  limits.progress = [this](double, double) {
    stopped_ = stopped_ || !go_on_();
    return !stopped_;
  };
  const double sign = end == RankEnd::best ? 1.0 : -1.0;
  while (!stopped_ && go_on_()) {
    const MixedInteger::Answer answer = program.solve(limits);
    if (answer.status == MixedInteger::Status::infeasible) {
      found.bound = found.rank;  // Whatever is better was ruled out.
      return;
    }
    if (std::isfinite(answer.bound)) {
      const double count = sign * std::ceil(answer.bound - 1e-4);
      found.bound = end == RankEnd::best ? std::max(found.bound, 1.0 + decided + count)
                                         : std::min(found.bound, 1.0 + decided + count);
    }
    if (end == RankEnd::best ? found.bound >= found.rank : found.bound <= found.rank) {
      found.bound = found.rank;
      return;
    }
    if (answer.values.empty()) return;
    const std::span<const double> flows(answer.values.data(), at(region_.flows()));
    improve(unit, end, found, region_.shares_of(flows));
    std::vector<Size> pattern;
    for (std::size_t k = 0; k < open.size(); ++k) {
      const bool is_above = answer.values[at(first) + k] > 0.5;
      if (is_above == (end == RankEnd::worst)) pattern.push_back(static_cast<Size>(k));
    }
    const Pattern seen = widest(open, pattern, end);
    if (!seen.shares.empty()) improve(unit, end, found, seen.shares);
    if (found.rank == found.bound) return;
    if (seen.shares.empty() || holds(seen, end)) return;  // Not as the solver says: not proven.
    std::vector<LinearTerm> cut;
    const std::vector<Size> ruled_out = conflict(open, pattern, end, seen);
    for (const Size k : ruled_out) cut.push_back({first + k, 1.0});
    if (end == RankEnd::best) {
      program.add_row(cut, 1.0, infinity);
    } else {
      program.add_row(cut, -infinity, static_cast<double>(cut.size()) - 1.0);
    }
  }
  stopped_ = true;
}

RankSearch::Pattern RankSearch::widest(const std::vector<Rival>& open,
                                       const std::vector<Size>& pattern, RankEnd end) const {
  MixedInteger program;
  region_.put_into(program);
  const Size margin = program.add_variable(-2.0, 2.0);
  const double sign = (end == RankEnd::best ? -1.0 : 1.0) / scale_;
  for (const Size k : pattern) {
    std::vector<LinearTerm> row = terms_of(open[at(k)].lead, sign);
    row.push_back({margin, -1.0});
    program.add_row(row, 0.0, infinity);
  }
  program.minimise(std::vector<LinearTerm>{{margin, -1.0}});
  const MixedInteger::Answer answer = program.solve();
  if (answer.values.empty()) return {.margin = -infinity, .shares = {}, .tight = {}};
  const std::span<const double> found(answer.values.data(), at(region_.flows()));
  Pattern seen{.margin = infinity, .shares = region_.shares_of(found), .tight = {}};
  const std::vector<double> flows = region_.flows_of(seen.shares);
  std::vector<double> margins;
  for (const Size k : pattern) {
    margins.push_back(sign * scale_ * product(open[at(k)].lead, flows));
    seen.margin = std::min(seen.margin, margins.back());
  }
  constexpr double near = 1e-7;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (margins[i] <= seen.margin + near * scale_) seen.tight.push_back(pattern[i]);
  }
  return seen;
}

std::vector<Size> RankSearch::conflict(const std::vector<Rival>& open, std::vector<Size> pattern,
                                       RankEnd end, const Pattern& seen) const {
  // Rivals with room to spare do not keep the others from more; of the rest each is tried.
  if (!holds(widest(open, seen.tight, end), end)) pattern = seen.tight;
  for (std::size_t k = 0; k < pattern.size() && pattern.size() > 1;) {
    std::vector<Size> fewer = pattern;
    fewer.erase(fewer.begin() + static_cast<Size>(k));
    if (holds(widest(open, fewer, end), end)) {
      ++k;
    } else {
      pattern = std::move(fewer);
    }
  }
  return pattern;
}

}  // namespace chiso
