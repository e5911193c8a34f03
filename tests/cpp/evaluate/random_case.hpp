#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/model/index.hpp"
#include "chiso/model/panel.hpp"
#include "small.hpp"

/// Random definitions with random data.
namespace chiso::random_case {

/// How one cell of the raw data is marked.
enum class Cell { present, empty, not_applicable };

struct Case {
  Criterion tree;
  std::vector<std::string> variables;
  std::vector<std::vector<double>> values;  // By variable, by unit; a whole number of quarters.
  std::vector<std::vector<Cell>> cells;
  std::size_t units = 0;
};

class Generator {
  using Method = Aggregation::Method;

 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Case make() {
    Case made;
    case_ = &made;
    made.units = static_cast<std::size_t>(between(3, 9));
    made.tree = chance(50) ? points_sum(0) : mean(0);
    return made;
  }

 private:
  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(random_); }
  bool chance(int percent) { return between(1, 100) <= percent; }
  double quarters(int low, int high) { return 0.25 * between(4 * low, 4 * high); }

  std::string new_variable(int low, int high) {
    const std::string code = "x" + std::to_string(case_->variables.size());
    case_->variables.push_back(code);
    auto& values = case_->values.emplace_back();
    auto& cells = case_->cells.emplace_back();
    const int gaps = between(0, 2) * 10;
    for (std::size_t u = 0; u < case_->units; ++u) {
      values.push_back(quarters(low, high));
      cells.push_back(!chance(gaps) ? Cell::present
                      : chance(50)  ? Cell::empty
                                    : Cell::not_applicable);
    }
    return code;
  }

  std::string new_code() { return "n" + std::to_string(codes_++); }

  NotApplicable not_applicable(bool has_maximum) {
    const int which = between(0, has_maximum ? 2 : 1);
    return which == 0   ? NotApplicable::missing
           : which == 1 ? NotApplicable::exclude
                        : NotApplicable::full_points;
  }

  /// A leaf with points and a maximum.
  Criterion points_leaf() {
    const double maximum = between(2, 10);
    Rule rule = GivenPoints{};
    switch (between(0, 4)) {
      case 0:
        rule = FixedPoints{1.5};
        break;
      case 1:
        rule = Proportional{.full_at = 2.0, .threshold = 0.5};
        break;
      case 2:
        rule = Deduct{.points = 0.5, .per = 1.0};
        break;
      case 3:
        rule = PerUnit{.points = 1.5, .cap = {}};
        break;
      default:
        break;
    }
    Criterion node = small::leaf(new_variable(0, 2), std::move(rule));
    node.code = new_code();
    node.maximum = maximum;
    node.not_applicable = not_applicable(true);
    if (chance(10)) node.cap = 1.0;
    return node;
  }

  Criterion value_leaf() {
    Rule rule = Identity{};
    Normaliser n;
    switch (between(0, 5)) {
      case 0:
        n.method = Normaliser::Method::goalposts;
        n.low = Anchor::fixed(1);
        n.high = Anchor::fixed(9);
        n.cut = chance(50);
        rule = n;
        break;
      case 1:
        n.onto_low = 1;
        n.onto_high = 10;
        rule = n;
        break;
      case 2:
        n.method = Normaliser::Method::z_score;
        n.onto_low = 100;
        n.onto_high = 10;
        rule = n;
        break;
      case 3:
        n.method = Normaliser::Method::rank;
        n.ties = chance(50) ? Normaliser::Ties::average : Normaliser::Ties::lowest;
        rule = n;
        break;
      default:
        break;
    }
    const bool normalised = std::holds_alternative<Normaliser>(rule);
    Criterion node =
        small::leaf(new_variable(normalised || chance(20) ? -2 : 1, 12), std::move(rule));
    node.code = new_code();
    if (chance(30)) node.polarity = normalised ? Polarity::negative : Polarity::positive;
    if (chance(20) && !normalised) {
      node.measure.kind = Measure::Kind::mean;
      node.measure.terms.push_back({new_variable(1, 12), 1.0});
    } else if (chance(20) && !normalised) {
      node.measure.kind = Measure::Kind::ratio;
      node.measure.denominator = {{new_variable(0, 3), 2.0}};
      node.measure.times = 10.0;
    }
    node.not_applicable = not_applicable(false);
    if (chance(10)) node.cap = 8.0;
    return node;
  }

