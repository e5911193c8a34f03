#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "chiso/check/check_file.hpp"
#include "chiso/io/document.hpp"
#include "chiso/io/limits.hpp"
#include "chiso/io/load_index.hpp"
#include "io/reader.hpp"

/// The format of check files: for every kind of mapping one table of its keys.
namespace chiso {

/// What a document says. @param folder where tables of cases are looked for.
/// @throws SpecError with every problem.
[[nodiscard]] CheckFile checks_from(const Node& root, const std::string& file,
                                    const std::filesystem::path& folder, const InputLimits& limits);

/// A number is an absolute tolerance, 0 the same double; or {absolute: , relative: }.
void read_value(Reader& reader, const Node& node, std::optional<Tolerance>& value);

}  // namespace chiso
