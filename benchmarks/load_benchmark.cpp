// Reading a definition: from the text to a validated index.
#ifndef NDEBUG
#error "Benchmarks measure Release builds; configure with the 'release' preset."
#endif

#include <benchmark/benchmark.h>

#include <string>

#include "chiso/io/load_index.hpp"
#include "chiso/io/save_index.hpp"

namespace {

/// Ten leaves a group, with titles, points rules and provenance as real definitions have them.
std::string definition_of(int nodes) {
  std::string text =
      "chiso: 1\nindex: benchmark\nedition: '1'\ntree:\n  code: root\n  aggregation: sum\n  "
      "children:\n";
  int written = 1;
  for (int g = 0; written < nodes; ++g) {
    const std::string group = "g" + std::to_string(g);
    text += "    - code: " + group + "\n      aggregation: sum\n      children:\n";
    ++written;
    for (int k = 0; k < 10 && written < nodes; ++k, ++written) {
      text += "        - code: " + group + "." + std::to_string(k) +
              "\n          title: {en: An item of the form, vi: Ti\xc3\xaau ch\xc3\xad}\n"
              "          maximum: 2\n          status: illustrative\n"
              "          rule: {steps: [{when: '> 90', points: 2}, {when: '[70, 90]', points: 1}, "
              "{when: '< 70', points: 0}]}\n";
    }
  }
  return text;
}

void parse(benchmark::State& state) {
  const std::string text = definition_of(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(chiso::parse_index(text, "benchmark.yaml").size());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse)->ArgNames({"nodes"})->Arg(50)->Arg(500)->Arg(5'000)->Unit(benchmark::kMillisecond);

void print(benchmark::State& state) {
  const chiso::Index index = chiso::parse_index(definition_of(500), "benchmark.yaml");
  for (auto _ : state) benchmark::DoNotOptimize(chiso::to_yaml(index));
}
BENCHMARK(print)->Unit(benchmark::kMillisecond);

}  // namespace
