#include "chiso/io/index_table.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "io/cells.hpp"
#include "io/definition.hpp"
#include "io/table_nodes.hpp"

namespace chiso {

namespace {

constexpr std::string_view kVariables = "variables.";
constexpr std::string_view kParameters = "parameters.";
constexpr std::array<std::string_view, 10> kTexts{"code",     "source", "reference", "note",
                                                  "variable", "index",  "edition",   "publisher",
                                                  "units",    "title"};

// Whether the value of a key stands in its cell as it is, without the quotes that YAML would need.
bool is_text(std::string_view key) {
  return std::find(kTexts.begin(), kTexts.end(), key) != kTexts.end();
}

// ---- Writing -----------------------------------------------------------------------------------

std::string cell_of(std::string_view key, const Node& node) {
  return is_text(key) && node.is_scalar() ? text_cell(node.text) : to_flow(node);
}

void append_head(const IndexDefinition& definition, std::vector<std::vector<std::string>>& rows) {
  const Node root = write_definition(definition);
  const auto append = [&](std::string key, std::string value) {
    rows.push_back({"", std::move(key), std::move(value)});
  };
  for (const std::string_view key : head_keys()) {
    if (key == "title") {
      if (!definition.title.en.empty()) append("title", text_cell(definition.title.en));
      if (!definition.title.vi.empty()) append("title_vi", text_cell(definition.title.vi));
    } else if (const Node* value = root.find(key)) {
      append(std::string(key), cell_of(key, *value));
    }
  }
  const auto append_each = [&](std::string_view prefix, const Node* list) {
    for (std::size_t i = 0; list != nullptr && i < list->keys.size(); ++i) {
      append(std::string(prefix) + list->keys[i].text, to_flow(list->items[i]));
    }
  };
  append_each(kVariables, root.find("variables"));
  append_each(kParameters, root.find("parameters"));
}

// ---- Reading -----------------------------------------------------------------------------------

/// The text of a cell, as it stands or as text_cell() wrote it.
std::string text_of(std::string_view cell) {
  if (cell.size() > 1 && cell.starts_with('"') && cell.ends_with('"')) {
    try {
      const Node parsed = parse_document(cell, {});
      if (parsed.is_scalar() && parsed.quoted) return parsed.text;
    } catch (const SpecError&) {  // Quotes of the text itself.
    }
  }
  return std::string(cell);
}

class TableReader {
 public:
  explicit TableReader(const Table& table) : table_(table), cells_(table) {}

  Index read() {
    heading();
    problems_.raise<SpecError>();
    for (Size row = heading_row_ + 1; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row)) continue;
      if (cell(row, code_).empty()) {
        head_row(row);
      } else {
        node_row(row);
      }
    }
    if (!title_.items.empty()) put(root_, "title", title_, title_);
    if (!variables_.items.empty()) put(root_, "variables", variables_, variables_);
    if (!parameters_.items.empty()) put(root_, "parameters", parameters_, parameters_);
    const Size root = structure();
    problems_.raise<SpecError>();
    const Node tree = subtree(root);
    put(root_, "tree", tree, tree);
    return index_from(root_, table_.source(), table_.limits());
  }

 private:
  struct Row {
    Size row;
    std::string code;
    std::string parent;
    Node node;
    std::vector<Size> children;
  };

  [[nodiscard]] std::string_view cell(Size row, Size column) const {
    return without_blanks(cells_(row, column));
  }

  void fault(Size row, Size column, std::string place, std::string message,
             std::string remedy = {}) {
    problems_.add(table_.location(row, column), std::move(place), std::move(message),
                  std::move(remedy));
  }

  static void put(Node& mapping, std::string key, Node value, const Node& at) {
    mapping.set(std::move(key), std::move(value));
    mapping.keys.back().line = at.line;
    mapping.keys.back().column = at.column;
  }

