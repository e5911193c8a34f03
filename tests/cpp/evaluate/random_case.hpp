#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <set>
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

/// A formula of a leaf: which of the kinds below, and the variables that it reads.
struct Formulated {
  int kind = 0;
  std::string x;
  std::string y;
};

struct Case {
  Criterion tree;
  std::vector<std::string> variables;
  std::vector<std::vector<double>> values;  // By variable, by unit; a whole number of quarters.
  std::vector<std::vector<Cell>> cells;
  std::size_t units = 0;
  std::map<std::string, Formulated> formulas;  // By code of the leaf.
};

/// Kinds 0 to 4 give points of values from 0 to 2 and a maximum of at least 2, the others any
/// number. Of kinds 0, 5 and 8 the second variable is not read.
inline std::string formula_text(const Formulated& of) {
  const auto put = [&of](std::string text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == 'X') text.replace(i, 1, of.x);
      if (text[i] == 'Y') text.replace(i, 1, of.y);
    }
    return text;
  };
  static const std::vector<std::string> texts{
      "if X >= threshold then min(maximum, maximum * X / 2) else 0",
      "clamp(maximum - X * Y, 0, maximum)",
      "coalesce(X, Y, 0) / 2",
      "if missing(Y) or X > Y then 1 else count(X, Y) / 4",
      "maximum * abs(X - Y) / 2",
      "if between(X, 2, 6) then X ^ 2 else max(X, 5)",
      "X - share * Y",
      "X / (Y - 4)",
      "X - coalesce(prev(X), 3)",
      "sqrt(X) + log(Y + 3)"};
  return put(texts[static_cast<std::size_t>(of.kind)]);
}
inline bool reads_second(int kind) { return kind != 0 && kind != 5 && kind != 8; }

/// The same by hand, nothing being known of the period before. NaN: missing.
inline double plain_value(const Formulated& of, double x, double y, double maximum) {
  const double missing = small::missing;
  const bool no_x = std::isnan(x);
  const bool no_y = std::isnan(y);
  switch (of.kind) {
    case 0:
      return no_x ? missing : x >= 0.75 ? std::min(maximum, maximum * x / 2.0) : 0.0;
    case 1:
      return no_x || no_y ? missing : std::clamp(maximum - x * y, 0.0, maximum);
    case 2:
      return (!no_x ? x : !no_y ? y : 0.0) / 2.0;
    case 3:
      return no_y ? 1.0 : no_x ? missing : x > y ? 1.0 : 0.5;
    case 4:
      return maximum * std::fabs(x - y) / 2.0;
    case 5:
      return no_x ? missing : x >= 2.0 && x <= 6.0 ? x * x : std::max(x, 5.0);
    case 6:
      return x - 0.5 * y;
    case 7:
      return y == 4.0 ? missing : x / (y - 4.0);
    case 8:
      return x - 3.0;
    default:
      return x < 0.0 || y <= -3.0 ? missing : std::sqrt(x) + std::log(y + 3.0);
  }
}

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

namespace detail {

inline std::vector<std::string> variables_of(const Criterion& leaf) {
  std::vector<std::string> found;
  for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
    for (const auto& term : *terms) found.push_back(term.variable);
  }
  return found;
}

template <class Visit>
void for_leaves(Criterion& node, const Visit& visit) {
  if (node.is_leaf()) visit(node);
  for (Criterion& child : node.children) for_leaves(child, visit);
}

}  // namespace detail

/// Gives about half of the leaves that could have one a formula, with a second variable where the
/// leaf had none.
inline void put_formulas(Case& given, unsigned seed) {
  std::mt19937 random(seed * 2654435761u + 17u);
  const auto below = [&random](std::size_t n) { return random() % n; };
  detail::for_leaves(given.tree, [&](Criterion& leaf) {
    const Rule& rule = leaf.rule.entries()[0].value;
    const bool points = !leaf.maximum.empty();
    if (std::holds_alternative<Normaliser>(rule) || below(2) == 0) return;
    const auto read = detail::variables_of(leaf);
    Formulated of;
    do {
      of.kind = static_cast<int>(points ? below(5) : 5 + below(5));
    } while (read.size() > 1 && !reads_second(of.kind));
    of.x = read[0];
    if (read.size() > 1) {
      of.y = read[1];
    } else if (reads_second(of.kind)) {
      of.y = "x" + std::to_string(given.variables.size());
      given.variables.push_back(of.y);
      std::vector<double> values;
      std::vector<Cell> cells;
      for (std::size_t u = 0; u < given.units; ++u) {
        values.push_back(0.25 * static_cast<double>(below(points ? 9 : 25)));
        cells.push_back(below(8) > 0    ? Cell::present
                        : below(2) == 0 ? Cell::empty
                                        : Cell::not_applicable);
      }
      given.values.push_back(values);
      given.cells.push_back(cells);
    }
    leaf.measure = {};
    leaf.rule = Dated<Rule>(Rule(FormulaRule{Formula(formula_text(of)), {}, {}}));
    given.formulas[leaf.code] = of;
  });
}

/// Declares a variable, or says more of one that is declared already.
inline void declare(IndexDefinition& head, Variable variable) {
  for (Variable& each : head.variables) {
    if (each.code != variable.code) continue;
    each = std::move(variable);
    return;
  }
  head.variables.push_back(std::move(variable));
}

/// With all that the formulas of the tree name.
inline IndexDefinition definition(const Case& given) {
  IndexDefinition head = small::definition(given.tree);
  std::set<std::string> names;
  detail::for_leaves(head.tree, [&](Criterion& leaf) {
    if (const auto* rule = std::get_if<FormulaRule>(&leaf.rule.entries()[0].value)) {
      for (const std::string& name : rule->formula.names()) names.insert(name);
    }
  });
  for (const std::string& name : names) {
    if (name == "threshold" || name == "share") {
      Parameter& parameter = head.parameters.emplace_back();
      parameter.code = name;
      parameter.value = Dated<double>(name == "share" ? 0.5 : 0.75);
    } else {
      head.variables.emplace_back().code = name;
    }
  }
  return head;
}

inline Index index(const Case& given) { return Index(definition(given)); }

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
