#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
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

constexpr double rounding = 1e-9;
constexpr Size nodes_of_box = 100;  // Nodes of a formula that one box may cost on average.

/// Two points that differ in one input.
struct Pair {
  Point point;  ///< With the lower value ...
  double upper = 0.0;
};

/// The direction is turned so that only rising is spoken of: sign = -1 asks whether it falls.
class TrendSearch {
 public:
  TrendSearch(const Subject& subject, std::size_t input, double sign, const AnalysisBudget& budget)
      : subject_(subject),
        input_(input),
        sign_(sign),
        boxes_(budget.boxes),
        work_{budget.boxes * nodes_of_box},
        box_values_(subject, work_),
        at_lower_(subject, work_),
        at_upper_(subject, work_) {
    box_values_.watch(input);
  }

  FormulaTrend search() {
    FormulaTrend trend;
    if (holds_in(subject_.everything())) {
      trend.proof = Proof::proven;
      return trend;
    }
    const Work all = work_;
    work_.left /= 2;
    look_everywhere();
    work_.left = all.left / 2;
    if (!found_) trend.proof = prove() ? Proof::proven : Proof::open;
    if (!found_) return trend;
    trend.proof = Proof::refuted;
    const Pair pair = simplest_pair();
    Point upper = pair.point;
    upper[input_] = pair.upper;
    trend.lower = example_of(subject_, pair.point);
    trend.upper = example_of(subject_, upper);
    trend.at_lower = subject_.program()(pair.point);
    trend.at_upper = subject_.program()(upper);
    return trend;
  }

 private:
  // ---- Looking for a counter-example ----

  /// What a score must fall by to count, and how far apart two inputs must be: more than rounding.
  [[nodiscard]] double scale(double a, double b) const {
    const double size = std::max(std::fabs(a), std::fabs(b));
    return std::max(size, std::fabs(subject_.maximum().value_or(1e-3)));
  }

  [[nodiscard]] bool falls(double at_lower, double at_upper) const {
    return sign_ * (at_lower - at_upper) > rounding * scale(at_lower, at_upper);
  }

  [[nodiscard]] static bool apart(double lower, double upper) {
    return upper - lower > rounding * std::max(std::fabs(lower), std::fabs(upper));
  }

  [[nodiscard]] bool falls(const Point& point, double upper) const {
    if (!apart(point[input_], upper)) return false;
    Point other = point;
    other[input_] = upper;
    const double at_lower = subject_.program()(point);
    const double at_upper = subject_.program()(other);
    return falls(at_lower, at_upper) &&
           sign_ * (at_lower - at_upper) >
               rounding_at(subject_, point) + rounding_at(subject_, other);
  }

  /// The same other inputs with each value of the watched one, in order. Keeps the simplest pair.
  void look_along(const Point& base, const std::vector<double>& values) {
    Points line;
    Point point = base;
    for (const double value : values) {
      point[input_] = value;
      line.add(point);
    }
    const auto results = results_of(subject_, line, work_);
    for (std::size_t upper = 1; upper < results.size(); ++upper) {
      for (std::size_t lower = 0; lower < upper; ++lower) {
        if (!apart(values[lower], values[upper]) || !falls(results[lower], results[upper]))
          continue;
        point[input_] = values[lower];
        const double effort = complexity(point) + complexity({values[upper]});
        if (found_ && effort >= effort_) continue;
        if (!falls(point, values[upper])) continue;
        found_ = Pair{point, values[upper]};
        effort_ = effort;
      }
    }
  }

  void look_everywhere() {
    const auto values = values_worth_trying(subject_, input_);
    constexpr Size enough_lines = 60;  // If there is an example already.
    const Size cost = static_cast<Size>(subject_.size() * values.size());
    const Size lines = std::clamp<Size>(work_.left / std::max<Size>(1, cost), 4, 300);
    Points points;
    add_points_of_branches(subject_, points, work_);
    for (Size k = 0; k < points.count; ++k) {
      auto more = values;
      more.push_back(points[k][input_]);
      std::sort(more.begin(), more.end());
      look_along(points[k], more);
    }
    points = points_worth_trying(subject_, lines);
    for (Size k = 0; k < points.count; ++k) {
      if (found_ && (k >= enough_lines || work_.done())) return;
      look_along(points[k], values);
    }
  }

