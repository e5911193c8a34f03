#pragma once

#include <vector>

#include "chiso/io/document.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/model/rule.hpp"
#include "io/reader.hpp"

/// Rules as definitions write them.
namespace chiso {

void read_rule(Reader& reader, const Node& node, Rule& rule);
[[nodiscard]] Node write_rule(const Rule& rule);

/// The keys of every rule that has parameters; "rule" has the names of all.
[[nodiscard]] std::vector<DefinitionKeys> rule_keys();

}  // namespace chiso
