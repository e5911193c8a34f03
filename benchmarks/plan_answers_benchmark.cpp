// Each answer to a large plan: 10,000 tasks, 500 agencies, 1,000 criteria.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/responsibility/clarity.hpp"
#include "chiso/responsibility/matrix.hpp"
#include "chiso/responsibility/planned_scores.hpp"
#include "chiso/responsibility/points_at_stake.hpp"
#include "chiso/responsibility/progress.hpp"

namespace {

using chiso::Size;

constexpr Size tasks = 10'000;
constexpr Size agencies = 500;
constexpr Size groups = 20;
constexpr Size fields = 40;
constexpr Size criteria_a_field = 24;  // With the fields themselves: 1,000.

/// Points of 0..1 a leaf, 63 units.
chiso::Scores scores() {
  chiso::IndexDefinition definition;
  definition.index = "benchmark";
  definition.edition = "1";
  definition.tree.code = "total";
  definition.tree.aggregation.method = chiso::Aggregation::Method::sum;
  chiso::Panel::Builder panel;
  const Size period = panel.period(chiso::Period(2022));
  std::mt19937 engine(20220826);
  for (Size u = 0; u < 63; ++u) panel.row(panel.unit("u" + std::to_string(u)), period);
  for (Size f = 0; f < fields; ++f) {
    chiso::Criterion field;
    field.code = "F" + std::to_string(f);
    field.aggregation.method = chiso::Aggregation::Method::sum;
    for (Size k = 0; k < criteria_a_field; ++k) {
      chiso::Criterion leaf;
      leaf.code = field.code + "." + std::to_string(k);
      leaf.measure = chiso::Measure::of(leaf.code);
      leaf.rule = chiso::Dated<chiso::Rule>(chiso::Rule(chiso::GivenPoints{}));
      leaf.maximum = 1.0;
      const Size variable = panel.number_variable(leaf.code);
      for (Size u = 0; u < 63; ++u) {
        panel.set(u, variable, period, static_cast<double>(engine() % 1'001) / 1'000.0);
      }
      field.children.push_back(std::move(leaf));
    }
    definition.tree.children.push_back(std::move(field));
  }
  return chiso::Evaluator(chiso::Index(std::move(definition))).score(panel.build());
}

/// Each task has a lead, two who coordinate and, one in four, a group of 20 that carries it out; it
/// is for two criteria. What is missing is missing in one of ten, or in all.
chiso::Plan plan(bool is_clear) {
  std::mt19937 engine(20220826);
  const auto below = [&engine](Size n) { return static_cast<Size>(engine()) % n; };
  const auto missing = [&] { return !is_clear || below(10) == 0; };
  chiso::PlanDefinition plan;
  plan.plan = "benchmark";
  plan.unit = "u7";
  plan.period = {chiso::Period(2022), chiso::Period(2025)};
  plan.indices = {{"b", "benchmark", {}}};
  for (Size i = 0; i < agencies; ++i) {
    chiso::Agency agency;
    agency.code = "a" + std::to_string(i);
    agency.title.en = "Department number " + std::to_string(i);
    plan.agencies.push_back(std::move(agency));
  }
  for (Size i = 0; i < groups; ++i) {
    chiso::Agency group;
    group.code = "g" + std::to_string(i);
    group.is_group = true;
    for (Size k = 0; k < 20; ++k) group.members.push_back("a" + std::to_string(i * 25 + k));
    plan.agencies.push_back(std::move(group));
  }
  for (Size i = 0; i < tasks; ++i) {
    chiso::Task task;
    task.code = "t" + std::to_string(i);
    task.location = {"plans/benchmark-of-a-province.yaml", static_cast<int>(i) * 8, 3};
    const Size lead = below(agencies);
    const auto agency = [&](Size step) { return "a" + std::to_string((lead + step) % agencies); };
    if (!missing()) task.assignments.push_back({chiso::TaskRole::lead, agency(0)});
    task.assignments.push_back({chiso::TaskRole::coordinate, agency(1)});
    task.assignments.push_back({chiso::TaskRole::coordinate, agency(2)});
    if (i % 4 == 0) {
      task.assignments.push_back({chiso::TaskRole::carry_out, "g" + std::to_string(below(groups))});
    }
    const std::string field = "F" + std::to_string(below(fields));
    task.criteria = {{"b", field + "." + std::to_string(below(criteria_a_field))}, {"b", field}};
    if (!missing()) task.due = chiso::Date{2023, 1 + static_cast<int>(below(12)), 15};
    if (task.due && i % 2 == 0) task.recurrence = chiso::Recurrence::quarterly;
    if (!missing()) task.product = "a report";
    for (int month = 1; month <= 3; ++month) {
      task.news.push_back({{2023, month * 3, 10},
                           below(2) == 0 ? chiso::TaskStatus::done : chiso::TaskStatus::in_progress,
                           {},
                           {},
                           {}});
    }
    plan.tasks.push_back(std::move(task));
  }
  return chiso::Plan(std::move(plan));
}

const chiso::PlannedScores& planned(bool is_clear) {
  static const chiso::PlannedScores clear(plan(true), {scores()});
  static const chiso::PlannedScores unclear(plan(false), {scores()});
  return is_clear ? clear : unclear;
}

template <class Answer>
void measure(benchmark::State& state, const Answer& answer) {
  for (auto _ : state) {
    auto result = answer();
    benchmark::DoNotOptimize(result);
  }
}

void clarity(benchmark::State& state) {
  const auto& given = planned(state.range(0) == 1);
  measure(state, [&] { return chiso::clarity(given); });
  state.counters["findings"] = static_cast<double>(chiso::clarity(given).findings.size());
}
BENCHMARK(clarity)->ArgName("clear")->Arg(1)->Arg(0)->Unit(benchmark::kMillisecond);

void responsibility_matrix(benchmark::State& state) {
  const chiso::Plan& given = planned(true).plan();
  measure(state, [&] { return chiso::responsibility_matrix(given); });
  state.counters["cells"] = static_cast<double>(chiso::responsibility_matrix(given).cells.size());
}
BENCHMARK(responsibility_matrix)->Unit(benchmark::kMillisecond);

void workload(benchmark::State& state) {
  measure(state, [&] { return chiso::workload(planned(true).plan()); });
}
BENCHMARK(workload)->Unit(benchmark::kMillisecond);

void agenda(benchmark::State& state) {
  measure(state, [&] { return chiso::agenda(planned(true).plan(), 7); });
}
BENCHMARK(agenda)->Unit(benchmark::kMillisecond);

void points_at_stake(benchmark::State& state) {
  measure(state, [&] { return chiso::PointsAtStake(planned(true), {}).by_agency(); });
}
BENCHMARK(points_at_stake)->Unit(benchmark::kMillisecond);

void progress(benchmark::State& state) {
  measure(state, [&] { return chiso::progress(planned(true).plan(), {2023, 10, 1}); });
}
BENCHMARK(progress)->Unit(benchmark::kMillisecond);

void progress_by_agency(benchmark::State& state) {
  const chiso::Plan& given = planned(true).plan();
  const chiso::PointsAtStake stake(planned(true), {});
  const auto now = chiso::progress(given, {2023, 10, 1});
  measure(state, [&] { return chiso::progress_by_agency(given, now, &stake); });
}
BENCHMARK(progress_by_agency)->Unit(benchmark::kMillisecond);

}  // namespace
