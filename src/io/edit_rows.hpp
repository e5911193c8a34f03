#pragma once

#include <array>
#include <string_view>
#include <vector>

/// Edits as rows of a table: which cell is the value of which key of the YAML form.
namespace chiso {

/// The columns of scenarios as a table, in their order.
enum class EditColumn { scenario, note, refit, edit, unit, code, amount, into, totals, details };

/// What a column is called.
struct ScenarioHeading {
  EditColumn column;
  std::string_view en;
  std::string_view vi;
  std::array<std::string_view, 3> also = {};
};

inline constexpr std::array<ScenarioHeading, 10> scenario_headings{{
    {EditColumn::scenario, "scenario", "k\u1ecbch b\u1ea3n", {}},
    {EditColumn::note, "note", "ghi ch\u00fa", {}},
    {EditColumn::refit, "refit", "t\u00ednh l\u1ea1i m\u1ed1c", {}},
    {EditColumn::edit, "edit", "thay \u0111\u1ed5i", {"change"}},
    {EditColumn::unit, "unit", "\u0111\u01a1n v\u1ecb", {"units", "province", "t\u1ec9nh"}},
    {EditColumn::code, "code", "m\u00e3", {"codes", "m\u00e3 ch\u1ec9 s\u1ed1"}},
    {EditColumn::amount, "amount", "gi\u00e1 tr\u1ecb", {"value"}},
    {EditColumn::into, "into", "th\u00e0nh", {}},
    {EditColumn::totals, "totals", "c\u1ed9ng d\u1ed3n", {}},
    {EditColumn::details, "details", "chi ti\u1ebft", {}},
}};

/// What a cell of a row is to its edit: the value of a key.
struct CellUse {
  std::string_view key = {};
  bool required = false;
};

/// A kind of edit as rows have it: what people call it, and which key of the YAML form each cell
/// is the value of.
struct EditRow {
  std::string_view en;
  std::string_view vi;
  std::string_view kind;
  CellUse unit = {};
  CellUse code = {};
  CellUse amount = {};
  CellUse into = {};
  CellUse totals = {};
  CellUse details = {};            ///< rest_of_keys: a mapping of further keys.
  std::string_view numbered = {};  ///< The key whose names have a number each in `amount`.

  [[nodiscard]] CellUse of(EditColumn column) const noexcept {
    switch (column) {
      case EditColumn::unit:
        return unit;
      case EditColumn::code:
        return code;
      case EditColumn::amount:
        return amount;
      case EditColumn::into:
        return into;
      case EditColumn::totals:
        return totals;
      case EditColumn::details:
        return details;
      default:
        return {};
    }
  }
};

/// A cell whose keys are keys of the edit.
inline constexpr std::string_view rest_of_keys = "*";
/// Those that say what is edited.
inline constexpr std::array<EditColumn, 6> edit_cells{EditColumn::unit,   EditColumn::code,
                                                      EditColumn::amount, EditColumn::into,
                                                      EditColumn::totals, EditColumn::details};

/// Every kind of edit that a row may be.
[[nodiscard]] const std::vector<EditRow>& edit_rows();

}  // namespace chiso
