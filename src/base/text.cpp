#include "chiso/base/text.hpp"

#include <fmt/core.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace chiso {

namespace {

using CodePoint = utf8proc_int32_t;
using CodePoints = std::vector<CodePoint>;

constexpr CodePoint kDWithStroke = 0x0111;
// Grave, acute, tilde, hook above, dot below: the tones of Vietnamese. (Circumflex, breve and horn
// make other vowels and stay with their letter.)
constexpr std::array<CodePoint, 5> kToneMarks{0x0300, 0x0301, 0x0303, 0x0309, 0x0323};

const utf8proc_uint8_t* bytes(std::string_view text) noexcept {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

// Whether more marks stand on one letter than any writing has. They would have to be put in order,
// which takes the square of their number.
bool is_piled_up(std::string_view text) noexcept {
  constexpr Size most_marks = 250;
  if (std::ssize(text) <= 2 * most_marks) return false;  // A mark has at least two bytes.
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  Size marks = 0;
  for (utf8proc_ssize_t position = 0; position < size;) {
    if (bytes(text)[position] < 0x80) {
      marks = 0;
      ++position;
      continue;
    }
    CodePoint point = 0;
    const auto length = utf8proc_iterate(bytes(text) + position, size - position, &point);
    if (length < 1) return false;
    marks = utf8proc_get_property(point)->combining_class == 0 ? 0 : marks + 1;
    if (marks > most_marks) return true;
    position += length;
  }
  return false;
}

// Canonical decomposition with cases folded; empty for invalid UTF-8.
CodePoints folded(std::string_view text) {
  if (is_piled_up(text)) return {};
  constexpr auto options =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
  const auto length = static_cast<utf8proc_ssize_t>(text.size());
  CodePoints points(text.size() + 8);
  for (int pass = 0; pass < 2; ++pass) {
    const auto needed = utf8proc_decompose(bytes(text), length, points.data(),
                                           static_cast<utf8proc_ssize_t>(points.size()), options);
    if (needed < 0) return {};
    const bool fits = static_cast<std::size_t>(needed) <= points.size();
    points.resize(static_cast<std::size_t>(needed));
    if (fits) break;
  }
  return points;
}

void append(std::string& text, CodePoint point) {
  std::array<utf8proc_uint8_t, 4> buffer{};
  const auto length = utf8proc_encode_char(point, buffer.data());
  for (utf8proc_ssize_t i = 0; i < length; ++i) {
    text += static_cast<char>(buffer[static_cast<std::size_t>(i)]);
  }
}

std::string encode(const CodePoints& points) {
  std::string text;
  text.reserve(points.size() * 2);
  for (const CodePoint point : points) append(text, point);
  return text;
}

enum class Sort { letter, mark, number, sign, other };

Sort sort_of(CodePoint point) noexcept {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
      return Sort::letter;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return Sort::mark;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Sort::number;
    case UTF8PROC_CATEGORY_SM:
      return Sort::sign;
    default:
      return Sort::other;
  }
}

CodePoints plain_points(std::string_view name) {
  CodePoints points;
  for (const CodePoint point : folded(name)) {
    const Sort sort = sort_of(point);
    if (sort != Sort::letter && sort != Sort::number) continue;
    points.push_back(point == kDWithStroke ? 'd' : point);
  }
  return points;
}

// What match_key keeps; tones behind their run of letters.
CodePoints key_points(std::string_view name) {
  const CodePoints points = folded(name);
  CodePoints key;
  CodePoints tones;
  const auto end_syllable = [&] {
    key.insert(key.end(), tones.begin(), tones.end());
    tones.clear();
  };
  for (std::size_t i = 0; i < points.size(); ++i) {
    const CodePoint point = points[i];
    switch (sort_of(point)) {
      case Sort::letter:
        key.push_back(point);
        break;
      case Sort::mark:
        if (std::find(kToneMarks.begin(), kToneMarks.end(), point) != kToneMarks.end()) {
          tones.push_back(point);
        } else {
          key.push_back(point);
        }
        break;
      case Sort::number:
      case Sort::sign:
        end_syllable();
        key.push_back(point);
        break;
      case Sort::other:
        end_syllable();
        // A last hyphen tells A- from A.
        if (point == '-' && i > 0 && i + 1 == points.size() &&
            sort_of(points[i - 1]) != Sort::other) {
          key.push_back(point);
        }
    }
  }
  end_syllable();
  return key;
}

// The same with d with stroke as a letter and a mark, like every other letter with diacritics.
CodePoints spread_points(std::string_view name) {
  constexpr CodePoint stroke = 0x0335;
  CodePoints points;
  for (const CodePoint point : key_points(name)) {
    if (point == kDWithStroke) {
      points.insert(points.end(), {'d', stroke});
    } else {
      points.push_back(point);
    }
  }
  return points;
}

// Edit distance in which a swap of two neighbours counts one (optimal string alignment), or
// something above `limit` if it is above `limit`.
Size distance(const CodePoints& a, const CodePoints& b, Size limit) {
  const std::size_t n = a.size();
  const std::size_t m = b.size();
  if ((n > m ? n - m : m - n) > static_cast<std::size_t>(limit)) return limit + 1;
  std::vector<Size> before(m + 1);
  std::vector<Size> above(m + 1);
  std::vector<Size> row(m + 1);
  for (std::size_t j = 0; j <= m; ++j) above[j] = static_cast<Size>(j);
  for (std::size_t i = 1; i <= n; ++i) {
    row[0] = static_cast<Size>(i);
    Size least = row[0];
    for (std::size_t j = 1; j <= m; ++j) {
      const Size replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
    before.swap(above);
    above.swap(row);
  }
  return above[m];
}

}  // namespace

Size first_invalid_utf8(std::string_view text) noexcept {
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  utf8proc_ssize_t position = 0;
  while (position < size) {
    if (bytes(text)[position] < 0x80) {
      ++position;
      continue;
    }
    CodePoint point = 0;
    const auto length = utf8proc_iterate(bytes(text) + position, size - position, &point);
    if (length < 1) return position;
    position += length;
  }
  return -1;
}

std::string nfc(std::string_view text) {
  if (is_piled_up(text)) return std::string(text);
  constexpr auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  utf8proc_uint8_t* mapped = nullptr;
  const auto length =
      utf8proc_map(bytes(text), static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (length == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (length < 0) return std::string(text);
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length)};
}

std::string match_key(std::string_view name) {
  const CodePoints key = key_points(name);
  return key.empty() ? nfc(name) : encode(key);
}

std::string plain_key(std::string_view name) { return encode(plain_points(name)); }

bool lacks_only_marks(std::string_view spelling, std::string_view name) {
  if (plain_points(spelling) != plain_points(name)) return false;
  const CodePoints wanted = spread_points(spelling);
  std::size_t found = 0;
  for (const CodePoint point : spread_points(name)) {
    if (found < wanted.size() && wanted[found] == point) ++found;
  }
  return found == wanted.size();
}

Size display_width(std::string_view text) {
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  Size width = 0;
  utf8proc_ssize_t position = 0;
  while (position < size) {
    CodePoint point = 0;
    const auto length = utf8proc_iterate(bytes(text) + position, size - position, &point);
    width += length < 1 ? 1 : utf8proc_charwidth(point);
    position += std::max<utf8proc_ssize_t>(length, 1);
  }
  return width;
}

std::string_view closest(std::string_view name, std::span<const std::string> candidates) {
  // Longer names are not slips of the pen but other texts; the work stays bounded.
  constexpr std::size_t most_compared = 200;
  const CodePoints wanted = name.size() <= 4 * most_compared ? plain_points(name) : CodePoints{};
  if (wanted.empty() || wanted.size() > most_compared) return {};
  const auto length = static_cast<Size>(wanted.size());
  std::string_view best;
  Size limit = std::min(std::max<Size>(1, length / 3), length - 1);
  for (const std::string& candidate : candidates) {
    if (candidate.size() > 8 * most_compared) continue;
    const Size found = distance(wanted, plain_points(candidate), limit);
    if (found > limit) continue;
    best = candidate;
    if (found == 0) break;
    limit = found - 1;
  }
  return best;
}

std::string suggestion(std::string_view name, std::span<const std::string> candidates) {
  const std::string_view near = closest(name, candidates);
  return near.empty() ? std::string() : fmt::format(" (did you mean '{}'?)", near);
}

}  // namespace chiso
