// What the kernels of many draws take: 63 units x 100 indicators unless said, in blocks of 512
// draws, on one core. Items are draws: a million draws take 10^6 / items_per_second seconds. The
// argument is the position of the level, the fastest first.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/at.hpp"
#include "uncertainty/draw_table.hpp"
#include "uncertainty/kernels.hpp"

namespace {

using chiso::at;
using chiso::DrawTable;
using chiso::Kernels;
using chiso::Size;

constexpr Size block = 512;

std::vector<double> random_numbers(Size count) {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<> uniform(1.0, 10.0);
  std::vector<double> numbers(at(count));
  for (double& x : numbers) x = uniform(random);
  return numbers;
}

std::vector<double*> rows_of(DrawTable& table) {
  std::vector<double*> rows;
  for (Size r = 0; r < table.rows(); ++r) rows.push_back(table.row(r));
  return rows;
}

/// All that a block needs.
struct Work {
  const Kernels& kernels;
  Size units;
  Size terms;
  Size draws = block;
  std::vector<double> values = random_numbers(units * terms);
  DrawTable weights{terms, draws};
  std::vector<double*> rows = rows_of(weights);
  std::vector<double> lowest = std::vector<double>(at(terms), 0.0);
  DrawTable scores{units, draws};
  std::vector<std::uint16_t> ranks = std::vector<std::uint16_t>(at(units * scores.stride()));
  std::vector<std::int64_t> wins = std::vector<std::int64_t>(at(units * units));
  std::uint64_t first = 0;

  void draw_uniforms() {
    kernels.uniforms(7, 11, first, terms, draws, weights.stride(), weights.row(0));
    first += static_cast<std::uint64_t>(draws);
  }
  void divide() { kernels.to_shares(rows.data(), terms, draws, lowest.data(), 1.0, true); }
  void multiply() {
    kernels.weighted_sums(values.data(), units, terms, weights.row(0), draws, weights.stride(),
                          scores.row(0));
  }
  void rank() { kernels.ranks(scores.row(0), units, draws, scores.stride(), ranks.data()); }
  void compare() { kernels.wins(ranks.data(), units, draws, scores.stride(), wins.data()); }
};

using Step = void (Work::*)();

void measure(benchmark::State& state, Work& work, std::initializer_list<Step> steps) {
  for (auto _ : state) {
    for (const Step step : steps) (work.*step)();
    benchmark::DoNotOptimize(work.ranks.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * work.draws);
  state.SetLabel(std::string(work.kernels.level));
}

/// One level, or nothing if the processor does not have so many.
const Kernels* level(benchmark::State& state) {
  const auto available = chiso::available_kernels();
  if (state.range(0) < std::ssize(available)) return available[at(state.range(0))];
  state.SkipWithError("no such level");
  return nullptr;
}

template <Step... Steps>
void step(benchmark::State& state) {
  const Kernels* kernels = level(state);
  if (kernels == nullptr) return;
  Work work{*kernels, 63, 100};
  // Each step finds what those before it leave.
  work.draw_uniforms();
  work.divide();
  work.multiply();
  work.rank();
  measure(state, work, {Steps...});
}

void levels(benchmark::internal::Benchmark* one) {
  for (Size l = 0; l < std::ssize(chiso::available_kernels()); ++l) one->Arg(l);
}

BENCHMARK(step<&Work::draw_uniforms>)->Name("uniforms")->Apply(levels);
BENCHMARK(step<&Work::draw_uniforms, &Work::divide>)->Name("uniforms and shares")->Apply(levels);
BENCHMARK(step<&Work::multiply>)->Name("weighted sums")->Apply(levels);
BENCHMARK(step<&Work::rank>)->Name("ranks")->Apply(levels);
BENCHMARK(step<&Work::compare>)->Name("wins")->Apply(levels);
BENCHMARK(step<&Work::draw_uniforms, &Work::divide, &Work::multiply, &Work::rank>)
    ->Name("all but wins")
    ->Apply(levels);

/// Ranks of more units. `units_per_second`: of how many units and draws.
void many_units(benchmark::State& state) {
  const Kernels* kernels = level(state);
  if (kernels == nullptr) return;
  Work work{*kernels, state.range(1), 100, 128};
  work.draw_uniforms();
  work.multiply();
  measure(state, work, {&Work::rank});
  state.counters["units_per_second"] =
      benchmark::Counter(static_cast<double>(state.iterations() * work.draws * work.units),
                         benchmark::Counter::kIsRate);
}

BENCHMARK(many_units)
    ->Name("ranks of units")
    ->ArgsProduct({{0, 1}, {16, 64, 128, 256, 300, 1'000, 3'000}});

}  // namespace
