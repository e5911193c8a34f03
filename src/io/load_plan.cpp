#include "chiso/io/load_plan.hpp"

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
#include "io/plan_document.hpp"
#include "io/yaml_files.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

PlanEntry read_entry(const fs::path& path, const InputLimits& limits) {
  const Node root = parse_document(read_file(path, limits.definition_bytes, "definition_bytes"),
                                   path.string(), limits);
  Problems problems;
  Reader reader(path.string(), problems);
  PlanDefinition head;
  read_plan_head(reader, root, head);
  problems.raise<SpecError>();
  return {std::move(head.plan), std::move(head.title), std::move(head.unit), path};
}

}  // namespace

Plan load_plan(const fs::path& path, const InputLimits& limits) {
  return parse_plan(read_file(path, limits.definition_bytes, "definition_bytes"), path.string(),
                    limits);
}

Plan parse_plan(std::string_view yaml, std::string_view file, const InputLimits& limits) {
  return plan_from(parse_document(yaml, file, limits), std::string(file));
}

std::string to_yaml(const Plan& plan) { return to_block(write_plan(plan.definition())); }

void save_plan(const Plan& plan, const fs::path& path) {
  write_file_atomically(path, to_yaml(plan));
}

std::vector<PlanEntry> plans_in(const fs::path& folder, const InputLimits& limits) {
  std::error_code error;
  if (!fs::is_directory(existing_path(folder), error)) return {};
  std::vector<PlanEntry> entries;
  for (const auto& file : yaml_files(existing_path(folder)))
    entries.push_back(read_entry(file, limits));
  std::stable_sort(entries.begin(), entries.end(),
                   [](const PlanEntry& a, const PlanEntry& b) { return a.name < b.name; });
  Problems problems;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    if (entries[i].name != entries[i - 1].name) continue;
    problems.add({entries[i].path.string(), 0, 0}, entries[i].name,
                 fmt::format("the same name as '{}'", entries[i - 1].path.string()),
                 "give every plan a name of its own");
  }
  problems.raise<SpecError>();
  return entries;
}

fs::path find_plan(std::string_view name_or_path) {
  if (means_a_file(name_or_path)) return name_or_path;
  std::vector<std::string> names;
  std::string listed;
  for (auto& entry : plans_in(shipped_folder() / "plans")) {
    if (entry.name == name_or_path) return std::move(entry.path);
    listed += (names.empty() ? "" : ", ") + entry.name;
    names.push_back(std::move(entry.name));
  }
  const std::string near = suggestion(name_or_path, names);
  throw NotFoundError(fmt::format("there is no plan '{}'{}", name_or_path,
                                  !near.empty()   ? near
                                  : names.empty() ? "; none ships with the library"
                                                  : "; there are: " + listed),
                      std::string(name_or_path));
}

}  // namespace chiso
