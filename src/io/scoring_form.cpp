#include "chiso/io/scoring_form.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"
#include "io/form_number.hpp"

namespace chiso {

namespace {

using Style = FormNumber::Style;

constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
// Forms print two decimals: sums of what is printed may differ by rounding.
constexpr double kRounding = 0.005 + 1e-9;

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

bool differ(double a, double b) noexcept { return std::abs(a - b) > kRounding; }

bool contains_any(std::string_view key, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [key](std::string_view word) {
    return key.find(word) != std::string_view::npos;
  });
}

bool is_any(std::string_view key, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), key) != words.end();
}

// ---- The heading

enum class Column {
  unknown,
  number,
  title,
  maximum,
  self,
  appraised,
  round_1,
  round_2,
  survey,
  obtained,
  method,  // How points are given.
  note     // Anything for people.
};

// What a heading says; `key` is its plain key (no diacritics, blanks, case).
Column role_of(std::string_view key) {
  if (key.empty()) return Column::unknown;
  if (is_any(key, {"stt", "tt", "sott", "sothutu", "muc", "maso", "so"})) return Column::number;
  if (contains_any(key, {"ghichu", "giaitrinh", "kiemchung", "tailieu", "ykien", "nhanxet", "lydo",
                         "tyle", "donvichutri", "coquan"})) {
    return Column::note;
  }
  if (key == "diem" || contains_any(key, {"toida", "thangdiem", "diemchuan", "maximum"})) {
    return Column::maximum;
  }
  if (contains_any(key, {"tucham", "tudanhgia", "tuchodiem"})) return Column::self;
  if (contains_any(key, {"xahoihoc", "xhh", "dieutra", "khaosat"})) return Column::survey;
  if (contains_any(key, {"thamdinh", "phuctra", "hoidong"}) ||
      contains_any(key, {"lan1", "lan2", "vong1", "vong2"})) {
    if (contains_any(key, {"lan1", "vong1", "dot1", "thunhat"})) return Column::round_1;
    if (contains_any(key, {"lan2", "vong2", "dot2", "thuhai"})) return Column::round_2;
    return Column::appraised;
  }
  if (contains_any(key, {"diemdat", "ketquadiem", "diemketqua"})) return Column::obtained;
  if (contains_any(key, {"tieuchi", "noidung", "linhvuc", "chitieu"})) return Column::title;
  if (contains_any(key, {"cachtinh", "cachcham", "huongdan", "phuongphap"})) return Column::method;
  return Column::unknown;
}

bool holds_points(Column role) noexcept { return role >= Column::self && role <= Column::obtained; }

struct Heading {
  Size first_row = 0;
  Size rows = 1;
  std::vector<Column> roles;  // By column of the table.
  std::vector<std::string> names;
};

class HeadingFinder {
 public:
  explicit HeadingFinder(const Table& table) : table_(table) {}

  std::optional<Heading> find() const {
    constexpr Size most_rows = 40;
    for (Size row = 0; row < std::min(table_.rows(), most_rows); ++row) {
      if (auto heading = read(row, has_second_row(row))) return heading;
    }
    return {};
  }

 private:
  [[nodiscard]] std::string text(Size row, Size column) const {
    return one_line(table_(row, column));
  }

