#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/model/index.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// The node that is spelled so, else those that the pattern meets, in the order of the index.
/// @throws NotFoundError if there is none
[[nodiscard]] inline std::vector<Size> matched_nodes(const Index& index, std::string_view pattern) {
  SourceProblems problems;
  std::vector<Size> nodes =
      met_by(std::string(pattern), index.codes(), "criterion or indicator", problems);
  problems.raise();
  return nodes;
}

}  // namespace chiso
