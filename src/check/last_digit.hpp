#pragma once

#include <optional>
#include <utility>

namespace chiso {

/// The number one unit in its last written digit away: 0.35 becomes 0.36 (`up`) or 0.34, 90 becomes
/// 91 or 89. As written means the shortest decimal text that reads back as the same double.
[[nodiscard]] double next_digit(double value, bool up);

/// Both numbers after one unit in the last digit that is written of either went from the second to
/// the first: 0.35 and 0.4 become 0.36 and 0.39. Nothing if they have no such digit in common.
[[nodiscard]] std::optional<std::pair<double, double>> shift_digit(double gains, double loses);

}  // namespace chiso
