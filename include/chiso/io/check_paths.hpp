#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/check/report.hpp"
#include "chiso/io/find_panel.hpp"
#include "chiso/io/limits.hpp"

/// Everything that is checked of files: what `chiso check PATH...` does.
namespace chiso {

struct CheckOptions {
  /// What to check; empty: all but mutation, which takes longer.
  std::vector<CheckKind> only;
  bool mutation = false;  ///< Mutation too.
  bool update = false;    ///< Baselines are locked anew instead of compared with.
  /// Only items in whose name this stands, which is "pci-2013::case::all of 2019".
  std::string select;
  /// Threads, over files; 0: as many as the machine has. The report does not depend on it.
  int threads = 1;
  /// Of everything that is read; left out: what each kind of file has by itself.
  std::optional<InputLimits> limits = {};
  /// What ships with the library; empty: shipped_folder().
  std::filesystem::path share;
};

/// A file with its checks, to be run one by one. What it needs is read when it is made: one object
/// is for one thread, several may run at once.
class CheckSession {
 public:
  struct Entry {
    CheckKind kind = CheckKind::lint;
    std::string name;
    Location location;
  };

  /// @param file a definition, plan ..., or a check file, which brings its definition with it;
  ///        whatever is wrong with them is said by items, nothing is thrown
  /// @param shelf must outlive it
  CheckSession(const std::filesystem::path& file, const CheckOptions& options,
               const PanelShelf& shelf);
  ~CheckSession();
  CheckSession(CheckSession&&) noexcept;
  CheckSession& operator=(CheckSession&&) noexcept;

  /// The path of what is checked, and its name: "pci-2013".
  [[nodiscard]] const std::string& file() const noexcept;
  [[nodiscard]] const std::string& name() const noexcept;

  /// Those that the options select.
  [[nodiscard]] std::span<const Entry> entries() const noexcept;
  [[nodiscard]] CheckItem run(Size position) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The files that check_paths() makes sessions of: those named, and those in folders and below that
/// are definitions, plans, scenarios or sets of actions, each once, a check file together with its
/// definition. Folders whose names begin with a dot are left out.
///
/// @param failures what cannot be read, and folders in which there is nothing to check
[[nodiscard]] std::vector<std::filesystem::path> files_to_check(
    std::span<const std::filesystem::path> paths, std::vector<CheckTarget>& failures);

/// Called with each file when it is done: from one thread at a time, in any order.
using CheckProgress = std::function<void(const CheckTarget&)>;

/// Checks files and folders. Goes on after errors; never throws for what it finds.
[[nodiscard]] CheckReport check_paths(std::span<const std::filesystem::path> paths,
                                      const CheckOptions& options = {},
                                      const CheckProgress& progress = {});

}  // namespace chiso
