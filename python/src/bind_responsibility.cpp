#include "bindings.hpp"

namespace chiso::python {

void bind_responsibility(py::module_& m) { static_cast<void>(m); }

}  // namespace chiso::python
