#include "io/file_kind.hpp"

#include <array>
#include <fstream>
#include <string_view>
#include <system_error>

#include "chiso/io/file.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view infix = ".check";

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

}  // namespace

FileKind kind_of(const Node& root) {
  const auto has = [&root](std::string_view key) { return root.find(key) != nullptr; };
  if (has("tree") || has("index")) return FileKind::definition;
  if (has("plan")) return FileKind::plan;
  if (has("edits") || has("scenarios")) return FileKind::scenarios;
  if (has("actions") && has("name")) return FileKind::actions;
  for (const std::string_view key :
       {"cases", "tolerances", "coverage", "mutation", "properties", "baseline"}) {
    if (has(key)) return FileKind::checks;
  }
  return FileKind::unknown;
}

std::string in_words(FileKind kind) {
  switch (kind) {
    case FileKind::definition:
      return "definition";
    case FileKind::plan:
      return "plan";
    case FileKind::scenarios:
      return "scenarios";
    case FileKind::actions:
      return "actions";
    case FileKind::checks:
      return "check file";
    case FileKind::unknown:
      break;
  }
  return "file";
}

bool is_check_file(const fs::path& path) {
  return (is_yaml(path) || path.extension() == ".csv") && path.stem().extension() == infix;
}

bool may_be_ours(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return true;
  std::array<char, 16384> begin{};
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  const std::string_view text(begin.data(), static_cast<std::size_t>(file.gcount()));
  constexpr std::string_view key = "chiso:";
  for (auto at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at == 0 || text[at - 1] == '\n' || text[at - 1] == '\r') return true;
  }
  return text.starts_with("\xef\xbb\xbf" + std::string(key));
}

fs::path definition_beside(const fs::path& check_file) {
  const fs::path base = check_file.parent_path() / check_file.stem().stem();
  std::error_code error;
  for (const std::string ending : {".yaml", ".yml"}) {
    fs::path found = base;
    found += ending;
    if (fs::is_regular_file(existing_path(found), error)) return found;
  }
  return check_file;
}

fs::path checks_beside(const fs::path& definition, const std::string& ending) {
  fs::path found = definition.parent_path() / definition.stem();
  found += std::string(infix) + ending;
  return found;
}

}  // namespace chiso
