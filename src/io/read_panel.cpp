#include "chiso/io/read_panel.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"
#include "io/panel_reader.hpp"

namespace chiso {

namespace {

constexpr Size kNone = -1;
constexpr std::string_view kErrorSuffix = ".se";

std::size_t index_of(Size i) noexcept { return static_cast<std::size_t>(i); }

// A column of the table with its standard errors.
struct Variable {
  std::string name;
  Size column = kNone;
  Size error_column = kNone;
  std::vector<Size> rows;  // Of a long table: those that are its own.
};

// The things that rows are of, by the texts of their cells: few texts, many rows.
template <class Value>
class Cache {
 public:
  // The value of a text; `find` is asked once for each.
  template <class Find>
  Value& at(std::string_view text, const Find& find) {
    if (const auto known = values_.find(text); known != values_.end()) return known->second;
    return values_.emplace(text, find(text)).first->second;
  }

 private:
  std::unordered_map<std::string_view, Value> values_;
};

class PanelReader {
 public:
  PanelReader(const Table& table, const PanelOptions& options, const PanelLayout& layout)
      : table_(table), options_(options), layout_(layout), problems_(table) {}

  std::vector<std::pair<std::string, Panel>> read() {
    if (options_.decimal != '.' && options_.decimal != ',') {
      throw DataError(
          fmt::format("expected '.' or ',' as decimal sign, got '{}'", options_.decimal),
          table_.source());
    }
    if (table_.rows() == 0) {
      problems_.add({}, "expected a heading and rows, found nothing");
      problems_.raise<DataError>();
    }
    heading();
    problems_.raise<DataError>();  // Without a sound heading the rows mean nothing.
    rows();
    if (versions_.empty()) problems_.raise<DataError>();
    expect_room();
    for (Variable& variable : variables_) fill(variable);
    problems_.raise<DataError>();
    std::vector<std::pair<std::string, Panel>> panels;
    for (auto& version : versions_) {
      panels.emplace_back(std::move(version.name), version.builder.build());
    }
    return panels;
  }

 private:
  struct Version {
    std::string name;
    Panel::Builder builder;
    std::unordered_map<std::uint64_t, Size> row_of;  // By unit and period.
    Size units = 0;
    Size periods = 0;
  };

  // What a row is of; the unit is kNone if the row is not to be read.
  struct RowOf {
    Size version = 0;
    Size unit = kNone;
    Size period = 0;
  };

  // A panel has a place for every unit, variable and period, whether the table says anything of it:
  // a short table that mentions each only once would fill any memory.
  void expect_room() const {
    constexpr double always = 10e6;
    constexpr double each_cell = 100.0;
    double places = 0.0;
    for (const Version& version : versions_) {
      places += static_cast<double>(version.units) * static_cast<double>(version.periods) *
                static_cast<double>(variables_.size());
    }
    const double most = always + each_cell * static_cast<double>(table_.rows()) *
                                     static_cast<double>(table_.columns());
    if (places <= most) return;
    throw DataError({Problem{
        {table_.source(), 0, 0},
        {},
        fmt::format(
            "the table has {} cells, and its units, variables and periods would need {:.0f} "
            "places",
            table_.rows() * table_.columns(), places),
        "look for a column that is taken for units, variables or periods by mistake"}});
  }

  // ---- Heading
  // -----------------------------------------------------------------------------------

  void heading() {
    const Headings headings(table_);
    is_long_ = layout_.may_be_long && headings.find("variable") >= 0 && headings.find("value") >= 0;
    unit_ = key_column(headings, layout_.unit);
    period_ = key_column(headings, layout_.period);
    version_ = key_column(headings, layout_.version);
    for (const std::string_view heading : layout_.ignored) {
      ignored_.push_back(key_column(headings, heading));
    }
    if (unit_ < 0) {
      problems_.add(std::string(layout_.unit),
                    fmt::format("expected a column '{}', found {}", layout_.unit,
                                quoted_list(headings.names())),
                    fmt::format("head the column of units '{}'{}", layout_.unit,
                                suggestion(layout_.unit, headings.names())));
    }
    if (period_ < 0 && !options_.period) {
      problems_.add(std::string(layout_.period),
                    fmt::format("expected a column '{}', found {}", layout_.period,
                                quoted_list(headings.names())),
                    "add the column, or say of which period the whole table is");
    }
    if (period_ >= 0 && options_.period) {
      problems_.add(std::string(layout_.period),
                    fmt::format("the table has a column '{}', and yet the period {} was given for "
                                "all of it",
                                layout_.period, options_.period->text()),
                    "give none");
    }
    if (is_long_) {
      long_heading(headings);
    } else {
      wide_heading(headings);
    }
  }

