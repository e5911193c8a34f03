#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/plan/plan.hpp"

/// Plans in YAML, as docs/plans.md describes them.
namespace chiso {

/// What a plan may have more of than an index: a task takes 200 to 600 bytes.
/// @hideinitializer
inline constexpr InputLimits plan_limits{.definition_bytes = 32 << 20, .values = 3'000'000};

/// Reads and validates a plan.
///
/// @throws SpecError with every problem at once, each with line and column; NotFoundError if there
///         is no such file, Error if it cannot be read.
[[nodiscard]] Plan load_plan(const std::filesystem::path& path,
                             const InputLimits& limits = plan_limits);

/// The same from a text.
/// @param file the name of its origin for messages; may be empty.
[[nodiscard]] Plan parse_plan(std::string_view yaml, std::string_view file = {},
                              const InputLimits& limits = plan_limits);

/// The plan in its canonical form; parse_plan gives an equal plan. Comments are not kept.
[[nodiscard]] std::string to_yaml(const Plan& plan);

/// Writes the canonical form, replacing a file as a whole or not at all.
/// @throws NotFoundError if the folder does not exist, Error if the file cannot be written.
void save_plan(const Plan& plan, const std::filesystem::path& path);

/// What the head of a plan says.
struct PlanEntry {
  std::string name;
  Title title;
  std::string unit;
  std::filesystem::path path;
};

/// The plans in a folder and below (*.yaml, *.yml), by name; none if there is no such folder. Reads
/// the heads only. @throws SpecError if one is wrong or two have one name.
[[nodiscard]] std::vector<PlanEntry> plans_in(const std::filesystem::path& folder,
                                              const InputLimits& limits = plan_limits);

/// Where the plan is that somebody means: a path, if there is such a file or if it looks like one;
/// otherwise a plan of `plans` in shipped_folder(). @throws NotFoundError with the nearest name.
[[nodiscard]] std::filesystem::path find_plan(std::string_view name_or_path);

/// All kinds of mappings of a plan with their keys, as definition_keys() has those of a definition.
/// The JSON Schema for editors says the same.
[[nodiscard]] std::vector<DefinitionKeys> plan_keys();

}  // namespace chiso
