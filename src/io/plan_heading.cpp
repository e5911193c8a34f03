#include "io/plan_heading.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "chiso/base/text.hpp"
#include "io/form_number.hpp"

namespace chiso {

namespace {

class HeadingReader {
 public:
  explicit HeadingReader(const Table& table, std::span<const std::string> ignored,
                         CellProblems& problems)
      : table_(table), ignored_(ignored), problems_(problems) {}

  PlanTableHeading read() {
    constexpr Size most_rows = 40;
    for (Size row = 0; row < std::min(table_.rows(), most_rows); ++row) {
      if (!read_heading(row)) continue;
      check_columns();
      return std::move(heading_);
    }
    problems_.add(
        {},
        "expected a heading with a column of tasks and others that a plan has, found "
        "none in the first 40 rows",
        "head the columns as an annex does: STT, Nhi\u1ec7m v\u1ee5, C\u01a1 quan ch\u1ee7 "
        "tr\u00ec, C\u01a1 quan ph\u1ed1i h\u1ee3p, Th\u1eddi gian ho\u00e0n th\u00e0nh, "
        "S\u1ea3n ph\u1ea9m (no., task, lead, coordinate, due, product)");
    return {};
  }

 private:
  [[nodiscard]] std::string_view cell(Size row, Size column) const {
    return without_dash(without_blanks(table_(row, column)));
  }

  bool read_heading(Size row) {
    std::vector<PlanTableColumn> columns;
    Size known = 0;
    bool has_title = false;
    const bool has_second = has_second_row(row);
    std::string_view spread;  // A heading that was merged over several columns.
    for (Size i = 0; i < table_.columns(); ++i) {
      std::string_view above = cell(row, i);
      const std::string_view below = has_second ? cell(row + 1, i) : std::string_view();
      if (!above.empty()) spread = above;
      PlanTableColumn column{
          i, {}, one_line(below.empty() ? above : below), below.empty() ? row : row + 1};
      if (const auto found = find_column(spread, above, below)) {
        column.heading = *found;
        ++known;
        has_title |= column.cell() == PlanCell::title || column.cell() == PlanCell::criteria;
      }
      columns.push_back(std::move(column));
    }
    if (!has_title || known < 2) return false;
    heading_.columns = std::move(columns);
    heading_.first_row = row + (has_second ? 2 : 1);
    heading_.row = row;
    if (heading_.first_row < table_.rows() && numbers_columns(heading_.first_row))
      ++heading_.first_row;
    return true;
  }

  [[nodiscard]] std::optional<PlanHeading> find_column(std::string_view spread,
                                                       std::string_view above,
                                                       std::string_view below) const {
    if (below.empty()) return words_.find(above);
    if (auto found = words_.find(fmt::format("{} {}", spread, below))) return found;
    return words_.find(below);
  }

  // Whether the next row only divides headings of this one.
  [[nodiscard]] bool has_second_row(Size row) const {
    if (row + 1 >= table_.rows()) return false;
    bool divides = false;
    std::string_view spread;
    for (Size i = 0; i < table_.columns(); ++i) {
      if (!cell(row, i).empty()) spread = cell(row, i);
      const std::string_view below = cell(row + 1, i);
      if (below.empty() || below == cell(row, i)) continue;
      const auto found = find_column(spread, {}, below);
      if (!found || found->column->cell == PlanCell::title ||
          found->column->cell == PlanCell::number) {
        return false;
      }
      divides = true;
    }
    return divides;
  }

  // A row below the heading may number the columns: 1, 2, 3 or (1), (2), (3).
  [[nodiscard]] bool numbers_columns(Size row) const {
    Size numbers = 0;
    for (Size i = 0; i < table_.columns(); ++i) {
      if (cell(row, i).empty()) continue;
      const auto number = read_form_number(cell(row, i));
      if (!number || number->parts.size() != 1) return false;
      ++numbers;
    }
    return numbers > 2;
  }

