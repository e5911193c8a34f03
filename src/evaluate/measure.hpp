#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "base/at.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

/// The value of a measure for `out.size()` units; `column(variable)` points to the variable's
/// values of the first of them. `out` overlaps none.
template <class Column>
void work_out(const CompiledMeasure& compiled, Column column, std::span<double> out) {
  constexpr std::size_t block = 256;
  const std::size_t n = out.size();
  const auto& terms = compiled.terms;
  if (compiled.formula) {
    constexpr std::size_t few = 16;
    const double* few_columns[few] = {};
    std::vector<const double*> many_columns;
    const double** columns = few_columns;
    if (terms.size() > few) {
      many_columns.resize(terms.size());
      columns = many_columns.data();
    }
    for (std::size_t k = 0; k < terms.size(); ++k) columns[k] = column(terms[k].variable);
    compiled.formula->evaluate({columns, terms.size()}, std::ssize(out), out.data());
    return;
  }
  const auto add = [&column](const std::vector<CompiledMeasure::Term>& of, std::size_t first,
                             std::span<double> sums) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (const auto& term : of) {
      const double* values = column(term.variable) + first;
      for (std::size_t u = 0; u < sums.size(); ++u) sums[u] += term.coefficient * values[u];
    }
  };
  switch (compiled.kind) {
    case Measure::Kind::variable:
      std::copy_n(column(terms[0].variable), n, out.begin());
      return;
    case Measure::Kind::all_of:
    case Measure::Kind::any_of: {
      std::copy_n(column(terms[0].variable), n, out.begin());
      const bool lowest = compiled.kind == Measure::Kind::all_of;
      for (std::size_t k = 1; k < terms.size(); ++k) {
        const double* values = column(terms[k].variable);
        for (std::size_t u = 0; u < n; ++u) {
          // The second comparison is false for a missing value, which must win.
          const bool take = lowest ? !(values[u] >= out[u]) : !(values[u] <= out[u]);
          if (take && out[u] == out[u]) out[u] = values[u];
        }
      }
      return;
    }
    case Measure::Kind::sum:
    case Measure::Kind::mean:
      add(terms, 0, out);
      for (double& value : out) value *= compiled.times;
      return;
    case Measure::Kind::ratio:
      for (std::size_t first = 0; first < n; first += block) {
        double below[block];
        const auto above = out.subspan(first, std::min(block, n - first));
        add(terms, first, above);
        add(compiled.denominator, first, {below, above.size()});
        for (std::size_t u = 0; u < above.size(); ++u) {
          above[u] = below[u] == 0.0 ? missing_value : above[u] / below[u] * compiled.times;
        }
      }
      return;
  }
}

}  // namespace chiso
