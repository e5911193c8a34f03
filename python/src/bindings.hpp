#pragma once

#include <pybind11/eigen.h>
#include <pybind11/numpy.h>
#include <pybind11/operators.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/matrix.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/responsibility/progress.hpp"

/// The Python module chiso._core: conversions only. What needs thought is C++ in the library or a
/// frame in the Python face. Periods, enums and arrays are taken as they are, never guessed; the
/// face is where people's spellings are turned into them.
namespace chiso::python {

namespace py = pybind11;
using py::operator""_a;

/// As a list of the named tuple `Problem`.
py::list to_problems(const std::vector<Problem>& problems);

/// As datetime.date, or None.
py::object to_date(const std::optional<Date>& date);

/// Of a datetime.date. @throws what Python raises if it has no year, month and day.
Date from_date(const py::handle& date);

void bind_errors(py::module_& m);
void bind_base(py::module_& m);
void bind_limits(py::module_& m);
void bind_formula(py::module_& m);
void bind_kernels(py::module_& m);
void bind_model(py::module_& m);
void bind_panel(py::module_& m);
void bind_evaluate(py::module_& m);
void bind_check(py::module_& m);
void bind_check_baseline(py::module_& m);
void bind_plan(py::module_& m);
void bind_responsibility(py::module_& m);
void bind_scenario(py::module_& m);
void bind_draws(py::module_& m);
void bind_reach(py::module_& m);
void bind_optimize(py::module_& m);
void bind_robust(py::module_& m);
void bind_projection(py::module_& m);
void bind_io(py::module_& m);
void bind_snapshot(py::module_& m);

/// Hands memory to NumPy; nothing is copied. F-ordered, owned by the caller, writable.
template <class T>
py::array_t<T> to_numpy(std::unique_ptr<T[]> memory, Size rows, Size columns) {
  T* const data = memory.get();
  const py::capsule owner(data, [](void* p) { delete[] static_cast<T*>(p); });
  static_cast<void>(memory.release());  // The capsule owns it now.
  const auto size = static_cast<py::ssize_t>(sizeof(T));
  return py::array_t<T>({rows, columns}, {size, size * rows}, data, owner);
}

template <class T>
py::array_t<T> to_numpy(std::unique_ptr<std::vector<T>> memory, Size rows, Size columns) {
  T* const data = memory->data();
  const py::capsule owner(memory.get(), [](void* p) { delete static_cast<std::vector<T>*>(p); });
  static_cast<void>(memory.release());
  const auto size = static_cast<py::ssize_t>(sizeof(T));
  return py::array_t<T>({rows, columns}, {size, size * rows}, data, owner);
}

template <class T>
py::array_t<T> to_numpy(std::unique_ptr<T[]> memory, Size length) {
  T* const data = memory.get();
  const py::capsule owner(data, [](void* p) { delete[] static_cast<T*>(p); });
  static_cast<void>(memory.release());
  return py::array_t<T>({length}, {static_cast<py::ssize_t>(sizeof(T))}, data, owner);
}

/// Memory that is written before it is read.
template <class T>
std::unique_ptr<T[]> uninitialised(Size length) {
  return std::unique_ptr<T[]>(new T[static_cast<std::size_t>(length)]);
}

/// A read-only view into an immutable object, which it keeps alive.
template <class T>
py::array_t<T> view(std::span<const T> values, py::handle base) {
  py::array_t<T> array({static_cast<py::ssize_t>(values.size())},
                       {static_cast<py::ssize_t>(sizeof(T))}, values.data(), base);
  array.attr("flags").attr("writeable") = false;
  return array;
}

inline py::array_t<double> view(const MatrixView& values, py::handle base) {
  const auto size = static_cast<py::ssize_t>(sizeof(double));
  py::array_t<double> array({values.rows(), values.cols()}, {size, size * values.rows()},
                            values.data(), base);
  array.attr("flags").attr("writeable") = false;
  return array;
}

/// One field of each element as an array of its own.
template <class Range, class Field>
auto gathered(const Range& range, Field field) {
  using T = std::decay_t<decltype(std::invoke(field, *std::begin(range)))>;
  auto memory = uninitialised<T>(static_cast<Size>(std::size(range)));
  Size i = 0;
  for (const auto& element : range)
    memory[static_cast<std::size_t>(i++)] = std::invoke(field, element);
  return to_numpy(std::move(memory), i);
}

/// One field of each element as a list of texts.
template <class Range, class Field>
py::list texts(const Range& range, Field field) {
  py::list list(std::size(range));
  std::size_t i = 0;
  for (const auto& element : range) {
    const auto& text = std::invoke(field, element);
    const std::string_view view = text;
    list[i++] = py::str(view.data(), view.size());
  }
  return list;
}

/// One optional date of each element as an array of datetime64[D]; NaT: none.
template <class Range, class Field>
py::object days(const Range& range, Field field) {
  const auto array = gathered(range, [&](const auto& element) -> std::int64_t {
    const std::optional<Date> date = std::invoke(field, element);
    return date ? days_between({1970, 1, 1}, *date) : std::numeric_limits<std::int64_t>::min();
  });
  return array.attr("view")("datetime64[D]");
}

template <class T>
std::vector<T> to_vector(std::span<const T> values) {
  return {values.begin(), values.end()};
}

}  // namespace chiso::python
