#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/base/labels.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/uncertainty/history.hpp"

namespace chiso {

/// How scores are taken to move. A score is the level of its period, which all units share, plus
/// what the unit has more or less than that, which is modelled:
///
///     level of a period      a random walk, with or without a drift
///     the unit's difference  normal, mean 0 and the covariance below over time, times a variance;
///                            units are independent of each other
///
///     random walk     a walk from an unknown start: the last score is the best guess
///     drift           a walk plus a slope of the unit's own, normal around 0 (the common slope is
///                     the level's), so that few years shrink it strongly
///     local level     a walk plus noise of the period: exponential smoothing
///     mean reversion  a lasting difference, normal between units; a deviation from it that fades
///     by
///                     a factor each step; noise of the period
///
/// Nothing is plugged in: the ratios of variances and the factor are each drawn from their
/// posterior on an even grid (uniform prior; of three shares on their simplex), the variance from
/// its own (prior 1 / variance), starts and slopes are integrated out exactly. So intervals are
/// Student's and as wide as few years demand. What differs from the level in other periods is
/// weighed by the gaps between them; holes need no filling.
///
/// Sources: Harvey, Forecasting, Structural Time Series Models and the Kalman Filter (1989);
/// Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), 2.7 on unknown starts;
/// Gelman et al., Bayesian Data Analysis (2013), 5.4 on shrinkage; Morris, Journal of the American
/// Statistical Association 78 (1983).
struct ProjectionModel {
  enum class Kind { random_walk, drift, local_level, mean_reversion };
  enum class Volatility {
    pooled,  ///< One variance.
    by_unit  ///< Each unit has its own, scaled inverse chi-square around a common one, fitted.
  };
  enum class Scale {
    as_published,
    standardised  ///< Differences in standard deviations of their period: for histories whose
                  ///< spread jumps with the definition. What is to come has the latest spread.
  };
  Kind kind = Kind::mean_reversion;
  Volatility volatility = Volatility::pooled;
  Scale scale = Scale::standardised;
  bool common_drift = false;  ///< The level's walk has a drift. No rank depends on it.

  friend bool operator==(const ProjectionModel&, const ProjectionModel&) = default;
};

[[nodiscard]] std::string_view name(ProjectionModel::Kind kind) noexcept;
[[nodiscard]] std::string_view name(ProjectionModel::Volatility volatility) noexcept;
[[nodiscard]] std::string_view name(ProjectionModel::Scale scale) noexcept;

/// In words: "mean reversion, pooled volatility, standardised".
[[nodiscard]] std::string describe(const ProjectionModel& model);

struct ProjectionOptions {
  ProjectionModel model;
  std::int64_t draws = 10'000;
  std::uint64_t seed = 0;
  int threads = 0;  ///< 0: as many as the machine has. The result does not depend on it.

  /// A period in which a smaller share of the units has a score is left out: who is published when
  /// few are is no accident (the best ten).
  double least_known = 0.5;
  Size all_units = 0;  ///< How many units there are, if more than the history has.
};

/// What is asked of one unit: that a number lies in a range.
struct ProjectedGoal {
  enum class Quantity { score, rank };
  enum class Against {
    nothing,
    number,   ///< The value less `reference`.
    previous  ///< The value less that of the step before, projected too or known.
  };
  Quantity quantity = Quantity::rank;
  Against against = Against::nothing;
  Interval range;
  double reference = 0.0;
  std::vector<std::string> among;  ///< Ranks among these units, itself one of them; empty: all.
  Period by;
  bool any = false;  ///< In any projected period up to `by`, not only in it.
};

/// The periods that a projection must have to answer a goal, in time order: that of the goal; the
/// steps before it that are after the history, if any of them counts; what a change is counted
/// from.
/// @throws DataError if the goal's period is not after the history
[[nodiscard]] std::vector<Period> periods_needed(const History& history, const ProjectedGoal& goal);

/// What a model learned, for reading: means of the posterior. Differences are in the unit of the
/// scale: points, or standard deviations of a period.
struct LearnedModel {
  double deviation = 0.0;  ///< Root of the variance: of a step of a walk (and the noise on it); of
                           ///< a whole difference if it reverts. By unit: the common one.
  double lasting = 0.0;    ///< Share of the variance that lasts: mean reversion.
  double noise = 0.0;      ///< Share of the variance that is noise: local level, mean reversion.
  double persistence = 0.0;  ///< What is left of a deviation after a step; 1: a walk.
  double slopes = 0.0;       ///< Deviation of the units' own slopes, a step: drift.
  double freedom = 0.0;      ///< Degrees of freedom of the variance; by unit what the common one is
                             ///< worth.
  double level_step = 0.0;   ///< Deviation of a step of the level, in points.
  double level_drift = 0.0;  ///< Of the level, in points a step; 0 without common drift.
};

/// Scores and ranks of units in coming periods. A value; copies are cheap.
///
/// Ranks are by competition among the units that are projected: those with a score in one of the
/// last two periods that are used. Scores are not cut to a range.
class Projection {
 public:
  /// @param periods after the history's last, in any order, each once
  /// @throws DataError, with every problem: fewer than three periods that can be used, fewer than
  ///   two units, periods without units in common, periods that are not after the history or of
  ///   another kind, scores that never move. SpecError for options out of their range, and for
  ///   so many draws that memory for them is out of question (12 bytes a draw, unit and period).
  Projection(History history, std::vector<Period> periods, ProjectionOptions options = {});

  [[nodiscard]] const History& history() const noexcept;
  [[nodiscard]] const ProjectionOptions& options() const noexcept;
  [[nodiscard]] std::span<const Period> periods() const noexcept;  ///< In time order.
  [[nodiscard]] const Labels& units() const noexcept;              ///< That are projected.
  [[nodiscard]] const LearnedModel& learned() const noexcept;

  /// Periods of the history that are used.
  [[nodiscard]] std::span<const Period> used() const noexcept;
  /// Those that are not, since too few units have a score.
  [[nodiscard]] std::span<const Period> left_out() const noexcept;
  /// Units of the history that are not projected.
  [[nodiscard]] std::span<const std::string> units_left_out() const noexcept;

  /// @throws NotFoundError if it is not projected.
  [[nodiscard]] Size position(const Period& period) const;
  /// Steps from the last period that is used to one of periods().
  [[nodiscard]] double steps(Size period) const;

  // By unit, in the order of units(), for a position in periods().

  /// The score below which a share q of the draws lies. @throws SpecError if q is not in 0..1.
  [[nodiscard]] std::vector<double> quantile(Size period, double q) const;
  /// The least rank with at least a share q of the draws at it or better. @throws as above.
  [[nodiscard]] std::vector<double> rank_quantile(Size period, double q) const;
  [[nodiscard]] std::vector<double> mean_rank(Size period) const;
  /// Share of draws with a rank <= k. @throws SpecError if k is not in 1..units.
  [[nodiscard]] std::vector<double> top(Size period, Size k) const;
  /// Rank acceptability: units x ranks, column-major (column r: rank r + 1).
  [[nodiscard]] std::vector<double> acceptability(Size period) const;

  /// Share of draws that reach a goal.
  /// @throws NotFoundError for a unit or period that is not projected; SpecError for an empty
  ///   range; DataError if the period before is not known, or the unit is not in `among`.
  [[nodiscard]] double probability(std::string_view unit, const ProjectedGoal& goal) const;

  /// Scores of a period by draw, then unit.
  [[nodiscard]] std::span<const double> scores(Size period) const;
  /// Ranks of a period by draw, then unit.
  [[nodiscard]] std::span<const std::int32_t> ranks(Size period) const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace chiso
