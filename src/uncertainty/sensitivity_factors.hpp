#pragma once

#include <span>
#include <vector>

#include "chiso/uncertainty/sensitivity.hpp"
#include "chiso/uncertainty/sources.hpp"

namespace chiso {

/// The factors of sources: each group where its first source stands, and every source that is in no
/// group as a factor of its own name.
/// @throws SpecError with every group that has no name, no sources, a source that there is not, one
///   that is in a group already, or the name of another factor
[[nodiscard]] std::vector<SensitivityFactor> factors_of(
    std::span<const Source> sources, std::span<const SensitivityOptions::Group> groups);

}  // namespace chiso
