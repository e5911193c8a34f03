#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/size.hpp"

namespace chiso {

/// The path under which a file or folder is there: this one, or one that reads the same but is
/// composed otherwise (a name in NFC that the disk has in NFD, or the reverse; of several the first
/// by bytes). The path as it is if there is none.
[[nodiscard]] std::filesystem::path existing_path(const std::filesystem::path& path);

/// Whether there is something to read from: a file, a pipe, a device; no folder. Of
/// existing_path().
[[nodiscard]] bool is_file(const std::filesystem::path& path) noexcept;

/// The whole content of the file at existing_path(), byte by byte. A named pipe to which nobody
/// writes is waited for some seconds.
///
/// @throws NotFoundError if there is no such file; Error, naming the path, if it is a folder,
/// cannot be
///         read, or has more than `most_bytes` bytes (of which no more is then read).
/// @param limit what of InputLimits `most_bytes` is, for the message; may be empty
[[nodiscard]] std::string read_file(const std::filesystem::path& path, Size most_bytes,
                                    std::string_view limit = {});

/// A file that is read piece by piece.
class InputFile {
 public:
  /// @throws as read_file() does.
  InputFile(const std::filesystem::path& path, Size most_bytes, std::string_view limit = {});
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Nothing of what has no size beforehand: a pipe.
  [[nodiscard]] std::optional<Size> size() const noexcept;

  /// Fills `to` as far as the file goes. @returns the number of bytes. @throws Error, naming the
  /// path.
  [[nodiscard]] std::size_t read(char* to, std::size_t count);

  /// All that was not read yet.
  [[nodiscard]] std::string rest();

  /// Another limit from now on. @throws Error if the file is larger.
  void allow(Size most_bytes, std::string_view limit = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A file that is written piece by piece, of which readers see either what was there before or all
/// of it, also after a crash: a temporary file beside it is written, flushed to the disk and
/// renamed. An existing file keeps its permissions; a symbolic link keeps pointing at the file,
/// which is replaced, or made if the link pointed at nothing. Without commit() nothing has
/// happened.
///
/// The temporary file is called `.chiso-*.tmp`, which no reader of folders takes for data. One that
/// a killed process left there is removed when the next file is written into the folder.
///
/// What is there and no file (a pipe, a device) is written to, all at once by commit().
class AtomicFile {
 public:
  /// @throws NotFoundError if the folder does not exist; Error, naming the path, if nothing can be
  ///         written there.
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends. @throws Error, naming the path.
  void write(std::string_view bytes);

  /// Writes over what stands at `offset` already. @throws Error, naming the path.
  void overwrite(Size offset, std::string_view bytes);

  /// Puts the file in its place. @throws Error, naming the path; the old file is then untouched.
  void commit();

  /// Gives it up: nothing has happened, and nothing more may be written.
  void discard() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes a whole file as AtomicFile does.
///
/// @throws NotFoundError if the folder does not exist; Error, naming the path, if it cannot be
///         written. What was there before is then untouched.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace chiso
