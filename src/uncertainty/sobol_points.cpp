#include "uncertainty/sobol_points.hpp"

#include <bit>
#include <boost/random/sobol.hpp>
#include <cassert>

#include "base/at.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {
namespace {

using Engine = boost::random::sobol_engine<std::uint64_t, 64>;

/// Streams of random words of their own, beside those of the sources' names.
constexpr std::uint64_t swaps_stream = 0x4f77656e'73776170;
constexpr std::uint64_t tails_stream = 0x4f77656e'7461696c;

/// Digits of a coordinate: the double half a step above is exact.
constexpr int digits = 52;

/// A word has a random bit for each node of a binary tree with so many levels.
constexpr int levels_a_word = 6;

}  // namespace

const Size SobolPoints::most_dimensions =
    static_cast<Size>(boost::random::default_sobol_table::max_dimension);

SobolPoints::SobolPoints(Size dimensions, Size points, std::uint64_t seed)
    : bits_(std::countr_zero(static_cast<std::uint64_t>(points))),
      seed_(seed),
      directions_(at(dimensions * bits_)) {
  assert(std::has_single_bit(static_cast<std::uint64_t>(points)) && bits_ < digits);
  Engine engine(at(dimensions));
  for (int k = 0; k < bits_; ++k) {
    // Number 2^(k + 1) - 1 has only the bit k in Gray's code, so that its point is the direction
    // number. The engine leaves the first point out: its number 0 is the point 1.
    engine.seed((std::uint64_t{2} << k) - 2);
    for (Size d = 0; d < dimensions; ++d) directions_[at(d * bits_ + k)] = engine();
  }
}

std::uint64_t SobolPoints::plain(Size dimension, Size point) const noexcept {
  const auto number = static_cast<std::uint64_t>(point);
  std::uint64_t word = 0;
  for (std::uint64_t gray = number ^ (number >> 1); gray != 0; gray &= gray - 1) {
    word ^= directions_[at(dimension * bits_ + std::countr_zero(gray))];
  }
  return word;
}

void SobolPoints::fill(Size dimension, Size first, std::span<double> out) const noexcept {
  for (Size i = 0; i < std::ssize(out); ++i) {
    const std::uint64_t word = scrambled(dimension, plain(dimension, first + i));
    out[at(i)] = (static_cast<double>(word) + 0.5) * 0x1p-52;
  }
}

std::uint64_t SobolPoints::scrambled(Size dimension, std::uint64_t word) const noexcept {
  // All bits above a bit lead to a node of a binary tree, which says at random whether its bit is
  // swapped. Children of node n are 2 n and 2 n + 1. Trees of six levels share a random word.
  const auto tree = static_cast<std::uint64_t>(dimension);
  std::uint64_t node = 1;
  std::uint64_t result = 0;
  std::uint64_t swaps = 0;
  std::uint64_t place = 1;  // Of the node in its small tree.
  for (int level = 0; level < bits_; ++level) {
    if (level % levels_a_word == 0) {
      swaps = threefry(seed_, swaps_stream, node, tree)[0];
      place = 1;
    }
    const std::uint64_t bit = (word >> (63 - level)) & 1;
    result = (result << 1) | (bit ^ ((swaps >> place) & 1));
    place = 2 * place + bit;
    node = 2 * node + bit;
  }
  // No other point has these bits, so that all bits below are swapped on their own.
  const std::uint64_t tail = threefry(seed_, tails_stream, node, tree)[0];
  const int below = digits - bits_;
  return (result << below) | (tail >> (64 - below));
}

}  // namespace chiso
