#include "chiso/io/table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/formula_guard.hpp"
#include "io/bad_text.hpp"
#include "io/how_to_raise.hpp"

namespace chiso {

namespace {

constexpr std::string_view kDelimiters = ",;\t";
constexpr int kMostRaggedRows = 50;
constexpr auto kMostBytes = static_cast<Size>(std::numeric_limits<std::uint32_t>::max());

constexpr bool is_line_end(char c) noexcept { return c == '\n' || c == '\r'; }

std::string name_of(char delimiter) {
  return delimiter == '\t' ? "tab" : fmt::format("'{}'", delimiter);
}

std::uint32_t offset(std::size_t position) noexcept { return static_cast<std::uint32_t>(position); }

// The column of a spreadsheet: A, B ... Z, AA.
std::string letters_of(Size column) {
  std::string letters;
  for (; column > 0; column = (column - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
  }
  return letters;
}

// The delimiter on which most lines agree how often they have it; a comma if there is none.
char find_delimiter(std::string_view text) {
  constexpr std::size_t most_bytes = 64 << 10;
  constexpr std::size_t most_lines = 100;
  using Counts = std::array<Size, kDelimiters.size()>;
  std::vector<Counts> lines;
  Counts counts{};
  bool is_quoted = false;
  bool is_empty = true;
  const auto end_line = [&] {
    if (!is_empty) lines.push_back(counts);
    counts = {};
    is_empty = true;
  };
  const std::string_view head = text.substr(0, most_bytes);
  for (const char c : head) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (is_line_end(c)) {
      end_line();
      if (lines.size() == most_lines) break;
      continue;
    }
    is_empty = false;
    if (const auto i = kDelimiters.find(c); i != std::string_view::npos) ++counts[i];
  }
  // The last line counts unless it was cut off.
  if (head.size() == text.size() || lines.empty()) end_line();

  char best = ',';
  std::pair<Size, Size> most{0, 0};  // Lines that agree, and on how many.
  for (std::size_t i = 0; i < kDelimiters.size(); ++i) {
    std::vector<Size> found;
    for (const Counts& line : lines) {
      if (line[i] > 0) found.push_back(line[i]);
    }
    std::sort(found.begin(), found.end());
    for (std::size_t begin = 0; begin < found.size();) {
      const auto end = std::upper_bound(found.begin(), found.end(), found[begin]) - found.begin();
      const std::pair<Size, Size> agreeing{end - static_cast<Size>(begin), found[begin]};
      if (agreeing > most) {
        most = agreeing;
        best = kDelimiters[i];
      }
      begin = static_cast<std::size_t>(end);
    }
  }
  return best;
}

}  // namespace

Table::Table(std::string source, std::span<const std::vector<std::string>> rows, Size first_row,
             Size first_column, const InputLimits& limits)
    : source_(std::move(source)), first_column_(std::max<Size>(first_column, 1)), limits_(limits) {
  std::size_t bytes = 0;
  for (const auto& row : rows) {
    columns_ = std::max(columns_, std::ssize(row));
    for (const auto& cell : row) bytes += cell.size();
  }
  if (static_cast<Size>(bytes) > kMostBytes) {
    throw DataError(fmt::format("expected a table of at most {} bytes, got {}", kMostBytes, bytes),
                    source_);
  }
  text_.reserve(bytes);
  cells_.reserve(rows.size() * static_cast<std::size_t>(columns_));
  Problems problems;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    lines_.push_back(static_cast<int>(std::max<Size>(first_row, 1)) + static_cast<int>(r));
    for (const auto& cell : rows[r]) {
      cells_.push_back({offset(text_.size()), offset(cell.size())});
      text_ += cell;
      auto bad = find_bad_text(cell, source_);
      if (!bad && std::ssize(cell) > limits.cell_bytes) {
        bad = Problem{{},
                      {},
                      fmt::format("the cell has {} bytes, and no more than {} are read",
                                  cell.size(), limits.cell_bytes),
                      how_to_raise("cell_bytes")};
      }
      if (bad) {
        const Size column = static_cast<Size>(cells_.size() - 1) % columns_;
        bad->location = location(static_cast<Size>(r), column);
        bad->place = cell_name(static_cast<Size>(r), column);
        problems.add(*std::move(bad));
      }
    }
    cells_.resize((r + 1) * static_cast<std::size_t>(columns_), {offset(text_.size()), 0});
  }
  problems.raise<DataError>();
}

