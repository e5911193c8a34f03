#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chiso/base/error.hpp"
#include "chiso/base/size.hpp"

namespace chiso {

/// The byte order mark that some editors put in front of UTF-8.
inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Why `text` is no text to read: a byte that is not UTF-8, or a control character other than tab
/// and the ends of lines. Nothing if all is well.
[[nodiscard]] std::optional<Problem> find_bad_text(std::string_view text, std::string_view file);

/// Number of letters (code points) of valid UTF-8.
[[nodiscard]] Size letters(std::string_view text) noexcept;

}  // namespace chiso
