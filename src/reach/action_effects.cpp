#include "chiso/reach/action_effects.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "base/at.hpp"
#include "base/nearest.hpp"
#include "base/same_number.hpp"
#include "base/shown.hpp"
#include "chiso/base/error.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

using Kind = TaskEffect::Kind;
using Found = ActionEffects::Found;

constexpr std::size_t kinds = 4;

bool changes_value(Kind kind) noexcept {
  return kind == Kind::add_value || kind == Kind::set_value;
}

/// Whether more of a node is less of the composite.
bool is_cost(const Index& index, Size node) {
  bool costs = false;
  for (; node >= 0; node = index.parent(node)) {
    costs = costs != (index.node(node).role == Role::penalty);
  }
  return costs;
}

/// An indicator on which actions have effects.
struct Touched {
  Size node = 0;
  Size variable = -1;            ///< Whose raw value they change; -1: none.
  bool costs = false;            ///< Less is better.
  bool given = false;            ///< The base was given its score directly.
  double value = missing_value;  ///< In the base.
  double score = missing_value;
  double least_value = 0.0;  ///< Both included.
  double most_value = 0.0;
  bool zero_is_missing = false;
  ScoreRange range{};
  std::array<std::span<const Found>, kinds> effects;

  [[nodiscard]] std::span<const Found> of(Kind kind) const noexcept {
    return effects[static_cast<std::size_t>(kind)];
  }

  /// Any score is better than none.
  [[nodiscard]] bool better(double a, double b) const noexcept {
    return costs ? a < b || (std::isnan(b) && !std::isnan(a))
                 : a > b || (std::isnan(b) && !std::isnan(a));
  }
};

/// What becomes of an indicator.
struct Result {
  double value;
  double by_rule;  ///< What the value scores.
  double score;
};

/// What is added; nothing: no action adds.
std::optional<double> added(std::span<const Found> effects, const std::vector<bool>& chosen) {
  std::optional<double> sum;
  for (const Found& effect : effects) {  // By action, so that a set has one sum.
    if (chosen[at(effect.action)]) sum = sum.value_or(0.0) + effect.amount;
  }
  return sum;
}

/// A sum that is cut; but what is added never lowers a number, and what is taken away never raises
/// one, where that was beyond the bounds.
double sum_within(double base, const std::optional<double>& more, double lowest, double highest) {
  if (!more || std::isnan(base)) return base;
  const double sum = std::clamp(base + *more, lowest, highest);
  return *more > 0.0 ? std::max(sum, base) : *more < 0.0 ? std::min(sum, base) : base;
}

Result resolve(const Touched& touched, const std::vector<bool>& chosen, const UnitTree& tree) {
  Result best{touched.value, touched.score, touched.score};
  if (touched.variable >= 0 && !touched.given) {
    const auto more =
        std::isnan(touched.value) ? std::nullopt : added(touched.of(Kind::add_value), chosen);
    const auto put = [&](double from) {
      double value = sum_within(from, more, touched.least_value, touched.most_value);
      if (touched.zero_is_missing && value == 0.0) value = missing_value;
      const double score =
          same_number(value, touched.value) ? touched.score : tree.rule(touched.node, value);
      return Result{value, score, score};
    };
    if (more) best = put(touched.value);
    for (const Found& effect : touched.of(Kind::set_value)) {
      if (!chosen[at(effect.action)]) continue;
      const Result other = put(effect.amount);
      const bool nearer = other.score == best.score && std::abs(other.value - touched.value) <
                                                           std::abs(best.value - touched.value);
      if (nearer || touched.better(other.score, best.score)) best = other;
    }
  }
  for (const Found& effect : touched.of(Kind::set_points)) {
    if (chosen[at(effect.action)] && touched.better(effect.amount, best.score)) {
      best.score = effect.amount;
    }
  }
  if (!std::isnan(touched.score)) {
    best.score = sum_within(best.score, added(touched.of(Kind::add_points), chosen),
                            touched.range.lowest, touched.range.highest);
  }
  return best;
}