Location Table::location(Size row, Size column) const {
  const int line = lines_[static_cast<std::size_t>(row)];
  if (first_column_ > 0) return {source_, line, static_cast<int>(first_column_ + column)};
  const auto begin = [&](Size c) {
    auto position =
        static_cast<std::size_t>(cells_[static_cast<std::size_t>(row * columns_ + c)].begin);
    for (const char taken_off : {'\'', '"'}) {
      if (position > 0 && text_[position - 1] == taken_off) --position;
    }
    return position;
  };
  std::string_view before(text_);
  before = before.substr(begin(0), begin(column) - begin(0));
  int more_lines = 0;
  std::size_t line_start = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (!is_line_end(before[i])) continue;
    if (before[i] == '\r' && i + 1 < before.size() && before[i + 1] == '\n') ++i;
    ++more_lines;
    line_start = i + 1;
  }
  return {source_, line + more_lines, static_cast<int>(letters(before.substr(line_start))) + 1};
}

std::string Table::cell_name(Size row, Size column) const {
  if (first_column_ == 0) return {};
  return letters_of(first_column_ + column) +
         fmt::format("{}", lines_[static_cast<std::size_t>(row)]);
}

/// Splits a text into the cells of a table, in one pass.
class CsvParser {
 public:
  CsvParser(std::string text, std::string source, const CsvOptions& options)
      : options_(options), source_(std::move(source)), text_(std::move(text)) {}

  Table parse() {
    check_options();
    check_size();
    if (text_.starts_with(byte_order_mark)) position_ = byte_order_mark.size();
    if (auto bad = find_bad_text(text_, source_)) throw DataError({*std::move(bad)});
    choose_delimiter();
    stops_[static_cast<unsigned char>(delimiter_)] = true;
    stops_[static_cast<unsigned char>('\n')] = true;
    stops_[static_cast<unsigned char>('\r')] = true;

    while (position_ < text_.size()) row();
    if (lines_.empty() && problems_.empty()) {
      stop({source_, 0, 0}, "expected a table, found nothing at all",
           "check that the file was written to the end");
    }
    if (ragged_ > kMostRaggedRows) {
      problems_.add({source_, last_ragged_, 0}, {},
                    fmt::format("so have {} more rows", ragged_ - kMostRaggedRows));
    }
    problems_.raise<DataError>();
    return table();
  }

 private:
  using Span = Table::Span;

  /// Of rows that are to be filled up.
  struct RowEnd {
    std::size_t cells = 0;   ///< Of all rows up to its end.
    std::uint32_t text = 0;  ///< Where it ends.
  };

  void check_options() const {
    if (options_.delimiter != '\0' &&
        kDelimiters.find(options_.delimiter) == std::string_view::npos) {
      throw DataError(
          fmt::format("expected one of , ; and tab as delimiter, got '{}'", options_.delimiter),
          source_);
    }
  }

  void check_size() {
    if (std::ssize(text_) > kMostBytes) {
      throw DataError(
          fmt::format("expected a table of at most {} bytes, got {}", kMostBytes, text_.size()),
          source_);
    }
    if (std::ssize(text_) > options_.limits.table_bytes) {
      stop({source_, 0, 0},
           fmt::format("the table has {} bytes, and no more than {} are read", text_.size(),
                       options_.limits.table_bytes),
           how_to_raise("table_bytes"));
    }
  }

  // Excel writes the delimiter as "sep=;" in the first line where it is not the usual one.
  void choose_delimiter() {
    const std::string_view rest = std::string_view(text_).substr(position_);
    const bool is_announced = rest.starts_with("sep=") && rest.size() > 5 &&
                              kDelimiters.find(rest[4]) != std::string_view::npos &&
                              is_line_end(rest[5]);
    if (is_announced) {
      position_ += 5;
      end_line();
    }
    delimiter_ = options_.delimiter != '\0' ? options_.delimiter
                 : is_announced             ? rest[4]
                                            : find_delimiter(rest);
  }

  [[noreturn]] void stop(Location location, std::string message, std::string remedy = {}) {
    problems_.add(std::move(location), {}, std::move(message), std::move(remedy));
    problems_.raise<DataError>();
    throw DataError("unreachable");
  }

  // Where a byte of the row that is being read stands.
  [[nodiscard]] Location place(std::size_t position) const {
    const std::string_view before =
        std::string_view(text_).substr(row_begin_, position - row_begin_);
    const auto line_start = before.find_last_of("\r\n");
    const auto start = line_start == std::string_view::npos ? 0 : line_start + 1;
    return {source_, line_, static_cast<int>(letters(before.substr(start))) + 1};
  }

  // Steps over a line end.
  void end_line() {
    const char c = text_[position_++];
    if (c == '\r' && position_ < text_.size() && text_[position_] == '\n') ++position_;
    ++line_;
  }

