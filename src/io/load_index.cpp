#include "chiso/io/load_index.hpp"

#include <string>
#include <utility>

#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "io/definition.hpp"
#include "io/rule_document.hpp"

namespace chiso {

Index load_index(const std::filesystem::path& path, const InputLimits& limits) {
  return parse_index(read_file(path, limits.definition_bytes, "definition_bytes"), path.string(),
                     limits);
}

Index parse_index(std::string_view yaml, std::string_view file, const InputLimits& limits) {
  return index_from(parse_document(yaml, file, limits), std::string(file), limits);
}

Rule parse_rule(std::string_view yaml, const InputLimits& limits) {
  Problems problems;
  Reader reader({}, problems, limits.formula());
  Rule rule;
  read_rule(reader, parse_document(yaml, {}, limits), rule);
  problems.raise<SpecError>();
  return rule;
}

Aggregation parse_aggregation(std::string_view yaml) {
  Problems problems;
  Reader reader({}, problems);
  Aggregation aggregation;
  read_aggregation(reader, parse_document(yaml, {}), aggregation);
  problems.raise<SpecError>();
  return aggregation;
}

}  // namespace chiso
