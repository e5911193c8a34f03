#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/io/document.hpp"
#include "chiso/model/index.hpp"
#include "io/reader.hpp"

/// The format of definitions: for every kind of mapping one table of its keys, by which it is both
/// read and written.
namespace chiso {

/// The index that a document defines.
/// @throws SpecError with every problem: of the document, and of the index as far as it could be
///         understood.
[[nodiscard]] Index index_from(const Node& root, const std::string& file,
                               const InputLimits& limits = {});

/// What a document says, as far as it can be understood.
void read_definition(Reader& reader, const Node& root, IndexDefinition& definition);

/// The same without the variables and the tree, whatever they are.
void read_head(Reader& reader, const Node& root, IndexDefinition& definition);

[[nodiscard]] Node write_definition(const IndexDefinition& definition);

/// A node without its children.
[[nodiscard]] Node write_node(const Criterion& node);

/// The keys of a definition except `variables` and `tree`; of a node except `children`.
[[nodiscard]] std::vector<std::string_view> head_keys();
[[nodiscard]] std::vector<std::string_view> node_keys();

/// A node with all below it.
void read_node(Reader& reader, const Node& node, Criterion& criterion);
[[nodiscard]] Node write_tree(const Criterion& criterion);

void read_aggregation(Reader& reader, const Node& node, Aggregation& aggregation);

/// The name of a method alone; of a policy.
void read_value(Reader& reader, const Node& node, std::optional<Aggregation::Method>& value);
void read_value(Reader& reader, const Node& node, std::optional<MissingPolicy>& value);
[[nodiscard]] Node write_value(const std::optional<Aggregation::Method>& value);
[[nodiscard]] Node write_value(const std::optional<MissingPolicy>& value);

}  // namespace chiso
