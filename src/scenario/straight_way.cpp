#include "scenario/straight_way.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "evaluate/one_unit.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

double score_at(const CompiledCriterion& how, std::span<const double> scores,
                std::span<const char> excluded) {
  std::vector<const double*> columns;
  columns.reserve(scores.size());
  for (const double& score : scores) columns.push_back(&score);
  double result = missing_value;
  aggregate(how, columns, excluded, 1, &result);
  return std::isinf(result) ? missing_value : result;
}

/// One way, with what is wanted of it at many places.
class Walk {
 public:
  explicit Walk(const StraightWay& way)
      : way_(way), here_(way.from.size()), sum_(way.from.size(), 0.0) {}

  std::vector<double> mean_slopes() {
    switch (way_.how.aggregation.method) {
      case Method::sum:
      case Method::arithmetic_mean:
        by_pieces(meetings_of_line());
        break;
      case Method::minimum:
      case Method::maximum:
      case Method::median:
        by_pieces(crossings());
        break;
      default:
        integrate();
    }
    return std::move(sum_);
  }

 private:
  /// A place, with the way that is left: both exact near their ends.
  struct Place {
    double gone;
    double left;
  };

  std::span<const double> at_place(const Place& place) {
    for (std::size_t k = 0; k < here_.size(); ++k) {
      const double from = way_.from[k];
      const double to = way_.to[k];
      here_[k] = from == to ? from : from * place.left + to * place.gone;
    }
    return here_;
  }

  double score(const Place& place) { return score_at(way_.how, at_place(place), way_.excluded); }

  std::vector<double> slopes(const Place& place) {
    return slopes_at(way_.how, way_.cap, at_place(place), way_.excluded);
  }

  /// Slopes that are constant between the given places.
  void by_pieces(std::vector<double> places) {
    places.push_back(0.0);
    places.push_back(1.0);
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i + 1 < places.size(); ++i) {
      const double length = places[i + 1] - places[i];
      if (!(length > 0.0)) continue;
      const double middle = places[i] + length / 2.0;
      const auto slope = slopes({middle, 1.0 - middle});
      for (std::size_t k = 0; k < sum_.size(); ++k) sum_[k] += length * slope[k];
    }
  }

  /// Where a line that goes from `from` to `to` meets zero, if it does on the way.
  static void meet(double from, double to, std::vector<double>& places) {
    const double place = from / (from - to);
    if (place > 0.0 && place < 1.0) places.push_back(place);
  }

  std::vector<double> meetings_of_line() {
    std::vector<double> places;
    meet(score({0.0, 1.0}) - way_.cap, score({1.0, 0.0}) - way_.cap, places);
    return places;
  }

  std::vector<double> crossings() const {
    std::vector<double> places;
    const auto& from = way_.from;
    const auto& to = way_.to;
    const double cap = way_.cap / way_.how.aggregation.times;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (std::isnan(from[i]) || std::isnan(to[i])) continue;
      meet(from[i] - cap, to[i] - cap, places);
      for (std::size_t k = 0; k < i; ++k) meet(from[i] - from[k], to[i] - to[k], places);
      if (way_.how.aggregation.method != Method::median || std::isinf(cap)) continue;
      // A median may be the mean of two.
      for (std::size_t k = 0; k < i; ++k) {
        meet((from[i] + from[k]) / 2.0 - cap, (to[i] + to[k]) / 2.0 - cap, places);
      }
    }
    return places;
  }

  /// Where the score meets its cap.
  std::vector<double> bends() {
    std::vector<double> places;
    if (std::isinf(way_.cap)) return places;
    constexpr int steps = 256;
    const auto is_cut = [this](double place) { return score({place, 1.0 - place}) > way_.cap; };
    bool was_cut = is_cut(0.0);
    for (int i = 1; i <= steps; ++i) {
      double low = static_cast<double>(i - 1) / steps;
      double high = static_cast<double>(i) / steps;
      const bool cut = is_cut(high);
      if (cut == was_cut) continue;
      for (double middle = (low + high) / 2.0; low < middle && middle < high;
           middle = (low + high) / 2.0) {
        (is_cut(middle) == was_cut ? low : high) = middle;
      }
      places.push_back(high);
      was_cut = cut;
    }
    return places;
  }

  void integrate() {
    std::vector<double> places = bends();
    places.insert(places.begin(), 0.0);
    places.push_back(1.0);
    for (std::size_t i = 0; i + 1 < places.size(); ++i) integrate(places[i], places[i + 1]);
  }

  /// Halves the step until nothing changes any more.
  void integrate(double first, double last) {
    constexpr double reach = 6.0;  // There the rest of the way is less than 1e-270.
    constexpr int finest = 7;
    std::vector<double> total(sum_.size(), 0.0);
    double step = 0.5;
    add_places(first, last, -reach, step, total);
    std::vector<double> before;
    for (int level = 0; level < finest; ++level) {
      before = total;
      add_places(first, last, -reach + step / 2.0, step, total);
      step /= 2.0;
      double change = 0.0;
      double size = 0.0;
      for (std::size_t k = 0; k < total.size(); ++k) {
        const double moves = std::fabs(way_.to[k] - way_.from[k]);
        if (std::isnan(moves)) continue;
        change += std::fabs(total[k] * step - before[k] * 2.0 * step) * moves;
        size += std::fabs(total[k] * step) * moves;
      }
      if (level > 1 && change <= 1e-15 * size) break;
    }
    for (std::size_t k = 0; k < sum_.size(); ++k) sum_[k] += total[k] * step;
  }

  void add_places(double first, double last, double begin, double step,
                  std::vector<double>& total) {
    constexpr double pi = 3.14159265358979323846;
    const double length = last - first;
    for (double u = begin; u < 6.0 + step / 4.0; u += step) {
      const double bent = std::exp(-pi * std::sinh(u));
      const double gone = 1.0 / (1.0 + bent);
      const double left = 1.0 / (1.0 + 1.0 / bent);
      const double weight = length * pi * std::cosh(u) * gone * left;
      if (!(weight > 0.0)) continue;
      const auto slope = slopes({first + length * gone, (1.0 - last) + length * left});
      for (std::size_t k = 0; k < total.size(); ++k) {
        if (std::isfinite(slope[k])) total[k] += weight * slope[k];
      }
    }
  }

  const StraightWay& way_;
  std::vector<double> here_;
  std::vector<double> sum_;
};

}  // namespace

std::vector<double> slopes_at(const CompiledCriterion& how, double cap,
                              std::span<const double> scores, std::span<const char> excluded) {
  const double factor = how.aggregation.times;
  const double score = score_at(how, scores, excluded);
  if (std::isnan(score) || score > cap) return std::vector<double>(scores.size(), 0.0);
  std::vector<char> mask(excluded.begin(), excluded.end());
  mask.resize(scores.size(), 0);
  const Parts parts = parts_of(how, {scores.begin(), scores.end()}, std::move(mask));
  double plain = score / factor;
  const Method method = how.aggregation.method;
  const bool selects =
      method == Method::minimum || method == Method::maximum || method == Method::median;
  if (selects && factor != 1.0) {
    // The child that is the result is looked for, to the bit.
    CompiledCriterion without = how;
    without.aggregation.times = 1.0;
    plain = score_at(without, scores, excluded);
  }
  auto slope = plain_slopes(how.aggregation, parts, plain);
  for (double& each : slope) each *= factor;
  return slope;
}

std::vector<double> mean_slopes(const StraightWay& way) { return Walk(way).mean_slopes(); }

}  // namespace chiso
