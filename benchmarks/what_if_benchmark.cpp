// Edits of raw values: one at a time, every cell on its own, a million scenarios.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/scenario/sweep.hpp"
#include "chiso/scenario/unit_tree.hpp"
#include "chiso/scenario/what_if.hpp"

namespace {

using chiso::Size;

constexpr Size units = 63;
constexpr Size leaves = 100;
constexpr Size groups = 8;

std::vector<std::string> names(const char* prefix, Size count) {
  std::vector<std::string> made;
  for (Size i = 0; i < count; ++i) made.push_back(prefix + std::to_string(i));
  return made;
}

/// 63 units, 100 indicators in 8 groups, min-max 0..100, equal weights; groups by `method`.
chiso::Scores scored(
    chiso::Aggregation::Method method = chiso::Aggregation::Method::arithmetic_mean) {
  chiso::IndexDefinition definition;
  definition.index = "benchmark";
  definition.edition = "1";
  definition.tree.code = "composite";
  for (Size g = 0; g < groups; ++g) {
    chiso::Criterion group;
    group.code = "g" + std::to_string(g);
    group.aggregation.method = method;
    for (Size k = g; k < leaves; k += groups) {
      chiso::Criterion leaf;
      leaf.code = "x" + std::to_string(k);
      leaf.measure = chiso::Measure::of(leaf.code);
      chiso::Normaliser onto;
      onto.onto_low = 1.0;
      onto.onto_high = 100.0;
      leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(onto));
      group.children.push_back(std::move(leaf));
    }
    definition.tree.children.push_back(std::move(group));
  }
  std::mt19937_64 engine(20261124);
  std::uniform_real_distribution<double> uniform(0.0, 100.0);
  Eigen::MatrixXd values =
      Eigen::MatrixXd::NullaryExpr(units, leaves, [&] { return uniform(engine); });
  return chiso::Evaluator(chiso::Index(std::move(definition)))
      .score(chiso::Panel(names("u", units), names("x", leaves), values, chiso::Period(2020)));
}

std::vector<chiso::CellEdit> random_edits(Size count) {
  std::mt19937_64 engine(20261125);
  std::uniform_real_distribution<double> uniform(0.0, 100.0);
  std::vector<chiso::CellEdit> edits;
  for (Size i = 0; i < count; ++i) {
    edits.push_back({static_cast<Size>(engine() % units), static_cast<Size>(engine() % leaves),
                     uniform(engine)});
  }
  return edits;
}

void unit_tree_set_value(benchmark::State& state) {
  chiso::UnitTree tree(scored(), 5);
  const auto edits = random_edits(1024);
  std::size_t i = 0;
  for (auto _ : state) {
    tree.set_value(edits[i].variable, edits[i].value);
    i = (i + 1) % edits.size();
    benchmark::DoNotOptimize(tree.score());
  }
}
BENCHMARK(unit_tree_set_value);

void unit_tree_make(benchmark::State& state) {
  const chiso::Scores base = scored();
  for (auto _ : state) {
    const chiso::UnitTree tree(base, 5);
    benchmark::DoNotOptimize(tree.score());
  }
}
BENCHMARK(unit_tree_make);

void unit_tree_copy(benchmark::State& state) {
  const chiso::UnitTree tree(scored(), 5);
  for (auto _ : state) {
    const chiso::UnitTree copy = tree;
    benchmark::DoNotOptimize(copy.score());
  }
}
BENCHMARK(unit_tree_copy);

void single_edit(benchmark::State& state, chiso::Aggregation::Method method) {
  const chiso::WhatIf what_if(scored(method));
  const auto edits = random_edits(1024);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(what_if.of(edits[i]));
    i = (i + 1) % edits.size();
  }
}
BENCHMARK_CAPTURE(single_edit, linear, chiso::Aggregation::Method::arithmetic_mean);
BENCHMARK_CAPTURE(single_edit, geometric, chiso::Aggregation::Method::geometric_mean);

void five_edits_all_ranks(benchmark::State& state) {
  const chiso::WhatIf what_if(scored());
  const auto edits = random_edits(5 * 1024);
  std::vector<double> scores(units);
  std::vector<std::int32_t> ranks(units);
  std::size_t i = 0;
  for (auto _ : state) {
    what_if.of({&edits[i], 5}, scores, ranks);
    i = (i + 5) % edits.size();
    benchmark::DoNotOptimize(ranks.data());
  }
}
BENCHMARK(five_edits_all_ranks);

void every_cell(benchmark::State& state, chiso::Aggregation::Method method) {
  const chiso::WhatIf what_if(scored(method));
  Eigen::MatrixXd values = what_if.base().panel().values(0);
  values.array() += 1.0;
  std::vector<double> scores(static_cast<std::size_t>(units * leaves));
  std::vector<double> ranks(scores.size());
  for (auto _ : state) {
    what_if.each(values, scores, ranks);
    benchmark::DoNotOptimize(ranks.data());
  }
}
BENCHMARK_CAPTURE(every_cell, linear, chiso::Aggregation::Method::arithmetic_mean)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(every_cell, geometric, chiso::Aggregation::Method::geometric_mean)
    ->Unit(benchmark::kMicrosecond);

/// A million scenarios of five edits each.
void million(benchmark::State& state, bool all_units) {
  constexpr Size scenarios = 1'000'000;
  const chiso::WhatIf what_if(scored());
  const auto edits = random_edits(5 * scenarios);
  std::vector<Size> starts;
  for (Size i = 0; i <= scenarios; ++i) starts.push_back(5 * i);
  const std::vector<Size> one{5};
  const Size width = all_units ? units : 1;
  std::vector<std::int32_t> ranks(static_cast<std::size_t>(scenarios * width));
  for (auto _ : state) {
    what_if.many(starts, edits, all_units ? std::vector<Size>() : one, {}, ranks,
                 static_cast<int>(state.range(0)));
    benchmark::DoNotOptimize(ranks.data());
  }
  state.SetItemsProcessed(state.iterations() * scenarios);
}
BENCHMARK_CAPTURE(million, ranks_of_all, true)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(million, rank_of_one, false)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
