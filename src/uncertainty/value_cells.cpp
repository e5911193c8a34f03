#include "uncertainty/value_cells.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "base/at.hpp"
#include "base/join.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

using Law = DrawValues::Law;

constexpr double most_answers = 1e9;  // More than people there are to be asked.

/// Codes of variables that a source may meet, and their positions in the index.
struct Drawable {
  Labels codes;
  std::vector<Size> positions;
};

Drawable drawable(const Compiled& compiled) {
  const auto variables = compiled.index.variables();
  std::vector<char> read(variables.size(), 0);
  for (const CompiledLeaf& leaf : compiled.leaves) {
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        // Those behind are columns of the period before.
        if (at(term.variable) < read.size()) read[at(term.variable)] = 1;
      }
    }
  }
  std::vector<std::string> codes;
  std::vector<Size> positions;
  for (std::size_t v = 0; v < variables.size(); ++v) {
    if (read[v] == 0 || variables[v].is_category()) continue;
    codes.push_back(variables[v].code);
    positions.push_back(static_cast<Size>(v));
  }
  return {Labels(std::move(codes), "variable"), std::move(positions)};
}

void check_options(const DrawValues& source, SourceProblems& problems) {
  const auto positive = [&](std::string_view what, const std::optional<double>& number) {
    if (!number || (std::isfinite(*number) && *number > 0.0)) return;
    problems.spec(
        fmt::format("expected {} that is positive and finite, got {}", what, to_string(*number)));
  };
  positive("a relative error", source.relative);
  positive("an absolute error", source.absolute);
  const bool has_sample = source.sample || !source.sample_variable.empty();
  if (source.law == Law::normal) {
    if (source.relative && source.absolute) {
      problems.spec("the error is given twice, relative and absolute", "leave one out");
    }
    if (has_sample) {
      problems.spec("a sample has no meaning in the law normal",
                    "leave it out, or choose the law binomial");
    }
    return;
  }
  if (source.relative || source.absolute) {
    problems.spec("an error has no meaning in the law binomial: it follows from the sample",
                  "leave it out, or choose the law normal");
  }
  if (!source.correlation.empty()) {
    problems.spec("a correlation has no meaning in the law binomial",
                  "leave it out, or choose the law normal");
  }
  if (source.sample && !source.sample_variable.empty()) {
    problems.spec("the sample is given twice, as a number and as a variable", "leave one out");
  } else if (!has_sample) {
    problems.spec("the law binomial needs the size of the sample",
                  "give `sample`, or name a variable of the data");
  } else if (source.sample && !(*source.sample >= 1.0 && *source.sample <= most_answers &&
                                std::floor(*source.sample) == *source.sample)) {
    problems.spec(
        fmt::format("expected a sample that is a whole number of answers from 1 to {}, "
                    "got {}",
                    to_string(most_answers), to_string(*source.sample)));
  }
}

/// Cells at fault: the first are said, the others counted.
class Few {
 public:
  explicit Few(SourceProblems& problems) : problems_(problems) {}
  void add(std::string message, std::string remedy) {
    if (++count_ <= most_named) problems_.data(std::move(message), std::move(remedy));
  }
  void finish() {
    if (count_ > most_named) {
      problems_.data(fmt::format("and {} more like this", count_ - most_named));
    }
  }

 private:
  static constexpr Size most_named = 5;
  SourceProblems& problems_;
  Size count_ = 0;
};

std::vector<Size> units_of(const Scores& base, const DrawValues& source, SourceProblems& problems) {
  std::vector<Size> units;
  for (const std::string& name : source.units) {
    const Size unit = known(name, base.units(), "unit", problems);
    if (unit >= 0) units.push_back(unit);
  }
  if (source.units.empty()) {
    for (Size u = 0; u < base.units().size(); ++u) units.push_back(u);
  }
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

/// Sizes of the samples, one a unit of the panel; nothing if it is one number or not known.
std::span<const double> samples(const Scores& base, const DrawValues& source, Size period,
                                SourceProblems& problems) {
  if (source.sample_variable.empty()) return {};
  const Panel& panel = base.panel();
  const Size variable =
      known(source.sample_variable, panel.variables(), "variable of the data", problems);
  if (variable < 0) return {};
  if (!panel.categories(variable).empty()) {
    problems.data(
        fmt::format("'{}' holds words, and sizes of samples are numbers", source.sample_variable));
    return {};
  }
  return panel.column(variable, period);
}

}  // namespace

