#include "chiso/base/period.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>

#include "base/calendar.hpp"
#include "chiso/base/error.hpp"

namespace chiso {

namespace {

constexpr int kLastYear = 9999;

bool is_leap_year(int year) noexcept {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_of_month(int year, int month) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap_year(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// Exactly `text` as digits; -1 for anything else.
int digits(std::string_view text) noexcept {
  int value = -1;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

// "2022-08-26", or nothing if the form is another or the day does not exist.
std::optional<Date> find_date(std::string_view text) noexcept {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return {};
  const Date date{digits(text.substr(0, 4)), digits(text.substr(5, 2)), digits(text.substr(8, 2))};
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_of_month(date.year, date.month)) {
    return {};
  }
  return date;
}

[[noreturn]] void refuse(std::string_view text) {
  throw SpecError(
      fmt::format("expected a period: a year (2019), half (2019-H2), quarter (2019-Q3), month "
                  "(2019-07) or day (2019-07-01), got '{}'",
                  text));
}

}  // namespace

Date parse_date(std::string_view text) {
  if (const auto date = find_date(text)) return *date;
  throw SpecError(fmt::format("expected an existing day in the form 2022-08-26, got '{}'", text));
}

std::string to_string(const Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

Period::Period(int year) : first_{year, 1, 1}, last_{year, 12, 31} {
  if (year < 1 || year > kLastYear) {
    throw SpecError(fmt::format("expected a year from 1 to {}, got {}", kLastYear, year));
  }
  text_ = fmt::format("{:04}", year);
}

Period::Period(std::string_view text) : text_(text) {
  const int year = text.size() >= 4 ? digits(text.substr(0, 4)) : -1;
  if (year < 1) refuse(text);
  int first_month = 1;
  int last_month = 12;
  if (text.size() == 10) {
    const auto day = find_date(text);
    if (!day) refuse(text);
    first_ = last_ = *day;
    return;
  }
  if (text.size() == 7 && text[4] == '-') {
    const char kind = text[5];
    const int number = digits(text.substr(kind == 'H' || kind == 'Q' ? 6 : 5));
    const int months = kind == 'H' ? 6 : kind == 'Q' ? 3 : 1;
    if (number < 1 || number * months > 12) refuse(text);
    first_month = (number - 1) * months + 1;
    last_month = number * months;
  } else if (text.size() != 4) {
    refuse(text);
  }
  first_ = {year, first_month, 1};
  last_ = {year, last_month, days_of_month(year, last_month)};
}

std::optional<Period> Period::previous() const {
  if (text_.empty()) return {};
  if (text_.size() == 10) {
    const auto day = date_of(day_number(first_) - std::chrono::days(1));
    if (day.year < 1) return {};
    return Period(chiso::to_string(day));
  }
  // The number within the year: of a month it stands in two digits, of a year there is none.
  const char kind = text_.size() == 4 ? 'Y' : text_[5] == 'H' || text_[5] == 'Q' ? text_[5] : 'M';
  const int parts = kind == 'Y' ? 1 : kind == 'H' ? 2 : kind == 'Q' ? 4 : 12;
  int number = (first_.month - 1) * parts / 12;  // From 0.
  int year = first_.year;
  if (number == 0) {
    number = parts;
    --year;
  }
  if (year < 1) return {};
  if (kind == 'Y') return Period(year);
  return Period(kind == 'M' ? fmt::format("{:04}-{:02}", year, number)
                            : fmt::format("{:04}-{}{}", year, kind, number));
}

bool PeriodRange::contains(const Period& period) const noexcept {
  return (!from || from->first_day() <= period.last_day()) &&
         (!to || period.last_day() <= to->last_day());
}

std::string PeriodRange::to_string() const {
  if (from && to) {
    return *from == *to ? from->text() : fmt::format("{} to {}", from->text(), to->text());
  }
  if (from) return "from " + from->text();
  if (to) return "until " + to->text();
  return "always";
}

}  // namespace chiso
