#include "chiso/io/formula_guard.hpp"

#include <algorithm>
#include <array>

#include "base/characters.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

namespace {

constexpr char kGuard = '\'';
constexpr std::string_view kSigns = "=+-@";
// U+FF1D, U+FF0B, U+FF0D, U+FF20: Excel takes them for the others where East Asian text is usual.
constexpr std::array<std::string_view, 4> kWideSigns = {"\xef\xbc\x9d", "\xef\xbc\x8b",
                                                        "\xef\xbc\x8d", "\xef\xbc\xa0"};

std::string_view without_blanks_before(std::string_view text) noexcept {
  while (!text.empty()) {
    const Character first = character_at(text);
    if (first.kind != Character::Kind::blank && first.kind != Character::Kind::invisible) break;
    text.remove_prefix(first.bytes);
  }
  return text;
}

std::string_view without_blanks_behind(std::string_view text) noexcept {
  const auto last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

// "-1.5", "+3", "-1,5", "-1.234,5", "-12.5 %", "-inf": digits and what groups them run nothing.
bool is_signed_number(std::string_view text) noexcept {
  text = without_blanks_behind(text);
  if (text.ends_with('%')) text = without_blanks_behind(text.substr(0, text.size() - 1));
  if (double ignored = 0.0; parse_number(text, ignored)) return true;
  const std::string_view digits = text.substr(1);
  return (text[0] == '-' || text[0] == '+') &&
         (digits == "inf" ||
          (!digits.empty() && digits.find_first_not_of("0123456789.,") == std::string_view::npos));
}

}  // namespace

bool looks_like_formula(std::string_view text) noexcept {
  if (text.empty()) return false;
  if (text[0] == '\t' || text[0] == '\r' || text[0] == '\n') return true;
  text = without_blanks_before(text);
  const bool is_wide = std::any_of(kWideSigns.begin(), kWideSigns.end(),
                                   [&](std::string_view sign) { return text.starts_with(sign); });
  if (is_wide) return true;
  if (text.empty() || kSigns.find(text[0]) == std::string_view::npos) return false;
  return !without_blanks_behind(text.substr(1)).empty() && !is_signed_number(text);
}

std::string guarded(std::string_view text) {
  const auto behind = std::min(text.find_first_not_of(kGuard), text.size());
  return (looks_like_formula(text.substr(behind)) ? std::string(1, kGuard) : std::string())
      .append(text);
}

std::string_view unguarded(std::string_view cell) noexcept {
  const auto behind = std::min(cell.find_first_not_of(kGuard), cell.size());
  return behind > 0 && looks_like_formula(cell.substr(behind)) ? cell.substr(1) : cell;
}

}  // namespace chiso