  Size key_column(const Headings& headings, std::string_view name) {
    if (name.empty()) return kNone;
    const auto columns = headings.all(name);
    for (std::size_t i = 1; i < columns.size(); ++i) twice(name, columns[0], columns[i]);
    return columns.empty() ? kNone : columns[0];
  }

  void twice(std::string_view name, Size first, Size second) {
    problems_.add("columns that stand twice", 0, second, name,
                  fmt::format("the column '{}' stands twice, as columns {} and {}", name, first + 1,
                              second + 1),
                  "remove or rename one");
  }

  // A column of which nothing is used may lack a heading.
  bool is_unused(const Headings& headings, Size column) {
    if (!headings.names()[index_of(column)].empty()) return false;
    for (Size row = 1; row < table_.rows(); ++row) {
      if (without_blanks(table_(row, column)).empty()) continue;
      problems_.add("columns without heading", 0, column, {},
                    fmt::format("column {} has no heading, but cells (the first in line {})",
                                column + 1, table_.location(row, column).line),
                    "name the variable or remove the column");
      break;
    }
    return true;
  }

  void wide_heading(const Headings& headings) {
    std::unordered_map<std::string_view, Size> position;
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string& name = headings.names()[index_of(column)];
      if (column == unit_ || column == period_ || column == version_ || is_ignored(column)) {
        continue;
      }
      if (is_unused(headings, column)) continue;
      if (const auto [known, is_new] = position.emplace(name, column); !is_new) {
        twice(name, known->second, column);
      }
    }
    for (Size column = 0; column < table_.columns(); ++column) {
      const std::string& name = headings.names()[index_of(column)];
      if (const auto known = position.find(name);
          known == position.end() || known->second != column || is_error_of(name, position)) {
        continue;
      }
      const auto error = position.find(name + std::string(kErrorSuffix));
      variables_.push_back({name, column, error == position.end() ? kNone : error->second, {}});
    }
    if (variables_.empty() && position.empty()) {
      problems_.add({}, "expected at least one column of a variable, found none",
                    "add a column a variable");
    }
  }

  [[nodiscard]] bool is_ignored(Size column) const {
    return std::find(ignored_.begin(), ignored_.end(), column) != ignored_.end();
  }

  static bool is_error_of(std::string_view name,
                          const std::unordered_map<std::string_view, Size>& position) {
    return name.ends_with(kErrorSuffix) &&
           position.contains(name.substr(0, name.size() - kErrorSuffix.size()));
  }

  void long_heading(const Headings& headings) {
    variable_ = key_column(headings, "variable");
    value_ = key_column(headings, "value");
    error_ = key_column(headings, "standard_error");
    for (Size column = 0; column < table_.columns(); ++column) {
      if (column == unit_ || column == period_ || column == version_ || column == variable_ ||
          column == value_ || column == error_ || is_unused(headings, column)) {
        continue;
      }
      const std::vector<std::string> known{"unit",     "period", "version",
                                           "variable", "value",  "standard_error"};
      const std::string& name = headings.names()[index_of(column)];
      if (std::any_of(known.begin(), known.end(), [&](const std::string& heading) {
            return match_key(heading) == match_key(name);
          })) {
        continue;  // Stands twice, which was said.
      }
      problems_.add("columns that a long table has not", 0, column, name,
                    fmt::format("a table with the columns 'variable' and 'value' has no column "
                                "'{}'{}",
                                name, suggestion(name, known)),
                    "remove it; each variable has its own rows");
    }
  }

  // ---- Rows
  // --------------------------------------------------------------------------------------

