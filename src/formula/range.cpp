#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <utility>

#include "base/at.hpp"
#include "chiso/formula/analysis.hpp"
#include "formula/box_values.hpp"
#include "formula/point_search.hpp"
#include "formula/points.hpp"
#include "formula/simplify.hpp"
#include "formula/split.hpp"
#include "formula/subject.hpp"
#include "formula/trace.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double rounding = 1e-9;  // Of the maximum.

/// Nodes of a formula that one box may cost on average.
constexpr Size nodes_of_box = 100;

/// How a score can be at most (sign = 1) or, turned round, at least (sign = -1): an upper bound
/// that is proven, and the highest value that has been seen.
struct Extreme {
  double bound = -infinity;
  double seen = -infinity;
  double seen_at_moderate = -infinity;  ///< With no input beyond 1e50.
  Point point;
};

class ExtremeSearch {
 public:
  ExtremeSearch(const Subject& subject, double sign, Work& work)
      : subject_(subject), sign_(sign), work_(work), values_(subject, work) {}

  /// @param limit what a proof must reach; no more than `boxes`, and few for anything else
  Extreme search(const Points& points, double limit, Size boxes) {
    constexpr Size boxes_for_looks = 400;
    limit_ = limit;
    look_at(points);
    push(subject_.everything());
    for (Size n = 0; !queue_.empty() && n < boxes && !work_.done(); ++n) {
      const double bound = queue_.top().bound;
      const double near =
          rounding * std::max(std::fabs(bound), std::isfinite(limit) ? std::fabs(limit) : 0.0);
      if (bound <= extreme_.seen + near) break;
      const bool settled = bound <= limit || extreme_.seen > limit;
      if (settled && n >= boxes_for_looks) break;
      Candidate candidate = queue_.top();
      queue_.pop();
      const auto parts = split(subject_, candidate.box, candidate.undecided);
      if (!parts) {
        done_ = std::max(done_, bound);
        continue;
      }
      for (const Bounds& half : {parts->lower, parts->upper}) {
        Box box = candidate.box;
        box[parts->input] = half;
        Points few;
        add_points_of_box(subject_, box, static_cast<std::uint64_t>(n), few);
        look_at(few);
        push(std::move(box));
      }
    }
    extreme_.bound = queue_.empty() ? done_ : std::max(done_, queue_.top().bound);
    return std::move(extreme_);
  }

 private:
  struct Candidate {
    double bound;
    Size turn;  ///< Among equals the oldest comes first.
    Box box;
    std::vector<char> undecided;

    bool operator<(const Candidate& other) const noexcept {
      return bound != other.bound ? bound < other.bound : turn > other.turn;
    }
  };

  [[nodiscard]] double upper_end(const Bounds& of) const {
    // What is not finite is missing.
    constexpr double largest = std::numeric_limits<double>::max();
    return std::clamp(sign_ * (sign_ > 0.0 ? of.highest : of.lowest), -largest, largest);
  }

  void push(Box box) {
    constexpr Size boxes_without_slopes = 30;
    const Bounds& of = values_.evaluate(box);
    if (!of.present()) return;
    double bound = upper_end(of);
    const auto undecided = values_.undecided();
    std::vector<char> conditions(undecided.begin(), undecided.end());
    const bool open = bound > std::max(limit_, extreme_.seen);
    if (open && turn_ > boxes_without_slopes && !of.missing) {
      bound = std::min(bound, bound_by_slopes(box));
    }
    queue_.push({bound, turn_++, std::move(box), std::move(conditions)});
  }

  /// An upper bound from the middle of a box and the slopes within it; where it goes one way, from
  /// that end. Slopes are those of exact arithmetic, so rounding is added.
  double bound_by_slopes(const Box& box) {
    constexpr std::size_t most_inputs = 6;
    constexpr double part = 0x1p-46;
    double largest = 0.0;
    Box centre = box;
    double rest = 0.0;
    for (std::size_t i = 0; i < box.size(); ++i) {
      if (box[i].single()) continue;
      if (slopes_.size() > most_inputs || subject_.inputs()[i].whole) return infinity;
      auto found = slopes_.find(i);
      if (found == slopes_.end()) {
        found = slopes_.emplace(i, BoxValues(subject_, work_)).first;
        found->second.watch(i);
      }
      found->second.evaluate(box);
      largest = found->second.largest();
      const Change& change = found->second.change(subject_.root());
      const double fall = sign_ > 0.0 ? change.fall : change.rise;
      const double rise = sign_ > 0.0 ? change.rise : change.fall;
      if (fall == 0.0 || rise == 0.0) {
        centre[i] = Bounds::only(fall == 0.0 ? box[i].highest : box[i].lowest);
        continue;
      }
      if (!change.smooth) return infinity;
      const double at = middle(box[i], false);
      centre[i] = Bounds::only(at);
      const double low = sign_ > 0.0 ? change.slope_low : -change.slope_high;
      const double high = sign_ > 0.0 ? change.slope_high : -change.slope_low;
      rest += std::max({0.0, high * (box[i].highest - at), low * (box[i].lowest - at)});
    }
    const double bound = upper_end(values_.evaluate(centre)) + rest;
    return bound + part * largest;
  }

