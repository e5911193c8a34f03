// The cheapest of 200 actions that reach goals in four indices at once, and the frontier of cost
// against rank: indices of 63 units and 60 to 100 indicators, agencies with capacities, actions
// that need each other.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/optimize/actions.hpp"

namespace {

using chiso::Size;
using Method = chiso::Aggregation::Method;

constexpr int indices = 4;
constexpr int actions = 200;
constexpr int agencies = 20;
constexpr int units = 63;

std::string code(const std::string& kind, int i) { return kind + std::to_string(i); }

/// Fixed seeds: runs are comparable across commits.
class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<unsigned>(n)); }
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(engine_() % 10'000) / 10'000.0;
  }

 private:
  std::mt19937 engine_;
};

/// Ten sub-indices of six to ten indicators: shares between posts, rules with steps, and points.
chiso::Scores random_scores(int which, Method root, Draw& draw) {
  chiso::IndexDefinition definition;
  definition.index = code("k", which);
  definition.edition = "1";
  definition.tree.code = "total";
  definition.tree.aggregation.method = root;
  const int leaves = 6 + which % 5;
  for (int f = 0; f < 10; ++f) {
    chiso::Criterion field;
    field.code = code("f", f);
    field.aggregation.method = Method::arithmetic_mean;
    for (int k = 0; k < leaves; ++k) {
      chiso::Criterion leaf;
      leaf.code = code(field.code + "x", k);
      leaf.measure = chiso::Measure::of(leaf.code);
      leaf.maximum = 10.0;
      chiso::Rule rule = chiso::Proportional{.full_at = 90.0, .threshold = 0.0};
      if (k % 3 == 1) {
        rule = chiso::Increments{
            .start = 20.0, .points = 2.0, .from = 20.0, .every = 10.0, .add = 1.25, .cap = {}};
      }
      if (k % 3 == 2) rule = chiso::Proportional{.full_at = 80.0, .threshold = 30.0};
      leaf.rule = chiso::Dated<chiso::Rule>(rule);
      field.children.push_back(std::move(leaf));
    }
    definition.tree.children.push_back(std::move(field));
  }
  chiso::Panel::Builder builder;
  const chiso::Index index(definition);
  const Size period = builder.period(chiso::Period(2021));
  for (int u = 0; u < units; ++u) {
    const Size unit = builder.unit(code("u", u));
    builder.row(unit, period);
    const double level = draw.between(35.0, 60.0);
    for (const chiso::Variable& variable : index.variables()) {
      builder.set(unit, builder.number_variable(variable.code), period,
                  level + draw.between(-20.0, 20.0));
    }
  }
  return chiso::Evaluator(index).score(builder.build());
}

struct Question {
  std::vector<chiso::ActionEffects> effects;  ///< One.
  std::vector<chiso::SituatedGoal> goals;
};

Question question(unsigned seed, Method root) {
  Draw draw(seed);
  std::vector<chiso::Situation> situations;
  for (int k = 0; k < indices; ++k) {
    situations.push_back({code("k", k), random_scores(k, root, draw)});
  }
  chiso::ActionDefinition definition;
  std::vector<double> used(agencies, 0.0);
  for (int i = 0; i < actions; ++i) {
    chiso::Action action;
    action.code = code("a", i);
    action.cost = 5.0 + draw.below(96);
    const int effects = 1 + draw.below(3);
    // Some actions do nine times as much for their money as others.
    const double worth = action.cost * std::pow(3.0, draw.between(-1.0, 1.0));
    for (int e = 0; e < effects; ++e) {
      const chiso::Situation& on = situations[static_cast<std::size_t>(draw.below(indices))];
      const auto leaves = on.base.index().leaves();
      const Size leaf =
          leaves[static_cast<std::size_t>(draw.below(static_cast<int>(leaves.size())))];
      const bool points = draw.below(4) == 0;
      action.effects.push_back(
          {{on.key, on.base.index().codes()[leaf]},
           points ? chiso::TaskEffect::Kind::add_points : chiso::TaskEffect::Kind::add_value,
           (points ? 0.02 : 0.2) * worth * draw.between(0.5, 1.5)});
    }
    const int agency = draw.below(agencies);
    const double amount = 1.0 + draw.below(20);
    action.uses.push_back({code("agency", agency), amount});
    used[static_cast<std::size_t>(agency)] += amount;
    if (i > 0 && draw.below(4) == 0) action.needs.push_back(code("a", draw.below(i)));
    definition.actions.push_back(std::move(action));
  }
  for (int a = 0; a < agencies; ++a) {
    definition.capacities.push_back(
        {code("agency", a), 0.6 * used[static_cast<std::size_t>(a)], {}});
  }
  Question made;
  made.effects.emplace_back(chiso::ActionSet(definition), situations, "u7");
  // In every index a third of what all actions together would bring.
  const std::vector<bool> all(actions, true);
  for (int k = 0; k < indices; ++k) {
    const double before = situations[static_cast<std::size_t>(k)].base.at("u7", "total");
    const double after = made.effects[0].scores(k, all)[0];
    made.goals.push_back({k, chiso::Goal::score(before + 0.35 * (after - before)), {}});
  }
  return made;
}

Method method(const benchmark::State& state) {
  return state.range(1) == 0 ? Method::arithmetic_mean : Method::geometric_mean;
}

void cheapest_of_200_actions(benchmark::State& state) {
  const Question asked = question(static_cast<unsigned>(state.range(0)), method(state));
  for (auto _ : state) {
    const auto choice = chiso::cheapest_actions(asked.effects[0], asked.goals);
    if (choice.result.status != chiso::SearchResult::Status::optimal) {
      state.SkipWithError("not proven");
    }
    state.counters["cost"] = choice.cost;
    state.counters["actions"] = static_cast<double>(choice.actions.size());
  }
}
BENCHMARK(cheapest_of_200_actions)
    ->ArgNames({"seed", "geometric"})
    ->ArgsProduct({{1, 2, 3, 4, 5}, {0, 1}})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void best_of_200_actions_for_a_budget(benchmark::State& state) {
  const Question asked = question(static_cast<unsigned>(state.range(0)), method(state));
  chiso::ActionLimits limits;
  limits.budget = 1500.0;
  for (auto _ : state) {
    const auto choice = chiso::best_actions(asked.effects[0], 0, "", {}, limits);
    if (choice.result.status != chiso::SearchResult::Status::optimal) {
      state.SkipWithError("not proven");
    }
    state.counters["score"] = choice.reached[0].score;
  }
}
BENCHMARK(best_of_200_actions_for_a_budget)
    ->ArgNames({"seed", "geometric"})
    ->ArgsProduct({{1, 2}, {0, 1}})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

void frontier_of_200_actions(benchmark::State& state) {
  const Question asked = question(static_cast<unsigned>(state.range(0)), method(state));
  const chiso::Scores& base = asked.effects[0].situations()[0].base;
  const chiso::SituatedGoal first{0, chiso::Goal::top(1), chiso::rivals_now(base, "u7")};
  for (auto _ : state) {
    const auto choices = chiso::frontier(asked.effects[0], first, {});
    state.counters["ranks"] = static_cast<double>(choices.size());
  }
}
BENCHMARK(frontier_of_200_actions)
    ->ArgNames({"seed", "geometric"})
    ->ArgsProduct({{1, 2}, {0, 1}})
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