  void heading() {
    while (heading_row_ < table_.rows() && is_empty_row(table_, heading_row_)) ++heading_row_;
    if (heading_row_ == table_.rows()) {
      problems_.add({table_.source(), 0, 0}, {}, "the table is empty");
      return;
    }
    std::vector<std::string> known{"parent", "title_vi"};
    for (const auto key : node_keys()) known.emplace_back(key);
    std::map<std::string, Size> first;
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string name(cell(heading_row_, column));
      columns_.push_back(name);
      if (name.empty()) continue;
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        fault(heading_row_, column, {},
              fmt::format("unknown column '{}'{}", name, suggestion(name, known)));
      } else if (!first.emplace(name, column).second) {
        fault(heading_row_, column, {}, fmt::format("the column '{}' stands twice", name),
              "remove one");
      }
    }
    const auto needed = [&](const char* name) -> Size {
      const auto found = first.find(name);
      if (found != first.end()) return found->second;
      fault(heading_row_, 0, {}, fmt::format("the column '{}' is missing", name));
      return 0;
    };
    code_ = needed("code");
    parent_ = needed("parent");
    value_ = needed("title");
  }

  // What stands in a cell; nothing (null) if it could not be read.
  Node value(Size row, Size column, std::string_view key, const std::string& place) {
    const std::string_view text = cell(row, column);
    const Location location = table_.location(row, column);
    Node node;
    if (is_text(key)) {
      node = text_node(text_of(text));
    } else {
      try {
        node = parse_document(text, {}, table_.limits());
      } catch (const SpecError& error) {
        for (const auto& problem : error.problems()) {
          problems_.add(location, place, problem.message, problem.remedy);
        }
      }
    }
    set_location(node, location);
    return node;
  }

  void head_row(Size row) {
    const std::string key(cell(row, parent_));
    if (key.empty()) {
      fault(row, code_, {}, "expected a code, or a key of the head in the column 'parent'");
      return;
    }
    for (Size column = 0; column < table_.columns(); ++column) {
      if (column == code_ || column == parent_ || column == value_) continue;
      if (!cell(row, column).empty()) {
        fault(row, column, key,
              "a row of the head has its value in the column 'title', and no other",
              "give the row a code if it is a node");
      }
    }
    const bool is_vietnamese = key == "title_vi";
    const bool is_variable = key.starts_with(kVariables);
    const bool is_parameter = key.starts_with(kParameters);
    if (cell(row, value_).empty() && !is_variable) {
      fault(row, value_, key, "the key has no value", "write it into the column 'title'");
      return;
    }
    Node node = cell(row, value_).empty() ? Node::mapping()
                                          : value(row, value_, is_vietnamese ? "title" : key, key);
    if (node.is_null()) return;
    Node& target = is_variable                       ? variables_
                   : is_parameter                    ? parameters_
                   : key == "title" || is_vietnamese ? title_
                                                     : root_;
    const std::string name = is_variable      ? key.substr(kVariables.size())
                             : is_parameter   ? key.substr(kParameters.size())
                             : is_vietnamese  ? "vi"
                             : key == "title" ? "en"
                                              : key;
    if (!head_keys_.insert(key).second) {
      fault(row, parent_, key, fmt::format("the key '{}' stands twice", key), "remove one");
      return;
    }
    Node at;
    set_location(at, table_.location(row, parent_));
    put(target, name, std::move(node), at);
  }

  void node_row(Size row) {
    Row item{
        row, std::string(cell(row, code_)), std::string(cell(row, parent_)), Node::mapping(), {}};
    set_location(item.node, table_.location(row, code_));
    Node title = Node::mapping();
    set_location(title, table_.location(row, value_));
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string& key = columns_[static_cast<std::size_t>(column)];
      if (key.empty() || key == "parent" || cell(row, column).empty()) continue;
      const bool is_title = key == "title" || key == "title_vi";
      Node node = value(row, column, is_title ? "title" : key, item.code);
      if (node.is_null()) continue;
      const Node at = node;
      put(is_title ? title : item.node,
          key == "title"      ? "en"
          : key == "title_vi" ? "vi"
                              : key,
          std::move(node), at);
    }
    if (!title.items.empty()) {
      const Node at = title;
      put(item.node, "title", std::move(title), at);
    }
    const auto [same, is_new] = position_.emplace(item.code, std::ssize(rows_));
    if (!is_new) {
      fault(row, code_, item.code,
            fmt::format("the code '{}' stands twice, first in line {}", item.code,
                        table_.location(rows_[static_cast<std::size_t>(same->second)].row).line),
            "give every node a code of its own");
    }
    rows_.push_back(std::move(item));
  }

  // Hangs every node under its parent. @returns the root.
  Size structure() {
    constexpr int most_suggestions = 100;  // Each takes a look at all codes.
    int suggestions = 0;
    std::vector<Size> roots;
    std::vector<std::string> codes;
    for (const auto& row : rows_) codes.push_back(row.code);
    std::vector<Size> parents(rows_.size(), -1);
    for (Size i = 0; i < std::ssize(rows_); ++i) {
      Row& row = rows_[static_cast<std::size_t>(i)];
      if (row.parent.empty()) {
        roots.push_back(i);
        continue;
      }
      const auto parent = position_.find(row.parent);
      if (parent == position_.end()) {
        fault(row.row, parent_, row.code,
              fmt::format("there is no node '{}'{}", row.parent,
                          ++suggestions <= most_suggestions ? suggestion(row.parent, codes) : ""),
              "name the code of the parent");
        continue;
      }
      parents[static_cast<std::size_t>(i)] = parent->second;
      rows_[static_cast<std::size_t>(parent->second)].children.push_back(i);
    }
    const bool found_cycle = cycles(parents);
    if (roots.size() > 1) {
      for (std::size_t i = 1; i < roots.size(); ++i) {
        const Row& row = rows_[static_cast<std::size_t>(roots[i])];
        fault(row.row, parent_, row.code,
              fmt::format("a second root beside '{}': only one node has no parent",
                          rows_[static_cast<std::size_t>(roots[0])].code),
              "name its parent");
      }
    } else if (roots.empty() && !found_cycle) {
      problems_.add(
          {table_.source(), 0, 0}, {},
          rows_.empty() ? "the table has no nodes" : "no node is the root: one has no parent");
    }
    return roots.empty() ? -1 : roots[0];
  }

  // Notes every cycle of parents as a path, and nesting that no index has.
  bool cycles(const std::vector<Size>& parents) {
    constexpr int deepest = 50;
    enum class Mark { fresh, open, done };
    std::vector<Mark> marks(parents.size(), Mark::fresh);
    std::vector<int> depth(parents.size(), 0);
    bool found = false;
    for (Size start = 0; start < std::ssize(parents); ++start) {
      std::vector<Size> path;
      Size at = start;
      while (at >= 0 && marks[static_cast<std::size_t>(at)] == Mark::fresh) {
        marks[static_cast<std::size_t>(at)] = Mark::open;
        path.push_back(at);
        at = parents[static_cast<std::size_t>(at)];
      }
      if (at >= 0 && marks[static_cast<std::size_t>(at)] == Mark::open) {
        const auto begin = std::find(path.begin(), path.end(), at);
        std::string text;
        for (auto step = begin; step != path.end(); ++step) {
          text += rows_[static_cast<std::size_t>(*step)].code + " -> ";
        }
        const Row& row = rows_[static_cast<std::size_t>(at)];
        fault(row.row, parent_, row.code,
              fmt::format("a node is its own ancestor: {}{}", text, row.code),
              "correct the parent of one of them");
        found = true;
      }
      int level = at >= 0 ? depth[static_cast<std::size_t>(at)] : 0;
      for (auto step = path.rbegin(); step != path.rend(); ++step) {
        marks[static_cast<std::size_t>(*step)] = Mark::done;
        depth[static_cast<std::size_t>(*step)] = ++level;
        if (level == deepest + 1) {
          const Row& row = rows_[static_cast<std::size_t>(*step)];
          fault(row.row, parent_, row.code,
                fmt::format("the index is deeper than {} levels", deepest));
        }
      }
    }
    return found;
  }

  Node subtree(Size i) {
    Row& row = rows_[static_cast<std::size_t>(i)];
    Node node = std::move(row.node);
    if (!row.children.empty()) {
      Node list = Node::sequence();
      set_location(list, table_.location(row.row, code_));
      for (const Size child : row.children) list.items.push_back(subtree(child));
      const Node at = list;
      put(node, "children", std::move(list), at);
    }
    return node;
  }

  const Table& table_;
  ComposedCells cells_;
  Problems problems_;
  Size heading_row_ = 0;
  std::vector<std::string> columns_;
  Size code_ = 0;
  Size parent_ = 0;
  Size value_ = 0;
  std::unordered_set<std::string> head_keys_;
  Node root_ = Node::mapping();
  Node title_ = Node::mapping();
  Node variables_ = Node::mapping();
  Node parameters_ = Node::mapping();
  std::vector<Row> rows_;
  std::unordered_map<std::string, Size> position_;
};

}  // namespace

