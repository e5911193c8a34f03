#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>

/// Doubles one by one.
namespace chiso {

/// Doubles as whole numbers in the same order: neighbours differ by 1. Not for NaN.
[[nodiscard]] constexpr std::int64_t ordinal(double x) noexcept {
  const auto bits = std::bit_cast<std::int64_t>(x);
  return bits < 0 ? std::numeric_limits<std::int64_t>::min() - bits : bits;
}

/// The double of an ordinal.
[[nodiscard]] constexpr double from_ordinal(std::int64_t order) noexcept {
  return std::bit_cast<double>(order < 0 ? std::numeric_limits<std::int64_t>::min() - order
                                         : order);
}

/// The next double up, and down; not beyond the infinities.
[[nodiscard]] constexpr double next_up(double x) noexcept {
  return x == std::numeric_limits<double>::infinity() ? x : from_ordinal(ordinal(x) + 1);
}
[[nodiscard]] constexpr double next_down(double x) noexcept {
  return x == -std::numeric_limits<double>::infinity() ? x : from_ordinal(ordinal(x) - 1);
}

/// The double nearest to `failing` that `holds`, on the way to `holding`, if the property holds
/// from there on. In any case one that holds, and whose neighbour towards `failing` does not.
template <class Holds>
[[nodiscard]] double frontier(double failing, double holding, Holds&& holds) {
  std::int64_t no = ordinal(failing);
  std::int64_t yes = ordinal(holding);
  while (no + 1 < yes || yes + 1 < no) {
    const std::int64_t half = no / 2 + yes / 2 + (no % 2 + yes % 2) / 2;
    (holds(from_ordinal(half)) ? yes : no) = half;
  }
  return from_ordinal(yes);
}

/// The same, looked for around a number between the two first (`back`: whether it holds): `step`
/// doubles from it, then ever farther.
template <class Holds>
[[nodiscard]] double frontier_near(double failing, double holding, double estimate, bool back,
                                   std::int64_t step, Holds&& holds) {
  constexpr std::int64_t widest = std::int64_t{1} << 60;
  const std::int64_t no = ordinal(failing);
  const std::int64_t yes = ordinal(holding);
  const std::int64_t up = no < yes ? 1 : -1;  // Towards `holding`.
  std::int64_t here = ordinal(estimate);
  if (here <= std::min(no, yes) || here >= std::max(no, yes)) {
    return frontier(failing, holding, holds);
  }
  const std::int64_t end = back ? no : yes;  // If it holds, the frontier is here or behind.
  const std::int64_t way = back ? -up : up;
  // From -0x7FF... to 0x7FF... is farther than a signed number can say.
  const auto left = [&] {
    const auto a = static_cast<std::uint64_t>(here);
    const auto b = static_cast<std::uint64_t>(end);
    return way > 0 ? b - a : a - b;
  };
  while (static_cast<std::uint64_t>(step) < left()) {
    const std::int64_t next = here + way * step;
    const double x = from_ordinal(next);
    if (holds(x) != back) {
      return back ? frontier(x, from_ordinal(here), holds) : frontier(from_ordinal(here), x, holds);
    }
    here = next;
    step = step < widest / 4 ? step * 4 : widest;
  }
  return back ? frontier(failing, from_ordinal(here), holds)
              : frontier(from_ordinal(here), holding, holds);
}

}  // namespace chiso
