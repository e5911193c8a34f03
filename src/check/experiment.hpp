#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "check/trials.hpp"
#include "chiso/base/size.hpp"
#include "chiso/evaluate/anchors.hpp"

namespace chiso {

/// An input on which a property is looked at.
struct Experiment {
  TrialUnits units;
  std::optional<Anchors> anchors;  ///< Held; else fitted to the units.
  /// Of properties that compare two values of the first unit: which, and the other one.
  Size column = -1;
  double other = std::numeric_limits<double>::quiet_NaN();
  bool exact = false;  ///< The two values belong together and cannot be made simpler.
};

struct Failing {
  Size node = 0;
  std::string message;
};

/// Where a property does not hold. @throws DataError if the input cannot be scored
using Look = std::function<std::vector<Failing>(const Experiment&)>;

/// The failing nodes below which none fails.
[[nodiscard]] std::vector<Failing> lowest(const Index& index, std::vector<Failing> failing);

/// The simplest input found on which the property still fails at the node: fewest units, fewest
/// values, shortest numbers.
[[nodiscard]] Experiment simplest(const Trials& trials, Experiment experiment, Size node,
                                  const Look& look);

/// The input as a case of a check file, or as a table where units depend on each other.
[[nodiscard]] std::vector<std::string> written_case(const Trials& trials,
                                                    const Experiment& experiment, Size node,
                                                    const std::string& title, const Look& look);

}  // namespace chiso
