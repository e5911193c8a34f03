#pragma once

#include <exception>
#include <utility>

#include "bindings.hpp"

namespace chiso::python {

/// Lets Python take part in long work that runs without the interpreter's lock: Ctrl-C and whatever
/// a caller's progress raises stop it, and are raised when it has ended.
class Watch {
 public:
  explicit Watch(py::object progress) : progress_(std::move(progress)) {}

  /// Runs work without the lock.
  template <class Work>
  auto run(const Work& work) {
    auto found = [&] {
      const py::gil_scoped_release release;
      return work();
    }();
    if (error_) std::rethrow_exception(error_);
    return found;
  }

  /// What the work calls now and then. False stops it.
  template <class... Numbers>
  [[nodiscard]] bool go_on(Numbers... numbers) {
    const py::gil_scoped_acquire acquire;
    if (error_) return false;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (progress_.is_none()) return true;
      const py::object answer = progress_(numbers...);
      return !answer.is(py::bool_(false));
    } catch (const py::error_already_set&) {
      error_ = std::current_exception();
      return false;
    }
  }

 private:
  py::object progress_;
  std::exception_ptr error_;
};

}  // namespace chiso::python
