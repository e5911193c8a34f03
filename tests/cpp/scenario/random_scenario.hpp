#pragma once

#include <cmath>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/scenario/scenario.hpp"

/// Random results and random scenarios that may be applied to them.
namespace chiso::random_scenario {

/// Numbers that are the same with every standard library.
class Dice {
 public:
  explicit Dice(unsigned seed) : random_(seed) {}

  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  std::size_t below(std::size_t count) { return random_() % count; }
  bool chance(int percent) { return between(1, 100) <= percent; }
  double quarters(int low, int high) { return 0.25 * between(4 * low, 4 * high); }

  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(list.size())];
  }

 private:
  std::mt19937 random_;
};

/// A definition and data of three years; 2021 is scored.
struct Base {
  IndexDefinition definition;
  Panel panel;
};

namespace detail {

template <class Visit>
void each_node(Criterion& node, const Visit& visit) {
  visit(node);
  for (Criterion& child : node.children) each_node(child, visit);
}

inline void date_weight(Criterion& node) {
  const double weight = node.weight.entries()[0].value;
  DatedEntry<double> early;
  early.value = weight + 0.5;
  early.in_force.to = Period(2020);
  DatedEntry<double> late;
  late.value = weight;
  late.in_force.from = Period(2021);
  node.weight = Dated<double>(std::vector{early, late});
}

}  // namespace detail

/// Trees of every aggregation and kind of rule; missing and not applicable cells, ranges, words,
/// standard errors, pooled anchors, dated weights, units without a row in some year.
inline Base make_base(unsigned seed) {
  Dice dice(seed);
  random_case::Case given = random_case::Generator(seed).make();
  if (seed % 3 == 0) random_case::put_formulas(given, seed);
  IndexDefinition head = random_case::definition(given);
  Criterion& root = head.tree;
  const bool sum = root.aggregation.method == Aggregation::Method::sum;
  const bool words = root.maximum.empty() && !sum && dice.chance(40);
  if (words) {
    Criterion leaf = small::points(
        "grade", 10.0, CategoryRule{{{"poor", 2.0}, {"fair", 5.0}, {"good", 10.0}}, false});
    if (!root.children[0].weight.empty()) leaf.weight = 1.0;
    root.children.push_back(leaf);
    Variable variable;
    variable.code = "grade";
    variable.categories = {"poor", "fair", "good"};
    head.variables.push_back(variable);
  }
  detail::each_node(root, [&](Criterion& node) {
    if (!node.is_leaf()) {
      const bool relative = node.aggregation.weights == Aggregation::Weights::relative;
      if (relative && dice.chance(40)) detail::date_weight(node.children[0]);
      return;
    }
    Rule rule = node.rule.entries()[0].value;
    auto* normaliser = std::get_if<Normaliser>(&rule);
    if (normaliser == nullptr || normaliser->method != Normaliser::Method::min_max) return;
    if (!dice.chance(50)) return;
    normaliser->low.source = normaliser->high.source = Anchor::Source::pooled;
    if (dice.chance(50)) normaliser->high.reached = 13.0;
    node.rule = Dated<Rule>(rule);
  });
  for (std::size_t v = 0; v < given.variables.size(); ++v) {
    if (dice.chance(30)) continue;
    Variable variable;
    variable.code = given.variables[v];
    variable.range = Interval::closed(-2, 12);
    random_case::declare(head, variable);
  }

  Panel::Builder builder("random.csv");
  for (const int year : {2019, 2020, 2021}) {
    const Size period = builder.period(Period(year));
    for (std::size_t u = 0; u < given.units; ++u) {
      const Size unit = builder.unit("Unit " + std::to_string(u));
      if (year != 2021 && dice.chance(10)) continue;
      if (year == 2021 && u > 3 && dice.chance(10)) continue;
      builder.row(unit, period);
      for (std::size_t v = 0; v < given.variables.size(); ++v) {
        const Size variable = builder.number_variable(given.variables[v]);
        // Other years have the values of other units.
        const std::size_t from = (u + static_cast<std::size_t>(2021 - year)) % given.units;
        const random_case::Cell cell = given.cells[v][from];
        if (cell == random_case::Cell::present) {
          builder.set(unit, variable, period, given.values[v][from]);
          if (v % 3 == 0) {
            builder.set_standard_error(unit, variable, period, 0.125 * dice.between(1, 8));
          }
        } else if (cell == random_case::Cell::not_applicable) {
          builder.set_not_applicable(unit, variable, period);
        }
      }
      if (words) {
        const Size variable = builder.category_variable("grade");
        static const std::vector<std::string> grades{"poor", "fair", "good"};
        if (!dice.chance(10)) builder.set_category(unit, variable, period, dice.one_of(grades));
      }
      // A column that nobody reads.
      if (dice.chance(80)) {
        builder.set(unit, builder.number_variable("population"), period, dice.between(1, 40));
      }
    }
  }
  return {std::move(head), builder.build()};
}

