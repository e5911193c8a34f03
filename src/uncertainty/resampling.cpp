#include "uncertainty/resampling.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>

#include "base/at.hpp"
#include "base/parallel.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {
namespace {

/// A stream of random words of its own, beside those of the sources' names.
constexpr std::uint64_t stream = 0x626f6f74'73747261;

/// A few milliseconds.
constexpr Size pairs_a_question = Size{1} << 16;

}  // namespace

bool Resampling::draw(std::uint64_t seed, int threads, const std::function<bool()>& go_on) {
  assert(rows_ >= 2 && std::has_single_bit(static_cast<std::uint64_t>(rows_)));
  const int unused = 64 - std::countr_zero(static_cast<std::uint64_t>(rows_));
  std::atomic<bool> goes_on = true;
  in_pieces(resamples_, threads, [&](Size begin, Size end) {
    Size unasked = 0;
    for (Size r = begin; r < end; ++r) {
      for (Size pair = 0; pair < rows_ / 2; ++pair) {
        for (const std::uint64_t word : threefry(seed, stream, static_cast<std::uint64_t>(pair),
                                                 static_cast<std::uint64_t>(r))) {
          ++counts_[at(static_cast<Size>(word >> unused) * resamples_ + r)];
        }
        if (++unasked < pairs_a_question) continue;
        unasked = 0;
        if (begin == 0 && !go_on()) goes_on = false;
        if (!goes_on) return;
      }
    }
  });
  return goes_on;
}

void Resampling::fill(Size first, DrawTable& out) const {
  for (Size i = 0; i < out.rows(); ++i) {
    out.row(i)[0] = 1.0;
    std::copy_n(counts_.data() + (first + i) * resamples_, resamples_, out.row(i) + 1);
  }
}

}  // namespace chiso
