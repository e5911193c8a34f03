#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/formula/formula.hpp"

namespace chiso {

/// The smallest parts of a formula's text.
struct Token {
  enum class Kind {
    end,
    number,
    name,      ///< Not a word of the language, or in backquotes.
    word,      ///< Of the language; `text` in lower case.
    category,  ///< In double quotes.
    sign       ///< An operator or punctuation, in its canonical spelling.
  };
  Kind kind = Kind::end;
  std::string text;
  double number = 0.0;
  FormulaSpan span;

  [[nodiscard]] bool is(std::string_view what) const noexcept {
    return (kind == Kind::word || kind == Kind::sign) && text == what;
  }
};

/// Line and column of a byte of a text, in characters, from 1.
[[nodiscard]] Location location_in(std::string_view text, std::size_t byte);

/// @throws SpecError that points at the byte.
[[noreturn]] void fail_at(std::string_view text, std::size_t byte, std::string message,
                          std::string_view remedy = {});

/// Cuts a text into tokens, one a call.
class Lexer {
 public:
  /// @param text valid UTF-8; must outlive it
  explicit Lexer(std::string_view text) : text_(text) {}

  /// @throws SpecError at what is no token.
  [[nodiscard]] Token next();

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  void skip_blanks();
  void skip_name();
  [[nodiscard]] Token number();
  /// What is wrong with letters right behind a number.
  [[noreturn]] void not_a_number(std::string_view number, std::size_t first) const;
  [[nodiscard]] Token name();
  [[nodiscard]] Token quoted(char quote, Token::Kind kind);
  [[nodiscard]] Token sign();
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] FormulaSpan span_from(std::size_t begin) const noexcept {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// ASCII letters in lower case.
[[nodiscard]] std::string lower_case(std::string_view text);

/// Bytes of the character that a text begins with if it may stand in a name without quotes (a
/// letter of any script, a digit, '_' and '.'); else 0.
[[nodiscard]] std::size_t name_character(std::string_view text) noexcept;

/// The same of a name's first character: a letter or '_'.
[[nodiscard]] std::size_t first_name_character(std::string_view text) noexcept;

}  // namespace chiso
