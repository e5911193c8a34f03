#include "scenario/base_ranks.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/multiversion.hpp"

namespace chiso {

BaseRanks::BaseRanks(const Scores& base) {
  const IndexDefinition& definition = base.index().definition();
  if (definition.rank_on_displayed) decimals_ = definition.decimals;
  for (const double score : base.column(Index::root())) keys_.push_back(key(score));
  ranks_.resize(keys_.size());
  chiso::rank(keys_, Ties::competition, std::span<double>(ranks_));
  for (double& each : ranks_) each = std::isnan(each) ? 0.0 : each;
  std::copy_if(keys_.begin(), keys_.end(), std::back_inserter(ascending_),
               [](double each) { return !std::isnan(each); });
  std::sort(ascending_.begin(), ascending_.end());
}

namespace {

/// Units whose ranks are worked out side by side.
constexpr Size lanes = 16;

constexpr double missing_rank = std::numeric_limits<double>::quiet_NaN();

/// A rank loses a place for each key that came up past its own and wins one for each that went
/// down. Comparisons with NaN are false: a missing key is nobody's rival and keeps its rank of 0.
CHISO_INLINE void shift_block(const double* keys, const double* ranks, Size n,
                              std::span<const KeyChange> changes, std::int32_t* out) noexcept {
  double shifted[lanes];
  for (Size i = 0; i < n; ++i) shifted[i] = ranks[i];
  for (const KeyChange& change : changes) {
    const double before = change.before;
    const double after = change.after;
    for (Size i = 0; i < n; ++i) {
      shifted[i] += after > keys[i] ? 1.0 : 0.0;
      shifted[i] -= before > keys[i] ? 1.0 : 0.0;
    }
  }
  for (Size i = 0; i < n; ++i) out[i] = static_cast<std::int32_t>(shifted[i]);
}

/// Every changed key against every other unit's.
CHISO_INLINE void rank_block(const double* keys, Size n, const double* own, const double* changed,
                             Size width, double* out) noexcept {
  double rank[lanes];
  for (Size i = 0; i < width; ++i) rank[i] = own[i] > changed[i] ? 0.0 : 1.0;
  for (Size j = 0; j < n; ++j) {
    const double key = keys[j];
    for (Size i = 0; i < width; ++i) rank[i] += key > changed[i] ? 1.0 : 0.0;
  }
  for (Size i = 0; i < width; ++i) out[i] = changed[i] == changed[i] ? rank[i] : missing_rank;
}

}  // namespace

CHISO_MULTIVERSION
void ranks_alone(const double* keys, const double* changed, Size n, double* out) {
  Size first = 0;
  for (; first + lanes <= n; first += lanes) {
    rank_block(keys, n, keys + first, changed + first, lanes, out + first);
  }
  rank_block(keys, n, keys + first, changed + first, n - first, out + first);
}

CHISO_MULTIVERSION
void shift_ranks(const double* keys, const double* ranks, Size n,
                 std::span<const KeyChange> changes, std::int32_t* out) {
  Size first = 0;
  for (; first + lanes <= n; first += lanes) {
    shift_block(keys + first, ranks + first, lanes, changes, out + first);
  }
  shift_block(keys + first, ranks + first, n - first, changes, out + first);
}

CHISO_MULTIVERSION
std::int32_t rank_among(const double* keys, Size n, double key) {
  Size above = 0;
  for (Size i = 0; i < n; ++i) above += keys[i] > key ? 1 : 0;
  return key == key ? static_cast<std::int32_t>(above + 1) : 0;
}

}  // namespace chiso