  void look_in(const Box& box, std::uint64_t turn) {
    const Bounds& run = box[input_];
    std::vector<double> values{run.lowest, middle(run, subject_.inputs()[input_].whole),
                               run.highest};
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Points points;
    add_points_of_box(subject_, box, turn, points);
    for (Size k = 0; k < points.count && !found_; ++k) look_along(points[k], values);
  }

  /// The two values count as inputs of their own.
  Pair simplest_pair() {
    std::vector<std::size_t> inputs(found_->point.size() + 1);
    std::iota(inputs.begin(), inputs.end(), std::size_t{0});
    inputs.back() = input_;
    Point both = found_->point;
    both.push_back(found_->upper);
    const auto holds = [this](const Point& point) {
      const Point lower(point.begin(), point.end() - 1);
      return falls(lower, point.back());
    };
    both = simplified(subject_, both, inputs, work_, holds);
    const double upper = both.back();
    both.pop_back();
    return {both, upper};
  }

  // ---- The proof ----

  /// Boxes whose halves share a value of the input, so that what holds in each holds in both.
  bool prove() {
    std::vector<Box> open{subject_.everything()};
    bool proven = true;
    for (Size n = 0; !open.empty() && !found_; ++n) {
      if (n >= boxes_ || work_.done()) return false;
      const Box box = std::move(open.back());
      open.pop_back();
      if (holds_in(box)) continue;
      look_in(box, static_cast<std::uint64_t>(n));
      auto parts = split_sharing(subject_, box, input_, undecided_);
      if (parts && parts->input == input_ && !joined(box, *parts)) {
        // Perhaps it is joined for part of what the other inputs can be.
        Box others = box;
        others[input_] = Bounds::only(box[input_].lowest);
        parts = split(subject_, others, undecided_);
      }
      if (!parts) {
        // Perhaps there is an example elsewhere.
        proven = false;
        continue;
      }
      for (const Bounds& half : {parts->upper, parts->lower}) {
        open.push_back(box);
        open.back()[parts->input] = half;
      }
    }
    return proven && !found_;
  }

  bool holds_in(const Box& box) {
    const Bounds& of = box_values_.evaluate(box);
    undecided_.assign(box_values_.undecided().begin(), box_values_.undecided().end());
    if (!of.present()) return true;
    const Change& change = box_values_.change(subject_.root());
    const double fall = sign_ > 0.0 ? change.fall : change.rise;
    const double size = subject_.maximum() ? std::fabs(*subject_.maximum())
                                           : std::min(std::fabs(of.lowest), std::fabs(of.highest));
    // Less than any that counts, even if all boxes add up.
    if (fall <= 1e-14 * size) return true;
    const Bounds& run = box[input_];
    if (subject_.above(input_, run.lowest) < run.highest) return false;
    return jump(box) <= rounding / 10.0 * size;
  }

  /// How far the score can fall from the lower to the upper of two neighbouring values.
  double jump(const Box& box) {
    Box side = box;
    side[input_] = Bounds::only(box[input_].lowest);
    const Bounds lower = at_lower_.evaluate(side);
    const auto before = at_lower_.decided();
    side[input_] = Bounds::only(box[input_].highest);
    const Bounds upper = at_upper_.evaluate(side);
    const auto after = at_upper_.decided();
    if (!lower.present() || !upper.present()) return 0.0;
    const double plain = sign_ > 0.0 ? lower.highest - upper.lowest : upper.highest - lower.lowest;
    return std::min(plain, difference(before, after));
  }

