#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "bindings.hpp"
#include "chiso/serialization/snapshot.hpp"
#include "chiso/serialization/study_difference.hpp"
#include "chiso/snapshot/study.hpp"
#include "chiso/snapshot/verify.hpp"

namespace chiso::python {

namespace {

namespace fs = std::filesystem;

// ---- values -------------------------------------------------------------------------------------

template <class... Types>
std::optional<StudyValue> value_in(py::handle object, std::type_identity<std::variant<Types...>>) {
  std::optional<StudyValue> found;
  const auto take = [&]<class T>(std::type_identity<T>) {
    if (!py::isinstance<T>(object)) return false;
    found.emplace(object.cast<const T&>());
    return true;
  };
  static_cast<void>((take(std::type_identity<Types>()) || ...));
  return found;
}

/// Not by a caster: what can be stored has no default.
StudyValue value_of(py::handle object) {
  if (auto found = value_in(object, std::type_identity<StudyValue>())) return std::move(*found);
  throw py::type_error("expected a value that can be stored, got " +
                       std::string(py::str(py::type::of(object))));
}

std::vector<StudyValue> values_of(const py::sequence& objects) {
  std::vector<StudyValue> values;
  for (const py::handle object : objects) values.push_back(value_of(object));
  return values;
}

py::object object_of(const StudyValue& value) {
  return std::visit([](const auto& one) { return py::cast(one); }, value);
}

/// Where the state of a value lies.
std::uintptr_t place_of(const py::handle& object) {
  return std::visit(
      []<class T>(const T& one) -> std::uintptr_t {
        const void* place = nullptr;
        if constexpr (std::is_same_v<T, Index>) place = &one.definition();
        if constexpr (std::is_same_v<T, Panel>) place = &one.units();
        if constexpr (std::is_same_v<T, Scores>) place = &one.anchors();
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): a number to compare.
        return reinterpret_cast<std::uintptr_t>(place);
      },
      value_of(object));
}

// ---- bytes --------------------------------------------------------------------------------------

/// The memory of any Python object that has some: bytes, arrays, buffers of pickles.
class Buffer {
 public:
  explicit Buffer(const py::buffer& object) {
    if (PyObject_GetBuffer(object.ptr(), &view_, PyBUF_SIMPLE) != 0) throw py::error_already_set();
  }
  ~Buffer() { PyBuffer_Release(&view_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  [[nodiscard]] std::string_view bytes() const {
    return {static_cast<const char*>(view_.buf), static_cast<std::size_t>(view_.len)};
  }

 private:
  Py_buffer view_{};
};

py::bytes to_bytes(const py::object& object, const py::sequence& known) {
  const StudyValue value = value_of(object);
  const std::vector<StudyValue> others = values_of(known);
  py::object made;
  const auto room = [&made](Size size) {
    const py::gil_scoped_acquire acquire;
    made = py::reinterpret_steal<py::object>(
        PyBytes_FromStringAndSize(nullptr, static_cast<py::ssize_t>(size)));
    if (!made) throw py::error_already_set();
    return PyBytes_AS_STRING(made.ptr());
  };
  {
    const py::gil_scoped_release release;
    chiso::to_bytes(value, others, room);
  }
  return py::reinterpret_steal<py::bytes>(made.release());
}

py::object from_bytes(const py::buffer& object, const py::sequence& known) {
  const Buffer buffer(object);
  const std::vector<StudyValue> others = values_of(known);
  const StudyValue value = [&] {
    const py::gil_scoped_release release;
    return value_from_bytes(buffer.bytes(), others, no_limits);  // A pickle is one's own.
  }();
  return object_of(value);
}

// ---- studies ------------------------------------------------------------------------------------

using Documents = std::vector<std::pair<std::string, std::string>>;

Study study_of(const std::vector<std::pair<std::string, py::object>>& parts, std::string version,
               std::string date, std::string note, Documents documents) {
  std::vector<StudyPart> stored;
  for (const auto& [name, object] : parts) stored.push_back({name, value_of(object)});
  StudyProvenance provenance{std::move(version), std::move(date), std::move(note), {}};
  for (auto& [name, text] : documents) {
    provenance.documents.push_back({std::move(name), std::move(text)});
  }
  return Study(std::move(stored), std::move(provenance));
}

py::dict finding_columns(const Study& self, int threads) {
  const std::vector<StudyFinding> found = [&] {
    const py::gil_scoped_release release;
    return verify(self, threads);
  }();
  using F = StudyFinding;
  py::dict columns;
  columns["part"] = texts(found, &F::part);
  columns["computed"] = gathered(found, &F::computed);
  columns["holds"] = gathered(found, &F::holds);
  columns["finding"] = texts(found, &F::text);
  return columns;
}

py::dict change_columns(const Study& self, const Study& other, Size most) {
  const std::vector<StudyChange> found = [&] {
    const py::gil_scoped_release release;
    return difference(self, other, most);
  }();
  using C = StudyChange;
  py::dict columns;
  columns["part"] = texts(found, &C::part);
  columns["place"] = texts(found, &C::place);
  columns["what"] = texts(found, &C::what);
  columns["before"] = texts(found, &C::before);
  columns["after"] = texts(found, &C::after);
  columns["change"] = gathered(found, &C::change);
  return columns;
}

void bind_studies(py::module_& m) {
  py::class_<Study>(m, "Study", "Definitions, data and results, kept together.")
      .def(py::init(&study_of), "parts"_a, "version"_a, "date"_a, "note"_a, "documents"_a,
           "Names and values; names and texts of documents. Raises SpecError.")
      .def_property_readonly(
          "parts",
          [](const Study& self) {
            py::list parts;
            for (const StudyPart& part : self.parts()) {
              parts.append(py::make_tuple(part.name, object_of(part.value)));
            }
            return parts;
          },
          "Names and values.")
      .def(
          "at", [](const Study& self, const std::string& name) { return object_of(self.at(name)); },
          "name"_a, "Raises NotFoundError with the nearest.")
      .def_property_readonly(
          "kinds",
          [](const Study& self) {
            return texts(self.parts(), [](const StudyPart& part) { return kind_of(part.value); });
          })
      .def(
          "descriptions",
          [](const Study& self) {
            std::vector<std::string> lines;
            for (const StudyPart& part : self.parts()) lines.push_back(describe(part.value));
            return lines;
          },
          "A line a part.")
      .def_property_readonly("version", [](const Study& self) { return self.provenance().version; })
      .def_property_readonly("date", [](const Study& self) { return self.provenance().date; })
      .def_property_readonly("note", [](const Study& self) { return self.provenance().note; })
      .def_property_readonly("documents",
                             [](const Study& self) {
                               Documents documents;
                               for (const auto& each : self.provenance().documents) {
                                 documents.emplace_back(each.name, each.text);
                               }
                               return documents;
                             })
      .def(
          "save", [](const Study& self, const fs::path& path) { save_snapshot(self, path); },
          "path"_a, py::call_guard<py::gil_scoped_release>(),
          "XML by the ending .xml. Raises NotFoundError, Error.")
      .def(
          "to_bytes",
          [](const Study& self) {
            const std::string bytes = [&] {
              const py::gil_scoped_release release;
              return chiso::to_bytes(self);
            }();
            return py::bytes(bytes);
          },
          "Equal studies have equal ones.")
      .def("verify", &finding_columns, "threads"_a, "Columns part, computed, holds, finding.")
      .def("difference", &change_columns, "other"_a, "most"_a,
           "Columns part, place, what, before, after, change.");
  m.def(
      "load_study",
      [](const fs::path& path, const InputLimits& limits) { return load_snapshot(path, limits); },
      "path"_a, "limits"_a = InputLimits(), py::call_guard<py::gil_scoped_release>(),
      "Raises NotFoundError, Error, ArchiveError.");
  m.def(
      "study_from_bytes",
      [](const py::buffer& object) {
        const Buffer buffer(object);
        const py::gil_scoped_release release;
        return study_from_bytes(buffer.bytes(), no_limits);
      },
      "snapshot"_a, "Raises ArchiveError.");
  m.def(
      "snapshot_head",
      [](const fs::path& path) {
        const SnapshotHead head = read_snapshot_head(path);
        const char* form = head.form == SnapshotForm::xml ? "xml" : "binary";
        return std::tuple(form, head.format, head.bytes, head.checksum);
      },
      "path"_a, py::call_guard<py::gil_scoped_release>(),
      "Form, format, bytes, checksum (may be empty). Raises as load_study does.");
}

}  // namespace

void bind_snapshot(py::module_& m) {
  m.def("to_bytes", &to_bytes, "value"_a, "known"_a,
        "A value alone, without those that it is made from and `from_bytes` is given.");
  m.def("from_bytes", &from_bytes, "snapshot"_a, "known"_a, "Raises ArchiveError.");
  m.def("place_of", &place_of, "value"_a,
        "Equal for copies of one index, panel or scores while any of them lives; else 0.");
  bind_studies(m);
}

}  // namespace chiso::python
