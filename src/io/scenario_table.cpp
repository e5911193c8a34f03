#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/load_scenarios.hpp"
#include "io/cells.hpp"
#include "io/edit_document.hpp"
#include "io/edit_rows.hpp"
#include "io/table_nodes.hpp"

namespace chiso {

namespace {

using Col = EditColumn;

bool uses(const EditRow& form, Col column) {
  return !form.of(column).key.empty() || (column == Col::amount && !form.numbered.empty());
}

std::string_view heading_of(Col column) {
  return scenario_headings[static_cast<std::size_t>(column)].en;
}

// A cell that is read as YAML: lists, mappings, texts in quotes.
bool is_flow(std::string_view cell) {
  return cell.starts_with('"') || cell.starts_with('[') || cell.starts_with('{');
}

// ---- Reading -----------------------------------------------------------------------------------

class ScenarioTableReader {
 public:
  ScenarioTableReader(const Table& table, const std::filesystem::path& catalogue)
      : table_(table),
        cells_(table),
        reader_(table.source(), problems_, table.limits().formula()),
        edits_(reader_, {{}, catalogue, table.limits()}) {
    columns_.fill(-1);
  }

  std::vector<Scenario> read() {
    try {
      heading();
      problems_.raise<SpecError>();  // Without a sound heading the rows mean nothing.
      for (Size row = first_row_; row < table_.rows(); ++row) {
        if (says_something(row)) this->row(row);
      }
      problems_.raise<SpecError>();
    } catch (const SpecError& error) {
      throw with_cells(error, table_);
    }
    return std::move(scenarios_);
  }

 private:
  [[nodiscard]] Size column(Col column) const noexcept {
    return columns_[static_cast<std::size_t>(column)];
  }

  [[nodiscard]] std::string_view cell(Size row, Col which) const {
    return column(which) < 0 ? std::string_view() : without_blanks(cells_(row, column(which)));
  }

  // What stands under no heading says nothing.
  [[nodiscard]] bool says_something(Size row) const {
    return std::any_of(columns_.begin(), columns_.end(), [&](Size column) {
      return column >= 0 && !without_blanks(cells_(row, column)).empty();
    });
  }

  // An empty value at a cell, for its place.
  [[nodiscard]] Node at(Size row, Size column) const {
    Node node;
    set_location(node, table_.location(row, std::max<Size>(column, 0)));
    return node;
  }
  [[nodiscard]] Node at(Size row, Col which) const { return at(row, column(which)); }

  void heading() {
    while (first_row_ < table_.rows() && is_empty_row(table_, first_row_)) ++first_row_;
    if (first_row_ == table_.rows()) {
      problems_.add({table_.source(), 0, 0}, {}, "the table is empty");
      return;
    }
    std::vector<std::string> known;
    std::map<std::string, Col> meaning;
    for (const ScenarioHeading& heading : scenario_headings) {
      known.emplace_back(heading.en);
      known.emplace_back(heading.vi);
      meaning.emplace(match_key(heading.en), heading.column);
      meaning.emplace(match_key(heading.vi), heading.column);
      for (const auto also : heading.also) {
        if (!also.empty()) meaning.emplace(match_key(also), heading.column);
      }
    }
    for (Size c = 0; c < table_.columns(); ++c) {
      const std::string name(without_blanks(cells_(first_row_, c)));
      if (name.empty()) continue;
      const auto found = meaning.find(match_key(name));
      if (found == meaning.end()) {
        const std::string near = suggestion(name, known);
        reader_.fault(at(first_row_, c), fmt::format("unknown column '{}'{}", name, near),
                      near.empty() ? fmt::format("there are: {}", join(known, ", ")) : "");
      } else if (Size& column = columns_[static_cast<std::size_t>(found->second)]; column >= 0) {
        reader_.fault(at(first_row_, c), fmt::format("the column '{}' stands twice", name),
                      "remove one");
      } else {
        column = c;
      }
    }
    for (const Col needed : {Col::scenario, Col::edit}) {
      if (column(needed) < 0) {
        reader_.fault(at(first_row_, Size{0}),
                      fmt::format("the column '{}' is missing", heading_of(needed)));
      }
    }
    ++first_row_;
  }

  void row(Size row) {
    const auto name = text(row, Col::scenario);
    if (name) {
      const auto [known, is_new] = position_.emplace(*name, scenarios_.size());
      if (is_new) scenarios_.emplace_back().name = *name;
      current_ = known->second;
    } else if (scenarios_.empty()) {
      scenarios_.emplace_back();
    }
    Scenario& scenario = scenarios_[current_];
    const Reader::Place place(reader_, scenario.name);
    about_the_scenario(row, scenario);
    const std::string_view word = cell(row, Col::edit);
    if (!word.empty()) {
      edit(row, word, scenario);
      return;
    }
    for (const Col column : edit_cells) {
      if (cell(row, column).empty()) continue;
      reader_.fault(at(row, Col::edit), "expected the kind of edit, found an empty cell",
                    "set, add, scale, weights, rule ...");
      return;
    }
  }

