#include "chiso/score/piecewise.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/doubles.hpp"
#include "base/multiversion.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

// Up to this many pieces all are tried for all values, without branches; beyond, each value
// searches.
constexpr std::size_t most_tried = 8;
constexpr Size block = 256;

// The least double in the interval, and the greatest.
double first_in(const Interval& on) noexcept {
  return on.lower_closed ? on.lower : std::nextafter(on.lower, infinity);
}
double last_in(const Interval& on) noexcept {
  return on.upper_closed ? on.upper : std::nextafter(on.upper, -infinity);
}

bool starts_before(const Interval& a, const Interval& b) noexcept {
  return a.lower < b.lower || (a.lower == b.lower && a.lower_closed && !b.lower_closed);
}

bool ends_before(const Interval& a, const Interval& b) noexcept {
  return a.upper < b.upper || (a.upper == b.upper && !a.upper_closed && b.upper_closed);
}

Interval intersection(const Interval& a, const Interval& b) noexcept {
  const Interval& low = starts_before(a, b) ? b : a;
  const Interval& high = ends_before(a, b) ? a : b;
  return {low.lower, high.upper, low.lower_closed, high.upper_closed};
}

// What lies between the end of one interval and the start of a later one.
Interval between(const Interval& before, const Interval& after) noexcept {
  return {before.upper, after.lower, !before.upper_closed && before.upper != -infinity,
          !after.lower_closed && after.lower != infinity};
}

// Equal but for the rounding of a few operations.
bool about_equal(double a, double b) noexcept {
  if (!std::isfinite(a) || !std::isfinite(b)) return a == b;
  return std::fabs(a - b) <=
         8.0 * std::numeric_limits<double>::epsilon() * std::fmax(std::fabs(a), std::fabs(b));
}

CHISO_MULTIVERSION
void try_pieces(const Piece* pieces, const double* first, const double* last, std::size_t count,
                const double* x, double* y, Size n) {
  for (Size i = 0; i < n; ++i) y[i] = nan;
  for (std::size_t k = 0; k < count; ++k) {
    const double lower = first[k];
    const double upper = last[k];
    const double intercept = pieces[k].intercept;
    const double rise = pieces[k].rise;
    const double run = pieces[k].run;
    if (rise == 0.0) {
      for (Size i = 0; i < n; ++i) {
        y[i] = ((x[i] >= lower) & (x[i] <= upper)) ? intercept : y[i];
      }
    } else {
      for (Size i = 0; i < n; ++i) {
        const double line = intercept + rise * x[i] / run;
        y[i] = ((x[i] >= lower) & (x[i] <= upper)) ? line : y[i];
      }
    }
  }
}

// Cuts results and counts the values that are present but got none.
CHISO_MULTIVERSION
Size finish(const double* x, double floor, double ceiling, double* y, Size n) {
  Size outside = 0;
  for (Size i = 0; i < n; ++i) {
    double v = y[i];
    outside += ((v != v) & (x[i] == x[i])) ? 1 : 0;
    v = v < floor ? floor : v;
    y[i] = v > ceiling ? ceiling : v;
  }
  return outside;
}

void expect(bool holds, std::string_view rule, std::string_view expected) {
  if (!holds) throw SpecError(fmt::format("{}: expected {}", rule, expected));
}

Piece constant(const Interval& on, double points) noexcept { return {on, points, 0.0, 1.0}; }

Interval below(double x) noexcept { return {-infinity, x, false, false}; }
Interval from(double x) noexcept { return {x, infinity, true, false}; }

}  // namespace

std::vector<CoverageFault> coverage_faults(std::span<const Interval> intervals,
                                           const Interval& domain) {
  std::vector<Interval> sorted;
  for (const Interval& on : intervals) {
    if (!on.empty()) sorted.push_back(on);
  }
  std::sort(sorted.begin(), sorted.end(), starts_before);

  std::vector<CoverageFault> faults;
  const auto add = [&faults](CoverageFault::Kind kind, const Interval& where) {
    if (!where.empty()) faults.push_back({kind, where});
  };
  if (domain.empty()) return faults;

  // `reached` ends where everything up to it has been dealt with; at first just before the domain.
  Interval reached{-infinity, domain.lower, false, !domain.lower_closed};
  if (domain.lower == -infinity) reached.upper_closed = false;
  bool any = false;
  Interval covered;
  for (const Interval& on : sorted) {
    if (any) add(CoverageFault::Kind::overlap, intersection(covered, on));
    const Interval gap = between(reached, on);
    if (!gap.empty()) add(CoverageFault::Kind::gap, intersection(gap, domain));
    if (!any || ends_before(covered, on)) covered = on;
    if (ends_before(reached, on)) reached = on;
    any = true;
  }
  const Interval after{domain.upper, infinity, !domain.upper_closed && domain.upper != infinity,
                       false};
  const Interval rest = between(reached, after);
  if (!rest.empty()) add(CoverageFault::Kind::gap, intersection(rest, domain));
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return starts_before(a.where, b.where); });
  return faults;
}