  // Whether the next row only divides headings of this one.
  [[nodiscard]] bool has_second_row(Size row) const {
    if (row + 1 >= table_.rows()) return false;
    bool divides = false;
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string below = text(row + 1, column);
      if (below.empty() || below == text(row, column)) continue;
      double number = 0.0;
      const Column above = role_of(plain_key(text(row, column)));
      if (above == Column::number || above == Column::title || parse_number(below, number) ||
          read_form_number(below)) {
        return false;
      }
      divides = true;
    }
    return divides;
  }

  [[nodiscard]] std::optional<Heading> read(Size row, bool has_second) const {
    Heading heading{row, has_second ? 2 : 1, {}, {}};
    bool has_title = false;
    std::string spread;  // A heading that was merged over several columns.
    for (Size column = 0; column < table_.columns(); ++column) {
      std::string name = text(row, column);
      const std::string below = has_second ? text(row + 1, column) : std::string();
      has_title = has_title || role_of(plain_key(name)) == Column::title;
      if (!name.empty()) {
        spread = name;
      } else if (!below.empty()) {
        name = spread;
      }
      Column role = role_of(plain_key(below));
      const bool two_lines = !below.empty() && below != name;
      if (role == Column::unknown) {
        role = role_of(plain_key(two_lines ? fmt::format("{} {}", name, below) : name));
      }
      if (two_lines) name = name.empty() ? below : fmt::format("{}, {}", name, below);
      heading.roles.push_back(role);
      heading.names.push_back(std::move(name));
    }
    if (has_title && has(heading, Column::title) && has(heading, Column::maximum) &&
        !is_title_row(heading)) {
      keep_first(heading, Column::maximum);
      keep_first(heading, Column::number);
      return heading;
    }
    return {};
  }

  static bool has(const Heading& heading, Column role) {
    return std::find(heading.roles.begin(), heading.roles.end(), role) != heading.roles.end();
  }

  // A title that was merged over all columns says the same in each.
  static bool is_title_row(const Heading& heading) {
    return std::all_of(heading.names.begin(), heading.names.end(),
                       [&](const std::string& name) { return name == heading.names[0]; });
  }

  static void keep_first(Heading& heading, Column role) {
    const auto first = std::find(heading.roles.begin(), heading.roles.end(), role);
    if (first != heading.roles.end()) {
      std::replace(first + 1, heading.roles.end(), role, Column::unknown);
    }
  }

  const Table& table_;
};

// ---- Cells

enum class PointKind { missing, number, not_applicable, other };

// Points as offices write them: 0.5, 0,5, "0,5 points"; a dash is nothing.
PointKind read_points(std::string_view cell, double& value) {
  value = kMissing;
  std::string_view text = without_blanks(cell);
  if (is_any(text, {"", "-", "--", "\xe2\x80\x93", "\xe2\x80\x94", "x", "X", "/", "NA"})) {
    return PointKind::missing;
  }
  for (const char decimal : {'.', ','}) {
    if (read_cell(text, decimal, value) == CellKind::number) return PointKind::number;
  }
  // A number with the word for points.
  const auto blank = text.find(' ');
  if (blank != std::string_view::npos && is_any(plain_key(text.substr(blank)), {"diem", "d"})) {
    return read_points(text.substr(0, blank), value);
  }
  value = kMissing;
  return says_not_applicable(text) ? PointKind::not_applicable : PointKind::other;
}

struct Points {
  double value = kMissing;
  bool not_applicable = false;
};

// ---- The form

struct Item {
  Size row = 0;
  FormNumber number;
  std::string raw_title;  // As in the cell, to know repeated merged cells again.
  std::string title;
  std::string note;
  double maximum = kMissing;
  Role role = Role::part;
  bool is_reversed = false;    // Points stand with a minus.
  std::vector<Points> points;  // By version column.
  std::size_t scope = kNone;   // The item in which the number is unique.
  std::string local;           // The number in its scope.
  std::size_t parent = kNone;
  std::vector<std::size_t> children;
  std::string code;
};

class FormReader {
 public:
  FormReader(const Table& table, const ScoringFormOptions& options)
      : table_(table), cells_(table), options_(options), problems_(table) {}

  ScoringForm read() {
    if (options_.unit.empty()) {
      problems_.add("unit", "expected the name of the unit whose form it is, got none");
    }
    if (options_.period.text().empty()) {
      problems_.add("period", "expected the period of the form, got none");
    }
    const auto heading = HeadingFinder(table_).find();
    if (!heading) {
      problems_.add(
          {}, "expected a heading with a column of criteria and one of the most points, found none",
          "head the columns as the official form does: STT, Ti\u00eau ch\u00ed, \u0110i\u1ec3m "
          "t\u1ed1i \u0111a, \u0110i\u1ec3m t\u1ef1 ch\u1ea5m, \u0110i\u1ec3m th\u1ea9m "
          "\u0111\u1ecbnh");
      problems_.raise<DataError>();
    }
    heading_ = *heading;
    columns();
    choose_numbers();
    for (Size row = heading_.first_row + heading_.rows; row < table_.rows(); ++row) {
      if (!is_empty_row(table_, row)) read_row(row);
    }
    if (items_.empty()) {
      problems_.add({}, "expected rows with numbers like 1.1.2 below the heading, found none");
    }
    problems_.raise<DataError>();
    name_items();
    check_maxima();
    check_gaps();
    check_points();
    ScoringForm form;
    form.definition = definition();
    // What is handed out can be scored.
    static_cast<void>(Index(form.definition));
    form.versions = versions();
    std::stable_sort(findings_.begin(), findings_.end(), [](const Problem& a, const Problem& b) {
      return a.location.line < b.location.line;
    });
    form.findings = std::move(findings_);
    return form;
  }

