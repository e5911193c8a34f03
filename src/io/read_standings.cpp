#include "chiso/io/read_standings.hpp"

#include <fmt/core.h>

#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"

namespace chiso {

namespace {

class StandingsReader {
 public:
  StandingsReader(const Table& table, const NameList* names)
      : table_(table), names_(names), problems_(table) {}

  Standings read() {
    if (table_.rows() == 0) {
      problems_.add({}, "expected a heading and rows, found nothing");
      problems_.raise<DataError>();
    }
    heading();
    problems_.raise<DataError>();  // Without a sound heading the rows mean nothing.
    bool is_empty = true;
    for (Size r = 1; r < table_.rows(); ++r) {
      if (is_empty_row(table_, r)) continue;
      is_empty = false;
      row(r);
    }
    if (is_empty) problems_.add({}, "expected rows below the heading, found none");
    problems_.raise<DataError>();
    return Standings(std::move(rows_));
  }

 private:
  void heading() {
    const Headings headings(table_);
    index_ = column(headings, "index");
    code_ = column(headings, "code");
    period_ = column(headings, "period");
    unit_ = column(headings, "unit");
    score_ = column(headings, "score");
    rank_ = column(headings, "rank");
    maximum_ = column(headings, "maximum");
    const auto missing = [&](std::string_view name, std::string_view what) {
      problems_.add(std::string(name),
                    fmt::format("expected {}, found {}", what, quoted_list(headings.names())),
                    fmt::format("head the column '{}'{}", name, near(name, headings)));
    };
    if (index_ < 0) missing("index", "a column 'index'");
    if (period_ < 0) missing("period", "a column 'period'");
    if (unit_ < 0) missing("unit", "a column 'unit'");
    if (score_ < 0 && rank_ < 0) missing("score", "a column 'score' or 'rank'");
  }

  static std::string near(std::string_view name, const Headings& headings) {
    const std::string_view found = closest(name, headings.names());
    return found.empty() ? std::string() : fmt::format(" (is it '{}'?)", found);
  }

  Size column(const Headings& headings, std::string_view name) {
    const std::vector<Size> columns = headings.all(name);
    for (std::size_t i = 1; i < columns.size(); ++i) {
      problems_.add("columns that stand twice", 0, columns[i], name,
                    fmt::format("the column '{}' stands twice, as columns {} and {}", name,
                                columns[0] + 1, columns[i] + 1),
                    "remove or rename one");
    }
    return columns.empty() ? -1 : columns[0];
  }

  void row(Size row) {
    Standing standing;
    const bool has_index = text(row, index_, "index", standing.index);
    if (code_ >= 0) standing.code = without_blanks(table_(row, code_));
    const bool has_period = period(row, standing.period);
    const bool has_unit = unit(row, standing.unit);
    standing.score = number(row, score_, "score", std::numeric_limits<double>::lowest());
    standing.rank = number(row, rank_, "rank", 1.0);
    standing.maximum = number(row, maximum_, "maximum", std::numeric_limits<double>::denorm_min());
    if (!has_index || !has_period || !has_unit) return;
    const auto [first, is_new] = first_.emplace(
        std::tuple(standing.index, standing.code, standing.period.text(), standing.unit), row);
    if (!is_new) {
      problems_.add("rows that stand twice", row, unit_,
                    fmt::format("{}{}{}, {}, {}", standing.index, standing.code.empty() ? "" : ":",
                                standing.code, standing.period.text(), standing.unit),
                    fmt::format("the standing is given twice, first in line {}",
                                table_.location(first->second).line),
                    "keep one row a node, period and unit");
      return;
    }
    rows_.push_back(std::move(standing));
  }

  bool text(Size row, Size column, std::string_view what, std::string& value) {
    value = without_blanks(table_(row, column));
    if (!value.empty()) return true;
    problems_.add(fmt::format("rows without {}", what), row, column, what,
                  fmt::format("expected the name of the {}, found nothing", what));
    return false;
  }

  bool period(Size row, Period& period) {
    try {
      period = Period(without_blanks(table_(row, period_)));
      return true;
    } catch (const SpecError& error) {
      problems_.add("unknown periods", row, period_, "period", error.problems().front().message);
      return false;
    }
  }

  // Spellings with the same key are one unit, under the official name or the first spelling.
  bool unit(Size row, std::string& unit) {
    if (!text(row, unit_, "unit", unit)) return false;
    const auto [known, is_new] = units_.try_emplace(unit);
    if (is_new) {
      try {
        const auto official = names_ == nullptr ? std::nullopt : names_->find(unit);
        const std::string name = official ? *official : unit;
        known->second = name_of_key_.try_emplace(match_key(name), name).first->second;
      } catch (const DataError& error) {
        problems_.add("ambiguous units", row, unit_, "unit", error.problems().front().message);
      }
    }
    unit = known->second;
    return !unit.empty();
  }

  // NaN for what is missing or, with a problem, what is no number or less than `least`.
  double number(Size row, Size column, std::string_view what, double least) {
    constexpr double missing = std::numeric_limits<double>::quiet_NaN();
    if (column < 0) return missing;
    const std::string_view cell = table_(row, column);
    double value = missing;
    const CellKind kind = read_cell(cell, '.', value);
    if (kind == CellKind::missing || says_not_applicable(cell)) return missing;
    if (kind != CellKind::number) {
      Problem problem = not_a_number(cell, kind, '.');
      problems_.add("numbers that cannot be read", row, column, what, std::move(problem.message),
                    std::move(problem.remedy));
    } else if (value < least) {
      problems_.add(
          fmt::format("a {} that cannot be", what), row, column, what,
          fmt::format("expected a {} that is {}, found {}", what,
                      column == rank_ ? "at least 1" : "more than 0", without_blanks(cell)));
    } else {
      return value;
    }
    return missing;
  }

  const Table& table_;
  const NameList* names_;
  CellProblems problems_;
  Size index_ = -1;
  Size code_ = -1;
  Size period_ = -1;
  Size unit_ = -1;
  Size score_ = -1;
  Size rank_ = -1;
  Size maximum_ = -1;
  std::vector<Standing> rows_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, Size> first_;
  std::unordered_map<std::string, std::string> units_;  // By spelling; empty: ambiguous.
  std::unordered_map<std::string, std::string> name_of_key_;
};

}  // namespace

Standings standings_from_table(const Table& table, const NameList* names) {
  return StandingsReader(table, names).read();
}

Standings read_standings(const std::filesystem::path& path, const NameList* names,
                         const CsvOptions& csv) {
  return standings_from_table(read_csv(path, csv), names);
}

}  // namespace chiso
