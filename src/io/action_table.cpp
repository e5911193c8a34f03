#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/load_actions.hpp"
#include "io/action_document.hpp"
#include "io/cells.hpp"
#include "io/table_nodes.hpp"

namespace chiso {
namespace {

/// A column: the key of an action whose value its cells are, "en" or "vi" of a title, or nothing
/// where the cells say nothing (a number of the row).
struct Column {
  std::string_view key;
  std::string_view en;  ///< The heading that is written.
  std::string_view vi;
  std::vector<std::string_view> also = {};
};

const std::vector<Column>& all_columns() {
  static const std::vector<Column> columns{
      {"code",
       "Code",
       "M\u00e3",
       {"Action code", "M\u00e3 s\u1ed1", "M\u00e3 ho\u1ea1t \u0111\u1ed9ng",
        "M\u00e3 nhi\u1ec7m v\u1ee5"}},
      {"en",
       "Action",
       "Ho\u1ea1t \u0111\u1ed9ng (ti\u1ebfng Anh)",
       {"Actions", "Title", "Activity", "Measure", "Task", "Action (English)"}},
      {"vi",
       "Action (Vietnamese)",
       "Ho\u1ea1t \u0111\u1ed9ng",
       {"Nhi\u1ec7m v\u1ee5", "Gi\u1ea3i ph\u00e1p", "Nhi\u1ec7m v\u1ee5, gi\u1ea3i ph\u00e1p",
        "N\u1ed9i dung", "T\u00ean ho\u1ea1t \u0111\u1ed9ng"}},
      {"cost", "Cost", "Kinh ph\u00ed", {"Budget", "Chi ph\u00ed", "D\u1ef1 to\u00e1n"}},
      {"effects",
       "Effects",
       "T\u00e1c \u0111\u1ed9ng",
       {"Effect", "Expected effects", "T\u00e1c \u0111\u1ed9ng d\u1ef1 ki\u1ebfn"}},
      {"uses",
       "Agency",
       "C\u01a1 quan ch\u1ee7 tr\u00ec",
       {"Agencies", "Lead", "Lead agency", "Uses", "Ch\u1ee7 tr\u00ec", "C\u01a1 quan",
        "C\u01a1 quan th\u1ef1c hi\u1ec7n", "\u0110\u01a1n v\u1ecb ch\u1ee7 tr\u00ec"}},
      {"duration",
       "Duration",
       "Th\u1eddi gian",
       {"Time", "Th\u1eddi gian th\u1ef1c hi\u1ec7n", "Th\u1eddi l\u01b0\u1ee3ng"}},
      {"needs",
       "Needs",
       "C\u1ea7n tr\u01b0\u1edbc",
       {"Requires", "After", "\u0110i\u1ec1u ki\u1ec7n", "Ph\u1ee5 thu\u1ed9c"}},
      {"excludes", "Excludes", "Lo\u1ea1i tr\u1eeb", {"Not with", "Kh\u00f4ng c\u00f9ng v\u1edbi"}},
      {"choice", "Choice", "L\u1ef1a ch\u1ecdn", {"Decided"}},
      {"", "No.", "STT", {"Number", "#", "TT", "S\u1ed1 TT", "S\u1ed1 th\u1ee9 t\u1ef1"}},
  };
  return columns;
}

struct Phrase {
  std::string_view word;
  std::string_view vi;
};

constexpr std::array<Phrase, 3> choice_words{
    {{"free", "t\u1ef1 do"}, {"must", "b\u1eaft bu\u1ed9c"}, {"never", "kh\u00f4ng l\u00e0m"}}};

/// Keys of head rows beside those of texts.
constexpr std::string_view title_key = "title";
constexpr std::string_view capacity_key = "capacity";

bool is_title(const Column& column) { return column.key == "en" || column.key == "vi"; }

/// "Cost" and "million dong" of "Cost (million dong)".
std::pair<std::string_view, std::string_view> without_unit(std::string_view heading) {
  const auto open = heading.rfind('(');
  if (open == std::string_view::npos || open == 0 || !heading.ends_with(')')) return {heading, {}};
  return {without_blanks(heading.substr(0, open)),
          without_blanks(heading.substr(open + 1, heading.size() - open - 2))};
}

const Column* column_of(std::string_view heading) {
  const std::string key = match_key(heading);
  for (const Column& column : all_columns()) {
    if (match_key(column.en) == key || match_key(column.vi) == key) return &column;
    for (const std::string_view other : column.also) {
      if (match_key(other) == key) return &column;
    }
  }
  return nullptr;
}

// ---- Reading ------------------------------------------------------------------------------------

class TableReader {
 public:
  explicit TableReader(const Table& table) : table_(table), cells_(table) {}