  void about_the_scenario(Size row, Scenario& scenario) {
    if (const auto note = text(row, Col::note)) {
      if (!scenario.note.empty() && scenario.note != *note) {
        reader_.fault(at(row, Col::note), "the scenario has another note above", "keep one");
      }
      scenario.note = *note;
    }
    const std::string_view refit = cell(row, Col::refit);
    if (refit.empty()) return;
    const std::string key = match_key(refit);
    constexpr std::array<std::string_view, 4> yes{"true", "yes", "x", "c\u00f3"};
    constexpr std::array<std::string_view, 3> no{"false", "no", "kh\u00f4ng"};
    const auto is_key = [&](std::string_view each) { return match_key(each) == key; };
    if (std::any_of(yes.begin(), yes.end(), is_key)) {
      scenario.refit = true;
    } else if (std::none_of(no.begin(), no.end(), is_key)) {
      reader_.fault(at(row, Col::refit),
                    fmt::format("expected yes or no, found the text '{}'", refit));
    }
  }

  void edit(Size row, std::string_view word, Scenario& scenario) {
    const EditRow* form = form_of(row, word);
    if (form == nullptr || !has_its_cells(row, *form)) return;
    Node mapping = Node::mapping();
    Node names;  // That have a number each.
    for (const Col column : edit_cells) {
      const auto [key, required] = form->of(column);
      if (cell(row, column).empty() || key.empty()) continue;
      Node value = value_of(row, column);
      if (value.is_null()) return;  // Was noted.
      if (key == rest_of_keys) {
        spread(value, mapping);
      } else if (key == form->numbered && !cell(row, Col::amount).empty()) {
        if (!with_numbers(row, value)) return;
        put(mapping, std::string(key), std::move(value),
            table_.location(row, this->column(column)));
      } else {
        put(mapping, std::string(key), std::move(value),
            table_.location(row, this->column(column)));
      }
    }
    set_place(mapping, row);
    edits_.read(mapping, scenario.edits);
  }

  const EditRow* form_of(Size row, std::string_view word) {
    const std::string key = match_key(word);
    std::vector<std::string> known;
    for (const EditRow& form : edit_rows()) {
      if (match_key(form.en) == key || match_key(form.vi) == key) return &form;
      known.emplace_back(form.en);
    }
    std::vector<std::string> spelled = known;
    for (const EditRow& form : edit_rows()) spelled.emplace_back(form.vi);
    const std::string near = suggestion(word, spelled);
    reader_.fault(at(row, Col::edit), fmt::format("unknown kind of edit '{}'{}", word, near),
                  near.empty() ? fmt::format("there are: {}", join(known, ", ")) : "");
    return nullptr;
  }

  bool has_its_cells(Size row, const EditRow& form) {
    bool all = true;
    for (const Col column : edit_cells) {
      const bool is_filled = !cell(row, column).empty();
      if (is_filled && !uses(form, column)) {
        reader_.fault(at(row, column),
                      fmt::format("the edit '{}' has no {}", form.en, heading_of(column)),
                      "empty the cell, or correct the kind of edit");
        all = false;
      } else if (!is_filled && form.of(column).required) {
        reader_.fault(
            at(row, this->column(column) < 0 ? Col::edit : column),
            fmt::format("the edit '{}' needs the {}, and the cell is empty", form.en,
                        heading_of(column)),
            column == Col::amount && form.kind == "value" ? "`missing` takes a value away" : "");
        all = false;
      }
    }
    return all;
  }

  // What a cell says as a value of YAML; nothing (null) after a problem was noted.
  Node value_of(Size row, Col column) {
    const std::string_view text = cell(row, column);
    if (is_flow(text) || column == Col::details) return flow(row, column);
    Node node;
    if (column == Col::amount) {
      node = amount(row, text);
    } else {
      node = Node::sequence();
      for (const std::string_view part : parts_of(text)) {
        node.items.push_back(text_node(std::string(part)));
      }
      if (node.items.size() == 1) node = Node(std::move(node.items.front()));
    }
    set_location(node, table_.location(row, this->column(column)));
    return node;
  }

  // Texts between semicolons.
  static std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
      const auto end = text.find(';');
      const std::string_view part = without_blanks(text.substr(0, end));
      if (!part.empty()) parts.push_back(part);
      if (end == std::string_view::npos) return parts;
      text.remove_prefix(end + 1);
    }
  }

