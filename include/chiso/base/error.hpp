#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace chiso {

/// Where something stands in a text that a person wrote. Lines and columns count from 1; 0 =
/// unknown.
struct Location {
  std::string file;
  int line = 0;
  int column = 0;

  /// "file:line:column" as far as known.
  [[nodiscard]] std::string to_string() const;

  friend bool operator==(const Location&, const Location&) = default;
};

/// One thing that is wrong, where, and what to do about it.
struct Problem {
  Location location;
  std::string place;    ///< Node code, unit, variable, cell: the reader's own words; may be empty.
  std::string message;  ///< What was expected and what was found.
  std::string remedy;   ///< What to do; may be empty.

  /// "file:line:column: place: message; remedy".
  [[nodiscard]] std::string to_string() const;
};

/// Root of everything that the library throws on purpose.
///
/// `what()` is ready to be shown: one line a problem. `problems()` is the same as data and never
/// empty.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, std::string place = {});
  explicit Error(std::vector<Problem> problems);

  [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

  /// The place of the first problem: a node code, a unit, a cell; empty if none is at fault.
  [[nodiscard]] const std::string& where() const noexcept { return problems_.front().place; }

 private:
  std::vector<Problem> problems_;
};

/// The description of an index (or of a plan, a scenario ...) is wrong.
class SpecError : public Error {
 public:
  using Error::Error;
};

/// Data do not fit the description, or are not what they claim to be.
class DataError : public Error {
 public:
  using Error::Error;
};

/// A stored file is damaged, of a newer format, or not what it claims to be.
class ArchiveError : public Error {
 public:
  using Error::Error;
};

/// A name is not there. The message suggests the nearest one.
class NotFoundError : public Error {
 public:
  using Error::Error;
};

/// Collects problems, so that a reader learns of all at once.
class Problems {
 public:
  void add(Problem problem) { problems_.push_back(std::move(problem)); }
  void add(Location location, std::string place, std::string message, std::string remedy = {});

  [[nodiscard]] bool empty() const noexcept { return problems_.empty(); }
  [[nodiscard]] const std::vector<Problem>& list() const noexcept { return problems_; }

  /// @throws ErrorType with everything collected, in the order of the text, if there is anything.
  template <class ErrorType>
  void raise() {
    if (!problems_.empty()) throw ErrorType(sorted());
  }

 private:
  [[nodiscard]] std::vector<Problem> sorted() const;

  std::vector<Problem> problems_;
};

}  // namespace chiso
