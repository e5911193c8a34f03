#pragma once

#include <string>
#include <string_view>

/// Texts of strangers in CSV files, which spreadsheets take for formulas and run. The one place for
/// the rule; everything that writes or reads CSV keeps to it.
namespace chiso {

/// Whether a spreadsheet that opens a CSV file could take the text for a formula: it begins with
/// `=`, `+`, `-` or `@` (or a full-width one), blanks before it aside, or with a tab or line end.
///
/// Numbers with a sign are none ("-3.5", "+1,5", "-12.5 %", "-inf"), nor is a sign alone.
/// Source: OWASP, "CSV Injection".
[[nodiscard]] bool looks_like_formula(std::string_view text) noexcept;

/// The text as a cell of a CSV file has it: with an apostrophe in front if it looks like a formula,
/// or is apostrophes and then something that does, so that unguarded() gives back every text.
[[nodiscard]] std::string guarded(std::string_view text);

/// The text of a cell of a CSV file: without the apostrophe that guarded() puts there.
[[nodiscard]] std::string_view unguarded(std::string_view cell) noexcept;

}  // namespace chiso