  Node amount(Size row, std::string_view text) {
    double value = 0.0;
    const CellKind kind = read_cell(text, '.', value);
    if (kind == CellKind::number || kind == CellKind::text) return Node::word(std::string(text));
    if (kind == CellKind::missing) return Node::word("missing");
    Problem problem = not_a_number(text, kind, '.');
    reader_.fault(at(row, Col::amount), std::move(problem.message), std::move(problem.remedy));
    return {};
  }

  Node flow(Size row, Col column) {
    Node node;
    try {
      node = parse_document(cell(row, column), {}, table_.limits());
    } catch (const SpecError& error) {
      for (const Problem& problem : error.problems()) {
        reader_.fault(at(row, column), problem.message, problem.remedy);
      }
    }
    set_location(node, table_.location(row, this->column(column)));
    return node;
  }

  // Gives each of `names` its number of the cell of amounts.
  bool with_numbers(Size row, Node& names) {
    const std::vector<std::string_view> numbers = parts_of(cell(row, Col::amount));
    std::vector<Node> list =
        names.is_sequence() ? std::move(names.items) : std::vector<Node>{std::move(names)};
    if (list.size() != numbers.size()) {
      reader_.fault(at(row, Col::amount),
                    fmt::format("expected as many amounts as names ({}), found {}", list.size(),
                                numbers.size()),
                    "separate them by ';'");
      return false;
    }
    names = Node::mapping();
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (!list[i].is_scalar() || names.find(list[i].text) != nullptr) {
        reader_.fault(list[i],
                      fmt::format("expected names, each once, found {}", describe(list[i])));
        return false;
      }
      Node number = Node::word(std::string(numbers[i]));
      set_location(number, table_.location(row, column(Col::amount)));
      put(names, list[i].text, std::move(number), reader_.location(list[i]));
    }
    return true;
  }

  void spread(Node& rest, Node& mapping) {
    if (!rest.is_mapping()) {
      reader_.unexpected(rest, "further keys of the edit, as in YAML ({key: value})");
      return;
    }
    for (std::size_t i = 0; i < rest.keys.size(); ++i) {
      if (mapping.find(rest.keys[i].text) != nullptr) {
        reader_.fault(rest.keys[i], fmt::format("`{}` stands twice in the row", rest.keys[i].text));
        continue;
      }
      mapping.keys.push_back(std::move(rest.keys[i]));
      mapping.items.push_back(std::move(rest.items[i]));
    }
  }

  void set_place(Node& mapping, Size row) const {
    const Location location = table_.location(row, column(Col::edit));
    mapping.line = location.line;
    mapping.column = location.column;
  }

  // A text as it stands, or as text_cell wrote it; nothing if the cell is empty.
  std::optional<std::string> text(Size row, Col column) {
    const std::string_view text = cell(row, column);
    if (text.empty()) return {};
    if (text.size() > 1 && text.starts_with('"') && text.ends_with('"')) {
      try {
        const Node parsed = parse_document(text, {}, table_.limits());
        if (parsed.is_scalar() && parsed.quoted) return parsed.text;
      } catch (const SpecError&) {  // Quotes of the text itself.
      }
    }
    return std::string(text);
  }

  const Table& table_;
  ComposedCells cells_;
  Problems problems_;
  Reader reader_;
  EditReader edits_;
  std::array<Size, scenario_headings.size()> columns_{};
  Size first_row_ = 0;
  std::vector<Scenario> scenarios_;
  std::size_t current_ = 0;
  std::map<std::string, std::size_t, std::less<>> position_;  // By name.
};

// ---- Writing -----------------------------------------------------------------------------------

// A name that stands alone or between semicolons.
std::string name_cell(const std::string& name) {
  const bool is_plain = name.find(';') == std::string::npos && !is_flow(name) && !name.empty() &&
                        text_cell(name) == name;
  return is_plain ? name : to_flow(text_node(name));
}

std::string names_cell(const std::vector<Node>& names) {
  std::string text;
  for (const Node& name : names) {
    if (names.size() > 1 && name_cell(name.text) != name.text) {
      std::vector<Node> quoted;
      for (const Node& each : names) quoted.push_back(text_node(each.text));
      return to_flow(Node::sequence(std::move(quoted)));
    }
    text += (text.empty() ? "" : "; ") + name_cell(name.text);
  }
  return text;
}

std::string amount_cell(const Node& node) {
  if (!node.is_scalar()) return to_flow(node);
  double value = 0.0;
  const CellKind kind = read_cell(node.text, '.', value);
  const bool is_kept =
      !node.quoted && (kind == CellKind::number || (kind == CellKind::text && !is_flow(node.text) &&
                                                    text_cell(node.text) == node.text));
  return is_kept ? node.text : to_flow(text_node(node.text));
}

