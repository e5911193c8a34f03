#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace chiso {

/// The files *.yaml and *.yml in a folder and below, by path; not those of checks.
/// @throws std::filesystem::filesystem_error if there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder);

/// Whether somebody who writes this means a file and not a name: there is such a file, or it ends
/// with .yaml or .yml, or has a slash.
[[nodiscard]] bool means_a_file(std::string_view name_or_path);

}  // namespace chiso
