#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/text_place.hpp"
#include "chiso/io/limits.hpp"

/// YAML as a small tree of plain values that know where they stand. What means nothing to a reader
/// of definitions (anchors, tags, several documents) is refused, not resolved.
namespace chiso {

/// A value of a YAML document: nothing, a scalar (a text, number or word), a list, or a mapping.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  bool quoted = false;      ///< Of a scalar: in quotes or as a block of text, hence never a number.
  bool block = false;       ///< Wish for writing: over several lines, even where one would do.
  std::string text;         ///< Of a scalar, as it stands.
  std::vector<Node> keys;   ///< Of a mapping: scalars, one an item, no two alike.
  std::vector<Node> items;  ///< Of a list; the values of a mapping.
  int line = 0;             ///< From 1; 0 = not read from a text.
  int column = 0;           ///< From 1, in letters.
  /// Of a scalar whose letters do not stand from `line` and `column` on as they are: where they do.
  std::vector<TextPlace::Run> runs;
  bool in_cell = false;  ///< Of a table: line and column are those of the cell.

  /// A number or a word of the format.
  [[nodiscard]] static Node word(std::string text);
  /// A text of a person: in quotes if another reader could take it for a number, a truth or
  /// nothing.
  [[nodiscard]] static Node text_of(std::string text);
  [[nodiscard]] static Node number(double value);
  [[nodiscard]] static Node sequence(std::vector<Node> items = {});
  [[nodiscard]] static Node mapping();

  /// Appends to a mapping (or makes one of nothing).
  Node& set(std::string key, Node value) &;
  Node&& set(std::string key, Node value) &&;

  [[nodiscard]] bool is_null() const noexcept { return kind == Kind::null; }
  [[nodiscard]] bool is_scalar() const noexcept { return kind == Kind::scalar; }
  [[nodiscard]] bool is_sequence() const noexcept { return kind == Kind::sequence; }
  [[nodiscard]] bool is_mapping() const noexcept { return kind == Kind::mapping; }

  /// The value of a key; nullptr if there is none.
  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
};

/// Reads one YAML document.
///
/// @param file the name for messages.
/// @throws SpecError, with line and column, for a text that is empty, larger or deeper than the
/// limits,
///         not UTF-8, not YAML, or that has control characters, anchors, aliases, tags, several
///         documents, keys that are not plain words, or a key twice in a mapping (both lines
///         named).
[[nodiscard]] Node parse_document(std::string_view yaml, std::string_view file,
                                  const InputLimits& limits = {});

/// The document on one line: "{steps: [{when: '> 90', points: 2}]}". parse_document reads it back.
[[nodiscard]] std::string to_flow(const Node& node);

/// The document over several lines, what fits on one line on one line. parse_document reads it
/// back.
[[nodiscard]] std::string to_block(const Node& node);

/// What a value is, for messages: "the list [1, 2]", "the text 'abc'", "nothing".
[[nodiscard]] std::string describe(const Node& node);

}  // namespace chiso
