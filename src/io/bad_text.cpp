#include "io/bad_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "chiso/base/text.hpp"

namespace chiso {

namespace {

Location location_of(std::string_view text, std::size_t position, std::string_view file) {
  const std::string_view before = text.substr(0, position);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const auto line_start = before.rfind('\n');
  const auto start = line_start == std::string_view::npos ? 0 : line_start + 1;
  return {std::string(file), static_cast<int>(lines) + 1,
          static_cast<int>(letters(before.substr(start))) + 1};
}

Problem problem_at(Location location, std::string message, std::string remedy) {
  return {std::move(location), {}, std::move(message), std::move(remedy)};
}

bool is_control(char c) noexcept {
  return (c >= '\x00' && c < '\x20' && c != '\t' && c != '\n' && c != '\r') || c == '\x7f';
}

}  // namespace

std::optional<Problem> find_bad_text(std::string_view text, std::string_view file) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff")) {
    return problem_at({std::string(file), 1, 1}, "expected text in UTF-8, found UTF-16",
                      "save the file as UTF-8");
  }
  const Size invalid = first_invalid_utf8(text);
  const auto control = std::find_if(text.begin(), text.end(), is_control);
  if (control != text.end() && (invalid < 0 || control - text.begin() < invalid)) {
    const auto position = static_cast<std::size_t>(control - text.begin());
    return problem_at(location_of(text, position, file),
                      fmt::format("byte {} is the control character 0x{:02x}, which no text has",
                                  position, static_cast<unsigned>(*control)),
                      "remove it; a file that is not text cannot be read here");
  }
  if (invalid >= 0) {
    const auto position = static_cast<std::size_t>(invalid);
    return problem_at(
        location_of(text, position, file),
        fmt::format("expected text in UTF-8, but byte {} (0x{:02x}) is not", position,
                    static_cast<unsigned>(static_cast<unsigned char>(text[position]))),
        "save the file as UTF-8");
  }
  return {};
}

Size letters(std::string_view text) noexcept {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

}  // namespace chiso
