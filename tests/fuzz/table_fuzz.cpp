// Any text is either refused or a table, which is printed and read again; and what the first letter
// names it: a panel, panels, standings, a list of names, the data of COINr.

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "cells.hpp"
#include "chiso/io/coinr.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/read_standings.hpp"
#include "chiso/normalize/describe.hpp"
#include "chiso/responsibility/projected_targets.hpp"
#include "fuzz.hpp"
#include "small_data.hpp"

namespace {

using chiso::Panel;
using chiso::Size;
using chiso::Table;
using chiso::fuzz::accepted;
using chiso::fuzz::must;

bool same_cells(const Table& a, const Table& b) {
  if (a.rows() != b.rows() || a.columns() != b.columns()) return false;
  for (Size row = 0; row < a.rows(); ++row) {
    for (Size column = 0; column < a.columns(); ++column) {
      if (a(row, column) != b(row, column)) return false;
    }
  }
  return true;
}

void print(const Table& table) {
  for (const char delimiter : {',', ';', '\t'}) {
    chiso::CsvStyle style;
    style.delimiter = delimiter;
    if (delimiter == ';') style.line_end = "\r\n";
    chiso::CsvOptions options;
    options.delimiter = delimiter;
    must(same_cells(chiso::parse_csv(chiso::to_csv(table, style), {}, options), table),
         "printed and read, it is another");
  }
  const Table sheet = chiso::fuzz::as_sheet(table);
  must(same_cells(sheet, table), "as a spreadsheet, it is another");
  for (Size row = 0; row < table.rows(); ++row) {
    const Size column = row % table.columns();
    const chiso::Location place = table.location(row, column);
    must(place.line > 0 && place.column > 0, "a cell stands nowhere");
    must(!sheet.cell_name(row, column).empty(), "a cell of a spreadsheet has no name");
  }
}

/// A definition that reads the first columns of numbers and of words.
chiso::IndexDefinition definition_of(const Panel& panel) {
  chiso::IndexDefinition definition;
  definition.index = "demo";
  definition.edition = "1";
  definition.tree.code = "demo";
  for (Size i = 0; i < std::min<Size>(panel.variables().size(), 4); ++i) {
    if (!panel.categories(i).empty()) continue;
    chiso::Criterion leaf;
    leaf.code = "leaf" + std::to_string(i);
    leaf.measure = chiso::Measure::of(panel.variables()[i]);
    leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(chiso::Normaliser{}));
    definition.tree.children.push_back(leaf);
  }
  return definition;
}

void use(const Panel& panel) {
  must(panel == panel.overlay(panel), "laid over itself, a panel is another");
  const auto names = panel.units().names();
  const std::vector<std::string> units(names.begin(), names.end());
  must(panel.select_units(units) == panel, "all units are not all");
  must(panel.fingerprint() == panel.overlay(panel).fingerprint(), "two fingerprints of one panel");
  for (Size period = 0; period < std::ssize(panel.periods()); ++period) {
    for (Size variable = 0; variable < panel.variables().size(); ++variable) {
      const auto column = panel.column(variable, period);
      must(std::none_of(column.begin(), column.end(), [](double x) { return std::isinf(x); }),
           "a value is infinite");
      (void)chiso::describe(column);
    }
  }
  const auto index = accepted([&] { return chiso::Index(definition_of(panel)); });
  if (!index) return;
  for (const chiso::Period& period : panel.periods()) {
    (void)accepted([&] { return chiso::Evaluator(*index).score(panel, {.period = period}); });
  }
}

void use(const chiso::Standings& standings) {
  for (const chiso::CriterionRef& node : standings.nodes()) {
    for (const chiso::Period& period : standings.periods(node.index, node.code)) {
      const auto rows = standings.units(node.index, node.code, period);
      must(!rows.empty(), "a period without a row");
      (void)chiso::score_at_rank(rows, 2.0);
      for (const chiso::Standing* row : rows) {
        must(standings.find(node.index, node.code, period, row->unit) == row, "a row is not found");
      }
    }
    (void)accepted([&] { return chiso::history_of(standings, node.index, node.code); });
  }
}

void use(const chiso::NameList& names) {
  for (const auto& entry : names.entries()) {
    must(names.find(entry.name) == entry.name, "a name is not its own");
    for (const std::string& alias : entry.aliases) {
      must(names.find(alias) == entry.name, "an alias is another's");
    }
  }
}

void use(const std::vector<std::pair<std::string, Panel>>& versions) {
  for (const auto& [name, panel] : versions) use(panel);
}

template <class Read>
void try_one(const Read& read) {
  if (const auto value = accepted(read)) use(*value);
}

void read_as(char letter, const Table& table) {
  static const chiso::NameList names({{"Thanh H\u00f3a", {"TH", "Thanh Hoa"}}, {"An", {}}});
  chiso::PanelOptions options;
  switch (letter) {
    case 'p':
      return try_one([&] { return chiso::panel_from_table(table); });
    case 'o':
      options.decimal = ',';
      options.names = &names;
      options.unknown_units = chiso::UnknownUnits::error;
      options.period = chiso::Period(2020);
      return try_one([&] { return chiso::panel_from_table(table, options); });
    case 'v':
      options.names = &names;
      return try_one([&] { return chiso::panels_from_table(table, options); });
    case 's':
      return try_one([&] { return chiso::standings_from_table(table, &names); });
    case 'n':
      return try_one([&] { return chiso::names_from_table(table); });
    case 'd':
      return try_one([&] { return chiso::panel_from_coinr(table); });
    case 'e':
      return try_one([&] {
        return chiso::panel_from_coinr(
            table, {.period = chiso::Period(2020), .units_by_name = true, .keep_text = true});
      });
    default:
      return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const chiso::fuzz::Choice choice(chiso::fuzz::text_of(data, size));
  for (const bool pad : {false, true}) {
    const auto table = accepted([&] {
      return chiso::parse_csv(std::string(choice.rest), "table.csv", {.pad_short_rows = pad});
    });
    if (!table) continue;
    print(*table);
    read_as(choice.letter, choice.sheet ? chiso::fuzz::as_sheet(*table) : *table);
    if (!pad) break;  // Short rows aside it is the same.
  }
  return 0;
}
