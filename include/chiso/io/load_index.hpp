#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "chiso/io/limits.hpp"
#include "chiso/model/index.hpp"

/// Definitions of indices in YAML, as docs/defining-an-index.md describes them.
namespace chiso {

/// Reads and validates a definition.
///
/// @throws SpecError with every problem at once, each with line and column: what is not YAML or
/// larger than
///         the limits, unknown keys and words (with the nearest known one), missing keys, wrong
///         types, and what makes no sound index. NotFoundError if there is no such file, Error if
///         it cannot be read.
[[nodiscard]] Index load_index(const std::filesystem::path& path, const InputLimits& limits = {});

/// The same from a text.
/// @param file the name of its origin for messages; may be empty.
[[nodiscard]] Index parse_index(std::string_view yaml, std::string_view file = {},
                                const InputLimits& limits = {});

/// A rule as it stands behind `rule:`, "{min_max: {onto: [1, 10]}}" or "identity". What depends on
/// a node (its maximum, its variable) is not looked at. @throws SpecError with every problem.
[[nodiscard]] Rule parse_rule(std::string_view yaml, const InputLimits& limits = {});

/// An aggregation as it stands behind `aggregation:`, "geometric_mean" or "{power_mean: 2}".
/// @throws SpecError with every problem.
[[nodiscard]] Aggregation parse_aggregation(std::string_view yaml);

/// The keys that a definition may have, for one kind of mapping.
struct DefinitionKeys {
  std::string_view kind;               ///< "definition", "node", "variable", "min_max" ...
  std::vector<std::string_view> keys;  ///< In the order of the canonical form.
};

/// All kinds of mappings with their keys; "rule" and "aggregation" have the names to choose from.
/// The JSON Schema for editors says the same.
[[nodiscard]] std::vector<DefinitionKeys> definition_keys();

}  // namespace chiso