  void rows() {
    row_of_.assign(index_of(table_.rows()), {});
    bool is_empty = true;
    for (Size row = 1; row < table_.rows(); ++row) {
      if (is_empty_row(table_, row)) continue;
      is_empty = false;
      RowOf& of = row_of_[index_of(row)];
      const Size unit = unit_at(row);
      const Period* period = period_at(row);
      Version* version = version_at(row, of.version);
      if (unit == kNone || period == nullptr || version == nullptr) continue;
      of.period = version->builder.period(*period);
      const Size position = version->builder.unit(units_[index_of(unit)]);
      version->units = std::max(version->units, position + 1);
      version->periods = std::max(version->periods, of.period + 1);
      if (is_long_) {
        of.unit = position;
        version->builder.row(position, of.period);
        long_row(row);
      } else if (is_first(*version, position, of.period, row, units_[index_of(unit)], *period)) {
        of.unit = position;
        version->builder.row(position, of.period);
      }
    }
    if (is_empty) problems_.add({}, "expected rows below the heading, found none");
  }

  Size unit_at(Size row) {
    const std::string_view text = without_blanks(table_(row, unit_));
    if (text.empty()) {
      problems_.add("rows without unit", row, unit_, layout_.unit,
                    "expected the name of a unit, found nothing");
      return kNone;
    }
    return unit_cache_.at(text,
                          [&](std::string_view spelling) { return find_unit(spelling, row); });
  }

  // The position of a unit; kNone, with a problem, if it must not be.
  Size find_unit(std::string_view spelling, Size row) {
    std::string name(spelling);
    if (options_.names != nullptr) {
      try {
        if (options_.unknown_units == UnknownUnits::error) {
          name = options_.names->at(spelling);
        } else if (auto official = options_.names->find(spelling)) {
          name = *std::move(official);
        }
      } catch (const Error& error) {
        problems_.add("unknown units", row, unit_, layout_.unit, error.problems().front().message,
                      "correct the name, or add it to the list of names");
        return kNone;
      }
    }
    const auto [known, is_new] =
        unit_of_key_.emplace(match_key(name), static_cast<Size>(units_.size()));
    if (is_new) units_.push_back(std::move(name));
    return known->second;
  }

  const Period* period_at(Size row) {
    if (period_ < 0) return &*options_.period;
    const std::string_view text = without_blanks(table_(row, period_));
    const auto& found = period_cache_.at(text, [&](std::string_view cell) -> FoundPeriod {
      try {
        return {Period(cell), {}};
      } catch (const SpecError& error) {
        return {{}, error.problems().front().message};
      }
    });
    if (found.period) return &*found.period;
    problems_.add("unknown periods", row, period_, layout_.period, found.message);
    return nullptr;
  }

  Version* version_at(Size row, Size& position) {
    const std::string_view text =
        version_ < 0 ? std::string_view() : without_blanks(table_(row, version_));
    if (version_ >= 0 && text.empty()) {
      problems_.add("rows without version", row, version_, layout_.version,
                    "expected the name of a version, found nothing");
      return nullptr;
    }
    position = version_cache_.at(text, [&](std::string_view name) {
      versions_.push_back({std::string(name), Panel::Builder(table_.source()), {}});
      return static_cast<Size>(versions_.size()) - 1;
    });
    return &versions_[index_of(position)];
  }

  bool is_first(Version& version, Size unit, Size period, Size row, const std::string& name,
                const Period& text) {
    const auto [first, is_new] = version.row_of.emplace(key(unit, period), row);
    if (is_new) return true;
    const std::string_view here = without_blanks(table_(row, unit_));
    const std::string_view there = without_blanks(table_(first->second, unit_));
    const std::string where = fmt::format("{}, {}", name, text.text()) +
                              (version.name.empty() ? "" : ", " + version.name);
    problems_.add("units that stand twice", row, unit_, where,
                  here == there ? fmt::format("the unit stands twice, first in line {}",
                                              table_.location(first->second, unit_).line)
                                : fmt::format("'{}' and '{}' in line {} are the same unit", here,
                                              there, table_.location(first->second, unit_).line),
                  "keep one row a unit and period");
    return false;
  }

  static std::uint64_t key(Size a, Size b) noexcept {
    return (static_cast<std::uint64_t>(a) << 32U) | static_cast<std::uint64_t>(b);
  }

