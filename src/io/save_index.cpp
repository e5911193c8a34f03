#include "chiso/io/save_index.hpp"

#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "io/definition.hpp"
#include "io/rule_document.hpp"

namespace chiso {

std::string to_yaml(const Index& index) { return to_block(write_definition(index.definition())); }

std::string to_yaml(const Rule& rule) { return to_flow(write_rule(rule)); }

void save_index(const Index& index, const std::filesystem::path& path) {
  write_file_atomically(path, to_yaml(index));
}

}  // namespace chiso
