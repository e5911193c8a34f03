#include "chiso/io/names.hpp"

#include <fmt/core.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/cells.hpp"

namespace chiso {

NameList names_from_table(const Table& table) {
  CellProblems problems(table);
  const Headings headings(table);
  const Size name_column = headings.find("name");
  const Size alias_column = headings.find("aliases");
  if (name_column < 0) {
    problems.add("name",
                 fmt::format("expected a column 'name' and perhaps one 'aliases', found {}",
                             quoted_list(headings.names())),
                 fmt::format("head the column of official names 'name'{}",
                             suggestion("name", headings.names())));
    problems.raise<DataError>();
  }
  std::vector<NameList::Entry> entries;
  std::unordered_map<std::string, std::size_t> owners;  // By key, the entry.
  std::vector<Size> rows;                               // By entry.
  for (Size row = 1; row < table.rows(); ++row) {
    if (is_empty_row(table, row)) continue;
    NameList::Entry entry{std::string(without_blanks(table(row, name_column))), {}};
    if (entry.name.empty()) {
      problems.add("names that are empty", row, name_column, {}, "expected a name, found nothing");
      continue;
    }
    const std::size_t position = entries.size();
    const auto take = [&](const std::string& spelling, Size column) {
      const auto [known, is_new] = owners.emplace(match_key(spelling), position);
      if (!is_new && (known->second != position || column == name_column)) {
        problems.add(
            "spellings of two names", row, column, entry.name,
            fmt::format("'{}' already belongs to '{}' in line {}", spelling,
                        entries[known->second].name, table.location(rows[known->second]).line),
            "remove it from one of them");
      }
      return is_new;
    };
    take(entry.name, name_column);
    std::string_view rest = alias_column < 0 ? "" : table(row, alias_column);
    while (!rest.empty()) {
      const auto bar = rest.find('|');
      std::string alias(without_blanks(rest.substr(0, bar)));
      if (!alias.empty() && take(alias, alias_column)) entry.aliases.push_back(std::move(alias));
      rest = bar == std::string_view::npos ? "" : rest.substr(bar + 1);
    }
    entries.push_back(std::move(entry));
    rows.push_back(row);
  }
  problems.raise<DataError>();
  return NameList(std::move(entries));
}

NameList read_names(const std::filesystem::path& path, const CsvOptions& csv) {
  return names_from_table(read_csv(path, csv));
}

}  // namespace chiso
