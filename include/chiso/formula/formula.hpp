#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/size.hpp"

namespace chiso {

/// What a node of a formula is. Unless said otherwise a missing operand makes the result missing.
enum class FormulaOperation : std::uint8_t {
  // Without operands.
  number,    ///< A literal; `number`.
  truth,     ///< true or false; `number` is 1 or 0.
  category,  ///< A literal in quotes; `text`.
  name,      ///< A variable or a parameter; `text`.
  highest,   ///< `maximum`: the criterion's own.
  nothing,   ///< `missing` without parentheses: no value.
  // Of numbers.
  negate,
  add,
  subtract,
  multiply,
  divide,  ///< Missing where the divisor is 0.
  power,   ///< `a ^ b`; missing where it is not a real number.
  // Comparisons: numbers with numbers, categories with categories (in their declared order).
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  // Three-valued: false and missing is false, true or missing is true.
  logical_not,
  logical_and,
  logical_or,
  /// `if c1 then a1 else if c2 then a2 ... else z` with operands c1 a1 c2 a2 ... z: the first
  /// condition that is true decides; missing if a condition before it is.
  choose,
  // Functions.
  minimum,
  maximum,
  clamp,        ///< clamp(x, low, high)
  absolute,     ///< abs
  square_root,  ///< sqrt; missing below 0.
  logarithm,    ///< log, natural; missing at 0 and below.
  exponential,  ///< exp
  round,  ///< round(x) or round(x, digits): half away from zero, on the shortest decimal text of x.
  floor,
  ceiling,  ///< ceil
  sum,
  mean,
  count,       ///< Of numbers: how many are not missing. Of conditions: how many are true.
  is_missing,  ///< missing(x): never missing itself.
  coalesce,    ///< The first that is not missing.
  previous,    ///< prev(x): the variable in the period before; missing if the data have none.
  between      ///< between(x, low, high): both ends included.
};

/// Part of a formula's text: bytes from `begin` up to `end`, not included.
struct FormulaSpan {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  friend bool operator==(const FormulaSpan&, const FormulaSpan&) = default;
};

/// One node. Operands stand before it in Formula::nodes().
struct FormulaNode {
  FormulaOperation operation = FormulaOperation::nothing;
  double number = 0.0;
  std::string text;
  std::vector<std::uint32_t> operands;  ///< Positions in Formula::nodes().
  FormulaSpan span;                     ///< In the text it was read from.

  /// Where it was written is not part of the value.
  friend bool operator==(const FormulaNode& a, const FormulaNode& b) {
    return a.operation == b.operation && a.number == b.number && a.text == b.text &&
           a.operands == b.operands;
  }
};

/// What a formula may cost to read.
struct FormulaLimits {
  Size text_bytes = 64 << 10;
  Size nodes = 10'000;
  int depth = 250;
};

/// The syntax tree of a formula: an immutable value, in the order in which it is worked out (each
/// node behind its operands, each node the operand of exactly one other, the root last).
///
/// Names are not resolved and types not checked: see FormulaProgram and check_formula().
class Formula {
 public:
  /// Reads a formula.
  /// @throws SpecError whose location (line and column in characters) points at what is wrong.
  explicit Formula(std::string_view text, const FormulaLimits& limits = {});

  /// From nodes in the order that the class states. Spans are those of the canonical text.
  /// @throws SpecError if the nodes are no such tree, or an operation has too few or too many
  /// operands, or a number is not finite.
  explicit Formula(std::vector<FormulaNode> nodes, const FormulaLimits& limits = {});

  [[nodiscard]] std::span<const FormulaNode> nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::size_t root() const noexcept { return nodes_.size() - 1; }

  /// As it was written.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  /// Names of variables and parameters in order of first use, those within prev() too.
  [[nodiscard]] std::vector<std::string> names() const;

  /// The same tree, however it was written.
  friend bool operator==(const Formula& a, const Formula& b) { return a.nodes_ == b.nodes_; }

 private:
  std::vector<FormulaNode> nodes_;
  std::string text_;
};

/// The one canonical form: Formula(to_string(f)) == f.
[[nodiscard]] std::string to_string(const Formula& formula);

/// The canonical form of one node with all below it.
[[nodiscard]] std::string to_string(const Formula& formula, std::size_t node);

/// The name of a function or the sign of an operator as it is written: "min", "<=", "if".
[[nodiscard]] std::string_view name(FormulaOperation operation) noexcept;

/// Every function and word of the language, for suggestions and documentation.
[[nodiscard]] std::vector<std::string_view> formula_words();

/// A name as a formula writes it: in backquotes if it is not letters, digits, '_' and '.', or is a
/// word of the language.
[[nodiscard]] std::string quoted_name(std::string_view name);

}  // namespace chiso
