// Who answers for which points, in a plan as large as any: 10,000 tasks of 500 agencies for an
// index of 1,000 criteria, in groups of a hundred.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/evaluate/lost_points.hpp"
#include "chiso/responsibility/points_at_stake.hpp"

namespace {

using chiso::Size;

constexpr int agencies = 500;
constexpr int groups = 10;  // Of them, with a hundred members each.
constexpr int tasks = 10'000;
constexpr int fields = 50;
constexpr int leaves = 950;
constexpr int units = 63;

std::string code(const char* kind, int i) { return kind + std::to_string(i); }

/// A sum of points with 1,001 nodes: fields of criteria, or criteria alone.
chiso::Index points_index(bool flat) {
  chiso::IndexDefinition definition;
  definition.index = "benchmark";
  definition.edition = "1";
  definition.tree.code = "total";
  definition.tree.aggregation.method = chiso::Aggregation::Method::sum;
  const auto leaf = [](int k) {
    chiso::Criterion made;
    made.code = code("x", k);
    made.measure = chiso::Measure::of(made.code);
    made.maximum = 10.0;
    made.rule = chiso::Dated<chiso::Rule>(chiso::Rule(chiso::GivenPoints{}));
    return made;
  };
  if (flat) {
    for (int k = 0; k < fields + leaves; ++k) definition.tree.children.push_back(leaf(k));
    return chiso::Index(std::move(definition));
  }
  for (int f = 0; f < fields; ++f) {
    chiso::Criterion field;
    field.code = code("f", f);
    field.aggregation.method = chiso::Aggregation::Method::sum;
    for (int k = f; k < leaves; k += fields) field.children.push_back(leaf(k));
    definition.tree.children.push_back(std::move(field));
  }
  return chiso::Index(std::move(definition));
}

/// Fixed seed: runs are comparable across commits.
chiso::Scores random_scores(bool flat = false) {
  std::mt19937_64 engine(20261123);
  const chiso::Index index = points_index(flat);
  chiso::Panel::Builder builder;
  const Size period = builder.period(chiso::Period(2021));
  for (int u = 0; u < units; ++u) {
    const Size unit = builder.unit(code("u", u));
    builder.row(unit, period);
    for (const chiso::Variable& variable : index.variables()) {
      const double points = 0.25 * static_cast<double>(engine() % 41);
      builder.set(unit, builder.number_variable(variable.code), period, points);
    }
  }
  return chiso::Evaluator(index).score(builder.build());
}

/// Who leads a task, with a group of a hundred in it.
enum Lead : std::int64_t {
  agency,  ///< An agency; the group coordinates.
  group,   ///< The group; an agency coordinates.
  both     ///< Both, so that hardly two tasks have the same leads.
};

chiso::Plan large_plan(std::int64_t lead) {
  std::mt19937_64 engine(20261123);
  const auto any = [&engine](int count) {
    return static_cast<int>(engine() % static_cast<unsigned>(count));
  };
  chiso::PlanDefinition plan;
  plan.plan = "benchmark";
  plan.unit = "u0";
  plan.indices = {{"k", "benchmark", {}}};
  for (int i = 0; i < agencies; ++i) {
    chiso::Agency agency;
    agency.code = code(i < groups ? "g" : "a", i);
    agency.head = code("head ", i / 2);
    if (i >= groups && i % 10 != 0) agency.parent = code("a", i / 10 * 10);
    agency.is_group = i < groups;
    for (int m = 0; agency.is_group && m < 100; ++m) {
      agency.members.push_back(code("a", groups + (40 * i + m) % (agencies - groups)));
    }
    plan.agencies.push_back(std::move(agency));
  }
  for (int i = 0; i < 40; ++i) plan.areas.push_back({code("area", i), {}, {}, {}});
  for (int i = 0; i < tasks; ++i) {
    chiso::Task task;
    task.code = code("t", i);
    task.area = code("area", any(40));
    const int leaf = any(leaves);
    task.criteria = {{"k", code("x", leaf)}, {"k", code("x", (leaf + 1 + any(50)) % leaves)}};
    const std::string any_group = code("g", any(groups));
    const std::string any_agency = code("a", groups + any(agencies - groups));
    const auto role = [lead](Lead other) {
      return lead == other ? chiso::TaskRole::coordinate : chiso::TaskRole::lead;
    };
    task.assignments = {{role(Lead::group), any_agency}, {role(Lead::agency), any_group}};
    plan.tasks.push_back(std::move(task));
  }
  return chiso::Plan(std::move(plan));
}

void lost_points_of_a_unit(benchmark::State& state) {
  const chiso::Scores scores = random_scores(state.range(0) != 0);
  for (auto _ : state) {
    auto points = chiso::lost_points(scores, "u0");
    benchmark::DoNotOptimize(points.data());
  }
}
// Flat: all criteria are the composite's own children.
BENCHMARK(lost_points_of_a_unit)->ArgName("flat")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);

/// From the plan and the scores to every sum.
void points_at_stake(benchmark::State& state) {
  const chiso::Plan plan = large_plan(state.range(0));
  const chiso::Scores scores = random_scores();
  for (auto _ : state) {
    const chiso::PointsAtStake stake(chiso::PlannedScores(plan, {scores}), "u0");
    benchmark::DoNotOptimize(stake.by_agency().data());
    benchmark::DoNotOptimize(stake.by_top_agency().data());
    benchmark::DoNotOptimize(stake.by_head().data());
    benchmark::DoNotOptimize(stake.by_area().data());
    benchmark::DoNotOptimize(stake.by_criterion().data());
    benchmark::DoNotOptimize(stake.by_task().data());
  }
}
BENCHMARK(points_at_stake)
    ->ArgName("led_by")
    ->DenseRange(Lead::agency, Lead::both)
    ->Unit(benchmark::kMillisecond);

void points_at_stake_alone(benchmark::State& state) {
  const chiso::Plan plan = large_plan(state.range(0));
  const chiso::Scores scores = random_scores();
  for (auto _ : state) {
    const chiso::PointsAtStake stake(chiso::PlannedScores(plan, {scores}), "u0");
    benchmark::DoNotOptimize(&stake.planned());
  }
}
BENCHMARK(points_at_stake_alone)
    ->ArgName("led_by")
    ->DenseRange(Lead::agency, Lead::both)
    ->Unit(benchmark::kMillisecond);

void points_at_stake_cells(benchmark::State& state) {
  const chiso::Plan plan = large_plan(state.range(0));
  const chiso::PointsAtStake stake(chiso::PlannedScores(plan, {random_scores()}), "u0");
  for (auto _ : state) {
    auto cells = stake.cells();
    benchmark::DoNotOptimize(cells.data());
  }
}
BENCHMARK(points_at_stake_cells)
    ->ArgName("led_by")
    ->DenseRange(Lead::agency, Lead::both)
    ->Unit(benchmark::kMillisecond);

}  // namespace
