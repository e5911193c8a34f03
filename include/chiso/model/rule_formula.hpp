#pragma once

#include <optional>
#include <span>

#include "chiso/formula/formula.hpp"
#include "chiso/formula/symbols.hpp"
#include "chiso/model/criterion.hpp"
#include "chiso/model/rule.hpp"
#include "chiso/model/variable.hpp"

namespace chiso {

/// A rule together with its measure as a formula: every points rule and `identity`, so that they
/// can be read, checked and explained as formulas are. The same double as the rule's kernel gives
/// comes out for every value that the variables may have (0 and -0 count as the same). Given points
/// beyond the maximum are refused, as a formula's are.
///
/// Points that are relative to the maximum name `maximum`. Where a closed form would differ in the
/// last digit from what the rule gives, the formula says its steps.
///
/// @param leaf whose measure and polarity the rule goes with; its cap is not part of the rule
/// @param maximum of the leaf
/// @param variables of the index; others are plain numbers
/// @returns nothing for a normaliser, whose anchors may depend on data
/// @throws SpecError as rule_kernel()
[[nodiscard]] std::optional<Formula> rule_formula(const Criterion& leaf, const Rule& rule,
                                                  std::optional<double> maximum,
                                                  std::span<const Variable> variables);

/// What the formula of a leaf's rule names: the variables of the index, and its maximum.
[[nodiscard]] FormulaSymbols rule_symbols(std::optional<double> maximum,
                                          std::span<const Variable> variables);

}  // namespace chiso
