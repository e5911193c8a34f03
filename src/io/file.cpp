#include "chiso/io/file.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <random>
#include <system_error>
#include <utility>

#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "io/how_to_raise.hpp"

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
  throw Error(fmt::format("{} '{}': {}", what, shown(path.string()),
                          std::generic_category().message(error)),
              path.string());
}

[[noreturn]] void not_there(const fs::path& path) {
  throw NotFoundError(fmt::format("there is no file '{}'", shown(path.string())), path.string());
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

// ---- Names -------------------------------------------------------------------------------------

bool is_there(const fs::path& path) noexcept {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

bool is_ascii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
}

// What in `folder` reads as `name` does; empty if nothing.
fs::path twin_in(const fs::path& folder, const std::string& name) {
  std::error_code error;
  const std::string wanted = nfc(name);
  std::string found;
  fs::directory_iterator items(folder.empty() ? fs::path(".") : folder, error);
  for (; !error && items != fs::directory_iterator(); items.increment(error)) {
    std::string each = items->path().filename().string();
    if ((found.empty() || each < found) && nfc(each) == wanted) found = std::move(each);
  }
  return found;
}

// Where a file is put that is called `path`: links are followed, also those that lead nowhere yet.
fs::path destination_of(const fs::path& path) {
  constexpr int most_links = 40;  // As many as Linux follows.
  fs::path target = existing_path(path);
  std::error_code error;
  for (int links = 0; fs::is_symlink(fs::symlink_status(target, error)); ++links) {
    const fs::path to = links < most_links ? fs::read_symlink(target, error) : fs::path();
    if (to.empty()) fail(path, "cannot write", ELOOP);
    target = target.parent_path() / to;  // `to` itself if that is absolute.
  }
  return target;
}

// ---- Temporary files ---------------------------------------------------------------------------

constexpr std::string_view kDraftBegin = ".chiso-";
constexpr std::string_view kDraftEnd = ".tmp";

// Another one each time, also in other processes and on other machines. Short whatever the name of
// the file is, which may be as long as the disk allows.
std::string draft_name() {
  static std::atomic<std::uint64_t> count{0};
  std::random_device random;
  return fmt::format("{}{:x}-{:x}-{:08x}{}", kDraftBegin, ::getpid(), ++count, random(), kDraftEnd);
}

// A new file in `folder`, locked as long as its writer lives.
int create_draft(const fs::path& folder, ::mode_t mode, std::string& name) {
  for (int attempt = 0;; ++attempt) {
    name = (folder / draft_name()).string();
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) {
      if (errno == EEXIST && attempt < 100) continue;
      return file;
    }
    // Where there are no locks, nobody removes what is left. Who holds this one, or has removed the
    // file, took it for one whose writer had died, in the moment before it was locked.
    const bool is_taken = ::flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat status {};
    if (!is_taken && ::fstat(file, &status) == 0 && status.st_nlink > 0) return file;
    ::unlink(name.c_str());
    ::close(file);
    if (attempt == 100) {
      errno = EAGAIN;
      return -1;
    }
  }
}

