#include "serialization/xml.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "serialization/base64.hpp"

namespace chiso {
namespace {

constexpr const char* encoding = "encoding";
constexpr std::string_view base64 = "base64";

/// What XML cannot say, or would change: control characters, apart from tabs and line ends.
bool needs_encoding(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return is_control(c) && c != '\n' && c != '\t'; });
}

class Collect : public pugi::xml_writer {
 public:
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
  std::string text;
};

/// A name that came out of a file, for a message.
std::string quoted(std::string_view name) {
  constexpr std::size_t longest = 60;
  if (name.size() > longest || first_invalid_utf8(name) >= 0) return "something else";
  return fmt::format("<{}>", shown(name));
}

double number_of(std::string_view text) {
  double number = 0.0;
  if (parse_number(text, number)) return number;
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw ArchiveError("expected a number");
}

constexpr std::string_view blanks = " \t\n\r";

}  // namespace

// ---- Writing ------------------------------------------------------------------------------------

std::string XmlEncoder::xml() const {
  Collect collect;
  document_.save(collect, "  ", pugi::format_indent | pugi::format_no_declaration);
  return std::move(collect.text);
}

void XmlEncoder::open_kind(std::string_view kind) {
  path_.push_back(path_.back().append_child(std::string(kind).c_str()));
}

void XmlEncoder::version(unsigned version) { path_.back().append_attribute("version") = version; }

void XmlEncoder::present(bool is_there) {
  if (!is_there) path_.back().append_attribute("absent") = "yes";
}

void XmlEncoder::whole(std::int64_t number) {
  path_.back().append_child(pugi::node_pcdata).set_value(std::to_string(number).c_str());
}

void XmlEncoder::real(double number) { text(to_string(number)); }

void XmlEncoder::text(std::string_view text) {
  if (text.empty()) return;
  if (needs_encoding(text)) return bytes(text);
  const bool in_lines = text.find('\n') != std::string_view::npos;
  const bool as_it_is = in_lines && text.find("]]>") == std::string_view::npos;
  path_.back()
      .append_child(as_it_is ? pugi::node_cdata : pugi::node_pcdata)
      .set_value(std::string(text).c_str());
}

void XmlEncoder::bytes(std::string_view bytes) {
  path_.back().append_attribute(encoding) = std::string(base64).c_str();
  path_.back().append_child(pugi::node_pcdata).set_value(to_base64(bytes).c_str());
}

void XmlEncoder::reals(std::span<const double> numbers, Size width) {
  if (numbers.empty()) return;
  const auto line = width > 0 ? static_cast<std::size_t>(width) : numbers.size();
  std::string text;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % line == 0) {
      text += line < numbers.size() ? "\n" : "";
    } else {
      text += ' ';
    }
    text += to_string(numbers[i]);
  }
  if (line < numbers.size()) text += '\n';
  path_.back().append_child(pugi::node_pcdata).set_value(text.c_str());
}

// ---- Reading ------------------------------------------------------------------------------------

void XmlDecoder::enter(pugi::xml_node node) {
  pugi::xml_node child = node.first_child();
  while (child && child.type() != pugi::node_element) child = child.next_sibling();
  path_.push_back({node, child});
}

pugi::xml_node XmlDecoder::take_next() {
  pugi::xml_node& next = path_.back().next;
  const pugi::xml_node taken = next;
  if (!taken) throw ArchiveError("it ends where there should be more");
  do {
    next = next.next_sibling();
  } while (next && next.type() != pugi::node_element);
  return taken;
}

void XmlDecoder::open(const char* field) {
  const pugi::xml_node node = take_next();
  if (std::string_view(node.name()) != field) {
    throw ArchiveError(fmt::format("expected <{}>, got {}", field, quoted(node.name())));
  }
  enter(node);
}

std::string XmlDecoder::open_kind() {
  const pugi::xml_node node = take_next();
  enter(node);
  return node.name();
}

void XmlDecoder::close() {
  if (const pugi::xml_node more = path_.back().next) {
    throw ArchiveError(fmt::format("there is {} where nothing is expected", quoted(more.name())));
  }
  path_.pop_back();
}

std::string_view XmlDecoder::content() const {
  const Step& here = path_.back();
  if (here.next)
    throw ArchiveError(fmt::format("expected a text, got {}", quoted(here.next.name())));
  return here.node.child_value();
}

unsigned XmlDecoder::version() {
  const std::string_view text = path_.back().node.attribute("version").value();
  unsigned version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw ArchiveError("expected the attribute version, a whole number");
  }
  return version;
}

bool XmlDecoder::present() {
  const pugi::xml_attribute absent = path_.back().node.attribute("absent");
  if (absent && std::string_view(absent.value()) != "yes") {
    throw ArchiveError("expected absent=\"yes\", or nothing");
  }
  return !absent;
}

Size XmlDecoder::count(Size /*least_bytes*/) {
  Size items = 0;
  for (pugi::xml_node node = path_.back().next; node; node = node.next_sibling()) {
    if (node.type() == pugi::node_element) ++items;
  }
  return items;
}

std::int64_t XmlDecoder::whole() {
  const std::string_view text = content();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw ArchiveError("expected a whole number");
  }
  return number;
}

double XmlDecoder::real() { return number_of(content()); }

std::string XmlDecoder::text() {
  if (path_.back().node.attribute(encoding)) return bytes();
  return std::string(content());
}

std::string XmlDecoder::bytes() {
  const bool is_base64 = path_.back().node.attribute(encoding).value() == base64;
  auto bytes = is_base64 ? from_base64(content()) : std::nullopt;
  if (!bytes) throw ArchiveError("expected bytes in base64");
  return std::move(*bytes);
}

std::vector<double> XmlDecoder::reals() {
  std::string_view text = content();
  std::vector<double> numbers;
  while (true) {
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return numbers;
    text.remove_prefix(begin);
    const std::size_t length = std::min(text.find_first_of(blanks), text.size());
    numbers.push_back(number_of(text.substr(0, length)));
    text.remove_prefix(length);
  }
}

}  // namespace chiso
