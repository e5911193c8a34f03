#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "chiso/check/baseline.hpp"
#include "chiso/check/check_file.hpp"
#include "chiso/check/report.hpp"
#include "chiso/io/find_panel.hpp"
#include "chiso/io/limits.hpp"

/// Baselines beside definitions: what `chiso lock` does.
namespace chiso {

/// Where the baseline of a definition NAME.yaml, or of its NAME.check.yaml, is: NAME.lock.
[[nodiscard]] std::filesystem::path lock_beside(const std::filesystem::path& path);

struct LockRequest {
  std::filesystem::path path;  ///< A definition in YAML, or its check file.
  /// What is locked; left out, what the check file says. A panel by a path is looked for from the
  /// working folder then, else from the check file's.
  std::optional<BaselineCheck> what = {};
  std::filesystem::path output = {};  ///< Empty: lock_beside().
  /// Write it although something moved from what is locked.
  bool update = false;
  /// Of everything that is read; left out: what each kind of file has by itself.
  std::optional<InputLimits> limits = {};
};

enum class LockState {
  created,
  unchanged,  ///< The file has just this already.
  updated,    ///< Written anew: on request, or nothing that was locked moved.
  refused     ///< Something moved, and no update was asked for: nothing is written.
};

/// What became of a request.
struct LockResult {
  std::filesystem::path file;
  LockState state = LockState::created;
  LockedResults baseline;
  std::vector<CheckFinding> findings;  ///< What moved from what was locked.
};

/// Locks what a definition gives.
/// @throws NotFoundError, SpecError, DataError as reading and scoring do; SpecError if nothing says
///         what is to be locked; DataError for a file that is no baseline, which is written over
///         only on request.
LockResult lock_file(const LockRequest& request, const PanelShelf& shelf);

/// What `chiso lock` locks: the files that are named, and in folders and below the definitions
/// whose check file says what is to be locked, by path.
/// @throws NotFoundError if there is no such file, or a folder has nothing to lock; as
/// load_checks().
[[nodiscard]] std::vector<std::filesystem::path> files_to_lock(
    std::span<const std::filesystem::path> paths, const std::optional<InputLimits>& limits = {});

/// "created", "unchanged", "updated", "refused".
[[nodiscard]] std::string_view name(LockState state) noexcept;

}  // namespace chiso
