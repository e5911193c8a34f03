#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"

namespace chiso {

/// What can happen in a formula, apart from a number coming out.
struct FormulaPart {
  enum class What {
    condition_true,   ///< Of `choose`: condition `operand` (counted from 0) decides.
    condition_false,  ///< ... or passes on.
    decides,          ///< One operand alone decides (and, or, min, max), or is the one (coalesce).
    clamped_low,      ///< Of `clamp`.
    not_clamped,
    clamped_high,
    at_bound,   ///< A value compared with a fixed one equals it.
    near_bound  ///< ... or is close to it where the comparison has another outcome.
  };
  What what = What::decides;
  std::uint32_t node = 0;
  std::size_t operand = 0;  ///< Of at_bound and near_bound: which of the operands is fixed.
  bool below = true;        ///< Of near_bound: on which side.
  std::string place;        ///< As it ends an id: "if.1:true", "at_90".
  std::string words;
};

/// All parts, in the order of the text. Those that provably never happen, by the ranges of the
/// variables, are not among them.
[[nodiscard]] std::vector<FormulaPart> formula_parts(const Formula& formula,
                                                     const FormulaSymbols& symbols);

/// Which of them happen.
/// @param parts of this formula
/// @param values of all nodes, as FormulaProgram::trace gives them
[[nodiscard]] std::vector<char> happening(const Formula& formula,
                                          std::span<const FormulaPart> parts,
                                          std::span<const double> values);

}  // namespace chiso
