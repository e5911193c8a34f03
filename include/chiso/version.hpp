#pragma once

#include <string_view>

namespace chiso {

/// Version of these headers, "major.minor.patch".
inline constexpr std::string_view header_version = "0.1.0";

/// Version of the compiled library; equal to `header_version` unless an installation is mixed.
[[nodiscard]] std::string_view version() noexcept;

}  // namespace chiso
