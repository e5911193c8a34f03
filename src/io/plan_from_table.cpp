#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/plan_table.hpp"
#include "io/annex_agencies.hpp"
#include "io/annex_outline.hpp"
#include "io/annex_points.hpp"
#include "io/cells.hpp"
#include "io/form_number.hpp"
#include "io/plan_columns.hpp"
#include "io/plan_document.hpp"
#include "io/plan_heading.hpp"
#include "io/table_nodes.hpp"
#include "io/when_text.hpp"

namespace chiso {

namespace {

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

class PlanTableReader {
 public:
  PlanTableReader(const Table& table, const AnnexOptions& options)
      : table_(table), cells_(table), options_(options), problems_(table) {}

  Plan read() {
    heading_ = read_plan_heading(table_, options_.ignored, problems_);
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
      throw with_cells(error, table_);
    }
  }

 private:
  using Column = PlanTableColumn;

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
    const std::string_view text = without_blanks(cells_(row, column));
    return has_head_ ? text : without_dash(text);
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

  // ---- Head
  // --------------------------------------------------------------------------------------

  [[nodiscard]] static std::string_view section_of(std::string_view key) {
    return key.substr(0, key.find('.'));
  }

  [[nodiscard]] bool is_head_key(std::string_view key) const {
    const std::string_view section = section_of(key);
    return std::find(head_keys_.begin(), head_keys_.end(), section) != head_keys_.end() &&
           (section.size() == key.size() || is_plan_section(section));
  }

  bool has_head() {
    for (Size row = heading_.first_row; heading_.area >= 0 && row < table_.rows() && !has_head_;
         ++row) {
      has_head_ = cell(row, heading_.code).empty() && is_head_key(cell(row, heading_.area)) &&
                  !value_cell(row).first.empty();
    }
    return has_head_;
  }

  // The first title that stands in a row, and its column.
  [[nodiscard]] std::pair<std::string_view, Size> value_cell(Size row) const {
    for (const Size column : heading_.titles) {
      if (!cell(row, column).empty()) return {cell(row, column), column};
    }
    return {{}, heading_.titles.empty() ? 0 : heading_.titles.front()};
  }

