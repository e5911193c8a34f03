#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "formula/subject.hpp"

namespace chiso {

/// One input's bounds in two.
struct Split {
  std::size_t input = 0;
  Bounds lower;
  Bounds upper;
};

/// Where a box is best cut in two: what is missing from what is not, then at a number that a
/// condition which can go either way compares with, then the widest input in the middle: of numbers
/// without end, the middle of their magnitudes.
///
/// @param undecided by input: whether such a condition reads it
/// @returns nothing if the box is one point
[[nodiscard]] std::optional<Split> split(const Subject& subject, const Box& box,
                                         std::span<const char> undecided);

/// The same for boxes whose halves must share a value of one input, the watched one: at such a
/// number, or next to it, so that a jump ends up in a box of two neighbours.
/// @returns nothing if the watched input has two neighbouring values or one and all others one
[[nodiscard]] std::optional<Split> split_sharing(const Subject& subject, const Box& box,
                                                 std::size_t watched,
                                                 std::span<const char> undecided);

/// Somewhere between the ends, equal to none of them if it can.
[[nodiscard]] double middle(const Bounds& bounds, bool whole) noexcept;

}  // namespace chiso
