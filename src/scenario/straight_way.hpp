#pragma once

#include <span>
#include <vector>

#include "evaluate/compiled.hpp"

namespace chiso {

/// A criterion on the straight way of its children's scores from one point to another. Which of
/// them are missing or do not apply is the same all the way.
struct StraightWay {
  const CompiledCriterion& how;
  double cap;
  std::span<const double> from;  ///< By child.
  std::span<const double> to;
  std::span<const char> excluded;
};

/// How fast the criterion's score changes with each child at one point; 0 beyond the cap, and where
/// there is no score.
[[nodiscard]] std::vector<double> slopes_at(const CompiledCriterion& how, double cap,
                                            std::span<const double> scores,
                                            std::span<const char> excluded);

/// The mean slopes on the way: times the changes of the children they add up to the change of the
/// score. Not for Copeland.
///
/// Sums and arithmetic means: exact. Minimum, maximum, median: exact, from crossing to crossing of
/// the children's lines. Others: by the double exponential rule, which does not mind slopes without
/// bound at the ends (Takahasi and Mori, Publ. RIMS 9, 1974), from one meeting with the cap to the
/// next.
[[nodiscard]] std::vector<double> mean_slopes(const StraightWay& way);

}  // namespace chiso
