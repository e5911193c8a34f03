#include "chiso/io/lock_files.hpp"

#include <fmt/core.h>

#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/check/baseline_comparison.hpp"
#include "chiso/io/check_paths.hpp"
#include "chiso/io/file.hpp"
#include "chiso/io/load_baseline.hpp"
#include "chiso/io/load_checks.hpp"
#include "chiso/io/load_index.hpp"
#include "io/file_kind.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// A definition, what its check file says, and where paths in it begin.
struct Subject {
  fs::path definition;
  std::optional<BaselineCheck> what;
  fs::path folder;
};

Subject subject_of(const fs::path& path, const std::optional<InputLimits>& limits) {
  Subject subject;
  std::error_code error;
  fs::path checks = path;
  if (is_check_file(path)) {
    subject.definition = definition_beside(path);
  } else {
    subject.definition = path;
    for (const std::string ending : {".yaml", ".yml"}) {
      checks = checks_beside(path, ending);
      if (fs::is_regular_file(existing_path(checks), error)) break;
    }
    if (!fs::is_regular_file(existing_path(checks), error)) return subject;
  }
  const CheckFile file = load_checks(checks, limits.value_or(check_limits));
  if (!file.definition.empty()) subject.definition = checks.parent_path() / file.definition;
  subject.what = file.baseline;
  subject.folder = checks.parent_path();
  return subject;
}

}  // namespace

fs::path lock_beside(const fs::path& path) {
  const fs::path name = is_check_file(path) ? path.stem().stem() : path.stem();
  fs::path found = path.parent_path() / name;
  found += ".lock";
  return found;
}

std::vector<fs::path> files_to_lock(std::span<const fs::path> paths,
                                    const std::optional<InputLimits>& limits) {
  std::vector<fs::path> files;
  for (const fs::path& given : paths) {
    const fs::path path = existing_path(given);
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      if (!fs::exists(path, error)) {
        throw NotFoundError(fmt::format("there is no file '{}'", shown(path.string())),
                            path.string());
      }
      files.push_back(path);
      continue;
    }
    const std::size_t before = files.size();
    std::vector<CheckTarget> failures;
    for (const fs::path& file : files_to_check(std::array{path}, failures)) {
      const bool checked = is_check_file(file) ||
                           fs::exists(existing_path(checks_beside(file)), error) ||
                           fs::exists(existing_path(checks_beside(file, ".yml")), error);
      if (checked && subject_of(file, limits).what) files.push_back(file);
    }
    if (files.size() == before) {
      throw NotFoundError(
          {Problem{{path.string(), 0, 0},
                   {},
                   "no check file in the folder and below says what is to be locked",
                   "write `baseline: {panel: ...}` into NAME.check.yaml beside NAME.yaml"}});
    }
  }
  return files;
}

LockResult lock_file(const LockRequest& request, const PanelShelf& shelf) {
  Subject subject = subject_of(request.path, request.limits);
  const InputLimits limits = request.limits.value_or(InputLimits{});
  if (request.what) {
    subject.what = request.what;
    subject.folder.clear();
  }
  if (!subject.what) {
    throw SpecError({Problem{{request.path.string(), 0, 0},
                             "baseline",
                             "nothing says on which data results are to be locked",
                             fmt::format("write `baseline: {{panel: ...}}` into {}, or name data",
                                         checks_beside(subject.definition).string())}});
  }
  const Index index = load_index(subject.definition, limits);
  const BaselineCheck& what = *subject.what;
  const Panel panel =
      shelf.find(what.panel, what.version, subject.folder, index.definition().units);
  LockResult result{request.output.empty() ? lock_beside(request.path) : request.output,
                    LockState::created,
                    lock(index, panel, what),
                    {}};
  const std::string text = to_text(result.baseline);
  std::error_code error;
  if (fs::exists(existing_path(result.file), error)) {
    try {
      const LockedResults locked = load_baseline(result.file, limits);
      if (to_text(locked) == text) {
        result.state = LockState::unchanged;
        return result;
      }
      const BaselineComparison comparison = compare(locked, index, panel);
      result.findings = findings(comparison);
      result.state = request.update || comparison.same() ? LockState::updated : LockState::refused;
      if (result.state == LockState::refused) return result;
    } catch (const Error&) {
      if (!request.update) throw;
      result.state = LockState::updated;
    }
  }
  write_file_atomically(result.file, text);
  return result;
}

std::string_view name(LockState state) noexcept {
  switch (state) {
    case LockState::created:
      return "created";
    case LockState::unchanged:
      return "unchanged";
    case LockState::updated:
      return "updated";
    case LockState::refused:
      return "refused";
  }
  return "";
}

}  // namespace chiso
