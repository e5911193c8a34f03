#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chiso {

/// RFC 4648, with padding, on one line.
[[nodiscard]] std::string to_base64(std::string_view bytes);

/// Nothing if it is not what to_base64 writes.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace chiso
