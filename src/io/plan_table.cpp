#include "chiso/io/plan_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "io/bad_text.hpp"
#include "io/cells.hpp"
#include "io/form_number.hpp"
#include "io/plan_columns.hpp"
#include "io/plan_document.hpp"
#include "io/when_text.hpp"

namespace chiso {

namespace {

// Keys of the head whose values are named parts: a row each, "agencies.so-noi-vu".
constexpr std::array<std::string_view, 4> kSections{"indices", "regions", "agencies", "areas"};
// Keys of the head whose values are lists: a row an item.
constexpr std::array<std::string_view, 2> kLists{"baseline", "targets"};
// Keys of the head whose values stand in their cells as they are.
constexpr std::array<std::string_view, 10> kTexts{"plan",   "unit",      "authority", "issued",
                                                  "status", "reference", "source",    "checked",
                                                  "note",   "currency"};

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

// One text, or those of a list: both are written for one.
std::vector<std::string> texts_of(const Node& node) {
  if (node.is_scalar()) return {node.text};
  std::vector<std::string> texts;
  for (const Node& item : node.items) texts.push_back(item.text);
  return texts;
}

// ---- Writing -----------------------------------------------------------------------------------

std::string quoted(std::string text) {
  Node node = Node::word(std::move(text));
  node.quoted = true;
  return to_flow(node);
}

// A text as it is; in quotes if a reader of cells would take it for another.
std::string text_cell(const std::string& text) {
  const bool is_kept = without_blanks(text).size() == text.size() && !text.starts_with('"') &&
                       !find_bad_text(text, {});
  return is_kept ? text : quoted(text);
}

class PlanTableWriter {
 public:
  PlanTableWriter(const Plan& plan, Language language)
      : plan_(plan), is_vietnamese_(language == Language::vi) {}

  Table write() {
    for (const Task& task : plan_.definition().tasks) tasks_.push_back(write_task(task));
    choose_columns();
    std::vector<std::string> heading;
    for (const PlanColumn* column : columns_) {
      heading.emplace_back(is_vietnamese_ ? column->vi : column->en);
    }
    rows_.push_back(std::move(heading));
    head();
    for (std::size_t i = 0; i < tasks_.size(); ++i) task(static_cast<Size>(i));
    return Table(plan_.name(), rows_);
  }

 private:
  void choose_columns() {
    const PlanColumn* other_title = nullptr;
    for (const PlanColumn& column : plan_columns()) {
      if (column.cell == PlanCell::title) {
        if (column.key == language()) {
          columns_.push_back(&column);
        } else {
          other_title = &column;
        }
      } else if (column.cell == PlanCell::code || column.cell == PlanCell::area ||
                 (!column.key.empty() && is_used(column.key))) {
        columns_.push_back(&column);
      }
    }
    const auto title = std::find_if(columns_.begin(), columns_.end(), [](const auto* column) {
      return column->cell == PlanCell::title;
    });
    value_ = title - columns_.begin();
    const Title& of_plan = plan_.definition().title;
    const bool is_other_used =
        !(is_vietnamese_ ? of_plan.en : of_plan.vi).empty() ||
        std::any_of(plan_.definition().tasks.begin(), plan_.definition().tasks.end(),
                    [this](const Task& task) {
                      return !(is_vietnamese_ ? task.title.en : task.title.vi).empty();
                    });
    if (is_other_used) columns_.insert(title + 1, other_title);
  }

  [[nodiscard]] std::string_view language() const noexcept { return is_vietnamese_ ? "vi" : "en"; }

  [[nodiscard]] bool is_used(std::string_view key) const {
    return std::any_of(tasks_.begin(), tasks_.end(),
                       [key](const Node& task) { return task.find(key) != nullptr; });
  }

  // ---- Head

  void head_row(std::string key, std::string value) {
    std::vector<std::string> row(columns_.size());
    row[1] = std::move(key);
    row[index_of(value_)] = std::move(value);
    rows_.push_back(std::move(row));
  }

  void head() {
    const Node root = write_plan(plan_.definition());
    for (const std::string_view key : plan_head_keys()) {
      const Node* value = root.find(key);
      if (value == nullptr) continue;
      if (key == "title") {
        title();
      } else if (is_any(key, kSections)) {
        section(std::string(key), *value);
      } else if (is_any(key, kLists) && value->is_sequence()) {
        for (const Node& item : value->items) head_row(std::string(key), to_flow(item));
      } else {
        head_row(std::string(key), is_any(key, kTexts) ? text_cell(value->text) : to_flow(*value));
      }
    }
  }

  void title() {
    std::vector<std::string> row(columns_.size());
    row[1] = "title";
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i]->cell == PlanCell::title) {
        row[i] = text_cell(title_in(plan_.definition().title, columns_[i]->key));
      }
    }
    rows_.push_back(std::move(row));
  }

  static const std::string& title_in(const Title& title, std::string_view language) {
    return language == "vi" ? title.vi : title.en;
  }

  void section(const std::string& key, const Node& parts) {
    const bool is_plain = std::all_of(parts.keys.begin(), parts.keys.end(), [](const Node& name) {
      return text_cell(name.text) == name.text;
    });
    if (!is_plain) {
      head_row(key, to_flow(parts));
      return;
    }
    for (std::size_t i = 0; i < parts.keys.size(); ++i) {
      head_row(fmt::format("{}.{}", key, parts.keys[i].text), to_flow(parts.items[i]));
    }
  }

  // ---- Tasks

  void task(Size i) {
    const Task& task = plan_.task(i);
    std::vector<std::string> row;
    for (const PlanColumn* column : columns_) {
      if (column->cell == PlanCell::title) {
        row.push_back(text_cell(title_in(task.title, column->key)));
        continue;
      }
      const Node* value = tasks_[index_of(i)].find(column->key);
      row.push_back(value == nullptr ? "" : cell(*column, *value, task));
    }
    rows_.push_back(std::move(row));
  }

  std::string cell(const PlanColumn& column, const Node& value, const Task& task) {
    switch (column.cell) {
      case PlanCell::criteria:
        return fmt::format("{}", fmt::join(texts_of(value), "; "));
      case PlanCell::agencies: {
        std::string names;
        for (const std::string& code : texts_of(value)) {
          if (!names.empty()) names += "; ";
          names += name_of(code);
        }
        return names;
      }
      case PlanCell::recurrence:
        return std::string(recurrence_words(*task.recurrence, is_vietnamese_));
      case PlanCell::flow:
        return to_flow(value);
      default:
        return value.is_scalar() ? text_cell(value.text) : to_flow(value);
    }
  }

  // The title, if it is one that means this agency and no other.
  const std::string& name_of(const std::string& code) {
    const auto [known, is_new] = names_.emplace(code, code);
    if (is_new) {
      const Size agency = plan_.agencies().at(code);
      const Title& title = plan_.agency(agency).title;
      for (const std::string* name :
           {is_vietnamese_ ? &title.vi : &title.en, is_vietnamese_ ? &title.en : &title.vi}) {
        if (!name->empty() && means(*name, agency)) {
          known->second = *name;
          break;
        }
      }
    }
    return known->second;
  }

  [[nodiscard]] bool means(const std::string& name, Size agency) const {
    if (text_cell(name) != name || name.find_first_of(";\n\r") != std::string::npos) return false;
    try {
      return plan_.find_agency(name) == agency;
    } catch (const Error&) {
      return false;
    }
  }

  const Plan& plan_;
  bool is_vietnamese_;
  std::vector<Node> tasks_;
  std::vector<const PlanColumn*> columns_;
  Size value_ = 0;
  std::vector<std::vector<std::string>> rows_;
  std::unordered_map<std::string, std::string> names_;  // By code.
};

