#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"

/// Small definitions and panels for tests, written as one reads them.
namespace chiso::small {

inline const double missing = std::numeric_limits<double>::quiet_NaN();

inline Criterion leaf(std::string code, Rule rule = Identity{}) {
  Criterion node;
  node.code = code;
  node.measure = Measure::of(std::move(code));
  node.rule = Dated<Rule>(std::move(rule));
  return node;
}

inline Criterion points(std::string code, double maximum, Rule rule) {
  Criterion node = leaf(std::move(code), std::move(rule));
  node.maximum = maximum;
  return node;
}

inline Criterion weighted(double weight, Criterion node) {
  node.weight = weight;
  return node;
}

inline Criterion inner(std::string code, Aggregation::Method method,
                       std::vector<Criterion> children,
                       MissingPolicy missing_policy = MissingPolicy::no_score) {
  Criterion node;
  node.code = std::move(code);
  node.aggregation.method = method;
  node.children = std::move(children);
  node.missing = missing_policy;
  return node;
}

inline IndexDefinition definition(Criterion tree) {
  IndexDefinition result;
  result.index = "small";
  result.edition = "1";
  result.periods = {Period(2000), Period(2100)};
  result.tree = std::move(tree);
  return result;
}

inline Index index(Criterion tree) { return Index(definition(std::move(tree))); }

/// Units "a", "b", ... with one row of values each, all in 2020.
inline Panel panel(std::vector<std::string> variables, std::vector<std::vector<double>> rows) {
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

inline std::vector<double> column(const Scores& scores, const std::string& code) {
  const auto values = scores.column(scores.index().at(code));
  return {values.begin(), values.end()};
}

}  // namespace chiso::small