  void row() {
    const std::size_t first_cell = cells_.size();
    const int first_line = line_;
    row_begin_ = position_;
    while (true) {
      if (position_ < text_.size() && text_[position_] == '"') {
        quoted_cell();
      } else {
        plain_cell();
      }
      unguard(cells_.back());
      if (static_cast<Size>(cells_.back().length) > limits_.cell_bytes) too_long();
      if (static_cast<Size>(cells_.size() - first_cell) > limits_.columns) {
        stop({source_, first_line, 0},
             fmt::format("the row has more than {} columns", limits_.columns),
             how_to_raise("columns"));
      }
      if (std::ssize(cells_) > limits_.cells) too_many(first_line);
      if (position_ == text_.size() || text_[position_] != delimiter_) break;
      ++position_;
    }
    const std::size_t row_end = position_;
    if (position_ < text_.size()) end_line();
    end_row(first_cell, first_line, row_end);
  }

  void plain_cell() {
    const std::size_t begin = position_;
    const char* bytes = text_.data();
    const std::size_t size = text_.size();
    std::size_t i = begin;
    while (i < size && !stops_[static_cast<unsigned char>(bytes[i])]) ++i;
    position_ = i;
    cells_.push_back({offset(begin), offset(i - begin)});
  }

  void unguard(Span& cell) const noexcept {
    if (cell.length == 0 || text_[cell.begin] != '\'') return;
    const auto length =
        offset(unguarded(std::string_view(text_).substr(cell.begin, cell.length)).size());
    cell = {cell.begin + cell.length - length, length};
  }

  // Undoubles quotes in place; the bytes that become free are filled with quotes, so that as many
  // letters as before stand in front of everything behind.
  void quoted_cell() {
    const std::size_t opening = position_;
    const int opening_line = line_;
    std::size_t write = opening + 1;
    std::size_t read = write;
    while (true) {
      const std::size_t next = text_.find('"', read);
      if (next == std::string::npos) {
        line_ = opening_line;
        stop(place(opening), "the quote that opens here is not closed",
             "close it, or double it if it belongs to the text");
      }
      count_lines(read, next);
      if (write != read) std::memmove(text_.data() + write, text_.data() + read, next - read);
      write += next - read;
      read = next + 1;
      if (read == text_.size() || text_[read] != '"') break;
      text_[write++] = '"';
      ++read;
    }
    std::fill(text_.begin() + static_cast<Size>(write), text_.begin() + static_cast<Size>(read) - 1,
              '"');
    cells_.push_back({offset(opening + 1), offset(write - opening - 1)});
    position_ = read;
    if (read < text_.size() && !stops_[static_cast<unsigned char>(text_[read])]) {
      stop(place(read),
           fmt::format("expected {} or the end of the line after a closing quote",
                       name_of(delimiter_)),
           "double the quotes that belong to a text: \"so \"\"called\"\"\"");
    }
  }

  void count_lines(std::size_t begin, std::size_t end) noexcept {
    for (std::size_t i = begin; i < end; ++i) {
      if (text_[i] == '\n' || (text_[i] == '\r' && text_[i + 1] != '\n')) ++line_;
    }
  }

  [[noreturn]] void too_long() {
    const Span& cell = cells_.back();
    stop({source_, line_, 0},
         fmt::format("a cell that ends here has {} bytes, and no more than {} are read",
                     cell.length, limits_.cell_bytes),
         "most often a quote before it is not closed; else " + how_to_raise("cell_bytes"));
  }

  [[noreturn]] void too_many(int line) {
    stop({source_, line, 0}, fmt::format("the table has more than {} cells", limits_.cells),
         how_to_raise("cells"));
  }

  void end_row(std::size_t first_cell, int first_line, std::size_t row_end) {
    const auto count = static_cast<Size>(cells_.size() - first_cell);
    if (count == 1 && is_blank_line(cells_.back())) {
      cells_.pop_back();
      return;
    }
    if (std::ssize(lines_) == limits_.rows) {
      stop({source_, first_line, 0}, fmt::format("the table has more than {} rows", limits_.rows),
           how_to_raise("rows"));
    }
    if (options_.pad_short_rows) {
      columns_ = std::max(columns_, count);
      expect_room(first_line);
      if (std::ssize(lines_) >= limits_.cells / columns_) too_many(first_line);
      rows_.push_back({cells_.size(), offset(row_end)});
    } else if (lines_.empty()) {
      columns_ = count;
      head_line_ = first_line;
    } else if (count != columns_) {
      ragged(count, first_line);
      cells_.resize(first_cell);
      return;
    }
    lines_.push_back(first_line);
  }

