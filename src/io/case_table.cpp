#include <fmt/core.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/load_checks.hpp"
#include "io/cells.hpp"
#include "io/check_values.hpp"

namespace chiso {
namespace {

/// What the cells of a column say.
enum class Says {
  name,
  source,
  reference,
  note,
  period,
  method,
  panel,
  version,
  unit,
  tolerance,
  error,
  value,  ///< Of a variable.
  previous,
  given_score,
  score,
  rank,
  group
};

struct Word {
  std::string_view text;
  Says says;
};

/// Headings that stand alone.
constexpr std::array<Word, 19> plain_words{{{"case", Says::name},
                                            {"name", Says::name},
                                            {"tr\u01b0\u1eddng h\u1ee3p", Says::name},
                                            {"source", Says::source},
                                            {"ngu\u1ed3n", Says::source},
                                            {"reference", Says::reference},
                                            {"note", Says::note},
                                            {"ghi ch\u00fa", Says::note},
                                            {"period", Says::period},
                                            {"k\u1ef3", Says::period},
                                            {"method", Says::method},
                                            {"panel", Says::panel},
                                            {"version", Says::version},
                                            {"unit", Says::unit},
                                            {"\u0111\u01a1n v\u1ecb", Says::unit},
                                            {"tolerance", Says::tolerance},
                                            {"sai s\u1ed1", Says::tolerance},
                                            {"error", Says::error},
                                            {"l\u1ed7i", Says::error}}};

/// Headings before a colon and a code.
constexpr std::array<Word, 11> coded_words{{{"given", Says::value},
                                            {"previous", Says::previous},
                                            {"k\u1ef3 tr\u01b0\u1edbc", Says::previous},
                                            {"given score", Says::given_score},
                                            {"score", Says::score},
                                            {"expect", Says::score},
                                            {"\u0111i\u1ec3m", Says::score},
                                            {"rank", Says::rank},
                                            {"x\u1ebfp h\u1ea1ng", Says::rank},
                                            {"group", Says::group},
                                            {"nh\u00f3m", Says::group}}};

template <std::size_t N>
std::optional<Says> find(const std::array<Word, N>& words, std::string_view text) {
  const std::string key = match_key(text);
  for (const Word& word : words) {
    if (match_key(word.text) == key) return word.says;
  }
  return {};
}

struct Column {
  Says says = Says::value;
  std::string code;
};

/// "score: 1.2", "rank => 1.2", "=> 1.2", "unit", a variable.
Column column_of(std::string_view heading) {
  if (const auto word = find(plain_words, heading)) return {*word, {}};
  for (const std::string_view sign : {std::string_view(":"), std::string_view("=>")}) {
    const auto at = heading.find(sign);
    if (at == std::string_view::npos) continue;
    const std::string_view before = without_blanks(heading.substr(0, at));
    const std::string_view code = without_blanks(heading.substr(at + sign.size()));
    if (before.empty() && sign == "=>") return {Says::score, std::string(code)};
    if (const auto word = find(coded_words, before)) return {*word, std::string(code)};
  }
  return {Says::value, std::string(heading)};
}

class CaseTableReader {
 public:
  CaseTableReader(const Table& table, const Case& common)
      : table_(table), common_(common), problems_(table) {}

  std::vector<Case> read() {
    if (table_.rows() == 0) {
      problems_.add("", "expected a heading and cases, found nothing");
    } else {
      read_headings();
    }
    std::vector<Case> cases;
    for (Size row = 1; row < table_.rows(); ++row) {
      if (!is_empty_row(table_, row)) cases.push_back(read_row(row));
    }
    if (table_.rows() > 0 && cases.empty()) {
      problems_.add("", "expected cases below the heading, found none");
    }
    problems_.raise<SpecError>();
    return cases;
  }

