#include "evaluate/input.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/text.hpp"
#include "evaluate/fused.hpp"
#include "evaluate/measure.hpp"

namespace chiso {
namespace {

/// From the words of a panel's column to the categories of the index's variable. Words of other
/// periods need not be categories: another edition may have had others.
std::vector<double> recoding(const Variable& variable, std::span<const std::string> words,
                             std::span<const double> values, std::span<const Size> units,
                             const Panel& panel, Problems& problems) {
  std::vector<char> used(words.size(), 0);
  for (const Size u : units) {
    const double value = values[static_cast<std::size_t>(u)];
    if (value == value) used[static_cast<std::size_t>(value)] = 1;
  }
  std::vector<double> codes;
  for (std::size_t w = 0; w < words.size(); ++w) {
    const std::string& word = words[w];
    if (used[w] == 0) {
      codes.push_back(missing_value);
      continue;
    }
    const auto key = match_key(word);
    const auto found =
        std::find_if(variable.categories.begin(), variable.categories.end(),
                     [&](const std::string& category) { return match_key(category) == key; });
    if (found == variable.categories.end()) {
      problems.add(
          {panel.source(), 0, 0}, variable.code,
          fmt::format("'{}' is not a category{}", word, suggestion(word, variable.categories)),
          fmt::format("use one of: {}", join(variable.categories, ", ")));
      codes.push_back(missing_value);
    } else {
      codes.push_back(static_cast<double>(found - variable.categories.begin()));
    }
  }
  return codes;
}

/// Position of the period before in the panel; -1: it has none, or nobody asks.
Size previous_position(const Compiled& compiled, const Panel& panel, Size period) {
  if (compiled.index.previous_variables().empty()) return -1;
  const auto before = panel.periods()[static_cast<std::size_t>(period)].previous();
  const auto& periods = panel.periods();
  const auto found = before ? std::find(periods.begin(), periods.end(), *before) : periods.end();
  return found == periods.end() ? -1 : found - periods.begin();
}

/// A row-major array that fits into the cache is turned once; a larger one is turned block by block
/// where it is read.
void read_rows(const MatrixIn& values, Input& input) {
  constexpr Size small = 65'536;
  if (values.size() > small) {
    input.rows = values.data();
    input.row_stride = values.innerStride();
    return;
  }
  input.transposed =
      std::make_unique_for_overwrite<double[]>(static_cast<std::size_t>(values.size()));
  transpose(values.data(), values.innerStride(), values.rows(), values.cols(),
            input.transposed.get());
  const double* column = input.transposed.get();
  for (InputColumn& each : input.columns) {
    each.data = column;
    each.stride = 1;
    column += values.rows();
  }
}

}  // namespace

void InputColumn::load(Size first, std::span<double> out) const {
  const double* source = data + first * stride;
  for (double& value : out) {
    value = *source;
    source += stride;
  }
  if (!recode.empty()) {
    for (double& value : out) {
      if (value == value) value = recode[static_cast<std::size_t>(value)];
    }
  }
  if (zero_is_missing) {
    for (double& value : out) value = value == 0.0 ? missing_value : value;
  }
}

void measure_block(const CompiledMeasure& compiled, std::span<const double* const> variables,
                   std::span<double> out) {
  work_out(
      compiled, [variables](Size variable) { return variables[at(variable)]; }, out);
}

std::span<const double> Input::measure(const CompiledMeasure& compiled,
                                       std::vector<double>& scratch) const {
  const auto height = static_cast<std::size_t>(units);
  if (compiled.is_variable()) {
    const auto& column = columns[static_cast<std::size_t>(compiled.terms[0].variable)];
    if (column.is_plain()) return {column.data, height};
    scratch.resize(height);
    column.load(0, scratch);
    return scratch;
  }
  std::vector<std::vector<double>> loaded;
  std::vector<const double*> variables(columns.size(), nullptr);
  for (const auto* terms : {&compiled.terms, &compiled.denominator}) {
    for (const auto& term : *terms) {
      const auto at = static_cast<std::size_t>(term.variable);
      if (columns[at].is_plain()) {
        variables[at] = columns[at].data;
      } else {
        loaded.emplace_back(height);
        columns[at].load(0, loaded.back());
        variables[at] = loaded.back().data();
      }
    }
  }
  scratch.resize(height);
  measure_block(compiled, variables, scratch);
  return scratch;
}

std::vector<Size> units_of_period(const Panel& panel, Size period) {
  std::vector<Size> units;
  for (Size u = 0; u < panel.units().size(); ++u) {
    if (panel.has_unit(u, period)) units.push_back(u);
  }
  return units;
}

Input input_of(const Compiled& compiled, const Panel& panel, Size period,
               std::span<const Size> units) {
  Problems problems;
  const Location source{panel.source(), 0, 0};
  const bool all_units = static_cast<Size>(units.size()) == panel.units().size();
  const Size before = previous_position(compiled, panel, period);

  Input input;
  input.units = static_cast<Size>(units.size());
  input.columns.resize(compiled.columns.size());
  std::vector<Size> index_variable(static_cast<std::size_t>(panel.variables().size()), -1);
  for (std::size_t c = 0; c < compiled.columns.size(); ++c) {
    const bool previous = compiled.columns[c].previous;
    const Variable& variable = compiled.variable_of(static_cast<Size>(c));
    const auto at = panel.variables().find(variable.code);
    if (!at && previous) continue;  // Said of the variable itself.
    if (!at) {
      problems.add(source, variable.code,
                   fmt::format("the data have no variable '{}'{}", variable.code,
                               suggestion(variable.code, panel.variables().names())),
                   "add the column, or score with the edition that these data belong to");
      continue;
    }
    InputColumn& column = input.columns[c];
    if (previous && before < 0) {
      input.owned.emplace_back(units.size(), missing_value);
      column.data = input.owned.back().data();
      continue;
    }
    if (!previous) index_variable[static_cast<std::size_t>(*at)] = static_cast<Size>(c);
    column.zero_is_missing = variable.zero_is_missing;
    const auto words = panel.categories(*at);
    const auto values = panel.column(*at, previous ? before : period);
    if (variable.is_category() && !words.empty()) {
      column.recode = recoding(variable, words, values, units, panel, problems);
    } else if (variable.is_category()) {
      const bool has_values =
          std::any_of(values.begin(), values.end(), [](double value) { return value == value; });
      if (has_values) {
        problems.add(source, variable.code, "numbers where categories are expected",
                     fmt::format("use one of: {}", join(variable.categories, ", ")));
      }
    } else if (!words.empty()) {
      problems.add(source, variable.code,
                   fmt::format("text such as '{}' where numbers are expected", words[0]),
                   "write numbers, or declare the variable's categories in the definition");
    }
    if (all_units) {
      column.data = values.data();
    } else {
      auto& gathered = input.owned.emplace_back();
      gathered.reserve(units.size());
      for (const Size u : units) gathered.push_back(values[static_cast<std::size_t>(u)]);
      column.data = gathered.data();
    }
  }
  problems.raise<DataError>();

  if (!panel.not_applicable().empty()) {
    input.not_applicable.resize(compiled.columns.size());
    for (const auto& cell : panel.not_applicable()) {
      const Size variable = index_variable[static_cast<std::size_t>(cell.variable)];
      if (cell.period != period || variable < 0) continue;
      const auto at = std::lower_bound(units.begin(), units.end(), cell.unit);
      if (at != units.end() && *at == cell.unit) {
        input.not_applicable[static_cast<std::size_t>(variable)].push_back(at - units.begin());
      }
    }
  }
  input.unit_name = [&panel, units](Size u) {
    return panel.units()[units[static_cast<std::size_t>(u)]];
  };
  input.find_unit = [&panel, units](const std::string& name) -> Size {
    const auto at = panel.units().find(name);
    if (!at) return -1;
    const auto position = std::lower_bound(units.begin(), units.end(), *at);
    return position != units.end() && *position == *at ? position - units.begin() : -1;
  };
  return input;
}

Input input_of(const Compiled& compiled, const MatrixIn& values) {
  const auto columns = static_cast<Size>(compiled.columns.size());
  if (values.cols() != columns) {
    const std::size_t previous = compiled.index.previous_variables().size();
    throw DataError(fmt::format(
        "expected {} columns, one for each variable of {} in its order{}, got an array of shape "
        "({}, {})",
        columns, compiled.index.name(),
        previous == 0 ? std::string()
                      : fmt::format(" and {} with values of the period before", previous),
        values.rows(), values.cols()));
  }
  Input input;
  input.units = values.rows();
  input.may_be_infinite = true;
  for (Size c = 0; c < columns; ++c) {
    InputColumn& column = input.columns.emplace_back();
    column.data = values.data() + c * values.outerStride();
    column.stride = values.innerStride();
    column.zero_is_missing = compiled.variable_of(c).zero_is_missing;
  }
  if (values.innerStride() != 1 && values.outerStride() == 1 && columns > 1) {
    read_rows(values, input);
  }
  input.unit_name = [](Size u) { return fmt::format("row {}", u); };
  input.find_unit = [](const std::string&) -> Size { return -1; };
  return input;
}

}  // namespace chiso
