#include "chiso/model/formula_symbols.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <vector>

#include "chiso/base/error.hpp"

namespace chiso {

namespace {

/// Names in the formulas of a node that may be in force.
std::vector<std::string> names_of(const Criterion& node, const std::optional<Period>& method) {
  std::vector<std::string> names;
  for (const auto& entry : node.rule.entries()) {
    const auto* rule = std::get_if<FormulaRule>(&entry.value);
    if (rule == nullptr || (method && !entry.in_force.contains(*method))) continue;
    for (std::string& name : rule->formula.names()) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

FormulaSymbols formula_symbols(const Index& index, Size node, const std::optional<Period>& method) {
  const Criterion& of = index.node(node);
  const std::vector<std::string> names = names_of(of, method);
  Problems problems;
  const auto resolve = [&](const Dated<double>& dated, const std::string& place,
                           const Location& location, bool needed) -> std::optional<double> {
    const double* value = dated.find(method);
    if (value != nullptr) return *value;
    if (needed) {
      problems.add(location, place,
                   method ? fmt::format("no single value is in force in {}", method->text())
                          : std::string("the value depends on the period"),
                   method ? "score with the method of a period that the definition covers"
                          : "say the period whose method is used");
    }
    return {};
  };

  FormulaSymbols symbols;
  for (const Variable& variable : index.definition().variables) {
    FormulaSymbol& symbol = symbols.names[variable.code];
    symbol.range = variable.range;
    symbol.categories = variable.categories;
  }
  for (const Parameter& parameter : index.parameters()) {
    const bool needed = std::find(names.begin(), names.end(), parameter.code) != names.end();
    const auto value = resolve(parameter.value, parameter.code, parameter.location, needed);
    if (value) symbols.names[parameter.code].value = value;
  }
  if (!of.maximum.empty()) symbols.maximum = resolve(of.maximum, of.code, of.location, true);
  problems.raise<SpecError>();
  return symbols;
}

}  // namespace chiso
