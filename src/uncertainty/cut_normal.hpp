#pragma once

#include "chiso/base/size.hpp"

namespace chiso {

/// Normal numbers, perhaps cut off on either side: then the law under the condition that they lie
/// between.
class CutNormal {
 public:
  /// @param deviation positive
  /// @param lowest, highest included, around the mean; infinite: not cut off
  CutNormal(double mean, double deviation, double lowest, double highest);

  /// From uniform numbers to values, in place.
  void draw(Size count, double* numbers) const;

 private:
  double mean_;
  double deviation_;
  double lowest_;
  double highest_;
  double below_;   ///< Probability below the lowest.
  double inside_;  ///< Probability between the two.
};

}  // namespace chiso
