#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "chiso/uncertainty/uncertainty.hpp"

namespace chiso {

struct SensitivityOptions {
  /// Sources that are moved together, as one factor.
  struct Group {
    std::string name;
    std::vector<std::string> sources;  ///< Their names.
  };
  /// Rows of the base sample, rounded up to a power of two. The index is scored
  /// base * (factors + 2) times, with second order base * (2 factors + 2) times.
  std::int64_t base = 1'024;
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: as many as the machine has. The result does not depend on it.
  /// Code of the node whose scores and ranks are looked at; empty: the composite.
  std::string node = {};
  bool refit = false;  ///< Anchors are fitted to the drawn values; else the base's stay.
  bool second_order = false;
  Size resamples = 200;  ///< Of the bootstrap behind the intervals; 0: no intervals.
  double confidence = 0.95;
  std::vector<Group> groups = {};  ///< A source that is in none of them is a factor of its own.
  DrawWatch watch = {};            ///< Told of evaluations, in the thread of the caller.
};

/// Indices and the intervals around them: outputs x columns, column-major. NaN of an output that
/// does not vary or has no value in some evaluation; ends of intervals also without resamples.
struct SobolIndices {
  std::vector<double> value;
  std::vector<double> low;
  std::vector<double> high;
};

/// What is known or not as a whole: a source, or several.
struct SensitivityFactor {
  std::string name;
  std::vector<Size> sources;  ///< Positions.
};

/// Which uncertainty matters: how much of the variance of scores and ranks comes from each source.
///
/// A factor is a source as a whole, however many numbers it draws: a vector of shares, all errors
/// of measurement, a choice; or several sources, if the options say so. Factors are independent, so
/// that the variance falls into parts.
/// - First order: the share of an output's variance that would go if the factor were known.
/// - Total order: the share that would stay if all others were known.
/// - Second order, of a pair: what the two do together beyond what each does alone.
/// Estimates may be a little below 0 or above 1.
struct Sensitivity {
  /// A number that each evaluation gives.
  struct Output {
    enum class Kind {
      score,      ///< Of a unit.
      rank,       ///< Of a unit, by competition.
      rank_shift  ///< Mean over the units with a rank, here and in the base, of the distance of the
                  ///< two (Saisana, Saltelli and Tarantola 2005).
    };
    enum class State {
      varies,
      constant,  ///< No variance but rounding: there is nothing to give out.
      missing    ///< Without a value in some evaluation: indices of the rest would be of another
                 ///< question.
    };
    Kind kind = Kind::score;
    Size unit = -1;  ///< Position in base.units(); -1 of rank_shift.
    State state = State::varies;
    double mean = 0.0;  ///< NaN: missing, as the variance.
    double variance = 0.0;
  };

  Scores base;
  std::vector<Source> sources = {};
  std::vector<SensitivityFactor> factors = {};  ///< In the order of their first sources.
  Size node = 0;
  std::vector<Output> outputs = {};  ///< Scores of all units, their ranks, the rank shift.
  SobolIndices first = {};           ///< Outputs x factors.
  SobolIndices total = {};           ///< Outputs x factors.
  std::vector<std::pair<Size, Size>> pairs = {};  ///< Of factors; empty unless asked for.
  SobolIndices second = {};                       ///< Outputs x pairs.
  std::int64_t rows = 0;                          ///< Of the base sample.
  std::int64_t evaluations = 0;
  double confidence = 0.0;
  std::uint64_t seed = 0;
  bool refit = false;
  Size resamples = 0;
  std::string method = {};  ///< Points, estimators and intervals in words.
};

/// Sobol indices of scores, ranks and the mean rank shift for all units at once.
///
/// Points are scrambled Sobol points; sources that draw more numbers than there are dimensions left
/// draw pseudo-random numbers, the smaller sources coming first. First order by Saltelli and others
/// (2010), total order by Jansen (1999), second order by Saltelli (2002). Intervals are percentiles
/// of a bootstrap over the rows of the base sample. It takes rows for independent; those of Sobol
/// points err less, so that the intervals hold the index more often than they say.
///
/// The seed alone decides, not the order of the sources (but that of scenarios which change the
/// same thing), nor threads. Of the base sample memory holds two bytes a row and resample.
///
/// @returns nothing if the watch stopped it: half a sample has no indices
/// @throws SpecError for numbers out of their range, no source, one factor where pairs are wanted,
///   groups of sources that there are not or that are in another, and for so many outputs, factors
///   and resamples that memory for them is out of question; NotFoundError for the node; what
///   Experiment throws for the sources; DataError, with the number of the evaluation, if one cannot
///   be scored
[[nodiscard]] std::optional<Sensitivity> sensitivity(const Scores& base,
                                                     std::vector<Source> sources,
                                                     const SensitivityOptions& options = {});

}  // namespace chiso
