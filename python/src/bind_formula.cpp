#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/formula/render.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso::python {

namespace {

using Column = py::array_t<double, py::array::c_style>;
using Titles = std::map<std::string, std::string, std::less<>>;

NameText text_of(const Titles& titles) {
  return [&titles](std::string_view name) {
    const auto found = titles.find(name);
    return found == titles.end() ? std::string(name) : found->second;
  };
}

Language language_of(bool vi) { return vi ? Language::vi : Language::en; }

void bind_symbols(py::module_& m) {
  py::class_<FormulaSymbols>(m, "FormulaSymbols", "What the names in a formula stand for.")
      .def(py::init<>())
      .def(
          "variable",
          [](FormulaSymbols& self, std::string name, double lower, double upper,
             std::vector<std::string> categories) {
            self.names[std::move(name)] = {
                Interval::closed(lower, upper), std::move(categories), {}};
          },
          "name"_a, "lower"_a, "upper"_a, "categories"_a,
          "Adds a variable with the values that data may have; categories from worst to best.")
      .def(
          "parameter",
          [](FormulaSymbols& self, std::string name, double value) {
            self.names[std::move(name)] = {{}, {}, value};
          },
          "name"_a, "value"_a, "Adds a parameter.")
      .def_readwrite("maximum", &FormulaSymbols::maximum);
}

void bind_program(py::module_& m) {
  py::class_<FormulaProgram>(m, "FormulaProgram", "A formula ready to run.")
      .def(py::init<const Formula&, const FormulaSymbols&>(), "formula"_a, "symbols"_a,
           "Raises SpecError.")
      .def_property_readonly(
          "inputs",
          [](const FormulaProgram& self) {
            py::list inputs;
            for (const auto& each : self.inputs()) {
              inputs.append(py::make_tuple(each.variable, each.previous));
            }
            return inputs;
          },
          "Pairs of a variable and whether that of the period before is meant.")
      .def(
          "evaluate",
          [](const FormulaProgram& self, const std::vector<Column>& columns, Size rows) {
            std::vector<const double*> pointers;
            for (const Column& column : columns) {
              if (column.ndim() != 1 || column.shape(0) != rows) {
                throw py::type_error("expected columns of one dimension and as many rows");
              }
              pointers.push_back(column.data());
            }
            Column result(rows);
            double* const out = result.mutable_data();
            {
              const py::gil_scoped_release release;
              self.evaluate(pointers, rows, out);
            }
            return result;
          },
          py::arg("columns").noconvert(), "rows"_a,
          "One value a row; columns are read in place and must not change meanwhile.");
}

}  // namespace

void bind_formula(py::module_& m) {
  py::class_<Formula>(m, "Formula", "The syntax tree of a formula.")
      .def(py::init([](const std::string& text) { return Formula(text); }), "text"_a,
           "Raises SpecError.")
      .def_property_readonly("text", &Formula::text, "As it was written.")
      .def_property_readonly("names", &Formula::names)
      .def(
          "to_latex",
          [](const Formula& self, bool vi, const Titles& titles) {
            return to_latex(self, language_of(vi), text_of(titles));
          },
          "vi"_a, "titles"_a)
      .def(
          "to_words",
          [](const Formula& self, bool vi, const Titles& titles) {
            return to_words(self, language_of(vi), text_of(titles));
          },
          "vi"_a, "titles"_a)
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def("__hash__",
           [](const Formula& self) { return std::hash<std::string>{}(to_string(self)); })
      .def("__str__", [](const Formula& self) { return to_string(self); });
  bind_symbols(m);
  bind_program(m);
}

}  // namespace chiso::python
