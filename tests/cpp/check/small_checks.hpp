#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/check/mutation.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/io/load_index.hpp"
#include "chiso/model/panel.hpp"

/// Definitions, examples and panels for the tests of checks.
namespace chiso::test {

/// A definition whose head nobody cares about: `body` has `variables:` and `tree:`.
inline Index index_of(const std::string& body) {
  return parse_index("chiso: 1\nindex: small\nedition: 1\nstatus: illustrative\n" + body,
                     "small.yaml");
}

/// Units "a", "b", ... in 2020.
inline Panel panel_of(const std::vector<std::string>& variables,
                      const std::vector<std::vector<double>>& rows) {
  Panel::Builder builder("small.csv");
  const Size period = builder.period(Period(2020));
  for (std::size_t u = 0; u < rows.size(); ++u) {
    const Size unit = builder.unit(std::string(1, static_cast<char>('a' + u)));
    builder.row(unit, period);
    for (std::size_t v = 0; v < variables.size(); ++v) {
      builder.set(unit, builder.number_variable(variables[v]), period, rows[u][v]);
    }
  }
  return builder.build();
}

/// One example: the variables of a unit of its own, and the composite that it must get; nothing:
/// scoring must fail.
struct Example {
  std::string name;
  std::vector<std::pair<std::string, double>> given;
  std::optional<double> expected;
};

inline bool holds(const Index& index, const Example& example) {
  std::vector<std::string> variables;
  std::vector<double> values;
  for (const auto& variable : index.variables()) {
    variables.push_back(variable.code);
    values.push_back(std::nan(""));
    for (const auto& [code, value] : example.given) {
      if (code == variable.code) values.back() = value;
    }
  }
  try {
    const double score = Evaluator(index).score(panel_of(variables, {values})).column(0)[0];
    if (!example.expected) return false;
    return score == *example.expected || (std::isnan(score) && std::isnan(*example.expected));
  } catch (const DataError&) {
    return !example.expected;
  }
}

/// The first example that does not hold.
inline Noticed by_examples(std::vector<Example> examples) {
  return [examples = std::move(examples)](const Index& changed,
                                          const Mutant&) -> std::optional<std::string> {
    for (const Example& example : examples) {
      if (!holds(changed, example)) return example.name;
    }
    return {};
  };
}

}  // namespace chiso::test
