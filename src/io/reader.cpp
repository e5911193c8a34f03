#include "io/reader.hpp"

#include <fmt/core.h>

#include <cmath>

#include "chiso/base/text.hpp"

namespace chiso {

namespace {

std::string listed(std::span<const std::string> words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What to do about a text where a number was expected.
std::string how_to_write_numbers(const Node& node) {
  double value = 0.0;
  if (node.quoted) return parse_number(node.text, value) ? "remove the quotes" : "";
  std::string text = node.text;
  if (text.ends_with('%') &&
      parse_number(std::string_view(text).substr(0, text.size() - 1), value)) {
    return "write it without the percent sign";
  }
  const auto comma = text.find(',');
  if (comma != std::string::npos && text.find(',', comma + 1) == std::string::npos) {
    text[comma] = '.';
    if (parse_number(text, value)) return "write a decimal fraction with a point: " + text;
  }
  return {};
}

}  // namespace

void Reader::fault(const Node& node, std::string message, std::string remedy) {
  fault_at(location(node), std::move(message), std::move(remedy));
}

void Reader::fault(const Node& node, const Location& in_text, std::string message,
                   std::string remedy) {
  const Location letter = text_place(node).of(in_text);
  const bool has_own = letter.line > 0 && !node.in_cell;
  if (!has_own && in_text.column > 0) {
    message = fmt::format("at its character {}: {}", in_text.column, message);
  }
  fault_at(letter.line > 0 ? letter : location(node), std::move(message), std::move(remedy));
}

void Reader::fault_at(Location location, std::string message, std::string remedy) {
  problems_.add(std::move(location), places_.empty() ? std::string() : places_.back().name,
                std::move(message), std::move(remedy));
  for (std::size_t back = 1; back <= 2 && back <= places_.size(); ++back) {
    const auto& [name, begin] = places_[places_.size() - back];
    doubt(name);
    if (begin.line > 0) doubt(begin);
  }
}

void Reader::unexpected(const Node& node, std::string_view what, std::string remedy) {
  fault(node, fmt::format("expected {}, found {}", what, describe(node)), std::move(remedy));
}

void Reader::adopt(const Error& error) {
  for (const Problem& problem : error.problems()) problems_.add(problem);
}

void Reader::unknown_word(const Node& node, std::span<const std::string> known) {
  fault(node,
        fmt::format("expected {}{}, found {}{}", known.size() > 1 ? "one of " : "", listed(known),
                    describe(node), node.is_scalar() ? suggestion(node.text, known) : ""));
}

void Reader::unknown_key(const Node& key, std::string_view what,
                         std::span<const std::string> known) {
  const std::string near = suggestion(key.text, known);
  fault(key, fmt::format("unknown key '{}'{}", key.text, near),
        near.empty() ? fmt::format("{} has the keys: {}", what, listed(known)) : std::string());
}

std::optional<double> Reader::number(const Node& node) {
  double value = 0.0;
  if (node.is_scalar() && !node.quoted && parse_number(node.text, value)) return value;
  unexpected(node, "a number", node.is_scalar() ? how_to_write_numbers(node) : std::string());
  return {};
}

std::optional<int> Reader::whole_number(const Node& node, int least, int most) {
  const auto value = number(node);
  if (!value) return {};
  if (*value == std::floor(*value) && *value >= least && *value <= most) {
    return static_cast<int>(*value);
  }
  unexpected(node, fmt::format("a whole number from {} to {}", least, most));
  return {};
}

std::optional<bool> Reader::truth(const Node& node) {
  if (node.is_scalar() && !node.quoted) {
    if (node.text == "true") return true;
    if (node.text == "false") return false;
  }
  unexpected(node, "true or false");
  return {};
}

std::optional<std::string> Reader::text(const Node& node) {
  if (!node.is_scalar()) {
    unexpected(node, "a text");
    return {};
  }
  std::string text = node.text;
  while (text.ends_with('\n')) text.pop_back();
  if (text.empty()) {
    fault(node, "expected a text, found an empty one");
    return {};
  }
  return text;
}

std::optional<std::vector<std::string>> Reader::texts(const Node& node) {
  if (!node.is_sequence()) {
    unexpected(node, "a list of texts");
    return {};
  }
  std::vector<std::string> list;
  for (const auto& item : node.items) {
    auto each = text(item);
    if (!each) return {};
    list.push_back(*std::move(each));
  }
  return list;
}

std::optional<std::pair<double, double>> Reader::two_numbers(const Node& node) {
  if (!node.is_sequence() || node.items.size() != 2) {
    unexpected(node, "a list of two numbers");
    return {};
  }
  const auto first = number(node.items[0]);
  const auto second = number(node.items[1]);
  if (!first || !second) return {};
  return std::pair(*first, *second);
}

std::optional<Date> Reader::date(const Node& node) {
  if (!node.is_scalar()) {
    unexpected(node, "a day in the form 2022-08-26");
    return {};
  }
  try {
    return parse_date(node.text);
  } catch (const SpecError& error) {
    fault(node, error.problems().front().message);
    return {};
  }
}

std::optional<Period> Reader::period(const Node& node) {
  if (!node.is_scalar()) {
    unexpected(node, "a period such as 2019 or 2019-Q3");
    return {};
  }
  try {
    return Period(std::string_view(node.text));
  } catch (const SpecError& error) {
    fault(node, error.problems().front().message);
    return {};
  }
}

std::optional<Interval> Reader::interval(const Node& node, std::string remedy) {
  if (!node.is_scalar()) {
    unexpected(node, "an interval such as \"> 90\" or \"[70, 90]\"", "put it into quotes");
    return {};
  }
  try {
    return parse_interval(node.text);
  } catch (const SpecError& error) {
    fault(node, error.problems().front().message, std::move(remedy));
    return {};
  }
}

}  // namespace chiso
