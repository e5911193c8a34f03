#include "io/when_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <vector>

#include "base/calendar.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"

namespace chiso {

namespace {

constexpr std::string_view kForms =
    "forms that are read: 2023-12-15, 15/12/2023, 12/2023, Qu\u00fd IV/2023, n\u0103m 2023, "
    "2022-2025 (its end), h\u1eb1ng n\u0103m, 6 th\u00e1ng, h\u1eb1ng qu\u00fd, h\u1eb1ng "
    "th\u00e1ng, th\u01b0\u1eddng xuy\u00ean (yearly, half-yearly, quarterly, monthly, "
    "continuous)";

struct RecurrenceWords {
  std::string_view plain;
  Recurrence recurrence;
};

// As plain_words writes them.
constexpr std::array<RecurrenceWords, 44> kRecurrences{
    {{"once", Recurrence::once},
     {"mot lan", Recurrence::once},
     {"1 lan", Recurrence::once},
     {"hang nam", Recurrence::yearly},
     {"moi nam", Recurrence::yearly},
     {"thuong nien", Recurrence::yearly},
     {"nam/lan", Recurrence::yearly},
     {"1 nam/lan", Recurrence::yearly},
     {"yearly", Recurrence::yearly},
     {"annually", Recurrence::yearly},
     {"annual", Recurrence::yearly},
     {"every year", Recurrence::yearly},
     {"each year", Recurrence::yearly},
     {"6 thang", Recurrence::half_yearly},
     {"hang 6 thang", Recurrence::half_yearly},
     {"moi 6 thang", Recurrence::half_yearly},
     {"6 thang/lan", Recurrence::half_yearly},
     {"6 thang 1 lan", Recurrence::half_yearly},
     {"6 thang mot lan", Recurrence::half_yearly},
     {"half yearly", Recurrence::half_yearly},
     {"half-yearly", Recurrence::half_yearly},
     {"half_yearly", Recurrence::half_yearly},
     {"every half year", Recurrence::half_yearly},
     {"every 6 months", Recurrence::half_yearly},
     {"every six months", Recurrence::half_yearly},
     {"hang quy", Recurrence::quarterly},
     {"moi quy", Recurrence::quarterly},
     {"quy/lan", Recurrence::quarterly},
     {"1 quy/lan", Recurrence::quarterly},
     {"quarterly", Recurrence::quarterly},
     {"every quarter", Recurrence::quarterly},
     {"each quarter", Recurrence::quarterly},
     {"hang thang", Recurrence::monthly},
     {"moi thang", Recurrence::monthly},
     {"thang/lan", Recurrence::monthly},
     {"1 thang/lan", Recurrence::monthly},
     {"monthly", Recurrence::monthly},
     {"every month", Recurrence::monthly},
     {"each month", Recurrence::monthly},
     {"thuong xuyen", Recurrence::continuous},
     {"lien tuc", Recurrence::continuous},
     {"continuous", Recurrence::continuous},
     {"continuously", Recurrence::continuous},
     {"always", Recurrence::continuous}}};

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

[[noreturn]] void refuse(std::string message, std::string_view remedy = kForms) {
  throw SpecError({Problem{{}, {}, std::move(message), std::string(remedy)}});
}

int days_of(int year, int month) {
  const std::chrono::year_month_day_last last(
      std::chrono::year(year),
      std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month))));
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

Date day_before(const Date& date) { return date_of(day_number(date) - std::chrono::days(1)); }

// A day (`day` > 0) or whole months, of a year or (0) of a year that is not said.
struct Span {
  int year = 0;
  int last_year = 0;
  int first_month = 1;
  int last_month = 12;
  int day = 0;

  [[nodiscard]] bool is_years() const noexcept { return last_year > year; }
  [[nodiscard]] Date first() const noexcept { return {year, first_month, day > 0 ? day : 1}; }
  [[nodiscard]] Date last() const {
    return {last_year, last_month, day > 0 ? day : days_of(last_year, last_month)};
  }
  void set_year(int value) noexcept { year = last_year = value; }
};

