#include "scenario/held_tree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>

#include "aggregate/children.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/measure.hpp"

namespace chiso {
namespace {

/// The same bits: a missing score stays one, and -0 is not 0.
bool same(double a, double b) noexcept {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

/// Puts a score in its place. @returns whether it is another one.
bool put(double& place, double score) noexcept {
  const bool changed = !same(place, score);
  place = score;
  return changed;
}

bool is_given(const HeldRow& row, Size slot) noexcept {
  return row.given != nullptr && !std::isnan(row.given[slot]);
}

}  // namespace

Size comparing_node(const Compiled& compiled) {
  for (const CompiledCriterion& inner : compiled.inner) {
    if (inner.aggregation.method == Aggregation::Method::copeland) return inner.node;
  }
  for (const CompiledLeaf& leaf : compiled.leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how != nullptr && how->normaliser->ranks()) return leaf.node;
  }
  return -1;
}

HeldTree::HeldTree(const Compiled& compiled, const Anchors& anchors) : compiled_(compiled) {
  lay_out();
  add_leaves(anchors);
  add_inner();
  add_changes();
}

/// Slots: the composite, then the children of each node in turn; children without a weight stand
/// behind their siblings.
void HeldTree::lay_out() {
  const Index& index = compiled_.index;
  slot_of_.assign(at(index.size()), 0);
  node_of_.reserve(at(index.size()));
  node_of_.push_back(Index::root());
  for (std::size_t next = 0; next < node_of_.size(); ++next) {
    const Size inner = compiled_.inner_of[at(node_of_[next])];
    if (inner < 0) continue;
    const CompiledCriterion& of = compiled_.inner[at(inner)];
    for (const bool counted : {true, false}) {
      for (std::size_t k = 0; k < of.children.size(); ++k) {
        if ((of.weights[k] != 0.0) == counted) node_of_.push_back(of.children[k]);
      }
    }
  }
  for (std::size_t s = 0; s < node_of_.size(); ++s) {
    slot_of_[at(node_of_[s])] = static_cast<Size>(s);
  }
}

void HeldTree::add_leaves(const Anchors& anchors) {
  const auto maps = maps_of(compiled_, anchors);
  leaves_.reserve(compiled_.leaves.size());
  for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) {
    const CompiledLeaf& of = compiled_.leaves[l];
    const Size parent = compiled_.index.parent(of.node);
    const bool fills = of.not_applicable == NotApplicable::full_points;
    leaves_.push_back({.slot = slot(of.node),
                       .parent = parent < 0 ? -1 : compiled_.inner_of[at(parent)],
                       .variable = of.measure.is_variable() ? of.measure.terms[0].variable : -1,
                       .compiled = &of,
                       .piecewise = std::get_if<Piecewise>(&of.rule),
                       .categories = std::get_if<CategoryPoints>(&of.rule),
                       .map = prepare(maps[l]),
                       .scores = !std::isnan(maps[l].span),
                       .cap = compiled_.cap[at(of.node)],
                       .full_points = fills ? compiled_.maximum[at(of.node)] : missing_value});
  }
}

void HeldTree::add_inner() {
  std::size_t children = 0;
  for (const CompiledCriterion& of : compiled_.inner) children += of.children.size();
  weights_.reserve(children);  // Pointers into both are kept.
  child_slots_.reserve(children);
  inner_.reserve(compiled_.inner.size());
  for (const CompiledCriterion& of : compiled_.inner) {
    using Method = Aggregation::Method;
    Inner inner{};
    inner.slot = slot(of.node);
    const Size parent = compiled_.index.parent(of.node);
    inner.parent = parent < 0 ? -1 : compiled_.inner_of[at(parent)];
    inner.children = std::ssize(of.children);
    inner.weights = weights_.data() + weights_.size();
    inner.slots = child_slots_.data() + child_slots_.size();
    inner.compiled = &of;
    inner.cap = compiled_.cap[at(of.node)];
    inner.first = slot(of.children[0]);
    for (std::size_t k = 0; k < of.children.size(); ++k) {
      child_slots_.push_back(slot(of.children[k]));
      inner.first = std::min(inner.first, child_slots_.back());
      if (of.weights[k] != 0.0) weights_.push_back(of.weights[k]);
    }
    inner.counted = std::ssize(weights_) - (inner.weights - weights_.data());
    const bool adds =
        of.aggregation.method == Method::sum || of.aggregation.method == Method::arithmetic_mean;
    const bool all_counted = inner.counted == inner.children;
    inner.plain = adds && inner.counted > 0 && (of.at_least == 0.0 || all_counted);
    inner.gap_is_no_score =
        of.missing == MissingPolicy::no_score || of.missing == MissingPolicy::error;
    inner_.push_back(inner);
  }
}

