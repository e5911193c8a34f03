#pragma once

#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/model/index.hpp"

/// Small sound definitions for tests to make one thing wrong in.
namespace chiso::test {

/// An indicator that reads the variable of its own name.
inline Criterion leaf(std::string code, Rule rule = Identity{}) {
  Criterion node;
  node.measure = Measure::of(code);
  node.code = std::move(code);
  node.rule = Dated<Rule>(std::move(rule));
  return node;
}

inline Criterion leaf(std::string code, Rule rule, double maximum) {
  Criterion node = leaf(std::move(code), std::move(rule));
  node.maximum = Dated<double>(maximum);
  return node;
}

inline Criterion weighted(Criterion node, double weight) {
  node.weight = Dated<double>(weight);
  return node;
}

inline Criterion inner(std::string code, Aggregation::Method method,
                       std::vector<Criterion> children) {
  Criterion node;
  node.code = std::move(code);
  node.aggregation.method = method;
  node.children = std::move(children);
  return node;
}

inline IndexDefinition definition(Criterion tree) {
  IndexDefinition whole;
  whole.index = "demo";
  whole.edition = "2020";
  whole.tree = std::move(tree);
  return whole;
}

inline Variable categories(std::string code, std::vector<std::string> words) {
  Variable variable;
  variable.code = std::move(code);
  variable.categories = std::move(words);
  return variable;
}

inline Variable number(std::string code, Interval range) {
  Variable variable;
  variable.code = std::move(code);
  variable.range = range;
  return variable;
}

inline PeriodRange years(int from, int to) { return {Period(from), Period(to)}; }
inline PeriodRange since(int from) { return {Period(from), {}}; }
inline PeriodRange until(int to) { return {{}, Period(to)}; }

template <class T>
DatedEntry<T> entry(T value, PeriodRange in_force, int line = 0) {
  return {std::move(value), std::move(in_force), {}, {}, Location{"", line, 1}};
}

inline Dated<double> dated(std::vector<DatedEntry<double>> entries) {
  return Dated<double>(std::move(entries));
}

/// "place: message" of every problem; empty for a sound definition.
inline std::vector<std::string> faults(const IndexDefinition& definition) {
  std::vector<std::string> all;
  try {
    static_cast<void>(Index(definition));
  } catch (const SpecError& error) {
    for (const auto& problem : error.problems()) {
      all.push_back(problem.place + ": " + problem.message);
    }
  }
  return all;
}

/// The faults of a definition whose only indicator is `node`.
inline std::vector<std::string> faults(Criterion node, std::vector<Variable> variables = {}) {
  IndexDefinition whole = definition(std::move(node));
  whole.variables = std::move(variables);
  return faults(whole);
}

}  // namespace chiso::test
