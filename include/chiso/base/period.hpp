#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace chiso {

/// A calendar day of the proleptic Gregorian calendar.
struct Date {
  int year = 0;
  int month = 0;  ///< 1..12
  int day = 0;    ///< 1..31

  friend constexpr auto operator<=>(const Date&, const Date&) noexcept = default;
};

/// Reads "2022-08-26". @throws SpecError for another form or a day that does not exist.
[[nodiscard]] Date parse_date(std::string_view text);
[[nodiscard]] std::string to_string(const Date& date);

/// What an observation is of: a year ("2019"), half ("2019-H2"), quarter ("2019-Q3"), month
/// ("2019-07") or day
/// ("2019-07-01"). Ordered by first day, longer periods first.
class Period {
 public:
  Period() = default;

  /// @throws SpecError if `year` is not in 1..9999.
  explicit Period(int year);

  /// @throws SpecError that says which forms are read.
  explicit Period(std::string_view text);

  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] const Date& first_day() const noexcept { return first_; }
  [[nodiscard]] const Date& last_day() const noexcept { return last_; }

  /// The period of the same kind that ends where this one begins: the year before a year, the
  /// fourth quarter of the year before the first. Nothing before the first of year 1.
  [[nodiscard]] std::optional<Period> previous() const;

  friend bool operator==(const Period& a, const Period& b) noexcept { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(const Period& a, const Period& b) noexcept {
    if (const auto order = a.first_ <=> b.first_; order != 0) return order;
    return b.last_ <=> a.last_;
  }

 private:
  std::string text_;
  Date first_{};
  Date last_{};
};

/// From a first to a last period, both included; an end that is not given is open.
struct PeriodRange {
  std::optional<Period> from;
  std::optional<Period> to;

  /// Whether the last day of `period` lies in the range: what is in force when the period closes
  /// counts.
  [[nodiscard]] bool contains(const Period& period) const noexcept;
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const PeriodRange&, const PeriodRange&) = default;
};

}  // namespace chiso
