#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/base/error.hpp"
#include "chiso/model/panel.hpp"

namespace chiso::python {

namespace {

using Numbers = py::array_t<double, py::array::forcecast>;
using Codes = py::array_t<std::int64_t, py::array::c_style>;
using Mask = py::array_t<bool, py::array::c_style>;

/// Fills a Panel from columns, one cell a row of units and periods that are given as positions in
/// lists of names. All of it runs on plain memory.
class ColumnReader {
 public:
  ColumnReader(std::string source, const std::vector<std::string>& units, const Codes& unit_of_row,
               const std::vector<Period>& periods, const Codes& period_of_row)
      : builder_(std::move(source)) {
    std::vector<Size> unit_positions;
    for (const auto& name : units) unit_positions.push_back(builder_.unit(name));
    std::vector<Size> period_positions;
    for (const auto& period : periods) period_positions.push_back(builder_.period(period));
    Problems problems;
    for (py::ssize_t row = 0; row < unit_of_row.size(); ++row) {
      const auto unit = static_cast<std::size_t>(unit_of_row.at(row));
      const auto period = static_cast<std::size_t>(period_of_row.at(row));
      rows_.emplace_back(unit_positions.at(unit), period_positions.at(period));
      if (!builder_.row(rows_.back().first, rows_.back().second)) {
        problems.add({}, units[unit],
                     "the unit has more than one row in period " + periods[period].text(),
                     "keep one, or give each its period");
      }
    }
    problems.raise<DataError>();
  }

  void numbers(const std::string& code, const Numbers& values) {
    const Size variable = builder_.number_variable(code);
    for_each_row(values, [&](const auto& row, double value) {
      builder_.set(row.first, variable, row.second, value);
    });
  }

  void categories(const std::string& code, const std::vector<std::string>& words,
                  const Codes& word_of_row) {
    const Size variable = builder_.category_variable(code);
    for_each_row(word_of_row, [&](const auto& row, std::int64_t word) {
      if (word < 0) return;
      builder_.set_category(row.first, variable, row.second,
                            words.at(static_cast<std::size_t>(word)));
    });
  }

  void standard_errors(const std::string& code, const Numbers& errors) {
    const Size variable = builder_.number_variable(code);
    for_each_row(errors, [&](const auto& row, double error) {
      if (error == error) builder_.set_standard_error(row.first, variable, row.second, error);
    });
  }

  /// After the values of the same variable.
  void not_applicable(const std::string& code, bool is_category, const Mask& mask) {
    const Size variable =
        is_category ? builder_.category_variable(code) : builder_.number_variable(code);
    for_each_row(mask, [&](const auto& row, bool marked) {
      if (marked) builder_.set_not_applicable(row.first, variable, row.second);
    });
  }

  Panel build() { return builder_.build(); }

 private:
  template <class Array, class Set>
  void for_each_row(const Array& values, Set set) const {
    if (values.ndim() != 1 || values.size() != static_cast<py::ssize_t>(rows_.size())) {
      throw DataError("expected a column of " + std::to_string(rows_.size()) + " rows, got " +
                      std::to_string(values.size()));
    }
    const auto at = values.template unchecked<1>();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      set(rows_[row], at(static_cast<py::ssize_t>(row)));
    }
  }

  Panel::Builder builder_;
  std::vector<std::pair<Size, Size>> rows_;
};

py::array_t<Size> not_applicable_cells(const Panel& self) {
  const auto cells = self.not_applicable();
  const auto count = static_cast<Size>(cells.size());
  auto memory = uninitialised<Size>(3 * count);
  for (Size i = 0; i < count; ++i) {
    const auto& cell = cells[static_cast<std::size_t>(i)];
    const auto at = static_cast<std::size_t>(i);
    const auto n = static_cast<std::size_t>(count);
    memory[at] = cell.unit;
    memory[at + n] = cell.variable;
    memory[at + 2 * n] = cell.period;
  }
  return to_numpy(std::move(memory), count, Size{3});
}

Size checked(Size position, Size size, const char* what) {
  if (position < 0 || position >= size) throw py::index_error(std::string("no such ") + what);
  return position;
}

Size checked_period(const Panel& self, Size period) {
  return checked(period, static_cast<Size>(self.periods().size()), "period");
}

Size checked_variable(const Panel& self, Size variable) {
  return checked(variable, self.variables().size(), "variable");
}

}  // namespace

