#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/table.hpp"

namespace chiso::python {

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(const Table& table) {
  Rows rows(static_cast<std::size_t>(table.rows()));
  for (Size r = 0; r < table.rows(); ++r) {
    for (Size c = 0; c < table.columns(); ++c) {
      rows[static_cast<std::size_t>(r)].emplace_back(table(r, c));
    }
  }
  return rows;
}

PanelOptions panel_options(const NameList* names, bool strict, char decimal,
                           std::optional<Period> period) {
  return {names, strict ? UnknownUnits::error : UnknownUnits::keep, decimal, std::move(period)};
}

void bind_tables(py::module_& m) {
  py::class_<Table>(m, "Table", "A table of texts, each cell with its place.")
      .def(py::init([](std::string source, const Rows& rows, Size first_row, Size first_column) {
             return Table(std::move(source), rows, first_row, first_column);
           }),
           "source"_a, "rows"_a, "first_row"_a = 1, "first_column"_a = 1,
           "A part of a spreadsheet; its first cell stands in this row and column, from 1.")
      .def_property_readonly(
          "heading",
          [](const Table& self) {
            std::vector<std::string> cells;
            for (Size c = 0; self.rows() > 0 && c < self.columns(); ++c) {
              cells.emplace_back(self(0, c));
            }
            return cells;
          },
          "The cells of the first row.")
      .def_property_readonly("rows", &rows_of)
      .def_property_readonly("source", &Table::source);

  m.def(
      "read_csv",
      [](const std::filesystem::path& path) {
        const py::gil_scoped_release release;
        return read_csv(path);
      },
      "path"_a, "A CSV file as texts. Raises DataError, NotFoundError.");
  m.def(
      "to_csv", [](const Table& table) { return to_csv(table); }, "table"_a);
  m.def(
      "write_file",
      [](const std::filesystem::path& path, const std::string& content) {
        const py::gil_scoped_release release;
        write_file_atomically(path, content);
      },
      "path"_a, "content"_a, "Writes all of it or nothing. Raises Error.");
}

}  // namespace

void bind_io(py::module_& m) {
  bind_tables(m);

  m.def("names_from_table", &names_from_table, "table"_a,
        "Official names from the columns `name` and `aliases`. Raises DataError.");
  m.def(
      "panel_from_table",
      [](const Table& table, const NameList* names, bool strict, char decimal,
         std::optional<Period> period) {
        const py::gil_scoped_release release;
        return panel_from_table(table, panel_options(names, strict, decimal, std::move(period)));
      },
      "table"_a, "names"_a = py::none(), "strict"_a = false, "decimal"_a = '.',
      "period"_a = py::none(), "Data, wide or long. Raises DataError with every problem.");
  m.def(
      "panels_from_table",
      [](const Table& table, const NameList* names, bool strict, char decimal,
         std::optional<Period> period) {
        const py::gil_scoped_release release;
        return panels_from_table(table, panel_options(names, strict, decimal, std::move(period)));
      },
      "table"_a, "names"_a = py::none(), "strict"_a = false, "decimal"_a = '.',
      "period"_a = py::none(), "Versions and their data. Raises DataError with every problem.");
}

}  // namespace chiso::python
