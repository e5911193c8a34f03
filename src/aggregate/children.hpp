#pragma once

#include <array>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "base/multiversion.hpp"
#include "chiso/aggregate/aggregate.hpp"
#include "chiso/base/size.hpp"

namespace chiso::aggregation {

inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Units that are worked on together: their partial sums stay in the first-level cache.
inline constexpr Size block = 256;

struct Child {
  const double* column;
  double weight;
};

/// The children that count (weight not 0), in their order; without memory of its own for up to 128.
class Children {
 public:
  enum class Sign { not_negative, any };

  /// @throws as aggregate.hpp says; `what` names the weights in messages.
  Children(Columns columns, std::span<const double> weights, Sign sign, std::string_view what);

  [[nodiscard]] std::span<const Child> list() const noexcept { return list_; }
  /// Sum of the absolute weights in the children's order.
  [[nodiscard]] double total() const noexcept { return total_; }

  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;

 private:
  std::array<Child, 128> few_;
  std::vector<Child> many_;
  std::span<const Child> list_;
  double total_ = 0.0;
};

/// What the children of a block of units come to.
struct Sums {
  double sum[block];     ///< Of weight * term over the present children.
  double weight[block];  ///< Absolute weight of the present children.
  double gaps[block];    ///< Missing children.
  double bad[block];     ///< Children whose value the method is not defined for.

  CHISO_INLINE void clear(Size n) noexcept {
    for (Size i = 0; i < n; ++i) sum[i] = weight[i] = gaps[i] = bad[i] = 0.0;
  }
};

/// Adds the children's terms of units first ... first + n - 1; `term(x)` and `is_bad(x)` of present
/// values only.
template <class Term, class IsBad>
CHISO_INLINE void add_terms(std::span<const Child> children, Size first, Size n, Sums& sums,
                            Term term, IsBad is_bad) noexcept {
  for (const Child& child : children) {
    const double* x = child.column + first;
    const double w = child.weight;
    const double share = w < 0.0 ? -w : w;
    for (Size i = 0; i < n; ++i) {
      const double t = w * term(x[i], i);
      const bool present = x[i] == x[i];
      sums.sum[i] += present ? t : 0.0;
      sums.weight[i] += present ? share : 0.0;
      sums.gaps[i] += present ? 0.0 : 1.0;
      sums.bad[i] += is_bad(x[i]) ? 1.0 : 0.0;
    }
  }
}

/// What to do with unit i once its sums are known.
enum class Verdict { defined, missing, undefined };

CHISO_INLINE Verdict verdict(const Sums& sums, Size i, MissingChild missing) noexcept {
  if (missing == MissingChild::propagate && sums.gaps[i] > 0.0) return Verdict::missing;
  if (!(sums.weight[i] > 0.0)) return Verdict::missing;
  return sums.bad[i] > 0.0 ? Verdict::undefined : Verdict::defined;
}

/// Sums of weight * score of units first ... first + n - 1 into `sums`: NaN where a child is
/// missing.
void add_weighted(std::span<const Child> children, Size first, Size n, double* sums);

/// The same sum for one unit whose scores stand side by side: the same bits.
CHISO_INLINE double add_row(const double* weights, const double* scores, Size n) noexcept {
  double sum = 0.0;
  for (Size k = 0; k < n; ++k) sum += weights[k] * scores[k];
  return sum;
}

/// The arithmetic mean of one block, gaps as `missing` says.
void mean_block(const Children& children, MissingChild missing, Size first, Size n, double* out);

/// Calls work(first, n) for block after block.
template <class Work>
void for_blocks(Size units, Work work) {
  for (Size first = 0; first < units; first += block) {
    work(first, units - first < block ? units - first : block);
  }
}

/// All units missing: what comes of no children. @returns 0, for the caller to return.
Size all_missing(std::span<double> out) noexcept;

}  // namespace chiso::aggregation
