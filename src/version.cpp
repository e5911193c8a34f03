#include "chiso/version.hpp"

namespace chiso {

std::string_view version() noexcept { return header_version; }

}  // namespace chiso
