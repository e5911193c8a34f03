#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/table.hpp"
#include "chiso/scenario/scenario.hpp"

namespace chiso {

/// Scenarios of a YAML file: one, or a list under `scenarios`. docs/scenarios.md has the format.
/// Other definitions that an edit names are read too: those of a catalogue by name, others by a
/// path from the file's folder (of a text, from the working folder).
/// @param catalogue folder of the definitions that are known by name, one folder an index and one
///        file an edition; empty: those that ship with the library.
/// @throws SpecError with every problem, each with line and column; the file's name in it.
[[nodiscard]] std::vector<Scenario> load_scenarios(const std::filesystem::path& path,
                                                   const InputLimits& limits = {},
                                                   const std::filesystem::path& catalogue = {});
[[nodiscard]] std::vector<Scenario> parse_scenarios(std::string_view text,
                                                    const std::string& source = "text",
                                                    const InputLimits& limits = {},
                                                    const std::filesystem::path& catalogue = {});

/// YAML text that parse_scenarios reads back unchanged. Definitions of the catalogue are named,
/// others stand in it as a whole.
[[nodiscard]] std::string to_yaml(const std::vector<Scenario>& scenarios,
                                  const std::filesystem::path& catalogue = {});

/// The same with every definition as a whole, so that the text needs no other file: what is kept
/// for long, or comes from elsewhere. One that names a definition is refused, and no other file
/// read.
[[nodiscard]] std::vector<Scenario> parse_whole_scenarios(std::string_view text,
                                                          const std::string& source = "text",
                                                          const InputLimits& limits = {});
[[nodiscard]] std::string to_whole_yaml(const std::vector<Scenario>& scenarios);

/// Scenarios of a table, one row an edit: columns scenario, edit, unit, code, amount, and those of
/// the format's page. Edits that are no single line (rules, branches) are written as YAML in a
/// cell.
/// @throws SpecError with every problem, each with its cell.
[[nodiscard]] std::vector<Scenario> scenarios_from_table(
    const Table& table, const std::filesystem::path& catalogue = {});
/// @param language of headings and kinds of edits; both are read.
/// @throws SpecError if two scenarios have one name, or one that is not the first has none.
[[nodiscard]] Table table_from_scenarios(const std::vector<Scenario>& scenarios,
                                         Language language = Language::en,
                                         const std::filesystem::path& catalogue = {});

/// All kinds of mappings with their keys, as definition_keys() has those of a definition.
[[nodiscard]] std::vector<DefinitionKeys> scenario_keys();

}  // namespace chiso