  /// The most that one node before the jump can be above another one behind it, where what does not
  /// depend on the input is the same.
  double difference(std::size_t before, std::size_t after) const {
    LinearForm left = scaled(subject_.form(before), Bounds::only(sign_));
    LinearForm right = scaled(subject_.form(after), Bounds::only(-sign_));
    double rest = take_dependent(left, at_lower_) + take_dependent(right, at_upper_);
    LinearForm both = combined(left, Bounds::only(1.0), right);
    // What stands only behind the jump is known there.
    for (const auto& term : both.terms) {
      if (!is_only_behind(term)) continue;
      LinearForm alone;
      alone.terms.push_back(term);
      rest += at_upper_.highest(alone);
    }
    std::erase_if(both.terms, [this](const LinearTerm& term) { return is_only_behind(term); });
    return rest + at_lower_.highest(both);
  }

  [[nodiscard]] bool is_only_behind(const LinearTerm& term) const {
    return subject_.input_of(term.node) < 0 && !at_lower_.reached(term.node);
  }

  /// Takes the terms that depend on the input out of a form: the most that they can be.
  double take_dependent(LinearForm& form, const BoxValues& values) const {
    double most = 0.0;
    for (const auto& term : form.terms) {
      if (!subject_.reads(term.node, input_)) continue;
      LinearForm alone;
      alone.terms.push_back(term);
      most += values.highest(alone);
    }
    std::erase_if(form.terms,
                  [this](const LinearTerm& term) { return subject_.reads(term.node, input_); });
    return most;
  }

  /// Whether nothing is lost between two halves of a box: the score is there where they meet, or
  /// all of the upper half is above all of the lower.
  bool joined(const Box& box, const Split& parts) {
    Box part = box;
    part[input_] = Bounds::only(parts.lower.highest);
    const Bounds& meeting = at_lower_.evaluate(part);
    const bool finite = std::isfinite(meeting.lowest) && std::isfinite(meeting.highest);
    if (!meeting.missing && meeting.present() && finite) return true;
    part[input_] = parts.lower;
    const Bounds lower = at_lower_.evaluate(part);
    part[input_] = parts.upper;
    const Bounds upper = at_lower_.evaluate(part);
    if (!lower.present() || !upper.present()) return true;
    return sign_ > 0.0 ? lower.highest <= upper.lowest : upper.highest <= lower.lowest;
  }

  const Subject& subject_;
  std::size_t input_;
  double sign_;
  Size boxes_;
  Work work_;
  BoxValues box_values_;
  BoxValues at_lower_;
  BoxValues at_upper_;
  std::vector<char> undecided_;
  std::optional<Pair> found_;
  double effort_ = 0.0;
};

}  // namespace

FormulaTrend formula_trend(const Formula& formula, const FormulaSymbols& symbols,
                           const std::string& variable, FormulaDirection direction,
                           const AnalysisBudget& budget) {
  const Subject subject(formula, symbols);
  const auto symbol = symbols.names.find(variable);
  if (symbol == symbols.names.end()) {
    std::vector<std::string> known;
    for (const auto& [name, each] : symbols.names) known.push_back(name);
    throw SpecError(
        fmt::format("there is no variable '{}'{}", variable, suggestion(variable, known)),
        variable);
  }
  if (symbol->second.value) {
    throw SpecError(fmt::format("'{}' is a parameter, which does not rise or fall", variable),
                    variable);
  }
  const double sign = direction == FormulaDirection::rises ? 1.0 : -1.0;
  for (std::size_t i = 0; i < subject.inputs().size(); ++i) {
    const FormulaInput& column = subject.inputs()[i].column;
    if (column.variable == variable && !column.previous) {
      FormulaTrend trend = TrendSearch(subject, i, sign, budget).search();
      trend.counted = subject.counted();
      return trend;
    }
  }
  // A formula that does not read it never moves with it.
  FormulaTrend trend;
  trend.proof = Proof::proven;
  return trend;
}

}  // namespace chiso