 private:
  struct Version {
    std::string name;
    Size column = 0;
  };

  struct Total {
    Size row = 0;
    double maximum = kMissing;
    std::vector<Points> points;
  };

  // ---- Columns
  // -----------------------------------------------------------------------------------

  void columns() {
    const auto has = [&](Column role) {
      return std::find(heading_.roles.begin(), heading_.roles.end(), role) != heading_.roles.end();
    };
    const bool is_appraised =
        has(Column::appraised) || has(Column::round_1) || has(Column::round_2);
    std::set<std::string> names;
    for (Size column = 0; column < table_.columns(); ++column) {
      const Column role = heading_.roles[index_of(column)];
      const std::string& heading = heading_.names[index_of(column)];
      if (role == Column::number) number_ = column;
      if (role == Column::title) titles_.push_back(column);
      if (role == Column::maximum) maximum_ = column;
      if (role == Column::method) methods_.push_back(column);
      if (role == Column::unknown && !heading.empty()) {
        finding(heading_.first_row, column, heading,
                "the column is none that a scoring form is known to have, and was passed over");
      }
      if (!holds_points(role)) continue;
      std::string name = role == Column::self        ? "self"
                         : role == Column::round_1   ? "round 1"
                         : role == Column::round_2   ? "round 2"
                         : role == Column::survey    ? "survey"
                         : role == Column::appraised ? "appraised"
                         : is_appraised              ? "obtained"
                                                     : "appraised";
      if (!names.insert(name).second) name = heading;
      if (name.empty() || (name == heading && !names.insert(name).second)) {
        finding(heading_.first_row, column, heading,
                "the column is headed as one before, and was passed over",
                "head each column of points differently");
        continue;
      }
      versions_.push_back({std::move(name), column});
    }
  }

  // Some forms count their rows in the first column and number the criteria in the text.
  void choose_numbers() {
    if (number_ < 0) find_numbers();
    Size numbered = 0;
    Size otherwise = 0;
    for (Size row = heading_.first_row + heading_.rows; row < table_.rows(); ++row) {
      const auto number = number_in_column(row);
      if (!number) continue;
      ++numbered;
      const std::string title = title_of(row);
      const auto leading = read_leading_number(title);
      if (leading && leading->first.parts.back().style != Style::letter &&
          !(leading->first == *number)) {
        ++otherwise;
      }
    }
    if (2 * otherwise > numbered) number_ = -1;
  }

  // The column left of the criteria may lack a heading.
  void find_numbers() {
    const Size column = titles_[0] - 1;
    if (column < 0 || heading_.roles[index_of(column)] != Column::unknown) return;
    Size numbers = 0;
    Size others = 0;
    for (Size row = heading_.first_row + heading_.rows; row < table_.rows(); ++row) {
      if (without_blanks(cells_(row, column)).empty()) continue;
      ++(read_form_number(cells_(row, column)) ? numbers : others);
    }
    if (numbers > others) number_ = column;
  }

  [[nodiscard]] std::optional<FormNumber> number_in_column(Size row) const {
    if (number_ < 0) return {};
    return read_form_number(cells_(row, number_));
  }

  // The innermost text of the row: a cell that was merged over several columns may be repeated.
  [[nodiscard]] std::string title_of(Size row) const {
    for (auto column = titles_.rbegin(); column != titles_.rend(); ++column) {
      if (std::string text = one_line(cells_(row, *column)); !text.empty()) return text;
    }
    return number_ >= 0 && !number_in_column(row) ? one_line(cells_(row, number_)) : std::string();
  }

  // ---- Findings
  // ----------------------------------------------------------------------------------

  void finding(Size row, Size column, std::string_view place, std::string message,
               std::string remedy = {}) {
    std::string where = table_.cell_name(row, column);
    if (!place.empty()) where += (where.empty() ? "" : ", ") + std::string(place);
    findings_.push_back(
        {table_.location(row, column), std::move(where), std::move(message), std::move(remedy)});
  }

