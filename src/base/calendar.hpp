#pragma once

#include <chrono>

#include "chiso/base/period.hpp"

/// Dates as the standard library counts them.
namespace chiso {

[[nodiscard]] inline std::chrono::year_month_day calendar_day(const Date& date) noexcept {
  return std::chrono::year(date.year) / date.month / date.day;
}

/// Of a day that exists.
[[nodiscard]] inline std::chrono::sys_days day_number(const Date& date) noexcept {
  return calendar_day(date);
}

[[nodiscard]] inline Date date_of(std::chrono::sys_days number) noexcept {
  const std::chrono::year_month_day day(number);
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
          static_cast<int>(static_cast<unsigned>(day.day()))};
}

}  // namespace chiso
