// Projections of 63 units from ten years, by each model, and looking back from every one of them.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/uncertainty/back_test.hpp"
#include "chiso/uncertainty/history.hpp"
#include "chiso/uncertainty/projection.hpp"

namespace {

using chiso::Size;
using Kind = chiso::ProjectionModel::Kind;

/// Lasting differences and noise.
chiso::History history(Size units, Size years) {
  std::mt19937 engine(20220826);
  std::normal_distribution<double> normal;
  Eigen::MatrixXd scores(units, years);
  std::vector<std::string> names;
  std::vector<chiso::Period> periods;
  for (int p = 0; p < years; ++p) periods.emplace_back(2001 + p);
  for (Size u = 0; u < units; ++u) {
    names.push_back("u" + std::to_string(u));
    const double lasting = 60.0 + 5.0 * normal(engine);
    for (Size p = 0; p < years; ++p) scores(u, p) = lasting + 3.0 * normal(engine);
  }
  return {"total", chiso::Labels(std::move(names), "unit"), std::move(periods), scores};
}

chiso::ProjectionOptions options(Kind kind, std::int64_t draws) {
  chiso::ProjectionOptions made;
  made.model.kind = kind;
  made.draws = draws;
  made.threads = 1;
  return made;
}

void project(benchmark::State& state) {
  const auto kind = static_cast<Kind>(state.range(0));
  const chiso::History past = history(63, 10);
  const std::vector<chiso::Period> years{chiso::Period(2011), chiso::Period(2013)};
  for (auto _ : state) {
    benchmark::DoNotOptimize(chiso::Projection(past, years, options(kind, state.range(1))));
  }
  state.SetLabel(std::string(name(kind)));
  state.SetItemsProcessed(state.iterations() * state.range(1));
}
BENCHMARK(project)
    ->ArgNames({"model", "draws"})
    ->Args({static_cast<int>(Kind::random_walk), 10'000})
    ->Args({static_cast<int>(Kind::local_level), 10'000})
    ->Args({static_cast<int>(Kind::mean_reversion), 1})
    ->Args({static_cast<int>(Kind::mean_reversion), 10'000})
    ->Unit(benchmark::kMillisecond);

void look_back(benchmark::State& state) {
  const chiso::History past = history(63, 10);
  chiso::BackTestOptions tested;
  tested.projection = options(Kind::mean_reversion, 2'000);
  for (auto _ : state) benchmark::DoNotOptimize(chiso::back_test(past, tested));
}
BENCHMARK(look_back)->Unit(benchmark::kMillisecond);

}  // namespace
