#include "chiso/model/rule_kernel.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"

namespace chiso {

namespace {

double needed(const std::optional<double>& maximum) {
  if (!maximum) throw SpecError("the rule is relative to a maximum, and the node has none");
  return *maximum;
}

CategoryPoints category_points(const CategoryRule& rule, const std::optional<double>& maximum,
                               std::span<const std::string> categories) {
  std::vector<double> points;
  for (const auto& category : categories) {
    auto found = std::find_if(rule.points.begin(), rule.points.end(),
                              [&category](const auto& pair) { return pair.first == category; });
    if (found == rule.points.end()) {
      found = std::find_if(
          rule.points.begin(), rule.points.end(),
          [key = match_key(category)](const auto& pair) { return match_key(pair.first) == key; });
    }
    if (found == rule.points.end()) {
      throw SpecError(fmt::format("no points for the category '{}'", category));
    }
    points.push_back(rule.percent ? needed(maximum) * found->second / 100.0 : found->second);
  }
  return CategoryPoints(std::move(points));
}

// Of a number.
struct NumberKernel {
  const std::optional<double>& maximum;

  Piecewise operator()(const FixedPoints& rule) const { return Piecewise::fixed(rule.points); }

  Piecewise operator()(const GivenPoints&) const {
    if (maximum) return Piecewise::given(*maximum);
    constexpr double infinity = std::numeric_limits<double>::infinity();
    return Piecewise({Piece{Interval::closed(0.0, infinity), 0.0, 1.0, 1.0}});
  }

  Piecewise operator()(const Steps& rule) const {
    std::vector<std::pair<Interval, double>> steps;
    for (const auto& step : rule.steps) steps.emplace_back(step.when, step.points);
    return Piecewise::steps(steps);
  }

  Piecewise operator()(const Proportional& rule) const {
    return Piecewise::proportional(needed(maximum), rule.full_at, rule.threshold);
  }

  Piecewise operator()(const PerUnit& rule) const {
    return Piecewise::per_unit(rule.points, rule.cap ? *rule.cap : needed(maximum));
  }

  Piecewise operator()(const Increments& rule) const {
    return Piecewise::increments(rule.start, rule.points, rule.from, rule.every, rule.add,
                                 rule.cap ? *rule.cap : needed(maximum));
  }

  Piecewise operator()(const Deduct& rule) const {
    return Piecewise::deduction(needed(maximum), rule.points, rule.per);
  }

  template <class Other>
  Piecewise operator()(const Other& rule) const {
    throw SpecError(fmt::format("'{}' is not a points rule on a number", describe(Rule(rule))));
  }
};

}  // namespace

RuleKernel rule_kernel(const Rule& rule, std::optional<double> maximum,
                       std::span<const std::string> categories) {
  if (categories.empty()) return std::visit(NumberKernel{maximum}, rule);
  if (const auto* fixed = std::get_if<FixedPoints>(&rule)) {
    return CategoryPoints(std::vector<double>(categories.size(), fixed->points));
  }
  if (const auto* by_category = std::get_if<CategoryRule>(&rule)) {
    return category_points(*by_category, maximum, categories);
  }
  throw SpecError(fmt::format("'{}' is not a points rule on categories", describe(rule)));
}

bool needs_maximum(const Rule& rule) noexcept {
  if (std::holds_alternative<Proportional>(rule) || std::holds_alternative<Deduct>(rule)) {
    return true;
  }
  if (const auto* per_unit = std::get_if<PerUnit>(&rule)) return !per_unit->cap;
  if (const auto* formula = std::get_if<FormulaRule>(&rule)) {
    const auto nodes = formula->formula.nodes();
    return std::any_of(nodes.begin(), nodes.end(), [](const FormulaNode& node) {
      return node.operation == FormulaOperation::highest;
    });
  }
  if (const auto* increments = std::get_if<Increments>(&rule)) return !increments->cap;
  if (const auto* by_category = std::get_if<CategoryRule>(&rule)) return by_category->percent;
  return false;
}

std::optional<double> implied_maximum(const Rule& rule) noexcept {
  if (const auto* fixed = std::get_if<FixedPoints>(&rule)) return fixed->points;
  if (const auto* per_unit = std::get_if<PerUnit>(&rule)) return per_unit->cap;
  if (const auto* increments = std::get_if<Increments>(&rule)) return increments->cap;
  std::optional<double> highest;
  const auto raise_to = [&highest](double points) {
    if (!highest || points > *highest) highest = points;
  };
  if (const auto* steps = std::get_if<Steps>(&rule)) {
    for (const auto& step : steps->steps) raise_to(step.points);
  } else if (const auto* by_category = std::get_if<CategoryRule>(&rule);
             by_category != nullptr && !by_category->percent) {
    for (const auto& [category, points] : by_category->points) raise_to(points);
  }
  return highest;
}

}  // namespace chiso