  [[nodiscard]] bool has_cells(Size column) const {
    for (Size row = heading_.first_row; row < table_.rows(); ++row) {
      if (!cell(row, column).empty()) return true;
    }
    return false;
  }

  [[nodiscard]] bool is_ignored(const std::string& name) const {
    return std::any_of(ignored_.begin(), ignored_.end(),
                       [&](const auto& each) { return match_key(each) == match_key(name); });
  }

  void check_columns() {
    bool has_title = std::any_of(
        heading_.columns.begin(), heading_.columns.end(), [](const PlanTableColumn& column) {
          return column.heading.column != nullptr && column.cell() == PlanCell::title;
        });
    std::map<std::tuple<PlanCell, std::string_view, std::string>, std::string> first;
    std::vector<PlanTableColumn> kept;
    for (PlanTableColumn& column : heading_.columns) {
      const bool is_empty = !has_cells(column.column);
      if (is_empty && (column.name.empty() || column.heading.column == nullptr)) continue;
      if (!column.name.empty() && is_ignored(column.name)) continue;
      if (column.heading.column == nullptr) {
        unknown_column(column);
        continue;
      }
      // What is to be done may stand under "criteria"; a second such column then has the codes.
      if (!has_title && column.cell() == PlanCell::criteria) {
        const std::string_view language = column.heading.is_vietnamese ? "vi" : "en";
        for (const PlanColumn& each : plan_columns()) {
          if (each.cell == PlanCell::title && each.key == language) column.heading.column = &each;
        }
        has_title = true;
      }
      if (column.cell() == PlanCell::maximum) {
        if (is_empty) continue;
        problems_.add(
            "columns that a plan cannot hold", column.row, column.column, column.name,
            "the most points of a criterion belong to the definition of its index, not to a plan",
            how_to_ignore(column.name));
        continue;
      }
      const auto [known, is_new] =
          first.emplace(std::tuple(column.cell(), column.key(), column.heading.year), column.name);
      if (!is_new) {
        problems_.add(
            "columns that stand twice", column.row, column.column, column.name,
            fmt::format("the columns '{}' and '{}' are read as the same", known->second,
                        column.name),
            column.cell() == PlanCell::title
                ? "head the column of the parts of the plan 'L\u0129nh v\u1ef1c' (area), or join "
                  "the two"
                : "join the two, or remove one");
        continue;
      }
      switch (column.cell()) {
        case PlanCell::number:
          heading_.number = column.column;
          break;
        case PlanCell::code:
          heading_.code = column.column;
          break;
        case PlanCell::area:
          heading_.area = column.column;
          break;
        case PlanCell::title:
          heading_.titles.push_back(column.column);
          break;
        default:
          break;
      }
      kept.push_back(std::move(column));
    }
    heading_.columns = std::move(kept);
  }

  void unknown_column(const PlanTableColumn& column) {
    if (column.name.empty()) {
      problems_.add("columns without heading", column.row, column.column, {},
                    fmt::format("column {} has no heading, but cells", column.column + 1),
                    "head it, or remove it");
      return;
    }
    const std::string near = words_.near(column.name);
    problems_.add("unknown columns", column.row, column.column, column.name,
                  fmt::format("unknown column '{}'{}", column.name, near),
                  near.empty() ? "head it as docs/plans.md has it, or " + how_to_ignore(column.name)
                               : how_to_ignore(column.name));
  }

  const Table& table_;
  std::span<const std::string> ignored_;
  CellProblems& problems_;
  PlanHeadings words_;
  PlanTableHeading heading_;
};

}  // namespace

PlanTableHeading read_plan_heading(const Table& table, std::span<const std::string> ignored,
                                   CellProblems& problems) {
  return HeadingReader(table, ignored, problems).read();
}

std::string how_to_ignore(std::string_view name) {
  return fmt::format("remove the column, or say that '{}' is to be ignored", name);
}

}  // namespace chiso
