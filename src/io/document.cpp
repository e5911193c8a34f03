#include "chiso/io/document.hpp"

#include <fmt/core.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <unordered_map>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "io/bad_text.hpp"
#include "io/how_to_raise.hpp"
#include "io/text_runs.hpp"

namespace chiso {

namespace {

// ---- Reading -----------------------------------------------------------------------------------

/// Turns marks of the parser, which count bytes from 0, into places for people.
class Places {
 public:
  Places(std::string_view text, std::string_view file) : text_(text), file_(file) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  // Marks come in the order of the text, so a long line is walked through only once.
  [[nodiscard]] int column(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto byte = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line >= starts_.size()) return 1;
    if (line != last_line_ || byte < last_byte_) {
      last_line_ = line;
      last_byte_ = 0;
      last_letters_ = 0;
    }
    const std::size_t from = std::min(starts_[line] + last_byte_, text_.size());
    last_letters_ += letters(text_.substr(from, byte - last_byte_));
    last_byte_ = byte;
    return static_cast<int>(last_letters_) + 1;
  }

  /// The text from a mark on.
  [[nodiscard]] std::string_view from(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    const auto byte = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line >= starts_.size()) return {};
    return text_.substr(std::min(starts_[line] + byte, text_.size()));
  }

  [[nodiscard]] Location of(const YAML::Mark& mark) const {
    if (mark.is_null()) return {std::string(file_), 0, 0};
    return {std::string(file_), mark.line + 1, column(mark)};
  }

 private:
  std::string_view text_;
  std::string_view file_;
  std::vector<std::size_t> starts_;
  mutable std::size_t last_line_ = 0;
  mutable std::size_t last_byte_ = 0;
  mutable Size last_letters_ = 0;
};

/// Builds the tree; the only place that decides what a document may hold.
class Builder : public YAML::EventHandler {
 public:
  Builder(const Places& places, const InputLimits& limits) : places_(places), limits_(limits) {}

