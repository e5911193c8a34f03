#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "chiso/io/limits.hpp"
#include "chiso/snapshot/study.hpp"

/// Snapshots: studies, and single values, as files that last. docs/snapshots.md has the format.
///
/// C++ and Python read and write the same files. What was written by a released version is read by
/// all later ones; what a later one wrote in a newer format is refused with advice, never misread.
/// Files are input like any other: one that was cut, changed in any byte, or lies about its sizes
/// is refused in bounded time and memory.
namespace chiso {

/// How a snapshot is written.
enum class SnapshotForm {
  binary,  ///< Compact, the same bytes on every platform.
  xml      ///< To be read by people and compared line by line.
};

/// XML for a name that ends in ".xml", else binary.
[[nodiscard]] SnapshotForm form_for(const std::filesystem::path& path);

/// Writes a study, replacing a file as a whole or not at all. Large arrays go to the file from
/// where they lie.
/// @throws NotFoundError if the folder does not exist, Error if the file cannot be written.
void save_snapshot(const Study& study, const std::filesystem::path& path, SnapshotForm form);
void save_snapshot(const Study& study, const std::filesystem::path& path);

/// Reads either form, whichever it is.
/// @throws NotFoundError if there is no such file; Error if it cannot be read; ArchiveError if it
/// is
///         no snapshot, cut off, damaged, of a newer format, or holds what cannot be.
[[nodiscard]] Study load_snapshot(const std::filesystem::path& path,
                                  const InputLimits& limits = {});

/// The same in memory. Equal studies have equal bytes.
[[nodiscard]] std::string to_bytes(const Study& study, SnapshotForm form = SnapshotForm::binary);
[[nodiscard]] Study study_from_bytes(std::string_view bytes, const InputLimits& limits = {});

/// One value alone, without provenance: a study whose only part is called "value".
[[nodiscard]] std::string to_bytes(StudyValue value, SnapshotForm form = SnapshotForm::binary);

/// @throws ArchiveError as load_snapshot does; DataError if the bytes hold another kind of value.
template <class T>
[[nodiscard]] T from_bytes(std::string_view bytes, const InputLimits& limits = {}) {
  return study_from_bytes(bytes, limits).template get<T>("value");
}

/// One value without those that it is made from and the reader has: scores without their index and
/// panel, say, so that who keeps a hundred scores of one panel keeps it once. For use inside of a
/// program or between its processes; no file, since it cannot be read alone.
/// @param known what the reader will be given, in the same order
/// @param room gives memory for so many bytes, asked for once
void to_bytes(const StudyValue& value, std::span<const StudyValue> known,
              const std::function<char*(Size)>& room);

/// @throws ArchiveError as load_snapshot does.
[[nodiscard]] StudyValue value_from_bytes(std::string_view bytes, std::span<const StudyValue> known,
                                          const InputLimits& limits = {});

/// What the head of a snapshot says.
struct SnapshotHead {
  SnapshotForm form = SnapshotForm::binary;
  int format = 0;
  Size bytes = 0;        ///< Of the whole file.
  std::string checksum;  ///< 16 hexadecimal digits; empty: none (XML edited by hand).
};

/// Reads the head alone. @throws as load_snapshot does.
[[nodiscard]] SnapshotHead read_snapshot_head(const std::filesystem::path& path);

}  // namespace chiso
