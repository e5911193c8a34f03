#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/language.hpp"
#include "chiso/base/size.hpp"
#include "chiso/io/limits.hpp"

namespace chiso {

/// A table of texts as somebody wrote it, rectangular, each cell with its place. What the cells
/// mean is for the reader of a definition, of data, of a form to say.
///
/// All cells lie in one text: a table of a million cells is two allocations, not a million.
class Table {
 public:
  Table() = default;

  /// A part of a spreadsheet, already as texts. Short rows are filled with empty cells.
  ///
  /// @param source names the table in messages: "scores.xlsx, sheet PCI".
  /// @param first_row, first_column where the first cell stands, counted from 1: cells are named
  ///        "B7".
  /// @throws DataError, naming the cell, for text that is not UTF-8 or has a NUL byte, or is longer
  ///         than the limits.
  Table(std::string source, std::span<const std::vector<std::string>> rows, Size first_row = 1,
        Size first_column = 1, const InputLimits& limits = {});

  [[nodiscard]] Size rows() const noexcept { return static_cast<Size>(lines_.size()); }
  [[nodiscard]] Size columns() const noexcept { return columns_; }

  /// The text of a cell, unquoted, with the blanks it has; valid as long as the table.
  [[nodiscard]] std::string_view operator()(Size row, Size column) const noexcept {
    const Span& span = cells_[static_cast<std::size_t>(row * columns_ + column)];
    return std::string_view(text_).substr(span.begin, span.length);
  }

  /// Line and column in letters of a text; row and column of a spreadsheet.
  [[nodiscard]] Location location(Size row, Size column = 0) const;

  /// "B7" in a spreadsheet; empty otherwise.
  [[nodiscard]] std::string cell_name(Size row, Size column) const;

  /// Under which limits it was read; what stands in its cells is read under the same.
  [[nodiscard]] const InputLimits& limits() const noexcept { return limits_; }

  /// The name for messages: a file name; may be empty.
  [[nodiscard]] const std::string& source() const noexcept { return source_; }

 private:
  friend class CsvParser;
  struct Span {
    std::uint32_t begin = 0;
    std::uint32_t length = 0;
  };

  std::string source_;
  std::string text_;         // Of a CSV text: as it was, quoted cells unquoted in place.
  std::vector<Span> cells_;  // Row after row.
  std::vector<int> lines_;   // By row: the line it begins in.
  Size columns_ = 0;
  Size first_column_ = 0;  // 0: not a spreadsheet.
  InputLimits limits_;
};

struct CsvOptions {
  char delimiter = '\0';  ///< One of , ; tab; '\0': found out from the first lines.
  /// Fill short rows with empty cells instead of refusing them; up to a million cells in all, and
  /// ten for each byte of the text.
  bool pad_short_rows = false;
  InputLimits limits = {};
};

/// Reads comma-separated values (RFC 4180): quoted cells may hold delimiters, line breaks and
/// doubled quotes; lines end with LF, CRLF or CR; a byte order mark is skipped; so are lines with
/// nothing at all. Every row has as many cells as the first.
///
/// A quote inside a cell that does not begin with one is text. The apostrophe that keeps a
/// spreadsheet from running a text (guarded()) is taken off.
///
/// @param source the name for messages.
/// @throws DataError, with line and column of each problem: not UTF-8, NUL bytes and other control
///         characters, rows with more or fewer cells than the first (at most 50 are named), a quote
///         that is not closed, text behind a closing quote, nothing at all, more than the limits
///         allow.
[[nodiscard]] Table parse_csv(std::string text, std::string source = {},
                              const CsvOptions& options = {});

/// parse_csv of a file. @throws also NotFoundError if there is none, Error if it cannot be read.
[[nodiscard]] Table read_csv(const std::filesystem::path& path, const CsvOptions& options = {});

struct CsvStyle {
  char delimiter = ',';
  std::string_view line_end = "\n";
};

/// Writes comma-separated values, quoted where needed; numbers with the fewest digits that read
/// back as the same double, missing ones as empty cells. Texts that a spreadsheet would take for
/// formulas get an apostrophe in front (guarded()), which parse_csv takes off.
class CsvWriter {
 public:
  explicit CsvWriter(CsvStyle style = {}) : style_(style) {}

  CsvWriter& cell(std::string_view text);
  CsvWriter& cell(double number);
  void end_row();

  [[nodiscard]] const std::string& text() const& noexcept { return text_; }
  [[nodiscard]] std::string text() && noexcept { return std::move(text_); }

 private:
  void separate();

  CsvStyle style_;
  std::string text_;
  bool in_row_ = false;
};

/// The table as text; parse_csv reads the same cells back.
[[nodiscard]] std::string to_csv(const Table& table, const CsvStyle& style = {});

}  // namespace chiso
