#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../scenario/random_scenario.hpp"
#include "chiso/base/error.hpp"
#include "chiso/model/index.hpp"

/// Random definitions and what random hands make of them.
namespace chiso::random_pair {

using random_scenario::Dice;

/// A definition, another one made of it by some slips and reforms, and data for both.
struct Pair {
  Index before;
  Index after;
  Panel panel;
  int edits = 0;
};

class Editor {
 public:
  Editor(IndexDefinition& definition, unsigned seed) : definition_(definition), dice_(seed) {}

  /// @returns whether anything was done
  bool edit() {
    collect();
    Criterion& any = *dice_.one_of(nodes_);
    switch (dice_.between(0, 16)) {
      case 0:
        return rename(any);
      case 1:
        return move();
      case 2:
        return drop();
      case 3:
        return add();
      case 4:
        return weigh();
      case 5:
        any.cap = dice_.chance(70) ? std::optional(dice_.quarters(1, 8)) : std::nullopt;
        return true;
      case 6:
        return polarity(any);
      case 7:
        return rule(any);
      case 8:
        return aggregation(any);
      case 9:
        any.missing = MissingPolicy::no_score;
        return true;
      case 10:
        std::reverse(any.children.begin(), any.children.end());
        return true;
      case 11:
        return range();
      case 12:
        definition_.groups = {Grouping::Kind::limits, {"good"}, {dice_.quarters(1, 50)}, "poor"};
        return true;
      case 13:
        definition_.decimals = dice_.between(0, 3);
        definition_.rank_on_displayed = dice_.chance(50);
        return true;
      case 14:
        if (any.is_leaf() && !any.maximum.empty()) any.maximum = dice_.quarters(1, 6);
        return true;
      case 15:
        any.title.en = "Another title";
        any.provenance.note = "another note";
        return true;
      default:
        return swap();
    }
  }

 private:
  void collect() {
    nodes_.clear();
    parents_.clear();
    collect(definition_.tree, nullptr);
  }
  void collect(Criterion& node, Criterion* parent) {
    nodes_.push_back(&node);
    parents_.push_back(parent);
    for (Criterion& child : node.children) collect(child, &node);
  }

  bool rename(Criterion& node) {
    node.code = "renamed" + std::to_string(dice_.between(1, 1000));
    return true;
  }

  Criterion* some_inner() {
    std::vector<Criterion*> inner;
    std::copy_if(nodes_.begin(), nodes_.end(), std::back_inserter(inner),
                 [](const Criterion* node) { return !node->is_leaf(); });
    return dice_.one_of(inner);
  }

  /// Takes a child out; its siblings make the weight up.
  std::optional<Criterion> take(std::size_t i) {
    Criterion* const parent = parents_[i];
    if (parent == nullptr || parent->children.size() < 2) return {};
    const auto place = std::find_if(parent->children.begin(), parent->children.end(),
                                    [&](const Criterion& child) { return &child == nodes_[i]; });
    Criterion taken = *place;
    parent->children.erase(place);
    settle(*parent);
    return taken;
  }

  void put(Criterion& parent, Criterion node) {
    const bool weighted = !parent.children.empty() && !parent.children[0].weight.empty();
    node.weight = weighted ? Dated<double>(dice_.quarters(1, 2)) : Dated<double>();
    if (parent.aggregation.method != Aggregation::Method::sum) node.role = Role::part;
    const auto place = dice_.below(parent.children.size() + 1);
    parent.children.insert(parent.children.begin() + static_cast<std::ptrdiff_t>(place),
                           std::move(node));
    settle(parent);
  }

  /// Shares need a sum of 1, which relative weights do not.
  static void settle(Criterion& parent) {
    if (parent.children.empty() || parent.children[0].weight.empty()) return;
    using Method = Aggregation::Method;
    const Method method = parent.aggregation.method;
    if (method == Method::sum || method == Method::median || method == Method::minimum ||
        method == Method::maximum || method == Method::mazziotta_pareto ||
        method == Method::adjusted_mazziotta_pareto) {
      return;
    }
    parent.aggregation.weights = Aggregation::Weights::relative;
  }

  bool move() {
    const std::size_t i = dice_.below(nodes_.size());
    if (!nodes_[i]->is_leaf()) return false;
    const std::string to = some_inner()->code;
    auto taken = take(i);
    if (!taken) return false;
    collect();
    for (Criterion* node : nodes_) {
      if (node->code == to) {
        put(*node, *std::move(taken));
        return true;
      }
    }
    return false;
  }

