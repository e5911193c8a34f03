#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

/// What a value is. The operations that formulas have, in fewer words: a > b is b < a, sums of many
/// are sums of two, a chain of branches is a nest of `select`.
enum class ValueKind : std::uint8_t {
  constant,
  input,
  // Of one value.
  negate,
  absolute,
  square_root,
  logarithm,
  exponential,
  floor,
  ceiling,
  round,  ///< To `constant` decimals.
  raise,  ///< To the power of `constant`.
  is_missing,
  is_present,
  is_true,
  // Of two.
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
  // Of three: condition, value if true, value if false; missing if the condition is.
  select
};

[[nodiscard]] constexpr std::size_t operands_of(ValueKind kind) noexcept {
  if (kind <= ValueKind::input) return 0;
  if (kind <= ValueKind::is_true) return 1;
  return kind < ValueKind::select ? 2 : 3;
}

[[nodiscard]] constexpr bool is_comparison(ValueKind kind) noexcept {
  return kind >= ValueKind::less && kind <= ValueKind::not_equal;
}

struct Value {
  ValueKind kind = ValueKind::constant;
  std::array<std::uint32_t, 3> operands{};  ///< Positions of values before it.
  double constant = 0.0;                    ///< Of an input: its position.
};

/// One row.
[[nodiscard]] double apply(const Value& value, double a, double b, double c) noexcept;

/// A formula in which each value is worked out once, names are resolved, and what is known
/// beforehand is constant.
struct Graph {
  std::vector<Value> values;           ///< Each behind its operands.
  std::vector<std::uint32_t> of_node;  ///< By node of the formula.
  std::vector<FormulaInput> inputs;

  [[nodiscard]] std::uint32_t root() const noexcept { return of_node.back(); }
};

/// @throws SpecError as formula_types()
[[nodiscard]] Graph graph_of(const Formula& formula, const FormulaSymbols& symbols);

}  // namespace chiso