  // ---- Rows
  // --------------------------------------------------------------------------------------

  void read_row(Size row) {
    const std::string raw = title_of(row);
    if (items_.empty() && (raw.empty() || numbers_columns(row, raw))) return;
    auto number = number_in_column(row);
    std::string title = raw;
    bool is_in_title = false;
    if (auto leading = read_leading_number(raw)) {
      if (!number) {
        number = leading->first;
        is_in_title = true;
      }
      if (leading->first == *number) title = std::string(leading->second);
    }
    const bool has_maximum = !without_blanks(cell(row, maximum_, raw)).empty();
    // Letters often list conditions; what has a maximum is a criterion.
    const bool is_letter = number && number->parts[0].style == Style::letter;
    if (is_letter && ((is_in_title && !has_maximum) || last_numbered_ == kNone)) number.reset();
    if (!number) {
      unnumbered(row, raw);
      return;
    }
    if (is_continuation(*number, row, raw, is_in_title)) {
      unnumbered(row, raw);
      return;
    }
    Item item;
    item.row = row;
    item.number = *std::move(number);
    item.raw_title = raw;
    item.title = std::move(title);
    read_values(row, raw, item);
    place(std::move(item));
  }

  // A row below the heading that says 1, 2, 3 = 2 - 1 or A, B, 1.
  [[nodiscard]] bool numbers_columns(Size row, const std::string& raw) const {
    const auto title = read_form_number(raw);
    if (!title || title->parts.size() > 1) return false;
    const auto number = number_in_column(row);
    return title->parts[0].style == Style::arabic ||
           (number && number->parts[0].style == title->parts[0].style);
  }

  // The text of a cell; nothing if it only repeats the title that was merged over it.
  [[nodiscard]] std::string_view cell(Size row, Size column, const std::string& raw_title) const {
    const std::string_view text = cells_(row, column);
    return !raw_title.empty() && one_line(text) == raw_title ? std::string_view() : text;
  }

  // A cell with the number that was merged over several rows may be repeated in each.
  bool is_continuation(const FormNumber& number, Size row, const std::string& raw,
                       bool is_in_title) {
    if (items_.empty() || last_row_ + 1 != row || !(items_.back().number == number)) return false;
    if (raw == items_.back().raw_title) return true;
    double value = 0.0;
    const PointKind kind = read_points(cell(row, maximum_, raw), value);
    if (kind == PointKind::missing) return true;
    const bool is_same = !is_in_title && kind == PointKind::number &&
                         value == items_.back().maximum && same_points(row, items_.back());
    if (is_same) {
      finding(
          row, number_, number.text(),
          "the row repeats number and points of the row above with another text; it was read as "
          "an explanation of that",
          "number it if it is a criterion");
    }
    return is_same;
  }

  [[nodiscard]] bool same_points(Size row, const Item& item) const {
    for (std::size_t v = 0; v < versions_.size(); ++v) {
      double value = 0.0;
      if (read_points(cells_(row, versions_[v].column), value) == PointKind::number &&
          value != item.points[v].value) {
        return false;
      }
    }
    return true;
  }

  void read_values(Size row, const std::string& raw, Item& item) {
    const std::string name = item.number.text();
    double value = 0.0;
    const std::string_view text = cell(row, maximum_, raw);
    switch (read_points(text, value)) {
      case PointKind::number:
        item.is_reversed = value < 0.0;
        item.maximum = std::abs(value);
        break;
      case PointKind::other:
        problems_.add("maxima that are no numbers", row, maximum_, name,
                      fmt::format("expected the most points, found '{}'", one_line(text)),
                      "write a number, or leave the cell empty");
        break;
      default:
        break;
    }
    for (const Version& version : versions_) {
      const std::string_view points = cell(row, version.column, raw);
      Points found;
      const PointKind kind = read_points(points, found.value);
      found.not_applicable = kind == PointKind::not_applicable;
      if (kind == PointKind::other) {
        finding(
            row, version.column, fmt::format("{}, {}", name, version.name),
            fmt::format("expected points, found '{}'; they are left missing", one_line(points)));
      }
      item.points.push_back(found);
    }
    for (const Size column : methods_) append_note(item, one_line(cells_(row, column)));
    last_row_ = row;
  }

