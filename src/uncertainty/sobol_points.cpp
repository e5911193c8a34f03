#include "uncertainty/sobol_points.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/random/sobol.hpp>
#include <cassert>

#include "base/at.hpp"
#include "base/multiversion.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {
namespace {

using Engine = boost::random::sobol_engine<std::uint64_t, 64>;

/// Streams of random words of their own, beside those of the sources' names.
constexpr std::uint64_t swaps_stream = 0x4f77656e'73776170;
constexpr std::uint64_t tails_stream = 0x4f77656e'7461696c;

/// Digits of a coordinate, see unit_interval().
constexpr int digits = 52;

/// A word has a random bit for each node of a binary tree with so many levels.
constexpr int levels_a_word = 6;

/// Points that are scrambled together.
constexpr Size points_a_piece = 128;

/// The first bits of a word with a 1 before them: the number of the node that they lead to in a
/// binary tree, where children of node n are 2 n and 2 n + 1.
CHISO_INLINE std::uint64_t node_of(std::uint64_t word, int bits) noexcept {
  return (std::uint64_t{1} << 63 | word >> 1) >> (63 - bits);
}

/// Owen's scrambling of words of which only the first `bits` are not 0. All bits above a bit lead
/// to a node, which says at random whether its bit is swapped; trees of six levels share a random
/// word. No other point has all the first bits of this one, so that all bits below are swapped on
/// their own: they are random.
CHISO_MULTIVERSION
void scramble(std::uint64_t seed, std::uint64_t tree, int bits, Size count,
              const std::uint64_t* words, std::uint64_t* scrambled) {
  const std::uint64_t below = ~std::uint64_t{0} >> bits;
  CHISO_INDEPENDENT
  for (Size i = 0; i < count; ++i) {
    scrambled[i] = threefry(seed, tails_stream, node_of(words[i], bits), tree)[0] >> bits;
  }
  for (int first = 0; first < bits; first += levels_a_word) {
    CHISO_INDEPENDENT
    for (Size i = 0; i < count; ++i) {
      const std::uint64_t word = words[i];
      const std::uint64_t random = threefry(seed, swaps_stream, node_of(word, first), tree)[0];
      std::uint64_t swaps = 0;
      std::uint64_t place = 1;  // Of the node in its small tree.
      for (int level = 0; level < levels_a_word; ++level) {
        swaps = swaps << 1 | (random >> place & 1);
        place = place << 1 | (word << (first + level) >> 63);
      }
      scrambled[i] ^= (swaps << (64 - levels_a_word) >> first) & ~below;
    }
  }
  for (Size i = 0; i < count; ++i) scrambled[i] ^= words[i];
}

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
  const std::uint64_t* directions = directions_.data() + dimension * bits_;
  std::array<std::uint64_t, at(points_a_piece)> words;
  std::array<std::uint64_t, at(points_a_piece)> scrambled;
  for (Size begin = 0; begin < std::ssize(out); begin += points_a_piece) {
    const Size count = std::min(points_a_piece, std::ssize(out) - begin);
    std::uint64_t word = plain(dimension, first + begin);
    words[0] = word;
    for (Size i = 1; i < count; ++i) {
      // From one number to the next one bit of Gray's code changes.
      word ^= directions[std::countr_zero(static_cast<std::uint64_t>(first + begin + i))];
      words[at(i)] = word;
    }
    scramble(seed_, static_cast<std::uint64_t>(dimension), bits_, count, words.data(),
             scrambled.data());
    for (Size i = 0; i < count; ++i) out[at(begin + i)] = unit_interval(scrambled[at(i)]);
  }
}

}  // namespace chiso