 private:
  void read_headings() {
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string heading = nfc(one_line(table_(0, column)));  // Codes are composed, too.
      columns_.push_back(column_of(heading));
      const Column& here = columns_.back();
      if (heading.empty()) {
        for (Size row = 1; row < table_.rows(); ++row) {
          if (without_blanks(table_(row, column)).empty()) continue;
          problems_.add("heading", row, column, "", "the column has no heading",
                        "name the variable, or empty the column");
          break;
        }
      }
      for (Size other = 0; other < column; ++other) {
        const Column& there = columns_[at(other)];
        if (heading.empty() || there.says != here.says || there.code != here.code) continue;
        problems_.add("heading", 0, column, heading, "the heading stands twice",
                      "leave one column out");
      }
    }
  }

  Case read_row(Size row) {
    Case of = common_;
    of.location = table_.location(row);
    of.name =
        fmt::format("{} {}", std::filesystem::path(table_.source()).filename().string(),
                    table_.cell_name(row, 0).empty() ? fmt::format("line {}", of.location.line)
                                                     : fmt::format("row {}", row + 1));
    if (of.name.front() == ' ') of.name.erase(0, 1);
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string_view text = without_blanks(table_(row, column));
      if (text.empty()) continue;
      try {
        read_cell_of(columns_[at(column)], text, table_.location(row, column), of);
      } catch (const SpecError& error) {
        const Problem& problem = error.problems().front();
        problems_.add(problem.message, row, column, columns_[at(column)].code, problem.message,
                      problem.remedy);
      }
    }
    return of;
  }

  static double number(std::string_view text) {
    double value = 0.0;
    const CellKind kind = read_cell(text, '.', value);
    if (kind == CellKind::number) return value;
    throw SpecError({not_a_number(text, kind, '.')});
  }

  static void read_cell_of(const Column& column, std::string_view text, Location location,
                           Case& of) {
    const auto expect = [&](Expectation::What what) -> Expectation& {
      Expectation each;
      each.what = what;
      each.node = column.code;
      each.location = location;
      return of.expect.emplace_back(std::move(each));
    };
    switch (column.says) {
      case Says::name:
        of.name = one_line(text);
        break;
      case Says::source:
        of.source = text;
        break;
      case Says::reference:
        of.reference = text;
        break;
      case Says::note:
        of.note = text;
        break;
      case Says::period:
        of.period = Period(text);
        break;
      case Says::method:
        of.method = Period(text);
        break;
      case Says::panel:
        of.panel = text;
        break;
      case Says::version:
        of.version = text;
        break;
      case Says::unit:
        of.unit = text;
        break;
      case Says::tolerance: {
        const double most = number(text);
        if (most < 0.0) throw SpecError("expected a tolerance of 0 or more");
        of.tolerance = most == 0.0 ? Tolerance{0.0, 0.0} : Tolerance{most, Tolerance{}.relative};
        break;
      }
      case Says::error:
        of.error = text;
        break;
      case Says::value:
        of.given.push_back(case_value(column.code, text, std::move(location)));
        break;
      case Says::previous:
        of.previous.push_back(case_value(column.code, text, std::move(location)));
        break;
      case Says::given_score:
        of.scores.push_back({column.code, number(text), std::move(location)});
        break;
      case Says::score:
        if (text == "missing") {
          expect(Expectation::What::missing);
        } else if (text == "published") {
          expect(Expectation::What::published);
        } else {
          const double score = number(text);
          expect(Expectation::What::score).number = score;
        }
        break;
      case Says::rank: {
        const double rank = number(text);
        expect(Expectation::What::rank).number = rank;
        break;
      }
      case Says::group:
        expect(Expectation::What::group).text = text == "missing" ? "" : text;
        break;
    }
  }

  const Table& table_;
  const Case& common_;
  CellProblems problems_;
  std::vector<Column> columns_;
};

}  // namespace

std::vector<Case> cases_from_table(const Table& table, const Case& common) {
  return CaseTableReader(table, common).read();
}

}  // namespace chiso