  [[nodiscard]] Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ > 0) {
      refuse(mark, "expected one document, found a second one", "put it into a file of its own");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    put(mark, node_at(mark, Node::Kind::null));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(mark, "expected a value, found an alias (*name)",
           "write the value itself; a text that begins with * needs quotes");
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(mark, fmt::format("expected a value, found an anchor (&{})", name),
           "write every value where it belongs; a text that begins with & needs quotes");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    check_tag(mark, tag);
    if (std::ssize(value) > limits_.text_bytes) {
      refuse(mark,
             fmt::format("the text has {} bytes, and no more than {} are read", value.size(),
                         limits_.text_bytes),
             how_to_raise("text_bytes"));
    }
    Node node = node_at(mark, Node::Kind::scalar);
    node.text = nfc(value);  // What looks the same is the same: a name is typed in several ways.
    node.quoted = tag == "!" || tag.ends_with(":str");
    // A plain word on one line stands there as it is.
    const std::string_view yaml = places_.from(mark);
    if (!yaml.starts_with(value)) node.runs = text_runs(yaml, value, node.line, node.column);
    put(mark, std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(mark, Node::Kind::sequence);
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(mark, Node::Kind::mapping);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  struct Open {
    Node* node;
    std::unordered_map<std::string, int> lines;  // Of the keys of a mapping.
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string message,
                           std::string_view remedy = {}) const {
    throw SpecError({Problem{places_.of(mark), {}, std::move(message), std::string(remedy)}});
  }

  [[nodiscard]] Node node_at(const YAML::Mark& mark, Node::Kind kind) const {
    Node node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = places_.column(mark);
    return node;
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    constexpr std::array<std::string_view, 7> core{"str",  "int", "float", "bool",
                                                   "null", "seq", "map"};
    constexpr std::string_view prefix = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?" || tag == "!") return;
    if (tag.starts_with(prefix) &&
        std::find(core.begin(), core.end(), std::string_view(tag).substr(prefix.size())) !=
            core.end()) {
      return;
    }
    refuse(mark, fmt::format("expected a plain value, found the tag '{}'", tag),
           "remove it; a text that begins with ! needs quotes");
  }

  void open(const YAML::Mark& mark, Node::Kind kind) {
    if (std::ssize(open_) >= std::min(limits_.depth, InputLimits::most_depth)) {
      refuse(mark,
             fmt::format("the document is nested deeper than {}",
                         std::min(limits_.depth, InputLimits::most_depth)),
             limits_.depth < InputLimits::most_depth
                 ? how_to_raise("depth")
                 : std::string("no document may be nested deeper"));
    }
    Node* node = put(mark, node_at(mark, kind));
    open_.push_back({node, {}});
  }

  // The address stays valid as long as the value is open: what holds it grows only afterwards.
  Node* put(const YAML::Mark& mark, Node node) {
    if (++values_ > limits_.values) {
      refuse(mark, fmt::format("the document has more than {} values", limits_.values),
             how_to_raise("values"));
    }
    if (open_.empty()) return &(root_ = std::move(node));
    Open& parent = open_.back();
    const bool is_key =
        parent.node->is_mapping() && parent.node->keys.size() == parent.node->items.size();
    if (is_key) check_key(mark, node, parent);
    auto& list = is_key ? parent.node->keys : parent.node->items;
    list.push_back(std::move(node));
    return &list.back();
  }

  static std::string_view kind_of(const Node& key) noexcept {
    return key.is_null() ? "nothing" : key.is_sequence() ? "a list" : "a mapping";
  }

  void check_key(const YAML::Mark& mark, const Node& key, Open& parent) const {
    if (!key.is_scalar()) {
      refuse(mark, fmt::format("expected a word before the colon, found {}", kind_of(key)),
             key.is_null() ? "a key that is empty, ~ or null needs quotes"
                           : "look for a bracket that is not closed");
    }
    const auto [first, is_new] = parent.lines.emplace(key.text, key.line);
    if (!is_new) {
      refuse(mark, fmt::format("'{}' stands twice, first in line {}", key.text, first->second),
             "remove one");
    }
  }

  const Places& places_;
  const InputLimits& limits_;
  Node root_;
  std::vector<Open> open_;
  Size values_ = 0;
  int documents_ = 0;
};

// What the parser says, and what the usual reason is.
Problem explain(const YAML::Exception& error, const Places& places) {
  std::string_view message = error.msg;
  // It shows one byte of a letter.
  constexpr std::string_view escape = "unknown escape character";
  if (message.starts_with(escape)) message = escape;
  Problem problem{places.of(error.mark), {}, fmt::format("not YAML: {}", message), {}};
  if (message == escape) {
    problem.remedy = "a backslash between double quotes needs a second one before it";
  } else if (message == "illegal map value") {
    problem.remedy = "a text that holds ': ' needs quotes";
  } else if (message.find("end of map") != std::string_view::npos ||
             message.find("end of sequence") != std::string_view::npos) {
    problem.remedy = "look at the indentation and the brackets before this line";
  } else if (message.find("tab") != std::string_view::npos) {
    problem.remedy = "indent with spaces";
  } else if (message == "unknown token" || message.find("block scalar") != std::string_view::npos) {
    problem.remedy = "what begins with >, |, @, ` or % needs quotes: \">= 90\"";
  }
  return problem;
}

// ---- Writing -----------------------------------------------------------------------------------

constexpr std::size_t kLineLength = 100;

bool is_like_another_value(std::string_view text) {
  double number = 0.0;
  if (parse_number(text, number)) return true;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  constexpr std::array<std::string_view, 13> words{
      "true", "false", "yes", "no", "on", "off", "null", "~", ".inf", "-.inf", ".nan", "y", "n"};
  return std::find(words.begin(), words.end(), lower) != words.end() || lower.starts_with("0x") ||
         lower.starts_with("0o") || lower.starts_with("0b") ||
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || c == '-' || c == ':' || c == '_';
         });
}

