#include "bindings.hpp"
#include "chiso/io/shipped.hpp"

namespace chiso::python {

void bind_io(py::module_& m) {
  m.def("shipped_folder", &shipped_folder, "The folder of what ships with the library.");
}

}  // namespace chiso::python
