#pragma once

#include <map>
#include <string>
#include <vector>

#include "chiso/base/size.hpp"
#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// How the score of a node of one unit came about, down to the values: one line a node, drawn as a
/// tree. Branches without any value are counted, not shown.
/// @param remarks by node: put behind its score
[[nodiscard]] std::vector<std::string> computation_tree(const Scores& scores, Size unit, Size top,
                                                        const std::map<Size, std::string>& remarks);

}  // namespace chiso
