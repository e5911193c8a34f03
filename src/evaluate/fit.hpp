#pragma once

#include <span>

#include "chiso/base/error.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/input.hpp"

namespace chiso {

/// Anchors of every leaf with a linear normaliser.
///
/// @param inputs the periods so far, the one that is scored last
/// @param wanted by position in Anchors: 0 for those that are not wanted and stay without numbers;
///               empty: all are
/// @throws DataError with all leaves whose anchors cannot be fitted.
[[nodiscard]] Anchors fit_anchors(const Compiled& compiled, std::span<const Input* const> inputs,
                                  std::span<const char> wanted = {});

/// The same from a panel, for a period of it.
[[nodiscard]] Anchors fit_anchors(const Compiled& compiled, const Panel& panel, Size period,
                                  std::span<const char> wanted = {});

/// Whether earlier periods take part in any of the wanted anchors.
[[nodiscard]] bool fits_pooled(const Compiled& compiled, std::span<const char> wanted);

/// The map of a leaf (by position) with a linear normaliser, for a good anchor of it; NaN in `span`
/// without any observation. What is wrong with the anchor becomes a problem.
[[nodiscard]] LinearMap map_of(const Compiled& compiled, std::size_t leaf,
                               const FittedAnchor& anchor, Problems& problems);

/// The maps of the leaves, in their order; the identity for leaves without a linear normaliser, NaN
/// in `span` for those without any observation.
/// @throws DataError with all leaves whose anchors coincide or are not this compiled's.
[[nodiscard]] std::vector<LinearMap> maps_of(const Compiled& compiled, const Anchors& anchors);

}  // namespace chiso