  void head() {
    for (Size row = heading_.first_row; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row) || !cell(row, heading_.code).empty()) continue;
      head_row(row);
    }
  }

  void head_row(Size row) {
    const std::string key(cell(row, heading_.area));
    if (!is_head_key(key)) {
      const std::vector<std::string> known(head_keys_.begin(), head_keys_.end());
      fault("rows that are neither head nor task", row, heading_.area, key,
            key.empty() ? "expected the code of a task, or a key of the head in this column"
                        : fmt::format("'{}' is no key of the head{}, and the row has no code", key,
                                      suggestion(section_of(key), known)),
            "give the row a code if it is a task");
      return;
    }
    for (const Column& column : heading_.columns) {
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
      for (const Column& each : heading_.columns) {
        if (each.cell() != PlanCell::title || cell(row, each.column).empty()) continue;
        put(title, std::string(each.key()), own_text(row, each.column),
            table_.location(row, each.column));
      }
      set_key(row, key, std::move(title));
      return;
    }
    Node value = is_plan_text(key) ? own_text(row, column) : flow(row, column, key);
    if (!value.is_null()) head_value(row, key, std::move(value));
  }

  void head_value(Size row, const std::string& key, Node value) {
    const std::string_view section = section_of(key);
    if (is_plan_list(section)) {
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
    } else if (is_plan_section(section) && value.is_mapping()) {
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
    put(parts, std::move(name), std::move(value), table_.location(row, heading_.area));
  }

  void set_key(Size row, const std::string& key, Node value) {
    if (root_.find(key) != nullptr) {
      twice(row, key);
      return;
    }
    const Location at = table_.location(row, heading_.area);
    if (value.line == 0) {
      value.line = at.line;
      value.column = at.column;
    }
    put(root_, key, std::move(value), at);
  }

  void twice(Size row, const std::string& key) {
    fault("keys that stand twice", row, heading_.area, key,
          fmt::format("the key '{}' stands twice", key), "remove one");
  }

  // The value of a key of the root, made if there is none.
  Node& child(std::string_view key, Node::Kind kind, Size row) {
    for (std::size_t i = 0; i < root_.keys.size(); ++i) {
      if (root_.keys[i].text == key) return root_.items[i];
    }
    Node node;
    node.kind = kind;
    const Location at = table_.location(row, heading_.area);
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
      node = parse_document(cell(row, column), {}, table_.limits());
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
        const Node parsed = parse_document(text, {}, table_.limits());
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
    for (const std::string_view part : names_in(cell(row, column))) {
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
      wrong_agencies_ = with_cells(error, table_).problems();
    }
  }

  // Codes of the agencies of a cell; nothing if there are none.
  Node agencies(Size row, const Column& column, std::string_view place) {
    if (!wrong_agencies_.empty()) return {};
    Node list = Node::sequence();
    for (const std::string_view part : names_in(cell(row, column.column))) {
      std::string code = agencies_ ? declared(part, row, column.column, place) : named_.code(part);
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

  // Makes the agencies of an annex out of the names in its cells.
  void named_agencies() {
    for (const TaskRow& task : task_rows_) {
      for (const Column& column : heading_.columns) {
        if (column.cell() != PlanCell::agencies) continue;
        named_.add(task.row, column.column, cell(task.row, column.column),
                   column.heading.is_vietnamese);
      }
    }
    named_.finish(problems_);
    if (Node list = named_.node(); !list.items.empty()) {
      put(root_, "agencies", std::move(list), table_.location(heading_.row));
    }
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
    for (Size row = heading_.first_row; row < table_.rows(); ++row) {
      if (cell(row, heading_.code).empty()) continue;
      const Node code = own_text(row, heading_.code);
      task_rows_.push_back(
          {row, code.text, heading_.area < 0 ? "" : own_text(row, heading_.area).text, {}, -1});
    }
  }

  void task(const TaskRow& row) {
    Node node = Node::mapping();
    const Size first = heading_.code >= 0 && !cell(row.row, heading_.code).empty()
                           ? heading_.code
                           : row.title_column;
    const Location at = table_.location(row.row, std::max<Size>(first, 0));
    set_location(node, at);
    const auto set = [&](std::string_view key, Node value, Size column) {
      if (value.is_null()) return;
      const Location location = table_.location(row.row, std::max<Size>(column, 0));
      if (value.line == 0) set_location(value, location);
      put(node, std::string(key), std::move(value), location);
    };
    set("code", text_node(row.code), first);
    if (!row.area.empty()) {
      set("area", text_node(row.area), heading_.area >= 0 ? heading_.area : first);
    }
    if (Node title = title_of(row); !title.is_null()) set("title", std::move(title), first);
    When when;
    Size time_column = -1;
    Node of;
    for (const Column& column : heading_.columns) {
      if (cell(row.row, column.column).empty()) continue;
      switch (column.cell()) {
        case PlanCell::criteria:
          of = criteria(row.row, column.column, row.code);
          set(column.key(), of, column.column);
          break;
        case PlanCell::agencies:
          set(column.key(), agencies(row.row, column, row.code), column.column);
          break;
        case PlanCell::when:
        case PlanCell::recurrence:
          add_time(row, column, when);
          if (time_column < 0) time_column = column.column;
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
    promises(row.row, row.code, of);
    if (when.due) set("due", Node::word(to_string(*when.due)), time_column);
    if (when.recurrence) set("every", every(*when.recurrence), time_column);
    tasks_.items.push_back(std::move(node));
  }

  Node title_of(const TaskRow& row) const {
    Node title = Node::mapping();
    for (const Column& column : heading_.columns) {
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
    return std::any_of(heading_.columns.begin(), heading_.columns.end(), [](const Column& column) {
      return column.cell() == PlanCell::title && column.key() == "vi";
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
    for (const Column& column : heading_.columns) {
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
    const auto value = read_points(cell(row, column.column));
    if (!value) {
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
    Node number = Node::number(*value);
    set_location(number, table_.location(row, column.column));
    put(node, what, std::move(number), table_.location(row, column.column));
  }

  void target(Size row, const Column& column, std::string_view place, const std::string& of) {
    const std::string_view usual = column.cell() == PlanCell::target_rank ? "rank"
                                   : column.heading.unit == "%"           ? "percent"
                                                                          : "score";
    const auto read = read_target(cell(row, column.column), usual);
    if (!read) {
      fault("targets that cannot be read", row, column.column, place,
            fmt::format("expected a target, found '{}'", cell(row, column.column)),
            "forms that are read: 8.5, >= 8.5, 96%, h\u1ea1ng 10, top 10, 10-15 (ranks), "
            "gi\u1eef (keep), t\u0103ng (raise)");
      return;
    }
    Node node = Node::mapping();
    node.set("of", Node::text_of(of)).set(read->quantity, Node::text_of(read->range));
    if (const std::string year = year_of(column); !year.empty()) {
      node.set("by", Node::word(year));
    }
    set_location(node, table_.location(row, column.column));
    targets_.items.push_back(std::move(node));
  }

  // ---- Rows of an annex
  // --------------------------------------------------------------------------

  // A row of an annex with where its title stands.
  struct Read {
    Size row = 0;
    Size title_column = -1;
    AnnexRow what;
  };

  void annex_rows() {
    std::vector<Read> rows;
    std::vector<AnnexRow> what;
    for (Size row = heading_.first_row; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row)) continue;
      Read read = annex_row(row);
      if (is_total(read)) continue;
      if (read.what.title.empty()) {
        fault("rows without a task", row, heading_.titles.empty() ? 0 : heading_.titles.front(), {},
              "the row says something, but not what is to be done",
              "write the task into every row, or join its rows to one");
        continue;
      }
      what.push_back(read.what);
      rows.push_back(std::move(read));
    }
    const std::vector<AnnexPlace> places = outline(what, area_codes_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Read& row = rows[i];
      if (places[i].same_number >= 0) {
        fault("numbers that stand twice", row.row, std::max<Size>(heading_.number, 0),
              places[i].code,
              fmt::format("the number stands twice in its group, first in line {}",
                          table_.location(rows[index_of(places[i].same_number)].row).line),
              "number the rows of a group apart, or leave the number out");
      }
      switch (places[i].kind) {
        case AnnexPlace::Kind::area:
          area(row, places[i].code);
          break;
        case AnnexPlace::Kind::task:
          annex_task(row, places[i]);
          break;
        case AnnexPlace::Kind::note:
          fault("rows that are neither group nor task", row.row, row.title_column, {},
                fmt::format("'{}' has no number, nobody to do it, and no tasks below it",
                            row.what.title),
                "number it if it is a task; remove it if it is a note");
      }
    }
    if (task_rows_.empty() && problems_.empty()) {
      problems_.add({}, "expected tasks below the heading, found none");
    }
  }

  Read annex_row(Size row) const {
    Read read{row, -1, {}};
    AnnexRow& what = read.what;
    what.code = cell(row, heading_.code);
    const auto [title, column] = value_cell(row);
    what.title = title;
    read.title_column = column;
    const std::string_view label = cell(row, heading_.number);
    if (!label.empty()) {
      what.number = read_form_number(label);
      // Cells that were joined have their text in the first.
      if (!what.number && what.title.empty()) {
        what.title = label;
        read.title_column = heading_.number;
      }
    }
    if (!what.number) {
      if (const auto leading = read_leading_number(what.title)) {
        what.number = leading->first;
        what.title = std::string(leading->second);
      }
    }
    what.has_bullet = begins_with_bullet(what.title);
    what.has_work =
        std::any_of(heading_.columns.begin(), heading_.columns.end(), [&](const Column& each) {
          return says_work(each.cell()) && !cell(row, each.column).empty();
        });
    return read;
  }

  // Whether cells of a kind say who does a task, when, or with what result.
  static bool says_work(PlanCell cell) noexcept {
    switch (cell) {
      case PlanCell::code:
      case PlanCell::agencies:
      case PlanCell::when:
      case PlanCell::recurrence:
      case PlanCell::text:
      case PlanCell::amount:
      case PlanCell::flow:
        return true;
      default:
        return false;
    }
  }

  // A row of sums: nobody is to do it.
  [[nodiscard]] bool is_total(const Read& row) const {
    constexpr std::array<std::string_view, 6> words{"tong", "tong cong", "tong so",
                                                    "cong", "total",     "sum"};
    if (std::find(words.begin(), words.end(), plain_words(row.what.title)) == words.end()) {
      return false;
    }
    return std::none_of(
        heading_.columns.begin(), heading_.columns.end(), [&](const Column& column) {
          return (column.cell() == PlanCell::agencies || column.cell() == PlanCell::when) &&
                 !cell(row.row, column.column).empty();
        });
  }

  void area(const Read& row, const std::string& code) {
    const Location at = table_.location(row.row, row.title_column);
    Node area = Node::mapping();
    area.set("title", title_of({row.row, code, {}, row.what.title, row.title_column}));
    Node list;
    for (const Column& column : heading_.columns) {
      if (column.cell() == PlanCell::criteria) list = criteria(row.row, column.column, code);
    }
    promises(row.row, code, list);
    set_location(area, at);
    if (!list.is_null()) area.set("of", std::move(list));
    put(areas_, code, std::move(area), at);
  }

  // The area that a column of areas names; cells below the first of a group may be empty.
  const std::string& area_of(Size row, const std::string& above) {
    if (heading_.area < 0) return above;
    const std::string_view name = cell(row, heading_.area);
    if (name.empty()) return last_area_.empty() ? above : last_area_;
    const auto [known, is_new] = area_of_name_.emplace(match_key(name), std::string());
    if (is_new) {
      known->second = unique_code(slug(name, "area"), area_codes_);
      const auto column =
          std::find_if(heading_.columns.begin(), heading_.columns.end(),
                       [](const Column& each) { return each.cell() == PlanCell::area; });
      Node area = Node::mapping();
      area.set("title", Node::mapping().set(column->heading.is_vietnamese ? "vi" : "en",
                                            text_node(std::string(name))));
      set_location(area, table_.location(row, heading_.area));
      put(areas_, known->second, std::move(area), table_.location(row, heading_.area));
    }
    return last_area_ = known->second;
  }

  void annex_task(const Read& row, const AnnexPlace& place) {
    const std::string_view label = cell(row.row, heading_.number);
    if (!label.empty() && !read_form_number(label) && row.title_column != heading_.number) {
      fault("numbers that cannot be read", row.row, heading_.number, {},
            fmt::format("expected a number such as 1, 1.2, I or a), found '{}'", label),
            "head the column 'M\u00e3' (code) if it holds codes");
    }
    task_rows_.push_back(
        {row.row, place.code, area_of(row.row, place.area), row.what.title, row.title_column});
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

  const Table& table_;
  ComposedCells cells_;
  const AnnexOptions& options_;
  CellProblems problems_;
  std::vector<std::string_view> head_keys_ = plan_head_keys();

  PlanTableHeading heading_;
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

  // Tasks and areas.
  std::vector<TaskRow> task_rows_;
  std::set<std::string> area_codes_;
  std::unordered_map<std::string, std::string> area_of_name_;
  std::string last_area_;

  // Agencies.
  std::optional<Plan> agencies_;         // Those of the head.
  std::vector<Problem> wrong_agencies_;  // Why they are none.
  std::unordered_map<std::string, Found> declared_;
  AnnexAgencies named_{table_};
};

}  // namespace

Plan plan_from_table(const Table& table, const AnnexOptions& options) {
  return PlanTableReader(table, options).read();
}

}  // namespace chiso
