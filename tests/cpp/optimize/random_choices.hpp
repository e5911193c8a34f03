#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "../evaluate/random_case.hpp"
#include "chiso/optimize/actions.hpp"

/// Random questions about sets of actions, and the answer by trying every set.
namespace chiso::random_choices {

inline constexpr double infinity = std::numeric_limits<double>::infinity();

struct Case {
  std::optional<ActionEffects> effects;
  std::vector<SituatedGoal> goals;
  ActionLimits limits;
  Size situation = 0;  ///< And node, of which the best or the frontier is wanted.
  std::string code;
};

class Maker {
  using Method = Aggregation::Method;
  using Kind = TaskEffect::Kind;

 public:
  explicit Maker(unsigned seed) : seed_(seed), random_(seed) {}

  /// Nothing if the draw makes no case.
  std::optional<Case> make() {
    std::vector<Situation> situations;
    const int count = below(4) == 0 ? 2 : 1;
    for (int s = 0; s < count; ++s) {
      std::optional<Scores> base;
      if (below(3) == 0) {
        base = random_case::limited_scores(seed_ * 7u + static_cast<unsigned>(s));
      } else {
        base = plain_scores();
      }
      if (!base || compares_units(base->index())) return {};
      situations.push_back({count == 1 ? "" : "k" + std::to_string(s), *base});
    }
    Case made;
    const std::string unit = "u" + std::to_string(below(3));
    for (const Situation& each : situations) {
      if (std::isnan(each.base.at(unit, each.base.index().codes()[0]))) return {};
    }
    const int actions = below(8) == 0 ? 9 + below(2) : 2 + below(6);
    try {
      made.effects.emplace(ActionSet(actions_on(situations, actions)), situations, unit);
    } catch (const Error&) {
      return {};
    }
    set_limits(made);
    const int goals = below(5) == 0 ? 2 : 1;
    for (int g = 0; g < goals; ++g) add_goal(made);
    made.situation = below(static_cast<int>(situations.size()));
    made.code = any_node(situations[static_cast<std::size_t>(made.situation)].base.index());
    return made;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int percent) { return below(100) < percent; }
  double quarters(int from, int to) { return from + 0.25 * below(4 * (to - from) + 1); }

  std::string any_node(const Index& index) {
    return chance(65) ? std::string() : index.codes()[below(static_cast<int>(index.size()))];
  }

  // Trees of every aggregation over rules with steps, bends and caps.
  Criterion leaf(std::string code) {
    Criterion node = small::leaf(std::move(code));
    Variable variable;
    variable.code = node.code;
    variable.range = Interval::closed(0, 12);
    Rule rule = Identity{};
    const int which = below(9);
    Normaliser posts;
    posts.method = Normaliser::Method::goalposts;
    posts.low = Anchor::fixed(2);
    posts.high = Anchor::fixed(8);
    posts.onto_low = 1;
    posts.onto_high = 10;
    posts.cut = which == 1;
    if (which <= 2) rule = posts;
    if (which == 2) node.polarity = Polarity::negative;
    if (which == 3) {
      rule = Steps{{{parse_interval("< 3"), 1.0},
                    {parse_interval("[3, 6)"), 4.0},
                    {parse_interval("= 6"), 9.0},
                    {parse_interval("> 6"), 7.0}}};
    }
    if (which == 4) rule = Proportional{.full_at = 8.0, .threshold = 2.0};
    if (which == 5) rule = Deduct{.points = 1.0, .per = 1.0};
    if (which == 6) {
      rule =
          Increments{.start = 2.0, .points = 1.0, .from = 2.0, .every = 2.0, .add = 2.0, .cap = {}};
    }
    if (which == 7) rule = PerUnit{.points = 1.5, .cap = {}};
    if (which >= 3 && which <= 7) node.maximum = 10.0;
    node.rule = Dated<Rule>(rule);
    if (chance(15)) node.cap = 6.0;
    variables_.push_back(variable);
    return node;
  }

  Criterion tree(int depth) {
    static constexpr Method methods[] = {
        Method::sum,           Method::arithmetic_mean, Method::geometric_mean,
        Method::harmonic_mean, Method::power_mean,      Method::median,
        Method::minimum,       Method::maximum,         Method::mazziotta_pareto};
    const Method method = methods[below(9)];
    std::vector<Criterion> children;
    const int count = 2 + below(3);
    for (int k = 0; k < count; ++k) {
      if (depth < 2 && chance(35)) {
        children.push_back(tree(depth + 1));
      } else {
        children.push_back(leaf("x" + std::to_string(variables_.size())));
      }
    }
    const std::string code = "n" + std::to_string(nodes_++);
    Criterion node = small::inner(code, method, std::move(children));
    const bool weighs = method != Method::minimum && method != Method::maximum &&
                        method != Method::mazziotta_pareto && method != Method::sum;
    if (weighs && chance(60)) {
      node.aggregation.weights = Aggregation::Weights::relative;
      for (Criterion& child : node.children) child.weight = quarters(1, 4);
    }
    if (method == Method::sum) {
      for (std::size_t k = 1; k < node.children.size(); ++k) {
        if (chance(20)) node.children[k].role = chance(50) ? Role::bonus : Role::penalty;
      }
    }
    static constexpr double powers[] = {-1.5, 0.5, 2.0, 3.0};
    if (method == Method::power_mean) node.aggregation.power = powers[below(4)];
    if (method == Method::mazziotta_pareto) node.aggregation.upward_penalty = chance(30);
    if (chance(15)) node.cap = quarters(4, 8);
    if (chance(15)) node.aggregation.times = 1.5;
    return node;
  }