  ActionSet read() {
    try {
      find_columns();
      for (Size row = first_row_; row < table_.rows(); ++row) {
        if (!is_empty_row(table_, row)) read_row(row);
      }
      return actions_from(document(), table_.source(), std::move(problems_));
    } catch (const SpecError& error) {
      throw with_cells(error, table_);
    }
  }

 private:
  struct Found {
    const Column* column;
    Size position;
    std::string_view unit;
  };

  [[nodiscard]] std::string_view cell(Size row, Size column) const {
    return without_blanks(cells_(row, column));
  }

  void fault(Size row, Size column, std::string place, std::string message,
             std::string remedy = {}) {
    problems_.add(table_.location(row, column), std::move(place), std::move(message),
                  std::move(remedy));
  }

  /// The heading is the first row with anything in it.
  void find_columns() {
    Size row = 0;
    while (row < table_.rows() && is_empty_row(table_, row)) ++row;
    first_row_ = row + 1;
    std::vector<std::string> known;
    for (const Column& column : all_columns()) {
      known.emplace_back(column.en);
      known.emplace_back(column.vi);
    }
    for (Size k = 0; row < table_.rows() && k < table_.columns(); ++k) {
      const std::string heading = one_line(cell(row, k));
      if (heading.empty()) continue;
      const Column* column = column_of(heading);
      std::string_view unit;
      if (column == nullptr) {
        const auto [name, in_brackets] = without_unit(cell(row, k));
        column = column_of(name);
        unit = in_brackets;
      }
      if (column == nullptr) {
        fault(row, k, heading,
              fmt::format("unknown column '{}'{}", heading, suggestion(heading, known)),
              "see the columns of actions in the documentation");
      } else if (!column->key.empty() && find(column->key) != nullptr) {
        fault(row, k, heading, fmt::format("the column '{}' stands twice", column->en),
              "remove one");
      } else {
        columns_.push_back({column, k, unit});
      }
    }
    if (find("code") == nullptr) {
      problems_.add({table_.source(), 0, 0}, "",
                    "expected a heading with a column of codes ('Code', 'M\u00e3'), found none",
                    "put the headings into the first row");
      problems_.raise<SpecError>();
    }
  }

  [[nodiscard]] const Found* find(std::string_view key) const {
    const auto it = std::find_if(columns_.begin(), columns_.end(),
                                 [&](const Found& found) { return found.column->key == key; });
    return it == columns_.end() ? nullptr : &*it;
  }

  void read_row(Size row) {
    const Size codes = find("code")->position;
    const std::string_view code = cell(row, codes);
    if (code.ends_with(':')) {
      head(row, code.substr(0, code.size() - 1));
    } else {
      action(row, std::string(code));
    }
  }

  /// The value of a cell: in quotes or brackets as in YAML, else as it stands.
  Node value(Size row, Size column, std::string_view key) {
    const std::string_view text = cell(row, column);
    const Location at = table_.location(row, column);
    Node node;
    if (text.starts_with('"') || text.starts_with('{') || text.starts_with('[')) {
      try {
        node = parse_document(text, table_.source(), table_.limits());
      } catch (const SpecError&) {
        fault(row, column, std::string(key),
              fmt::format("the cell begins like a value of YAML and is none: {}", text),
              "close its quotes and brackets, or begin it with another sign");
        node = text_node(std::string(text));
      }
    } else {
      const bool is_word = key == "cost" || key == "duration" || key == "choice";
      node = is_word ? Node::word(std::string(text)) : text_node(std::string(text));
    }
    if (key == "choice" && node.is_scalar()) {
      for (const auto& [word, vi] : choice_words) {
        if (match_key(node.text) == match_key(vi)) node = Node::word(std::string(word));
      }
    }
    set_location(node, at);
    return node;
  }

