#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/size.hpp"
#include "chiso/io/table.hpp"

namespace chiso {

/// The text without the blanks around it, also those that do not break.
[[nodiscard]] std::string_view without_blanks(std::string_view text) noexcept;

/// The text, or nothing if it is a dash: what people write where there is nothing.
[[nodiscard]] std::string_view without_dash(std::string_view text) noexcept;

/// The words of a cell on one line, one blank between them.
[[nodiscard]] std::string one_line(std::string_view cell);

/// What stands in a cell that may hold a number.
enum class CellKind {
  number,
  missing,    ///< Nothing, blanks, NA, NaN, nan.
  text,       ///< Words.
  infinite,   ///< "inf", or too large for a double.
  separated,  ///< A number with separators of thousands, or with the other decimal sign.
  percent     ///< A number with a percent sign.
};

/// Reads a cell; `value` is the number, NaN for everything else.
/// @param decimal '.' or ','.
[[nodiscard]] CellKind read_cell(std::string_view text, char decimal, double& value);

/// The problem with a cell that should hold a number and does not: message and remedy, without
/// place.
[[nodiscard]] Problem not_a_number(std::string_view text, CellKind kind, char decimal);

/// Whether the words say that a cell is not applicable, in English or Vietnamese.
[[nodiscard]] bool says_not_applicable(std::string_view text);

/// Whether nothing stands in a row but blanks.
[[nodiscard]] bool is_empty_row(const Table& table, Size row);

/// A few names for a message: "'a', 'b', 'c' and 7 more".
[[nodiscard]] std::string quoted_list(const std::vector<std::string>& names);

/// The same problems, each that is at a cell of a spreadsheet with the name of the cell before its
/// place.
[[nodiscard]] SpecError with_cells(const SpecError& error, const Table& table);

/// The cells of a table with their letters composed (NFC), as texts of a YAML file are: what looks
/// the same is the same.
class ComposedCells {
 public:
  explicit ComposedCells(const Table& table);

  [[nodiscard]] std::string_view operator()(Size row, Size column) const {
    const auto found = composed_.find(row * table_.columns() + column);
    return found == composed_.end() ? table_(row, column) : std::string_view(found->second);
  }

 private:
  const Table& table_;
  std::unordered_map<Size, std::string> composed_;  // Those that are not so in the table.
};

/// Problems of cells of a table. Of each kind so many are named that a reader can see what is
/// wrong; the rest is counted.
class CellProblems {
 public:
  explicit CellProblems(const Table& table) : table_(table) {}

  /// @param kind in words: what is counted together.
  /// @param place in words: "entry, Thanh Hoa"; the name of the cell is put before it.
  void add(std::string_view kind, Size row, Size column, std::string_view place,
           std::string message, std::string remedy = {});

  /// Of the table as a whole.
  void add(std::string place, std::string message, std::string remedy = {});

  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }

  /// @throws ErrorType with everything, in the order of the table, if there is anything.
  template <class ErrorType>
  void raise() {
    finish();
    problems_.raise<ErrorType>();
  }

 private:
  struct Count {
    Size number = 0;
    Location last;
  };

  void finish();

  const Table& table_;
  Problems problems_;
  std::map<std::string, Count, std::less<>> counts_;
};

/// The columns of a table by their headings, which are matched without regard to case, blanks and
/// punctuation.
class Headings {
 public:
  /// @param row the heading.
  explicit Headings(const Table& table, Size row = 0);

  /// The column with this heading; -1 if there is none. The first of several.
  [[nodiscard]] Size find(std::string_view heading) const;

  /// Every column with this heading.
  [[nodiscard]] std::vector<Size> all(std::string_view heading) const;

  /// The headings as they stand, trimmed.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }

 private:
  std::vector<std::string> names_;
  std::vector<std::string> keys_;
};

}  // namespace chiso
