#pragma once

#include <filesystem>
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

/// Writes a file so that readers see either what was there before or all of `content`, also after a
/// crash: a temporary file beside it is written, flushed to the disk and renamed. An existing file
/// keeps its permissions; a symbolic link keeps pointing at the file, which is replaced.
///
/// @throws NotFoundError if the folder does not exist; Error, naming the path, if it cannot be
///         written. What was there before is then untouched.
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

}  // namespace chiso