// ---- Reading -----------------------------------------------------------------------------------

void set_location(Node& node, const Location& location) {
  node.line = location.line;
  node.column = location.column;
  for (auto& key : node.keys) set_location(key, location);
  for (auto& item : node.items) set_location(item, location);
}

Node text_node(std::string text) {
  Node node = Node::word(std::move(text));
  node.quoted = true;
  return node;
}

// Lower-case words of ASCII letters and digits, joined by hyphens: "so-noi-vu".
std::string slug(std::string_view name, std::string_view otherwise) {
  constexpr std::size_t most = 60;
  std::string code;
  for (const char c : plain_words(name)) {
    const bool is_kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (is_kept) {
      code += c;
    } else if (!code.empty() && code.back() != '-') {
      code += '-';
    }
    if (code.size() == most) break;
  }
  while (code.ends_with('-')) code.pop_back();
  return code.empty() ? std::string(otherwise) : code;
}

// The code, with a number behind it if there is one like it.
std::string unique(std::string code, std::set<std::string>& taken) {
  if (taken.insert(code).second) return code;
  for (int i = 2;; ++i) {
    std::string next = fmt::format("{}-{}", code, i);
    if (taken.insert(next).second) return next;
  }
}

// The lines and parts of a cell, without blanks around them.
std::vector<std::string_view> parts_of(std::string_view cell, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = cell.find_first_of(separators);
    const std::string_view part = without_blanks(cell.substr(0, end));
    if (!part.empty()) parts.push_back(part);
    if (end == std::string_view::npos) return parts;
    cell = cell.substr(end + 1);
  }
}

constexpr std::string_view kBetweenNames = ";\n\r";

// A name without the dash of a list before it and the full stop behind it.
std::string_view without_bullet(std::string_view name) {
  for (const std::string_view bullet : {"- ", "+ ", "* ", "\u2013 ", "\u2014 ", "\u2022 "}) {
    if (name.starts_with(bullet)) name = without_blanks(name.substr(bullet.size()));
  }
  while (name.ends_with('.')) name.remove_suffix(1);
  return name == "-" ? std::string_view() : without_blanks(name);
}

// ---- Numbers of rows

int order_of(const FormNumber::Part& part) noexcept {
  constexpr int d_with_stroke = 100;  // Between d and e.
  return part.style == FormNumber::Style::letter && part.value == d_with_stroke ? 9
                                                                                : 2 * part.value;
}

bool has_prefix(const FormNumber& number, const FormNumber& prefix) {
  return prefix.parts.size() < number.parts.size() &&
         std::equal(prefix.parts.begin(), prefix.parts.end(), number.parts.begin());
}

bool are_alike(const FormNumber& a, const FormNumber& b) {
  return a.parts.size() == b.parts.size() && a.parts.back().style == b.parts.back().style;
}

// How far `b` is behind `a`, both numbered alike within the same; 0 if they are not, or it is not.
int steps_behind(const FormNumber& a, const FormNumber& b) {
  if (!are_alike(a, b) || !std::equal(a.parts.begin(), a.parts.end() - 1, b.parts.begin())) {
    return 0;
  }
  return std::max(0, order_of(b.parts.back()) - order_of(a.parts.back()));
}

bool follows(const FormNumber& a, const FormNumber& b) {
  const int steps = steps_behind(a, b);
  return steps > 0 && steps <= 2;
}

class PlanTableReader {
 public:
  PlanTableReader(const Table& table, const AnnexOptions& options)
      : table_(table), options_(options), problems_(table) {}

  Plan read() {
    find_heading();
    problems_.raise<SpecError>();  // Without a sound heading the rows mean nothing.
    if (has_head()) {
      head();
      if (root_.find("agencies") != nullptr) declared_agencies();
    }
    issued_ = issued();
    if (has_head_) {
      own_rows();
    } else {
      annex_rows();
    }
    if (root_.find("agencies") == nullptr) named_agencies();
    for (const TaskRow& row : task_rows_) task(row);
    raise();
    finish();
    try {
      return plan_from(root_, table_.source());
    } catch (const SpecError& error) {
      throw with_cells(error);
    }
  }

 private:
  struct Column {
    Size column = 0;
    PlanHeading heading;
    std::string name;
    Size row = 0;  // Of the name.

    [[nodiscard]] PlanCell cell() const noexcept { return heading.column->cell; }
    [[nodiscard]] std::string_view key() const noexcept { return heading.column->key; }
  };

  // A row of a task: where it stands, what it is called.
  struct TaskRow {
    Size row = 0;
    std::string code;
    std::string area;
    std::string title;  // Without its number.
    Size title_column = -1;
  };

  // What stands in a cell; a dash of an annex is nothing.
  [[nodiscard]] std::string_view cell(Size row, Size column) const {
    if (column < 0) return {};
    const std::string_view text = without_blanks(table_(row, column));
    const bool is_dash = text == "-" || text == "\u2013" || text == "\u2014";
    return is_dash && !has_head_ ? std::string_view() : text;
  }

  static void put(Node& mapping, std::string key, Node value, const Location& at) {
    mapping.set(std::move(key), std::move(value));
    mapping.keys.back().line = at.line;
    mapping.keys.back().column = at.column;
  }

  void fault(std::string_view kind, Size row, Size column, std::string_view place,
             std::string message, std::string remedy = {}) {
    problems_.add(kind, row, column, place, std::move(message), std::move(remedy));
  }

  void fault(std::string_view kind, Size row, Size column, std::string_view place,
             const Error& error) {
    for (const Problem& problem : error.problems()) {
      fault(kind, row, column, place, problem.message, problem.remedy);
    }
  }

  // ---- Heading
  // -----------------------------------------------------------------------------------

  void find_heading() {
    constexpr Size most_rows = 40;
    for (Size row = 0; row < std::min(table_.rows(), most_rows); ++row) {
      if (!read_heading(row)) continue;
      check_columns();
      return;
    }
    problems_.add(
        {},
        "expected a heading with a column of tasks and others that a plan has, found "
        "none in the first 40 rows",
        "head the columns as an annex does: STT, Nhi\u1ec7m v\u1ee5, C\u01a1 quan ch\u1ee7 "
        "tr\u00ec, C\u01a1 quan ph\u1ed1i h\u1ee3p, Th\u1eddi gian ho\u00e0n th\u00e0nh, "
        "S\u1ea3n ph\u1ea9m (no., task, lead, coordinate, due, product)");
  }

  bool read_heading(Size row) {
    std::vector<Column> columns;
    Size known = 0;
    bool has_title = false;
    const bool has_second = has_second_row(row);
    std::string_view spread;  // A heading that was merged over several columns.
    for (Size i = 0; i < table_.columns(); ++i) {
      std::string_view above = cell(row, i);
      const std::string_view below = has_second ? cell(row + 1, i) : std::string_view();
      if (!above.empty()) spread = above;
      Column column{i, {}, one_line(below.empty() ? above : below), below.empty() ? row : row + 1};
      if (const auto found = find_column(spread, above, below)) {
        column.heading = *found;
        ++known;
        has_title |= column.cell() == PlanCell::title || column.cell() == PlanCell::criteria;
      }
      columns.push_back(std::move(column));
    }
    if (!has_title || known < 2) return false;
    columns_ = std::move(columns);
    first_row_ = row + (has_second ? 2 : 1);
    heading_row_ = row;
    if (first_row_ < table_.rows() && numbers_columns(first_row_)) ++first_row_;
    return true;
  }

