#pragma once

#include <span>

#include "chiso/model/index.hpp"
#include "chiso/uncertainty/sources.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/source_problems.hpp"

namespace chiso {

/// A problem for each source that varies what a source before it varies: a value, an anchor, or the
/// shares of one criterion, be it by itself or as a part of the shares of all indicators.
void expect_varied_once(const Index& index, std::span<const Source> sources,
                        std::span<const VariedRow> rows, SourceProblems& problems);

}  // namespace chiso
