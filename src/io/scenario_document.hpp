#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/scenario/scenario.hpp"
#include "io/edit_document.hpp"

/// The format of scenarios around their edits.
namespace chiso {

/// The scenarios that a document says: one, or those of the list `scenarios`.
/// @throws SpecError with every problem.
[[nodiscard]] std::vector<Scenario> scenarios_from(const Node& root, const std::string& file,
                                                   const Definitions& definitions);

/// @param catalogue as write_edit().
[[nodiscard]] Node write_scenarios(const std::vector<Scenario>& scenarios,
                                   const std::filesystem::path* catalogue);

}  // namespace chiso