// A time in plain words: "truoc ngay 15/12/2023", "quy iv/2023".
class SpanReader {
 public:
  explicit SpanReader(std::string_view text) : text_(text) {
    for (std::size_t i = 0; i < text.size();) {
      const auto run = [&](auto is_of) {
        std::size_t end = i;
        while (end < text.size() && is_of(text[end])) ++end;
        tokens_.push_back(text.substr(i, end - i));
        i = end;
      };
      if (is_digit(text[i])) {
        run(is_digit);
      } else if (is_letter(text[i])) {
        run(is_letter);
      } else {
        if (text[i] != ' ') tokens_.push_back(text.substr(i, 1));
        ++i;
      }
    }
  }

  // The due day, were the year of a time without one `year`; nothing if this is no time.
  std::optional<Span> read() {
    introduction();
    auto span = core();
    if (!span || at_ != tokens_.size() || (is_from_ && !span->is_years())) return {};
    return span;
  }

  [[nodiscard]] bool is_before() const noexcept { return is_before_; }

 private:
  [[nodiscard]] std::string_view peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : std::string_view();
  }

  bool accept(std::initializer_list<std::string_view> words) {
    if (peek().empty() || std::find(words.begin(), words.end(), peek()) == words.end()) {
      return false;
    }
    ++at_;
    return true;
  }

  // A number up to `most`; nothing, and nothing consumed, otherwise.
  std::optional<int> number(int least, int most) {
    const std::string_view text = peek();
    if (text.empty() || text.size() > 4 || !is_digit(text[0])) return {};
    int value = 0;
    for (const char c : text) value = value * 10 + (c - '0');
    if (value < least || value > most) return {};
    ++at_;
    return value;
  }

  std::optional<int> year() {
    if (!number_has_digits(4)) return {};
    return number(1, 9999);
  }

  void introduction() {
    while (true) {
      if (accept({"truoc", "before"})) {
        is_before_ = true;
      } else if (accept({"tu", "from"})) {
        is_from_ = true;
      } else if (!accept({"den",  "het",    "trong", "cham", "nhat", "hoan",  "thanh",
                          "xong", "cuoi",   "giai",  "doan", "vao",  "by",    "until",
                          "in",   "during", "end",   "of",   "the",  "period"})) {
        return;
      }
    }
  }

  // What follows a part of a year: "/2023", " nam 2023"; nothing is fine, too.
  void year_of(Span& span) {
    const std::size_t start = at_;
    static_cast<void>(accept({"/", "-", "."}));
    static_cast<void>(accept({"nam", "of", "year"}));
    if (const auto value = year()) {
      span.set_year(*value);
    } else {
      at_ = start;
    }
  }

  std::optional<Span> part(int number, int months) {
    Span span;
    span.first_month = (number - 1) * months + 1;
    span.last_month = number * months;
    return span;
  }

  std::optional<Span> quarter() {
    constexpr std::array<std::string_view, 4> roman{"i", "ii", "iii", "iv"};
    if (const auto value = number(1, 4)) return part(*value, 3);
    const auto found = std::find(roman.begin(), roman.end(), peek());
    if (found == roman.end()) return {};
    ++at_;
    return part(static_cast<int>(found - roman.begin()) + 1, 3);
  }

  std::optional<Span> core() {
    static_cast<void>(accept({"ngay"}));
    std::optional<Span> span;
    if (accept({"quy", "q", "quarter"})) {
      span = quarter();
    } else if (accept({"thang", "month"})) {
      if (const auto month = number(1, 12)) span = part(*month, 1);
    } else if (accept({"h"})) {
      if (const auto half = number(1, 2)) span = part(*half, 6);
    } else if (peek() == "6" && peek(1) == "thang") {
      at_ += 2;
      if (accept({"dau"})) {
        span = part(1, 6);
      } else if (accept({"cuoi"})) {
        span = part(2, 6);
      }
    } else if (accept({"nam", "year"}) || number_has_digits(4)) {
      return years();
    } else {
      return day_or_month();
    }
    if (span) year_of(*span);
    return span;
  }

  [[nodiscard]] bool number_has_digits(std::size_t count) const noexcept {
    return peek().size() == count && is_digit(peek()[0]);
  }

  // 2023, 2022-2025, 2023-12, 2023-12-15, 2023-q3.
  std::optional<Span> years() {
    Span span;
    const auto first = year();
    if (!first) return {};
    span.set_year(*first);
    if (at_ == tokens_.size()) return span;
    if (!accept({"-", "den", "to"})) return span;
    static_cast<void>(accept({"nam", "year"}));
    if (const auto last = year()) {
      if (*last <= *first) return {};
      span.last_year = *last;
      return span;
    }
    if (accept({"q"})) {
      auto quarter_of = quarter();
      if (quarter_of) quarter_of->set_year(*first);
      return quarter_of;
    }
    if (accept({"h"})) {
      const auto half = number(1, 2);
      if (!half) return {};
      auto half_of = part(*half, 6);
      half_of->set_year(*first);
      return half_of;
    }
    const auto month = number(0, 99);
    if (!month) return {};
    span.first_month = span.last_month = *month;
    if (accept({"-"})) {
      const auto day = number(0, 99);
      if (!day) return {};
      span.day = *day == 0 ? 99 : *day;
    }
    return span;
  }

  // 12/2023, 15/12/2023, 15/12, 15 thang 12 nam 2023.
  std::optional<Span> day_or_month() {
    Span span;
    const auto first = number(0, 99);
    if (!first || !accept({"/", ".", "-", "thang"})) return {};
    if (const auto value = year()) {
      span.first_month = span.last_month = *first;
      span.set_year(*value);
      return span;
    }
    const auto month = number(0, 99);
    if (!month) return {};
    span.first_month = span.last_month = *month;
    span.day = *first == 0 ? 99 : *first;
    year_of(span);
    return span;
  }

  std::string_view text_;
  std::vector<std::string_view> tokens_;
  std::size_t at_ = 0;
  bool is_before_ = false;
  bool is_from_ = false;
};

