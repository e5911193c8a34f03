#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/labels.hpp"
#include "chiso/base/period.hpp"
#include "chiso/io/table.hpp"
#include "chiso/model/panel.hpp"

/// Data from tables.
///
/// Wide: one row a unit and period, the columns `unit`, `period` and, where several scores stand
/// side by side, `version`; every other column is a variable; `x.se` beside a column `x` holds its
/// standard errors. Long: the columns `unit`, `period`, `variable`, `value` and perhaps
/// `standard_error` and `version`. These headings are matched without regard to case; variables
/// exactly.
///
/// Spellings with the same match_key are one unit, under the official name or the first spelling.
///
/// A cell that is empty, blank, `NA`, `NaN` or `nan` is missing; `not applicable` and its
/// Vietnamese equivalent are not applicable. A column of which no present cell is a number is one
/// of categories; one with nothing in it is one of numbers. Rows with nothing at all are skipped.
namespace chiso {

/// What to do with a unit that a name list does not have.
enum class UnknownUnits { keep, error };

struct PanelOptions {
  const NameList* names = nullptr;  ///< Units come out under their official names.
  UnknownUnits unknown_units = UnknownUnits::keep;
  char decimal = '.';                 ///< Or ','.
  std::optional<Period> period = {};  ///< Of a table without a column `period`.
};

/// @throws DataError with every problem (of each kind at most 50 are named, the rest counted): a
///         heading that is missing, empty or stands twice; no rows; a period that is none; a unit
///         that stands twice in a period, also in two spellings (both lines); text in a column of
///         numbers (line, column, unit); thousands separators, percent signs, infinite numbers, a
///         negative standard error; a unit that the names do not have, with the nearest, if it is
///         an error, or that two names match; several versions (which read_panels takes); a period
///         that is given although there is a column of them, or is neither; units x variables x
///         periods of more than ten million places and a hundred for each cell.
[[nodiscard]] Panel panel_from_table(const Table& table, const PanelOptions& options = {});

/// One panel a version, in the order of first mention; one version without a name if there is no
/// column `version`. @throws as panel_from_table.
[[nodiscard]] std::vector<std::pair<std::string, Panel>> panels_from_table(
    const Table& table, const PanelOptions& options = {});

/// panel_from_table of a CSV file. @throws also what read_csv throws.
[[nodiscard]] Panel read_panel(const std::filesystem::path& path, const PanelOptions& options = {},
                               const CsvOptions& csv = {});

/// panels_from_table of a CSV file. @throws also what read_csv throws.
[[nodiscard]] std::vector<std::pair<std::string, Panel>> read_panels(
    const std::filesystem::path& path, const PanelOptions& options = {},
    const CsvOptions& csv = {});

}  // namespace chiso
