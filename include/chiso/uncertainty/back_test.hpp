#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/uncertainty/history.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace chiso {

struct BackTestOptions {
  ProjectionOptions projection = {};
  Size fewest = 3;  ///< Periods that a projection must have to learn from; at least 3.
  Size top = 10;    ///< Of the probability to be among the first so many.
  std::vector<double> levels = {0.5, 0.8, 0.95};  ///< Of the intervals.
};

/// Intervals of one level, against what happened.
struct IntervalCoverage {
  double level = 0.0;
  double score = 0.0;          ///< Share of scores in their interval.
  double relative = 0.0;       ///< The same of scores less the mean of the units compared.
  double rank = 0.0;           ///< Share of ranks in theirs, bounds included.
  double rank_expected = 0.0;  ///< What it should be: a bit above the level, as ranks are whole.
  double rank_width = 0.0;     ///< Mean of upper - lower.
};

/// What was projected from one period for a later one, against what happened; over the units that
/// were projected and have a score there, ranked among themselves.
struct BackTestRow {
  Period origin;
  Period target;
  double steps = 0.0;  ///< Between the two.
  Size units = 0;
  std::vector<IntervalCoverage> coverage;  ///< By level.
  double rank_error = 0.0;                 ///< Mean of |median rank - rank|.
  double naive_rank_error = 0.0;           ///< The same if each keeps the rank that it had last.
  double brier = 0.0;        ///< Mean square of the probability to be in the top, less 0 or 1.
  double naive_brier = 0.0;  ///< The same if those who were there last stay, for certain.
  double base_brier = 0.0;   ///< The same if everybody has the same probability.
};

/// Projections from past periods as if nothing later were known.
struct BackTest {
  ProjectionModel model;
  std::vector<BackTestRow> rows;  ///< By origin, then target.

  /// All rows with steps in [from, to] as one, each unit counting the same; origin and target are
  /// those of the first and last row, steps their mean. Without a row units is 0 and all else NaN.
  [[nodiscard]] BackTestRow over(double from, double to) const;
};

/// Projects from every period that is used (see ProjectionOptions::least_known) and has enough used
/// ones up to it, to every used one after it.
/// @throws as Projection; DataError if no period has enough before it and one after it; SpecError
///   for levels outside (0, 1) and a top that is not in 1..units
[[nodiscard]] BackTest back_test(const History& history, const BackTestOptions& options = {});

}  // namespace chiso
