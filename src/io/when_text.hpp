#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/period.hpp"
#include "chiso/plan/task.hpp"

/// Times as offices write them.
namespace chiso {

/// When a task is due and how often it comes again.
struct When {
  std::optional<Date> due;
  std::optional<Recurrence> recurrence;

  friend bool operator==(const When&, const When&) = default;
};

/// Reads a day, the last day of a month, quarter, half, year or span of years; a recurrence; or
/// both, separated by ';', ',' or a line break, the day then being the first time. "Before" a time
/// is the day before it begins. Words in Vietnamese, also without diacritics, or English.
///
/// @param issued the day from which a time without a year ("15/12 every year") is first looked for.
/// @throws SpecError that says what cannot be read and which forms are, or that a day does not
///         exist.
[[nodiscard]] When read_when(std::string_view text, const std::optional<Date>& issued = {});

/// A recurrence in words that read_when reads.
[[nodiscard]] std::string_view recurrence_words(Recurrence recurrence, bool vietnamese) noexcept;

/// The words of a text in small letters without diacritics, one blank between them; signs stay.
[[nodiscard]] std::string plain_words(std::string_view text);

}  // namespace chiso
