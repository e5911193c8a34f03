#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/io/table.hpp"
#include "io/cells.hpp"
#include "io/plan_columns.hpp"

/// Where the columns of a plan stand in a table.
namespace chiso {

struct PlanTableColumn {
  Size column = 0;
  PlanHeading heading;
  std::string name;  ///< As it stands, on one line.
  Size row = 0;      ///< Of the name.

  [[nodiscard]] PlanCell cell() const noexcept { return heading.column->cell; }
  [[nodiscard]] std::string_view key() const noexcept { return heading.column->key; }
};

struct PlanTableHeading {
  std::vector<PlanTableColumn> columns;
  Size row = 0;
  Size first_row = 0;  ///< Below it.
  Size number = -1;    ///< Columns; -1: none.
  Size code = -1;
  Size area = -1;
  std::vector<Size> titles;
};

/// Finds the heading, one or two rows high, below any title rows, and what its columns hold.
///
/// Notes if there is none, columns that are not known or that a plan cannot hold, and those that
/// stand twice; a column with nothing in it is no problem.
///
/// @param ignored headings of columns that are passed over.
[[nodiscard]] PlanTableHeading read_plan_heading(const Table& table,
                                                 std::span<const std::string> ignored,
                                                 CellProblems& problems);

/// What can be done about a column that is not read.
[[nodiscard]] std::string how_to_ignore(std::string_view name);

}  // namespace chiso
