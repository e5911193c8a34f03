#pragma once

#include <filesystem>

namespace chiso {

/// The folder of what ships with the library: `indices/`, `data/`, `schema/`.
///
/// The first of these that is an existing folder: the environment variable `CHISO_SHARE`; for a
/// build that is used in place, the `share` folder of the source tree; for an installation, its
/// data folder. An installation that was moved elsewhere needs `CHISO_SHARE`; the Python package
/// passes its own folder and never asks.
///
/// @throws NotFoundError if there is none, naming the places that were looked at; also if
///         `CHISO_SHARE` is set but is not a folder.
[[nodiscard]] std::filesystem::path shipped_folder();

}  // namespace chiso