  bool drop() { return take(dice_.below(nodes_.size())).has_value(); }

  bool add() {
    Criterion leaf = small::leaf("added" + std::to_string(dice_.between(1, 1000)));
    leaf.measure = Measure::of("population");
    leaf.maximum = 40.0;
    leaf.rule = Dated<Rule>(GivenPoints{});
    if (dice_.chance(30)) {
      Criterion branch = small::inner("branch" + std::to_string(dice_.between(1, 1000)),
                                      Aggregation::Method::arithmetic_mean, {leaf});
      put(*some_inner(), branch);
    } else {
      put(*some_inner(), leaf);
    }
    return true;
  }

  bool weigh() {
    Criterion& parent = *some_inner();
    if (parent.children[0].weight.empty()) return false;
    for (Criterion& child : parent.children) {
      if (dice_.chance(60)) child.weight = dice_.quarters(1, 3);
    }
    settle(parent);
    return true;
  }

  static bool polarity(Criterion& node) {
    if (!node.is_leaf()) return false;
    node.polarity = node.polarity == Polarity::positive ? Polarity::negative : Polarity::positive;
    return true;
  }

  bool rule(Criterion& node) {
    if (!node.is_leaf()) return false;
    Normaliser n;
    switch (dice_.between(0, 3)) {
      case 0:
        node.rule = Dated<Rule>(Proportional{.full_at = dice_.quarters(2, 5), .threshold = 0.25});
        break;
      case 1:
        n.onto_high = dice_.quarters(5, 20);
        node.rule = Dated<Rule>(n);
        break;
      case 2:
        n.low.source = n.high.source = Anchor::Source::pooled;
        node.rule = Dated<Rule>(n);
        break;
      default:
        node.rule = Dated<Rule>(Identity{});
    }
    return true;
  }

  bool aggregation(Criterion& node) {
    if (node.is_leaf()) return false;
    using Method = Aggregation::Method;
    static const std::vector<Method> methods{Method::arithmetic_mean, Method::power_mean,
                                             Method::geometric_mean,  Method::minimum,
                                             Method::median,          Method::sum};
    node.aggregation.method = dice_.one_of(methods);
    node.aggregation.upward_penalty = false;
    node.aggregation.scale_to = {};
    node.missing = MissingPolicy::no_score;
    node.at_least = {};
    const bool weighted = node.aggregation.method == Method::arithmetic_mean ||
                          node.aggregation.method == Method::power_mean ||
                          node.aggregation.method == Method::geometric_mean ||
                          node.aggregation.method == Method::sum;
    for (Criterion& child : node.children) {
      if (!weighted) child.weight = {};
      child.role = Role::part;
    }
    node.aggregation.weights = Aggregation::Weights::shares;
    settle(node);
    if (node.aggregation.method != Method::sum) node.maximum = {};
    return true;
  }

  bool range() {
    if (definition_.variables.empty()) return false;
    Variable& variable = definition_.variables[dice_.below(definition_.variables.size())];
    if (variable.is_category()) return false;
    variable.range = Interval::closed(-3, dice_.between(12, 20));
    return true;
  }

  /// Two indicators read each other's variable.
  bool swap() {
    std::vector<Criterion*> leaves;
    std::copy_if(nodes_.begin(), nodes_.end(), std::back_inserter(leaves),
                 [](const Criterion* node) { return node->is_leaf(); });
    std::swap(dice_.one_of(leaves)->measure, dice_.one_of(leaves)->measure);
    return true;
  }

  IndexDefinition& definition_;
  Dice dice_;
  std::vector<Criterion*> nodes_;
  std::vector<Criterion*> parents_;
};

/// Nothing if no sound definition came of it.
inline std::optional<Pair> make_pair(unsigned seed, int most_edits) {
  auto base = random_scenario::make_base(seed);
  Dice dice(seed + 7);
  IndexDefinition definition = base.definition;
  int made = 0;
  const int wanted = dice.between(1, most_edits);
  for (int i = 0; i < 4 * wanted && made < wanted; ++i) {
    IndexDefinition next = definition;
    const auto own = seed * 100 + static_cast<unsigned>(i);
    if (!Editor(next, own).edit()) continue;
    try {
      static_cast<void>(Index(next));
    } catch (const SpecError&) {
      continue;
    }
    definition = std::move(next);
    ++made;
  }
  if (made == 0) return {};
  return Pair{Index(base.definition), Index(definition), base.panel, made};
}

}  // namespace chiso::random_pair