  void action(Size row, const std::string& code) {
    const Location begin = table_.location(row, find("code")->position);
    Node made = Node::mapping();
    Node title = Node::mapping();
    for (const Found& found : columns_) {
      const std::string_view key = found.column->key;
      if (key.empty() || cell(row, found.position).empty()) continue;
      const Location at = table_.location(row, found.position);
      if (is_title(*found.column)) {
        put(title, std::string(key), value(row, found.position, "title"), at);
      } else if (key == "code") {
        put(made, "code", text_node(code), at);
      } else {
        put(made, std::string(key), value(row, found.position, key), at);
      }
    }
    made.line = begin.line;
    made.column = begin.column;
    if (!title.items.empty()) {
      title.line = title.items.front().line;
      title.column = title.items.front().column;
      const Location at{table_.source(), title.line, title.column};
      put(made, "title", std::move(title), at);
    }
    actions_.items.push_back(std::move(made));
  }

  void head(Size row, std::string_view key) {
    const Location at = table_.location(row, find("code")->position);
    if (key == title_key) {
      Node title = Node::mapping();
      for (const Found& found : columns_) {
        if (!is_title(*found.column) || cell(row, found.position).empty()) continue;
        put(title, std::string(found.column->key), value(row, found.position, title_key),
            table_.location(row, found.position));
      }
      title.line = at.line;
      title.column = at.column;
      put_once(std::string(key), std::move(title), at);
      return;
    }
    const auto& texts = action_head_texts();
    const bool is_text = std::find(texts.begin(), texts.end(), key) != texts.end();
    if (!is_text && key != capacity_key) {
      std::vector<std::string> known(texts.begin(), texts.end());
      known.emplace_back(title_key);
      known.emplace_back(capacity_key);
      fault(row, find("code")->position, std::string(key),
            fmt::format("unknown key '{}:' of the head{}", key, suggestion(key, known)),
            fmt::format("the head has the keys: {}", join(known, ", ")));
      return;
    }
    const Size column = value_column();
    if (column < 0 || cell(row, column).empty()) {
      fault(row, find("code")->position, std::string(key), fmt::format("`{}` has no value", key),
            "write it in the column of titles, or remove the row");
      return;
    }
    Node found = value(row, column, key);
    if (key == capacity_key) {
      // A mapping of several, or one "agency = amount".
      if (found.is_mapping()) {
        capacities_ = std::move(found);
      } else {
        capacities_.items.push_back(std::move(found));
      }
      return;
    }
    if (key == "status" || key == "checked") found.quoted = false;
    put_once(std::string(key), std::move(found), at);
  }

  void put_once(std::string key, Node value, const Location& at) {
    if (root_.find(key) != nullptr) {
      problems_.add(at, key, fmt::format("`{}` stands twice in the head", key), "remove one");
      return;
    }
    put(root_, std::move(key), std::move(value), at);
  }

  /// Where the values of head rows stand: the first column of titles.
  [[nodiscard]] Size value_column() const {
    for (const Found& found : columns_) {
      if (is_title(*found.column)) return found.position;
    }
    return -1;
  }

  Node document() {
    const Location top{table_.source(), 0, 0};
    put(root_, "chiso", Node::number(1), top);
    const auto unit = [&](std::string_view column, std::string_view key) {
      const Found* found = find(column);
      if (found == nullptr || found->unit.empty() || root_.find(key) != nullptr) return;
      put(root_, std::string(key), text_node(std::string(found->unit)), top);
    };
    unit("cost", "currency");
    unit("duration", "time_unit");
    unit("uses", "work_unit");
    if (!capacities_.items.empty()) put(root_, "capacities", std::move(capacities_), top);
    put(root_, "actions", std::move(actions_), top);
    return std::move(root_);
  }

  const Table& table_;
  ComposedCells cells_;
  Problems problems_;
  std::vector<Found> columns_;
  Size first_row_ = 0;
  Node root_ = Node::mapping();
  Node capacities_ = Node::sequence();
  Node actions_ = Node::sequence();
};

// ---- Writing ------------------------------------------------------------------------------------

/// Amounts as a cell has them: one text, or as in YAML where a reader would take that for another.
template <class T>
std::string amounts_cell(const std::vector<T>& amounts) {
  std::string text;
  Node exact = Node::mapping();
  bool is_plain = true;
  for (const T& each : amounts) {
    text += (text.empty() ? "" : "; ") + amount_text(each.agency, each.amount);
    exact.set(each.agency, Node::number(each.amount));
    is_plain =
        is_plain && text_cell(each.agency) == each.agency && each.agency.find_first_of("{[") != 0;
  }
  return is_plain ? text : to_flow(exact);
}

/// A text that no reader takes for brackets.
std::string title_cell(const std::string& text) {
  return text.find_first_of("{[") == 0 ? to_flow(text_node(text)) : text_cell(text);
}

class TableWriter {
 public:
  TableWriter(const ActionSet& actions, Language language)
      : of_(actions.definition()), is_vietnamese_(language == Language::vi) {}