void HeldTree::add_changes() {
  const std::size_t columns = compiled_.columns.size();
  std::vector<std::vector<Size>> leaves(columns);
  for (std::size_t l = 0; l < leaves_.size(); ++l) {
    const CompiledMeasure& measure = leaves_[l].compiled->measure;
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      for (const auto& term : *terms) {
        auto& of = leaves[at(term.variable)];
        if (of.empty() || of.back() != static_cast<Size>(l)) of.push_back(static_cast<Size>(l));
      }
    }
  }
  std::vector<std::vector<Size>> inner(columns);
  std::size_t count = 0;
  for (std::size_t v = 0; v < columns; ++v) {
    for (const Size l : leaves[v]) {
      for (Size k = leaves_[at(l)].parent; k >= 0; k = inner_[at(k)].parent) inner[v].push_back(k);
    }
    std::sort(inner[v].begin(), inner[v].end());
    inner[v].erase(std::unique(inner[v].begin(), inner[v].end()), inner[v].end());
    count += leaves[v].size() + inner[v].size();
  }
  positions_.reserve(count);  // Pointers into it are kept.
  const auto keep = [this](const std::vector<Size>& list) {
    const Size* const begin = positions_.data() + positions_.size();
    positions_.insert(positions_.end(), list.begin(), list.end());
    return begin;
  };
  for (std::size_t v = 0; v < columns; ++v) {
    Change& change = changes_.emplace_back();
    change.leaves = keep(leaves[v]);
    change.leaf_count = std::ssize(leaves[v]);
    change.inner = keep(inner[v]);
    change.inner_count = std::ssize(inner[v]);
    change.zero_is_missing = compiled_.variable_of(static_cast<Size>(v)).zero_is_missing;
    const auto points = [this](Size l) {
      return leaves_[at(l)].piecewise != nullptr || leaves_[at(l)].categories != nullptr;
    };
    const auto demands = [this](Size k) {
      return inner_[at(k)].compiled->missing == MissingPolicy::error;
    };
    change.may_refuse = std::any_of(leaves[v].begin(), leaves[v].end(), points) ||
                        std::any_of(inner[v].begin(), inner[v].end(), demands);
  }
}

HeldUnit HeldTree::unit(const Scores& base, const Input& input, Size position) const {
  HeldUnit unit;
  unit.numbers.resize(at(columns() + slots()));
  for (std::size_t v = 0; v < input.columns.size(); ++v) {
    input.columns[v].load(position, {&unit.numbers[v], 1});
  }
  for (Size s = 0; s < slots(); ++s) {
    unit.numbers[at(columns() + s)] = base.column(node_of_[at(s)])[at(position)];
  }
  for (const GivenScore& given : base.given()) {
    if (given.unit != base.panel_positions()[at(position)]) continue;
    unit.numbers.resize(at(columns() + 2 * slots()), missing_value);
    unit.numbers[at(columns() + slots() + slot(given.node))] = given.score;
  }
  for (std::size_t v = 0; v < input.not_applicable.size(); ++v) {
    const auto& units = input.not_applicable[v];
    if (!std::binary_search(units.begin(), units.end(), position)) continue;
    unit.marks.resize(at(columns() + slots()));
    unit.marks[v] = 1;
  }
  if (!unit.marks.empty()) mark_excluded(row(unit));
  return unit;
}