  Criterion points_sum(int depth) {
    std::vector<Criterion> children;
    double parts = 0.0;
    const int count = between(1, 4);
    for (int k = 0; k < count; ++k) {
      Criterion child = depth < 2 && chance(30) ? points_sum(depth + 1) : points_leaf();
      double most = most_of(child);
      if (chance(30)) {
        const double weight = k > 0 && chance(20) ? 0.0 : quarters(1, 3);
        child.weight = weight;
        most *= weight;
      }
      parts += most;
      children.push_back(std::move(child));
    }
    for (const Role role : {Role::bonus, Role::penalty}) {
      if (!chance(30)) continue;
      Criterion child = points_leaf();
      child.role = role;
      children.push_back(std::move(child));
    }
    Criterion node = small::inner(new_code(), Method::sum, std::move(children));
    if (chance(50)) node.missing = MissingPolicy::reduce_maximum;
    if (chance(5)) node.missing = MissingPolicy::error;
    if (node.missing == MissingPolicy::reduce_maximum && chance(40)) node.at_least = 0.5;
    if (chance(20)) node.aggregation.times = 2.5;
    const bool scaled = chance(30);
    if (scaled) node.aggregation.scale_to = 20.0;
    if (chance(20)) node.cap = 5.0;
    if (chance(40)) {
      const double all = scaled ? parts : parts * node.aggregation.times;
      node.maximum = node.cap && !scaled && chance(50) ? std::min(all, *node.cap) : all;
    }
    return node;
  }

  /// The highest score, before this node's weight.
  double most_of(const Criterion& node) {
    double most = 0.0;
    if (node.is_leaf()) {
      most = *node.maximum.find(Period(2020));
    } else {
      for (const Criterion& child : node.children) {
        if (child.role == Role::part) most += weight_of(child) * most_of(child);
      }
      if (node.aggregation.scale_to) most = *node.aggregation.scale_to;
      most *= node.aggregation.times;
    }
    return node.cap ? std::min(most, *node.cap) : most;
  }

  static double weight_of(const Criterion& node) {
    return node.weight.empty() ? 1.0 : *node.weight.find(Period(2020));
  }

  Criterion mean(int depth) {
    static constexpr Method methods[] = {
        Method::arithmetic_mean, Method::geometric_mean,   Method::harmonic_mean,
        Method::power_mean,      Method::median,           Method::minimum,
        Method::maximum,         Method::mazziotta_pareto, Method::copeland};
    const Method method = methods[between(0, 8)];
    std::vector<Criterion> children;
    const int count = between(1, 5);
    for (int k = 0; k < count; ++k) {
      if (depth < 2 && chance(30)) {
        children.push_back(chance(50) ? mean(depth + 1) : points_sum(depth + 1));
      } else {
        children.push_back(chance(30) ? points_leaf() : value_leaf());
      }
    }
    Criterion node = small::inner(new_code(), method, std::move(children));
    const bool weighs = method != Method::minimum && method != Method::maximum &&
                        method != Method::median && method != Method::mazziotta_pareto;
    if (weighs && chance(50)) {
      node.aggregation.weights = Aggregation::Weights::relative;
      for (std::size_t k = 0; k < node.children.size(); ++k) {
        node.children[k].weight = k > 0 && chance(15) ? 0.0 : quarters(1, 4);
      }
    }
    static constexpr double powers[] = {-1.5, 0.5, 2.0, 3.0};
    if (method == Method::power_mean) node.aggregation.power = powers[between(0, 3)];
    if (method == Method::mazziotta_pareto) node.aggregation.upward_penalty = chance(50);
    if (chance(50)) node.missing = MissingPolicy::renormalise;
    if (chance(5)) node.missing = MissingPolicy::error;
    if (node.missing == MissingPolicy::renormalise && chance(40)) node.at_least = 0.6;
    if (chance(30)) node.aggregation.times = 0.7;
    if (chance(20)) node.cap = 6.0;
    return node;
  }

  std::mt19937 random_;
  int codes_ = 0;
  Case* case_ = nullptr;
};

inline Panel panel_of(const Case& given) {
  Panel::Builder builder;
  const Size period = builder.period(Period(2020));
  for (std::size_t u = 0; u < given.units; ++u) {
    const Size unit = builder.unit("u" + std::to_string(u));
    builder.row(unit, period);
    for (std::size_t v = 0; v < given.variables.size(); ++v) {
      const Size variable = builder.number_variable(given.variables[v]);
      if (given.cells[v][u] == Cell::present) {
        builder.set(unit, variable, period, given.values[v][u]);
      } else if (given.cells[v][u] == Cell::not_applicable) {
        builder.set_not_applicable(unit, variable, period);
      }
    }
  }
  return builder.build();
}

/// Scores of a random case in which some variables have a range, and most composites a maximum;
/// nothing if it cannot be scored: no spread, or the policy is `error`.
inline std::optional<Scores> limited_scores(unsigned seed, const std::string& index = "small") {
  Case given = Generator(seed).make();
  const bool is_sum = given.tree.aggregation.method == Aggregation::Method::sum;
  if (seed % 3 != 0 && !is_sum) given.tree.maximum = 40.0;
  IndexDefinition head = small::definition(given.tree);
  head.index = index;
  for (std::size_t v = 0; v < given.variables.size(); ++v) {
    Variable variable;
    variable.code = given.variables[v];
    if ((seed + v) % 4 != 0) variable.range = Interval::closed(-2, 12);
    head.variables.push_back(variable);
  }
  try {
    return Evaluator(Index(head)).score(panel_of(given));
  } catch (const DataError&) {
    return {};
  }
}

}  // namespace chiso::random_case
