#pragma once

#include <vector>

#include "chiso/check/report.hpp"
#include "chiso/model/index.hpp"

namespace chiso {

/// What its author should know of a valid definition: warnings and notes beyond what makes it
/// invalid.
[[nodiscard]] std::vector<CheckFinding> lint(const Index& index);

}  // namespace chiso
