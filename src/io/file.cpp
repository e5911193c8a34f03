#include "chiso/io/file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "chiso/base/error.hpp"

namespace chiso {

namespace fs = std::filesystem;

namespace {

/// Owns an open file.
class Handle {
 public:
  explicit Handle(int number) noexcept : number_(number) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  [[nodiscard]] int number() const noexcept { return number_; }

  /// @returns whether everything written has been taken over by the system.
  bool close() noexcept {
    const int number = number_;
    number_ = -1;
    return number < 0 || ::close(number) == 0;
  }

 private:
  int number_;
};

[[noreturn]] void fail(const fs::path& path, std::string_view what, int error) {
  throw Error(
      fmt::format("{} '{}': {}", what, path.string(), std::generic_category().message(error)),
      path.string());
}

[[noreturn]] void not_there(const fs::path& path) {
  throw NotFoundError(fmt::format("there is no file '{}'", path.string()), path.string());
}

bool write_all(int file, std::string_view content) noexcept {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// A new file in the folder of `target`, under a name that nobody else has.
int create_beside(const fs::path& target, std::string& name) {
  for (int attempt = 0;; ++attempt) {
    const auto hidden =
        fmt::format(".{}.{}.{}.tmp", target.filename().string(), ::getpid(), attempt);
    name = (target.parent_path() / hidden).string();
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file >= 0 || errno != EEXIST || attempt == 10000) return file;
  }
}

}  // namespace

struct InputFile::State {
  [[noreturn]] void too_large(std::string_view bytes, Size most_bytes) const {
    throw Error(
        fmt::format("'{}' has {} bytes, and no more than {} are read; if the file is meant to "
                    "be so large, raise the limit (InputLimits)",
                    path.string(), bytes, most_bytes),
        path.string());
  }

  fs::path path;
  Handle file;
  std::optional<Size> size;
  Size used = 0;
};

InputFile::InputFile(const fs::path& path, Size most_bytes)
    : state_(new State{path, Handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), {}, 0}) {
  const int file = state_->file.number();
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) not_there(path);
    fail(path, "cannot read", errno);
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) fail(path, "cannot read", errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(fmt::format("expected a file, but '{}' is a folder", path.string()), path.string());
  }
  if (!S_ISREG(status.st_mode)) return;
  state_->size = status.st_size;
  if (status.st_size > most_bytes) {
    state_->too_large(fmt::format("{}", status.st_size), most_bytes);
  }
}

InputFile::~InputFile() = default;

std::optional<Size> InputFile::size() const noexcept { return state_->size; }

std::size_t InputFile::read(char* to, std::size_t count) {
  std::size_t filled = 0;
  while (filled < count) {
    const auto got = ::read(state_->file.number(), to + filled, count - filled);
    if (got < 0) {
      if (errno == EINTR) continue;
      fail(state_->path, "cannot read", errno);
    }
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  state_->used += static_cast<Size>(filled);
  return filled;
}

std::string InputFile::rest(Size most_bytes) {
  constexpr Size first = 4096;
  const Size before = state_->used;
  std::string content;
  // One byte more than there is, which finds the end without another turn.
  Size room = std::min(most_bytes, std::max(state_->size.value_or(first), first)) + 1;
  while (true) {
    const auto used = content.size();
    content.resize(static_cast<std::size_t>(room));
    content.resize(used + read(content.data() + used, content.size() - used));
    if (before + static_cast<Size>(content.size()) > most_bytes) {
      state_->too_large(fmt::format("more than {}", most_bytes), most_bytes);
    }
    if (static_cast<Size>(content.size()) < room) return content;
    room = std::min(2 * room, most_bytes + 1);
  }
}

std::string read_file(const fs::path& path, Size most_bytes) {
  return InputFile(path, most_bytes).rest(most_bytes);
}

struct AtomicFile::State {
  explicit State(fs::path to) : path(std::move(to)) {}

  [[noreturn]] void give_up(int reason) const { fail(path, "cannot write", reason); }

  fs::path path;    ///< As it was given, for messages.
  fs::path target;  ///< With symbolic links followed.
  fs::path folder;
  std::string beside;  ///< Empty once it has its name.
  std::optional<Handle> file;
};

AtomicFile::AtomicFile(const fs::path& path) : state_(std::make_unique<State>(path)) {
  std::error_code error;
  state_->target = fs::weakly_canonical(path, error);
  if (error) state_->target = path;
  state_->folder = state_->target.has_parent_path() ? state_->target.parent_path() : fs::path(".");
  if (fs::is_directory(state_->target, error)) {
    throw Error(fmt::format("expected the name of a file, but '{}' is a folder", path.string()),
                path.string());
  }
  if (!fs::is_directory(state_->folder, error)) {
    throw NotFoundError(fmt::format("cannot write '{}': there is no folder '{}'", path.string(),
                                    state_->folder.string()),
                        path.string());
  }
  std::string beside;
  state_->file.emplace(create_beside(state_->target, beside));
  if (state_->file->number() < 0) state_->give_up(errno);
  state_->beside = std::move(beside);
}

AtomicFile::~AtomicFile() {
  if (!state_->beside.empty()) ::unlink(state_->beside.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  if (!write_all(state_->file->number(), bytes)) state_->give_up(errno);
}

void AtomicFile::overwrite(Size offset, std::string_view bytes) {
  const int file = state_->file->number();
  if (::lseek(file, offset, SEEK_SET) < 0 || !write_all(file, bytes) ||
      ::lseek(file, 0, SEEK_END) < 0) {
    state_->give_up(errno);
  }
}

void AtomicFile::commit() {
  Handle& file = *state_->file;
  struct stat status {};
  const bool replaces = ::stat(state_->target.c_str(), &status) == 0;
  if ((replaces && ::fchmod(file.number(), status.st_mode & 07777) != 0) ||
      ::fsync(file.number()) != 0 || !file.close() ||
      ::rename(state_->beside.c_str(), state_->target.c_str()) != 0) {
    state_->give_up(errno);
  }
  state_->beside.clear();
  // The new name itself is on the disk only with its folder; some file systems cannot do that.
  const Handle parent(::open(state_->folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.number() >= 0) ::fsync(parent.number());
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace chiso