  static void append_note(Item& item, const std::string& text) {
    if (text.empty() || text == item.raw_title || item.note.ends_with(text)) return;
    item.note += (item.note.empty() ? "" : "\n") + text;
  }

  void unnumbered(Size row, const std::string& raw) {
    if (is_total(row, raw)) return;
    if (items_.empty() || total_) return;
    Item& item = items_.back();
    if (last_row_ + 1 == row) last_row_ = row;
    for (const Size column : methods_) append_note(item, one_line(cells_(row, column)));
    if (raw == item.raw_title) return;
    const std::string maximum = one_line(cell(row, maximum_, raw));
    append_note(item, maximum.empty() ? raw : fmt::format("{}: {}", raw, maximum));
    for (std::size_t v = 0; v < versions_.size(); ++v) {
      double value = 0.0;
      if (read_points(cell(row, versions_[v].column, raw), value) == PointKind::number &&
          value != item.points[v].value) {
        finding(row, versions_[v].column, item.number.text(),
                "a row without a number has points, which are not counted",
                "number the row if it is a criterion");
      }
    }
  }

  // Notes the totals in a row of them.
  bool is_total(Size row, const std::string& raw) {
    std::string key = plain_key(raw);
    bool is_named = is_any(key, {"tong", "cong"});
    for (const std::string_view prefix : {"tongcongdiem", "tongcong", "tongsodiem", "tongdiem"}) {
      if (is_named || !key.starts_with(prefix)) continue;
      key.erase(0, prefix.size());
      is_named = true;
    }
    if (!is_named) return false;
    Total total;
    total.row = row;
    bool has_values = read_points(cell(row, maximum_, raw), total.maximum) == PointKind::number;
    for (const Version& version : versions_) {
      Points points;
      has_values |= read_points(cell(row, version.column, raw), points.value) == PointKind::number;
      total.points.push_back(points);
    }
    if (!has_values) return false;
    const bool is_of_all = is_any(key, {"tong", "cong"}) ||
                           key.find_first_not_of("ivx0123456789") == std::string::npos;
    if (is_of_all && !total_) {
      total_ = std::move(total);
    } else {
      finding(row, maximum_, raw, "a row of partial totals was passed over");
    }
    return true;
  }

  // ---- The tree
  // ----------------------------------------------------------------------------------

  using Key = std::pair<std::size_t, std::string>;  // Scope and number in it.

  static std::string text_of(const std::vector<FormNumber::Part>& parts) {
    return FormNumber{parts}.text();
  }

  void place(Item item) {
    std::vector<FormNumber::Part> parts = item.number.parts;
    std::size_t scope = kNone;
    const Style outer = parts[0].style;
    if (outer == Style::letter) {
      scope = last_numbered_;
    } else if (outer == Style::arabic) {
      scope = roman_ != kNone ? roman_ : capital_;
    } else if (outer == Style::roman) {
      scope = capital_;
    }
    // II.3 is 3 in II; the letters and Roman numerals in front are scopes.
    while (parts.size() > 1 &&
           (parts[0].style == Style::capital || parts[0].style == Style::roman)) {
      const auto found = positions_.find(Key{scope, text_of({parts[0]})});
      if (found == positions_.end()) break;
      scope = found->second;
      parts.erase(parts.begin());
    }
    if (is_tenth(scope, parts, item)) {
      parts.back().value *= 10;
      item.number.parts.back().value *= 10;
    }
    item.scope = scope;
    item.local = text_of(parts);
    const std::size_t position = items_.size();
    const auto [known, is_new] = positions_.emplace(Key{scope, item.local}, position);
    if (!is_new) {
      problems_.add(
          "numbers that stand twice", item.row, std::max<Size>(number_, 0), item.local,
          fmt::format("the number '{}' stands twice, first in line {}", item.number.text(),
                      table_.location(items_[known->second].row).line),
          "correct the numbering");
      return;
    }
    item.parent = parent_of(scope, parts, item);
    if (item.parent != kNone) items_[item.parent].children.push_back(position);
    if (item.parent == kNone) item.role = role_of_section(item.title);
    if (item.is_reversed && (item.parent == kNone || items_[item.parent].role != Role::penalty)) {
      item.role = Role::penalty;
    }
    if (item.number.parts.size() == 1 && outer == Style::capital) {
      capital_ = position;
      roman_ = kNone;
    }
    if (item.number.parts.size() == 1 && outer == Style::roman) roman_ = position;
    if (outer != Style::letter) last_numbered_ = position;
    items_.push_back(std::move(item));
  }

