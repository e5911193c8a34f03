#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/formula.hpp"

namespace chiso {

/// What a name in a formula stands for.
struct FormulaSymbol {
  Interval range;                       ///< Of a variable: what the data may hold.
  std::vector<std::string> categories;  ///< Of a variable with categories, from worst to best.
  std::optional<double> value;          ///< Of a parameter.
};

/// Everything that formulas of one criterion may use.
struct FormulaSymbols {
  std::map<std::string, FormulaSymbol, std::less<>> names;
  std::optional<double> maximum;  ///< The criterion's; none: `maximum` is refused.
};

enum class FormulaType { number, truth, category };

/// The types of all nodes, by position.
/// @throws SpecError with every problem: unknown names (with the nearest), operands of the wrong
/// type, categories that a variable does not have, prev() of something that is not a variable, a
/// formula that is not a number. Locations are lines and columns of the text.
[[nodiscard]] std::vector<FormulaType> formula_types(const Formula& formula,
                                                     const FormulaSymbols& symbols);

/// Line and column of a part of the text, counted in characters, not bytes.
[[nodiscard]] Location location_of(const Formula& formula, FormulaSpan span);

}  // namespace chiso