double HeldTree::measure_of(const Leaf& leaf, const HeldRow& row) const {
  if (leaf.variable >= 0) return row.values[leaf.variable];
  double measure = missing_value;
  if (leaf.compiled->measure.formula && row.not_applicable != nullptr &&
      leaf.compiled->not_applicable != NotApplicable::missing) {
    for (const auto& term : leaf.compiled->measure.terms) {
      if (row.not_applicable[term.variable] != 0) return measure;
    }
  }
  const auto column = [&row](Size variable) { return row.values + variable; };
  work_out(leaf.compiled->measure, column, {&measure, 1});
  return measure;
}

double HeldTree::rule(Size node, double x) const {
  const Leaf& leaf = leaves_[at(compiled_.leaf_of[at(node)])];
  const auto& formula = leaf.compiled->measure.formula;
  const bool of_value = formula && compiled_.only_variable(*leaf.compiled) >= 0;
  return score_of(leaf, of_value ? (*formula)({&x, 1}) : x);
}

double HeldTree::score_of(const Leaf& leaf, double measure) const {
  double score = missing_value;
  if (leaf.piecewise != nullptr) {
    score = (*leaf.piecewise)(measure);
  } else if (leaf.categories != nullptr) {
    score = (*leaf.categories)(measure);
  } else if (leaf.scores) {
    score = full_score(leaf.map, measure);
  }
  return finished(score, leaf.cap);
}

bool HeldTree::refresh(const Leaf& leaf, const HeldRow& row) const {
  if (is_given(row, leaf.slot)) return put(row.scores[leaf.slot], row.given[leaf.slot]);
  double score = score_of(leaf, measure_of(leaf, row));
  if (row.not_applicable != nullptr && !std::isnan(leaf.full_points)) {
    for (const auto* terms : {&leaf.compiled->measure.terms, &leaf.compiled->measure.denominator}) {
      for (const auto& term : *terms) {
        if (row.not_applicable[term.variable] != 0) score = leaf.full_points;
      }
    }
  }
  return put(row.scores[leaf.slot], score);
}

bool HeldTree::refresh(const Inner& inner, const HeldRow& row) const {
  if (is_given(row, inner.slot)) return put(row.scores[inner.slot], row.given[inner.slot]);
  return put(row.scores[inner.slot], combine(inner, row));
}

double HeldTree::combine(const Inner& inner, const HeldRow& row) const {
  if (!inner.plain || row.excluded != nullptr) return combine_any(inner, row);
  const double sum = aggregation::add_row(inner.weights, row.scores + inner.first, inner.counted);
  if (!std::isfinite(sum)) {
    // A child is missing, or the sum is too large for a double.
    return inner.gap_is_no_score ? missing_value : combine_any(inner, row);
  }
  return finished(to_scale(*inner.compiled, sum) * inner.compiled->aggregation.times, inner.cap);
}

/// By the kernel that an evaluation calls, as for a panel of one unit.
double HeldTree::combine_any(const Inner& inner, const HeldRow& row) const {
  constexpr Size few = 64;
  std::array<const double*, few> few_columns;
  std::array<char, few> few_marks;
  std::vector<const double*> many_columns;
  std::vector<char> many_marks;
  const double** columns = few_columns.data();
  char* marks = few_marks.data();
  if (inner.children > few) {
    many_columns.resize(at(inner.children));
    many_marks.resize(at(inner.children));
    columns = many_columns.data();
    marks = many_marks.data();
  }
  for (Size k = 0; k < inner.children; ++k) {
    columns[k] = row.scores + inner.slots[k];
    marks[k] = row.excluded != nullptr ? row.excluded[inner.slots[k]] : char{0};
  }
  double score = missing_value;
  aggregate(*inner.compiled, {columns, at(inner.children)}, {marks, at(inner.children)}, 1, &score);
  return finished(score, inner.cap);
}

void HeldTree::update(const HeldRow& row, const Change& change) const {
  if (change.leaf_count == 1) {
    const Leaf& leaf = leaves_[at(*change.leaves)];
    if (refresh(leaf, row)) refresh_above(leaf.parent, row);
    return;
  }
  for (Size k = 0; k < change.leaf_count; ++k) refresh(leaves_[at(change.leaves[k])], row);
  for (Size k = 0; k < change.inner_count; ++k) refresh(inner_[at(change.inner[k])], row);
}

