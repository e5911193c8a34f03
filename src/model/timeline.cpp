#include "model/timeline.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <variant>

#include "base/calendar.hpp"

namespace chiso {

namespace {

int to_day(const Date& date) noexcept {
  return static_cast<int>(day_number(date).time_since_epoch().count());
}

Date to_date(int number) noexcept {
  return date_of(std::chrono::sys_days(std::chrono::days(number)));
}

std::string beginning(const Date& date) {
  return date.month == 1 && date.day == 1 ? fmt::format("{}", date.year) : to_string(date);
}

std::string end(const Date& date) {
  return date.month == 12 && date.day == 31 ? fmt::format("{}", date.year) : to_string(date);
}

}  // namespace

std::string Span::to_string() const {
  if (!first && !last) return {};
  if (!first) return " up to " + end(*last);
  if (!last) return fmt::format(" from {} on", beginning(*first));
  const std::string from = beginning(*first);
  const std::string to = end(*last);
  return from == to ? " in " + from : fmt::format(" from {} to {}", from, to);
}

Timeline::Timeline(PeriodRange whole) : whole_(std::move(whole)) {}

void Timeline::add(const PeriodRange& range) {
  if (range.from) starts_.push_back(to_day(range.from->first_day()));
  if (range.to) starts_.push_back(to_day(range.to->last_day()) + 1);
}

void Timeline::add(const Criterion& node) {
  add(node.weight);
  add(node.maximum);
  add(node.rule);
  for (const auto& entry : node.rule.entries()) {
    if (const auto* normaliser = std::get_if<Normaliser>(&entry.value)) {
      add(normaliser->low.value);
      add(normaliser->high.value);
    }
  }
}

std::vector<Span> Timeline::spans() const {
  std::optional<int> first;
  std::optional<int> last;
  if (whole_.from) first = to_day(whole_.from->first_day());
  if (whole_.to) last = to_day(whole_.to->last_day());

  // No period is before or behind these, so nothing changes there.
  const int first_of_all = to_day({1, 1, 1});
  const int last_of_all = to_day({9999, 12, 31});
  std::vector<int> starts;
  for (const int start : starts_) {
    if (start <= first_of_all || start > last_of_all) continue;
    if ((!first || start > *first) && (!last || start <= *last)) starts.push_back(start);
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());

  std::vector<Span> spans;
  const auto close = [&](std::optional<int> end) {
    Span span;
    if (first) span.first = to_date(*first);
    if (end) span.last = to_date(*end);
    if (const auto& day = span.first ? span.first : span.last) {
      span.day = Period(chiso::to_string(*day));
    }
    spans.push_back(std::move(span));
  };
  for (const int start : starts) {
    close(start - 1);
    first = start;
  }
  close(last);
  return spans;
}

}  // namespace chiso
