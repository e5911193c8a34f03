#pragma once

#include <fmt/core.h>

#include <string_view>
#include <vector>

#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "chiso/model/index.hpp"
#include "chiso/scenario/edit.hpp"

namespace chiso {

/// The node that is spelled so, else those that the pattern meets, in the order of the index.
/// @throws NotFoundError if there is none, with the nearest code.
[[nodiscard]] inline std::vector<Size> matched_nodes(const Index& index, std::string_view pattern) {
  if (const auto node = index.codes().find(pattern)) return {*node};
  std::vector<Size> nodes;
  for (Size i = 0; i < index.size(); ++i) {
    if (matches(pattern, index.codes()[i])) nodes.push_back(i);
  }
  if (nodes.empty()) {
    throw NotFoundError(fmt::format("no criterion or indicator is met by '{}'{}", pattern,
                                    nearest_or_all(pattern, index.codes().names())));
  }
  return nodes;
}

}  // namespace chiso