Table table_from_index(const Index& index) {
  std::vector<Node> nodes;
  for (Size i = 0; i < index.size(); ++i) nodes.push_back(write_node(index.node(i)));
  std::vector<std::string> columns{"code", "parent", "title"};
  bool vietnamese = false;
  for (Size i = 0; i < index.size(); ++i) vietnamese |= !index.node(i).title.vi.empty();
  if (vietnamese) columns.emplace_back("title_vi");
  for (const std::string_view key : node_keys()) {
    if (key == "code" || key == "title") continue;
    if (std::any_of(nodes.begin(), nodes.end(),
                    [&](const Node& node) { return node.find(key) != nullptr; })) {
      columns.emplace_back(key);
    }
  }
  std::vector<std::vector<std::string>> rows{columns};
  append_head(index.definition(), rows);
  for (Size i = 0; i < index.size(); ++i) {
    const Criterion& node = index.node(i);
    std::vector<std::string> row;
    for (const auto& column : columns) {
      const Node* value = nodes[static_cast<std::size_t>(i)].find(column);
      row.push_back(column == "parent"     ? (i == 0 ? "" : index.node(index.parent(i)).code)
                    : column == "title"    ? text_cell(node.title.en)
                    : column == "title_vi" ? text_cell(node.title.vi)
                    : value != nullptr     ? cell_of(column, *value)
                                           : "");
    }
    rows.push_back(std::move(row));
  }
  return Table(index.name(), rows);
}

Index index_from_table(const Table& table) { return TableReader(table).read(); }

}  // namespace chiso
