#pragma once

#include <string>
#include <vector>

#include "chiso/scenario/edit.hpp"

namespace chiso {

/// A named list of edits, applied in their order to a base that they never change. A value: it can
/// be compared, put together, printed, and written as YAML or as a table.
struct Scenario {
  std::string name;
  std::string note;
  std::vector<Edit> edits;

  /// Whether anchors are fitted to the edited data. Otherwise the base's stay, also where a value
  /// passes them (the outcome says so). They are found by code: an indicator that the base has not,
  /// or has with another measure, polarity or rule, is fitted.
  bool refit = false;

  /// This scenario and then `next`: names joined by " + ", anchors refitted if either wants it.
  [[nodiscard]] Scenario then(const Scenario& next) const;

  friend bool operator==(const Scenario& a, const Scenario& b) = default;
};

/// Several lines: the name, then one line an edit.
[[nodiscard]] std::string describe(const Scenario& scenario);

}  // namespace chiso