/// Nothing if it cannot be scored: no spread, or the policy is `error`.
inline std::optional<Scores> make_scores(unsigned seed) {
  const Base base = make_base(seed);
  try {
    const Evaluator evaluator{Index(base.definition)};
    Scores scores = evaluator.score(base.panel, {.period = Period(2021)});
    Dice dice(seed + 1);
    if (!dice.chance(30)) return scores;
    // Some cells are given the score of another unit.
    std::vector<GivenScore> given;
    for (int i = 0; i < 3; ++i) {
      const auto node =
          static_cast<Size>(dice.below(static_cast<std::size_t>(scores.index().size())));
      const auto column = scores.column(node);
      const auto positions = scores.panel_positions();
      const double score = column[dice.below(column.size())];
      if (!std::isnan(score))
        given.push_back({positions[dice.below(positions.size())], node, score});
    }
    return evaluator.score(base.panel, {.period = Period(2021), .given = given});
  } catch (const DataError&) {
    return {};
  }
}

/// One to five edits of every kind. Most can be applied; some cannot.
class Maker {
 public:
  Maker(const Scores& base, unsigned seed)
      : base_(base), dice_(seed), definition_(base.index().definition()) {
    for (const std::string& unit : base.units().names()) units_.push_back(unit);
  }

  Scenario make() {
    Scenario scenario;
    scenario.name = "random";
    scenario.refit = dice_.chance(25);
    const int count = dice_.between(1, 5);
    for (int i = 0; i < count; ++i) {
      Edit edit;
      edit.what = what();
      scenario.edits.push_back(std::move(edit));
    }
    return scenario;
  }

  /// An edit of raw numbers only.
  Edit value_edit() {
    Edit edit;
    edit.what = change_value();
    return edit;
  }

 private:
  using Method = Aggregation::Method;

  std::vector<std::string> some_units() {
    std::vector<std::string> some;
    if (dice_.chance(20)) return some;
    some.push_back(dice_.one_of(units_));
    if (dice_.chance(20)) some.push_back(dice_.one_of(units_));
    return some;
  }

  How how() { return static_cast<How>(dice_.between(0, 4)); }

  ChangeValue change_value() {
    const Panel& panel = base_.panel();
    const auto& codes = base_.index().variable_codes();
    const std::string code =
        codes[static_cast<Size>(dice_.below(static_cast<std::size_t>(codes.size())))];
    ChangeValue edit{some_units(), code, how(), 0.0, ""};
    if (code == "grade") {
      edit.how = How::set;
      edit.category = dice_.chance(50) ? "good" : "poor";
      return edit;
    }
    if (dice_.chance(10)) edit.variables = "x?";
    const auto column =
        panel.column(panel.variables().at(code), panel.period_position(base_.period()));
    switch (edit.how) {
      case How::add:
        edit.amount = dice_.chance(50) ? 0.25 : -0.25;
        break;
      case How::scale:
        edit.amount = dice_.chance(50) ? 0.5 : 0.75;
        break;
      default:  // A value of another unit: it is in range, or missing.
        edit.amount = column[dice_.below(column.size())];
        if (std::isnan(edit.amount) && edit.how != How::set) edit.amount = 1.0;
        // Now and then one that no unit has.
        if (dice_.chance(15)) edit.amount = dice_.quarters(0, 14);
    }
    return edit;
  }

  Size some_node() {
    return static_cast<Size>(dice_.below(static_cast<std::size_t>(base_.index().size())));
  }
  std::string some_code() { return base_.index().node(some_node()).code; }

  ChangeScore change_score() {
    const Size node = some_node();
    const auto column = base_.column(node);
    ChangeScore edit{some_units(), base_.index().node(node).code, how(), 0.5};
    const double score = column[dice_.below(column.size())];
    if (edit.how != How::scale && !std::isnan(score)) edit.amount = score;
    if (edit.how == How::add) edit.amount = -0.25;
    return edit;
  }

  ChangeWeights change_weights() {
    ChangeWeights edit;
    edit.redistribute = dice_.chance(70);
    edit.weights.emplace_back(some_code(), dice_.quarters(0, 1));
    if (dice_.chance(20)) edit.weights.emplace_back(some_code(), dice_.quarters(0, 2));
    return edit;
  }

  /// Of variables that the base declares.
  Rule formula() {
    std::vector<std::string> numbers;
    for (const Variable& variable : definition_.variables) {
      if (!variable.is_category()) numbers.push_back(variable.code);
    }
    if (numbers.empty()) return Identity{};
    const std::string& x = dice_.one_of(numbers);
    const std::string& y = dice_.one_of(numbers);
    return FormulaRule{
        Formula("if " + x + " > 1 then 1 else coalesce(" + y + ", prev(" + x + "), 0.5) / 20"),
        {},
        {}};
  }

