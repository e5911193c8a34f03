#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/check/check_file.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/table.hpp"

/// Check files: how a definition is checked. docs/checks.md has the format.
namespace chiso {

/// What a check file may have more of than a definition: a case takes 50 to 500 bytes.
/// @hideinitializer
inline constexpr InputLimits check_limits{.definition_bytes = 32 << 20, .values = 3'000'000};

/// Reads NAME.check.yaml, and the tables of cases that it names.
/// @throws SpecError with every problem, each with line and column; NotFoundError if there is no
///         such file, Error if it cannot be read.
[[nodiscard]] CheckFile load_checks(const std::filesystem::path& path,
                                    const InputLimits& limits = check_limits);

/// The same from a text.
/// @param file the name of its origin; tables are looked for in its folder.
[[nodiscard]] CheckFile parse_checks(std::string_view yaml, const std::string& file = {},
                                     const InputLimits& limits = check_limits);

/// Cases in a table, one a row. Headings are `case`, `source`, `reference`, `note`, `period`,
/// `method`, `panel`, `version`, `unit`, `tolerance` and `error`, without regard to case; `score:
/// CODE`, `rank: CODE`, `group: CODE` (what is expected; "missing": no score), `given score: CODE`,
/// `previous: VARIABLE`; every other heading is a variable. Empty cells say nothing.
///
/// @param common what holds for each case where its row does not say otherwise
/// @throws SpecError with every problem, each with its cell.
[[nodiscard]] std::vector<Case> cases_from_table(const Table& table, const Case& common = {});

/// All kinds of mappings of a check file with their keys, as definition_keys() has those of a
/// definition. The JSON Schema for editors says the same.
[[nodiscard]] std::vector<DefinitionKeys> check_keys();

}  // namespace chiso
