#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/period.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/model/provenance.hpp"
#include "io/reader.hpp"

/// What the tables of keys of definitions and of plans have in common.
namespace chiso {

/// The version of both formats, the value of the key `chiso`.
inline constexpr int format_version = 1;

// ---- Words -------------------------------------------------------------------------------------

template <class E, std::size_t N>
[[nodiscard]] std::optional<E> read_word(Reader& reader, const Node& node,
                                         const std::array<Word<E>, N>& words) {
  return reader.word(node, std::span<const Word<E>>(words));
}

template <class E, std::size_t N>
[[nodiscard]] Node word(E value, const std::array<Word<E>, N>& words) {
  for (const auto& each : words) {
    if (each.value == value) return Node::word(std::string(each.text));
  }
  return {};
}

/// The word, or nothing for what holds anyway.
template <class E, std::size_t N>
[[nodiscard]] Node word_unless(E value, E usual, const std::array<Word<E>, N>& words) {
  return value == usual ? Node() : word(value, words);
}

// ---- Plain values ------------------------------------------------------------------------------

/// Reads a value of its type; leaves it as it is after a problem was noted.
void read_value(Reader& reader, const Node& node, std::string& value);
void read_value(Reader& reader, const Node& node, double& value);
void read_value(Reader& reader, const Node& node, Date& value);
void read_value(Reader& reader, const Node& node, Period& value);
void read_value(Reader& reader, const Node& node, std::optional<double>& value);
void read_value(Reader& reader, const Node& node, std::optional<Date>& value);
void read_value(Reader& reader, const Node& node, std::optional<Period>& value);
void read_value(Reader& reader, const Node& node, std::optional<Status>& value);
void read_value(Reader& reader, const Node& node, std::vector<std::string>& value);
void read_value(Reader& reader, const Node& node, PeriodRange& value);
/// A text is the English title.
void read_value(Reader& reader, const Node& node, Title& value);

/// Writes a value; nothing (null) for what is empty or not there.
[[nodiscard]] Node write_value(const std::string& value);
[[nodiscard]] Node write_value(double value);
[[nodiscard]] Node write_value(const Date& value);
[[nodiscard]] Node write_value(const Period& value);
[[nodiscard]] Node write_value(const std::optional<double>& value);
[[nodiscard]] Node write_value(const std::optional<Date>& value);
[[nodiscard]] Node write_value(const std::optional<Period>& value);
[[nodiscard]] Node write_value(const std::optional<Status>& value);
[[nodiscard]] Node write_value(const std::vector<std::string>& value);
[[nodiscard]] Node write_value(const PeriodRange& value);
[[nodiscard]] Node write_value(const Title& value);

[[nodiscard]] Node number_unless(double value, double usual);
[[nodiscard]] Node write_interval(const Interval& interval);

// ---- Lists, or the one -------------------------------------------------------------------------

/// Calls `read` with the only value, or with each of a list, of which there must be one.
template <class Read>
void read_each(Reader& reader, const Node& node, const Read& read) {
  if (!node.is_sequence()) {
    read(node);
    return;
  }
  if (node.items.empty()) reader.fault(node, "expected at least one, found an empty list");
  for (const auto& item : node.items) read(item);
}

/// A list of one is written as the one; nothing (null) for none.
[[nodiscard]] Node one_or_list(std::vector<Node> items);

void read_names(Reader& reader, const Node& node, std::vector<std::string>& names);
[[nodiscard]] Node write_names(const std::vector<std::string>& names);

// ---- Tables of keys ----------------------------------------------------------------------------

template <class T>
[[nodiscard]] std::span<const Field<T>> all(const std::vector<Field<T>>& fields) {
  return fields;
}

/// Keys written where they stand in the table; `first` before `second`.
template <class T>
[[nodiscard]] std::vector<Field<T>> joined(std::vector<Field<T>> first,
                                           const std::vector<Field<T>>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

/// The same keys, some of them with whatever value.
template <class T>
[[nodiscard]] std::vector<Field<T>> without_reading(
    std::vector<Field<T>> fields, std::initializer_list<std::string_view> ignored) {
  for (auto& field : fields) {
    if (std::find(ignored.begin(), ignored.end(), field.key) == ignored.end()) continue;
    field.read = [](Reader&, const Node&, T&) {};
  }
  return fields;
}

/// Notes if a mapping has not exactly one of `choices`; a key that is none of `fields` was noted
/// and may be meant as one of them.
template <class T>
void expect_one_of(Reader& reader, const Node& node, std::span<const Field<T>> fields,
                   std::initializer_list<std::string_view> choices) {
  if (!node.is_mapping()) return;
  int found = 0;
  std::string listed;
  for (const auto choice : choices) {
    listed.append(listed.empty() ? "" : ", ").append(choice);
    if (node.find(choice) != nullptr) ++found;
  }
  const auto is_unknown = [&](const Node& key) {
    return std::none_of(fields.begin(), fields.end(),
                        [&](const auto& field) { return field.key == key.text; });
  };
  if (found == 1 || (found == 0 && std::any_of(node.keys.begin(), node.keys.end(), is_unknown))) {
    return;
  }
  reader.fault(node, "expected one of " + listed + ", found " + (found == 0 ? "none" : "several"));
}

template <class T>
[[nodiscard]] DefinitionKeys keys_of(std::string_view kind, std::span<const Field<T>> fields) {
  DefinitionKeys keys{kind, {}};
  for (const auto& field : fields) keys.keys.push_back(field.key);
  return keys;
}

template <class T, class U>
T owner_of(U T::*);

/// A key whose value is a member and one of the plain values above.
template <auto member, class T = decltype(owner_of(member))>
[[nodiscard]] Field<T> field(std::string_view key, bool required = false) {
  return {key, [](Reader& r, const Node& n, T& x) { read_value(r, n, x.*member); },
          [](const T& x) { return write_value(x.*member); }, required};
}

/// A key whose value is a list of names, or the one.
template <auto member, class T = decltype(owner_of(member))>
[[nodiscard]] Field<T> names_field(std::string_view key, bool required = false) {
  return {key, [](Reader& r, const Node& n, T& x) { read_names(r, n, x.*member); },
          [](const T& x) { return write_names(x.*member); }, required};
}

template <class T>
[[nodiscard]] std::vector<Field<T>> provenance_fields() {
  return {
      {"status", [](Reader& r, const Node& n, T& x) { read_value(r, n, x.provenance.status); },
       [](const T& x) { return write_value(x.provenance.status); }},
      {"source", [](Reader& r, const Node& n, T& x) { read_value(r, n, x.provenance.source); },
       [](const T& x) { return write_value(x.provenance.source); }},
      {"reference",
       [](Reader& r, const Node& n, T& x) { read_value(r, n, x.provenance.reference); },
       [](const T& x) { return write_value(x.provenance.reference); }},
      {"checked", [](Reader& r, const Node& n, T& x) { read_value(r, n, x.provenance.checked); },
       [](const T& x) { return write_value(x.provenance.checked); }},
      {"note", [](Reader& r, const Node& n, T& x) { read_value(r, n, x.provenance.note); },
       [](const T& x) { return write_value(x.provenance.note); }},
  };
}

[[nodiscard]] const std::vector<Field<Title>>& title_fields();

/// `from` and `to` of a T's periods: `range` is a pointer to the member, or std::identity.
template <class T, auto range>
[[nodiscard]] std::vector<Field<T>> range_fields() {
  return {
      {"from", [](Reader& r, const Node& n, T& x) { read_value(r, n, std::invoke(range, x).from); },
       [](const T& x) { return write_value(std::invoke(range, x).from); }},
      {"to", [](Reader& r, const Node& n, T& x) { read_value(r, n, std::invoke(range, x).to); },
       [](const T& x) { return write_value(std::invoke(range, x).to); }},
  };
}

[[nodiscard]] const std::vector<Field<PeriodRange>>& period_fields();

// ---- Heads -------------------------------------------------------------------------------------

/// The key `chiso` of a document: its version must be `format_version`.
void read_format(Reader& reader, const Node& node);

template <class T>
[[nodiscard]] Field<T> format_field() {
  return {"chiso", [](Reader& r, const Node& n, T&) { read_format(r, n); },
          [](const T&) { return Node::number(format_version); }, true};
}

/// What a validator says about the head as a whole belongs to the line of the key that it names.
[[nodiscard]] Problem at_its_key(Problem problem, const Reader& reader, const Node& root);

}  // namespace chiso