bool needs_quotes(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  if (text.starts_with("...") || text == "null" || text == "Null" || text == "NULL") return true;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`=<~").find(text.front()) != std::string_view::npos) {
    // A negative number is a plain word.
    double number = 0.0;
    if (text.front() != '-' || !parse_number(text, number)) return true;
  }
  // A question mark ends a plain word on one line for some readers of YAML, ours among them.
  return text.find_first_of("\n\r\t,?[]{}\"\\") != std::string_view::npos ||
         text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos ||
         std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= '\x00' && c < '\x20') || c == '\x7f'; });
}

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if ((c >= '\x00' && c < '\x20') || c == '\x7f') {
      quoted += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string scalar(const Node& node) {
  return node.quoted || needs_quotes(node.text) ? in_quotes(node.text) : node.text;
}

/// Whether a reader of YAML looks for the colon behind a key in vain: it gives up after 1024 bytes.
/// Such a key has a question mark in front of it.
bool is_long_key(const std::string& key) noexcept { return key.size() > 1000; }

void write_flow(const Node& node, std::string& text) {
  switch (node.kind) {
    case Node::Kind::null:
      text += "null";
      return;
    case Node::Kind::scalar:
      text += scalar(node);
      return;
    case Node::Kind::sequence:
    case Node::Kind::mapping:
      break;
  }
  text += node.is_mapping() ? '{' : '[';
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) text += ", ";
    if (node.is_mapping()) {
      const std::string key = scalar(node.keys[i]);
      text += (is_long_key(key) ? "? " : "") + key + ": ";
    }
    write_flow(node.items[i], text);
  }
  text += node.is_mapping() ? '}' : ']';
}

bool wants_block(const Node& node) {
  return node.block || std::any_of(node.items.begin(), node.items.end(), wants_block);
}

// Writes a value behind "key:" or "-"; `indent` is that of the value's own lines.
void write_value(const Node& node, std::size_t indent, std::size_t used, bool in_list,
                 std::string& text);

void write_lines(const Node& node, std::size_t indent, bool first_is_begun, std::string& text) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0 || !first_is_begun) text.append(indent, ' ');
    std::size_t used = indent;
    if (node.is_mapping()) {
      const std::string key = scalar(node.keys[i]);
      if (is_long_key(key)) text += "? " + key + "\n" + std::string(indent, ' ');
      text += (is_long_key(key) ? std::string() : key) + ":";
      used += key.size() + 1;
    } else {
      text += '-';
      used += 1;
    }
    write_value(node.items[i], indent + 2, used, node.is_sequence(), text);
  }
}

void write_value(const Node& node, std::size_t indent, std::size_t used, bool in_list,
                 std::string& text) {
  const bool is_list_or_mapping = node.is_sequence() || node.is_mapping();
  if (!is_list_or_mapping || node.items.empty() || !wants_block(node)) {
    std::string flow;
    write_flow(node, flow);
    if (!is_list_or_mapping || node.items.empty() ||
        used + 1 + static_cast<std::size_t>(letters(flow)) <= kLineLength) {
      text += " " + flow + "\n";
      return;
    }
  }
  if (in_list) {
    text += ' ';
    write_lines(node, indent, true, text);
  } else {
    text += '\n';
    write_lines(node, indent, false, text);
  }
}

}  // namespace

Node Node::word(std::string text) {
  Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  return node;
}

Node Node::text_of(std::string text) {
  Node node = word(std::move(text));
  node.quoted = is_like_another_value(node.text);
  return node;
}

Node Node::number(double value) { return word(to_string(value)); }

Node Node::sequence(std::vector<Node> items) {
  Node node;
  node.kind = Kind::sequence;
  node.items = std::move(items);
  return node;
}

Node Node::mapping() {
  Node node;
  node.kind = Kind::mapping;
  return node;
}

Node& Node::set(std::string key, Node value) & {
  kind = Kind::mapping;
  keys.push_back(text_of(std::move(key)));
  items.push_back(std::move(value));
  return *this;
}

Node&& Node::set(std::string key, Node value) && {
  return std::move(set(std::move(key), std::move(value)));
}

const Node* Node::find(std::string_view key) const noexcept {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].text == key) return &items[i];
  }
  return nullptr;
}

Node parse_document(std::string_view yaml, std::string_view file, const InputLimits& limits) {
  if (std::ssize(yaml) > limits.definition_bytes) {
    throw SpecError({Problem{{std::string(file), 0, 0},
                             {},
                             fmt::format("the text has {} bytes, and no more than {} are read",
                                         yaml.size(), limits.definition_bytes),
                             how_to_raise("definition_bytes")}});
  }
  if (yaml.starts_with(byte_order_mark)) yaml.remove_prefix(byte_order_mark.size());
  if (auto bad = find_bad_text(yaml, file)) throw SpecError({*std::move(bad)});
  const Places places(yaml, file);
  Builder builder(places, limits);
  bool found = false;
  try {
    std::istringstream stream{std::string(yaml)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) found = true;
  } catch (const YAML::Exception& error) {
    throw SpecError({explain(error, places)});
  }
  Node root = builder.take();
  if (!found || root.is_null()) {
    throw SpecError({Problem{{std::string(file), 0, 0}, {}, "the file is empty", {}}});
  }
  return root;
}

std::string to_flow(const Node& node) {
  std::string text;
  write_flow(node, text);
  return text;
}

std::string to_block(const Node& node) {
  if (!(node.is_sequence() || node.is_mapping()) || node.items.empty()) return to_flow(node) + "\n";
  std::string text;
  write_lines(node, 0, false, text);
  return text;
}

std::string describe(const Node& node) {
  constexpr Size most_shown = 40;
  std::string text;
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      text = node.text;
      break;
    case Node::Kind::sequence:
    case Node::Kind::mapping:
      text = to_flow(node);
      break;
  }
  if (letters(text) > most_shown) {
    std::size_t end = 0;
    for (Size shown = 0; end < text.size(); ++end) {
      const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0) != 0x80;
      if (begins && shown++ == most_shown) break;
    }
    text = text.substr(0, end) + "...";
  }
  if (node.is_sequence()) return "the list " + text;
  if (node.is_mapping()) return "the mapping " + text;
  double number = 0.0;
  if (!node.quoted && parse_number(text, number)) return "the number " + text;
  return fmt::format("the text '{}'", text);
}

}  // namespace chiso
