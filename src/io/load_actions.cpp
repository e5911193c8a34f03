#include "chiso/io/load_actions.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/shipped.hpp"
#include "io/action_document.hpp"
#include "io/yaml_files.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

ActionsEntry read_entry(const fs::path& path, const InputLimits& limits) {
  const Node root = parse_document(read_file(path, limits.definition_bytes, "definition_bytes"),
                                   path.string(), limits);
  Problems problems;
  Reader reader(path.string(), problems);
  ActionDefinition head;
  read_actions_head(reader, root, head);
  problems.raise<SpecError>();
  return {std::move(head.name), std::move(head.title), path};
}

}  // namespace

ActionSet load_actions(const fs::path& path, const InputLimits& limits) {
  return parse_actions(read_file(path, limits.definition_bytes, "definition_bytes"), path.string(),
                       limits);
}

ActionSet parse_actions(std::string_view text, const std::string& source,
                        const InputLimits& limits) {
  return actions_from(parse_document(text, source, limits), source);
}

std::string to_yaml(const ActionSet& actions) {
  return to_block(write_actions(actions.definition()));
}

void save_actions(const ActionSet& actions, const fs::path& path) {
  write_file_atomically(path, to_yaml(actions));
}

std::vector<ActionsEntry> actions_in(const fs::path& folder, const InputLimits& limits) {
  std::error_code error;
  if (!fs::is_directory(existing_path(folder), error)) return {};
  std::vector<ActionsEntry> entries;
  for (const auto& file : yaml_files(existing_path(folder)))
    entries.push_back(read_entry(file, limits));
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  Problems problems;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].name != entries[i - 1].name) continue;
    problems.add({entries[i].path.string(), 0, 0}, entries[i].name,
                 fmt::format("the same name as '{}'", entries[i - 1].path.string()),
                 "give every set of actions a name of its own");
  }
  problems.raise<SpecError>();
  return entries;
}

fs::path find_actions(std::string_view name_or_path) {
  if (means_a_file(name_or_path)) return name_or_path;
  std::vector<std::string> names;
  std::string listed;
  for (auto& entry : actions_in(shipped_folder() / "actions")) {
    if (entry.name == name_or_path) return std::move(entry.path);
    listed += (names.empty() ? "" : ", ") + entry.name;
    names.push_back(std::move(entry.name));
  }
  const std::string near = suggestion(name_or_path, names);
  throw NotFoundError(fmt::format("there are no actions '{}'{}", name_or_path,
                                  !near.empty()   ? near
                                  : names.empty() ? "; none ship with the library"
                                                  : "; there are: " + listed),
                      std::string(name_or_path));
}

}  // namespace chiso
