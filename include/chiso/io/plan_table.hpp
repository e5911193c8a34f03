#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/io/table.hpp"
#include "chiso/plan/plan.hpp"

/// Plans as tables: one row a task, one column a role, as the annex of a plan has them. Headings in
/// Vietnamese or English. docs/plans.md describes the columns.
namespace chiso {

/// The plan as a table: the tasks, under the head (rows without a code, the key in the column of
/// areas, the value in that of tasks). Only columns that say something; agencies by their titles.
/// plan_from_table gives an equal plan.
[[nodiscard]] Table table_from_plan(const Plan& plan, Language language = Language::vi);

/// What an annex does not say itself.
struct AnnexOptions {
  std::string plan = "imported";
  std::string unit = {};
  std::optional<Date> issued = {};

  /// Headings of columns that are to be passed over: of what a plan cannot hold.
  std::vector<std::string> ignored = {};
};

/// Reads and validates a plan: a table of table_from_plan, or an annex as an office has it. In an
/// annex without a head the agencies are those that it names, areas are the rows with nothing but a
/// number and a title, and tasks without a code are numbered.
///
/// @throws SpecError with every problem, each with line or cell: no heading with a title (says what
///         was looked for), unknown columns (with the nearest), agencies that are not declared
///         where any are, cells that cannot be read (dates that do not exist), and what makes no
///         sound plan.
[[nodiscard]] Plan plan_from_table(const Table& table, const AnnexOptions& options = {});

}  // namespace chiso
