// What one lever can do: every indicator of an index on its own.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/ranking.hpp"
#include "chiso/reach/goal_seek.hpp"

namespace {

using chiso::Aggregation;
using chiso::Criterion;
using chiso::Size;

enum class Kind { linear, steps, geometric, balanced };

/// 63 units, ten criteria of ten indicators each.
chiso::Scores result(Kind kind) {
  constexpr int criteria = 10;
  constexpr int indicators = 10;
  constexpr int units = 63;
  chiso::IndexDefinition definition;
  definition.index = "benchmark";
  definition.edition = "1";
  definition.periods = {chiso::Period(2000), chiso::Period(2100)};
  definition.decimals = 2;
  definition.tree.code = "all";
  definition.tree.aggregation.weights = Aggregation::Weights::relative;
  for (int c = 0; c < criteria; ++c) {
    Criterion& criterion = definition.tree.children.emplace_back();
    criterion.code = "c" + std::to_string(c);
    criterion.weight = 1.0 + c;
    if (kind == Kind::geometric) {
      criterion.aggregation.method = Aggregation::Method::geometric_mean;
    } else if (kind == Kind::balanced) {
      criterion.aggregation.method = Aggregation::Method::mazziotta_pareto;
    } else {
      criterion.aggregation.weights = Aggregation::Weights::relative;
    }
    for (int i = 0; i < indicators; ++i) {
      Criterion& leaf = criterion.children.emplace_back();
      leaf.code = criterion.code + ".i" + std::to_string(i);
      leaf.measure = chiso::Measure::of(leaf.code);
      if (kind == Kind::linear) leaf.weight = 1.0 + i;
      if (kind == Kind::steps) {
        leaf.maximum = 5.0;
        chiso::Steps steps;
        for (int s = 0; s < 10; ++s) {
          chiso::Interval on{10.0 * s, 10.0 * (s + 1), true, s == 9};
          steps.steps.push_back({on, 0.5 * (s + 1)});
        }
        leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(steps));
        if (kind == Kind::steps) leaf.weight = 1.0 + i;
      } else {
        chiso::Normaliser normaliser;
        normaliser.onto_low = 1.0;
        normaliser.onto_high = 10.0;
        leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(normaliser));
      }
      chiso::Variable variable;
      variable.code = leaf.code;
      variable.range = chiso::Interval::closed(0.0, 100.0);
      definition.variables.push_back(variable);
    }
  }
  chiso::Panel::Builder builder;
  const Size period = builder.period(chiso::Period(2020));
  unsigned state = 12345;
  for (int u = 0; u < units; ++u) {
    const Size unit = builder.unit("unit " + std::to_string(u));
    for (const auto& variable : definition.variables) {
      state = state * 1664525u + 1013904223u;
      builder.set(unit, builder.number_variable(variable.code), period,
                  (state >> 8) % 10001 / 100.0);
    }
  }
  return chiso::Evaluator(chiso::Index(definition)).score(builder.build());
}

void seek(benchmark::State& state, Kind kind) {
  const chiso::Scores base = result(kind);
  const chiso::Ranking ranking(base);
  const std::string unit = base.units()[ranking.order()[static_cast<std::size_t>(state.range(0))]];
  const chiso::Rivals rivals = chiso::rivals_now(base, unit);
  std::vector<chiso::Reach> reaches;
  for (auto _ : state) {
    reaches = chiso::goal_seek(base, unit, chiso::Goal::top(10), rivals);
    benchmark::DoNotOptimize(reaches.data());
  }
  double reached = 0.0;
  for (const chiso::Reach& reach : reaches) reached += reach.reached ? 1.0 : 0.0;
  state.counters["levers"] = static_cast<double>(reaches.size());
  state.counters["reached"] = reached;
}

// The number is the place that the unit has now, counted from 0.
BENCHMARK_CAPTURE(seek, linear, Kind::linear)->Arg(12)->Arg(30)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(seek, steps, Kind::steps)->Arg(12)->Arg(30)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(seek, geometric, Kind::geometric)->Arg(12)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(seek, balanced, Kind::balanced)->Arg(12)->Unit(benchmark::kMicrosecond);

}  // namespace