ValueCells value_cells(const Scores& base, const DrawValues& source, SourceProblems& problems) {
  const Size before = problems.count();
  check_options(source, problems);
  const Panel& panel = base.panel();
  const Size period = panel.period_position(base.period());
  const Drawable all = drawable(base.evaluator().compiled());
  const auto met =
      met_by(source.variables, all.codes, "variable of numbers that is read", problems);
  const auto units = units_of(base, source, problems);
  const auto sizes = samples(base, source, period, problems);
  if (problems.count() != before) return {};

  ValueCells found;
  for (const Size m : met) found.met.push_back(all.codes[m]);
  std::vector<std::string> without;
  Few few(problems);
  for (Size m = 0; m < std::ssize(met); ++m) {
    const Size position = all.positions[at(met[at(m)])];
    const Variable& variable = base.index().variables()[at(position)];
    const Size column = panel.variables().at(variable.code);
    const auto values = panel.column(column, period);
    const auto errors = panel.standard_errors(column, period);
    const bool percent = variable.range.upper > 1.0 && std::isfinite(variable.range.upper);
    const double whole = percent ? 100.0 : 1.0;
    bool any = false;
    for (const Size u : units) {
      const Size row = base.panel_positions()[at(u)];
      ValueCell cell;
      cell.unit = u;
      cell.variable = position;
      cell.met = m;
      cell.value = values[at(row)];
      cell.range = variable.range;
      cell.zero_is_missing = variable.zero_is_missing;
      if (std::isnan(cell.value) || (cell.value == 0.0 && cell.zero_is_missing)) continue;
      if (source.law == Law::normal) {
        cell.error = source.relative   ? *source.relative * std::abs(cell.value)
                     : source.absolute ? *source.absolute
                     : errors.empty()  ? missing_value
                                       : errors[at(row)];
        any = any || !std::isnan(cell.error);
        if (!(cell.error > 0.0)) continue;
      } else {
        if (!(cell.value >= 0.0 && cell.value <= whole)) {
          few.add(fmt::format("{} of {} is {}, and shares of answers are in 0..{}", variable.code,
                              base.units()[u], to_string(cell.value), to_string(whole)),
                  percent ? "leave the variable out"
                          : "percentages are of a variable with the range 0..100");
          continue;
        }
        cell.answers = source.sample ? *source.sample : sizes[at(row)];
        if (std::isnan(cell.answers)) continue;
        any = true;
        if (!(cell.answers >= 1.0 && cell.answers <= most_answers &&
              std::floor(cell.answers) == cell.answers)) {
          few.add(fmt::format("the sample {} of {} is {}, and it is a whole number of answers from "
                              "1 to {}",
                              source.sample_variable, base.units()[u], to_string(cell.answers),
                              to_string(most_answers)),
                  "mend the data, or give a number");
          continue;
        }
        // Nobody or everybody: no sample shows anything else.
        if (cell.value == 0.0 || cell.value == whole) continue;
      }
      found.cells.push_back(cell);
    }
    if (!any) without.push_back(variable.code);
  }
  few.finish();
  if (problems.count() != before) return {};
  if (found.cells.empty()) {
    if (without.empty()) {
      problems.data("all errors are 0, so that nothing varies", "leave the source out");
    } else if (source.law == Law::binomial) {
      problems.data(fmt::format("no value of {} has a sample", join(without, ", ")),
                    "give `sample` as a number");
    } else {
      problems.data(fmt::format("the data have no standard errors of {}", join(without, ", ")),
                    "give `relative` or `absolute`");
    }
    return {};
  }
  std::stable_sort(found.cells.begin(), found.cells.end(),
                   [](const ValueCell& a, const ValueCell& b) { return a.unit < b.unit; });
  return found;
}

}  // namespace chiso
