#pragma once

#include <cstdint>
#include <vector>

namespace chiso {

/// Counts of a binomial law between two counts, by the inverse of its distribution. Exact but for
/// rounding, and for what is rarer than 2^-70 of the likeliest count.
class BinomialLaw {
 public:
  /// @param answers at least 1
  /// @param probability in (0, 1)
  /// @param least, most what may be drawn, 0 <= least <= most <= answers
  BinomialLaw(std::int64_t answers, double probability, std::int64_t least, std::int64_t most);

  /// The least count at which the distribution reaches the uniform number.
  [[nodiscard]] std::int64_t operator()(double uniform) const;

 private:
  [[nodiscard]] double ratio(std::int64_t count) const;  ///< P(count + 1) / P(count).

  /// Every so many counts, what the sum begins with there.
  struct Mark {
    double below = 0.0;  ///< Probability of all counts before.
    double own = 0.0;    ///< Probability of the count.
  };

  std::int64_t answers_;
  double odds_;
  std::int64_t first_ = 0;
  std::int64_t last_ = 0;
  std::int64_t step_ = 1;
  double total_ = 0.0;
  std::vector<Mark> marks_;
};

}  // namespace chiso