Piecewise::Piecewise(std::vector<Piece> pieces)
    : pieces_(std::move(pieces)), floor_(-infinity), ceiling_(infinity) {
  if (pieces_.empty()) throw SpecError("expected a points rule with at least one piece, got none");
  if (std::ssize(pieces_) > most_pieces) {
    throw SpecError(fmt::format("expected a points rule of at most {} pieces, got {}", most_pieces,
                                pieces_.size()));
  }
  for (const Piece& piece : pieces_) {
    if (piece.on.empty() || std::isnan(piece.on.lower) || std::isnan(piece.on.upper)) {
      throw SpecError(
          fmt::format("expected an interval with numbers in it, got {}", to_string(piece.on)));
    }
    if (!std::isfinite(piece.intercept) || !std::isfinite(piece.rise) ||
        !std::isfinite(piece.run) || piece.run == 0.0) {
      throw SpecError(fmt::format("expected finite points on {}, got {} + {} x / {}",
                                  to_string(piece.on), to_string(piece.intercept),
                                  to_string(piece.rise), to_string(piece.run)));
    }
  }
  std::sort(pieces_.begin(), pieces_.end(),
            [](const Piece& a, const Piece& b) { return starts_before(a.on, b.on); });
  for (std::size_t k = 1; k < pieces_.size(); ++k) {
    const Interval both = intersection(pieces_[k - 1].on, pieces_[k].on);
    if (!both.empty()) {
      throw SpecError(fmt::format("expected intervals that do not overlap: {} and {} both have {}",
                                  to_string(pieces_[k - 1].on), to_string(pieces_[k].on),
                                  to_string(both)));
    }
  }
  first_.reserve(pieces_.size());
  last_.reserve(pieces_.size());
  for (const Piece& piece : pieces_) {
    first_.push_back(first_in(piece.on));
    last_.push_back(last_in(piece.on));
  }
}

Piecewise Piecewise::steps(std::span<const std::pair<Interval, double>> steps) {
  std::vector<Piece> pieces;
  pieces.reserve(steps.size());
  for (const auto& [on, points] : steps) pieces.push_back(constant(on, points));
  return Piecewise(std::move(pieces));
}

Piecewise Piecewise::proportional(double maximum, double full_at, double threshold) {
  expect(std::isfinite(maximum) && maximum >= 0.0, "proportional", "a maximum of 0 or more");
  expect(std::isfinite(full_at) && full_at > 0.0, "proportional", "full_at above 0");
  expect(threshold >= 0.0 && threshold <= full_at, "proportional",
         "a threshold between 0 and full_at");
  std::vector<Piece> pieces{constant(below(threshold), 0.0), constant(from(full_at), maximum)};
  if (threshold < full_at) {
    pieces.push_back({{threshold, full_at, true, false}, 0.0, maximum, full_at});
  }
  return Piecewise(std::move(pieces)).clamped(0.0, maximum);
}

Piecewise Piecewise::per_unit(double points, double cap) {
  expect(std::isfinite(points) && points > 0.0, "per_unit", "points above 0");
  expect(std::isfinite(cap) && cap >= 0.0, "per_unit", "a cap of 0 or more");
  const double full_at = cap / points;
  expect(std::isfinite(full_at), "per_unit", "points that are not negligible beside the cap");
  std::vector<Piece> pieces{constant(below(0.0), 0.0), constant(from(full_at), cap)};
  if (full_at > 0.0) pieces.push_back({{0.0, full_at, true, false}, 0.0, points, 1.0});
  return Piecewise(std::move(pieces)).clamped(0.0, cap);
}

namespace {

/// start + k * step as a person adds decimals: 0.3 is three times 0.1, which it is not in doubles.
/// Numbers with more than twelve decimals are added as they are.
double on_grid(double start, double step, double k) {
  double scale = 1.0;
  for (int decimals = 0; decimals <= 12; ++decimals, scale *= 10.0) {
    const double whole_start = std::nearbyint(start * scale);
    const double whole_step = std::nearbyint(step * scale);
    if (whole_start / scale == start && whole_step / scale == step) {
      return (whole_start + k * whole_step) / scale;
    }
  }
  return start + k * step;
}

}  // namespace