/// One situation with all that actions touch in it.
struct Stage {
  UnitTree tree;
  std::vector<Touched> touched;  ///< By node.
};

}  // namespace

struct ActionEffects::State {
  State(ActionSet of, std::vector<Situation> in, std::string of_unit)
      : actions(std::move(of)), situations(std::move(in)), unit(std::move(of_unit)) {
    check_situations();
    problems.raise<DataError>();
    for (Size i = 0; i < actions.size(); ++i) {
      for (const TaskEffect& effect : actions.action(i).effects) add(i, effect);
    }
    problems.raise<DataError>();
    const auto place = [](const Found& f) {
      return std::tie(f.situation, f.node, f.kind, f.action);
    };
    std::stable_sort(found.begin(), found.end(),
                     [&](const Found& a, const Found& b) { return place(a) < place(b); });
    touch();
  }

  void check_situations() {
    if (situations.empty()) problems.add({}, "", "expected a result to act on, got none");
    std::vector<std::string> keys;
    for (const auto& [key, base] : situations) {
      if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
        problems.add({}, key, fmt::format("two results have the key '{}'", shown(key)),
                     "give every result a key of its own");
      }
      keys.push_back(key);
      const auto position = base.units().find(unit);
      if (!position) {
        problems.add({}, base.index().name(),
                     fmt::format("the result has no unit '{}'{}", shown(unit),
                                 suggestion(unit, base.units().names())));
      } else if (std::isnan(base.column(Index::root())[at(*position)])) {
        problems.add({}, base.index().name(),
                     fmt::format("'{}' has no composite score in {}", unit, base.period().text()),
                     "see treatments() for what is missing");
      } else {
        try {
          stages.push_back({UnitTree(base, *position), {}});
        } catch (const DataError& error) {
          for (const Problem& problem : error.problems()) problems.add(problem);
        }
      }
    }
  }

  /// Position of the situation that an effect is on; -1: there is none.
  [[nodiscard]] Size situation_of(const std::string& key) const {
    if (key.empty() && situations.size() == 1) return 0;
    const auto is_meant = [&](const Situation& each) { return each.key == key; };
    const auto it = std::find_if(situations.begin(), situations.end(), is_meant);
    return it == situations.end() ? -1 : it - situations.begin();
  }

  void add(Size position, const TaskEffect& effect) {
    const Action& action = actions.action(position);
    const auto fault = [&](std::string message, std::string remedy = {}) {
      problems.add(action.location, action.code, std::move(message), std::move(remedy));
    };
    const CriterionRef& on = effect.criterion;
    Found made{position, situation_of(on.index), -1, -1, effect.kind, effect.amount};
    if (made.situation < 0) {
      std::vector<std::string> keys;
      for (const Situation& each : situations) {
        if (!each.key.empty()) keys.push_back(each.key);
      }
      fault(on.index.empty()
                ? fmt::format("the effect on '{}' does not say on which result", on.code)
                : fmt::format("there is no result '{}' for the effect on '{}'{}", on.index,
                              to_string(on), nearest_or_all(on.index, keys)),
            "write the indicator as key:code with the key of a result");
      return;
    }
    const Scores& base = situations[at(made.situation)].base;
    const Index& index = base.index();
    const auto node = index.codes().find(on.code);
    if (!node) {
      fault(fmt::format("{} has no indicator '{}'{}", index.name(), on.code,
                        suggestion(on.code, index.codes().names())));
      return;
    }
    if (!index.is_leaf(*node)) {
      fault(fmt::format("'{}' is no indicator of {}, but a criterion with {} below it", on.code,
                        index.name(), index.children(*node).size()),
            "say what the action does to the indicators");
      return;
    }
    made.node = *node;
    if (changes_value(effect.kind) ? find_variable(base, made, fault)
                                   : fits_range(base, made, fault)) {
      found.push_back(made);
    }
  }

  template <class Fault>
  static bool fits_range(const Scores& base, const Found& made, const Fault& fault) {
    const ScoreRange range = base.evaluator().range(made.node);
    if (made.kind != Kind::set_points ||
        (made.amount >= range.lowest && made.amount <= range.highest)) {
      return true;
    }
    fault(fmt::format("'{}' has {} to {} points, and the action brings it to {}",
                      base.index().node(made.node).code, to_string(range.lowest),
                      to_string(range.highest), to_string(made.amount)));
    return false;
  }

  template <class Fault>
  static bool find_variable(const Scores& base, Found& made, const Fault& fault) {
    const Compiled& compiled = base.evaluator().compiled();
    const Index& index = base.index();
    const std::string& code = index.node(made.node).code;
    const CompiledLeaf& leaf = compiled.leaves[at(compiled.leaf_of[at(made.node)])];
    constexpr auto in_points = "say what the action does in points";
    made.variable = compiled.only_variable(leaf);
    if (made.variable < 0) {
      const std::size_t count = leaf.measure.terms.size() + leaf.measure.denominator.size();
      fault(fmt::format("'{}' is worked out from {}, so that its raw value cannot be changed", code,
                        count == 0   ? "no variable"
                        : count == 1 ? "the period before"
                                     : fmt::format("{} variables", count)),
            in_points);
      return false;
    }
    const Variable& variable = index.variables()[at(made.variable)];
    if (variable.is_category()) {
      fault(fmt::format("'{}' reads words, and the action changes a number", code), in_points);
      return false;
    }
    for (const CompiledLeaf& other : compiled.leaves) {
      const auto reads = [&](const auto& term) { return term.variable == made.variable; };
      const CompiledMeasure& read = other.measure;
      if (other.node == made.node ||
          (std::none_of(read.terms.begin(), read.terms.end(), reads) &&
           std::none_of(read.denominator.begin(), read.denominator.end(), reads))) {
        continue;
      }
      fault(fmt::format("the variable '{}' is read by '{}' and by '{}', so that what changes one "
                        "changes the other too",
                        variable.code, code, index.node(other.node).code),
            in_points);
      return false;
    }
    if (made.kind == Kind::add_value) return true;
    if (!variable.range.contains(made.amount)) {
      fault(fmt::format("the action brings '{}' to {}, out of the range {} of its variable", code,
                        to_string(made.amount), to_string(variable.range)));
      return false;
    }
    if (variable.zero_is_missing && made.amount == 0.0) {
      fault(
          fmt::format("the action brings '{}' to 0, which stands for a missing value there", code));
      return false;
    }
    return true;
  }

  void touch() {
    for (auto first = found.begin(); first != found.end();) {
      const auto is_other = [&](const Found& f) {
        return f.situation != first->situation || f.node != first->node;
      };
      const auto last = std::find_if(first, found.end(), is_other);
      Stage& stage = stages[at(first->situation)];
      const Scores& base = stage.tree.base();
      const Compiled& compiled = base.evaluator().compiled();
      Touched& touched = stage.touched.emplace_back();
      touched.node = first->node;
      touched.costs = is_cost(base.index(), touched.node);
      touched.score = stage.tree.score(touched.node);
      touched.range = compiled.range[at(touched.node)];
      const Size unit_in_panel = base.panel_positions()[at(stage.tree.unit())];
      for (const GivenScore& given : base.given()) {
        touched.given |= given.unit == unit_in_panel && given.node == touched.node;
      }
      for (auto it = first; it != last;) {
        const auto end = std::find_if(it, last, [&](const Found& f) { return f.kind != it->kind; });
        touched.effects[static_cast<std::size_t>(it->kind)] = {it, end};
        it = end;
      }
      // Effects on values come first.
      const Size read =
          compiled.only_variable(compiled.leaves[at(compiled.leaf_of[at(touched.node)])]);
      if (read >= 0) touched.value = stage.tree.value(read);
      if (first->variable >= 0) {
        const VariableLimit& limit = compiled.limits[at(first->variable)];
        touched.variable = first->variable;
        touched.least_value = limit.lower;
        touched.most_value = limit.upper;
        touched.zero_is_missing = base.index().variables()[at(first->variable)].zero_is_missing;
      }
      first = last;
    }
  }

  ActionSet actions;
  std::vector<Situation> situations;
  std::string unit;
  std::vector<Found> found;
  std::vector<Stage> stages;
  Problems problems;
};

