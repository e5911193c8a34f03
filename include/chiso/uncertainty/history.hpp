#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// Scores of one node of many units over the periods; holes are normal. Immutable.
class History {
 public:
  /// @param node what is scored, for messages; also says which random numbers a projection takes
  /// @param values units x periods; NaN: not known
  /// @throws DataError that lists every period that stands twice or is of another kind than the
  ///   first, and every unit and period without a score; infinite scores; a matrix of another
  ///   shape.
  History(std::string node, Labels units, std::vector<Period> periods, const MatrixIn& values);

  /// Of results of one index in several periods, in any order; editions may differ. Units as in the
  /// results, each once, in the order in which they appear; those that never have a score are left
  /// out.
  /// @param code of a node; empty: the composite
  /// @throws NotFoundError if a result has no such node; DataError as above.
  [[nodiscard]] static History of(std::span<const Scores> results, std::string_view code = {});

  [[nodiscard]] const std::string& node() const noexcept { return node_; }
  [[nodiscard]] const Labels& units() const noexcept { return units_; }
  /// In time order.
  [[nodiscard]] std::span<const Period> periods() const noexcept { return periods_; }
  /// One score a unit.
  [[nodiscard]] std::span<const double> column(Size period) const;

  /// The first so many periods, and the units that have a score in them.
  [[nodiscard]] History until(Size periods) const;

 private:
  std::string node_;
  Labels units_;
  std::vector<Period> periods_;
  std::vector<double> values_;  // By period, then unit.
};

}  // namespace chiso