Piecewise Piecewise::increments(double start, double points, double from_value, double every,
                                double add, double cap) {
  const char* const rule = "increments";
  expect(std::isfinite(start) && std::isfinite(from_value), rule, "a finite start and from");
  expect(std::isfinite(every) && every > 0.0, rule, "every above 0");
  expect(std::isfinite(add) && add > 0.0, rule, "add above 0");
  expect(std::isfinite(points) && std::isfinite(cap) && points <= cap, rule,
         "points that do not exceed the cap");
  expect((cap - points) / add < static_cast<double>(most_pieces) - 2.0, rule,
         fmt::format("fewer than {} steps up to the cap", most_pieces - 2));

  std::vector<Piece> pieces{constant(below(start), 0.0)};
  double lower = start;
  double reached = points;
  for (double k = 1.0; reached < cap; k += 1.0) {
    const double upper = on_grid(from_value, every, k);
    expect(upper > on_grid(from_value, every, k - 1.0), rule, "steps wider than rounding");
    if (upper > lower) {
      pieces.push_back(constant({lower, upper, true, false}, reached));
      lower = upper;
    }
    const double next = on_grid(points, add, k);
    // A step that only rounding leaves short of the cap has reached it.
    reached = next > cap || cap - next < 1e-9 * add ? cap : next;
  }
  pieces.push_back(constant(from(lower), reached));
  return Piecewise(std::move(pieces));
}

Piecewise Piecewise::deduction(double maximum, double points, double per) {
  expect(std::isfinite(maximum) && maximum >= 0.0, "deduct", "a maximum of 0 or more");
  expect(std::isfinite(points) && points > 0.0, "deduct", "points above 0");
  expect(std::isfinite(per) && per > 0.0, "deduct", "per above 0");
  const double none_at = maximum * per / points;
  expect(std::isfinite(none_at), "deduct", "points that are not negligible beside the maximum");
  std::vector<Piece> pieces{constant(below(0.0), maximum), constant(from(none_at), 0.0)};
  if (none_at > 0.0) pieces.push_back({{0.0, none_at, true, false}, maximum, -points, per});
  return Piecewise(std::move(pieces)).clamped(0.0, maximum);
}

Piecewise Piecewise::fixed(double points) { return Piecewise({constant({}, points)}); }

Piecewise Piecewise::given(double maximum) {
  expect(std::isfinite(maximum) && maximum >= 0.0, "given", "a maximum of 0 or more");
  return Piecewise({{{0.0, maximum, true, true}, 0.0, 1.0, 1.0}});
}

Piecewise Piecewise::clamped(double floor, double ceiling) const {
  Piecewise result = *this;
  result.floor_ = std::fmax(floor_, floor);
  result.ceiling_ = std::fmin(ceiling_, ceiling);
  if (std::isnan(floor) || std::isnan(ceiling) || !(result.floor_ <= result.ceiling_)) {
    throw SpecError(
        fmt::format("expected points to be cut to a floor below a ceiling, got {} and {}",
                    to_string(floor), to_string(ceiling)));
  }
  return result;
}

double Piecewise::cut(double points) const noexcept {
  const double raised = points < floor_ ? floor_ : points;
  return raised > ceiling_ ? ceiling_ : raised;
}

double Piecewise::operator()(double x) const noexcept {
  // The first piece that begins after x; the one before it is the only one that may have x.
  const auto after = std::upper_bound(first_.begin(), first_.end(), x);
  if (x != x || after == first_.begin()) return nan;
  const auto k = static_cast<std::size_t>(after - first_.begin() - 1);
  return x <= last_[k] ? cut(pieces_[k].at(x)) : nan;
}

Size Piecewise::evaluate(std::span<const double> in, std::span<double> out) const {
  if (in.size() != out.size()) {
    throw DataError(
        fmt::format("expected as many results as values, got {} and {}", out.size(), in.size()));
  }
  const Size size = std::ssize(in);
  Size outside = 0;
  if (pieces_.size() > most_tried) {
    for (Size i = 0; i < size; ++i) {
      const double x = in[static_cast<std::size_t>(i)];
      const double y = (*this)(x);
      outside += x == x && y != y ? 1 : 0;
      out[static_cast<std::size_t>(i)] = y;
    }
    return outside;
  }
  for (Size begin = 0; begin < size; begin += block) {
    const Size n = std::min(block, size - begin);
    double y[block];
    const double* x = in.data() + begin;
    try_pieces(pieces_.data(), first_.data(), last_.data(), pieces_.size(), x, y, n);
    outside += finish(x, floor_, ceiling_, y, n);
    std::copy(y, y + n, out.data() + begin);
  }
  return outside;
}

