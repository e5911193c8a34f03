#include <exception>
#include <string>
#include <string_view>

#include "bindings.hpp"
#include "chiso/base/error.hpp"

namespace chiso::python {

namespace {

// Translators cannot capture. The types live as long as the interpreter.
py::handle g_problem;
py::handle g_error;
py::handle g_spec;
py::handle g_data;
py::handle g_archive;
py::handle g_not_found;

py::handle make(py::module_& m, const char* name, const py::tuple& bases, const char* doc) {
  const std::string qualified = "chiso." + std::string(name);
  PyObject* type = PyErr_NewExceptionWithDoc(qualified.c_str(), doc, bases.ptr(), nullptr);
  if (type == nullptr) throw py::error_already_set();
  m.add_object(name, type);  // Our own reference is kept for ever: translators outlive modules.
  return type;
}

py::object positive(int number) { return number > 0 ? py::object(py::int_(number)) : py::none(); }

// What is not UTF-8 (names of files may be so) is shown byte by byte, not a second error.
py::object text_of(std::string_view text) {
  return py::reinterpret_steal<py::object>(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace"));
}

void raise(py::handle type, const Error& error) {
  const py::object value = type(text_of(error.what()));
  value.attr("where") = text_of(error.where());
  value.attr("problems") = to_problems(error.problems());
  PyErr_SetObject(type.ptr(), value.ptr());
}

}  // namespace

py::list to_problems(const std::vector<Problem>& problems) {
  py::list list;
  for (const Problem& p : problems) {
    list.append(g_problem(text_of(p.location.file), positive(p.location.line),
                          positive(p.location.column), text_of(p.place), text_of(p.message),
                          text_of(p.remedy)));
  }
  return list;
}

void bind_errors(py::module_& m) {
  const auto builtin = [](PyObject* type) { return py::reinterpret_borrow<py::object>(type); };

  py::object problem =
      py::module_::import("collections")
          .attr("namedtuple")(
              "Problem", py::make_tuple("file", "line", "column", "place", "message", "remedy"),
              "module"_a = "chiso");
  problem.attr("__doc__") =
      "One thing that is wrong, where, and what to do about it.\n\n"
      "`line` and `column` count from 1; None where unknown.";
  g_problem = problem.inc_ref();
  m.attr("Problem") = problem;

  g_error = make(m, "Error", py::make_tuple(builtin(PyExc_Exception)),
                 "Base class of everything chiso raises.\n\n"
                 "Attributes\n----------\n"
                 "where : str\n    Node code, unit or cell of the first problem, or ''.\n"
                 "problems : list of Problem\n    Everything that is wrong, not only the first.");
  const auto error = py::reinterpret_borrow<py::object>(g_error);
  error.attr("where") = "";  // For errors raised from Python.
  error.attr("problems") = py::tuple();
  g_spec = make(m, "SpecError", py::make_tuple(error, builtin(PyExc_ValueError)),
                "The description of an index is wrong.");
  g_data = make(m, "DataError", py::make_tuple(error, builtin(PyExc_ValueError)),
                "Data do not fit the description, or are not what they claim to be.");
  g_archive = make(m, "ArchiveError", py::make_tuple(error, builtin(PyExc_ValueError)),
                   "A stored file is damaged, of a newer format, or not what it claims to be.");
  g_not_found = make(m, "NotFoundError", py::make_tuple(error, builtin(PyExc_LookupError)),
                     "A name is not there; the message suggests the nearest one.");

  py::register_local_exception_translator(
      [](std::exception_ptr p) {  // NOLINT(performance-unnecessary-value-param)
        try {
          if (p) std::rethrow_exception(p);
        } catch (const SpecError& e) {
          raise(g_spec, e);
        } catch (const DataError& e) {
          raise(g_data, e);
        } catch (const ArchiveError& e) {
          raise(g_archive, e);
        } catch (const NotFoundError& e) {
          raise(g_not_found, e);
        } catch (const Error& e) {
          raise(g_error, e);
        }
      });
}

}  // namespace chiso::python
