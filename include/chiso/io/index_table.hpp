#pragma once

#include <string>

#include "chiso/io/table.hpp"
#include "chiso/model/index.hpp"

/// Definitions as tables, for those who draft an index in a spreadsheet.
///
/// The first row names the columns: `code`, `parent`, `title`, `title_vi` and the keys of a node
/// (`weight`, `aggregation`, `rule` ...). Every further row is a node; the cells hold what would
/// stand in the YAML file, in flow style; texts stand without quotes. The head stands in rows
/// without code: their `parent` names the key (`index`, `periods`, `variables.entry` ...), their
/// `title` holds its value.
namespace chiso {

/// The definition as a table: the head, then the nodes from the root down, parents before their
/// children. Only columns that say something. index_from_table gives an equal index.
[[nodiscard]] Table table_from_index(const Index& index);

/// Reads and validates a definition.
///
/// @throws SpecError with every problem, each with line (row) and column: unknown columns and keys
/// (with
///         the nearest), parents that are not there, codes that stand twice, no root or several,
///         cycles (as a path), cells that cannot be read, and what makes no sound index.
[[nodiscard]] Index index_from_table(const Table& table);

}  // namespace chiso
