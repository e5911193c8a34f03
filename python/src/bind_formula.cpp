#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bindings.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/formula/render.hpp"
#include "chiso/formula/symbols.hpp"
#include "chiso/io/limits.hpp"

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
          [](FormulaSymbols& self, std::string name, const std::string& bounds,
             std::vector<std::string> categories) {
            const Interval interval = bounds.empty() ? Interval() : parse_interval(bounds);
            self.names[std::move(name)] = {interval, std::move(categories), {}};
          },
          "name"_a, "bounds"_a, "categories"_a,
          "Adds a variable with the values that data may have (\"[0, 100]\", empty: any); "
          "categories "
          "from worst to best. Raises SpecError.")
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

// ---- analysis -----------------------------------------------------------------------------------

std::string_view name(Proof proof) {
  switch (proof) {
    case Proof::proven:
      return "proven";
    case Proof::refuted:
      return "refuted";
    case Proof::open:
      return "open";
  }
  return {};
}

/// Pairs of a name and its value, and all of them as a text.
py::tuple example_of(const FormulaExample& example, const FormulaSymbols& symbols) {
  py::list pairs;
  for (const auto& [name, value] : example) pairs.append(py::make_tuple(name, value));
  return py::make_tuple(pairs, to_string(example, symbols));
}

py::tuple range_of(const Formula& formula, const FormulaSymbols& symbols) {
  const FormulaRange range = [&] {
    const py::gil_scoped_release release;
    return formula_range(formula, symbols);
  }();
  return py::make_tuple(range.lowest, range.highest, name(range.inside),
                        example_of(range.example, symbols), range.value);
}

py::tuple trend_of(const Formula& formula, const FormulaSymbols& symbols,
                   const std::string& variable, bool falls) {
  const FormulaTrend trend = [&] {
    const py::gil_scoped_release release;
    return formula_trend(formula, symbols, variable,
                         falls ? FormulaDirection::falls : FormulaDirection::rises);
  }();
  return py::make_tuple(name(trend.proof), example_of(trend.lower, symbols),
                        example_of(trend.upper, symbols), trend.at_lower, trend.at_upper);
}

py::list findings_of(const Formula& formula, const FormulaSymbols& symbols) {
  const std::vector<FormulaFinding> findings = [&] {
    const py::gil_scoped_release release;
    return check_formula(formula, symbols);
  }();
  py::list list;
  for (const FormulaFinding& each : findings) {
    const Location location = location_of(formula, each.span);
    const auto part = formula.text().substr(each.span.begin, each.span.end - each.span.begin);
    list.append(py::make_tuple(name(each.kind), part, location.line, location.column, each.message,
                               each.remedy, example_of(each.example, symbols)));
  }
  return list;
}

void bind_analysis(py::module_& m) {
  m.def("formula_range", &range_of, "formula"_a, "symbols"_a,
        "Lowest, highest, proof of being within [0, maximum], example, its value.");
  m.def("formula_trend", &trend_of, "formula"_a, "symbols"_a, "variable"_a, "falls"_a,
        "Proof, lower and upper example, their values.");
  m.def("check_formula", &findings_of, "formula"_a, "symbols"_a,
        "Kind, part of the text, line, column, message, remedy, example of each finding.");
}

}  // namespace

void bind_formula(py::module_& m) {
  py::class_<Formula>(m, "Formula", "The syntax tree of a formula.")
      .def(py::init([](const std::string& text, const InputLimits& limits) {
             return Formula(text, limits.formula());
           }),
           "text"_a, "limits"_a = InputLimits{}, "Raises SpecError.")
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
  bind_analysis(m);
}

}  // namespace chiso::python
