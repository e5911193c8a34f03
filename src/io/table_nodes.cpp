#include "io/table_nodes.hpp"

#include <utility>

#include "io/bad_text.hpp"
#include "io/cells.hpp"

namespace chiso {

void set_location(Node& node, const Location& location) {
  node.line = location.line;
  node.column = location.column;
  node.runs.clear();
  node.in_cell = true;
  for (auto& key : node.keys) set_location(key, location);
  for (auto& item : node.items) set_location(item, location);
}

Node text_node(std::string text) {
  Node node = Node::word(std::move(text));
  node.quoted = true;
  return node;
}

std::string text_cell(const std::string& text) {
  const bool is_kept = without_blanks(text).size() == text.size() && !text.starts_with('"') &&
                       !find_bad_text(text, {});
  return is_kept ? text : to_flow(text_node(text));
}

void put(Node& mapping, std::string key, Node value, const Location& at) {
  mapping.set(std::move(key), std::move(value));
  mapping.keys.back().line = at.line;
  mapping.keys.back().column = at.column;
}

}  // namespace chiso
