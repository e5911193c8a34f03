#include "chiso/io/check_paths.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "chiso/io/file.hpp"
#include "io/file_kind.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// What stands in the place of checks that cannot be found.
CheckTarget failure(const fs::path& path, const std::string& what, std::string message,
                    std::string remedy) {
  CheckTarget target;
  target.file = path.string();
  target.name = path.filename().string();
  CheckItem item;
  item.kind = CheckKind::lint;
  item.name = what;
  item.location = {path.string(), 0, 0};
  item.stop(Error({Problem{item.location, "", std::move(message), std::move(remedy)}}), what);
  target.items.push_back(std::move(item));
  return target;
}

/// Where checks of a file begin: at the definition beside a check file; at the check file beside a
/// table of cases, if that names a definition elsewhere.
fs::path beginning_of(const fs::path& path) {
  if (!is_check_file(path)) return path;
  fs::path definition = definition_beside(path);
  if (definition != path || path.extension() != ".csv") return definition;
  std::error_code error;
  for (const char* ending : {".yaml", ".yml"}) {
    const fs::path checks = fs::path(path).replace_extension(ending);
    if (fs::is_regular_file(existing_path(checks), error)) return checks;
  }
  return path;
}

class Walk {
 public:
  explicit Walk(std::vector<CheckTarget>& failures) : failures_(failures) {}

  void visit(const fs::path& given) {
    const fs::path path = existing_path(given);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found) {
      fail(path, "there is no such file or folder", "");
    } else if (fs::is_directory(status)) {
      const std::size_t before = count_;
      walk(path);
      if (count_ == before) {
        fail(path, "there is nothing to check in the folder and below",
             "definitions, plans, scenarios and sets of actions are *.yaml files that say `chiso: "
             "1`");
      }
    } else if (error) {
      fail(path, error.message(), "");
    } else {
      take(path);
    }
  }

  std::vector<fs::path> files() && { return std::move(files_); }

 private:
  void walk(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator items(folder, error);
    std::vector<fs::path> found;
    for (; !error && items != fs::directory_iterator(); items.increment(error)) {
      found.push_back(items->path());
    }
    if (error) {
      fail(folder, "the folder cannot be read: " + error.message(), "");
      ++count_;
    }
    std::sort(found.begin(), found.end());
    for (const fs::path& path : found) {
      if (path.filename().string().starts_with('.')) continue;
      // Links to folders are not followed: they may lead in circles.
      if (fs::is_directory(fs::symlink_status(path, error))) {
        walk(path);
      } else if (fs::is_regular_file(path, error) && is_interesting(path)) {
        take(path);
      }
    }
  }

  static bool is_interesting(const fs::path& path) {
    if (is_check_file(path)) return true;
    return (path.extension() == ".yaml" || path.extension() == ".yml") && may_be_ours(path);
  }

  void take(const fs::path& path) {
    ++count_;
    const fs::path file = beginning_of(path);
    std::error_code error;
    const fs::path canonical = fs::weakly_canonical(file, error);
    if (known_.insert(error ? file : canonical).second) files_.push_back(file);
  }

  void fail(const fs::path& path, std::string message, std::string remedy) {
    failures_.push_back(failure(path, "path", std::move(message), std::move(remedy)));
  }

  std::vector<CheckTarget>& failures_;
  std::vector<fs::path> files_;
  std::set<fs::path> known_;
  std::size_t count_ = 0;
};

CheckTarget check_file(const fs::path& file, const CheckOptions& options, const PanelShelf& shelf) {
  CheckTarget target;
  target.file = file.string();
  target.name = file.filename().string();
  try {
    const CheckSession session(file, options, shelf);
    target.file = session.file();
    target.name = session.name();
    for (Size i = 0; i < std::ssize(session.entries()); ++i) target.items.push_back(session.run(i));
  } catch (const std::exception& error) {  // No memory ...: the other files are checked still.
    CheckItem item;
    item.name = "file";
    item.location = {target.file, 0, 0};
    item.stop(Error(error.what()), "file");
    target.items.push_back(std::move(item));
  }
  return target;
}

}  // namespace

std::vector<fs::path> files_to_check(std::span<const fs::path> paths,
                                     std::vector<CheckTarget>& failures) {
  Walk walk(failures);
  for (const fs::path& path : paths) walk.visit(path);
  return std::move(walk).files();
}

CheckReport check_paths(std::span<const fs::path> paths, const CheckOptions& options,
                        const CheckProgress& progress) {
  CheckReport report;
  const std::vector<fs::path> files = files_to_check(paths, report.targets);
  if (progress) {
    for (const CheckTarget& target : report.targets) progress(target);
  }
  const PanelShelf shelf(options.share, options.limits.value_or(InputLimits{}));
  std::vector<CheckTarget> targets(files.size());
  std::atomic<std::size_t> next = 0;
  std::mutex one_at_a_time;
  const auto work = [&] {
    for (std::size_t i = next++; i < files.size(); i = next++) {
      targets[i] = check_file(files[i], options, shelf);
      if (!progress || targets[i].items.empty()) continue;
      const std::scoped_lock lock(one_at_a_time);
      progress(targets[i]);
    }
  };
  std::size_t threads = options.threads > 0 ? static_cast<std::size_t>(options.threads)
                                            : std::thread::hardware_concurrency();
  threads = std::min(std::max<std::size_t>(threads, 1), files.size());
  {
    std::vector<std::jthread> others;
    for (std::size_t t = 1; t < threads; ++t) others.emplace_back(work);
    work();
  }
  for (CheckTarget& target : targets) {
    if (!target.items.empty()) report.targets.push_back(std::move(target));
  }
  // A name that was changed in the definition alone must not pass.
  if (report.targets.empty() && !options.select.empty() && !paths.empty()) {
    report.targets.push_back(failure(
        paths.front(), "select", fmt::format("'{}' stands in the name of no check", options.select),
        "names are like service-2024::case::at 70; `-v` shows their parts"));
    if (progress) progress(report.targets.back());
  }
  return report;
}

}  // namespace chiso
