#include "chiso/io/catalogue.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/shipped.hpp"
#include "io/definition.hpp"
#include "io/yaml_files.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

Catalogue::Entry read_entry(const fs::path& path, const InputLimits& limits) {
  const Node root = parse_document(read_file(path, limits.definition_bytes, "definition_bytes"),
                                   path.string(), limits);
  Problems problems;
  Reader reader(path.string(), problems);
  IndexDefinition head;
  read_head(reader, root, head);
  problems.raise<SpecError>();
  return {head.index + "-" + head.edition,
          std::move(head.index),
          std::move(head.edition),
          std::move(head.title),
          std::move(head.periods),
          head.provenance.status,
          path};
}

std::string listed(const std::vector<const Catalogue::Entry*>& editions) {
  std::string text;
  for (const auto* entry : editions) {
    text +=
        fmt::format("{}{} ({})", text.empty() ? "" : ", ", entry->name, entry->periods.to_string());
  }
  return text;
}

}  // namespace

Catalogue::Catalogue(const fs::path& folder, const InputLimits& limits) {
  std::error_code error;
  if (!fs::is_directory(existing_path(folder), error)) {
    throw NotFoundError(fmt::format("there is no folder '{}' of definitions", folder.string()),
                        folder.string());
  }
  for (const auto& file : yaml_files(existing_path(folder)))
    entries_.push_back(read_entry(file, limits));

  const auto order = [](const Entry& entry) {
    return std::tuple(entry.index, entry.periods.from.value_or(Period(1)), entry.edition);
  };
  std::stable_sort(entries_.begin(), entries_.end(),
                   [&](const Entry& a, const Entry& b) { return order(a) < order(b); });
  Problems problems;
  for (std::size_t i = 1; i < entries_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (entries_[i].name != entries_[j].name) continue;
      problems.add({entries_[i].path.string(), 0, 0}, entries_[i].name,
                   fmt::format("the same name as '{}'", entries_[j].path.string()),
                   "give every edition a name of its own");
    }
  }
  problems.raise<SpecError>();
}

Catalogue Catalogue::shipped() { return Catalogue(shipped_folder() / "indices"); }

const Catalogue::Entry& Catalogue::find(std::string_view name,
                                        const std::optional<Period>& period) const {
  std::vector<const Entry*> editions;
  std::vector<std::string> names;
  for (const auto& entry : entries_) {
    if (entry.name == name) {
      if (!period || entry.periods.contains(*period)) return entry;
      throw NotFoundError(fmt::format("'{}' is in force {}, not in {}", name,
                                      entry.periods.to_string(), period->text()),
                          std::string(name));
    }
    if (entry.index == name) editions.push_back(&entry);
    names.push_back(entry.name);
    names.push_back(entry.index);
  }
  if (editions.empty()) {
    std::string known;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (i > 0 && entries_[i].index == entries_[i - 1].index) continue;
      known += (known.empty() ? "" : ", ") + entries_[i].index;
    }
    const std::string near = suggestion(name, names);
    throw NotFoundError(fmt::format("there is no index '{}'{}", name,
                                    near.empty() ? "; there are: " + known : near),
                        std::string(name));
  }
  std::vector<const Entry*> in_force;
  for (const auto* entry : editions) {
    if (!period || entry->periods.contains(*period)) in_force.push_back(entry);
  }
  if (in_force.size() == 1) return *in_force.front();
  throw NotFoundError(
      !period ? fmt::format("which edition of '{}'? There are: {}; name one, or a period", name,
                            listed(editions))
      : in_force.empty() ? fmt::format("no edition of '{}' is in force in {}; there are: {}", name,
                                       period->text(), listed(editions))
                         : fmt::format("{} editions of '{}' are in force in {}: {}; name one",
                                       in_force.size(), name, period->text(), listed(in_force)),
      std::string(name));
}

fs::path find_definition(std::string_view name_or_path, const std::optional<Period>& period) {
  if (means_a_file(name_or_path)) return name_or_path;
  return Catalogue::shipped().find(name_or_path, period).path;
}

}  // namespace chiso