  std::optional<Scores> plain_scores() {
    variables_.clear();
    nodes_ = 0;
    IndexDefinition head = small::definition(tree(0));
    head.variables = variables_;
    Panel::Builder builder;
    const Size period = builder.period(Period(2020));
    for (int u = 0; u < 6; ++u) {
      const Size unit = builder.unit("u" + std::to_string(u));
      builder.row(unit, period);
      for (const Variable& each : variables_) {
        builder.set(unit, builder.number_variable(each.code), period, quarters(1, 10));
      }
    }
    try {
      return Evaluator(Index(head)).score(builder.build());
    } catch (const Error&) {
      return {};
    }
  }

  ActionDefinition actions_on(const std::vector<Situation>& situations, int count) {
    ActionDefinition made;
    made.name = "random";
    // Sometimes all acts on one indicator.
    const bool one_place = chance(25);
    const auto any_leaf = [&](const Index& index) {
      const auto leaves = index.leaves();
      return leaves[one_place ? 0 : random_() % leaves.size()];
    };
    for (int i = 0; i < count; ++i) {
      Action action;
      action.code = "a" + std::to_string(i);
      action.cost = chance(10) ? 0.1 * below(9) : below(9);
      const int effects = 1 + below(3);
      for (int k = 0; k < effects; ++k) {
        const Situation& on = situations[random_() % situations.size()];
        const Index& index = on.base.index();
        const Size leaf = any_leaf(index);
        const ScoreRange range = on.base.evaluator().range(leaf);
        auto kind = static_cast<Kind>(below(4));
        const bool on_value = kind == Kind::add_value || kind == Kind::set_value;
        if (on_value && index.node(leaf).measure.kind != Measure::Kind::variable) {
          kind = Kind::add_points;
        }
        double amount = chance(80) ? quarters(0, 4) : quarters(-3, 1);
        if (kind == Kind::set_value) amount = quarters(0, 12);
        if (kind == Kind::set_points) {
          amount = std::clamp(quarters(0, 10), std::max(range.lowest, -9.0),
                              std::max(std::min(range.highest, 20.0), -9.0));
        }
        action.effects.push_back({{on.key, index.codes()[leaf]}, kind, amount});
      }
      if (chance(40)) action.uses.push_back({"A", quarters(0, 4)});
      if (chance(25)) action.uses.push_back({"B", quarters(0, 4)});
      action.duration = below(5);
      if (i > 0 && chance(20)) action.needs.push_back("a" + std::to_string(below(i)));
      if (i > 0 && chance(10)) action.excludes.push_back("a" + std::to_string(below(i)));
      if (chance(8)) action.choice = Action::Choice::must;
      if (chance(8)) action.choice = Action::Choice::never;
      made.actions.push_back(std::move(action));
    }
    if (chance(60)) made.capacities.push_back({"A", quarters(2, 10), {}});
    if (chance(40)) made.capacities.push_back({"B", quarters(1, 6), {}});
    return made;
  }

  void set_limits(Case& made) {
    if (chance(25)) made.limits.budget = below(20);
    if (chance(20)) made.limits.horizon = 2 + below(6);
    if (chance(20)) made.limits.most = 1 + below(4);
    if (chance(10)) made.limits.capacities = false;
    if (chance(15)) {
      const Situation& on = made.effects->situations()[0];
      const auto& codes = on.base.index().codes();
      made.limits.frozen = {{on.key, codes[1 + below(static_cast<int>(codes.size()) - 1)]}};
    }
  }

  void add_goal(Case& made) {
    const auto situations = made.effects->situations();
    SituatedGoal goal;
    goal.situation = below(static_cast<int>(situations.size()));
    const Scores& base = situations[static_cast<std::size_t>(goal.situation)].base;
    const std::string code = any_node(base.index());
    goal.rivals = rivals_now(base, made.effects->unit(), code);
    if (chance(50)) {
      goal.goal = Goal::top(1 + below(3));
    } else {
      // What some set reaches to the last bit, or a little more or less.
      std::vector<bool> chosen;
      for (Size i = 0; i < made.effects->actions().size(); ++i) chosen.push_back(chance(60));
      const Size node = code.empty() ? 0 : base.index().at(code);
      double score = made.effects->scores(goal.situation, chosen)[static_cast<std::size_t>(node)];
      if (std::isnan(score)) score = 1.0;
      if (chance(30)) score += chance(50) ? 0.1 : -0.1;
      goal.goal = Goal::score(score);
    }
    goal.goal.code = code;
    made.goals.push_back(std::move(goal));
  }

