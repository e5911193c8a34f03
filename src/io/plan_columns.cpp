#include "io/plan_columns.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"

namespace chiso {

namespace {

constexpr std::array<std::string_view, 4> kSections{"indices", "regions", "agencies", "areas"};
constexpr std::array<std::string_view, 2> kLists{"baseline", "targets"};
constexpr std::array<std::string_view, 10> kTexts{"plan",   "unit",      "authority", "issued",
                                                  "status", "reference", "source",    "checked",
                                                  "note",   "currency"};

template <std::size_t N>
bool is_any(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// "Cost" and "million dong" of "Cost (million dong)".
std::pair<std::string_view, std::string_view> without_brackets(std::string_view heading) {
  const auto open = heading.rfind('(');
  if (open == std::string_view::npos || open == 0 || !heading.ends_with(')')) return {heading, {}};
  return {without_blanks(heading.substr(0, open)),
          without_blanks(heading.substr(open + 1, heading.size() - open - 2))};
}

// "Points" and "2021" of "Points of the year 2021"; "previous" of "Points of last year".
std::pair<std::string, std::string> without_year(std::string_view heading) {
  constexpr std::string_view previous_vi = "n\u0103m tr\u01b0\u1edbc";
  std::string text(heading);
  std::string year;
  const auto cut = [&text](std::size_t at, std::size_t length) { text.replace(at, length, " "); };
  if (text.size() >= 4) {
    for (std::size_t at = text.size() - 4;; --at) {
      const bool is_year =
          std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                      text.begin() + static_cast<std::ptrdiff_t>(at) + 4, is_digit) &&
          (at == 0 || !is_digit(text[at - 1])) &&
          (at + 4 == text.size() || !is_digit(text[at + 4]));
      if (is_year) {
        year = text.substr(at, 4);
        cut(at, 4);
        break;
      }
      if (at == 0) break;
    }
  }
  if (year.empty()) {
    for (const std::string_view words :
         {previous_vi, std::string_view("Last year's"), std::string_view("last year's"),
          std::string_view("of last year"), std::string_view("last year")}) {
      const auto at = text.find(words);
      if (at == std::string::npos) continue;
      cut(at, words.size());
      return {std::string(without_blanks(text)), "previous"};
    }
    return {text, {}};
  }
  // What led to the year.
  for (bool found = true; found;) {
    found = false;
    text = without_blanks(text);
    for (const std::string_view word :
         {std::string_view("n\u0103m"), std::string_view("N\u0103m"),
          std::string_view("\u0111\u1ebfn"), std::string_view("in"), std::string_view("of"),
          std::string_view("for"), std::string_view("by"), std::string_view("year")}) {
      if (!text.ends_with(word)) continue;
      const std::string_view rest = std::string_view(text).substr(0, text.size() - word.size());
      if (without_blanks(rest).size() == rest.size()) continue;
      text = without_blanks(rest);
      found = true;
      break;
    }
  }
  return {text, year};
}

}  // namespace

const std::vector<PlanColumn>& plan_columns() {
  static const std::vector<PlanColumn> columns{
      {PlanCell::number,
       "",
       "No.",
       "STT",
       {"Number", "#"},
       {"TT", "S\u1ed1 TT", "S\u1ed1 th\u1ee9 t\u1ef1", "M\u1ee5c"}},
      {PlanCell::code,
       "code",
       "Code",
       "M\u00e3",
       {"Task code"},
       {"M\u00e3 s\u1ed1", "M\u00e3 nhi\u1ec7m v\u1ee5"}},
      {PlanCell::area,
       "area",
       "Area",
       "L\u0129nh v\u1ef1c",
       {"Field", "Group"},
       {"Nh\u00f3m nhi\u1ec7m v\u1ee5", "Ch\u1ec9 s\u1ed1, l\u0129nh v\u1ef1c"}},
      {PlanCell::title,
       "vi",
       "Task (Vietnamese)",
       "Nhi\u1ec7m v\u1ee5",
       {},
       {"N\u1ed9i dung", "N\u1ed9i dung nhi\u1ec7m v\u1ee5", "N\u1ed9i dung, nhi\u1ec7m v\u1ee5",
        "Nhi\u1ec7m v\u1ee5, n\u1ed9i dung", "Nhi\u1ec7m v\u1ee5, gi\u1ea3i ph\u00e1p",
        "Nhi\u1ec7m v\u1ee5 v\u00e0 gi\u1ea3i ph\u00e1p", "N\u1ed9i dung, gi\u1ea3i ph\u00e1p",
        "N\u1ed9i dung c\u00f4ng vi\u1ec7c", "N\u1ed9i dung th\u1ef1c hi\u1ec7n",
        "Nhi\u1ec7m v\u1ee5 c\u1ee5 th\u1ec3", "Nhi\u1ec7m v\u1ee5 ch\u1ee7 y\u1ebfu",
        "Nhi\u1ec7m v\u1ee5 tr\u1ecdng t\u00e2m", "T\u00ean nhi\u1ec7m v\u1ee5",
        "C\u00f4ng vi\u1ec7c", "Ho\u1ea1t \u0111\u1ed9ng", "Ti\u00eau ch\u00ed, nhi\u1ec7m v\u1ee5",
        "Ti\u00eau ch\u00ed ho\u1eb7c nhi\u1ec7m v\u1ee5"}},
      {PlanCell::title,
       "en",
       "Task",
       "Nhi\u1ec7m v\u1ee5 (ti\u1ebfng Anh)",
       {"Tasks", "Title", "Content", "Activity", "Measure", "Criterion or task",
        "Task or criterion", "Task (English)"},
       {}},
      {PlanCell::criteria,
       "of",
       "Criteria",
       "Ti\u00eau ch\u00ed",
       {"Criterion"},
       {"Ti\u00eau ch\u00ed, ti\u00eau ch\u00ed th\u00e0nh ph\u1ea7n",
        "Ti\u00eau ch\u00ed th\u00e0nh ph\u1ea7n", "M\u00e3 ti\u00eau ch\u00ed",
        "T\u00ean ti\u00eau ch\u00ed", "L\u0129nh v\u1ef1c, ti\u00eau ch\u00ed",
        "L\u0129nh v\u1ef1c, ti\u00eau ch\u00ed, ti\u00eau ch\u00ed th\u00e0nh ph\u1ea7n",
        "Ti\u00eau ch\u00ed, ch\u1ec9 ti\u00eau", "Ch\u1ec9 s\u1ed1, ti\u00eau ch\u00ed",
        "Ti\u00eau ch\u00ed li\u00ean quan"}},
      {PlanCell::agencies,
       "lead",
       "Lead",
       "C\u01a1 quan ch\u1ee7 tr\u00ec",
       {"Lead agency", "Lead agencies", "Leading agency"},
       {"Ch\u1ee7 tr\u00ec", "\u0110\u01a1n v\u1ecb ch\u1ee7 tr\u00ec",
        "C\u01a1 quan, \u0111\u01a1n v\u1ecb ch\u1ee7 tr\u00ec",
        "C\u01a1 quan \u0111\u01a1n v\u1ecb ch\u1ee7 tr\u00ec th\u1ef1c hi\u1ec7n",
        "C\u01a1 quan ch\u1ee7 tr\u00ec th\u1ef1c hi\u1ec7n",
        "\u0110\u01a1n v\u1ecb ch\u1ee7 tr\u00ec th\u1ef1c hi\u1ec7n",
        "Ch\u1ee7 tr\u00ec th\u1ef1c hi\u1ec7n", "C\u01a1 quan ch\u1ee7 tr\u00ec, tham m\u01b0u",
        "Ph\u00e2n c\u00f4ng ch\u1ee7 tr\u00ec"}},
      {PlanCell::agencies,
       "standing_agency",
       "Standing agency",
       "C\u01a1 quan th\u01b0\u1eddng tr\u1ef1c",
       {},
       {"Th\u01b0\u1eddng tr\u1ef1c", "\u0110\u01a1n v\u1ecb th\u01b0\u1eddng tr\u1ef1c"}},
      {PlanCell::agencies,
       "carry_out",
       "Carry out",
       "C\u01a1 quan th\u1ef1c hi\u1ec7n",
       {"Carried out by", "Implementing agency", "Implementing agencies", "Implementation"},
       {"Th\u1ef1c hi\u1ec7n", "\u0110\u01a1n v\u1ecb th\u1ef1c hi\u1ec7n",
        "C\u01a1 quan, \u0111\u01a1n v\u1ecb th\u1ef1c hi\u1ec7n",
        "Ng\u01b0\u1eddi th\u1ef1c hi\u1ec7n", "Ph\u00e2n c\u00f4ng th\u1ef1c hi\u1ec7n"}},
      {PlanCell::agencies,
       "advise",
       "Advise",
       "C\u01a1 quan tham m\u01b0u",
       {"Advising agency"},
       {"Tham m\u01b0u", "\u0110\u01a1n v\u1ecb tham m\u01b0u",
        "C\u01a1 quan, \u0111\u01a1n v\u1ecb tham m\u01b0u"}},
      {PlanCell::agencies,
       "review",
       "Review",
       "C\u01a1 quan r\u00e0 so\u00e1t",
       {"Reviewing agency"},
       {"R\u00e0 so\u00e1t", "\u0110\u01a1n v\u1ecb r\u00e0 so\u00e1t"}},
      {PlanCell::agencies,
       "propose",
       "Propose",
       "C\u01a1 quan \u0111\u1ec1 xu\u1ea5t",
       {"Proposing agency"},
       {"\u0110\u1ec1 xu\u1ea5t", "\u0110\u01a1n v\u1ecb \u0111\u1ec1 xu\u1ea5t",
        "\u0110\u1ec1 xu\u1ea5t, ki\u1ebfn ngh\u1ecb", "Ki\u1ebfn ngh\u1ecb",
        "C\u01a1 quan \u0111\u1ec1 xu\u1ea5t, ki\u1ebfn ngh\u1ecb"}},
      {PlanCell::agencies,
       "report",
       "Report",
       "C\u01a1 quan b\u00e1o c\u00e1o",
       {"Reporting agency"},
       {"B\u00e1o c\u00e1o", "\u0110\u01a1n v\u1ecb b\u00e1o c\u00e1o"}},
      {PlanCell::agencies,
       "coordinate",
       "Coordinate",
       "C\u01a1 quan ph\u1ed1i h\u1ee3p",
       {"Coordinating agency", "Coordinating agencies"},
       {"Ph\u1ed1i h\u1ee3p", "\u0110\u01a1n v\u1ecb ph\u1ed1i h\u1ee3p",
        "C\u01a1 quan, \u0111\u01a1n v\u1ecb ph\u1ed1i h\u1ee3p",
        "C\u01a1 quan ph\u1ed1i h\u1ee3p th\u1ef1c hi\u1ec7n",
        "\u0110\u01a1n v\u1ecb ph\u1ed1i h\u1ee3p th\u1ef1c hi\u1ec7n",
        "Ph\u1ed1i h\u1ee3p th\u1ef1c hi\u1ec7n"}},
      {PlanCell::agencies,
       "guide",
       "Guide",
       "C\u01a1 quan h\u01b0\u1edbng d\u1eabn",
       {"Guiding agency"},
       {"H\u01b0\u1edbng d\u1eabn", "\u0110\u01a1n v\u1ecb h\u01b0\u1edbng d\u1eabn"}},
      {PlanCell::agencies,
       "appraise",
       "Appraise",
       "C\u01a1 quan th\u1ea9m \u0111\u1ecbnh",
       {"Appraising agency"},
       {"Th\u1ea9m \u0111\u1ecbnh", "\u0110\u01a1n v\u1ecb th\u1ea9m \u0111\u1ecbnh"}},
      {PlanCell::agencies,
       "monitor",
       "Monitor",
       "C\u01a1 quan theo d\u00f5i, \u0111\u00f4n \u0111\u1ed1c",
       {"Monitoring agency"},
       {"Theo d\u00f5i, \u0111\u00f4n \u0111\u1ed1c", "Theo d\u00f5i",
        "\u0110\u00f4n \u0111\u1ed1c", "C\u01a1 quan theo d\u00f5i",
        "\u0110\u01a1n v\u1ecb theo d\u00f5i",
        "\u0110\u01a1n v\u1ecb theo d\u00f5i, \u0111\u00f4n \u0111\u1ed1c"}},
      {PlanCell::agencies,
       "inspect",
       "Inspect",
       "C\u01a1 quan ki\u1ec3m tra",
       {"Inspecting agency"},
       {"Ki\u1ec3m tra", "\u0110\u01a1n v\u1ecb ki\u1ec3m tra"}},
      {PlanCell::agencies,
       "to",
       "Submitted to",
       "Tr\u00ecnh",
       {"Submit to", "Addressee", "Addressees"},
       {"C\u1ea5p tr\u00ecnh", "N\u01a1i tr\u00ecnh", "C\u01a1 quan nh\u1eadn",
        "C\u1ea5p c\u00f3 th\u1ea9m quy\u1ec1n", "C\u01a1 quan ban h\u00e0nh",
        "C\u1ea5p ph\u00ea duy\u1ec7t"}},
      {PlanCell::when,
       "due",
       "Due",
       "Th\u1eddi gian ho\u00e0n th\u00e0nh",
       {"Due date", "Deadline", "Finishing time", "Time", "Timing", "Completion"},
       {"Th\u1eddi h\u1ea1n", "Th\u1eddi h\u1ea1n ho\u00e0n th\u00e0nh",
        "Th\u1eddi gian th\u1ef1c hi\u1ec7n", "Th\u1eddi gian", "Ti\u1ebfn \u0111\u1ed9",
        "Ti\u1ebfn \u0111\u1ed9 ho\u00e0n th\u00e0nh", "Ti\u1ebfn \u0111\u1ed9 th\u1ef1c hi\u1ec7n",
        "H\u1ea1n ho\u00e0n th\u00e0nh", "Th\u1eddi \u0111i\u1ec3m ho\u00e0n th\u00e0nh",
        "Th\u1eddi gian, ti\u1ebfn \u0111\u1ed9",
        "Th\u1eddi gian th\u1ef1c hi\u1ec7n, ho\u00e0n th\u00e0nh"}},
      {PlanCell::recurrence,
       "every",
       "Recurrence",
       "\u0110\u1ecbnh k\u1ef3",
       {"Frequency", "Repeats"},
       {"T\u1ea7n su\u1ea5t", "Chu k\u1ef3"}},
      {PlanCell::text,
       "product",
       "Product",
       "S\u1ea3n ph\u1ea9m",
       {"Result", "Output", "Products", "Expected result"},
       {"K\u1ebft qu\u1ea3", "S\u1ea3n ph\u1ea9m, k\u1ebft qu\u1ea3",
        "K\u1ebft qu\u1ea3, s\u1ea3n ph\u1ea9m", "S\u1ea3n ph\u1ea9m d\u1ef1 ki\u1ebfn",
        "S\u1ea3n ph\u1ea9m ho\u00e0n th\u00e0nh", "S\u1ea3n ph\u1ea9m \u0111\u1ea7u ra",
        "K\u1ebft qu\u1ea3 \u0111\u1ea7u ra", "S\u1ea3n ph\u1ea9m ch\u1ee7 y\u1ebfu",
        "K\u1ebft qu\u1ea3 th\u1ef1c hi\u1ec7n", "D\u1ef1 ki\u1ebfn s\u1ea3n ph\u1ea9m"}},
      {PlanCell::text,
       "evidence",
       "Evidence",
       "T\u00e0i li\u1ec7u ki\u1ec3m ch\u1ee9ng",
       {"Proof", "Means of verification"},
       {"Minh ch\u1ee9ng", "T\u00e0i li\u1ec7u minh ch\u1ee9ng",
        "H\u1ed3 s\u01a1 minh ch\u1ee9ng"}},
      {PlanCell::amount,
       "cost",
       "Cost",
       "Kinh ph\u00ed",
       {"Budget", "Expected cost"},
       {"Kinh ph\u00ed th\u1ef1c hi\u1ec7n", "Kinh ph\u00ed d\u1ef1 ki\u1ebfn",
        "D\u1ef1 ki\u1ebfn kinh ph\u00ed", "D\u1ef1 to\u00e1n", "D\u1ef1 to\u00e1n kinh ph\u00ed"}},
      {PlanCell::flow,
       "effects",
       "Expected effects",
       "T\u00e1c \u0111\u1ed9ng d\u1ef1 ki\u1ebfn",
       {"Effects"},
       {"T\u00e1c \u0111\u1ed9ng"}},
      {PlanCell::flow,
       "news",
       "News",
       "T\u00ecnh h\u00ecnh th\u1ef1c hi\u1ec7n",
       {"Progress"},
       {"Ti\u1ebfn \u0111\u1ed9, t\u00ecnh h\u00ecnh th\u1ef1c hi\u1ec7n"}},
      {PlanCell::text,
       "paragraph",
       "Paragraph",
       "M\u1ee5c c\u1ee7a v\u0103n b\u1ea3n",
       {},
       {"\u0110i\u1ec3m, m\u1ee5c c\u1ee7a v\u0103n b\u1ea3n"}},
      {PlanCell::text,
       "status",
       "Certainty",
       "M\u1ee9c \u0111\u1ed9 x\u00e1c th\u1ef1c",
       {"Provenance"},
       {}},
      {PlanCell::text, "source", "Source", "Ngu\u1ed3n", {}, {"Ngu\u1ed3n th\u00f4ng tin"}},
      {PlanCell::text,
       "reference",
       "Reference",
       "C\u0103n c\u1ee9",
       {"Legal reference", "Legal basis"},
       {"C\u0103n c\u1ee9 ph\u00e1p l\u00fd", "V\u0103n b\u1ea3n c\u0103n c\u1ee9"}},
      {PlanCell::text, "checked", "Checked", "Ng\u00e0y \u0111\u1ed1i chi\u1ebfu"},
      {PlanCell::text, "note", "Note", "Ghi ch\u00fa", {"Notes", "Remarks", "Remark"}, {}},
      {PlanCell::points_before,
       "",
       "Points",
       "\u0110i\u1ec3m",
       {"Score", "Points achieved", "Result of the year"},
       {"\u0110i\u1ec3m \u0111\u1ea1t", "\u0110i\u1ec3m \u0111\u1ea1t \u0111\u01b0\u1ee3c",
        "K\u1ebft qu\u1ea3 \u0111i\u1ec3m", "\u0110i\u1ec3m s\u1ed1",
        "\u0110i\u1ec3m th\u1ea9m \u0111\u1ecbnh", "\u0110i\u1ec3m k\u1ebft qu\u1ea3",
        "K\u1ebft qu\u1ea3 \u0111\u1ea1t \u0111\u01b0\u1ee3c"}},
      {PlanCell::rank_before,
       "",
       "Rank",
       "Th\u1ee9 h\u1ea1ng",
       {},
       {"H\u1ea1ng", "X\u1ebfp h\u1ea1ng", "Th\u1ee9 h\u1ea1ng \u0111\u1ea1t \u0111\u01b0\u1ee3c",
        "V\u1ecb tr\u00ed x\u1ebfp h\u1ea1ng"}},
      {PlanCell::target,
       "",
       "Target",
       "Ch\u1ec9 ti\u00eau",
       {"Target points", "Target score"},
       {"M\u1ee5c ti\u00eau", "Ch\u1ec9 ti\u00eau ph\u1ea5n \u0111\u1ea5u",
        "M\u1ee5c ti\u00eau ph\u1ea5n \u0111\u1ea5u", "\u0110i\u1ec3m ph\u1ea5n \u0111\u1ea5u",
        "\u0110i\u1ec3m m\u1ee5c ti\u00eau", "Ph\u1ea5n \u0111\u1ea5u",
        "Ch\u1ec9 ti\u00eau \u0111i\u1ec3m", "K\u1ebf ho\u1ea1ch ph\u1ea5n \u0111\u1ea5u",
        "\u0110i\u1ec3m s\u1ed1 ph\u1ea5n \u0111\u1ea5u", "Ph\u1ea5n \u0111\u1ea5u \u0111\u1ea1t"}},
      {PlanCell::target_rank,
       "",
       "Target rank",
       "Th\u1ee9 h\u1ea1ng ph\u1ea5n \u0111\u1ea5u",
       {"Rank target"},
       {"Ch\u1ec9 ti\u00eau th\u1ee9 h\u1ea1ng", "H\u1ea1ng ph\u1ea5n \u0111\u1ea5u",
        "M\u1ee5c ti\u00eau th\u1ee9 h\u1ea1ng", "X\u1ebfp h\u1ea1ng ph\u1ea5n \u0111\u1ea5u",
        "Ph\u1ea5n \u0111\u1ea5u th\u1ee9 h\u1ea1ng"}},
      {PlanCell::maximum,
       "",
       "Maximum points",
       "\u0110i\u1ec3m t\u1ed1i \u0111a",
       {"Maximum", "Most points", "Max points"},
       {"\u0110i\u1ec3m chu\u1ea9n", "Thang \u0111i\u1ec3m",
        "\u0110i\u1ec3m t\u1ed1i \u0111a theo quy \u0111\u1ecbnh"}},
  };
  return columns;
}

bool is_plan_section(std::string_view key) { return is_any(key, kSections); }
bool is_plan_list(std::string_view key) { return is_any(key, kLists); }
bool is_plan_text(std::string_view key) { return is_any(key, kTexts); }

// The names are the headings that are written.
PlanHeadings::PlanHeadings() {
  std::vector<NameList::Entry> entries;
  for (const PlanColumn& column : plan_columns()) {
    NameList::Entry english{std::string(column.en), {}};
    NameList::Entry vietnamese{std::string(column.vi), {}};
    english.aliases.assign(column.also_en.begin(), column.also_en.end());
    vietnamese.aliases.assign(column.also_vi.begin(), column.also_vi.end());
    entries.push_back(std::move(english));
    entries.push_back(std::move(vietnamese));
  }
  names_ = NameList(std::move(entries));
}

std::optional<PlanHeading> PlanHeadings::exact(std::string_view heading) const {
  std::optional<std::string> name;
  try {
    name = names_.find(heading);
  } catch (const DataError&) {  // Without diacritics it could be two.
    return {};
  }
  if (!name) return {};
  for (const PlanColumn& column : plan_columns()) {
    if (*name != column.en && *name != column.vi) continue;
    return PlanHeading{&column, *name == column.vi, {}, {}};
  }
  return {};
}

std::optional<PlanHeading> PlanHeadings::find(std::string_view heading) const {
  heading = without_blanks(heading);
  if (heading.empty()) return {};
  const auto [plain, unit] = without_brackets(heading);
  if (auto found = exact(heading)) {
    // Signs in brackets are nothing to whoever compares names.
    if (!unit.empty() && match_key(plain) == match_key(heading)) found->unit = unit;
    return found;
  }
  const auto [undated, year] = without_year(plain);
  auto found = exact(undated);
  if (!found) return {};
  found->unit = unit;
  found->year = year;
  const PlanCell cell = found->column->cell;
  if (year.empty() || cell == PlanCell::points_before || cell == PlanCell::rank_before ||
      cell == PlanCell::target || cell == PlanCell::target_rank) {
    return found;
  }
  // "Result 2021" is no product.
  if (found->column->key == "product") {
    const bool is_vietnamese = found->is_vietnamese;
    found = exact("Points");
    found->is_vietnamese = is_vietnamese;
    found->year = year;
  }
  return found;
}

std::string PlanHeadings::near(std::string_view heading) const {
  std::vector<std::string> known;
  for (const auto& [name, aliases] : names_.entries()) {
    known.push_back(name);
    known.insert(known.end(), aliases.begin(), aliases.end());
  }
  return suggestion(heading, known);
}

}  // namespace chiso
