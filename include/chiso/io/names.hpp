#pragma once

#include <filesystem>

#include "chiso/base/labels.hpp"
#include "chiso/io/table.hpp"

namespace chiso {

/// Official names with other spellings from a table with the columns `name` and `aliases`
/// (separated by "|"; may be left out); other columns are ignored.
///
/// @throws DataError for a column that is missing, an empty name, or a spelling that belongs to two
///         names, each with its line.
[[nodiscard]] NameList names_from_table(const Table& table);

/// names_from_table of a CSV file. @throws also what read_csv throws.
[[nodiscard]] NameList read_names(const std::filesystem::path& path, const CsvOptions& csv = {});

}  // namespace chiso