void bind_panel(py::module_& m) {
  py::class_<ColumnReader>(m, "ColumnReader", R"doc(Makes a Panel from columns of rows.

Parameters
----------
source : str
    Where the data come from, for messages.
units : list of str
unit_of_row : numpy.ndarray of int64
    Position in `units` of each row.
periods : list of Period
period_of_row : numpy.ndarray of int64
    Position in `periods` of each row.

Raises
------
DataError
    If a unit has two rows in a period.
)doc")
      .def(py::init<std::string, const std::vector<std::string>&, const Codes&,
                    const std::vector<Period>&, const Codes&>(),
           "source"_a, "units"_a, py::arg("unit_of_row").noconvert(), "periods"_a,
           py::arg("period_of_row").noconvert())
      .def("numbers", &ColumnReader::numbers, "code"_a, py::arg("values").noconvert())
      .def("categories", &ColumnReader::categories, "code"_a, "words"_a,
           py::arg("word_of_row").noconvert(), "Position in `words` of each row; -1: missing.")
      .def("standard_errors", &ColumnReader::standard_errors, "code"_a,
           py::arg("errors").noconvert())
      .def("not_applicable", &ColumnReader::not_applicable, "code"_a, "is_category"_a,
           py::arg("mask").noconvert(), "After the values of the same variable.")
      .def("build", &ColumnReader::build, "The panel; the reader is empty afterwards.");

  py::class_<Panel>(m, "Panel", "Units x variables x periods; immutable, shared by its copies.")
      .def(py::init([](std::vector<std::string> units, std::vector<std::string> variables,
                       const MatrixIn& values, const Period& period) {
             const py::gil_scoped_release release;
             return Panel(std::move(units), std::move(variables), values, period);
           }),
           "units"_a, "variables"_a, py::arg("values").noconvert(), "period"_a)
      .def_property_readonly("units",
                             [](const Panel& self) { return to_vector(self.units().names()); })
      .def_property_readonly("variables",
                             [](const Panel& self) { return to_vector(self.variables().names()); })
      .def_property_readonly("periods", [](const Panel& self) { return to_vector(self.periods()); })
      .def("period_position", &Panel::period_position, "period"_a, "Raises NotFoundError.")
      .def(
          "variable_position",
          [](const Panel& self, const std::string& code) { return self.variables().at(code); },
          "code"_a, "Raises NotFoundError with the nearest.")
      .def(
          "column",
          [](const py::object& self, Size variable, Size period) {
            const auto& panel = self.cast<const Panel&>();
            return view(
                panel.column(checked_variable(panel, variable), checked_period(panel, period)),
                self);
          },
          "variable"_a, "period"_a, "One value a unit; a read-only view.")
      .def(
          "values",
          [](const py::object& self, Size period) {
            const auto& panel = self.cast<const Panel&>();
            return view(panel.values(checked_period(panel, period)), self);
          },
          "period"_a, "Units x variables, F-ordered; a read-only view.")
      .def(
          "has_units",
          [](const Panel& self, Size period) {
            checked_period(self, period);
            auto mask = uninitialised<bool>(self.units().size());
            for (Size u = 0; u < self.units().size(); ++u) {
              mask[static_cast<std::size_t>(u)] = self.has_unit(u, period);
            }
            return to_numpy(std::move(mask), self.units().size());
          },
          "period"_a, "Which units have a row in the period.")
      .def(
          "standard_errors",
          [](const py::object& self, Size variable, Size period) -> py::object {
            const auto& panel = self.cast<const Panel&>();
            const auto errors = panel.standard_errors(checked_variable(panel, variable),
                                                      checked_period(panel, period));
            if (errors.empty()) return py::none();
            return view(errors, self);
          },
          "variable"_a, "period"_a, "A read-only view, or None if the variable has none.")
      .def(
          "categories",
          [](const Panel& self, Size variable) {
            return to_vector(self.categories(checked_variable(self, variable)));
          },
          "variable"_a, "Words of a column of text; empty for numbers.")
      .def("not_applicable", &not_applicable_cells,
           "Positions of unit, variable, period: one row a cell.")
      .def_property_readonly("source", &Panel::source)
      .def("overlay", &Panel::overlay, "over"_a)
      .def(
          "select_units",
          [](const Panel& self, const std::vector<std::string>& units) {
            return self.select_units(units);
          },
          "units"_a)
      .def_property_readonly("fingerprint", &Panel::fingerprint)
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def("__hash__", [](const Panel& self) { return py::hash(py::str(self.fingerprint())); })
      .def("__copy__", [](const Panel& self) { return self; })
      .def(
          "__deepcopy__", [](const Panel& self, const py::dict&) { return self; }, "memo"_a);
}

}  // namespace chiso::python