  Rule rule() {
    Normaliser n;
    if (dice_.chance(15)) return formula();
    switch (dice_.between(0, 4)) {
      case 0:
        return Identity{};
      case 1:
        return Proportional{.full_at = 3.0, .threshold = 0.25};
      case 2:
        n.method = Normaliser::Method::goalposts;
        n.low = Anchor::fixed(-3);
        n.high = Anchor::fixed(13);
        return n;
      case 3:
        n.low.source = n.high.source = Anchor::Source::pooled;
        return n;
      default:
        n.onto_high = 10.0;
        return n;
    }
  }

  ReplaceAggregation replace_aggregation() {
    static const std::vector<Method> methods{
        Method::sum,           Method::arithmetic_mean, Method::geometric_mean,
        Method::harmonic_mean, Method::power_mean,      Method::median,
        Method::minimum,       Method::maximum,         Method::mazziotta_pareto,
        Method::copeland};
    ReplaceAggregation edit{base_.index().node(inner()).code, {}, {}, {}};
    if (dice_.chance(80)) edit.method = dice_.one_of(methods);
    if (edit.method == Method::power_mean) edit.power = 2.0;
    if (dice_.chance(30)) edit.missing = MissingPolicy::no_score;
    return edit;
  }

  Size inner() {
    std::vector<Size> nodes;
    for (Size i = 0; i < base_.index().size(); ++i) {
      if (!base_.index().is_leaf(i)) nodes.push_back(i);
    }
    return dice_.one_of(nodes);
  }

  AddNode add_node() {
    const auto& codes = base_.index().variable_codes();
    Criterion leaf = small::leaf("added" + std::to_string(added_++));
    leaf.measure =
        Measure::of(codes[static_cast<Size>(dice_.below(static_cast<std::size_t>(codes.size())))]);
    if (dice_.chance(40)) leaf.measure = Measure::of("population");
    leaf.rule = Dated<Rule>(rule());
    if (dice_.chance(60)) leaf.maximum = 4.0;
    const Size parent = inner();
    if (!base_.index().node(base_.index().children(parent)[0]).weight.empty()) {
      leaf.weight = dice_.quarters(0, 1);
    }
    return {base_.index().node(parent).code, leaf};
  }

  MergeUnits merge_units() {
    MergeUnits edit;
    const std::size_t first = dice_.below(units_.size());
    const std::size_t count = std::min<std::size_t>(units_.size(), dice_.chance(70) ? 2 : 3);
    for (std::size_t k = 0; k < count; ++k) {
      edit.units.push_back(units_[(first + k) % units_.size()]);
    }
    edit.into = dice_.chance(50) ? edit.units.back() : "Joint " + std::to_string(added_++);
    if (dice_.chance(70)) {
      for (std::size_t k = 0; k < count; ++k) edit.weights.push_back(dice_.quarters(1, 5));
    }
    if (dice_.chance(50)) edit.totals.emplace_back("pop*");
    return edit;
  }

  SplitUnit split_unit() {
    SplitUnit edit;
    edit.unit = dice_.one_of(units_);
    edit.into = {"North " + std::to_string(added_), "South " + std::to_string(added_)};
    ++added_;
    if (dice_.chance(50)) edit.into[0] = edit.unit;
    if (dice_.chance(50)) edit.shares = {0.25, 0.75};
    if (dice_.chance(60)) edit.totals.emplace_back("population");
    return edit;
  }

  UseIndex use_index() {
    IndexDefinition other = definition_;
    other.edition = "2";
    other.decimals = 1;
    Criterion& root = other.tree;
    root.aggregation.times *= 0.5;
    if (root.aggregation.method == Method::sum) root.maximum = {};
    for (Criterion& child : root.children) {
      if (child.is_leaf()) child.rule = Dated<Rule>(rule());
    }
    if (dice_.chance(30)) other.periods.from = Period(2022);
    try {
      return {Index(other)};
    } catch (const SpecError&) {
      return {base_.index()};
    }
  }

  Edit::What what() {
    const auto& parameters = definition_.parameters;
    if (!parameters.empty() && dice_.chance(15)) {
      const How change = how();
      return ChangeParameter{dice_.one_of(parameters).code, change, dice_.quarters(1, 2)};
    }
    switch (dice_.between(0, 14)) {
      case 0:
      case 1:
        return change_score();
      case 2:
        return change_weights();
      case 3:
        return ReplaceRule{base_.index()
                               .node(dice_.one_of(std::vector<Size>(base_.index().leaves().begin(),
                                                                    base_.index().leaves().end())))
                               .code,
                           rule()};
      case 4:
        return replace_aggregation();
      case 5:
        return DropNode{some_code()};
      case 6:
        return add_node();
      case 7:
        return merge_units();
      case 8:
        return split_unit();
      case 9:
        return UseMethod{Period(dice_.between(2018, 2023))};
      case 10:
        return use_index();
      default:
        return change_value();
    }
  }

  const Scores& base_;
  Dice dice_;
  IndexDefinition definition_;
  std::vector<std::string> units_;
  int added_ = 0;
};

inline Scenario make_scenario(const Scores& base, unsigned seed) {
  return Maker(base, seed).make();
}

}  // namespace chiso::random_scenario
