#include "uncertainty/sensitivity_factors.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"

namespace chiso {
namespace {

constexpr Size no_group = -1;

/// By source: the position of its group.
std::vector<Size> groups_of(std::span<const Source> sources,
                            std::span<const SensitivityOptions::Group> groups, Problems& problems) {
  std::vector<std::string> names;
  for (const Source& source : sources) names.push_back(name(source));
  std::vector<Size> group_of(sources.size(), no_group);
  for (Size g = 0; g < std::ssize(groups); ++g) {
    const SensitivityOptions::Group& group = groups[at(g)];
    const auto refuse = [&](std::string text, std::string remedy = {}) {
      problems.add({}, fmt::format("factors, '{}'", group.name), std::move(text),
                   std::move(remedy));
    };
    if (group.name.empty()) refuse("a factor has no name", "call it by what its sources share");
    if (group.sources.empty()) refuse("expected the names of its sources, got none");
    for (const std::string& member : group.sources) {
      const auto found = std::find(names.begin(), names.end(), member);
      if (found == names.end()) {
        refuse(fmt::format("there is no source '{}'; there are: {}", member, join(names, ", ")));
        continue;
      }
      Size& its = group_of[at(found - names.begin())];
      if (its != no_group) {
        refuse(fmt::format("the source '{}' is in '{}' already", member, groups[at(its)].name),
               "name each once: a source moves with one factor");
        continue;
      }
      its = g;
    }
  }
  return group_of;
}

}  // namespace

std::vector<SensitivityFactor> factors_of(std::span<const Source> sources,
                                          std::span<const SensitivityOptions::Group> groups) {
  Problems problems;
  const std::vector<Size> group_of = groups_of(sources, groups, problems);
  std::vector<SensitivityFactor> factors;
  std::vector<Size> factor_of(groups.size(), -1);
  std::set<std::string> names;
  for (Size s = 0; s < std::ssize(sources); ++s) {
    const Size group = group_of[at(s)];
    if (group != no_group && factor_of[at(group)] >= 0) {
      factors[at(factor_of[at(group)])].sources.push_back(s);
      continue;
    }
    if (group != no_group) factor_of[at(group)] = std::ssize(factors);
    factors.push_back({group == no_group ? name(sources[at(s)]) : groups[at(group)].name, {s}});
    // Sources of one name without groups are a problem of the sources, and told as one.
    if (!names.insert(factors.back().name).second && !groups.empty()) {
      problems.add({}, fmt::format("factors, '{}'", factors.back().name),
                   "another factor has this name", "a source in no group keeps its own");
    }
  }
  problems.raise<SpecError>();
  return factors;
}

}  // namespace chiso