// Removes temporary files that nobody holds: their writers were killed.
void remove_drafts(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator items(folder, error);
  for (; !error && items != fs::directory_iterator(); items.increment(error)) {
    const std::string name = items->path().filename().string();
    if (!name.starts_with(kDraftBegin) || !name.ends_with(kDraftEnd)) continue;
    const Handle file(::open(items->path().c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat status {};
    if (file.number() < 0 || ::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
      continue;
    }
    if (::flock(file.number(), LOCK_EX | LOCK_NB) == 0) ::unlink(items->path().c_str());
  }
}

// ---- Pipes -------------------------------------------------------------------------------------

// From now on, reading and writing wait.
bool may_wait(int file) noexcept {
  const int flags = ::fcntl(file, F_GETFL);
  return flags >= 0 && ::fcntl(file, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

/// For what a file that was opened without waiting has to give: as long as somebody writes to it,
/// and a few seconds until somebody does.
class Waiting {
 public:
  Waiting(int file, bool is_pipe) : file_(file), has_writer_(!is_pipe) {
    if (!is_pipe) may_wait(file);
  }

  void for_data() {
    has_writer_ = true;
    may_wait(file_);
  }

  /// After an end of the file. @returns whether it is not one, since nobody has written yet.
  bool for_writer() {
    if (has_writer_) return false;
    struct pollfd events {
      .fd = file_, .events = POLLIN, .revents = 0
    };
    has_writer_ = ::poll(&events, 1, kPause) > 0;  // There is one, or was.
    waited_ += kPause;
    return true;
  }

  [[nodiscard]] bool is_over() const noexcept { return !has_writer_ && waited_ >= kLongest; }

 private:
  static constexpr int kPause = 20;  // Milliseconds.
  static constexpr int kLongest = 5000;

  int file_;
  bool has_writer_;
  int waited_ = 0;
};

}  // namespace

// ---- Reading -----------------------------------------------------------------------------------

fs::path existing_path(const fs::path& path) {
  if (is_there(path) || is_ascii(path.native())) return path;
  fs::path found;
  for (const fs::path& part : path) {
    fs::path next = found / part;
    if (!is_there(next)) {
      const fs::path twin = is_ascii(part.native()) ? fs::path() : twin_in(found, part.string());
      if (twin.empty()) return path;
      next = found / twin;
    }
    found = std::move(next);
  }
  return found;
}

bool is_file(const fs::path& path) noexcept try {
  std::error_code error;
  const fs::file_status status = fs::status(existing_path(path), error);
  return fs::exists(status) && !fs::is_directory(status);
} catch (...) {  // No memory for the name.
  return false;
}

struct InputFile::State {
  State(fs::path from, Size most, std::string_view of)
      : path(std::move(from)),
        most_bytes(most),
        limit(of),
        // Without waiting: a pipe to which nobody writes would stop the program for ever.
        file(::open(existing_path(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}

  [[noreturn]] void too_large(std::string_view bytes) const {
    throw Error({Problem{
        {},
        path.string(),
        fmt::format("the file has {} bytes, and no more than {} are read", bytes, most_bytes),
        limit.empty() ? std::string() : how_to_raise(limit)}});
  }

  fs::path path;
  Size most_bytes;
  std::string limit;
  Handle file;
  std::optional<Size> size;
  std::optional<Waiting> waiting;
  Size used = 0;
};

InputFile::InputFile(const fs::path& path, Size most_bytes, std::string_view limit)
    : state_(std::make_unique<State>(path, most_bytes, limit)) {
  const int file = state_->file.number();
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) not_there(path);
    fail(path, "cannot read", errno);
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) fail(path, "cannot read", errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(fmt::format("expected a file, but '{}' is a folder", shown(path.string())),
                path.string());
  }
  state_->waiting.emplace(file, S_ISFIFO(status.st_mode));
  if (!S_ISREG(status.st_mode)) return;
  state_->size = status.st_size;
  if (status.st_size > most_bytes) state_->too_large(fmt::format("{}", status.st_size));
}

InputFile::~InputFile() = default;

std::optional<Size> InputFile::size() const noexcept { return state_->size; }

std::size_t InputFile::read(char* to, std::size_t count) {
  std::size_t filled = 0;
  while (filled < count) {
    const auto got = ::read(state_->file.number(), to + filled, count - filled);
    if (got < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) fail(state_->path, "cannot read", errno);
      state_->waiting->for_data();
      continue;
    }
    if (got == 0) {
      if (filled > 0 || state_->used > 0 || !state_->waiting->for_writer()) break;
      if (state_->waiting->is_over()) {
        throw Error(
            fmt::format("'{}' is a pipe to which nobody writes", shown(state_->path.string())),
            state_->path.string());
      }
      continue;
    }
    filled += static_cast<std::size_t>(got);
  }
  state_->used += static_cast<Size>(filled);
  if (state_->used > state_->most_bytes) {
    state_->too_large(fmt::format("more than {}", state_->most_bytes));
  }
  return filled;
}

std::string InputFile::rest() {
  constexpr Size first = 4096;
  const Size most = state_->most_bytes - state_->used;
  std::string content;
  // One byte more than there is, which finds the end without another turn.
  Size room = std::min(most, std::max(state_->size.value_or(first), first)) + 1;
  while (true) {
    const auto used = content.size();
    content.resize(static_cast<std::size_t>(room));
    content.resize(used + read(content.data() + used, content.size() - used));
    if (static_cast<Size>(content.size()) < room) return content;
    room = std::min(2 * room, most + 1);
  }
}

void InputFile::allow(Size most_bytes, std::string_view limit) {
  state_->most_bytes = most_bytes;
  state_->limit = limit;
  if (state_->size.value_or(0) > most_bytes) state_->too_large(fmt::format("{}", *state_->size));
}

std::string read_file(const fs::path& path, Size most_bytes, std::string_view limit) {
  return InputFile(path, most_bytes, limit).rest();
}

// ---- Writing -----------------------------------------------------------------------------------

struct AtomicFile::State {
  explicit State(fs::path to) : path(std::move(to)) {}

  [[noreturn]] void give_up(int reason) const { fail(path, "cannot write", reason); }

  fs::path path;    ///< As it was given, for messages.
  fs::path target;  ///< With symbolic links followed.
  fs::path folder;
  std::string beside;  ///< Empty once it has its name.
  std::optional<Handle> file;
  /// What goes to something that cannot be replaced: a pipe, a device.
  std::optional<std::string> pending;
};

AtomicFile::AtomicFile(const fs::path& path) : state_(std::make_unique<State>(path)) {
  struct stat status {};
  const bool exists = ::stat(existing_path(path).c_str(), &status) == 0;
  if (exists && S_ISDIR(status.st_mode)) {
    throw Error(
        fmt::format("expected the name of a file, but '{}' is a folder", shown(path.string())),
        path.string());
  }
  if (exists && !S_ISREG(status.st_mode)) {
    state_->pending.emplace();
    return;
  }
  if (!path.has_filename()) {
    throw Error(fmt::format("expected the name of a file, got '{}'", shown(path.string())),
                path.string());
  }
  state_->target = destination_of(path);
  state_->folder = state_->target.has_parent_path() ? state_->target.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(state_->folder, error)) {
    throw NotFoundError(fmt::format("cannot write '{}': there is no folder '{}'",
                                    shown(path.string()), shown(state_->folder.string())),
                        path.string());
  }
  // Nobody else may read meanwhile what nobody else may read afterwards.
  std::string beside;
  state_->file.emplace(create_draft(state_->folder, exists ? 0600 : 0666, beside));
  if (state_->file->number() < 0) {
    const int reason = errno;
    if (exists && (reason == EACCES || reason == EROFS || reason == EPERM)) {
      throw Error(fmt::format("cannot write '{}': no file can be made in the folder '{}', which is "
                              "how another is replaced: {}",
                              shown(path.string()), shown(state_->folder.string()),
                              std::generic_category().message(reason)),
                  path.string());
    }
    state_->give_up(reason);
  }
  state_->beside = std::move(beside);
}

AtomicFile::~AtomicFile() { discard(); }

void AtomicFile::discard() noexcept {
  if (state_->beside.empty()) return;
  ::unlink(state_->beside.c_str());
  state_->beside.clear();
}

void AtomicFile::write(std::string_view bytes) {
  if (state_->pending) {
    *state_->pending += bytes;
  } else if (!write_all(state_->file->number(), bytes)) {
    state_->give_up(errno);
  }
}

void AtomicFile::overwrite(Size offset, std::string_view bytes) {
  if (state_->pending) {
    state_->pending->replace(static_cast<std::size_t>(offset), bytes.size(), bytes);
    return;
  }
  const int file = state_->file->number();
  if (::lseek(file, offset, SEEK_SET) < 0 || !write_all(file, bytes) ||
      ::lseek(file, 0, SEEK_END) < 0) {
    state_->give_up(errno);
  }
}

void AtomicFile::commit() {
  if (state_->pending) {
    // Without waiting: nobody may be there to read from a pipe.
    Handle file(::open(existing_path(state_->path).c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0 && errno == ENXIO) {
      throw Error(
          fmt::format("cannot write '{}': nobody reads from it", shown(state_->path.string())),
          state_->path.string());
    }
    if (file.number() < 0 || !may_wait(file.number()) ||
        !write_all(file.number(), *state_->pending) || !file.close()) {
      state_->give_up(errno);
    }
    return;
  }
  Handle& file = *state_->file;
  struct stat status {};
  const bool replaces = ::stat(state_->target.c_str(), &status) == 0;
  // Still open, and so locked, until it has its name.
  if ((replaces && ::fchmod(file.number(), status.st_mode & 07777) != 0) ||
      ::fsync(file.number()) != 0 ||
      ::rename(state_->beside.c_str(), state_->target.c_str()) != 0) {
    state_->give_up(errno);
  }
  state_->beside.clear();
  file.close();
  // The new name itself is on the disk only with its folder; some file systems cannot do that.
  const Handle parent(::open(state_->folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.number() >= 0) ::fsync(parent.number());
  remove_drafts(state_->folder);
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.commit();
}

}  // namespace chiso
