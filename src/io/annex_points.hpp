#pragma once

#include <optional>
#include <string>
#include <string_view>

/// Points and targets as annexes of plans have them.
namespace chiso {

/// Points as offices write them: "0.5", "0,5", "0,5 points".
[[nodiscard]] std::optional<double> read_points(std::string_view cell);

/// What a cell promises, in the words of the format: `rank: "<= 10"`.
struct AnnexTarget {
  std::string quantity;  ///< "score", "percent" or "rank".
  std::string range;     ///< An interval, "keep" or "raise".
};

/// Reads "8.5", ">= 8,5 points", "96%", "top 10", "10-15", "keep", "raise", in English or
/// Vietnamese; nothing if it is none of them.
///
/// @param quantity of a bare number.
[[nodiscard]] std::optional<AnnexTarget> read_target(std::string_view cell,
                                                     std::string_view quantity);

}  // namespace chiso
