#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bindings.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/labels.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/text.hpp"

namespace chiso::python {

py::object to_date(const std::optional<Date>& date) {
  if (!date) return py::none();
  return py::module_::import("datetime").attr("date")(date->year, date->month, date->day);
}

Date from_date(const py::handle& date) {
  return {date.attr("year").cast<int>(), date.attr("month").cast<int>(),
          date.attr("day").cast<int>()};
}

void bind_base(py::module_& m) {
  py::class_<Period>(m, "Period",
                     R"doc(What an observation is of: a year, half, quarter, month or day.

Parameters
----------
text : int or str
    ``2019``, ``"2019"``, ``"2019-H2"``, ``"2019-Q3"``, ``"2019-07"`` or ``"2019-07-01"``.

Raises
------
SpecError
    If it is none of these.
)doc")
      .def(py::init<int>(), "year"_a)
      .def(py::init<std::string_view>(), "text"_a)
      .def_property_readonly("text", &Period::text, "As definitions and data write it.")
      .def_property_readonly(
          "first_day", [](const Period& self) { return to_date(self.first_day()); },
          "First day of the period.")
      .def_property_readonly(
          "last_day", [](const Period& self) { return to_date(self.last_day()); },
          "Last day of the period; what is in force then counts.")
      .def(py::self == py::self)  // NOLINT(misc-redundant-expression): the operator's binding.
      .def(py::self < py::self)   // NOLINT(misc-redundant-expression)
      .def("__hash__", [](const Period& self) { return std::hash<std::string>{}(self.text()); })
      .def("__str__", &Period::text)
      .def("__repr__", [](const Period& self) { return "Period('" + self.text() + "')"; })
      .def(py::pickle([](const Period& self) { return self.text(); },
                      [](const std::string& text) { return Period(text); }));

  py::class_<NameList>(m, "NameList", R"doc(Official names with their aliases.

Parameters
----------
entries : list of (str, list of str)
    Names and what else they are called.

Raises
------
SpecError
    If a spelling belongs to two names.
)doc")
      .def(py::init([](const std::vector<std::pair<std::string, std::vector<std::string>>>& list) {
             std::vector<NameList::Entry> entries;
             for (const auto& [name, aliases] : list) entries.push_back({name, aliases});
             return NameList(std::move(entries));
           }),
           "entries"_a)
      .def_property_readonly(
          "names",
          [](const NameList& self) {
            std::vector<std::string> names;
            for (const auto& entry : self.entries()) names.push_back(entry.name);
            return names;
          },
          "The official names.")
      .def("find", &NameList::find, "spelling"_a, "The official name of a spelling, or None.")
      .def("at", &NameList::at, "spelling"_a, R"doc(The official name of a spelling.

Raises
------
NotFoundError
    If it matches none; with the nearest name.
DataError
    If it matches two.
)doc");

  m.def(
      "parse_date", [](std::string_view text) { return to_date(parse_date(text)); }, "text"_a,
      "A day written 2022-08-26. Raises SpecError.");
  m.def(
      "display_width", [](std::string_view text) { return display_width(text); }, "text"_a,
      "Number of terminal columns that `text` takes.");
  m.def(
      "number_text", [](double value) { return to_string(value); }, "value"_a,
      "The shortest decimal text that reads back as the same number.");
}

}  // namespace chiso::python
