#include "scenario/whole_result.hpp"

#include <algorithm>

#include "base/at.hpp"
#include "evaluate/state.hpp"

namespace chiso {

WholeResult::WholeResult(const Scores& base)
    : base_(base),
      input_(input_of(base.evaluator().compiled(), base.panel(),
                      base.panel().period_position(base.period()), base.panel_positions())),
      not_applicable_(input_.not_applicable),
      given_(base),
      scores_(at(base.index().size() * input_.units)) {
  const std::size_t units = at(input_.units);
  values_.resize(units * input_.columns.size());
  double* column = values_.data();
  for (InputColumn& each : input_.columns) {
    each.load(0, {column, units});
    const bool zero_is_missing = each.zero_is_missing;
    each = {.data = column, .stride = 1, .recode = {}, .zero_is_missing = zero_is_missing};
    column += units;
  }
  base_values_ = values_;
}

double& WholeResult::value(const CellEdit& edit) {
  return values_[at(edit.variable * input_.units + edit.unit)];
}

void WholeResult::set(const CellEdit& edit) {
  value(edit) = edit.value;
  if (!input_.not_applicable.empty())
    std::erase(input_.not_applicable[at(edit.variable)], edit.unit);
}

void WholeResult::restore(const CellEdit& edit) {
  value(edit) = base_values_[at(edit.variable * input_.units + edit.unit)];
  if (!not_applicable_.empty()) {
    input_.not_applicable[at(edit.variable)] = not_applicable_[at(edit.variable)];
  }
}

std::span<const double> WholeResult::composites() {
  evaluate(base_.evaluator().compiled(), input_, base_.anchors(), given_, scores_.data());
  return {scores_.data() + Index::root() * input_.units, at(input_.units)};
}

}  // namespace chiso
