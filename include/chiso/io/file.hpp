#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/size.hpp"

namespace chiso {

/// The whole content of a file, byte by byte.
///
/// @throws NotFoundError if there is no such file; Error, naming the path, if it is a folder,
/// cannot be
///         read, or has more than `most_bytes` bytes (of which no more is then read).
[[nodiscard]] std::string read_file(const std::filesystem::path& path, Size most_bytes);

/// A file that is read piece by piece.
class InputFile {
 public:
  /// @throws as read_file() does.
  InputFile(const std::filesystem::path& path, Size most_bytes);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Nothing of what has no size beforehand: a pipe.
  [[nodiscard]] std::optional<Size> size() const noexcept;

  /// Fills `to` as far as the file goes. @returns the number of bytes. @throws Error, naming the
  /// path.
  [[nodiscard]] std::size_t read(char* to, std::size_t count);

  /// All that was not read yet. @throws Error if it, with what was read, is more than `most_bytes`.
  [[nodiscard]] std::string rest(Size most_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A file that is written piece by piece, of which readers see either what was there before or all
/// of it, also after a crash: a temporary file beside it is written, flushed to the disk and
/// renamed. An existing file keeps its permissions; a symbolic link keeps pointing at the file,
/// which is replaced. Without commit() nothing has happened.
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
