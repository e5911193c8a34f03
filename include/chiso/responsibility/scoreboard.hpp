#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/plan/plan.hpp"
#include "chiso/responsibility/standings.hpp"

namespace chiso {

/// How a target fared in one period. NaN: not known.
struct TargetPeriod {
  Size target = 0;
  Period period;
  double score = 0.0;  ///< Of the unit on the target's criterion.
  double rank = 0.0;   ///< Among all units; in the region, if the target names one.
  double value = 0.0;  ///< What the target is about: score, percent, rank, or its change.

  /// The score that the target asked for in this period: its lower bound in points; of a rank the
  /// score that the worst allowed rank had; of a change the reference plus the change.
  double needed = 0.0;

  /// Points that were missing: needed - score; 0 or less: none. NaN: one of them is not known.
  double gap = 0.0;

  /// Whether the value lies in the target's range. Nothing: the value is not known.
  std::optional<bool> met;
};

enum class TargetStatus {
  reached,   ///< Due, and met in the period it was due in or in the latest.
  on_track,  ///< Not due: met, or not behind the straight line from the baseline to the target.
  at_risk,   ///< Not due: not met and behind that line, or, without a line, not met.
  missed,    ///< Due, and met neither in the period it was due in nor in the latest.
  unknown    ///< No value after the baseline.
};

[[nodiscard]] std::string_view name(TargetStatus status) noexcept;

/// One target over all periods that are known. It is due when a period is known that ends no sooner
/// than the one it is promised by (the end of the plan, if the target does not say).
struct TargetReport {
  Size target = 0;
  TargetStatus status = TargetStatus::unknown;
  double baseline = 0.0;         ///< Score, percent or rank at the baseline; NaN: not known.
  std::optional<Period> latest;  ///< The last period with a value, after the baseline (if any).
  double value = 0.0;            ///< In the latest period.

  /// The value that the latest period should have had: on the straight line from the baseline to
  /// the nearest value that the target allows in the period it is promised by. NaN: no line, for
  /// want of a baseline or a period; a change on the previous period has none.
  double expected = 0.0;

  double gap = 0.0;                  ///< In the last period in which it is known.
  std::optional<Period> gap_period;  ///< That period; it may be before the baseline.
  std::vector<Period> met;           ///< Periods after the baseline (if any) in which it was met.
  std::vector<Period> lost_again;    ///< Periods in which it was not met, right after one in `met`
                                     ///< (periods without a value aside).
};

/// The plan's targets for one unit, over several indices and years.
struct Scoreboard {
  std::vector<TargetPeriod> periods;  ///< By target, then period: every one with a row of any unit.
  std::vector<TargetReport> targets;  ///< In the order of the plan.
};

/// Holds the plan's targets against what is known.
///
/// Which standings: those of the plan's key of the index; where a period has none, those under the
/// definition that the plan names; then those under its family, or under editions of the family
/// that it names.
///
/// Ranks are those given. Where a period has none, they are those of the scores, provided that
/// they are nearly all there: nine tenths of what the best known period has. Ranks in a region are
/// counted among its units, by rank where both have one, else by score; a unit of which nothing is
/// known leaves them unknown, unless all better places are taken by others.
///
/// The baseline is what the plan says; what it leaves out (a score beside a rank, a rank in a
/// region) is taken from the standings of its period. The previous period is of the same kind and
/// ends the day before: of 2022 it is 2021. If that one is not known, neither is the change.
/// Differences and percentages that are at a bound but for the last bits count as at it.
///
/// @param unit empty: the plan's.
/// @throws NotFoundError with the nearest name if no row is of the unit, DataError if neither the
///         plan nor the caller names one.
[[nodiscard]] Scoreboard scoreboard(const Plan& plan, const Standings& standings,
                                    std::string_view unit = {});

}  // namespace chiso