ActionEffects::ActionEffects(ActionSet actions, std::vector<Situation> situations, std::string unit)
    : state_(std::make_shared<const State>(std::move(actions), std::move(situations),
                                           std::move(unit))) {}

const ActionSet& ActionEffects::actions() const noexcept { return state_->actions; }

std::span<const Situation> ActionEffects::situations() const noexcept { return state_->situations; }

const std::string& ActionEffects::unit() const noexcept { return state_->unit; }

std::span<const ActionEffects::Found> ActionEffects::effects() const noexcept {
  return state_->found;
}

ActionEffects::Indicator ActionEffects::indicator(Size situation, Size node,
                                                  const std::vector<bool>& chosen) const {
  const Stage& stage = state_->stages[at(situation)];
  const auto it = std::lower_bound(stage.touched.begin(), stage.touched.end(), node,
                                   [](const Touched& t, Size n) { return t.node < n; });
  if (it != stage.touched.end() && it->node == node) {
    const Result result = resolve(*it, chosen, stage.tree);
    return {result.value, result.score};
  }
  const Compiled& compiled = stage.tree.base().evaluator().compiled();
  const Size leaf = compiled.leaf_of[at(node)];
  const Size read = leaf < 0 ? -1 : compiled.only_variable(compiled.leaves[at(leaf)]);
  return {read < 0 ? missing_value : stage.tree.value(read), stage.tree.score(node)};
}

