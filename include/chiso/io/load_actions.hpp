#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/io/table.hpp"
#include "chiso/reach/action.hpp"

/// Sets of actions in YAML and as tables. docs/reaching-a-target.md has the format.
namespace chiso {

/// Actions of a YAML file.
/// @throws SpecError with every problem, each with line and column; NotFoundError if there is no
///         such file, Error if it cannot be read.
[[nodiscard]] ActionSet load_actions(const std::filesystem::path& path,
                                     const InputLimits& limits = {});
[[nodiscard]] ActionSet parse_actions(std::string_view text, const std::string& source = "text",
                                      const InputLimits& limits = {});

/// YAML text that parse_actions reads back unchanged. Comments are not kept.
[[nodiscard]] std::string to_yaml(const ActionSet& actions);

/// Writes the YAML text, replacing a file as a whole or not at all.
/// @throws NotFoundError if the folder does not exist, Error if the file cannot be written.
void save_actions(const ActionSet& actions, const std::filesystem::path& path);

/// Actions of a table, one row an action; headings in English or Vietnamese, in any order. Rows
/// above and between them may be of the head: a key with a colon in the column of codes ("name:",
/// "capacity:"), the value in that of titles.
/// @throws SpecError with every problem, each with line or cell.
[[nodiscard]] ActionSet actions_from_table(const Table& table);
/// Only columns that say something. actions_from_table reads it back unchanged.
[[nodiscard]] Table table_from_actions(const ActionSet& actions, Language language = Language::en);

/// What the head of a file of actions says.
struct ActionsEntry {
  std::string name;
  Title title;
  std::filesystem::path path;
};

/// The sets of actions in a folder and below (*.yaml, *.yml), by name; none if there is no such
/// folder. Reads the heads only. @throws SpecError if one is wrong or two have one name.
[[nodiscard]] std::vector<ActionsEntry> actions_in(const std::filesystem::path& folder,
                                                   const InputLimits& limits = {});

/// Where the actions are that somebody means: a path, if there is such a file or if it looks like
/// one; otherwise a set of `actions` in shipped_folder(). @throws NotFoundError with the nearest
/// name.
[[nodiscard]] std::filesystem::path find_actions(std::string_view name_or_path);

/// All kinds of mappings with their keys, as definition_keys() has those of a definition. The JSON
/// Schema for editors says the same.
[[nodiscard]] std::vector<DefinitionKeys> action_keys();

}  // namespace chiso
