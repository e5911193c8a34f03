#include "formula/split.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/elementary.hpp"

namespace chiso {
namespace {

/// Small numbers evenly, large ones by magnitude.
double position_of(double x) noexcept {
  return std::copysign(elementary::log(1.0 + std::fabs(x)), x);
}

double number_at(double position) noexcept {
  return std::copysign(elementary::exp(std::fabs(position)) - 1.0, position);
}

/// How much of its range an input still has.
double share_of_range(const Subject::Input& input, const Bounds& bounds) noexcept {
  const double all = position_of(input.range.highest) - position_of(input.range.lowest);
  const double left = position_of(bounds.highest) - position_of(bounds.lowest);
  return left > 0.0 ? left / all : 0.0;
}

/// Of the cuts strictly within, or at the lower end, the middle one.
std::optional<double> cut_within(const Subject::Input& input, const Bounds& bounds) {
  const auto begin = std::lower_bound(input.cuts.begin(), input.cuts.end(), bounds.lowest);
  const auto end = std::lower_bound(begin, input.cuts.end(), bounds.highest);
  // The upper end, too, parts from what is below it.
  const bool at_end = end != input.cuts.end() && *end == bounds.highest;
  const auto count = end - begin + (at_end ? 1 : 0);
  if (count == 0 || !(bounds.lowest < bounds.highest)) return {};
  return begin[count / 2];
}

Split at_cut(const Subject& subject, std::size_t input, const Bounds& bounds, double cut) {
  Split result{input, bounds, bounds};
  if (cut == bounds.lowest) {
    result.lower.highest = cut;
    result.upper.lowest = subject.above(input, cut);
  } else {
    result.lower.highest = subject.below(input, cut);
    result.upper.lowest = cut;
  }
  return result;
}

/// The input with the largest share of its range left among those that `matter`.
template <class Matters>
std::optional<std::size_t> widest(const Subject& subject, const Box& box, Matters&& matters) {
  std::optional<std::size_t> best;
  double most = 0.0;
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (!box[i].present() || !matters(i)) continue;
    const double share = share_of_range(subject.inputs()[i], box[i]);
    if (share > most) {
      most = share;
      best = i;
    }
  }
  return best;
}

std::optional<std::size_t> input_to_halve(const Subject& subject, const Box& box,
                                          std::span<const char> undecided) {
  // An input that stands once, in no condition, gains nothing from being cut.
  const auto matters = [&](std::size_t i) {
    return undecided[i] != 0 || subject.inputs()[i].places.size() > 1;
  };
  if (const auto found = widest(subject, box, matters)) return found;
  return widest(subject, box, [](std::size_t) { return true; });
}

}  // namespace

double middle(const Bounds& bounds, bool whole) noexcept {
  constexpr double moderate = 1e6;
  const double low = bounds.lowest;
  const double high = bounds.highest;
  double result = low / 2.0 + high / 2.0;
  if (whole) return std::floor(result);
  if (std::max(-low, high) > moderate) {
    result = number_at(position_of(low) / 2.0 + position_of(high) / 2.0);
  }
  return result > low && result < high ? result : low;
}

std::optional<Split> split(const Subject& subject, const Box& box,
                           std::span<const char> undecided) {
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (undecided[i] == 0 || !box[i].missing || !box[i].present()) continue;
    Split result{i, Bounds::nothing(), box[i]};
    result.upper.missing = false;
    return result;
  }
  for (const bool in_conditions : {true, false}) {
    for (std::size_t i = 0; i < box.size(); ++i) {
      const auto& input = subject.inputs()[i];
      if (in_conditions ? undecided[i] == 0 : input.places.size() < 2) continue;
      if (!box[i].present()) continue;
      if (const auto cut = cut_within(input, box[i])) return at_cut(subject, i, box[i], *cut);
    }
  }
  const auto found = input_to_halve(subject, box, undecided);
  if (!found) return {};
  const Bounds& bounds = box[*found];
  const double at = middle(bounds, subject.inputs()[*found].whole);
  Split result{*found, bounds, bounds};
  result.lower.highest = at;
  result.upper.lowest = subject.above(*found, at);
  return result;
}

std::optional<Split> split_sharing(const Subject& subject, const Box& box, std::size_t watched,
                                   std::span<const char> undecided) {
  const auto& input = subject.inputs()[watched];
  const Bounds& run = box[watched];
  const bool jump = subject.above(watched, run.lowest) >= run.highest;  // Or one value.
  const auto shared = [&](double at) {
    Split result{watched, run, run};
    result.lower.highest = result.upper.lowest = at;
    return result;
  };
  const auto inside = [&run](double x) { return x > run.lowest && x < run.highest; };
  if (!jump && undecided[watched] != 0) {
    const auto begin = std::lower_bound(input.cuts.begin(), input.cuts.end(), run.lowest);
    const auto end = std::upper_bound(begin, input.cuts.end(), run.highest);
    const auto count = end - begin;
    for (auto k = 0; k < count; ++k) {
      const double cut = begin[(count / 2 + k) % count];
      for (const double at : {cut, subject.below(watched, cut), subject.above(watched, cut)}) {
        if (inside(at)) return shared(at);
      }
    }
  }
  for (std::size_t i = 0; i < box.size(); ++i) {
    if (i == watched || undecided[i] == 0) continue;
    if (const auto cut = cut_within(subject.inputs()[i], box[i])) {
      return at_cut(subject, i, box[i], *cut);
    }
  }
  // A jump is not cut further.
  Box others = box;
  if (jump) others[watched] = Bounds::only(run.lowest);
  const auto found = input_to_halve(subject, others, undecided);
  if (!found) return {};
  const double at = middle(box[*found], subject.inputs()[*found].whole);
  if (*found == watched) return shared(at);
  Split result{*found, box[*found], box[*found]};
  result.lower.highest = at;
  result.upper.lowest = subject.above(*found, at);
  return result;
}

}  // namespace chiso
