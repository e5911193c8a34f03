#pragma once

#include <span>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/model/index.hpp"
#include "chiso/reach/goal.hpp"

namespace chiso {

/// The rivals as a ranking sees them: best first, rounded if the definition ranks rounded scores.
class Field {
 public:
  Field(const IndexDefinition& definition, const Rivals& rivals);

  /// The score that is ranked.
  [[nodiscard]] double seen(double score) const;

  /// Competition rank of a score among the rivals; NaN for none.
  [[nodiscard]] double rank(double score) const;

  /// The lowest score that is ranked as `seen` or higher.
  [[nodiscard]] double least(double seen) const;

  /// Of the rivals that have one, as they are ranked, best first.
  [[nodiscard]] std::span<const double> scores() const noexcept { return scores_; }
  /// Positions in `Rivals::units`, likewise; equal ones in their order.
  [[nodiscard]] std::span<const Size> order() const noexcept { return order_; }

 private:
  bool rounds_;
  int decimals_;
  std::vector<double> scores_;
  std::vector<Size> order_;
};

}  // namespace chiso
