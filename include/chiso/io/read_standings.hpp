#pragma once

#include <filesystem>

#include "chiso/base/labels.hpp"
#include "chiso/io/table.hpp"
#include "chiso/responsibility/standings.hpp"

namespace chiso {

/// Standings from a table with the columns index, period, unit, and score or rank or both; code
/// and maximum may be left out, other columns are ignored.
///
/// @param names official names; spellings that match one come out as it.
/// @throws DataError with every problem: columns that are missing, cells that cannot be read, ranks
///         that are less than 1, rows that stand twice, each with its line or cell.
[[nodiscard]] Standings standings_from_table(const Table& table, const NameList* names = nullptr);

/// standings_from_table of a CSV file. @throws also what read_csv throws.
[[nodiscard]] Standings read_standings(const std::filesystem::path& path,
                                       const NameList* names = nullptr, const CsvOptions& csv = {});

}  // namespace chiso