  unsigned seed_;
  std::mt19937 random_;
  std::vector<Variable> variables_;
  int nodes_ = 0;
};

/// All sets of a case, tried one by one.
class Trial {
 public:
  explicit Trial(const Case& given) : case_(given), set_(given.effects->actions()) {
    for (const SituatedGoal& goal : given.goals) {
      const Scores& base = base_of(goal.situation);
      needed_.push_back(needed_score(base, given.effects->unit(), goal.goal, goal.rivals).score);
      nodes_.push_back(node_of(goal.situation, goal.goal.code));
    }
    for (Size s = 0; s < std::ssize(given.effects->situations()); ++s) {
      trees_.push_back(given.effects->tree(s));
    }
  }

  struct Set {
    std::vector<bool> chosen;
    double cost = 0.0;
    double count = 0.0;
    double wanted = 0.0;  ///< Score of the case's node.
  };

  /// The sets that keep to the limits and reach the goals.
  std::vector<Set> all() {
    std::vector<Set> found;
    const auto count = static_cast<unsigned>(set_.size());
    for (unsigned subset = 0; subset < (1u << count); ++subset) {
      Set set;
      for (unsigned i = 0; i < count; ++i) set.chosen.push_back(((subset >> i) & 1u) != 0);
      if (!allowed(set)) continue;
      for (std::size_t s = 0; s < trees_.size(); ++s) {
        case_.effects->apply(static_cast<Size>(s), set.chosen, trees_[s]);
      }
      bool reached = true;
      for (std::size_t g = 0; g < needed_.size(); ++g) {
        const auto s = static_cast<std::size_t>(case_.goals[g].situation);
        reached = reached && trees_[s].score(nodes_[g]) >= needed_[g];
      }
      set.wanted = trees_[static_cast<std::size_t>(case_.situation)].score(
          node_of(case_.situation, case_.code));
      if (reached) found.push_back(std::move(set));
    }
    return found;
  }

  [[nodiscard]] bool allowed(Set& set) const {
    const auto near = [](double sum, double limit) { return sum <= limit + 1e-9; };
    double used[2] = {0.0, 0.0};
    set.cost = set.count = 0.0;
    for (Size i = 0; i < set_.size(); ++i) {
      const Action& action = set_.action(i);
      const bool chosen = set.chosen[static_cast<std::size_t>(i)];
      if (action.choice == Action::Choice::must && !chosen) return false;
      if (!chosen) continue;
      if (action.choice == Action::Choice::never || !near(finish(i), case_.limits.horizon)) {
        return false;
      }
      for (const std::string& code : action.needs) {
        if (!set.chosen[static_cast<std::size_t>(set_.codes().at(code))]) return false;
      }
      for (const std::string& code : action.excludes) {
        if (set.chosen[static_cast<std::size_t>(set_.codes().at(code))]) return false;
      }
      for (const TaskEffect& effect : action.effects) {
        if (frozen(effect.criterion)) return false;
      }
      for (const Usage& usage : action.uses) used[usage.agency == "A" ? 0 : 1] += usage.amount;
      set.cost += action.cost;
      set.count += 1.0;
    }
    if (!near(set.cost, case_.limits.budget)) return false;
    if (case_.limits.most >= 0 && set.count > static_cast<double>(case_.limits.most)) return false;
    if (!case_.limits.capacities) return true;
    for (const Capacity& capacity : set_.definition().capacities) {
      if (!near(used[capacity.agency == "A" ? 0 : 1], capacity.amount)) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] const Scores& base_of(Size situation) const {
    return case_.effects->situations()[static_cast<std::size_t>(situation)].base;
  }
  [[nodiscard]] Size node_of(Size situation, const std::string& code) const {
    return code.empty() ? 0 : base_of(situation).index().at(code);
  }
  [[nodiscard]] double finish(Size i) const {
    double begin = 0.0;
    for (const std::string& code : set_.action(i).needs) {
      begin = std::max(begin, finish(set_.codes().at(code)));
    }
    return begin + set_.action(i).duration;
  }
  [[nodiscard]] bool frozen(const CriterionRef& touched) const {
    for (const CriterionRef& ref : case_.limits.frozen) {
      if (ref.index != touched.index) continue;
      const auto situations = case_.effects->situations();
      const auto on = std::find_if(situations.begin(), situations.end(),
                                   [&](const Situation& s) { return s.key == ref.index; });
      const Index& index = on->base.index();
      for (Size node = index.at(touched.code); node >= 0; node = index.parent(node)) {
        if (index.codes()[node] == ref.code) return true;
      }
    }
    return false;
  }

  const Case& case_;
  const ActionSet& set_;
  std::vector<double> needed_;
  std::vector<Size> nodes_;
  std::vector<UnitTree> trees_;
};

}  // namespace chiso::random_choices