const EditRow& form_of(const Node& edit) {
  for (const EditRow& form : edit_rows()) {
    const bool is_how = form.kind == "value" || form.kind == "score" || form.kind == "parameter";
    if (edit.keys.front().text == form.kind && (!is_how || edit.find(form.amount.key) != nullptr)) {
      return form;
    }
  }
  return edit_rows().front();  // Not reached: every kind has a form.
}

using Cells = std::map<Col, std::string>;

Cells cells_of(const Node& edit, Language language) {
  const EditRow& form = form_of(edit);
  Cells cells;
  cells[Col::edit] = language == Language::vi ? form.vi : form.en;
  Node rest = Node::mapping();
  for (std::size_t i = 0; i < edit.keys.size(); ++i) {
    const std::string& key = edit.keys[i].text;
    const Node& value = edit.items[i];
    const auto column = std::find_if(edit_cells.begin(), edit_cells.end(),
                                     [&](Col each) { return form.of(each).key == key; });
    if (column == edit_cells.end()) {
      rest.set(key, value);
    } else if (*column == Col::amount) {
      cells[*column] = amount_cell(value);
    } else if (*column == Col::details) {
      cells[*column] = to_flow(value);
    } else if (value.is_mapping()) {
      cells[*column] = names_cell(value.keys);
      std::string numbers;
      for (const Node& number : value.items) numbers += (numbers.empty() ? "" : "; ") + number.text;
      cells[Col::amount] = std::move(numbers);
    } else {
      cells[*column] = names_cell(value.is_sequence() ? value.items : std::vector<Node>{value});
    }
  }
  if (!rest.items.empty()) cells[Col::details] = to_flow(rest);
  return cells;
}

void expect_names(const std::vector<Scenario>& scenarios) {
  Problems problems;
  std::map<std::string_view, std::size_t> first;
  for (std::size_t i = 0; i < scenarios.size(); ++i) {
    const std::string& name = scenarios[i].name;
    const bool is_new = first.emplace(name, i).second;
    if (is_new && (i == 0 || !name.empty())) continue;
    problems.add(
        {}, name,
        name.empty() ? fmt::format("scenario {} has no name", i + 1)
                     : fmt::format("scenarios {} and {} have one name", first[name] + 1, i + 1),
        "give every scenario a name of its own: the rows of a table belong together by it");
  }
  problems.raise<SpecError>();
}

}  // namespace

std::vector<Scenario> scenarios_from_table(const Table& table,
                                           const std::filesystem::path& catalogue) {
  return ScenarioTableReader(table, catalogue).read();
}

Table table_from_scenarios(const std::vector<Scenario>& scenarios, Language language,
                           const std::filesystem::path& catalogue) {
  expect_names(scenarios);
  std::vector<Cells> lines;
  for (const Scenario& scenario : scenarios) {
    const std::size_t begin = lines.size();
    for (const Edit& edit : scenario.edits) {
      lines.push_back(cells_of(write_edit(edit, &catalogue), language));
    }
    if (scenario.edits.empty()) lines.emplace_back();
    for (std::size_t i = begin; i < lines.size(); ++i) {
      if (!scenario.name.empty()) lines[i][Col::scenario] = text_cell(scenario.name);
    }
    if (!scenario.note.empty()) lines[begin][Col::note] = text_cell(scenario.note);
    if (scenario.refit) lines[begin][Col::refit] = language == Language::vi ? "c\u00f3" : "yes";
    // A row with nothing at all would be passed over.
    if (lines[begin].empty())
      lines[begin][Col::refit] = language == Language::vi ? "kh\u00f4ng" : "no";
  }
  std::vector<Col> columns;
  std::vector<std::string> heading;
  for (const ScenarioHeading& each : scenario_headings) {
    const bool is_used = std::any_of(lines.begin(), lines.end(), [&](const Cells& cells) {
      return cells.contains(each.column);
    });
    if (!is_used && each.column != Col::scenario && each.column != Col::edit) continue;
    columns.push_back(each.column);
    heading.emplace_back(language == Language::vi ? each.vi : each.en);
  }
  std::vector<std::vector<std::string>> rows{heading};
  for (const Cells& cells : lines) {
    std::vector<std::string> row;
    for (const Col column : columns) {
      const auto cell = cells.find(column);
      row.push_back(cell == cells.end() ? std::string() : cell->second);
    }
    rows.push_back(std::move(row));
  }
  return Table("scenarios", rows);
}

}  // namespace chiso
