#include <pybind11/pybind11.h>

#include <string>

#include "chiso/version.hpp"

PYBIND11_MODULE(_core, module) { module.attr("__version__") = std::string(chiso::version()); }
