#include "chiso/io/load_checks.hpp"

#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "io/check_document.hpp"

namespace chiso {

namespace fs = std::filesystem;

CheckFile load_checks(const fs::path& path, const InputLimits& limits) {
  return parse_checks(read_file(path, limits.definition_bytes, "definition_bytes"), path.string(),
                      limits);
}

CheckFile parse_checks(std::string_view yaml, const std::string& file, const InputLimits& limits) {
  return checks_from(parse_document(yaml, file, limits), file, fs::path(file).parent_path(),
                     limits);
}

}  // namespace chiso
