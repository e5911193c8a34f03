#include "evaluate/formula_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {

std::string raw_text(const Compiled& compiled, const Input& input, Size column, Size unit) {
  const InputColumn& from = input.columns[at(column)];
  const double raw = from.data[unit * from.stride];
  if (std::isnan(raw)) return "missing";
  const Variable& of = compiled.variable_of(column);
  if (!of.is_category()) return to_string(raw);
  const double position = from.recode.empty() ? raw : from.recode[static_cast<std::size_t>(raw)];
  return position >= 0.0 && position < static_cast<double>(of.categories.size())
             ? of.categories[static_cast<std::size_t>(position)]
             : to_string(position);
}

std::string formula_values(const Compiled& compiled, const CompiledLeaf& leaf, const Input& input,
                           Size unit) {
  std::vector<std::string> parts;
  for (const auto& term : leaf.measure.terms) {
    parts.push_back(fmt::format("{} = {}", compiled.column_name(term.variable),
                                raw_text(compiled, input, term.variable, unit)));
  }
  const Formula& formula = leaf.measure.formula->formula();
  const FormulaSymbols symbols = formula_symbols(compiled.index, leaf.node, compiled.method);
  for (const std::string& name : formula.names()) {
    const auto& value = symbols.names.at(name).value;
    if (value) parts.push_back(fmt::format("{} = {}", name, to_string(*value)));
  }
  const bool uses_maximum = std::any_of(
      formula.nodes().begin(), formula.nodes().end(),
      [](const FormulaNode& node) { return node.operation == FormulaOperation::highest; });
  if (uses_maximum) parts.push_back("maximum = " + to_string(*symbols.maximum));
  return join(parts, ", ");
}

std::string formula_text(const Compiled& compiled, const CompiledLeaf& leaf, const Input& input,
                         Size unit) {
  const std::string values = formula_values(compiled, leaf, input, unit);
  std::string text = to_string(leaf.measure.formula->formula());
  if (!values.empty()) text += " with " + values;
  return text;
}

}  // namespace chiso
