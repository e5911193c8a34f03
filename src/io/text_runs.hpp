#pragma once

#include <string_view>
#include <vector>

#include "chiso/base/text_place.hpp"

namespace chiso {

/// Where the letters of a YAML scalar stand in the file.
///
/// @param yaml from the beginning of the scalar (its quote, or the sign of a block) on
/// @param text the scalar's value
/// @param line, column of the beginning
/// @returns nothing if the two cannot be matched
[[nodiscard]] std::vector<TextPlace::Run> text_runs(std::string_view yaml, std::string_view text,
                                                    int line, int column);

}  // namespace chiso