std::optional<Recurrence> find_recurrence(std::string_view words) {
  if (words.starts_with("dinh ky ")) words.remove_prefix(std::string_view("dinh ky ").size());
  for (const auto& [plain, recurrence] : kRecurrences) {
    if (words == plain) return recurrence;
  }
  return {};
}

// Takes "every year" off the end.
bool drop_yearly(std::string_view& words) {
  for (const std::string_view yearly :
       {" hang nam", " moi nam", " every year", " each year", " yearly", " annually"}) {
    if (!words.ends_with(yearly)) continue;
    words.remove_suffix(yearly.size());
    return true;
  }
  return false;
}

class WhenReader {
 public:
  WhenReader(std::string_view text, const std::optional<Date>& issued)
      : text_(without_blanks(text)), issued_(issued) {}

  When read() {
    std::string_view rest = text_;
    while (true) {
      const auto end = rest.find_first_of(";,\n");
      part(rest.substr(0, end));
      if (end == std::string_view::npos) break;
      rest = rest.substr(end + 1);
    }
    if (!span_ && !when_.recurrence) not_a_time();
    if (span_) due();
    return when_;
  }

 private:
  [[noreturn]] void not_a_time() const {
    refuse(fmt::format("expected a time, found '{}'", text_));
  }

  void part(std::string_view text) {
    const std::string plain = plain_words(text);
    std::string_view words = plain;
    if (words.ends_with(" 00:00:00")) words.remove_suffix(std::string_view(" 00:00:00").size());
    if (words.empty()) return;
    if (const auto recurrence = find_recurrence(words)) {
      set(*recurrence);
      return;
    }
    if (drop_yearly(words)) set(Recurrence::yearly);
    SpanReader reader(words);
    const auto span = reader.read();
    if (!span) not_a_time();
    if (span_) refuse(fmt::format("expected one time, found two in '{}'", text_), {});
    span_ = span;
    is_before_ = reader.is_before();
  }

