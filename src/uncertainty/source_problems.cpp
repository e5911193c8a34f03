#include "uncertainty/source_problems.hpp"

#include <fmt/core.h>

#include "base/nearest.hpp"
#include "chiso/scenario/edit.hpp"

namespace chiso {

void SourceProblems::raise() {
  if (count() == 0) return;
  if (not_found_ == count()) problems_.raise<NotFoundError>();
  if (spec_ == count()) problems_.raise<SpecError>();
  problems_.raise<DataError>();
}

std::vector<Size> met_by(const std::string& pattern, const Labels& labels, std::string_view what,
                         SourceProblems& problems) {
  if (const auto exact = labels.find(pattern)) return {*exact};
  if (pattern.find_first_of("*?") == std::string::npos) {
    static_cast<void>(known(pattern, labels, what, problems));
    return {};
  }
  std::vector<Size> met;
  for (Size i = 0; i < labels.size(); ++i) {
    if (matches(pattern, labels[i])) met.push_back(i);
  }
  if (met.empty()) problems.not_found(fmt::format("the pattern '{}' meets no {}", pattern, what));
  return met;
}

Size known(const std::string& name, const Labels& labels, std::string_view what,
           SourceProblems& problems) {
  if (const auto position = labels.find(name)) return *position;
  problems.not_found(
      fmt::format("there is no {} '{}'{}", what, name, nearest_or_all(name, labels.names())));
  return -1;
}

}  // namespace chiso
