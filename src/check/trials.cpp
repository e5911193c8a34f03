#include "check/trials.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "chiso/formula/formula.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {

namespace {

using Values = Eigen::MatrixXd;

Values matrix_of(const TrialUnits& units) {
  const Size columns = units.empty() ? 0 : std::ssize(units[0]);
  Values values(std::ssize(units), columns);
  for (Size u = 0; u < values.rows(); ++u) {
    for (Size c = 0; c < columns; ++c) values(u, c) = units[at(u)][at(c)];
  }
  return values;
}

}  // namespace

double significant(double value, int digits) {
  double result = value;
  static_cast<void>(parse_number(fmt::format("{:.{}e}", value, digits - 1), result));
  return result;
}

Trials::Trials(const Index& index, const std::optional<Period>& method)
    : method_(method), evaluator_(index, method) {
  const Compiled& compiled = evaluator_.compiled();
  for (std::size_t c = 0; c < compiled.columns.size(); ++c) {
    Column column;
    column.lower = compiled.limits[c].lower;
    column.upper = compiled.limits[c].upper;
    column.categories = std::ssize(compiled.variable_of(static_cast<Size>(c)).categories);
    if (column.categories > 0) {
      column.lower = 0.0;
      column.upper = static_cast<double>(column.categories - 1);
    }
    columns_.push_back(std::move(column));
  }
  for (const CompiledLeaf& leaf : compiled.leaves) limit(leaf);
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    Column& column = columns_[c];
    for (Size position = 0; position < column.categories; ++position) {
      column.special.push_back(static_cast<double>(position));
    }
    for (const double value : {column.lower, column.upper, 0.0, 1.0}) {
      // Not what is beside them: over the double next to 0 every ratio is infinite.
      if (column.categories == 0 && std::abs(value) < 1e300 &&
          allows(static_cast<Size>(c), value)) {
        column.special.push_back(value);
      }
    }
  }
  for (const CompiledLeaf& leaf : compiled.leaves) look_at(leaf);
  for (Column& column : columns_) {
    std::sort(column.special.begin(), column.special.end());
    column.special.erase(std::unique(column.special.begin(), column.special.end()),
                         column.special.end());
    for (const double value : column.special) {
      column.typical = std::max(column.typical, 1.5 * std::abs(value));
    }
  }
}

/// Points that the data give lie between 0 and the maximum, whatever the range of their variable.
void Trials::limit(const CompiledLeaf& leaf) {
  const Rule* rule = index().node(leaf.node).rule.find(method_);
  const auto* kernel = std::get_if<Piecewise>(&leaf.rule);
  if (rule == nullptr || kernel == nullptr || !std::holds_alternative<GivenPoints>(*rule)) return;
  if (!leaf.measure.is_variable()) return;
  Column& column = columns_[at(leaf.measure.terms[0].variable)];
  column.lower = std::max(column.lower, kernel->pieces().front().on.lower);
  column.upper = std::min(column.upper, kernel->pieces().back().on.upper);
}

void Trials::look_at(const CompiledLeaf& leaf) {
  if (leaf.measure.formula) {
    const Formula& formula = leaf.measure.formula->formula();
    const FormulaSymbols symbols = formula_symbols(index(), leaf.node, method_);
    std::vector<double> numbers;
    for (const FormulaNode& node : formula.nodes()) {
      if (node.operation == FormulaOperation::number) numbers.push_back(node.number);
    }
    for (const std::string& name : formula.names()) {
      const auto symbol = symbols.names.find(name);
      if (symbol != symbols.names.end() && symbol->second.value) {
        numbers.push_back(*symbol->second.value);
      }
    }
    for (const auto& term : leaf.measure.terms) {
      for (const double number : numbers) add_bound(term.variable, number);
    }
    return;
  }
  const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
  if (how != nullptr && how->normaliser->method == Normaliser::Method::distance_to_reference) {
    has_reference_ = true;
  }
  if (!leaf.measure.is_variable()) return;
  const Size column = leaf.measure.terms[0].variable;
  if (const auto* kernel = std::get_if<Piecewise>(&leaf.rule)) {
    for (const Piece& piece : kernel->pieces()) {
      for (const double bound : {piece.on.lower, piece.on.upper}) {
        if (std::isfinite(bound)) add_bound(column, bound);
      }
    }
  } else if (how != nullptr) {
    for (const double post : {how->low, how->high}) {
      if (std::isfinite(post)) add_bound(column, post);
    }
  }
}

