#pragma once

namespace chiso {

/// In which words something is shown to people.
enum class Language { en, vi };

}  // namespace chiso
