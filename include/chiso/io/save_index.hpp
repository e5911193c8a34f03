#pragma once

#include <filesystem>
#include <string>

#include "chiso/model/index.hpp"

namespace chiso {

/// The definition in its canonical form: keys in the order of the documentation, nothing said that
/// holds anyway, numbers with the fewest digits that read back as the same double. parse_index
/// gives an equal index. Comments of a file that the index came from are not kept.
[[nodiscard]] std::string to_yaml(const Index& index);

/// A rule as it stands behind `rule:`, on one line; parse_rule gives an equal rule.
[[nodiscard]] std::string to_yaml(const Rule& rule);

/// Writes the canonical form, replacing a file as a whole or not at all.
/// @throws NotFoundError if the folder does not exist, Error if the file cannot be written.
void save_index(const Index& index, const std::filesystem::path& path);

}  // namespace chiso
