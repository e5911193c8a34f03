#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// One pass over the rows of a block.
enum class PassKind : std::uint8_t {
  // From a.
  negate,
  absolute,
  square_root,
  logarithm,
  exponential,
  floor,
  ceiling,
  round,        ///< To `count` decimals.
  whole_power,  ///< a^|count|, or 1 / a^|count| if count < 0.
  is_missing,
  is_present,
  is_true,
  finite,  ///< The last: what is not finite is missing.
  steps,   ///< A step function of a, StepTable number `count`.
  // From a and b.
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  less,
  less_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  coalesce,
  // From a, b and c.
  multiply_add,  ///< a + b * c
  select,        ///< a ? b : c
  // From a, b, c and d: (a ? b) ? c : d
  select_less,
  select_less_equal,
  select_equal
};

/// Where a pass reads: a column of the caller, a column of scratch, or one number for all rows.
struct Source {
  enum class Place : std::uint8_t { constant, input, scratch };
  Place place = Place::constant;
  std::uint32_t column = 0;
  double constant = 0.0;
};

struct Pass {
  PassKind kind = PassKind::finite;
  std::uint32_t out = 0;  ///< A column of scratch; 0 is the result.
  int count = 0;
  Source a;
  Source b;
  Source c;
  Source d;
};

/// A function of one number that is constant between thresholds.
struct StepTable {
  double if_missing = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> from;    ///< Rising; values[k] from here on. The first is -infinity.
  std::vector<double> values;  ///< As many.
};

/// A formula as passes over columns.
struct Program {
  std::vector<Pass> passes;
  std::vector<StepTable> tables;
  std::uint32_t columns = 1;  ///< Of scratch, with the result.
};

/// The columns of one block.
struct Columns {
  const double* const* inputs;
  double* const* scratch;
};

}  // namespace chiso