UnitTree ActionEffects::tree(Size situation) const { return state_->stages[at(situation)].tree; }

void ActionEffects::apply(Size situation, const std::vector<bool>& chosen, UnitTree& tree) const {
  const Stage& stage = state_->stages[at(situation)];
  for (const Touched& touched : stage.touched) {
    // A cell that was missing, or did not apply, is so again only in the base.
    if (touched.variable >= 0 && std::isnan(touched.value) &&
        !std::isnan(tree.value(touched.variable))) {
      tree.reset();
      break;
    }
  }
  for (const Touched& touched : stage.touched) {
    const Result result = resolve(touched, chosen, tree);
    if (touched.variable >= 0 && !same_number(result.value, tree.value(touched.variable))) {
      tree.set_value(touched.variable, result.value);
    }
    if (same_number(result.score, tree.score(touched.node))) continue;
    // What the rule makes of the value, unless points were given in its place.
    const bool by_rule = same_number(result.score, result.by_rule) && !touched.given;
    tree.set_score(touched.node, by_rule ? missing_value : result.score);
  }
}

std::vector<double> ActionEffects::scores(Size situation, const std::vector<bool>& chosen) const {
  UnitTree tree = this->tree(situation);
  apply(situation, chosen, tree);
  std::vector<double> scores(at(tree.base().index().size()));
  for (Size i = 0; i < std::ssize(scores); ++i) scores[at(i)] = tree.score(i);
  return scores;
}

Scenario ActionEffects::scenario(Size situation, const std::vector<bool>& chosen) const {
  const Stage& stage = state_->stages[at(situation)];
  const Index& index = stage.tree.base().index();
  Scenario made;
  made.name = actions().definition().name;
  for (Size i = 0; i < actions().size(); ++i) {
    if (chosen[at(i)]) made.note += (made.note.empty() ? "" : ", ") + actions().codes()[i];
  }
  for (const Touched& touched : stage.touched) {
    const Result result = resolve(touched, chosen, stage.tree);
    if (touched.variable >= 0 && !same_number(result.value, touched.value)) {
      made.edits.push_back({ChangeValue{.units = {unit()},
                                        .variables = index.variable_codes()[touched.variable],
                                        .how = How::set,
                                        .amount = result.value,
                                        .category = {}},
                            {}});
    }
    if (!same_number(result.score, result.by_rule)) {
      made.edits.push_back({ChangeScore{.units = {unit()},
                                        .nodes = index.node(touched.node).code,
                                        .how = How::set,
                                        .amount = result.score},
                            {}});
    }
  }
  return made;
}

}  // namespace chiso
