#pragma once

#include <utility>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/model/dated.hpp"
#include "io/fields.hpp"
#include "io/reader.hpp"
#include "io/rule_document.hpp"

/// Values that depend on the period: the one, or a list of entries that say from when to when.
namespace chiso {

/// @returns whether there is something to hold.
inline bool read_entry(Reader& reader, const Node& node, double& value) {
  const auto number = reader.number(node);
  assign(value, number);
  return number.has_value();
}

inline bool read_entry(Reader& reader, const Node& node, Rule& rule) {
  read_rule(reader, node, rule);
  return true;
}

inline Node write_entry(double value) { return Node::number(value); }
inline Node write_entry(const Rule& rule) { return write_rule(rule); }

template <class T>
const std::vector<Field<DatedEntry<T>>>& entry_fields() {
  using Entry = DatedEntry<T>;
  static const std::vector<Field<Entry>> fields =
      joined(joined<Entry>(
                 {{"value", [](Reader& r, const Node& n, Entry& e) { read_entry(r, n, e.value); },
                   [](const Entry& e) { return write_entry(e.value); }, true}},
                 range_fields<Entry, &Entry::in_force>()),
             joined<Entry>({field<&Entry::published>("published")}, provenance_fields<Entry>()));
  return fields;
}

template <class T>
void read_dated(Reader& reader, const Node& node, Dated<T>& dated) {
  std::vector<DatedEntry<T>> entries;
  const auto append = [&](const Node& at) -> DatedEntry<T>& {
    entries.emplace_back();
    entries.back().location = reader.location(at);
    return entries.back();
  };
  if (!node.is_sequence()) {
    if (!read_entry(reader, node, append(node).value)) return;
  } else {
    if (node.items.empty()) reader.fault(node, "expected dated values, found an empty list");
    for (const auto& item : node.items) {
      read_fields(reader, item, "a dated value", all(entry_fields<T>()), append(item));
    }
  }
  dated = Dated<T>(std::move(entries));
}

template <class T>
Node write_dated(const Dated<T>& dated) {
  if (dated.empty()) return {};
  if (dated.entries().size() == 1) {
    DatedEntry<T> plain;
    plain.value = dated.entries()[0].value;
    if (plain == dated.entries()[0]) return write_entry(plain.value);
  }
  Node list = Node::sequence();
  for (const auto& entry : dated.entries()) {
    list.items.push_back(write_fields(all(entry_fields<T>()), entry));
  }
  return list;
}

}  // namespace chiso