  Table write() {
    for (const Action& action : of_.actions) written_.push_back(write_action(action));
    for (const Column& column : all_columns()) {
      if (!column.key.empty() && is_used(column)) columns_.push_back(&column);
    }
    if (is_vietnamese_) {  // Its own titles first.
      const auto en = std::find_if(columns_.begin(), columns_.end(),
                                   [](const auto* column) { return column->key == "en"; });
      if (en != columns_.end() && en + 1 != columns_.end() && is_title(**(en + 1))) {
        std::iter_swap(en, en + 1);
      }
    }
    std::vector<std::string>& heading = rows_.emplace_back();
    for (const Column* column : columns_) {
      heading.emplace_back(is_vietnamese_ ? column->vi : column->en);
    }
    head();
    for (std::size_t i = 0; i < written_.size(); ++i) action(of_.actions[i], written_[i]);
    return Table(of_.name.empty() ? "actions" : of_.name, rows_);
  }

 private:
  [[nodiscard]] bool is_used(const Column& column) const {
    if (column.key == "code") return true;
    if (is_title(column)) {
      if ((column.key == "vi") == is_vietnamese_) return true;
      const auto other = [&](const Title& title) { return !in(title, column).empty(); };
      return other(of_.title) ||
             std::any_of(of_.actions.begin(), of_.actions.end(),
                         [&](const Action& action) { return other(action.title); });
    }
    return std::any_of(written_.begin(), written_.end(),
                       [&](const Node& node) { return node.find(column.key) != nullptr; });
  }

  static const std::string& in(const Title& title, const Column& column) {
    return column.key == "vi" ? title.vi : title.en;
  }

  void head_row(std::string key, std::string value) {
    std::vector<std::string> row(columns_.size());
    row[0] = std::move(key) + ':';
    row[1] = std::move(value);  // Codes, then titles.
    rows_.push_back(std::move(row));
  }

  void head() {
    const Node root = write_actions(of_);
    if (root.find(title_key) != nullptr) {
      std::vector<std::string> row(columns_.size());
      row[0] = std::string(title_key) + ':';
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (is_title(*columns_[i])) row[i] = title_cell(in(of_.title, *columns_[i]));
      }
      rows_.push_back(std::move(row));
    }
    for (const std::string_view key : action_head_texts()) {
      if (const Node* value = root.find(key)) head_row(std::string(key), title_cell(value->text));
    }
    for (const Capacity& capacity : of_.capacities) {
      const std::vector<Capacity> one{capacity};
      const std::string cell = amounts_cell(one);
      if (cell.starts_with('{')) {  // As in YAML, and then all of them.
        while (rows_.back()[0] == std::string(capacity_key) + ':') rows_.pop_back();
        Node all = Node::mapping();
        for (const Capacity& each : of_.capacities) all.set(each.agency, Node::number(each.amount));
        head_row(std::string(capacity_key), to_flow(all));
        return;
      }
      head_row(std::string(capacity_key), cell);
    }
  }

  void action(const Action& action, const Node& written) {
    std::vector<std::string>& row = rows_.emplace_back();
    for (const Column* column : columns_) {
      if (is_title(*column)) {
        row.push_back(title_cell(in(action.title, *column)));
        continue;
      }
      const Node* value = written.find(column->key);
      row.push_back(value == nullptr ? "" : cell(*column, action, *value));
    }
  }

  [[nodiscard]] std::string cell(const Column& column, const Action& action,
                                 const Node& value) const {
    if (column.key == "uses") return amounts_cell(action.uses);
    if (column.key == "choice" && is_vietnamese_) {
      for (const auto& [word, vi] : choice_words) {
        if (word == value.text) return std::string(vi);
      }
    }
    if (value.is_scalar()) return value.text;
    std::string text;
    for (const Node& item : value.items) text += (text.empty() ? "" : "; ") + item.text;
    return text;
  }

  const ActionDefinition& of_;
  bool is_vietnamese_;
  std::vector<Node> written_;
  std::vector<const Column*> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace

ActionSet actions_from_table(const Table& table) { return TableReader(table).read(); }

Table table_from_actions(const ActionSet& actions, Language language) {
  return TableWriter(actions, language).write();
}

}  // namespace chiso
