#pragma once

#include "chiso/base/size.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// Scores that a node cannot leave, its cap aside; infinite where this is not looked into. The
/// ranges of an evaluator are not enough where something is to be proven, since they trust maxima
/// that are only stated.
[[nodiscard]] ScoreRange uncapped_bounds(const Compiled& compiled, Size node);

}  // namespace chiso