  void long_row(Size row) {
    const std::string_view name = without_blanks(table_(row, variable_));
    if (name.empty()) {
      problems_.add("rows without variable", row, variable_, "variable",
                    "expected the code of a variable, found nothing");
      return;
    }
    const Size position = variable_cache_.at(name, [&](std::string_view code) {
      variables_.push_back({std::string(code), value_, error_, {}});
      return static_cast<Size>(variables_.size()) - 1;
    });
    variables_[index_of(position)].rows.push_back(row);
  }

  // ---- Cells
  // -------------------------------------------------------------------------------------

  [[nodiscard]] std::string place(const Variable& variable, Size row) const {
    return fmt::format("{}, {}", variable.name, without_blanks(table_(row, unit_)));
  }

  // All rows of a wide table; its own of a long one.
  template <class Visit>
  void for_rows(const Variable& variable, const Visit& visit) {
    if (is_long_) {
      for (const Size row : variable.rows) visit(row);
      return;
    }
    for (Size row = 1; row < table_.rows(); ++row) {
      if (row_of_[index_of(row)].unit != kNone) visit(row);
    }
  }

  void fill(Variable& variable) {
    if (is_long_) drop_repeated(variable);
    // One pass sorts the cells, so that words are looked at only where there are some.
    std::vector<double> numbers;
    std::vector<Size> words;
    std::vector<Size> not_applicable;
    Size number_count = 0;
    for_rows(variable, [&](Size row) {
      const std::string_view text = table_(row, variable.column);
      double value = 0.0;
      const CellKind kind = read_cell(text, options_.decimal, value);
      numbers.push_back(value);
      if (kind == CellKind::number) {
        ++number_count;
      } else if (kind == CellKind::text) {
        const bool is_applicable = word_cache_.at(
            without_blanks(text), [](std::string_view word) { return !says_not_applicable(word); });
        (is_applicable ? words : not_applicable).push_back(row);
      } else if (kind != CellKind::missing) {
        Problem problem = not_a_number(text, kind, options_.decimal);
        problems_.add("numbers that cannot be read", row, variable.column, place(variable, row),
                      std::move(problem.message), std::move(problem.remedy));
      }
    });
    if (!words.empty() && number_count > 0) {
      mixed(variable, words, number_count);
      return;
    }
    if (!words.empty() && !layout_.keep_words) return;
    for (Version& version : versions_) {
      if (words.empty()) {
        version.builder.number_variable(variable.name);
      } else {
        version.builder.category_variable(variable.name);
      }
    }
    // A variable has the same position in every version.
    const Size position = words.empty() ? versions_[0].builder.number_variable(variable.name)
                                        : versions_[0].builder.category_variable(variable.name);
    std::size_t next = 0;
    for_rows(variable, [&](Size row) {
      const RowOf& of = row_of_[index_of(row)];
      const double value = numbers[next++];
      if (!std::isnan(value)) {
        versions_[index_of(of.version)].builder.set(of.unit, position, of.period, value);
      }
    });
    for (const Size row : words) {
      const RowOf& of = row_of_[index_of(row)];
      versions_[index_of(of.version)].builder.set_category(
          of.unit, position, of.period, without_blanks(table_(row, variable.column)));
    }
    for (const Size row : not_applicable) {
      const RowOf& of = row_of_[index_of(row)];
      versions_[index_of(of.version)].builder.set_not_applicable(of.unit, position, of.period);
    }
    if (variable.error_column >= 0) standard_errors(variable, position, !words.empty());
  }

  void mixed(const Variable& variable, const std::vector<Size>& words, Size number_count) {
    for (const Size row : words) {
      problems_.add(
          "words in columns of numbers", row, variable.column, place(variable, row),
          fmt::format("expected a number, as in {} other cell{} of '{}', found '{}'", number_count,
                      number_count == 1 ? "" : "s", variable.name,
                      without_blanks(table_(row, variable.column))),
          "leave the cell empty, or write NA, if the value is missing; a column of categories has "
          "no numbers");
    }
  }

