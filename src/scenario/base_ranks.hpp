#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/rank/rank.hpp"

namespace chiso {

/// The composites of a result in the form in which they are ranked ("keys": rounded if the
/// definition says so), and where a changed one stands among them. Ranks are by competition.
class BaseRanks {
 public:
  explicit BaseRanks(const Scores& base);

  [[nodiscard]] double key(double score) const {
    return decimals_ ? displayed(score, *decimals_) : score;
  }
  /// By unit.
  [[nodiscard]] std::span<const double> keys() const noexcept { return keys_; }
  /// By unit, as doubles; 0: none.
  [[nodiscard]] std::span<const double> ranks() const noexcept { return ranks_; }

  /// How many units of the result have a greater key. Of NaN: nonsense.
  [[nodiscard]] Size above(double key) const noexcept {
    if (ascending_.empty()) return 0;
    // Halves without branches: which way it goes cannot be foreseen.
    const double* first = ascending_.data();
    Size length = std::ssize(ascending_);
    while (length > 1) {
      const Size half = length / 2;
      first += first[half - 1] <= key ? half : 0;
      length -= half;
    }
    const Size not_above = first - ascending_.data() + (*first <= key ? 1 : 0);
    return std::ssize(ascending_) - not_above;
  }

  /// The rank of a unit if its key were `key` and all others' what they are; NaN of NaN.
  [[nodiscard]] double rank(Size unit, double key) const noexcept {
    if (std::isnan(key)) return key;
    const Size others = above(key) - (keys_[at(unit)] > key ? 1 : 0);
    return static_cast<double>(others + 1);
  }

 private:
  std::optional<int> decimals_;  ///< If rounded scores are ranked.
  std::vector<double> keys_;
  std::vector<double> ranks_;
  std::vector<double> ascending_;  ///< Those present.
};

/// The rank of each unit if its key alone were the one in `changed`; NaN of NaN.
/// @param keys of the `n` units
void ranks_alone(const double* keys, const double* changed, Size n, double* out);

/// How the keys of some units changed.
struct KeyChange {
  double before;
  double after;
};

/// Ranks of `n` units after some keys changed: right for the units whose keys did not.
/// @param keys as they are now; NaN has rank 0
/// @param ranks as they were
void shift_ranks(const double* keys, const double* ranks, Size n,
                 std::span<const KeyChange> changes, std::int32_t* out);

/// The rank of a key among `n`; 0 of NaN.
[[nodiscard]] std::int32_t rank_among(const double* keys, Size n, double key);

}  // namespace chiso