void Trials::add_bound(Size column, double value) {
  if (is_category(column)) return;
  for (const double near : {next_down(value), value, next_up(value)}) {
    if (allows(column, near)) columns_[at(column)].special.push_back(near);
  }
}

std::span<const double> Trials::special(Size column) const { return columns_[at(column)].special; }

bool Trials::allows(Size column, double value) const {
  return value >= columns_[at(column)].lower && value <= columns_[at(column)].upper;
}

bool Trials::is_category(Size column) const { return columns_[at(column)].categories > 0; }

double Trials::draw(Size column, Draws& draws) const {
  const Column& of = columns_[at(column)];
  if (!of.special.empty() && (of.categories > 0 || draws.chance(0.3))) {
    return of.special[at(draws.position(std::ssize(of.special)))];
  }
  // Numbers of all sizes; a few beyond what is usual.
  const double size = draws.share();
  const double reach = of.typical * (size < 0.05  ? 1e4
                                     : size < 0.3 ? std::pow(10.0, -3.0 * draws.share())
                                                  : 1.0);
  const double lower = std::max(of.lower, of.upper < reach ? of.upper - reach : -reach);
  const double upper = std::min(of.upper, of.lower > -reach ? of.lower + reach : reach);
  const double value = lower + (upper - lower) * draws.share();
  if (draws.chance(0.5)) return std::clamp(value, of.lower, of.upper);
  return std::clamp(significant(value, static_cast<int>(1 + draws.position(4))), of.lower,
                    of.upper);
}

TrialUnits Trials::draw(Size units, double missing, Draws& draws) const {
  TrialUnits drawn(at(units));
  for (auto& unit : drawn) {
    for (Size c = 0; c < columns(); ++c) {
      const CompiledColumn& of = compiled().columns[at(c)];
      // Often nothing has changed since the period before.
      const bool same = of.previous && draws.chance(0.3);
      unit.push_back(draws.chance(missing) ? missing_value
                     : same                ? unit[at(of.variable)]
                                           : draw(c, draws));
    }
  }
  return drawn;
}

Anchors Trials::fit(const TrialUnits& units) const {
  if (!has_reference_) return evaluator_.fit(matrix_of(units));
  // Units of reference are known by their names.
  std::vector<std::string> names;
  for (const CompiledLeaf& leaf : compiled().leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->normaliser->reference_unit.empty()) continue;
    const std::string& name = how->normaliser->reference_unit;
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  while (names.size() < units.size()) names.push_back(fmt::format("unit {}", names.size() + 1));
  names.resize(units.size());
  const Period period = method_.value_or(Period(2000));
  Panel::Builder builder;
  const Size when = builder.period(period);
  for (std::size_t u = 0; u < units.size(); ++u) {
    const Size unit = builder.unit(names[u]);
    builder.row(unit, when);
    for (std::size_t c = 0; c < units[u].size(); ++c) {
      if (compiled().columns[c].previous || std::isnan(units[u][c])) continue;
      const Variable& variable = compiled().variable_of(static_cast<Size>(c));
      if (variable.is_category()) {
        builder.set_category(unit, builder.category_variable(variable.code), when,
                             variable.categories[at(static_cast<Size>(units[u][c]))]);
      } else {
        builder.set(unit, builder.number_variable(variable.code), when, units[u][c]);
      }
    }
  }
  // A column for every variable, also where no unit has a value.
  for (const Variable& variable : index().variables()) {
    static_cast<void>(variable.is_category() ? builder.category_variable(variable.code)
                                             : builder.number_variable(variable.code));
  }
  return evaluator_.fit(builder.build(), period);
}

std::vector<double> Trials::score(const TrialUnits& units, const Anchors& anchors) const {
  std::vector<double> scores(units.size() * at(index().size()));
  evaluator_.evaluate(matrix_of(units), anchors, Keep::all, scores.data());
  return scores;
}

}  // namespace chiso