  // A spreadsheet that takes 1.10 for a decimal writes 1.1.
  bool is_tenth(std::size_t scope, const std::vector<FormNumber::Part>& parts, const Item& item) {
    const FormNumber::Part last = parts.back();
    if (parts.size() != 2 || last.style != Style::arabic || last.value > 9 || last.value == 0 ||
        !positions_.contains(Key{scope, text_of(parts)})) {
      return false;
    }
    std::vector<FormNumber::Part> before = parts;
    before.back().value = last.value * 10 - 1;
    std::vector<FormNumber::Part> here = parts;
    here.back().value = last.value * 10;
    if (!positions_.contains(Key{scope, text_of(before)}) ||
        positions_.contains(Key{scope, text_of(here)})) {
      return false;
    }
    finding(item.row, std::max<Size>(number_, 0), item.number.text(),
            fmt::format("after {} the number {} is read as {}", text_of(before), item.number.text(),
                        text_of(here)),
            "format the column of numbers as text");
    return true;
  }

  std::size_t parent_of(std::size_t scope, std::vector<FormNumber::Part> parts, const Item& item) {
    const std::vector<FormNumber::Part> all = parts;
    for (parts.pop_back(); !parts.empty(); parts.pop_back()) {
      const auto found = positions_.find(Key{scope, text_of(parts)});
      if (found == positions_.end()) continue;
      if (parts.size() + 1 < all.size()) no_row(item, all);
      return found->second;
    }
    const bool counts_on = scope != kNone && all.size() == 2 &&
                           items_[scope].number.parts.back().value == all[0].value;
    if (all.size() > 1 && !counts_on) no_row(item, all);
    return scope;
  }

  void no_row(const Item& item, std::vector<FormNumber::Part> parts) {
    parts.pop_back();
    finding(item.row, std::max<Size>(number_, 0), item.number.text(),
            fmt::format("there is no row '{}' above it", text_of(parts)),
            "add the row, or correct the number");
  }

  static Role role_of_section(const std::string& title) {
    const std::string key = plain_key(title);
    if (key.starts_with("diemthuong") || key.starts_with("diemcong")) return Role::bonus;
    if (key.starts_with("diemtru") || key.starts_with("diemphat")) return Role::penalty;
    return Role::part;
  }

  // The number alone where no other criterion has it, else with its section.
  void name_items() {
    std::set<std::string> seen;
    bool are_distinct = true;
    for (const Item& item : items_) {
      if (item.number.parts[0].style == Style::letter) continue;
      are_distinct = are_distinct && seen.insert(item.number.text()).second;
    }
    for (Item& item : items_) {
      const bool is_letter = item.number.parts[0].style == Style::letter;
      const bool is_in_scope = item.scope != kNone && (is_letter || !are_distinct);
      item.code = is_in_scope ? items_[item.scope].code + "." + item.local : item.number.text();
    }
  }

  // ---- Checks
  // ------------------------------------------------------------------------------------

