#include "io/fields.hpp"

#include <fmt/core.h>

#include <utility>

namespace chiso {

namespace {

constexpr std::array<Word<Status>, 3> kStatuses{{{"official", Status::official},
                                                 {"derived", Status::derived},
                                                 {"illustrative", Status::illustrative}}};

}  // namespace

void read_value(Reader& reader, const Node& node, std::string& value) {
  assign(value, reader.text(node));
}

void read_value(Reader& reader, const Node& node, double& value) {
  assign(value, reader.number(node));
}

void read_value(Reader& reader, const Node& node, Date& value) { assign(value, reader.date(node)); }

void read_value(Reader& reader, const Node& node, Period& value) {
  assign(value, reader.period(node));
}

void read_value(Reader& reader, const Node& node, std::optional<double>& value) {
  assign(value, reader.number(node));
}

void read_value(Reader& reader, const Node& node, std::optional<Date>& value) {
  assign(value, reader.date(node));
}

void read_value(Reader& reader, const Node& node, std::optional<Period>& value) {
  assign(value, reader.period(node));
}

void read_value(Reader& reader, const Node& node, std::optional<Status>& value) {
  assign(value, read_word(reader, node, kStatuses));
}

void read_value(Reader& reader, const Node& node, std::vector<std::string>& value) {
  assign(value, reader.texts(node));
}

void read_value(Reader& reader, const Node& node, PeriodRange& value) {
  read_fields(reader, node, "a range of periods", all(period_fields()), value);
}

void read_value(Reader& reader, const Node& node, Title& value) {
  if (node.is_scalar()) {
    read_value(reader, node, value.en);
  } else {
    read_fields(reader, node, "a title", all(title_fields()), value);
  }
}

Node write_value(const std::string& value) { return value.empty() ? Node() : Node::text_of(value); }

Node write_value(double value) { return Node::number(value); }

Node write_value(const Date& value) { return Node::word(to_string(value)); }

Node write_value(const Period& value) { return Node::word(value.text()); }

Node write_value(const std::optional<double>& value) {
  return value ? write_value(*value) : Node();
}

Node write_value(const std::optional<Date>& value) { return value ? write_value(*value) : Node(); }

Node write_value(const std::optional<Period>& value) {
  return value ? write_value(*value) : Node();
}

Node write_value(const std::optional<Status>& value) {
  return value ? word(*value, kStatuses) : Node();
}

Node write_value(const std::vector<std::string>& value) {
  if (value.empty()) return {};
  Node node = Node::sequence();
  for (const auto& text : value) node.items.push_back(Node::text_of(text));
  return node;
}

Node write_value(const PeriodRange& value) {
  return value == PeriodRange{} ? Node() : write_fields(all(period_fields()), value);
}

Node write_value(const Title& value) {
  if (value == Title{}) return {};
  return value.vi.empty() ? Node::text_of(value.en) : write_fields(all(title_fields()), value);
}

Node number_unless(double value, double usual) {
  return value == usual ? Node() : Node::number(value);
}

Node write_interval(const Interval& interval) {
  Node node = Node::word(to_string(interval));
  node.quoted = true;
  return node;
}

Node one_or_list(std::vector<Node> items) {
  if (items.empty()) return {};
  return items.size() == 1 ? std::move(items.front()) : Node::sequence(std::move(items));
}

void read_names(Reader& reader, const Node& node, std::vector<std::string>& names) {
  read_each(reader, node, [&](const Node& item) {
    if (auto name = reader.text(item)) names.push_back(*std::move(name));
  });
}

Node write_names(const std::vector<std::string>& names) {
  std::vector<Node> items;
  for (const auto& name : names) items.push_back(Node::text_of(name));
  return one_or_list(std::move(items));
}

const std::vector<Field<Title>>& title_fields() {
  static const std::vector<Field<Title>> fields{field<&Title::en>("en"), field<&Title::vi>("vi")};
  return fields;
}

const std::vector<Field<PeriodRange>>& period_fields() {
  static const std::vector<Field<PeriodRange>> fields =
      range_fields<PeriodRange, std::identity{}>();
  return fields;
}

void read_format(Reader& reader, const Node& node) {
  const auto version = reader.number(node);
  if (!version || *version == format_version) return;
  reader.fault(node,
               fmt::format("expected format {}, found {}", format_version, to_string(*version)),
               *version > format_version ? "a newer chiso reads it" : "");
}

Problem at_its_key(Problem problem, const Reader& reader, const Node& root) {
  if (problem.location != reader.location(root)) return problem;
  for (const Node& key : root.keys) {
    if (key.text == problem.place) problem.location = reader.location(key);
  }
  return problem;
}

}  // namespace chiso