bool HeldTree::refuses(const HeldRow& row, const Change& change) const {
  for (Size k = 0; k < change.leaf_count; ++k) {
    const Leaf& leaf = leaves_[at(change.leaves[k])];
    if (leaf.piecewise == nullptr && leaf.categories == nullptr) continue;
    const double measure = measure_of(leaf, row);
    if (!std::isnan(measure) && std::isnan(score_of(leaf, measure))) return true;
  }
  for (Size k = 0; k < change.inner_count; ++k) {
    const Inner& inner = inner_[at(change.inner[k])];
    if (inner.compiled->missing != MissingPolicy::error || is_given(row, inner.slot)) continue;
    for (Size s = inner.first; s < inner.first + inner.children; ++s) {
      const bool excluded = row.excluded != nullptr && row.excluded[s] != 0;
      if (std::isnan(row.scores[s]) && !excluded) return true;
    }
  }
  return false;
}

void HeldTree::refresh_above(Size inner, const HeldRow& row) const {
  while (inner >= 0 && refresh(inner_[at(inner)], row)) inner = inner_[at(inner)].parent;
}

void HeldTree::set_score(HeldUnit& unit, Size node, double score) const {
  unit.numbers.resize(at(columns() + 2 * slots()), missing_value);
  unit.numbers[at(columns() + slots() + slot(node))] = score;
  const HeldRow row = this->row(unit);
  const Size leaf = compiled_.leaf_of[at(node)];
  if (row.excluded != nullptr) {
    mark_excluded(row);
    if (leaf >= 0) refresh(leaves_[at(leaf)], row);
    refresh_all_above(node, row);
  } else if (leaf < 0) {
    refresh_above(compiled_.inner_of[at(node)], row);
  } else if (refresh(leaves_[at(leaf)], row)) {
    refresh_above(leaves_[at(leaf)].parent, row);
  }
}

void HeldTree::refresh_all_above(Size node, const HeldRow& row) const {
  for (; node >= 0; node = compiled_.index.parent(node)) {
    const Size inner = compiled_.inner_of[at(node)];
    if (inner >= 0) refresh(inner_[at(inner)], row);
  }
}

/// A cell applies from now on: its leaves and what is above them may no longer be excluded.
void HeldTree::apply(const HeldRow& row, Size variable) const {
  row.not_applicable[variable] = 0;
  mark_excluded(row);
  // What the parents make of it differs even where the leaf's score does not.
  const Change& change = changes_[at(variable)];
  for (Size k = 0; k < change.leaf_count; ++k) refresh(leaves_[at(change.leaves[k])], row);
  for (Size k = 0; k < change.inner_count; ++k) refresh(inner_[at(change.inner[k])], row);
}

void HeldTree::mark_excluded(const HeldRow& row) const {
  for (const Leaf& leaf : leaves_) {
    const CompiledLeaf& of = *leaf.compiled;
    char& excluded = row.excluded[leaf.slot];
    excluded = 0;
    if (of.not_applicable != NotApplicable::exclude || is_given(row, leaf.slot)) continue;
    for (const auto* terms : {&of.measure.terms, &of.measure.denominator}) {
      for (const auto& term : *terms) {
        if (row.not_applicable[term.variable] != 0) excluded = 1;
      }
    }
  }
  for (const Inner& inner : inner_) {
    const char* const first = row.excluded + inner.first;
    const bool all = std::find(first, first + inner.children, char{0}) == first + inner.children;
    row.excluded[inner.slot] = all && !is_given(row, inner.slot) ? char{1} : char{0};
  }
}

void HeldTree::restore(const HeldRow& row, const HeldUnit& base, Size variable) const {
  const Change& change = changes_[at(variable)];
  const auto put_back = [&](Size slot) {
    row.scores[slot] = score(base, slot);
    if (row.excluded != nullptr) row.excluded[slot] = base.marks[at(columns() + slot)];
  };
  row.values[variable] = value(base, variable);
  if (row.not_applicable != nullptr) row.not_applicable[variable] = base.marks[at(variable)];
  for (Size k = 0; k < change.leaf_count; ++k) put_back(leaves_[at(change.leaves[k])].slot);
  for (Size k = 0; k < change.inner_count; ++k) put_back(inner_[at(change.inner[k])].slot);
}

}  // namespace chiso