  [[nodiscard]] std::vector<std::size_t> top() const {
    std::vector<std::size_t> items;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].parent == kNone) items.push_back(i);
    }
    return items;
  }

  // Maxima of the parts; NaN if one is not known.
  [[nodiscard]] double sum_of_maxima(const std::vector<std::size_t>& items, bool with_bonus) const {
    double sum = 0.0;
    for (const std::size_t i : items) {
      if (items_[i].role == Role::part || (with_bonus && items_[i].role == Role::bonus)) {
        sum += items_[i].maximum;
      }
    }
    return sum;
  }

  [[nodiscard]] double sum_of_known_maxima(const std::vector<std::size_t>& items) const {
    double sum = 0.0;
    for (const std::size_t i : items) {
      const bool counts = items_[i].role == Role::part && !std::isnan(items_[i].maximum);
      if (counts) sum += items_[i].maximum;
    }
    return sum;
  }

  void check_maxima() {
    // Children come after their parents.
    for (std::size_t i = items_.size(); i-- > 0;) {
      Item& item = items_[i];
      if (item.children.empty()) {
        if (std::isnan(item.maximum)) {
          finding(item.row, maximum_, item.code, "the criterion has no maximum");
        }
        continue;
      }
      double parts = sum_of_maxima(item.children, false);
      if (std::isnan(item.maximum)) {
        item.maximum = parts;
        continue;
      }
      const bool are_known = !std::isnan(parts);
      if (!are_known) parts = sum_of_known_maxima(item.children);
      if (parts > item.maximum + 1e-9 || (are_known && parts < item.maximum - 1e-9)) {
        finding(item.row, maximum_, item.code,
                fmt::format("the maximum is {}, and those of its parts add up to {:.12g}; the sum "
                            "is used",
                            to_string(item.maximum), parts),
                "correct one");
        item.maximum = are_known ? parts : kMissing;
      }
    }
    if (!total_ || std::isnan(total_->maximum)) return;
    const double all = sum_of_maxima(top(), false);
    const double with_bonus = sum_of_maxima(top(), true);
    if (!std::isnan(all) && differ(total_->maximum, all) && differ(total_->maximum, with_bonus)) {
      finding(total_->row, maximum_, "total",
              fmt::format("the maximum is {}, and those of the sections add up to {:.12g}",
                          to_string(total_->maximum), all),
              "correct one");
    }
  }

  void check_gaps() {
    std::map<Style, int> last_of_style;  // Some forms count on through their sections.
    const auto check = [&](const std::vector<std::size_t>& items) {
      int last = 0;
      for (const std::size_t i : items) {
        const FormNumber::Part part = items_[i].number.parts.back();
        if (part.style == Style::letter) continue;
        const bool counts_on = last == 0 && items_[i].number.parts.size() == 1 &&
                               part.value == last_of_style[part.style] + 1;
        if (part.value != last + 1 && !counts_on) {
          finding(items_[i].row, std::max<Size>(number_, 0), items_[i].code,
                  last == 0
                      ? std::string("the numbering does not begin with 1")
                      : fmt::format("the number before it ends in {}: the numbering has a gap "
                                    "or is out of order",
                                    last));
        }
        last = part.value;
        if (items_[i].number.parts.size() == 1) last_of_style[part.style] = part.value;
      }
    };
    check(top());
    for (const Item& item : items_) check(item.children);
  }

  // Points of an item from those of its leaves; NaN if none has any.
  double computed(std::size_t position, std::size_t version) {
    Item& item = items_[position];
    if (item.children.empty()) return item.points[version].value;
    const double sum = sum_of_points(item.children, version);
    const double stated = item.points[version].value;
    if (std::isnan(stated)) return sum;
    if (std::isnan(sum)) {
      finding(item.row, versions_[version].column, place_of(item, version),
              "points are given for the whole and none for its parts; they are not counted",
              "give points to the parts");
    } else if (differ(std::abs(stated), std::abs(sum))) {
      finding(item.row, versions_[version].column, place_of(item, version),
              fmt::format("the points are {}, and those of its parts add up to {:.12g}",
                          to_string(stated), sum),
              "correct one");
    }
    return sum;
  }

  double sum_of_points(const std::vector<std::size_t>& items, std::size_t version) {
    double sum = kMissing;
    for (const std::size_t i : items) {
      const double points = computed(i, version);
      if (std::isnan(points)) continue;
      const double sign = items_[i].role == Role::penalty ? -1.0 : 1.0;
      sum = (std::isnan(sum) ? 0.0 : sum) + sign * points;
    }
    return sum;
  }

  [[nodiscard]] std::string place_of(const Item& item, std::size_t version) const {
    return fmt::format("{}, {}", item.code, versions_[version].name);
  }

  [[nodiscard]] bool is_penalty(const Item& item) const {
    return item.role == Role::penalty || (item.parent != kNone && is_penalty(items_[item.parent]));
  }

  void check_points() {
    for (std::size_t v = 0; v < versions_.size(); ++v) {
      for (Item& item : items_) {
        double& value = item.points[v].value;
        if (is_penalty(item) && !std::isnan(value)) value = std::abs(value);
        if (!item.children.empty()) continue;
        if (value > item.maximum + 1e-9 || value < 0.0) {
          finding(item.row, versions_[v].column, place_of(item, v),
                  fmt::format("the points are {}, and the form allows 0 to {}", to_string(value),
                              to_string(item.maximum)),
                  "correct one: points outside cannot be scored");
        }
      }
      const double sum = sum_of_points(top(), v);
      if (!total_ || std::isnan(total_->points[v].value)) continue;
      const double stated = total_->points[v].value;
      if (std::isnan(sum) || differ(stated, sum)) {
        finding(total_->row, versions_[v].column, fmt::format("total, {}", versions_[v].name),
                fmt::format("the total is {}, and the points add up to {}", to_string(stated),
                            std::isnan(sum) ? "nothing" : fmt::format("{:.12g}", sum)),
                "correct one");
      }
    }
  }

  // ---- What is handed out
  // ------------------------------------------------------------------------

  IndexDefinition definition() const {
    IndexDefinition definition;
    definition.index = options_.index;
    definition.edition = options_.edition;
    definition.title.vi = title_above();
    definition.provenance.status = options_.status;
    definition.provenance.source = table_.source();
    definition.decimals = 2;
    definition.location = table_.location(heading_.first_row);
    definition.tree.code = options_.index;
    definition.tree.title = definition.title;
    definition.tree.location = definition.location;
    sum(definition.tree, top());
    const double maximum = sum_of_maxima(top(), false);
    if (maximum > 0.0) definition.tree.maximum = Dated<double>(maximum);
    return definition;
  }

  void sum(Criterion& node, const std::vector<std::size_t>& children) const {
    node.aggregation.method = Aggregation::Method::sum;
    node.missing = options_.missing;
    for (const std::size_t i : children) node.children.push_back(criterion(items_[i]));
  }

  [[nodiscard]] Criterion criterion(const Item& item) const {
    Criterion node;
    node.code = item.code;
    node.title.vi = item.title;
    node.provenance.note = item.note;
    node.location = table_.location(item.row, std::max<Size>(number_, 0));
    node.role = item.role;
    if (item.maximum > 0.0) node.maximum = Dated<double>(item.maximum);
    if (item.children.empty()) {
      node.measure = Measure::of(item.code);
      node.rule = Dated<Rule>(Rule(GivenPoints{}));
    } else {
      sum(node, item.children);
    }
    return node;
  }

  // The first line of text above the heading that names a form.
  [[nodiscard]] std::string title_above() const {
    for (Size row = 0; row < heading_.first_row; ++row) {
      for (Size column = 0; column < table_.columns(); ++column) {
        std::string text = one_line(cells_(row, column));
        if (contains_any(plain_key(text), {"bang", "chiso", "phieu", "bieu"})) return text;
      }
    }
    return {};
  }

  std::vector<std::pair<std::string, Panel>> versions() {
    std::vector<std::pair<std::string, Panel>> panels;
    for (std::size_t v = 0; v < versions_.size(); ++v) {
      Panel::Builder builder(table_.source());
      const Size unit = builder.unit(options_.unit);
      const Size period = builder.period(options_.period);
      builder.row(unit, period);
      bool has_points = false;
      for (const Item& item : items_) {
        if (!item.children.empty()) continue;
        const Size variable = builder.number_variable(item.code);
        if (item.points[v].not_applicable) {
          builder.set_not_applicable(unit, variable, period);
        } else if (!std::isnan(item.points[v].value)) {
          builder.set(unit, variable, period, item.points[v].value);
        } else {
          continue;
        }
        has_points = true;
      }
      if (has_points) {
        panels.emplace_back(versions_[v].name, builder.build());
      } else {
        finding(heading_.first_row, versions_[v].column,
                heading_.names[index_of(versions_[v].column)], "the column has no points");
      }
    }
    return panels;
  }

  const Table& table_;
  ComposedCells cells_;
  const ScoringFormOptions& options_;
  CellProblems problems_;
  std::vector<Problem> findings_;

  Heading heading_;
  Size number_ = -1;
  Size maximum_ = -1;
  std::vector<Size> titles_;
  std::vector<Size> methods_;
  std::vector<Version> versions_;

  std::vector<Item> items_;
  std::optional<Total> total_;
  Size last_row_ = -1;  // Of the last item, with its continuations.

  std::map<Key, std::size_t> positions_;
  std::size_t capital_ = kNone;
  std::size_t roman_ = kNone;
  std::size_t last_numbered_ = kNone;
};

}  // namespace

ScoringForm read_scoring_form(const Table& table, const ScoringFormOptions& options) {
  return FormReader(table, options).read();
}

}  // namespace chiso
