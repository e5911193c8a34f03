#include "uncertainty/resampling.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

#include "base/at.hpp"
#include "uncertainty/threefry.hpp"

namespace chiso {
namespace {

/// A stream of random words of its own, beside those of the sources' names.
constexpr std::uint64_t stream = 0x626f6f74'73747261;

}  // namespace

Resampling::Resampling(Size rows, Size resamples, std::uint64_t seed)
    : rows_(rows), resamples_(resamples), counts_(at(rows * resamples)) {
  assert(rows >= 2 && std::has_single_bit(static_cast<std::uint64_t>(rows)));
  const int unused = 64 - std::countr_zero(static_cast<std::uint64_t>(rows));
  for (Size r = 0; r < resamples; ++r) {
    for (Size pair = 0; pair < rows / 2; ++pair) {
      for (const std::uint64_t word : threefry(seed, stream, static_cast<std::uint64_t>(pair),
                                               static_cast<std::uint64_t>(r))) {
        ++counts_[at(static_cast<Size>(word >> unused) * resamples + r)];
      }
    }
  }
}

void Resampling::fill(Size first, DrawTable& out) const {
  for (Size i = 0; i < out.rows(); ++i) {
    out.row(i)[0] = 1.0;
    std::copy_n(counts_.data() + (first + i) * resamples_, resamples_, out.row(i) + 1);
  }
}

}  // namespace chiso
