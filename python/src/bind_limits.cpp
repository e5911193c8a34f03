#include "bindings.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_plan.hpp"

namespace chiso::python {

void bind_limits(py::module_& m) {
  py::class_<InputLimits>(m, "InputLimits", "How much of a file is read.")
      .def(py::init<>())
      .def(py::init<const InputLimits&>(), "other"_a)
      .def_readwrite("definition_bytes", &InputLimits::definition_bytes)
      .def_readwrite("table_bytes", &InputLimits::table_bytes)
      .def_readwrite("depth", &InputLimits::depth)
      .def_readwrite("values", &InputLimits::values)
      .def_readwrite("text_bytes", &InputLimits::text_bytes)
      .def_readwrite("rows", &InputLimits::rows)
      .def_readwrite("columns", &InputLimits::columns)
      .def_readwrite("cells", &InputLimits::cells)
      .def_readwrite("cell_bytes", &InputLimits::cell_bytes)
      .def_readwrite("unpacked_bytes", &InputLimits::unpacked_bytes)
      .def_readwrite("formula_bytes", &InputLimits::formula_bytes)
      .def_readwrite("formula_nodes", &InputLimits::formula_nodes)
      .def_readwrite("formula_depth", &InputLimits::formula_depth)
      .def_readwrite("snapshot_bytes", &InputLimits::snapshot_bytes)
      .def_readwrite("snapshot_text_bytes", &InputLimits::snapshot_text_bytes)
      .def_readwrite("snapshot_values", &InputLimits::snapshot_values);
  m.attr("plan_limits") = plan_limits;
  m.attr("check_limits") = check_limits;
  m.attr("no_limits") = no_limits;
}

}  // namespace chiso::python
