#pragma once

#include <vector>

#include "chiso/scenario/outcome.hpp"
#include "scenario/draft.hpp"

namespace chiso {

/// What a reader of the outcome should know, by edit.
/// @param cells that the edits changed, by variable, then unit
/// @param idle edits that changed nothing
[[nodiscard]] std::vector<Notice> notices_of(const Scores& before, const Scores& after,
                                             const Scenario& scenario,
                                             const std::vector<Draft::Cell>& cells,
                                             const std::vector<Size>& idle);

}  // namespace chiso
