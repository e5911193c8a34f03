#pragma once

#include "base/calendar.hpp"
#include "chiso/base/period.hpp"

/// Periods on a line of numbers: how many steps lie between two of one kind.
namespace chiso {

/// Years, halves, quarters, months or days: what periods of one line have in common.
enum class PeriodKind { year, half, quarter, month, day };

[[nodiscard]] inline PeriodKind kind_of(const Period& period) noexcept {
  const std::string& text = period.text();
  if (text.size() == 4) return PeriodKind::year;
  if (text.size() == 10) return PeriodKind::day;
  if (text[5] == 'H') return PeriodKind::half;
  return text[5] == 'Q' ? PeriodKind::quarter : PeriodKind::month;
}

/// Where a period stands among those of its kind; neighbours differ by 1.
[[nodiscard]] inline double position_of(const Period& period) noexcept {
  const Date& day = period.last_day();
  switch (kind_of(period)) {
    case PeriodKind::year:
      return day.year;
    case PeriodKind::half:
      return 2.0 * day.year + day.month / 6;
    case PeriodKind::quarter:
      return 4.0 * day.year + day.month / 3;
    case PeriodKind::month:
      return 12.0 * day.year + day.month;
    case PeriodKind::day:
      break;
  }
  return static_cast<double>(day_number(day).time_since_epoch().count());
}

}  // namespace chiso
