#include "chiso/io/find_panel.hpp"

#include <fmt/core.h>

#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/names.hpp"
#include "chiso/io/read_panel.hpp"
#include "chiso/io/shipped.hpp"

namespace chiso {

namespace fs = std::filesystem;

fs::path find_table(std::string_view name_or_path, const fs::path& folder, const fs::path& share) {
  fs::path path = folder / name_or_path;
  std::error_code error;
  if (fs::is_regular_file(existing_path(path), error)) return path;
  if (path.extension() == ".csv" || name_or_path.find('/') != std::string_view::npos) {
    throw NotFoundError(fmt::format("there is no file '{}'", path.string()),
                        std::string(name_or_path));
  }
  const fs::path shipped = (share.empty() ? shipped_folder() : share) / "data";
  fs::path found = shipped / fmt::format("{}.csv", name_or_path);
  if (fs::is_regular_file(existing_path(found), error)) return found;
  std::vector<std::string> names;
  for (const auto& item : fs::directory_iterator(shipped, error)) {
    if (item.path().extension() == ".csv") names.push_back(item.path().stem().string());
  }
  throw NotFoundError(
      fmt::format("there is no file '{}', and no such table ships with the library{}",
                  path.string(), suggestion(name_or_path, names)),
      std::string(name_or_path));
}

struct PanelShelf::State {
  using Versions = std::vector<std::pair<std::string, Panel>>;

  fs::path share;
  CsvOptions csv;
  std::mutex mutex;
  std::map<std::string, NameList> names;                           // By path.
  std::map<std::pair<std::string, std::string>, Versions> panels;  // By path, and path of names.
};

PanelShelf::PanelShelf(fs::path share, const InputLimits& limits)
    : state_(std::make_shared<State>()) {
  state_->share = std::move(share);
  state_->csv.limits = limits;
}

Panel PanelShelf::find(const std::string& name, const std::string& version, const fs::path& folder,
                       const std::string& units) const {
  const std::string path = find_table(name, folder, state_->share).string();
  const std::string names_path =
      units.empty() ? std::string() : find_table(units, folder, state_->share).string();
  const std::scoped_lock lock(state_->mutex);
  auto found = state_->panels.find({path, names_path});
  if (found == state_->panels.end()) {
    PanelOptions options;
    if (!names_path.empty()) {
      auto names = state_->names.find(names_path);
      if (names == state_->names.end()) {
        names = state_->names.emplace(names_path, read_names(names_path, state_->csv)).first;
      }
      options.names = &names->second;
    }
    found =
        state_->panels.emplace(std::pair(path, names_path), read_panels(path, options, state_->csv))
            .first;
  }
  const State::Versions& versions = found->second;
  std::vector<std::string> known;
  for (const auto& [each, panel] : versions) {
    if (each == version || (version.empty() && versions.size() == 1)) return panel;
    known.push_back(each);
  }
  throw NotFoundError(
      version.empty()
          ? fmt::format("'{}' holds several versions: {}; name one", name, listed(known))
      : known.size() == 1 && known.front().empty()
          ? fmt::format("'{}' holds no versions, and '{}' is asked for", name, version)
          : fmt::format("'{}' holds no version '{}'{}", name, version,
                        nearest_or_all(version, known)),
      name);
}

PanelSource PanelShelf::source(fs::path folder, std::string units) const {
  return [this, folder = std::move(folder), units = std::move(units)](const std::string& panel,
                                                                      const std::string& version) {
    return find(panel, version, folder, units);
  };
}

}  // namespace chiso
