#include "io/text_runs.hpp"

#include <cstddef>

#include "chiso/base/text.hpp"

namespace chiso {

namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Bytes of the letter that begins here.
std::size_t letter_bytes(std::string_view text) noexcept {
  std::size_t bytes = 1;
  while (bytes < text.size() && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) ++bytes;
  return bytes;
}

/// Walks through a text, letter by letter.
class Walk {
 public:
  Walk(std::string_view text, int line, int column) : text_(text), line_(line), column_(column) {}

  [[nodiscard]] bool ended() const noexcept { return next_ >= text_.size(); }
  [[nodiscard]] char operator*() const noexcept { return text_[next_]; }
  [[nodiscard]] char second() const noexcept {
    return next_ + 1 < text_.size() ? text_[next_ + 1] : '\0';
  }
  [[nodiscard]] std::string_view letter() const noexcept {
    return text_.substr(next_, letter_bytes(text_.substr(next_)));
  }
  [[nodiscard]] int line() const noexcept { return line_; }
  [[nodiscard]] int column() const noexcept { return column_; }

  void step() noexcept {
    if (text_[next_] == '\n') {
      ++line_;
      column_ = 1;
    } else {
      ++column_;
    }
    next_ += letter_bytes(text_.substr(next_));
  }
  void step(std::size_t letters) noexcept {
    for (; letters > 0 && !ended(); --letters) step();
  }

 private:
  std::string_view text_;
  std::size_t next_ = 0;
  int line_;
  int column_;
};

/// Letters of an escape in double quotes; 0: it stands for a blank.
std::size_t escape_letters(char kind) noexcept {
  switch (kind) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    case ' ':
    case 't':
    case '\t':
    case 'n':
    case 'r':
    case '\n':
      return 0;
    default:
      return 2;
  }
}

}  // namespace

// Blanks are folded, indented and broken into lines; what is not blank stands in the same order.
std::vector<TextPlace::Run> text_runs(std::string_view yaml, std::string_view text, int line,
                                      int column) {
  Walk raw(yaml, line, column);
  if (raw.ended()) return {};
  const char style = *raw;
  const bool is_double = style == '"';
  const bool is_single = style == '\'';
  if (is_double || is_single) raw.step();
  if (style == '|' || style == '>') {
    while (!raw.ended() && *raw != '\n') raw.step();
  }
  std::vector<TextPlace::Run> runs;
  for (Walk letters(text, 1, 1); !letters.ended(); letters.step()) {
    if (is_blank(*letters)) continue;
    while (!raw.ended()) {
      const bool blank_escape = is_double && *raw == '\\' && escape_letters(raw.second()) == 0;
      if (!blank_escape && !is_blank(*raw)) break;
      raw.step(blank_escape ? 2 : 1);
    }
    if (raw.ended()) return {};
    if (runs.empty() || runs.back().text_line != letters.line() || runs.back().line != raw.line() ||
        runs.back().column - runs.back().text_column != raw.column() - letters.column()) {
      runs.push_back({letters.line(), letters.column(), raw.line(), raw.column()});
    }
    if (is_double && *raw == '\\') {
      raw.step(escape_letters(raw.second()));
    } else if (raw.letter() != letters.letter()) {
      return {};
    } else {
      raw.step(is_single && *raw == '\'' ? 2 : 1);
    }
  }
  return runs;
}

}  // namespace chiso