  [[nodiscard]] std::optional<PlanHeading> find_column(std::string_view spread,
                                                       std::string_view above,
                                                       std::string_view below) const {
    if (below.empty()) return headings_.find(above);
    if (auto found = headings_.find(fmt::format("{} {}", spread, below))) return found;
    return headings_.find(below);
  }

  // Whether the next row only divides headings of this one.
  [[nodiscard]] bool has_second_row(Size row) const {
    if (row + 1 >= table_.rows()) return false;
    bool divides = false;
    std::string_view spread;
    for (Size i = 0; i < table_.columns(); ++i) {
      if (!cell(row, i).empty()) spread = cell(row, i);
      const std::string_view below = cell(row + 1, i);
      if (below.empty() || below == cell(row, i)) continue;
      const auto found = find_column(spread, {}, below);
      if (!found || found->column->cell == PlanCell::title ||
          found->column->cell == PlanCell::number) {
        return false;
      }
      divides = true;
    }
    return divides;
  }

  // A row below the heading may number the columns: 1, 2, 3 or (1), (2), (3).
  [[nodiscard]] bool numbers_columns(Size row) const {
    Size numbers = 0;
    for (Size i = 0; i < table_.columns(); ++i) {
      if (cell(row, i).empty()) continue;
      const auto number = read_form_number(cell(row, i));
      if (!number || number->parts.size() != 1) return false;
      ++numbers;
    }
    return numbers > 2;
  }

  [[nodiscard]] bool has_cells(Size column) const {
    for (Size row = first_row_; row < table_.rows(); ++row) {
      if (!cell(row, column).empty()) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_ignored(const std::string& name) const {
    return std::any_of(options_.ignored.begin(), options_.ignored.end(),
                       [&](const auto& each) { return match_key(each) == match_key(name); });
  }

  void check_columns() {
    bool has_title = std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
      return column.heading.column != nullptr && column.cell() == PlanCell::title;
    });
    std::map<std::tuple<PlanCell, std::string_view, std::string>, std::string> first;
    std::vector<Column> kept;
    for (Column& column : columns_) {
      const bool is_empty = !has_cells(column.column);
      if (is_empty && (column.name.empty() || column.heading.column == nullptr)) continue;
      if (!column.name.empty() && is_ignored(column.name)) continue;
      if (column.heading.column == nullptr) {
        unknown_column(column);
        continue;
      }
      // What is to be done may stand under "criteria"; a second such column then has the codes.
      if (!has_title && column.cell() == PlanCell::criteria) {
        const std::string_view language = column.heading.is_vietnamese ? "vi" : "en";
        for (const PlanColumn& each : plan_columns()) {
          if (each.cell == PlanCell::title && each.key == language) column.heading.column = &each;
        }
        has_title = true;
      }
      if (column.cell() == PlanCell::maximum) {
        if (is_empty) continue;
        fault("columns that a plan cannot hold", column.row, column.column, column.name,
              "the most points of a criterion belong to the definition of its index, not to a plan",
              how_to_ignore(column.name));
        continue;
      }
      const auto [known, is_new] =
          first.emplace(std::tuple(column.cell(), column.key(), column.heading.year), column.name);
      if (!is_new) {
        fault("columns that stand twice", column.row, column.column, column.name,
              fmt::format("the columns '{}' and '{}' are read as the same", known->second,
                          column.name),
              column.cell() == PlanCell::title
                  ? "head the column of the parts of the plan 'L\u0129nh v\u1ef1c' (area), or join "
                    "the two"
                  : "join the two, or remove one");
        continue;
      }
      switch (column.cell()) {
        case PlanCell::number:
          number_ = column.column;
          break;
        case PlanCell::code:
          code_ = column.column;
          break;
        case PlanCell::area:
          area_ = column.column;
          break;
        case PlanCell::title:
          titles_.push_back(column.column);
          break;
        default:
          break;
      }
      kept.push_back(std::move(column));
    }
    columns_ = std::move(kept);
  }

  static std::string how_to_ignore(const std::string& name) {
    return fmt::format("remove the column, or say that '{}' is to be ignored", name);
  }

  void unknown_column(const Column& column) {
    if (column.name.empty()) {
      fault("columns without heading", column.row, column.column, {},
            fmt::format("column {} has no heading, but cells", column.column + 1),
            "head it, or remove it");
      return;
    }
    const std::string near = headings_.near(column.name);
    fault("unknown columns", column.row, column.column, column.name,
          fmt::format("unknown column '{}'{}", column.name, near),
          near.empty() ? "head it as docs/plans.md has it, or " + how_to_ignore(column.name)
                       : how_to_ignore(column.name));
  }

  // ---- Head
  // --------------------------------------------------------------------------------------

  [[nodiscard]] static std::string_view section_of(std::string_view key) {
    return key.substr(0, key.find('.'));
  }

  [[nodiscard]] bool is_head_key(std::string_view key) const {
    const std::string_view section = section_of(key);
    return std::find(head_keys_.begin(), head_keys_.end(), section) != head_keys_.end() &&
           (section.size() == key.size() || is_any(section, kSections));
  }

  bool has_head() {
    for (Size row = first_row_; area_ >= 0 && row < table_.rows() && !has_head_; ++row) {
      has_head_ = cell(row, code_).empty() && is_head_key(cell(row, area_)) &&
                  !value_cell(row).first.empty();
    }
    return has_head_;
  }

  // The first title that stands in a row, and its column.
  [[nodiscard]] std::pair<std::string_view, Size> value_cell(Size row) const {
    for (const Size column : titles_) {
      if (!cell(row, column).empty()) return {cell(row, column), column};
    }
    return {{}, titles_.empty() ? 0 : titles_.front()};
  }