  void set(Recurrence recurrence) {
    if (when_.recurrence && *when_.recurrence != recurrence) {
      refuse(fmt::format("expected one recurrence, found two in '{}'", text_), {});
    }
    when_.recurrence = recurrence;
  }

  void due() {
    Span& span = *span_;
    const bool comes_again = when_.recurrence && *when_.recurrence != Recurrence::once;
    if (span.is_years() && comes_again) {
      refuse(fmt::format("expected the first time of what comes again, found years from {} to {} "
                         "in '{}'",
                         span.year, span.last_year, text_),
             "leave the years out, or write the first time: 15/12/2023; h\u1eb1ng n\u0103m");
    }
    const bool has_year = span.year > 0;
    if (!has_year && when_.recurrence != Recurrence::yearly) {
      refuse(fmt::format("expected a time with its year, found '{}'", text_));
    }
    if (!has_year && !issued_) {
      refuse(fmt::format("'{}' does not say the year of the first time", text_),
             "write it (15/12/2023; h\u1eb1ng n\u0103m), or say when the plan was issued");
    }
    if (has_year) {
      when_.due = day();
      return;
    }
    for (int years = 0; years <= 8; ++years) {  // 29 February may be so far away.
      span.set_year(issued_->year + years);
      if (span.day == 29 && span.first_month == 2 && days_of(span.year, 2) < 29) continue;
      when_.due = day();
      if (*when_.due >= *issued_) return;
    }
  }

  [[nodiscard]] Date day() const {
    const Span& span = *span_;
    const bool exists = span.first_month >= 1 && span.last_month <= 12 &&
                        span.day <= days_of(span.year, span.first_month) && span.last_year <= 9999;
    if (!exists) {
      refuse(fmt::format("expected a {} that exists (days stand before months), found '{}'",
                         span.day > 0 ? "day" : "month", text_));
    }
    return is_before_ ? day_before(span.first()) : span.last();
  }

  std::string_view text_;
  const std::optional<Date>& issued_;
  When when_;
  std::optional<Span> span_;
  bool is_before_ = false;
};

}  // namespace

std::string plain_words(std::string_view text) {
  std::string signs(text);
  replace_all(signs, "\u2013", "-");
  replace_all(signs, "\u2014", "-");
  replace_all(signs, "\u00a0", " ");
  replace_all(signs, "\u202f", " ");
  replace_all(signs, "\u2264", "<=");
  replace_all(signs, "\u2265", ">=");
  std::string plain;
  for (std::size_t i = 0; i < signs.size();) {
    if (is_letter(signs[i])) {
      std::size_t end = i;
      while (end < signs.size() && is_letter(signs[end])) ++end;
      plain += plain_key(std::string_view(signs).substr(i, end - i));
      i = end;
      continue;
    }
    const bool is_blank =
        signs[i] == ' ' || signs[i] == '\t' || signs[i] == '\n' || signs[i] == '\r';
    if (!is_blank) {
      plain += signs[i];
    } else if (!plain.empty() && plain.back() != ' ') {
      plain += ' ';
    }
    ++i;
  }
  while (plain.ends_with(' ') || plain.ends_with('.')) plain.pop_back();
  return plain;
}

When read_when(std::string_view text, const std::optional<Date>& issued) {
  return WhenReader(text, issued).read();
}

std::string_view recurrence_words(Recurrence recurrence, bool vietnamese) noexcept {
  switch (recurrence) {
    case Recurrence::once:
      return vietnamese ? "m\u1ed9t l\u1ea7n" : "once";
    case Recurrence::yearly:
      return vietnamese ? "h\u1eb1ng n\u0103m" : "yearly";
    case Recurrence::half_yearly:
      return vietnamese ? "6 th\u00e1ng" : "half-yearly";
    case Recurrence::quarterly:
      return vietnamese ? "h\u1eb1ng qu\u00fd" : "quarterly";
    case Recurrence::monthly:
      return vietnamese ? "h\u1eb1ng th\u00e1ng" : "monthly";
    case Recurrence::continuous:
      return vietnamese ? "th\u01b0\u1eddng xuy\u00ean" : "continuous";
  }
  return {};
}

}  // namespace chiso
