#pragma once

#include <string_view>

#include "chiso/plan/plan.hpp"

/// Which standings are of an index of a plan.
namespace chiso {

/// Whether `name` is an edition of `family`: "pci-2013" of "pci", but "papi-indicators" is another
/// family than "papi".
[[nodiscard]] inline bool is_edition(std::string_view name, std::string_view family) noexcept {
  return name.size() > family.size() + 1 && name.starts_with(family) &&
         name[family.size()] == '-' && name[family.size() + 1] >= '0' &&
         name[family.size() + 1] <= '9';
}

/// 0 is the nearest; -1: another index.
[[nodiscard]] inline int nearness(std::string_view name, const PlanIndex& index) noexcept {
  if (name == index.key) return 0;
  if (name == index.definition) return 1;
  return is_edition(name, index.definition) || is_edition(index.definition, name) ? 2 : -1;
}

}  // namespace chiso
