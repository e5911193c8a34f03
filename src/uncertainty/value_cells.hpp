#pragma once

#include <string>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// A raw value that varies.
struct ValueCell {
  Size unit = 0;      ///< In the scores.
  Size variable = 0;  ///< In Index::variables().
  Size met = 0;       ///< Which of the variables that the source meets.
  double value = 0.0;
  Interval range;
  bool zero_is_missing = false;
  double error = 0.0;    ///< Standard deviation of normal, positive.
  double answers = 0.0;  ///< Of binomial: a whole number.
};

struct ValueCells {
  std::vector<std::string> met;  ///< Codes of the variables that the source meets.
  std::vector<ValueCell> cells;  ///< By unit, then variable.
};

/// What a source of values varies: of the variables of numbers that are read in the period that is
/// scored, the cells that are there and whose error is known and not 0.
[[nodiscard]] ValueCells value_cells(const Scores& base, const DrawValues& source,
                                     SourceProblems& problems);

}  // namespace chiso
