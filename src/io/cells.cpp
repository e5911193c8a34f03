#include "io/cells.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

constexpr Size kMostNamed = 50;
constexpr std::size_t kMostListed = 12;
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

// The last two do not break and come with what was copied from elsewhere.
constexpr std::array<std::string_view, 6> kBlanks{" ",  "\t",       "\n",
                                                  "\r", "\xc2\xa0", "\xe2\x80\xaf"};

// The row of a line; -1 if there is none.
Size row_of(int line, const Table& table) {
  Size first = 0;
  Size last = table.rows();
  while (first < last) {
    const Size middle = (first + last) / 2;
    if (table.location(middle).line < line) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first < table.rows() && table.location(first).line == line ? first : -1;
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::string_view unsigned_part(std::string_view text) noexcept {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

// Digits, perhaps in groups, with points or commas: "1,234.5", "1 234", "1,5".
bool is_separated(std::string_view text) {
  std::string digits(unsigned_part(text));
  for (const std::string_view blank : kBlanks) {
    for (auto at = digits.find(blank); at != std::string::npos; at = digits.find(blank)) {
      digits.replace(at, blank.size(), ",");
    }
  }
  bool separator = true;
  Size separators = 0;
  for (const char c : digits) {
    if (is_digit(c)) {
      separator = false;
    } else if ((c == ',' || c == '.') && !separator) {
      separator = true;
      ++separators;
    } else {
      return false;
    }
  }
  return separators > 0 && !separator;
}

bool parse(std::string_view text, char decimal, double& value) {
  if (decimal == '.') return parse_number(text, value);
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) {
    return text.find('.') == std::string_view::npos && parse_number(text, value);
  }
  if (text.find_first_of(".,", comma + 1) != std::string_view::npos ||
      text.find('.') != std::string_view::npos) {
    return false;
  }
  std::string pointed(text);
  pointed[comma] = '.';
  return parse_number(pointed, value);
}

CellKind kind_of_text(std::string_view text, char decimal) {
  if (text == "NA" || text == "NaN" || text == "nan") return CellKind::missing;
  const std::string small = lower(unsigned_part(text));
  if (small == "inf" || small == "infinity" || small == "\xe2\x88\x9e") return CellKind::infinite;
  if (!is_digit(text.back()) && text.back() != '%') return CellKind::text;
  if (text.back() == '%') {
    const auto number = without_blanks(text.substr(0, text.size() - 1));
    double ignored = 0.0;
    return parse(number, decimal, ignored) || is_separated(number) ? CellKind::percent
                                                                   : CellKind::text;
  }
  if (is_separated(text)) return CellKind::separated;
  // All digits, point and exponent, and yet no number: too large for one.
  const std::string_view body = unsigned_part(text);
  const bool is_long_number = !body.empty() && is_digit(body.front()) &&
                              body.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
  if (is_long_number) {
    const auto exponent = body.find_first_of("eE");
    const auto mantissa = body.substr(0, exponent);
    double ignored = 0.0;
    const bool is_number = mantissa.size() > 300 || parse_number(mantissa, ignored);
    const auto power =
        exponent == std::string_view::npos ? std::string_view("0") : body.substr(exponent + 1);
    const bool is_power =
        !unsigned_part(power).empty() &&
        unsigned_part(power).find_first_not_of("0123456789") == std::string_view::npos;
    if (is_number && is_power && (exponent != std::string_view::npos || mantissa.size() > 300)) {
      return CellKind::infinite;
    }
  }
  return CellKind::text;
}

}  // namespace

std::string_view without_blanks(std::string_view text) noexcept {
  const auto leading = [&text]() -> std::size_t {
    for (const std::string_view blank : kBlanks) {
      if (text.starts_with(blank)) return blank.size();
    }
    return 0;
  };
  const auto trailing = [&text]() -> std::size_t {
    for (const std::string_view blank : kBlanks) {
      if (text.ends_with(blank)) return blank.size();
    }
    return 0;
  };
  while (const std::size_t bytes = leading()) text.remove_prefix(bytes);
  while (const std::size_t bytes = trailing()) text.remove_suffix(bytes);
  return text;
}

std::string_view without_dash(std::string_view text) noexcept {
  const bool is_dash = text == "-" || text == "\u2013" || text == "\u2014";
  return is_dash ? std::string_view() : text;
}

std::string one_line(std::string_view cell) {
  std::string text;
  for (std::string_view rest = without_blanks(cell); !rest.empty();) {
    const auto end = std::min(rest.find_first_of(" \t\r\n"), rest.size());
    if (!text.empty()) text += ' ';
    text += rest.substr(0, end);
    rest = without_blanks(rest.substr(end));
  }
  return text;
}

CellKind read_cell(std::string_view text, char decimal, double& value) {
  text = without_blanks(text);
  value = kMissing;
  if (text.empty()) return CellKind::missing;
  if (parse(text, decimal, value)) return CellKind::number;
  value = kMissing;
  return kind_of_text(text, decimal);
}

Problem not_a_number(std::string_view text, CellKind kind, char decimal) {
  text = without_blanks(text);
  Problem problem;
  problem.message = fmt::format("expected a number, found '{}'", text);
  switch (kind) {
    case CellKind::infinite:
      problem.message = fmt::format("expected a finite number, found '{}'", text);
      problem.remedy = "leave the cell empty if the value is not known";
      break;
    case CellKind::percent:
      problem.message = fmt::format("expected a number, found '{}' with a percent sign", text);
      problem.remedy = "write the bare number and say in the definition that its unit is percent";
      break;
    case CellKind::separated: {
      const char other = decimal == '.' ? ',' : '.';
      const bool is_decimal = text.find(other) == text.rfind(other) &&
                              text.find(other) != std::string_view::npos &&
                              text.find(decimal) == std::string_view::npos &&
                              text.find_first_of(" \xc2\xe2") == std::string_view::npos;
      if (is_decimal) {
        problem.message = fmt::format("expected a number with a decimal {}, found '{}'",
                                      decimal == '.' ? "point" : "comma", text);
        problem.remedy = fmt::format(
            "if '{}' is the decimal sign of the table, say so (decimal '{}'); if it separates "
            "thousands, leave it out",
            other, other);
      } else {
        problem.message =
            fmt::format("expected a number without separators of thousands, found '{}'", text);
        problem.remedy =
            fmt::format("write its digits together, with '{}' before decimals", decimal);
      }
      break;
    }
    default:
      problem.remedy = "leave the cell empty, or write NA, if the value is missing";
  }
  return problem;
}

bool says_not_applicable(std::string_view text) {
  static const std::array<std::string, 2> keys{match_key("not applicable"),
                                               match_key("kh\xc3\xb4ng \xc3\xa1p d\xe1\xbb\xa5ng")};
  const std::string key = match_key(text);
  return key == keys[0] || key == keys[1];
}

bool is_empty_row(const Table& table, Size row) {
  for (Size column = 0; column < table.columns(); ++column) {
    if (!without_blanks(table(row, column)).empty()) return false;
  }
  return true;
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostListed); ++i) {
    text += fmt::format("{}'{}'", i == 0 ? "" : ", ", names[i]);
  }
  if (names.size() > kMostListed) text += fmt::format(" and {} more", names.size() - kMostListed);
  return text;
}

