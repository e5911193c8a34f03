// A formula on many rows: the three-branch rule and others, beside muParser where it is installed
// (libmuparser-dev).
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#ifdef CHISO_MUPARSER
#include <muParser.h>
#endif

#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "chiso/formula/program.hpp"

namespace {

using chiso::Size;

constexpr const char* three_branches = "if x > 90 then 2 else if x >= 70 then 1 else 0";

std::vector<double> rates(Size rows) {
  std::mt19937_64 engine(20240229);  // Fixed: runs are comparable across commits.
  std::uniform_real_distribution<double> uniform(0.0, 100.0);
  std::vector<double> values(static_cast<std::size_t>(rows));
  for (double& value : values) value = uniform(engine);
  return values;
}

chiso::FormulaProgram program(const std::string& text) {
  chiso::FormulaSymbols symbols;
  for (const char* name : {"x", "y", "z"}) symbols.names[name] = {};
  symbols.maximum = 10.0;
  return {chiso::Formula(text), symbols};
}

void evaluate(benchmark::State& state, const char* text) {
  const chiso::FormulaProgram of = program(text);
  const Size rows = state.range(0);
  const std::vector<double> column = rates(rows);
  const std::vector<const double*> columns(of.inputs().size(), column.data());
  std::vector<double> out(column.size());
  for (auto _ : state) {
    of.evaluate(columns, rows, out.data());
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK_CAPTURE(evaluate, three_branches, three_branches)
    ->ArgName("rows")
    ->Arg(1)
    ->Arg(63)
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(evaluate, proportional, "if x >= 80 then x * maximum / 100 else 0")
    ->ArgName("rows")
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(evaluate, conditions, "if x >= 80 and y < 30 or z > 50 then 2 else 1")
    ->ArgName("rows")
    ->Arg(1'000'000);
BENCHMARK_CAPTURE(evaluate, logarithm, "10 * log(x) / log(100)")->ArgName("rows")->Arg(1'000'000);
BENCHMARK_CAPTURE(evaluate, power, "10 * (x / 100)^0.7")->ArgName("rows")->Arg(1'000'000);

/// Reading and compiling, once a formula.
void compile(benchmark::State& state) {
  for (auto _ : state) {
    const chiso::FormulaProgram of = program(three_branches);
    benchmark::DoNotOptimize(&of);
  }
}
BENCHMARK(compile);

#ifdef CHISO_MUPARSER
constexpr const char* three_branches_of_muparser = "x > 90 ? 2 : x >= 70 ? 1 : 0";

void muparser_row_by_row(benchmark::State& state) {
  const std::vector<double> column = rates(state.range(0));
  std::vector<double> out(column.size());
  double x = 0.0;
  mu::Parser parser;
  parser.DefineVar("x", &x);
  parser.SetExpr(three_branches_of_muparser);
  for (auto _ : state) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      x = column[i];
      out[i] = parser.Eval();
    }
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(muparser_row_by_row)->ArgName("rows")->Arg(1'000'000);

void muparser_in_bulk(benchmark::State& state) {
  std::vector<double> column = rates(state.range(0));
  std::vector<double> out(column.size());
  mu::Parser parser;
  parser.DefineVar("x", column.data());
  parser.SetExpr(three_branches_of_muparser);
  for (auto _ : state) {
    parser.Eval(out.data(), static_cast<int>(column.size()));
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(muparser_in_bulk)->ArgName("rows")->Arg(1'000'000);
#endif

}  // namespace