std::vector<Interval> Piecewise::gaps(const Interval& domain) const {
  std::vector<Interval> intervals;
  intervals.reserve(pieces_.size());
  for (const Piece& piece : pieces_) intervals.push_back(piece.on);
  std::vector<Interval> result;
  for (const CoverageFault& fault : coverage_faults(intervals, domain)) {
    if (fault.kind == CoverageFault::Kind::gap) result.push_back(fault.where);
  }
  return result;
}

std::optional<Extreme> Piecewise::extreme(const Interval& domain, bool highest) const {
  std::optional<Extreme> best;
  const auto better = [highest](double a, double b) { return highest ? a > b : a < b; };
  const auto offer = [&](double value, bool attained) {
    // Beyond a cut the line has passed it before the bound, so the cut value is attained.
    const double cut_value = cut(value);
    const Extreme candidate{cut_value, attained || cut_value != value};
    if (!best || better(candidate.value, best->value) ||
        (candidate.value == best->value && candidate.attained)) {
      best = candidate;
    }
  };
  for (const Piece& piece : pieces_) {
    const Interval on = intersection(piece.on, domain);
    if (on.empty()) continue;
    if (piece.rise == 0.0) {
      offer(piece.intercept, true);
    } else {
      offer(piece.at(on.lower), on.lower_closed);
      offer(piece.at(on.upper), on.upper_closed);
    }
  }
  return best;
}

std::optional<Extreme> Piecewise::minimum(const Interval& domain) const {
  return extreme(domain, false);
}

std::optional<Extreme> Piecewise::maximum(const Interval& domain) const {
  return extreme(domain, true);
}

Trend Piecewise::trend(const Interval& domain) const {
  bool rises = false;
  bool falls = false;
  bool any = false;
  double previous = 0.0;
  const auto pass = [&](double value) {
    if (any && !about_equal(value, previous)) (value > previous ? rises : falls) = true;
    any = true;
    previous = value;
  };
  for (const Piece& piece : pieces_) {
    const Interval on = intersection(piece.on, domain);
    if (on.empty()) continue;
    pass(cut(piece.at(on.lower)));
    pass(cut(piece.at(on.upper)));
  }
  if (rises && falls) return Trend::neither;
  if (rises) return Trend::increasing;
  return falls ? Trend::decreasing : Trend::constant;
}

namespace {

// Where on one piece (cut to the domain) the points are reached, looking from its lower end
// (`upward`) or from its upper end.
template <class Holds>
std::optional<Preimage> reach_on(const Piece& piece, const Interval& on, double points, bool upward,
                                 Holds holds) {
  constexpr double largest = std::numeric_limits<double>::max();
  const double bound = upward ? on.lower : on.upper;
  const bool closed = upward ? on.lower_closed : on.upper_closed;
  const double near = std::clamp(upward ? first_in(on) : last_in(on), -largest, largest);
  const double far = std::clamp(upward ? last_in(on) : first_in(on), -largest, largest);
  if (holds(near)) return Preimage{bound, closed};
  if (!holds(far)) return std::nullopt;
  // The number that a person would compute, if it does reach the points; else the next that does.
  const double solved = (points - piece.intercept) * piece.run / piece.rise;
  if (on.contains(solved) && holds(solved)) return Preimage{solved, true};
  const bool inside = on.contains(solved);
  const double end = upward ? on.upper : on.lower;
  if (!inside && about_equal(solved, end)) {
    // Before the end only rounding reaches the points: they are at the end, or in the next piece.
    if (upward ? on.upper_closed : on.lower_closed) return Preimage{end, true};
    return std::nullopt;
  }
  return Preimage{frontier(inside ? solved : near, far, holds), true};
}

}  // namespace

std::optional<Preimage> Piecewise::least_reaching(double points, const Interval& domain) const {
  for (const Piece& piece : pieces_) {
    const Interval on = intersection(piece.on, domain);
    if (on.empty()) continue;
    const auto holds = [&](double x) { return cut(piece.at(x)) >= points; };
    if (const auto found = reach_on(piece, on, points, true, holds)) return found;
  }
  return std::nullopt;
}

std::optional<Preimage> Piecewise::greatest_reaching(double points, const Interval& domain) const {
  for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
    const Interval on = intersection(piece->on, domain);
    if (on.empty()) continue;
    const auto holds = [&](double x) { return cut(piece->at(x)) >= points; };
    if (const auto found = reach_on(*piece, on, points, false, holds)) return found;
  }
  return std::nullopt;
}

}  // namespace chiso