SpecError with_cells(const SpecError& error, const Table& table) {
  std::vector<Problem> problems = error.problems();
  for (Problem& problem : problems) {
    const Size row = row_of(problem.location.line, table);
    if (row < 0 || problem.location.column == 0) continue;
    const Size column = problem.location.column - table.location(row, 0).column;
    if (column < 0 || column >= table.columns()) continue;
    std::string name = table.cell_name(row, column);
    if (name.empty()) continue;
    if (!problem.place.empty()) name += ", " + problem.place;
    problem.place = std::move(name);
  }
  return SpecError(std::move(problems));
}

ComposedCells::ComposedCells(const Table& table) : table_(table) {
  for (Size row = 0; row < table.rows(); ++row) {
    for (Size column = 0; column < table.columns(); ++column) {
      const std::string_view text = table(row, column);
      const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
      if (std::all_of(text.begin(), text.end(), is_ascii)) continue;
      std::string composed = nfc(text);
      if (composed != text) composed_.emplace(row * table.columns() + column, std::move(composed));
    }
  }
}

void CellProblems::add(std::string_view kind, Size row, Size column, std::string_view place,
                       std::string message, std::string remedy) {
  const auto found = counts_.emplace(kind, Count{}).first;
  Count& count = found->second;
  if (++count.number > kMostNamed) return;
  std::string where = table_.cell_name(row, column);
  if (!place.empty()) where += (where.empty() ? "" : ", ") + std::string(place);
  count.last = table_.location(row, column);
  problems_.add(count.last, std::move(where), std::move(message), std::move(remedy));
}

void CellProblems::add(std::string place, std::string message, std::string remedy) {
  problems_.add({table_.source(), 0, 0}, std::move(place), std::move(message), std::move(remedy));
}

void CellProblems::finish() {
  for (const auto& [kind, count] : counts_) {
    if (count.number <= kMostNamed) continue;
    problems_.add(count.last, kind,
                  fmt::format("{} more cells have such a problem", count.number - kMostNamed));
  }
  counts_.clear();
}

Headings::Headings(const Table& table, Size row) {
  for (Size column = 0; column < table.columns(); ++column) {
    names_.emplace_back(without_blanks(table(row, column)));
    keys_.push_back(match_key(names_.back()));
  }
}

Size Headings::find(std::string_view heading) const {
  const auto found = std::find(keys_.begin(), keys_.end(), match_key(heading));
  return found == keys_.end() ? -1 : found - keys_.begin();
}

std::vector<Size> Headings::all(std::string_view heading) const {
  const std::string key = match_key(heading);
  std::vector<Size> columns;
  for (Size i = 0; i < std::ssize(keys_); ++i) {
    if (keys_[static_cast<std::size_t>(i)] == key) columns.push_back(i);
  }
  return columns;
}

}  // namespace chiso
