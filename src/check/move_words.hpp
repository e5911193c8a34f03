#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/check/attribution.hpp"
#include "chiso/check/difference.hpp"

/// Moves of scores and ranks, in words.
namespace chiso {

/// "1 unit", "2 units".
[[nodiscard]] std::string how_many(Size number, std::string_view what);

/// "97.3323 -> 96.0823", with all digits where fewer do not tell them apart; NaN: "none".
[[nodiscard]] std::string moved_words(double before, double after);

/// "1.1.4 rule".
[[nodiscard]] std::string change_name(const DefinitionChange& change);

/// "1.1.4 rule", "labor weights and maximum".
[[nodiscard]] std::string edit_name(const DefinitionDifference& difference, const EditEffect& edit);

/// What is due to something: "-1.25 and +2 places".
[[nodiscard]] std::string part_words(double points, double places);

/// "Thanh Hoa: 65.6 -> 64.1 (-1.5), rank 24 -> 30; by labor rule -1.5 and +6 places".
/// @param edits of the parts of `move`; nullptr: none are named
/// @param rest what else it is due to, in words; empty: nothing
[[nodiscard]] std::string unit_words(const UnitMove& move, const DefinitionDifference& difference,
                                     const std::vector<EditEffect>* edits,
                                     const std::string& rest = {});

/// Appends lines, of a long list the first ones and how many there are more.
void add_lines(std::vector<std::string>& into, const std::vector<std::string>& lines,
               std::size_t most);

}  // namespace chiso
