#include "formula/lexer.hpp"

#include <fmt/core.h>

#include <array>
#include <utility>
#include <vector>

#include "base/characters.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "formula/habits.hpp"
#include "formula/language.hpp"

namespace chiso {
namespace {

// Signs as people copy them from decisions and spreadsheets, and as they are written here. The
// longer of two that begin alike stands first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 26> signs{{
    {"<=", "<="},    {"<>", "!="},     {"<", "<"},       {">=", ">="},     {">", ">"},
    {"==", "=="},    {"=", "=="},      {"!=", "!="},     {"+", "+"},       {"-", "-"},
    {"*", "*"},      {"/", "/"},       {"^", "^"},       {"(", "("},       {")", ")"},
    {",", ","},      {"\u2264", "<="}, {"\u2265", ">="}, {"\u2260", "!="}, {"\u00d7", "*"},
    {"\u00b7", "*"}, {"\u22c5", "*"},  {"\u00f7", "/"},  {"\u2212", "-"},  {"\u2013", "-"},
    {"\u2044", "/"},
}};

constexpr std::array<std::string_view, 8> quotation_marks{"'",      "\u201c", "\u201d", "\u201e",
                                                          "\u2018", "\u2019", "\u00ab", "\u00bb"};

/// Length of the blank that a text begins with; 0 if it begins with none. Files of spreadsheets
/// begin with a mark of their encoding.
std::size_t blank_at(std::string_view text) noexcept {
  constexpr std::int32_t byte_order_mark = 0xfeff;
  const Character c = character_at(text);
  return c.kind == Character::Kind::blank || c.code == byte_order_mark ? c.bytes : 0;
}

std::size_t quotation_mark_at(std::string_view text) noexcept {
  for (const auto mark : quotation_marks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

}  // namespace

Location location_in(std::string_view text, std::size_t byte) {
  Location location{{}, 1, 1};
  for (std::size_t i = 0; i < byte && i < text.size(); ++i) {
    if (text[i] == '\n') {
      ++location.line;
      location.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) {
      ++location.column;
    }
  }
  return location;
}

void fail_at(std::string_view text, std::size_t byte, std::string message,
             std::string_view remedy) {
  throw SpecError({Problem{location_in(text, byte), {}, std::move(message), std::string(remedy)}});
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::size_t name_character(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.front() == '_' || text.front() == '.') return 1;
  const Character c = character_at(text);
  return c.kind <= Character::Kind::digit ? c.bytes : 0;
}

std::size_t first_name_character(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.front() == '_') return 1;
  const Character c = character_at(text);
  return c.kind == Character::Kind::letter ? c.bytes : 0;
}

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const std::size_t length = blank_at(rest());
    if (length == 0) return;
    at_ += length;
  }
}

Token Lexer::next() {
  skip_blanks();
  if (at_ == text_.size()) return {Token::Kind::end, {}, 0.0, span_from(at_)};
  const char c = text_[at_];
  const bool decimal = c == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
  if (is_digit(c) || decimal) return number();
  if (c == '"') return quoted('"', Token::Kind::category);
  if (c == '`') return quoted('`', Token::Kind::name);
  if (first_name_character(rest()) > 0) return name();
  return sign();
}

Token Lexer::number() {
  const std::size_t begin = at_;
  const auto digits = [this] {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  };
  digits();
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    digits();
  }
  if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
    std::size_t exponent = at_ + 1;
    if (exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-')) ++exponent;
    if (exponent < text_.size() && is_digit(text_[exponent])) {
      at_ = exponent;
      digits();
    }
  }
  Token token{Token::Kind::number, std::string(text_.substr(begin, at_ - begin)), 0.0,
              span_from(begin)};
  if (!parse_number(token.text, token.number)) {
    fail_at(text_, begin, fmt::format("the number {} is too large", token.text));
  }
  const std::size_t first = at_;
  skip_name();
  if (at_ > first) not_a_number(token.text, first);
  return token;
}

void Lexer::not_a_number(std::string_view number, std::size_t first) const {
  const auto behind = text_.substr(first, at_ - first);
  const auto whole = fmt::format("`{}{}` in backquotes if it is a name", number, behind);
  const std::string remedy =
      first_name_character(behind) == 0
          ? fmt::format("write digits with one point at most, and {}", whole)
      : behind.front() == '_'
          ? fmt::format("write digits without separators, and {}", whole)
          : fmt::format("write {} * {} for a product, or {}", number, behind, whole);
  fail_at(text_, first,
          fmt::format("expected an operator behind the number {}, got '{}'", number, behind),
          remedy);
}

void Lexer::skip_name() {
  while (const std::size_t length = name_character(rest())) at_ += length;
}

Token Lexer::name() {
  const std::size_t begin = at_;
  skip_name();
  const auto written = text_.substr(begin, at_ - begin);
  std::string lower = lower_case(written);
  if (language::is_word(lower)) {
    return {Token::Kind::word, std::move(lower), 0.0, span_from(begin)};
  }
  return {Token::Kind::name, nfc(written), 0.0, span_from(begin)};
}

Token Lexer::quoted(char quote, Token::Kind kind) {
  const std::size_t begin = at_;
  std::string inside;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] != quote) {
      inside += text_[at_];
      continue;
    }
    ++at_;
    if (at_ == text_.size() || text_[at_] != quote) {
      if (inside.empty()) {
        fail_at(text_, begin, "nothing stands between the quotes",
                kind == Token::Kind::category ? "an empty cell is found with missing(x)" : "");
      }
      return {kind, nfc(inside), 0.0, span_from(begin)};
    }
    inside += quote;  // Twice is one of it.
  }
  fail_at(text_, begin, fmt::format("the {} that opens here is not closed", quote),
          fmt::format("write {} at its end", quote));
}

Token Lexer::sign() {
  if (const std::size_t length = quotation_mark_at(rest()); length > 0) {
    fail_at(text_, at_, fmt::format("{} is not a quotation mark here", rest().substr(0, length)),
            "put categories in straight double quotes, and names with blanks in backquotes");
  }
  const Character c = character_at(rest());
  if (c.kind == Character::Kind::invisible) {
    fail_at(text_, at_, fmt::format("a character that cannot be seen (U+{:04X})", c.code),
            "delete it, or put the name that it belongs to in backquotes");
  }
  const auto refuse = [this](std::string_view sign, std::string_view remedy) {
    fail_at(text_, at_, fmt::format("'{}' is no sign of the language", sign), remedy);
  };
  for (const auto& [sign, remedy] : habits::signs) {
    const bool differs = sign == "!" && rest().starts_with("!=");
    if (rest().starts_with(sign) && !differs) refuse(sign, remedy);
  }
  for (const auto& [written, canonical] : signs) {
    if (!rest().starts_with(written)) continue;
    const std::size_t begin = at_;
    at_ += written.size();
    return {Token::Kind::sign, std::string(canonical), 0.0, span_from(begin)};
  }
  refuse(rest().substr(0, c.bytes), {});
  return {};
}

}  // namespace chiso
