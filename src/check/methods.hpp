#pragma once

#include <optional>
#include <vector>

#include "chiso/base/period.hpp"
#include "chiso/model/index.hpp"

namespace chiso {

/// One day of every stretch of time in which no dated value of `index` (or of `other`, if given)
/// changes, while the edition of `index` is in force; nothing stands for any day.
[[nodiscard]] std::vector<std::optional<Period>> method_days(const Index& index,
                                                             const Index* other = nullptr);

}  // namespace chiso
