#include "io/annex_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "chiso/base/interval.hpp"
#include "io/cells.hpp"
#include "io/when_text.hpp"

namespace chiso {

namespace {

// As plain_words writes them; longer ones first.
constexpr std::array<std::string_view, 8> kRank{"trong top", "nhom", "top", "thu hang",
                                                "xep hang",  "hang", "thu", "rank"};
constexpr std::array<std::string_view, 4> kKeep{"giu", "giu nguyen", "duy tri", "keep"};
constexpr std::array<std::string_view, 4> kRaise{"tang", "nang cao", "cai thien", "raise"};
constexpr std::array<std::string_view, 4> kSigns{">=", "<=", ">", "<"};
constexpr std::array<std::string_view, 2> kPoints{"diem", "points"};

template <std::size_t N>
bool is_any(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// Takes the first of the words that the text begins with off it.
template <std::size_t N>
std::string_view cut(std::string_view& text, const std::array<std::string_view, N>& words) {
  for (const std::string_view word : words) {
    if (!text.starts_with(word)) continue;
    text = without_blanks(text.substr(word.size()));
    return word;
  }
  return {};
}

bool drop(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  text = without_blanks(text.substr(0, text.size() - word.size()));
  return true;
}

}  // namespace

std::optional<double> read_points(std::string_view cell) {
  const std::string words = plain_words(cell);
  std::string_view text = words;
  static_cast<void>(drop(text, kPoints[0]) || drop(text, kPoints[1]));
  double value = 0.0;
  for (const char decimal : {'.', ','}) {
    if (read_cell(text, decimal, value) == CellKind::number) return value;
  }
  return {};
}

std::optional<AnnexTarget> read_target(std::string_view cell, std::string_view quantity) {
  const std::string words = plain_words(cell);
  std::string_view text = words;
  AnnexTarget target{std::string(quantity), {}};
  if (!cut(text, kRank).empty()) target.quantity = "rank";
  if (is_any(text, kKeep) || is_any(text, kRaise)) {
    target.range = is_any(text, kKeep) ? "keep" : "raise";
    return target;
  }
  const std::string_view sign = cut(text, kSigns);
  if (drop(text, "%")) {
    if (target.quantity == "rank") return {};
    target.quantity = "percent";
  }
  const auto dash = text.find('-', 1);
  if (sign.empty() && dash != std::string_view::npos) {
    const auto lower = read_points(text.substr(0, dash));
    const auto upper = read_points(text.substr(dash + 1));
    if (!lower || !upper || *lower > *upper) return {};
    target.range = to_string(Interval::closed(*lower, *upper));
    return target;
  }
  const auto bound = read_points(text);
  if (!bound) return {};
  const std::string_view usual = target.quantity == "rank" ? "<=" : ">=";
  target.range = fmt::format("{} {}", sign.empty() ? usual : sign, to_string(*bound));
  return target;
}

}  // namespace chiso
