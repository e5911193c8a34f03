#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/table.hpp"

/// Tables of a text, as a fuzz target reads them.
namespace chiso::fuzz {

/// The cells as a part of a spreadsheet, whose messages name cells.
inline Table as_sheet(const Table& table) {
  std::vector<std::vector<std::string>> rows;
  for (Size row = 0; row < table.rows(); ++row) {
    auto& cells = rows.emplace_back();
    for (Size column = 0; column < table.columns(); ++column) {
      cells.emplace_back(table(row, column));
    }
  }
  return Table("sheet", rows, 3, 2);
}

/// What the first letter of a text chooses, and what stands behind it: "p\nunit,period,x". The
/// letter is a capital where the table is to come as a spreadsheet.
struct Choice {
  char letter = '\0';
  bool sheet = false;
  std::string_view rest;

  explicit Choice(std::string_view text) {
    if (text.empty()) return;
    sheet = text.front() >= 'A' && text.front() <= 'Z';
    letter = sheet ? static_cast<char>(text.front() - 'A' + 'a') : text.front();
    rest = text.substr(1);
    if (rest.starts_with('\n')) rest.remove_prefix(1);
  }
};

}  // namespace chiso::fuzz
