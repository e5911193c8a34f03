#include "io/form_number.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "chiso/base/text.hpp"
#include "io/cells.hpp"

namespace chiso {

namespace {

using Style = FormNumber::Style;

// The Vietnamese letter between d and e, and its place in enumerations.
constexpr std::string_view kDWithStroke = "\xc4\x91";
constexpr int kDWithStrokeValue = 100;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_roman(char c) noexcept { return c == 'I' || c == 'V' || c == 'X'; }
constexpr bool is_capital(char c) noexcept { return c >= 'A' && c <= 'Z'; }
constexpr bool is_small(char c) noexcept { return c >= 'a' && c <= 'z'; }
constexpr bool is_letter(char c) noexcept {
  return is_capital(c) || is_small(c) || static_cast<unsigned char>(c) >= 0x80;
}

std::string to_roman(int value) {
  std::string text(static_cast<std::size_t>(value / 10), 'X');
  constexpr std::string_view ones[] = {"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"};
  return text.append(ones[value % 10]);
}

// 1 to 39; 0 for what is no Roman numeral.
int from_roman(std::string_view text) {
  for (int value = 1; value < 40; ++value) {
    if (to_roman(value) == text) return value;
  }
  return 0;
}

// The part that `text` begins with, and its length in bytes; 0 if it begins with none.
std::pair<FormNumber::Part, std::size_t> read_part(std::string_view text) {
  const auto run = [text](auto is_of) {
    return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_of) -
                                    text.begin());
  };
  if (text.empty()) return {{}, 0};
  if (is_digit(text[0])) {
    const std::size_t length = run(is_digit);
    if (length > 3) return {{}, 0};
    int value = 0;
    for (const char c : text.substr(0, length)) value = value * 10 + (c - '0');
    return {{Style::arabic, value}, length};
  }
  const auto ends_at = [text](std::size_t length) {
    return length == text.size() || !is_letter(text[length]);
  };
  if (is_roman(text[0])) {
    const std::size_t length = run(is_roman);
    if (const int value = from_roman(text.substr(0, length)); value > 0 && ends_at(length)) {
      return {{Style::roman, value}, length};
    }
    return {{}, 0};
  }
  if (is_capital(text[0]) && ends_at(1)) return {{Style::capital, text[0] - 'A' + 1}, 1};
  if (is_small(text[0]) && ends_at(1)) return {{Style::letter, text[0] - 'a' + 1}, 1};
  if (text.starts_with(kDWithStroke) && ends_at(kDWithStroke.size())) {
    return {{Style::letter, kDWithStrokeValue}, kDWithStroke.size()};
  }
  return {{}, 0};
}

// The parts that `text` begins with, joined by points (in numbers also commas), and their length.
std::pair<FormNumber, std::size_t> read_parts(std::string_view text) {
  FormNumber number;
  std::size_t end = 0;
  std::size_t next = 0;
  while (true) {
    const auto [part, length] = read_part(text.substr(next));
    if (length == 0) break;
    number.parts.push_back(part);
    end = next + length;
    const bool goes_on = end < text.size() && (text[end] == '.' || text[end] == ',');
    if (!goes_on) break;
    next = end + 1;
  }
  return {std::move(number), end};
}

// A spreadsheet that takes numbers for decimals writes 1 as "1.0".
void drop_zero(FormNumber& number) {
  if (number.parts.size() > 1 && number.parts.back() == FormNumber::Part{Style::arabic, 0}) {
    number.parts.pop_back();
  }
}

}  // namespace

std::string FormNumber::text() const {
  std::string text;
  for (const Part& part : parts) {
    if (!text.empty()) text += '.';
    switch (part.style) {
      case Style::capital:
        text += static_cast<char>('A' + part.value - 1);
        break;
      case Style::roman:
        text += to_roman(part.value);
        break;
      case Style::arabic:
        text += fmt::format("{}", part.value);
        break;
      case Style::letter:
        text += part.value == kDWithStrokeValue
                    ? std::string("dd")
                    : std::string(1, static_cast<char>('a' + part.value - 1));
    }
  }
  return text;
}

std::optional<FormNumber> read_form_number(std::string_view cell) {
  cell = without_blanks(cell);
  if (cell.starts_with('(')) cell.remove_prefix(1);
  auto [number, length] = read_parts(cell);
  if (length == 0 || cell.substr(length).find_first_not_of(".):-, ") != std::string_view::npos) {
    return {};
  }
  drop_zero(number);
  return std::move(number);
}

std::optional<std::pair<FormNumber, std::string_view>> read_leading_number(std::string_view text) {
  text = without_blanks(text);
  auto [number, length] = read_parts(text);
  if (length == 0 || length == text.size()) return {};
  std::string_view rest = text.substr(length);
  const bool is_closed = rest[0] == '.' || rest[0] == ')' || rest[0] == ':';
  if (is_closed) {
    rest.remove_prefix(1);
  } else if (number.parts.size() < 2 || without_blanks(rest).size() == rest.size()) {
    return {};
  }
  rest = without_blanks(rest);
  if (rest.empty() || is_digit(rest[0]) || rest[0] == '%') return {};
  // "1.5 points for each ..."
  if (!is_closed && plain_key(rest.substr(0, rest.find(' '))).starts_with("diem")) return {};
  return std::pair{std::move(number), rest};
}

}  // namespace chiso