  void head() {
    for (Size row = first_row_; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row) || !cell(row, code_).empty()) continue;
      head_row(row);
    }
  }

  void head_row(Size row) {
    const std::string key(cell(row, area_));
    if (!is_head_key(key)) {
      const std::vector<std::string> known(head_keys_.begin(), head_keys_.end());
      fault("rows that are neither head nor task", row, area_, key,
            key.empty() ? "expected the code of a task, or a key of the head in this column"
                        : fmt::format("'{}' is no key of the head{}, and the row has no code", key,
                                      suggestion(section_of(key), known)),
            "give the row a code if it is a task");
      return;
    }
    for (const Column& column : columns_) {
      if (column.cell() == PlanCell::area || column.cell() == PlanCell::title ||
          cell(row, column.column).empty()) {
        continue;
      }
      fault("cells beside the head", row, column.column, key,
            "a row of the head has its value in the column of tasks, and no other",
            "give the row a code if it is a task");
    }
    const auto [text, column] = value_cell(row);
    if (text.empty()) {
      fault("keys without value", row, column, key, "the key has no value",
            "write it into the column of tasks");
      return;
    }
    if (key == "title") {
      Node title = Node::mapping();
      for (const Column& each : columns_) {
        if (each.cell() != PlanCell::title || cell(row, each.column).empty()) continue;
        put(title, std::string(each.key()), own_text(row, each.column),
            table_.location(row, each.column));
      }
      set_key(row, key, std::move(title));
      return;
    }
    Node value =
        is_any(std::string_view(key), kTexts) ? own_text(row, column) : flow(row, column, key);
    if (!value.is_null()) head_value(row, key, std::move(value));
  }

  void head_value(Size row, const std::string& key, Node value) {
    const std::string_view section = section_of(key);
    if (is_any(section, kLists)) {
      Node& list = child(section, Node::Kind::sequence, row);
      if (value.is_sequence()) {
        for (Node& item : value.items) list.items.push_back(std::move(item));
      } else {
        list.items.push_back(std::move(value));
      }
    } else if (section.size() < key.size()) {
      Node& parts = child(section, Node::Kind::mapping, row);
      if (!parts.is_mapping()) return;
      add_part(row, key, parts, key.substr(section.size() + 1), std::move(value));
    } else if (is_any(section, kSections) && value.is_mapping()) {
      Node& parts = child(section, Node::Kind::mapping, row);
      for (std::size_t i = 0; i < value.keys.size(); ++i) {
        add_part(row, key, parts, value.keys[i].text, std::move(value.items[i]));
      }
    } else {
      set_key(row, key, std::move(value));
    }
  }

  void add_part(Size row, const std::string& key, Node& parts, std::string name, Node value) {
    if (!part_names_.emplace(std::string(section_of(key)), name).second) {
      twice(row, fmt::format("{}.{}", section_of(key), name));
      return;
    }
    put(parts, std::move(name), std::move(value), table_.location(row, area_));
  }

  void set_key(Size row, const std::string& key, Node value) {
    if (root_.find(key) != nullptr) {
      twice(row, key);
      return;
    }
    const Location at = table_.location(row, area_);
    if (value.line == 0) {
      value.line = at.line;
      value.column = at.column;
    }
    put(root_, key, std::move(value), at);
  }

  void twice(Size row, const std::string& key) {
    fault("keys that stand twice", row, area_, key, fmt::format("the key '{}' stands twice", key),
          "remove one");
  }

  // The value of a key of the root, made if there is none.
  Node& child(std::string_view key, Node::Kind kind, Size row) {
    for (std::size_t i = 0; i < root_.keys.size(); ++i) {
      if (root_.keys[i].text == key) return root_.items[i];
    }
    Node node;
    node.kind = kind;
    const Location at = table_.location(row, area_);
    set_location(node, at);
    put(root_, std::string(key), std::move(node), at);
    return root_.items.back();
  }

  // ---- Cells
  // -------------------------------------------------------------------------------------

  // The text of a cell; nothing, with a problem, if it is no YAML.
  Node flow(Size row, Size column, std::string_view place) {
    Node node;
    try {
      node = parse_document(cell(row, column), {});
    } catch (const SpecError& error) {
      for (const Problem& problem : error.problems()) {
        fault("cells that cannot be read", row, column, place, problem.message, problem.remedy);
      }
    }
    set_location(node, table_.location(row, column));
    return node;
  }

  // A text as it stands; that of text_cell in quotes.
  Node own_text(Size row, Size column) const {
    const std::string_view text = cell(row, column);
    Node node = text_node(std::string(text));
    if (has_head_ && text.size() > 1 && text.starts_with('"') && text.ends_with('"')) {
      try {
        const Node parsed = parse_document(text, {});
        if (parsed.is_scalar() && parsed.quoted) node = text_node(parsed.text);
      } catch (const SpecError&) {  // Quotes of the text itself.
      }
    }
    set_location(node, table_.location(row, column));
    return node;
  }

  // The criteria of a row as a list; nothing if there are none.
  Node criteria(Size row, Size column, std::string_view place) {
    Node list = Node::sequence();
    for (const std::string_view part : parts_of(cell(row, column), kBetweenNames)) {
      try {
        const CriterionRef ref = parse_criterion_ref(part);
        if (indices_.insert(ref.index).second) index_order_.push_back(ref.index);
        list.items.push_back(Node::text_of(to_string(ref)));
      } catch (const SpecError&) {
        fault("criteria that cannot be read", row, column, place,
              fmt::format("expected codes of criteria, such as 'par:F1; papi', found '{}'", part),
              has_head_ ? "write the key of an index, or key:code; several separated by ';'"
                        : "write name:code with the name of a definition, or head the column "
                          "otherwise");
      }
    }
    set_location(list, table_.location(row, column));
    return list.items.empty() ? Node() : list;
  }

  // ---- Agencies
  // ----------------------------------------------------------------------------------

  // Those of the head, asked as the plan itself would be.
  void declared_agencies() {
    Node root = Node::mapping();
    root.set("chiso", Node::number(1)).set("plan", Node::word("agencies"));
    root.set("agencies", *root_.find("agencies"));
    try {
      agencies_ = plan_from(root, table_.source());
    } catch (const SpecError& error) {
      wrong_agencies_ = with_cells(error).problems();
    }
  }

  // Codes of the agencies of a cell; nothing if there are none.
  Node agencies(Size row, const Column& column, std::string_view place) {
    if (!wrong_agencies_.empty()) return {};
    Node list = Node::sequence();
    for (const std::string_view part : parts_of(cell(row, column.column), kBetweenNames)) {
      std::string code = agencies_ ? declared(part, row, column.column, place) : named(part);
      if (!code.empty()) list.items.push_back(Node::text_of(std::move(code)));
    }
    set_location(list, table_.location(row, column.column));
    return list.items.empty() ? Node() : list;
  }

  std::string declared(std::string_view spelling, Size row, Size column, std::string_view place) {
    const auto [known, is_new] = declared_.emplace(spelling, Found{});
    Found& found = known->second;
    if (is_new) {
      for (const std::string_view name : {spelling, without_bullet(spelling)}) {
        try {
          found.code = agencies_->agencies()[agencies_->find_agency(name)];
          break;
        } catch (const Error& error) {
          if (found.message.empty()) found.message = error.problems().front().message;
        }
      }
    }
    if (found.code.empty()) {
      fault("unknown agencies", row, column, place, found.message,
            "declare it in a row 'agencies.<code>' of the head, or correct the name; several are "
            "separated by ';'");
    }
    return found.code;
  }

  struct Found {
    std::string code;
    std::string message;
  };

  // An agency of which nothing but names is known.
  struct Named {
    std::string name;
    bool is_vietnamese = true;
    Size row = 0;
    Size column = 0;
    std::vector<std::string> aliases;
    std::string code;
    std::size_t same_as = 0;  // Position of the one of which it is a spelling: itself, most often.
  };

  // Makes the agencies of an annex out of the names in its cells.
  void named_agencies() {
    std::vector<Named> all;
    for (const TaskRow& task : task_rows_) {
      for (const Column& column : columns_) {
        if (column.cell() != PlanCell::agencies) continue;
        for (const auto part : parts_of(cell(task.row, column.column), kBetweenNames)) {
          const std::string_view name = without_bullet(part);
          if (name.empty()) continue;
          const auto [known, is_new] = named_.emplace(match_key(name), all.size());
          if (is_new) {
            all.push_back({std::string(name),
                           column.heading.is_vietnamese,
                           task.row,
                           column.column,
                           {},
                           {},
                           all.size()});
          }
        }
      }
    }
    join_spellings(all);
    for (const Named& each : all) refuse_commas(each);
    std::set<std::string> codes;
    Node list = Node::mapping();
    for (std::size_t i = 0; i < all.size(); ++i) {
      Named& each = all[i];
      if (each.same_as != i) continue;
      each.code = unique(slug(each.name, "agency"), codes);
      put(list, each.code, agency_node(each), table_.location(each.row, each.column));
    }
    for (const Named& each : all) names_.push_back(all[each.same_as].code);
    if (!all.empty() && root_.find("agencies") == nullptr) {
      put(root_, "agencies", std::move(list), table_.location(heading_row_));
    }
  }

  // A name without some of its diacritics is another spelling of it, unless it could be of two.
  void join_spellings(std::vector<Named>& all) {
    std::unordered_map<std::string, std::vector<std::size_t>> alike;
    for (std::size_t i = 0; i < all.size(); ++i) alike[plain_key(all[i].name)].push_back(i);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto& same = alike[plain_key(all[i].name)];
      const auto lacks = [&](std::size_t a, std::size_t b) {
        return a != b && lacks_only_marks(all[a].name, all[b].name);
      };
      std::vector<std::size_t> full;
      for (const std::size_t j : same) {
        const bool is_full =
            std::none_of(same.begin(), same.end(), [&](std::size_t k) { return lacks(j, k); });
        if (lacks(i, j) && is_full) full.push_back(j);
      }
      if (full.size() == 1) {
        all[i].same_as = full.front();
        all[full.front()].aliases.push_back(all[i].name);
      } else if (full.size() > 1) {
        fault("agencies that could be two", all[i].row, all[i].column, all[i].name,
              fmt::format("'{}' could be '{}' or '{}'", all[i].name, all[full[0]].name,
                          all[full[1]].name),
              "write it with its diacritics");
      }
    }
  }

  // A comma may be part of a name; but several offices that stand for themselves are no name.
  void refuse_commas(const Named& agency) {
    const auto parts = parts_of(agency.name, ",");
    if (parts.size() < 2) return;
    bool are_all_named = true;
    bool is_repeated = false;
    std::set<std::string> beginnings;
    for (const std::string_view part : parts) {
      are_all_named &= named_.contains(match_key(part));
      const std::string words = plain_words(part);
      is_repeated |= words.find(' ') != std::string::npos &&
                     !beginnings.insert(words.substr(0, words.find(' '))).second;
    }
    if (!are_all_named && !is_repeated) return;
    fault("agencies joined by commas", agency.row, agency.column, {},
          fmt::format("'{}' seems to be several agencies", agency.name),
          "separate agencies by ';' or line breaks: commas are part of names");
  }

  Node agency_node(const Named& agency) const {
    Node node = Node::mapping();
    node.set("title",
             Node::mapping().set(agency.is_vietnamese ? "vi" : "en", text_node(agency.name)));
    if (!agency.aliases.empty()) {
      Node aliases = Node::sequence();
      for (const auto& alias : agency.aliases) aliases.items.push_back(text_node(alias));
      node.set("aliases", std::move(aliases));
    }
    const std::string words = plain_words(agency.name);
    if (words.starts_with("cac ") || words.starts_with("all ")) {
      node.set("group", Node::word("true"));
    }
    set_location(node, table_.location(agency.row, agency.column));
    return node;
  }

  [[nodiscard]] std::string named(std::string_view spelling) const {
    const auto found = named_.find(match_key(without_bullet(spelling)));
    return found == named_.end() ? std::string() : names_[found->second];
  }

  // ---- Rows of tasks
  // -----------------------------------------------------------------------------

  [[nodiscard]] std::optional<Date> issued() const {
    const Node* said = root_.find("issued");
    if (said == nullptr) return options_.issued;
    try {
      return parse_date(said->text);
    } catch (const SpecError&) {  // Whoever reads the root says so.
      return {};
    }
  }

  void own_rows() {
    for (Size row = first_row_; row < table_.rows(); ++row) {
      if (cell(row, code_).empty()) continue;
      const Node code = own_text(row, code_);
      task_rows_.push_back({row, code.text, area_ < 0 ? "" : own_text(row, area_).text, {}, -1});
    }
  }

  void task(const TaskRow& row) {
    Node node = Node::mapping();
    const Size first = code_ >= 0 && !cell(row.row, code_).empty() ? code_ : row.title_column;
    const Location at = table_.location(row.row, std::max<Size>(first, 0));
    set_location(node, at);
    const auto set = [&](std::string_view key, Node value, Size column) {
      if (value.is_null()) return;
      const Location location = table_.location(row.row, std::max<Size>(column, 0));
      if (value.line == 0) set_location(value, location);
      put(node, std::string(key), std::move(value), location);
    };
    set("code", text_node(row.code), first);
    if (!row.area.empty()) set("area", text_node(row.area), area_ >= 0 ? area_ : first);
    if (Node title = task_title(row); !title.is_null()) set("title", std::move(title), first);
    When when;
    for (const Column& column : columns_) {
      if (cell(row.row, column.column).empty()) continue;
      switch (column.cell()) {
        case PlanCell::criteria: {
          Node list = criteria(row.row, column.column, row.code);
          promises(row.row, row.code, list);
          set(column.key(), std::move(list), column.column);
          break;
        }
        case PlanCell::agencies:
          set(column.key(), agencies(row.row, column, row.code), column.column);
          break;
        case PlanCell::when:
        case PlanCell::recurrence:
          add_time(row, column, when);
          break;
        case PlanCell::text:
          set(column.key(), own_text(row.row, column.column), column.column);
          break;
        case PlanCell::amount:
          set(column.key(), amount(row, column), column.column);
          break;
        case PlanCell::flow:
          set(column.key(), flow(row.row, column.column, row.code), column.column);
          break;
        default:
          break;
      }
    }
    if (!has_criteria(row.row)) promises(row.row, row.code, {});
    for (const Column& column : columns_) {
      if (column.cell() != PlanCell::when && column.cell() != PlanCell::recurrence) continue;
      if (when.due) set("due", Node::word(to_string(*when.due)), column.column);
      if (when.recurrence) set("every", every(*when.recurrence), column.column);
      when = {};
    }
    tasks_.items.push_back(std::move(node));
  }

  Node task_title(const TaskRow& row) {
    Node title = Node::mapping();
    for (const Column& column : columns_) {
      if (column.cell() != PlanCell::title || cell(row.row, column.column).empty()) continue;
      Node text = own_text(row.row, column.column);
      if (column.column == row.title_column && !row.title.empty()) text.text = row.title;
      put(title, std::string(column.key()), std::move(text),
          table_.location(row.row, column.column));
    }
    if (title.items.empty() && !row.title.empty()) {
      title.set(is_vietnamese_title() ? "vi" : "en", text_node(row.title));
    }
    if (title.items.empty()) return {};
    title.line = table_.location(row.row).line;
    title.column = table_.location(row.row).column;
    return title;
  }

  [[nodiscard]] bool is_vietnamese_title() const {
    return std::any_of(columns_.begin(), columns_.end(), [](const Column& column) {
      return column.cell() == PlanCell::title && column.key() == "vi";
    });
  }

  [[nodiscard]] bool has_criteria(Size row) const {
    return std::any_of(columns_.begin(), columns_.end(), [&](const Column& column) {
      return column.cell() == PlanCell::criteria && !cell(row, column.column).empty();
    });
  }

  // The word of the format.
  static Node every(Recurrence recurrence) {
    Task task;
    task.recurrence = recurrence;
    return Node::word(write_task(task).find("every")->text);
  }

  void add_time(const TaskRow& row, const Column& column, When& when) {
    When read;
    try {
      read = read_when(cell(row.row, column.column), issued_);
    } catch (const SpecError& error) {
      fault("times that cannot be read", row.row, column.column, row.code, error);
      return;
    }
    if (column.cell() == PlanCell::recurrence && read.due) {
      fault("recurrences that cannot be read", row.row, column.column, row.code,
            fmt::format("expected how often the task comes again, found the time '{}'",
                        cell(row.row, column.column)),
            "write it into the column of finishing times");
      return;
    }
    if (when.recurrence && read.recurrence && when.recurrence != read.recurrence) {
      fault("recurrences that cannot be read", row.row, column.column, row.code,
            fmt::format("the row says '{}', and '{}' here",
                        recurrence_words(*when.recurrence, is_vietnamese_title()),
                        recurrence_words(*read.recurrence, is_vietnamese_title())),
            "correct one of them");
      return;
    }
    if (read.due) when.due = read.due;
    if (read.recurrence) when.recurrence = read.recurrence;
  }

  Node amount(const TaskRow& row, const Column& column) {
    const std::string_view text = cell(row.row, column.column);
    double value = 0.0;
    const CellKind kind = read_cell(text, '.', value);
    if (kind == CellKind::number) {
      if (currency_.empty()) currency_ = column.heading.unit;
      return Node::number(value);
    }
    if (kind != CellKind::missing && text != "-") {
      Problem problem = not_a_number(text, kind, '.');
      fault("numbers that cannot be read", row.row, column.column, row.code,
            std::move(problem.message),
            kind == CellKind::separated ? "write its digits together, with '.' before decimals"
                                        : "leave the cell empty if it is not known");
    }
    return {};
  }

  // ---- Points: baselines and targets
  // -------------------------------------------------------------

  // Notes what the row says of its criterion.
  void promises(Size row, std::string_view place, const Node& criteria) {
    for (const Column& column : columns_) {
      const PlanCell kind = column.cell();
      const bool is_target = kind == PlanCell::target || kind == PlanCell::target_rank;
      const bool is_before = kind == PlanCell::points_before || kind == PlanCell::rank_before;
      if ((!is_target && !is_before) || cell(row, column.column).empty()) continue;
      if (criteria.items.size() != 1) {
        fault("points of no criterion", row, column.column, place,
              fmt::format("'{}' is of one criterion, and the row names {}", column.name,
                          criteria.items.empty() ? std::string("none")
                                                 : fmt::format("{}", criteria.items.size())),
              "name it in the column 'Ti\u00eau ch\u00ed' (criteria), or " +
                  how_to_ignore(column.name));
      } else if (is_target) {
        target(row, column, place, criteria.items.front().text);
      } else {
        before(row, column, place, criteria.items.front().text);
      }
    }
  }

  [[nodiscard]] std::string year_of(const Column& column) const {
    if (column.heading.year != "previous") return column.heading.year;
    return issued_ ? fmt::format("{:04}", issued_->year - 1) : std::string();
  }

  void before(Size row, const Column& column, std::string_view place, const std::string& of) {
    const std::string year = year_of(column);
    if (year.empty()) {
      fault("points of no year", column.row, column.column, column.name,
            "the heading does not say of which year its points are",
            "write the year into it ('\u0110i\u1ec3m n\u0103m 2021'), or say when the plan was "
            "issued if it says last year's");
      return;
    }
    double value = 0.0;
    if (!points(cell(row, column.column), value)) {
      fault("points that cannot be read", row, column.column, place,
            fmt::format("expected {}, found '{}'",
                        column.cell() == PlanCell::rank_before ? "a rank" : "points",
                        cell(row, column.column)));
      return;
    }
    const std::string key = of + ' ' + year;
    const auto [known, is_new] = baselines_.emplace(key, baseline_.items.size());
    if (is_new) {
      Node node = Node::mapping();
      node.set("of", Node::text_of(of)).set("period", Node::word(year));
      set_location(node, table_.location(row, column.column));
      baseline_.items.push_back(std::move(node));
    }
    Node& node = baseline_.items[known->second];
    const char* what = column.cell() == PlanCell::rank_before ? "rank" : "score";
    if (node.find(what) != nullptr) {
      fault("points that stand twice", row, column.column, place,
            fmt::format("the {} of '{}' in {} stands twice", what, of, year), "remove one");
      return;
    }
    put(node, what, Node::number(value), table_.location(row, column.column));
    node.items.back().line = node.keys.back().line;
    node.items.back().column = node.keys.back().column;
  }

  // Points as offices write them: 0.5, 0,5, "0,5 points".
  static bool points(std::string_view text, double& value) {
    for (const std::string_view word : {" \u0111i\u1ec3m", " points"}) {
      if (text.ends_with(word)) text.remove_suffix(word.size());
    }
    return read_cell(text, '.', value) == CellKind::number ||
           read_cell(text, ',', value) == CellKind::number;
  }

  void target(Size row, const Column& column, std::string_view place, const std::string& of) {
    const auto read = read_target(cell(row, column.column), column);
    if (!read) {
      fault("targets that cannot be read", row, column.column, place,
            fmt::format("expected a target, found '{}'", cell(row, column.column)),
            "forms that are read: 8.5, >= 8.5, 96%, h\u1ea1ng 10, top 10, 10-15 (ranks), "
            "gi\u1eef (keep), t\u0103ng (raise)");
      return;
    }
    Node node = Node::mapping();
    node.set("of", Node::text_of(of)).set(read->first, Node::text_of(read->second));
    if (const std::string year = year_of(column); !year.empty()) {
      node.set("by", Node::word(year));
    }
    set_location(node, table_.location(row, column.column));
    targets_.items.push_back(std::move(node));
  }

  // Quantity and range: "score", ">= 8.5".
  static std::optional<std::pair<std::string, std::string>> read_target(std::string_view cell,
                                                                        const Column& column) {
    std::string words = plain_words(cell);
    std::string quantity = column.cell() == PlanCell::target_rank ? "rank"
                           : column.heading.unit == "%"           ? "percent"
                                                                  : "score";
    std::string_view rest = words;
    const auto cut = [&rest](std::string_view word) {
      if (!rest.starts_with(word)) return false;
      rest = without_blanks(rest.substr(word.size()));
      return true;
    };
    for (const std::string_view word :
         {"trong top", "nhom", "top", "thu hang", "xep hang", "hang", "thu", "rank"}) {
      if (cut(word)) {
        quantity = "rank";
        break;
      }
    }
    if (rest == "giu" || rest == "giu nguyen" || rest == "duy tri" || rest == "keep") {
      return std::pair(quantity, std::string("keep"));
    }
    if (rest == "tang" || rest == "nang cao" || rest == "cai thien" || rest == "raise") {
      return std::pair(quantity, std::string("raise"));
    }
    std::string sign;
    for (const std::string_view each : {">=", "<=", ">", "<"}) {
      if (cut(each)) {
        sign = each;
        break;
      }
    }
    const auto drop = [&rest](std::string_view word) {
      if (!rest.ends_with(word)) return false;
      rest = without_blanks(rest.substr(0, rest.size() - word.size()));
      return true;
    };
    if (drop("%")) {
      if (quantity == "rank") return {};
      quantity = "percent";
    } else if (quantity == "score") {
      if (!drop("diem")) static_cast<void>(drop("points"));
    }
    double lower = 0.0;
    double upper = 0.0;
    const auto dash = rest.find('-', 1);
    if (sign.empty() && dash != std::string_view::npos) {
      if (!points(without_blanks(rest.substr(0, dash)), lower) ||
          !points(without_blanks(rest.substr(dash + 1)), upper) || !(lower <= upper)) {
        return {};
      }
      return std::pair(quantity, to_string(Interval::closed(lower, upper)));
    }
    if (!points(rest, lower)) return {};
    if (sign.empty()) sign = quantity == "rank" ? "<=" : ">=";
    return std::pair(quantity, fmt::format("{} {}", sign, to_string(lower)));
  }

  // ---- Rows of an annex
  // --------------------------------------------------------------------------

  struct AnnexRow {
    Size row = 0;
    std::optional<FormNumber> number;
    std::string title;  // Without its number.
    Size title_column = -1;
    bool has_work = false;  // Says who, when, with what result.
    bool has_bullet = false;
    std::string code;  // As the office gave it; may be empty.
  };

  // Rows below a row: those of an area, or of a task that has parts.
  struct Group {
    std::optional<FormNumber> number;
    std::string code;                // What codes in it begin with.
    std::string area;                // Code; may be empty.
    std::optional<FormNumber> last;  // Number of the last row in it.
    bool is_task = false;
  };

  void annex_rows() {
    std::vector<AnnexRow> rows;
    for (Size row = first_row_; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row)) continue;
      AnnexRow read = annex_row(row);
      if (!is_total(read)) rows.push_back(std::move(read));
    }
    const bool are_numbered = std::any_of(
        rows.begin(), rows.end(), [](const AnnexRow& row) { return row.number.has_value(); });
    groups_.push_back({});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const AnnexRow& row = rows[i];
      const AnnexRow* next = i + 1 < rows.size() ? &rows[i + 1] : nullptr;
      if (row.title.empty()) {
        fault("rows without a task", row.row, titles_.empty() ? 0 : titles_.front(), {},
              "the row says something, but not what is to be done",
              "write the task into every row, or join its rows to one");
        continue;
      }
      enter(row);
      if (is_group(row, next, are_numbered)) {
        group(row);
      } else if (are_numbered && !row.number && !row.has_work && !row.has_bullet) {
        fault("rows that are neither group nor task", row.row, row.title_column, {},
              fmt::format("'{}' has no number, nobody to do it, and no tasks below it", row.title),
              "number it if it is a task; remove it if it is a note");
      } else {
        annex_task(row, next);
      }
    }
    number_tasks();
    if (task_rows_.empty() && problems_.empty()) {
      problems_.add({}, "expected tasks below the heading, found none");
    }
  }

  AnnexRow annex_row(Size row) const {
    AnnexRow read;
    read.row = row;
    read.code = cell(row, code_);
    const auto [title, column] = value_cell(row);
    read.title = title;
    read.title_column = column;
    const std::string_view label = cell(row, number_);
    if (!label.empty()) {
      read.number = read_form_number(label);
      // Cells that were joined have their text in the first.
      if (!read.number && read.title.empty()) {
        read.title = label;
        read.title_column = number_;
      }
    }
    if (!read.number) {
      if (const auto leading = read_leading_number(read.title)) {
        read.number = leading->first;
        read.title = std::string(leading->second);
      }
    }
    read.has_bullet =
        without_bullet(read.title) != without_blanks(read.title) && !read.title.ends_with('.');
    for (const Column& each : columns_) {
      switch (each.cell()) {
        case PlanCell::code:
        case PlanCell::agencies:
        case PlanCell::when:
        case PlanCell::recurrence:
        case PlanCell::text:
        case PlanCell::amount:
        case PlanCell::flow:
          read.has_work |= !cell(row, each.column).empty();
          break;
        default:
          break;
      }
    }
    return read;
  }

  // A row of sums: nobody is to do it.
  [[nodiscard]] bool is_total(const AnnexRow& row) const {
    constexpr std::array<std::string_view, 6> words{"tong", "tong cong", "tong so",
                                                    "cong", "total",     "sum"};
    if (!is_any(std::string_view(plain_words(row.title)), words)) return false;
    return std::none_of(columns_.begin(), columns_.end(), [&](const Column& column) {
      return (column.cell() == PlanCell::agencies || column.cell() == PlanCell::when) &&
             !cell(row.row, column.column).empty();
    });
  }

  // Leaves the groups that the row is not in.
  void enter(const AnnexRow& row) {
    const auto keep = [this](std::size_t count) { groups_.resize(count); };
    if (!row.number) return;
    for (std::size_t i = groups_.size(); i-- > 0;) {
      const Group& group = groups_[i];
      if ((group.number && has_prefix(*row.number, *group.number)) ||
          (group.last && follows(*group.last, *row.number))) {
        keep(i + 1);
        return;
      }
    }
    for (std::size_t i = groups_.size(); i-- > 1;) {
      if (groups_[i].number && steps_behind(*groups_[i].number, *row.number) > 0) {
        keep(i);
        return;
      }
    }
  }

  [[nodiscard]] bool is_group(const AnnexRow& row, const AnnexRow* next, bool are_numbered) const {
    if (row.has_work || row.has_bullet || !are_numbered || next == nullptr) return false;
    if (row.number && next->number) return is_above(row, *next);
    if (next->number || next->has_work || next->has_bullet) return true;
    // A heading without a number follows.
    return row.number && (row.number->parts.front().style == FormNumber::Style::roman ||
                          row.number->parts.front().style == FormNumber::Style::capital);
  }

  // Whether the next of two numbered rows is below the first: neither beside nor above it.
  [[nodiscard]] bool is_above(const AnnexRow& row, const AnnexRow& next) const {
    if (steps_behind(*row.number, *next.number) > 0) return false;
    return std::none_of(groups_.begin(), groups_.end(), [&](const Group& group) {
      return (group.number && steps_behind(*group.number, *next.number) > 0) ||
             (group.last && follows(*group.last, *next.number));
    });
  }

  // The number of a row within its group.
  [[nodiscard]] std::string numbered(const FormNumber& number) const {
    const Group& group = groups_.back();
    FormNumber own = number;
    if (group.number && has_prefix(number, *group.number)) {
      own.parts.erase(own.parts.begin(), own.parts.begin() + std::ssize(group.number->parts));
    }
    return group.code.empty() ? own.text() : fmt::format("{}.{}", group.code, own.text());
  }

  void group(const AnnexRow& row) {
    if (!row.number) {
      while (groups_.back().is_task) groups_.pop_back();
      // Those without numbers stand side by side.
      for (std::size_t i = groups_.size(); i-- > 1;) {
        if (!groups_[i].number) {
          groups_.resize(i);
          break;
        }
      }
    }
    const std::string& outer = groups_.back().code;
    std::string code = row.number      ? numbered(*row.number)
                       : outer.empty() ? slug(row.title, "area")
                                       : fmt::format("{}.{}", outer, slug(row.title, "area"));
    groups_.back().last = row.number ? row.number : groups_.back().last;
    if (row.number && area_codes_.contains(code)) {
      fault("numbers that stand twice", row.row, std::max<Size>(number_, 0), code,
            fmt::format("the number of the group '{}' stands twice", row.title),
            "number the groups apart");
    }
    code = unique(std::move(code), area_codes_);
    groups_.push_back({row.number, code, code, {}, false});
    Node area = Node::mapping();
    set_location(area, table_.location(row.row, row.title_column));
    Node title = Node::mapping();
    for (const Column& column : columns_) {
      if (column.cell() != PlanCell::title || cell(row.row, column.column).empty()) continue;
      title.set(
          std::string(column.key()),
          text_node(column.column == row.title_column ? row.title
                                                      : std::string(cell(row.row, column.column))));
    }
    if (title.items.empty()) {
      title.set(is_vietnamese_title() ? "vi" : "en", text_node(row.title));
    }
    set_location(title, table_.location(row.row, row.title_column));
    area.set("title", std::move(title));
    Node list;
    for (const Column& column : columns_) {
      if (column.cell() == PlanCell::criteria) list = criteria(row.row, column.column, code);
    }
    promises(row.row, code, list);
    if (!list.is_null()) area.set("of", std::move(list));
    put(areas_, code, std::move(area), table_.location(row.row, row.title_column));
  }

  // The area that a column of areas names; cells below the first of a group may be empty.
  const std::string& area_of(Size row) {
    if (area_ < 0) return groups_.back().area;
    const std::string_view name = cell(row, area_);
    if (name.empty()) return last_area_.empty() ? groups_.back().area : last_area_;
    const auto [known, is_new] = area_of_name_.emplace(match_key(name), std::string());
    if (is_new) {
      known->second = unique(slug(name, "area"), area_codes_);
      const auto column = std::find_if(columns_.begin(), columns_.end(), [](const Column& each) {
        return each.cell() == PlanCell::area;
      });
      Node area = Node::mapping();
      area.set("title", Node::mapping().set(column->heading.is_vietnamese ? "vi" : "en",
                                            text_node(std::string(name))));
      set_location(area, table_.location(row, area_));
      put(areas_, known->second, std::move(area), table_.location(row, area_));
    }
    return last_area_ = known->second;
  }

  void annex_task(const AnnexRow& row, const AnnexRow* next) {
    if (!cell(row.row, number_).empty() && !read_form_number(cell(row.row, number_)) &&
        row.title_column != number_) {
      fault("numbers that cannot be read", row.row, number_, {},
            fmt::format("expected a number such as 1, 1.2, I or a), found '{}'",
                        cell(row.row, number_)),
            "head the column 'M\u00e3' (code) if it holds codes");
    }
    TaskRow task{row.row, row.code, area_of(row.row), row.title, row.title_column};
    if (task.code.empty() && row.number) {
      task.code = numbered(*row.number);
      const auto [first, is_new] = task_codes_.emplace(task.code, row.row);
      if (!is_new) {
        fault("numbers that stand twice", row.row, std::max<Size>(number_, 0), task.code,
              fmt::format("the number stands twice in its group, first in line {}",
                          table_.location(first->second).line),
              "number the tasks of a group apart, or leave the number out");
      }
    } else if (task.code.empty()) {
      unnumbered_.emplace_back(task_rows_.size(), groups_.back().code);
    } else {
      task_codes_.emplace(task.code, row.row);
    }
    if (row.number) {
      groups_.back().last = row.number;
      const bool has_parts =
          next != nullptr &&
          (next->number ? !are_alike(*row.number, *next->number) && is_above(row, *next)
                        : next->has_bullet);
      if (has_parts) {
        groups_.push_back({row.number, task.code, groups_.back().area, {}, true});
      }
    }
    task_rows_.push_back(std::move(task));
  }

  // Tasks without a number get the first that is free in their group.
  void number_tasks() {
    std::unordered_map<std::string, int> next;
    for (const auto& [position, group] : unnumbered_) {
      int& number = next[group];
      TaskRow& task = task_rows_[position];
      do {
        ++number;
        task.code = group.empty() ? fmt::format("{}", number) : fmt::format("{}.{}", group, number);
      } while (!task_codes_.emplace(task.code, task.row).second);
    }
  }

  // ---- The whole
  // ---------------------------------------------------------------------------------

  void finish() {
    const Location top{table_.source(), 0, 0};
    const auto add = [&](std::string_view key, Node value) {
      if (root_.find(key) != nullptr) return;
      put(root_, std::string(key), std::move(value), top);
    };
    add("chiso", Node::number(1));
    add("plan", text_node(options_.plan));
    if (!options_.unit.empty()) add("unit", text_node(options_.unit));
    if (options_.issued) add("issued", Node::word(to_string(*options_.issued)));
    if (!currency_.empty()) add("currency", text_node(currency_));
    if (!has_head_ && !index_order_.empty()) {
      Node indices = Node::mapping();
      for (const auto& key : index_order_) put(indices, key, Node::text_of(key), top);
      add("indices", std::move(indices));
    }
    if (!areas_.items.empty()) add("areas", std::move(areas_));
    append("baseline", std::move(baseline_), top);
    append("targets", std::move(targets_), top);
    if (!tasks_.items.empty()) add("tasks", std::move(tasks_));
  }

  void append(std::string_view key, Node list, const Location& at) {
    if (list.items.empty()) return;
    for (std::size_t i = 0; i < root_.keys.size(); ++i) {
      if (root_.keys[i].text != key) continue;
      for (Node& item : list.items) root_.items[i].items.push_back(std::move(item));
      return;
    }
    put(root_, std::string(key), std::move(list), at);
  }

  // Everything that was noted, if there is anything.
  void raise() {
    if (wrong_agencies_.empty()) {
      problems_.raise<SpecError>();
      return;
    }
    Problems all;
    for (const Problem& problem : wrong_agencies_) all.add(problem);
    try {
      problems_.raise<SpecError>();
    } catch (const SpecError& error) {
      for (const Problem& problem : error.problems()) all.add(problem);
    }
    all.raise<SpecError>();
  }

  // The problems with the names of their cells, where the table is of a spreadsheet.
  [[nodiscard]] SpecError with_cells(const SpecError& error) const {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) {
      const Size row = row_of(problem.location.line);
      if (row < 0 || problem.location.column == 0) continue;
      const Size column = problem.location.column - table_.location(row, 0).column;
      if (column < 0 || column >= table_.columns()) continue;
      std::string name = table_.cell_name(row, column);
      if (name.empty()) continue;
      if (!problem.place.empty()) name += ", " + problem.place;
      problem.place = std::move(name);
    }
    return SpecError(std::move(problems));
  }

  // The row of a line; -1 if there is none.
  [[nodiscard]] Size row_of(int line) const {
    Size first = 0;
    Size last = table_.rows();
    while (first < last) {
      const Size middle = (first + last) / 2;
      if (table_.location(middle).line < line) {
        first = middle + 1;
      } else {
        last = middle;
      }
    }
    return first < table_.rows() && table_.location(first).line == line ? first : -1;
  }

  const Table& table_;
  const AnnexOptions& options_;
  CellProblems problems_;
  PlanHeadings headings_;
  std::vector<std::string_view> head_keys_ = plan_head_keys();

  // The heading.
  std::vector<Column> columns_;
  Size heading_row_ = 0;
  Size first_row_ = 0;
  Size number_ = -1;
  Size code_ = -1;
  Size area_ = -1;
  std::vector<Size> titles_;
  bool has_head_ = false;

  // What becomes of it.
  Node root_ = Node::mapping();
  Node areas_ = Node::mapping();
  Node baseline_ = Node::sequence();
  Node targets_ = Node::sequence();
  Node tasks_ = Node::sequence();
  std::set<std::pair<std::string, std::string>> part_names_;
  std::unordered_map<std::string, std::size_t> baselines_;
  std::set<std::string> indices_;
  std::vector<std::string> index_order_;
  std::optional<Date> issued_;
  std::string currency_;

  // Tasks and groups.
  std::vector<TaskRow> task_rows_;
  std::vector<Group> groups_;  // The whole, then those that are open, outer ones first.
  std::set<std::string> area_codes_;
  std::unordered_map<std::string, std::string> area_of_name_;
  std::string last_area_;
  std::unordered_map<std::string, Size> task_codes_;
  std::vector<std::pair<std::size_t, std::string>> unnumbered_;  // Task, code of its group.

  // Agencies.
  std::optional<Plan> agencies_;         // Those of the head.
  std::vector<Problem> wrong_agencies_;  // Why they are none.
  std::unordered_map<std::string, Found> declared_;
  std::unordered_map<std::string, std::size_t> named_;
  std::vector<std::string> names_;  // Codes of the named.
};

}  // namespace

Table table_from_plan(const Plan& plan, Language language) {
  return PlanTableWriter(plan, language).write();
}

Plan plan_from_table(const Table& table, const AnnexOptions& options) {
  return PlanTableReader(table, options).read();
}

}  // namespace chiso
