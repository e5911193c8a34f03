#include "chiso/base/error.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/shown.hpp"

namespace chiso {

namespace {

std::string lines_of(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& problem : problems) {
    if (!text.empty()) text += '\n';
    text += problem.to_string();
  }
  return text;
}

}  // namespace

std::string Location::to_string() const {
  std::string name = shown(file);  // A problem is a line, whatever files are called.
  if (line <= 0) return name;
  if (name.empty()) {
    return column > 0 ? fmt::format("line {}, column {}", line, column)
                      : fmt::format("line {}", line);
  }
  return column > 0 ? fmt::format("{}:{}:{}", name, line, column)
                    : fmt::format("{}:{}", name, line);
}

std::string Problem::to_string() const {
  std::string text = location.to_string();
  for (const std::string& part : {shown(place), message}) {
    if (part.empty()) continue;
    if (!text.empty()) text += ": ";
    text += part;
  }
  if (!remedy.empty()) text += "; " + remedy;
  return text;
}

Error::Error(const std::string& message, std::string place)
    : Error(std::vector<Problem>(1, Problem{Location{}, std::move(place), message, {}})) {}

Error::Error(std::vector<Problem> problems)
    : std::runtime_error(lines_of(problems)), problems_(std::move(problems)) {
  assert(!problems_.empty());
  if (problems_.empty()) problems_.emplace_back();
}

void Problems::add(Location location, std::string place, std::string message, std::string remedy) {
  add(Problem{std::move(location), std::move(place), std::move(message), std::move(remedy)});
}

std::vector<Problem> Problems::sorted() const {
  std::vector<Problem> problems = problems_;
  const auto position = [](const Problem& problem) {
    return std::tie(problem.location.file, problem.location.line, problem.location.column);
  };
  std::stable_sort(problems.begin(), problems.end(),
                   [&](const Problem& a, const Problem& b) { return position(a) < position(b); });
  return problems;
}

}  // namespace chiso
