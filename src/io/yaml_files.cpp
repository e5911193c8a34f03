#include "io/yaml_files.hpp"

#include <algorithm>
#include <system_error>

#include "chiso/io/file.hpp"
#include "io/file_kind.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

bool ends_as_yaml(const fs::path& path) {
  const auto extension = path.extension();
  return extension == ".yaml" || extension == ".yml";
}

}  // namespace

std::vector<fs::path> yaml_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(folder)) {
    if (item.is_regular_file() && ends_as_yaml(item.path()) && !is_check_file(item.path())) {
      files.push_back(item.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

bool means_a_file(std::string_view name_or_path) {
  const fs::path path(name_or_path);
  std::error_code error;
  return fs::is_regular_file(existing_path(path), error) || ends_as_yaml(path) ||
         name_or_path.find('/') != std::string_view::npos;
}

}  // namespace chiso