  void standard_errors(const Variable& variable, Size position, bool is_category) {
    for_rows(variable, [&](Size row) {
      const std::string_view text = table_(row, variable.error_column);
      double value = 0.0;
      const CellKind kind = read_cell(text, options_.decimal, value);
      if (kind == CellKind::missing) return;
      if (kind == CellKind::text && says_not_applicable(text)) return;
      const auto fault = [&](std::string message, std::string remedy) {
        problems_.add("standard errors", row, variable.error_column,
                      fmt::format("standard error of {}", place(variable, row)), std::move(message),
                      std::move(remedy));
      };
      if (kind != CellKind::number) {
        Problem problem = not_a_number(text, kind, options_.decimal);
        fault(std::move(problem.message), std::move(problem.remedy));
      } else if (value < 0.0) {
        fault(fmt::format("expected a standard error that is not negative, found {}",
                          without_blanks(text)),
              {});
      } else if (is_category) {
        fault("a column of categories has no standard errors", "remove it");
      } else {
        const RowOf& of = row_of_[index_of(row)];
        versions_[index_of(of.version)].builder.set_standard_error(of.unit, position, of.period,
                                                                   value);
      }
    });
  }

  // Of several rows for the same cell the first is kept; the others are problems.
  void drop_repeated(Variable& variable) {
    std::vector<std::unordered_map<std::uint64_t, Size>> first_row(versions_.size());
    const auto is_repeated = [&](Size row) {
      const RowOf& of = row_of_[index_of(row)];
      const auto [first, is_new] =
          first_row[index_of(of.version)].emplace(key(of.unit, of.period), row);
      if (is_new) return false;
      const std::string_view here = without_blanks(table_(row, unit_));
      const std::string_view there = without_blanks(table_(first->second, unit_));
      const int line = table_.location(first->second, unit_).line;
      problems_.add("values that stand twice", row, variable.column, place(variable, row),
                    here == there ? fmt::format("the value stands twice, first in line {}", line)
                                  : fmt::format("'{}' and '{}' in line {} are the same unit", here,
                                                there, line),
                    "keep one row a unit, period and variable");
      return true;
    };
    std::erase_if(variable.rows, is_repeated);
  }

  struct FoundPeriod {
    std::optional<Period> period;
    std::string message;
  };

  const Table& table_;
  const PanelOptions& options_;
  const PanelLayout& layout_;
  CellProblems problems_;

  bool is_long_ = false;
  Size unit_ = kNone;
  Size period_ = kNone;
  Size version_ = kNone;
  Size variable_ = kNone;
  Size value_ = kNone;
  Size error_ = kNone;
  std::vector<Size> ignored_;
  std::vector<Variable> variables_;

  std::vector<Version> versions_;
  std::vector<RowOf> row_of_;
  std::vector<std::string> units_;
  std::unordered_map<std::string, Size> unit_of_key_;
  Cache<Size> unit_cache_;
  Cache<FoundPeriod> period_cache_;
  Cache<Size> version_cache_;
  Cache<Size> variable_cache_;
  Cache<bool> word_cache_;
};

}  // namespace

std::vector<std::pair<std::string, Panel>> panels_from_table(const Table& table,
                                                             const PanelOptions& options,
                                                             const PanelLayout& layout) {
  return PanelReader(table, options, layout).read();
}

std::vector<std::pair<std::string, Panel>> panels_from_table(const Table& table,
                                                             const PanelOptions& options) {
  return panels_from_table(table, options, PanelLayout{});
}

Panel panel_from_table(const Table& table, const PanelOptions& options) {
  auto panels = panels_from_table(table, options);
  if (panels.size() > 1) {
    std::vector<std::string> names;
    for (const auto& [name, panel] : panels) names.push_back(name);
    Problems problems;
    problems.add({table.source(), 0, 0}, "version",
                 fmt::format("expected one version of the data, found {}: {}", names.size(),
                             quoted_list(names)),
                 "read_panels reads them side by side; else keep the rows of one");
    problems.raise<DataError>();
  }
  return std::move(panels.front().second);
}

Panel read_panel(const std::filesystem::path& path, const PanelOptions& options,
                 const CsvOptions& csv) {
  return panel_from_table(read_csv(path, csv), options);
}

std::vector<std::pair<std::string, Panel>> read_panels(const std::filesystem::path& path,
                                                       const PanelOptions& options,
                                                       const CsvOptions& csv) {
  return panels_from_table(read_csv(path, csv), options);
}

}  // namespace chiso
