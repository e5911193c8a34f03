// Any text is either refused as a SpecError or a formula that can be printed, read again, said in
// words, run and analysed.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "chiso/base/interval.hpp"
#include "chiso/base/language.hpp"
#include "chiso/formula/analysis.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/formula/program.hpp"
#include "chiso/formula/render.hpp"
#include "chiso/formula/symbols.hpp"
#include "fuzz.hpp"

namespace {

using chiso::fuzz::accepted;
using chiso::fuzz::must;

chiso::FormulaSymbols symbols() {
  chiso::FormulaSymbols all;
  all.maximum = 2.0;
  all.names["x"] = {chiso::Interval::closed(0.0, 100.0), {}, {}};
  all.names["y"] = {};
  all.names["rate"] = {chiso::Interval::closed(0.0, HUGE_VAL), {}, {}};
  all.names["issued"] = {{}, {"late", "timely"}, {}};
  all.names["limit"] = {{}, {}, 80.0};
  return all;
}

void run(const chiso::Formula& formula) {
  const auto known = symbols();
  const chiso::FormulaProgram program(formula, known);
  constexpr std::size_t rows = 5;
  constexpr std::size_t in_range = 2;  // Rows in which every variable has a value of its range.
  const std::array<double, rows> numbers{0.0, 1.0, -2.5, 1e308, std::nan("")};
  const std::array<double, rows> categories{0.0, 1.0, 1.0, 0.0, std::nan("")};
  std::vector<const double*> columns;
  for (const auto& input : program.inputs()) {
    columns.push_back(input.variable == "issued" ? categories.data() : numbers.data());
  }
  std::array<double, rows> results{};
  program.evaluate(columns, rows, results.data());
  std::vector<double> nodes(formula.nodes().size());
  for (std::size_t row = 0; row < rows; ++row) {
    std::vector<double> values;
    for (const double* column : columns) values.push_back(column[row]);
    const double one = program.trace(values, nodes);
    must(std::isnan(one) == std::isnan(results[row]) && (std::isnan(one) || one == results[row]),
         "a row by itself gives another value than in a block");
    must(!std::isinf(results[row]), "a result is infinite");
  }
  const chiso::AnalysisBudget budget{100};
  (void)chiso::check_formula(formula, known, budget);
  const auto range = chiso::formula_range(formula, known, budget);
  for (std::size_t row = 0; row < in_range; ++row) {
    const double value = results[row];
    const double room = 1e-9 * (1.0 + std::abs(value));
    must(!(value < range.lowest - room || value > range.highest + room),
         "a value is outside the range that is proven");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = chiso::fuzz::text_of(data, size);
  const auto formula = accepted([&] { return chiso::Formula(text); });
  if (!formula) return 0;
  must(chiso::Formula(chiso::to_string(*formula)) == *formula, "printed and read, it is another");
  for (const auto language : {chiso::Language::en, chiso::Language::vi}) {
    must(!chiso::to_words(*formula, language).empty(), "nothing is said");
    must(!chiso::to_latex(*formula, language).empty(), "nothing is shown");
  }
  (void)accepted([&] {
    run(*formula);
    return true;
  });
  return 0;
}