  void look_at(const Points& points) {
    constexpr double moderate = 1e50;
    const auto results = results_of(subject_, points, work_);
    for (Size k = 0; k < points.count; ++k) {
      const double value = sign_ * results[at(k)];
      if (!(value > extreme_.seen) && !(value > extreme_.seen_at_moderate)) continue;
      const Point point = points[k];
      const bool is_moderate = std::all_of(point.begin(), point.end(),
                                           [](double x) { return std::fabs(x) <= moderate; });
      if (is_moderate) extreme_.seen_at_moderate = std::max(extreme_.seen_at_moderate, value);
      if (value > extreme_.seen) {
        extreme_.seen = value;
        extreme_.point = point;
      }
    }
  }

  const Subject& subject_;
  double sign_;
  Work& work_;
  BoxValues values_;
  std::priority_queue<Candidate> queue_;
  Extreme extreme_;
  std::map<std::size_t, BoxValues> slopes_;  ///< By input.
  double limit_ = infinity;
  double done_ = -infinity;
  Size turn_ = 0;
};

/// Points whose result is outside of [lowest, highest], by more than rounding.
struct Outside {
  const Subject& subject;
  double lowest;
  double highest;

  [[nodiscard]] bool operator()(const Point& point) const {
    const double value = subject.program()(point);
    const double by = std::max(value - highest, lowest - value);
    return by > 0.0 && by > rounding_at(subject, point);
  }

  /// One that is easy to read.
  [[nodiscard]] std::optional<Point> simplest(const Points& points, const Point& extreme,
                                              Work& work) const {
    std::optional<Point> best;
    double least = infinity;
    const auto results = results_of(subject, points, work);
    for (Size k = 0; k < points.count; ++k) {
      if (!(results[at(k)] < lowest || results[at(k)] > highest)) continue;
      const Point point = points[k];
      const double effort = complexity(point);
      if (effort >= least || !(*this)(point)) continue;
      least = effort;
      best = point;
    }
    if (!best && (*this)(extreme)) best = extreme;
    if (!best) return {};
    return simplified(subject, *best, work, *this);
  }
};

/// The bound; infinite if it is there only because a range without end was given one.
double bound_of(const Extreme& extreme) noexcept {
  constexpr double largest = 1e300;
  const double far = 1e-6 * std::fabs(extreme.seen);
  const bool endless = extreme.seen > extreme.seen_at_moderate + far || extreme.bound > largest;
  return endless ? infinity : extreme.bound;
}

}  // namespace

FormulaRange formula_range(const Formula& formula, const FormulaSymbols& symbols,
                           const AnalysisBudget& budget) {
  constexpr Size most_points = 3000;
  const Subject subject(formula, symbols);
  const auto limit = subject.maximum();
  const double slack = rounding * std::fabs(limit.value_or(0.0));

  Work work{budget.boxes * nodes_of_box};
  const Size share = work.left / 4 / std::max<Size>(1, static_cast<Size>(subject.size()));
  Points points = points_worth_trying(subject, std::clamp<Size>(share, 100, most_points));
  Work for_branches{work.left / 8};
  add_points_of_branches(subject, points, for_branches);
  const auto search = [&](double sign, double wanted) {
    Work own{work.left / 2};
    return ExtremeSearch(subject, sign, own).search(points, wanted, budget.boxes / 2);
  };
  const Extreme upper = search(1.0, limit ? *limit + slack : infinity);
  const Extreme lower = search(-1.0, limit ? slack : infinity);

  FormulaRange range;
  range.counted = subject.counted();
  range.highest = bound_of(upper);
  range.lowest = -bound_of(lower);
  if (!limit) return range;
  const bool may_be_high = upper.seen > *limit + slack;
  const bool may_be_low = lower.seen > slack;
  if (may_be_high || may_be_low) {
    const double lowest = may_be_high ? -infinity : -slack;
    const Outside outside{subject, lowest, *limit + slack};
    if (const auto point =
            outside.simplest(points, may_be_high ? upper.point : lower.point, work)) {
      range.inside = Proof::refuted;
      range.example = example_of(subject, *point);
      range.value = subject.program()(*point);
      return range;
    }
  }
  if (upper.bound <= *limit + slack && lower.bound <= slack) range.inside = Proof::proven;
  return range;
}

}  // namespace chiso
