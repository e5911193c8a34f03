#pragma once

#include <string_view>

namespace chiso {

/// How much something that was found matters.
enum class Severity { error, warning, note };

/// "error", "warning", "note".
[[nodiscard]] std::string_view name(Severity severity) noexcept;

}  // namespace chiso
