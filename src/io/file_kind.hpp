#pragma once

#include <filesystem>
#include <string>

#include "chiso/io/document.hpp"

namespace chiso {

/// What a YAML file of the library is.
enum class FileKind { definition, plan, scenarios, actions, checks, unknown };

/// By the keys of its head.
[[nodiscard]] FileKind kind_of(const Node& root);

/// "a definition", "a plan" ...
[[nodiscard]] std::string in_words(FileKind kind);

/// Whether the name ends with .check.yaml, .check.yml or .check.csv.
[[nodiscard]] bool is_check_file(const std::filesystem::path& path);

/// Whether a file may be one of the library: a line in its beginning starts with `chiso:`. A file
/// that cannot be read may be.
[[nodiscard]] bool may_be_ours(const std::filesystem::path& path);

/// NAME.yaml of NAME.check.yaml; the path itself if no such file is there.
[[nodiscard]] std::filesystem::path definition_beside(const std::filesystem::path& check_file);

/// NAME.check.yaml of NAME.yaml, whether or not it is there; likewise .csv.
[[nodiscard]] std::filesystem::path checks_beside(const std::filesystem::path& definition,
                                                  const std::string& ending = ".yaml");

}  // namespace chiso
