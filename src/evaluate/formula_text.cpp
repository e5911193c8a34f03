#include "evaluate/formula_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/formula/render.hpp"
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

namespace {

/// What a formula reads and uses for a unit, by name as with_values() asks for it.
std::vector<std::pair<std::string, std::string>> values_of(const Compiled& compiled,
                                                           const CompiledLeaf& leaf,
                                                           const Input& input, Size unit) {
  std::vector<std::pair<std::string, std::string>> values;
  for (const auto& term : leaf.measure.terms) {
    values.emplace_back(compiled.column_name(term.variable),
                        raw_text(compiled, input, term.variable, unit));
  }
  const Formula& formula = leaf.measure.formula->formula();
  const FormulaSymbols symbols = formula_symbols(compiled.index, leaf.node, compiled.method);
  for (const std::string& name : formula.names()) {
    const auto& value = symbols.names.at(name).value;
    if (value) values.emplace_back(name, to_string(*value));
  }
  const bool uses_maximum = std::any_of(
      formula.nodes().begin(), formula.nodes().end(),
      [](const FormulaNode& node) { return node.operation == FormulaOperation::highest; });
  if (uses_maximum) values.emplace_back("maximum", to_string(*symbols.maximum));
  return values;
}

}  // namespace

std::string formula_put_in(const Compiled& compiled, const CompiledLeaf& leaf, const Input& input,
                           Size unit) {
  const auto values = values_of(compiled, leaf, input, unit);
  return with_values(leaf.measure.formula->formula(), [&values](std::string_view name) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [name](const auto& each) { return each.first == name; });
    return found == values.end() ? std::string() : found->second;
  });
}

std::string formula_text(const Compiled& compiled, const CompiledLeaf& leaf, const Input& input,
                         Size unit) {
  std::string text = to_string(leaf.measure.formula->formula());
  const char* separator = " with ";
  for (const auto& [name, value] : values_of(compiled, leaf, input, unit)) {
    text += fmt::format("{}{} = {}", separator, name, value);
    separator = ", ";
  }
  return text;
}

}  // namespace chiso
