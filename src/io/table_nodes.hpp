#pragma once

#include <string>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"

/// Values of a document that stand in the cells of a table.
namespace chiso {

/// Gives a value and all in it a place.
void set_location(Node& node, const Location& location);

/// A text of a person, whatever it looks like.
[[nodiscard]] Node text_node(std::string text);

/// A text as it is; in quotes if a reader of cells would take it for another.
[[nodiscard]] std::string text_cell(const std::string& text);

/// Sets a key that stands at a place.
void put(Node& mapping, std::string key, Node value, const Location& at);

}  // namespace chiso
