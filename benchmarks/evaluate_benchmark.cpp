// Evaluating a compiled index: small and often, large and once, and how the cost grows.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/rank/rank.hpp"

namespace {

using chiso::Size;

/// Leaf k belongs to group k mod `groups`; min-max 0..100, equal weights on both levels.
chiso::Index two_level_index(Size leaves, Size groups) {
  chiso::IndexDefinition definition;
  definition.index = "benchmark";
  definition.edition = "1";
  definition.tree.code = "composite";
  for (Size g = 0; g < groups; ++g) {
    chiso::Criterion group;
    group.code = "g" + std::to_string(g);
    for (Size k = g; k < leaves; k += groups) {
      chiso::Criterion leaf;
      leaf.code = "x" + std::to_string(k);
      leaf.measure = chiso::Measure::of(leaf.code);
      leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(chiso::Normaliser{}));
      group.children.push_back(std::move(leaf));
    }
    definition.tree.children.push_back(std::move(group));
  }
  return chiso::Index(std::move(definition));
}

/// Fixed seed: runs are comparable across commits.
Eigen::MatrixXd uniform_values(Size units, Size leaves) {
  std::mt19937_64 engine(20261123);
  std::uniform_real_distribution<double> uniform(0.0, 100.0);
  return Eigen::MatrixXd::NullaryExpr(units, leaves, [&] { return uniform(engine); });
}

void fit_evaluate_rank(benchmark::State& state) {
  const Size units = state.range(0);
  const Size leaves = state.range(1);
  const chiso::Evaluator evaluator(two_level_index(leaves, 8));
  const Eigen::MatrixXd values = uniform_values(units, leaves);
  std::vector<double> scores(static_cast<std::size_t>(units));
  std::vector<double> ranks(scores.size());
  chiso::RankScratch scratch;
  for (auto _ : state) {
    evaluator.evaluate(values, evaluator.fit(values), chiso::Keep::root, scores.data());
    chiso::rank(scores, chiso::Ties::competition, std::span<double>(ranks), scratch);
    benchmark::DoNotOptimize(ranks.data());
  }
  state.SetItemsProcessed(state.iterations() * units * leaves);
}
// The cost per item should not grow with units or with leaves.
BENCHMARK(fit_evaluate_rank)
    ->ArgNames({"units", "leaves"})
    ->Args({63, 100})
    ->Args({630, 100})
    ->Args({6'300, 100})
    ->Args({63'000, 100})
    ->Args({63, 1'000})
    ->Args({63, 10'000});

void evaluate_all_nodes(benchmark::State& state) {
  const chiso::Evaluator evaluator(two_level_index(100, 8));
  const Eigen::MatrixXd values = uniform_values(63, 100);
  const chiso::Anchors anchors = evaluator.fit(values);
  std::vector<double> scores(static_cast<std::size_t>(63 * evaluator.index().size()));
  for (auto _ : state) {
    evaluator.evaluate(values, anchors, chiso::Keep::all, scores.data());
    benchmark::DoNotOptimize(scores.data());
  }
}
BENCHMARK(evaluate_all_nodes);

constexpr Size many_units = 100'000;
constexpr Size many_leaves = 200;

/// Seconds in which one core reads the same table and does nothing but add: the median of a few.
double seconds_to_read(const Eigen::MatrixXd& values) {
  std::vector<double> seconds;
  for (int run = 0; run < 9; ++run) {
    const auto start = std::chrono::steady_clock::now();
    double sum = values.sum();
    benchmark::DoNotOptimize(sum);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    seconds.push_back(taken.count());
  }
  std::nth_element(seconds.begin(), seconds.begin() + 4, seconds.end());
  return seconds[4];
}

/// of_memory_bandwidth: reading alone, over reading, normalising and aggregating.
void evaluate_large(benchmark::State& state) {
  const chiso::Evaluator evaluator(two_level_index(many_leaves, 8));
  const Eigen::MatrixXd values = uniform_values(many_units, many_leaves);
  const chiso::Anchors anchors = evaluator.fit(values);
  std::vector<double> scores(static_cast<std::size_t>(many_units));
  const double reading = seconds_to_read(values);
  for (auto _ : state) {
    evaluator.evaluate(values, anchors, chiso::Keep::root, scores.data());
    benchmark::DoNotOptimize(scores.data());
  }
  state.SetBytesProcessed(state.iterations() * many_units * many_leaves * 8);
  // How often the table could have been read, over how often it was evaluated, each second.
  state.counters["of_memory_bandwidth"] = benchmark::Counter(
      reading * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(evaluate_large)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  const chiso::Index index = two_level_index(state.range(0), 8);
  for (auto _ : state) {
    const chiso::Evaluator evaluator(index);
    const chiso::Compiled* compiled = &evaluator.compiled();
    benchmark::DoNotOptimize(compiled);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(compile)
    ->ArgNames({"leaves"})
    ->Arg(100)
    ->Arg(500)
    ->Arg(5'000)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
