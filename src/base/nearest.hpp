#pragma once

#include <span>
#include <string>
#include <string_view>

#include "chiso/base/size.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

/// Names in one line.
[[nodiscard]] inline std::string listed(std::span<const std::string> names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

/// What to add to the message that there is no such name: the nearest one, else all of them if they
/// are few enough to be read.
[[nodiscard]] inline std::string nearest_or_all(std::string_view name,
                                                std::span<const std::string> names) {
  constexpr Size most_listed = 12;
  std::string text = suggestion(name, names);
  if (text.empty() && !names.empty() && std::ssize(names) <= most_listed) {
    text = "; there are: " + listed(names);
  }
  return text;
}

}  // namespace chiso
