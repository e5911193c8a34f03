#include "io/table_nodes.hpp"

#include <utility>

namespace chiso {

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

void put(Node& mapping, std::string key, Node value, const Location& at) {
  mapping.set(std::move(key), std::move(value));
  mapping.keys.back().line = at.line;
  mapping.keys.back().column = at.column;
}

}  // namespace chiso
