#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chiso/evaluate/scores.hpp"

namespace chiso {

/// A computed score against the published one of the same node.
struct Reconciliation {
  struct Gap {
    Size unit = 0;
    double computed = 0.0;
    double published =
        0.0;  ///< NaN: a score is computed but none is published; and the other way round.
  };
  Size node = 0;
  std::string variable;    ///< Of the panel, with the published values.
  double tolerance = 0.0;  ///< Largest difference that is no gap.
  Size compared = 0;       ///< Units with both values.
  double largest = 0.0;    ///< Largest absolute difference; 0 if none was compared.
  std::vector<Gap>
      gaps;  ///< Units beyond the tolerance or with one value only, largest difference first.
};

/// Compares every node whose definition says where its published value is with what its parts give.
/// Published data contain errors: they are reported, never repaired. Nodes whose variable the panel
/// does not have are left out.
/// @param tolerance in place of those that the definition states
[[nodiscard]] std::vector<Reconciliation> reconcile(const Scores& scores,
                                                    std::optional<double> tolerance = {});

}  // namespace chiso
