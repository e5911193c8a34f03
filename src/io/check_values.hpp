#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/check/check_file.hpp"

/// Values of cases, in YAML and in tables.
namespace chiso {

/// "just below 70" and "just above 90": the double next to the number. Nothing if the text says
/// neither.
/// @throws SpecError if what stands there is no number.
[[nodiscard]] std::optional<double> neighbour_of(std::string_view text);

/// A value as people write it: a number, "just below 70", "missing" and what else stands for it in
/// tables, "not applicable"; else a word.
/// @throws SpecError for what is nearly a number: "92,5", "90 %".
[[nodiscard]] CaseValue case_value(std::string variable, std::string_view text, Location location);

}  // namespace chiso
