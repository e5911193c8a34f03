#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "chiso/check/baseline.hpp"
#include "chiso/io/limits.hpp"

/// Baselines as text: made to be read, compared line by line and kept under version control.
///
/// Sections, each with the number and a fingerprint of its lines: what was locked, the definition
/// in its canonical form, fingerprints of the data, and as comma-separated values the anchors, what
/// nodes count, what rules give at their bounds, and the results, one line a unit and period.
namespace chiso {

/// Reads a baseline.
/// @throws NotFoundError if there is no such file; Error if it cannot be read; DataError, with
///         lines, for what is no baseline, of a newer format, cut off, edited by hand (a
///         fingerprint is not that of its lines), or at odds with its own definition; SpecError for
///         what is wrong in the definition.
[[nodiscard]] LockedResults load_baseline(const std::filesystem::path& path,
                                          const InputLimits& limits = {});

/// The same from a text. @param file the name of its origin for messages; may be empty.
[[nodiscard]] LockedResults parse_baseline(std::string_view text, std::string_view file = {},
                                           const InputLimits& limits = {});

/// The text; parse_baseline reads back the same. Equal baselines have equal texts.
[[nodiscard]] std::string to_text(const LockedResults& baseline);

/// Writes the text, replacing a file as a whole or not at all.
/// @throws NotFoundError if the folder does not exist, Error if the file cannot be written.
void save_baseline(const LockedResults& baseline, const std::filesystem::path& path);

}  // namespace chiso
