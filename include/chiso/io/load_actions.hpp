#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "chiso/io/limits.hpp"
#include "chiso/io/table.hpp"
#include "chiso/reach/action.hpp"

namespace chiso {

/// Actions of a YAML file or a table. docs/reaching-a-target.md has the format.
/// @throws SpecError with every problem, each with line and column or cell.
[[nodiscard]] ActionSet load_actions(const std::filesystem::path& path,
                                     const InputLimits& limits = {});
[[nodiscard]] ActionSet parse_actions(std::string_view text, const std::string& source = "text",
                                      const InputLimits& limits = {});

/// YAML text that parse_actions reads back unchanged.
[[nodiscard]] std::string to_yaml(const ActionSet& actions);

/// Actions of a table, one row an action.
[[nodiscard]] ActionSet actions_from_table(const Table& table);
[[nodiscard]] Table table_from_actions(const ActionSet& actions);

}  // namespace chiso
