#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/limits.hpp"
#include "chiso/io/table.hpp"
#include "chiso/scenario/scenario.hpp"

namespace chiso {

/// Scenarios of a YAML file: one, or a list under `scenarios`. docs/scenarios.md has the format.
/// @throws SpecError with every problem, each with line and column; the file's name in it.
[[nodiscard]] std::vector<Scenario> load_scenarios(const std::filesystem::path& path,
                                                   const InputLimits& limits = {});
[[nodiscard]] std::vector<Scenario> parse_scenarios(std::string_view text,
                                                    const std::string& source = "text",
                                                    const InputLimits& limits = {});

/// YAML text that parse_scenarios reads back unchanged.
[[nodiscard]] std::string to_yaml(const std::vector<Scenario>& scenarios);

/// Scenarios of a table, one row an edit: columns scenario, edit, unit, code, amount, and those of
/// the format's page. Edits that are no single line (rules, branches) are written as YAML in a
/// cell.
/// @throws SpecError with every problem, each with its cell.
[[nodiscard]] std::vector<Scenario> scenarios_from_table(const Table& table);
[[nodiscard]] Table table_from_scenarios(const std::vector<Scenario>& scenarios);

}  // namespace chiso
