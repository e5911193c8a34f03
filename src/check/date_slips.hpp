#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "chiso/base/error.hpp"
#include "chiso/model/dated.hpp"

namespace chiso {

/// The same period some years later; nothing if there is none (29 February).
[[nodiscard]] inline std::optional<Period> years_later(const Period& period, int years) {
  try {
    const std::string rest = period.text().substr(4);
    return Period(fmt::format("{:04}{}", period.first_day().year + years, rest));
  } catch (const SpecError&) {
    return {};
  }
}

/// What tells the entries of a dated value apart: "2023", "until2012".
[[nodiscard]] inline std::string entry_label(const PeriodRange& in_force) {
  if (in_force.from) return in_force.from->text();
  return in_force.to ? "until" + in_force.to->text() : std::string("always");
}

/// A dated value with its years mixed up.
template <class T>
struct DateSlip {
  bool exchanged = false;  ///< Two values; else a border was moved.
  bool changes = true;     ///< Whether it is another value at all.
  std::string place;       ///< As it ends an id: "2022<>2023", "2023:year_later".
  std::string change;
  Dated<T> value;
};

/// Neighbouring values exchanged, and the day on which one follows the other moved by a year. The
/// same list, whatever the values, for the same dates.
template <class T>
[[nodiscard]] std::vector<DateSlip<T>> date_slips(const Dated<T>& dated) {
  std::vector<DateSlip<T>> slips;
  const auto& entries = dated.entries();
  std::vector<std::size_t> order(entries.size());
  for (std::size_t e = 0; e < order.size(); ++e) order[e] = e;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const auto& x = entries[a].in_force.from;
    const auto& y = entries[b].in_force.from;
    return y && (!x || x->first_day() < y->first_day());
  });
  for (std::size_t k = 1; k < order.size(); ++k) {
    const std::size_t left = order[k - 1];
    const std::size_t right = order[k];
    const PeriodRange& before = entries[left].in_force;
    const PeriodRange& after = entries[right].in_force;
    const std::string first = entry_label(before);
    const std::string then = entry_label(after);
    auto exchanged = entries;
    std::swap(exchanged[left].value, exchanged[right].value);
    slips.push_back(
        {true, !(entries[left].value == entries[right].value), fmt::format("{}<>{}", first, then),
         fmt::format("the values of {} and {} exchanged", before.to_string(), after.to_string()),
         Dated<T>(std::move(exchanged))});
    if (!before.to || !after.from ||
        day_number(after.from->first_day()) - day_number(before.to->last_day()) !=
            std::chrono::days(1)) {
      continue;
    }
    for (const int years : {1, -1}) {
      const auto end = years_later(*before.to, years);
      const auto start = years_later(*after.from, years);
      if (!end || !start) continue;
      if (before.from && end->last_day() < before.from->first_day()) continue;
      if (after.to && after.to->last_day() < start->first_day()) continue;
      auto moved = entries;
      moved[left].in_force.to = end;
      moved[right].in_force.from = start;
      slips.push_back({false, !(entries[left].value == entries[right].value),
                       then + (years > 0 ? ":year_later" : ":year_earlier"),
                       fmt::format("the value of {} holds from {} -> {}", after.to_string(),
                                   after.from->text(), start->text()),
                       Dated<T>(std::move(moved))});
    }
  }
  return slips;
}

}  // namespace chiso
