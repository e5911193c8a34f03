// All other sources see fmt's declarations alone; its code, which is long to compile, stands here
// once. It is weak, so a program that links fmt for itself may do so.
#define FMT_HEADER_ONLY
#include <fmt/format.h>

namespace chiso {

/// What fmt::format() calls.
[[gnu::used]] static const auto kFormat =
    static_cast<std::string (*)(fmt::string_view, fmt::format_args)>(fmt::vformat);

}  // namespace chiso
