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

  std::optional<bool> met;  ///< Nothing: the value is not known.
};

enum class TargetStatus {
  reached,   ///< Met in the latest period that is known, which is the one it is due in or later.
  on_track,  ///< Not due: met, or not behind the straight line from the baseline to the target.
  at_risk,   ///< Not due: not met and behind that line, or, without a baseline, not met.
  missed,    ///< Not met in the period it was due in.
  unknown    ///< No value.
};

[[nodiscard]] std::string_view name(TargetStatus status) noexcept;

/// One target over all periods that are known.
struct TargetReport {
  Size target = 0;
  TargetStatus status = TargetStatus::unknown;
  double baseline = 0.0;         ///< Its quantity at the baseline; NaN: none.
  std::optional<Period> latest;  ///< The last period with a value.
  double value = 0.0;            ///< In the latest period.
  double expected = 0.0;         ///< In the latest period, on the straight line; NaN: no line.
  double gap = 0.0;              ///< In the last period in which it is known, after the baseline.
  std::optional<Period> gap_period;
  std::vector<Period> met;         ///< Periods after the baseline in which it was met.
  std::vector<Period> lost_again;  ///< Periods in which it was not met, right after one in which it
                                   ///< was.
};

/// The plan's targets for one unit, over several indices and years.
struct Scoreboard {
  std::vector<TargetPeriod> periods;  ///< By target, then period; every period with a row.
  std::vector<TargetReport> targets;  ///< In the order of the plan.
};

/// Holds the plan's targets against what is known.
///
/// A period is "previous" to another if it is the one before it among those of the criterion that
/// are known and is not older than the step between them allows (last year: the year before).
///
/// @param unit empty: the plan's.
/// @throws NotFoundError if no row is of the unit, DataError if neither the plan nor the caller
/// names one.
[[nodiscard]] Scoreboard scoreboard(const Plan& plan, const Standings& standings,
                                    std::string_view unit = {});

}  // namespace chiso
