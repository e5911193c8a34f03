#pragma once

#include <vector>

#include "chiso/base/size.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// A mean or sum in terms of the shares of its children, by child: its score is the sum of (share *
/// points + fixed) * the child's score.
struct ShareParts {
  std::vector<double> share;   ///< Nominal, adding up to 1; 0: does not vary.
  std::vector<double> points;  ///< What a share of 1 makes of the child's score; 0: no share.
  std::vector<double> fixed;   ///< Coefficient of bonuses and penalties; else 0.

  [[nodiscard]] Size varied() const noexcept;  ///< Children with a share.
};

/// Of a mean or a sum. Shares of a sum whose parts' maxima are not known are NaN.
[[nodiscard]] ShareParts share_parts(const CompiledCriterion& compiled);

}  // namespace chiso