  // One long row among many short ones is nearly nothing as a text, and fills any memory as a
  // table.
  void expect_room(int line) {
    constexpr Size always = 1'000'000;
    constexpr Size each_byte = 10;
    const Size most = always + each_byte * std::ssize(text_);
    if (std::ssize(lines_) < most / columns_) return;
    stop({source_, line, 0},
         fmt::format("with {} columns in every row the table has more than {} cells by this line",
                     columns_, most),
         "look for a row that is much longer than the others");
  }

  [[nodiscard]] bool is_blank_line(const Span& cell) const noexcept {
    if (cell.begin != row_begin_) return false;  // Quoted.
    const std::string_view text = std::string_view(text_).substr(cell.begin, cell.length);
    return text.find_first_not_of(" \t") == std::string_view::npos;
  }

  void ragged(Size count, int line) {
    if (++ragged_ > kMostRaggedRows) return;
    last_ragged_ = line;
    problems_.add({source_, line, 0}, {},
                  fmt::format("expected {} cells, as many as in line {}, found {}", columns_,
                              head_line_, count),
                  count > columns_
                      ? fmt::format("put texts that contain {} in quotes", name_of(delimiter_))
                      : fmt::format("the delimiter is {}", name_of(delimiter_)));
  }

  // Gives all rows the width of the widest.
  void fill_up() {
    const auto width = static_cast<std::size_t>(columns_);
    if (rows_.empty() || cells_.size() == rows_.size() * width) return;
    std::vector<Span> wide;
    wide.reserve(rows_.size() * width);
    std::size_t next = 0;
    for (const RowEnd& row : rows_) {
      for (; next < row.cells; ++next) wide.push_back(cells_[next]);
      wide.resize((wide.size() + width - 1) / width * width, {row.text, 0});
    }
    cells_ = std::move(wide);
  }

  Table table() {
    fill_up();
    Table table;
    table.source_ = std::move(source_);
    table.text_ = std::move(text_);
    table.cells_ = std::move(cells_);
    table.lines_ = std::move(lines_);
    table.columns_ = columns_;
    table.limits_ = limits_;
    return table;
  }

  const CsvOptions& options_;
  const InputLimits& limits_ = options_.limits;
  std::string source_;
  std::string text_;
  std::vector<Span> cells_;
  std::vector<RowEnd> rows_;
  std::vector<int> lines_;
  Problems problems_;
  std::array<bool, 256> stops_{};
  std::size_t position_ = 0;
  std::size_t row_begin_ = 0;
  Size columns_ = 0;
  int line_ = 1;
  int head_line_ = 0;
  int ragged_ = 0;
  int last_ragged_ = 0;
  char delimiter_ = ',';
};

Table parse_csv(std::string text, std::string source, const CsvOptions& options) {
  return CsvParser(std::move(text), std::move(source), options).parse();
}

Table read_csv(const std::filesystem::path& path, const CsvOptions& options) {
  return parse_csv(read_file(path, options.limits.table_bytes, "table_bytes"), path.string(),
                   options);
}

void CsvWriter::separate() {
  if (in_row_) text_ += style_.delimiter;
  in_row_ = true;
}

CsvWriter& CsvWriter::cell(std::string_view text) {
  separate();
  const std::string guarded_text = guarded(text);
  // What a reader would take for something else in front of a table, or for an empty line.
  const bool is_ambiguous =
      text_.empty() && (text.starts_with("sep=") || text.starts_with(byte_order_mark));
  const bool is_padded = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  // Every delimiter, not only the one in use: which one it is, a reader has to find out.
  constexpr std::string_view special = "\"\n\r,;\t";
  const bool needs_quotes =
      is_ambiguous || is_padded || text.find_first_of(special) != std::string_view::npos;
  if (needs_quotes) text_ += '"';
  if (needs_quotes) {
    for (const char c : guarded_text) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    text_ += '"';
  } else {
    text_ += guarded_text;
  }
  return *this;
}

CsvWriter& CsvWriter::cell(double number) {
  separate();
  if (!std::isnan(number)) text_ += to_string(number);
  return *this;
}

void CsvWriter::end_row() {
  // A line with nothing at all would be passed over.
  if (text_.empty() || text_.ends_with(style_.line_end)) text_ += "\"\"";
  text_ += style_.line_end;
  in_row_ = false;
}

std::string to_csv(const Table& table, const CsvStyle& style) {
  CsvWriter writer(style);
  for (Size row = 0; row < table.rows(); ++row) {
    for (Size column = 0; column < table.columns(); ++column) writer.cell(table(row, column));
    writer.end_row();
  }
  return std::move(writer).text();
}

}  // namespace chiso
