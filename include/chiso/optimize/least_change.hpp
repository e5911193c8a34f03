#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chiso/optimize/search.hpp"
#include "chiso/reach/goal.hpp"
#include "chiso/reach/goal_seek.hpp"

namespace chiso {

/// A lever with what moving it costs.
struct PricedLever {
  Lever lever;
  double cost = 1.0;  ///< Of one unit of change, either way; positive.
};

struct LeastChangeOptions {
  bool fewest = false;  ///< As few levers as possible, then as cheap as possible.
  SearchLimits limits = {};
};

/// One lever in a least change.
struct Moved {
  Lever lever;
  double before = 0.0;
  double after = 0.0;
  double cost = 0.0;
};

/// The cheapest improvement over several levers.
struct LeastChange {
  SearchResult result;
  std::vector<Moved> moved;  ///< Those that move, in the order given.
  double score = 0.0;        ///< Composite afterwards, by a true evaluation.
  double rank = 0.0;
  double best = 0.0;  ///< The most that all levers together can give the goal's node.
};

/// Moves levers as little as possible (cost times distance, added up) until a goal is reached.
///
/// Rules on numbers are taken as they are: linear pieces, steps, thresholds. Sums and arithmetic
/// means are linear; geometric, harmonic and power means (power at most 1), minima and the
/// Mazziotta-Pareto forms are concave and approached by tangents; other trees are searched, and
/// the result says that it is not proven.
///
/// @throws NotFoundError, DataError as goal_seek does; SpecError for a cost that is not positive,
/// or a
///         lever that stands twice or below another.
[[nodiscard]] LeastChange least_change(const Scores& base, std::string_view unit, const Goal& goal,
                                       const Rivals& rivals, const std::vector<PricedLever>& levers,
                                       const LeastChangeOptions& options = {});

}  // namespace chiso
