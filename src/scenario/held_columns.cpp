#include "scenario/held_columns.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

#include "base/at.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/input.hpp"

namespace chiso {

HeldColumns::HeldColumns(const HeldResult& held)
    : held_(held),
      maps_(maps_of(held.compiled, held.base.anchors())),
      values_(at(held.unit_count() * held.tree->columns())),
      rooms_(at(held.compiled.index.size())) {
  for (Size v = 0; v < held.tree->columns(); ++v) {
    double* const column = values_.data() + v * held.unit_count();
    for (Size u = 0; u < held.unit_count(); ++u) {
      column[u] = held.tree->value(held.units[at(u)], v);
    }
    variables_.push_back(column);
  }
  for (Size node = 0; node < held.compiled.index.size(); ++node) {
    scores_.push_back(held.base.column(node).data());
  }
}

bool HeldColumns::holds_for(Size unit) const {
  const HeldUnit& of = held_.units[at(unit)];
  return of.marks.empty() && std::ssize(of.numbers) == held_.tree->columns() + held_.tree->slots();
}

std::span<double> HeldColumns::room(Size node) {
  auto& own = rooms_[at(node)];
  own.resize(at(held_.unit_count()));
  scores_[at(node)] = own.data();
  changed_.push_back(node);
  return own;
}

void HeldColumns::finish(Size node, std::span<double> scores) const {
  const double cap = held_.compiled.cap[at(node)];
  for (double& score : scores) score = finished(score, cap);
}

bool HeldColumns::score_leaf(const CompiledLeaf& leaf, const LinearMap& map,
                             std::span<double> out) const {
  std::span<const double> measure = out;
  if (leaf.measure.is_variable()) {
    measure = {variables_[at(leaf.measure.terms[0].variable)], out.size()};
  } else {
    measure_block(leaf.measure, variables_, out);
  }
  if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
    if (piecewise->evaluate(measure, out) > 0) return false;
  } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
    if (categories->evaluate(measure, out) > 0) return false;
  } else if (std::isnan(map.span)) {
    std::fill(out.begin(), out.end(), missing_value);
  } else {
    chiso::apply(map, measure, out);
  }
  finish(leaf.node, out);
  return true;
}

std::span<const double> HeldColumns::composites(Size variable, std::span<const double> values) {
  const Compiled& compiled = held_.compiled;
  const double* const own = variables_[at(variable)];
  variables_[at(variable)] = values.data();
  bool sound = true;
  for (const Size l : held_.tree->leaves_of(variable)) {
    const CompiledLeaf& leaf = compiled.leaves[at(l)];
    sound = score_leaf(leaf, maps_[at(l)], room(leaf.node)) && sound;
  }
  for (const Size k : held_.tree->inner_of(variable)) {
    const CompiledCriterion& inner = compiled.inner[at(k)];
    sound = sound && inner.missing != MissingPolicy::error;
    children_.clear();
    for (const Size child : inner.children) children_.push_back(scores_[at(child)]);
    const auto out = room(inner.node);
    aggregate(inner, children_, {}, std::ssize(out), out.data());
    finish(inner.node, out);
  }
  const std::span<const double> result(scores_[at(Index::root())], at(held_.unit_count()));
  variables_[at(variable)] = own;
  for (const Size node : changed_) scores_[at(node)] = held_.base.column(node).data();
  changed_.clear();
  return sound ? result : std::span<const double>();
}

}  // namespace chiso
