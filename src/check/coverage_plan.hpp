#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "check/formula_parts.hpp"
#include "chiso/base/period.hpp"
#include "chiso/base/size.hpp"
#include "chiso/check/coverage.hpp"
#include "chiso/score/piecewise.hpp"

namespace chiso {

/// Which part of a definition is touched by what; positions in Coverage::parts(), -1: no such part.
struct CoveragePlan {
  /// A number, or those close to it on one side.
  struct Bound {
    double first = 0.0;
    double last = 0.0;
    Size part = -1;
  };
  /// What computes the points of a leaf while one rule with one maximum is in force.
  struct RuleParts {
    std::size_t entry = 0;  ///< Position in Criterion::rule.
    std::optional<Piecewise> kernel;
    std::vector<Size> pieces;  ///< By piece of the kernel.
    std::vector<Bound> bounds;
    std::vector<Size> categories;  ///< By category of the measure.
    std::vector<FormulaPart> formula;
    std::vector<Size> of_formula;  ///< One each.
  };
  struct Leaf {
    std::vector<RuleParts> rules;
    Size at_low = -1;
    Size at_high = -1;
    Size beyond_low = -1;
    Size beyond_high = -1;
    Size tie = -1;
    Size not_applicable = -1;
    Size zero_denominator = -1;
    std::vector<Size> decided;  ///< By term of the measure; empty: not one of several.
  };
  struct Inner {
    Size missing_child = -1;
    Size too_few = -1;
    std::vector<Size> decided;  ///< By child; empty: not one of several.
  };
  struct Node {
    Size scored = -1;
    Size cut = -1;
    Size below_cap = -1;
    Size role = -1;
    Leaf leaf;
    Inner inner;
  };
  struct Entry {
    Size node = 0;
    PeriodRange in_force;
    Size part = -1;
  };

  std::vector<std::optional<Period>> days;  ///< One of each stretch without a change.
  std::vector<Node> nodes;
  std::vector<Size> zeros;  ///< By variable of the index.
  std::vector<Entry> entries;
};

/// The parts of an index, and what touches them.
struct CoverageParts {
  std::vector<CoveragePart> parts;
  CoveragePlan plan;
};

/// @param methods as for Coverage
[[nodiscard]] CoverageParts plan_coverage(const Index& index, std::span<const Period> methods);

}  // namespace chiso
