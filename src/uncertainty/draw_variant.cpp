#include "uncertainty/draw_variant.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "evaluate/node_rules.hpp"
#include "evaluate/state.hpp"
#include "model/shares.hpp"
#include "scenario/draft.hpp"

namespace chiso {
namespace {

using Kind = VariedRow::Kind;
using Method = Aggregation::Method;

/// Number in another index; -1: it has no such node.
Size same_node(const Index& from, Size node, const Index& to) {
  return to.codes().find(from.node(node).code).value_or(-1);
}

/// Position of a child in its parent.
Size position_of(const CompiledCriterion& parent, Size child) {
  return std::find(parent.children.begin(), parent.children.end(), child) - parent.children.begin();
}

bool can_vary(const CompiledCriterion& parent, Size position) {
  const Method method = parent.aggregation.method;
  return (method == Method::sum || has_shares(method)) &&
         parent.roles[at(position)] == Role::part && parent.weights[at(position)] > 0.0;
}

/// Rows that are shares of the children, or of the indicators below, of one criterion.
struct Together {
  Kind kind = Kind::share;
  Size source = 0;
  std::vector<Size> rows;
};

}  // namespace

double DrawnCriterion::total(const DrawTable& draws, Size draw) const noexcept {
  double sum = 0.0;
  for (const Child& child : children) {
    for (const Size row : child.rows) sum += draws.row(row)[draw];
  }
  return sum;
}

void DrawnCriterion::set_weights(const DrawTable& draws, Size draw,
                                 const CompiledCriterion& nominal,
                                 std::vector<double>& weights) const {
  const double factor = divides ? room / total(draws, draw) : 1.0;
  weights = nominal.weights;
  if (!std::isfinite(factor)) return;
  for (const Child& child : children) {
    double share = 0.0;
    for (const Size row : child.rows) share += draws.row(row)[draw];
    weights[at(child.position)] = share * factor * child.scale;
  }
  if (nominal.aggregation.method == Method::sum) return;
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
}

DrawVariant::DrawVariant(const Scores& base, Scores of, std::span<const Source> sources,
                         std::span<const VariedRow> rows, std::span<const Size> nodes, bool refit)
    : scores(std::move(of)) {
  for (const Size node : nodes) wanted.push_back(same_node(base.index(), node, scores.index()));
  find_shares(base, sources, rows);
  find_cells(base, rows);
  find_ends(base, rows);
  follow_up();
  if (!refit || cells.empty()) return;
  std::vector<char> fits(at(compiled().anchor_count), 0);
  bool any = false;
  for (const Size l : varying_leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&compiled().leaves[at(l)].rule);
    if (how == nullptr || how->anchor < 0 || !how->fits()) continue;
    fits[at(how->anchor)] = 1;
    any = true;
  }
  if (any) fitted = std::move(fits);
}

void DrawVariant::find_shares(const Scores& base, std::span<const Source> sources,
                              std::span<const VariedRow> rows) {
  const Index& from = base.index();
  std::map<std::pair<Size, Kind>, Together> by_criterion;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const VariedRow& row = rows[r];
    if (row.kind != Kind::share && row.kind != Kind::overall_share) continue;
    const Size criterion = row.kind == Kind::share ? from.parent(row.node) : row.parent;
    Together& together = by_criterion[{criterion, row.kind}];
    together.kind = row.kind;
    together.source = row.source;
    together.rows.push_back(static_cast<Size>(r));
  }
  for (const auto& [key, together] : by_criterion) {
    const Size top = same_node(from, key.first, compiled().index);
    if (top < 0 || compiled().inner_of[at(top)] < 0) continue;
    // By criterion, by position of the child: rows. All are below `top`.
    std::map<Size, std::map<Size, std::vector<Size>>> found;
    std::size_t present = 0;
    for (const Size r : together.rows) {
      std::vector<std::pair<Size, Size>> way;
      Size node = same_node(from, rows[at(r)].node, compiled().index);
      bool sound = node > top;
      while (sound && node != top) {
        const Size parent = compiled().index.parent(node);
        sound = parent >= top && (together.kind == Kind::overall_share || parent == top);
        if (!sound) break;
        const CompiledCriterion& inner = compiled().inner[at(compiled().inner_of[at(parent)])];
        const Size position = position_of(inner, node);
        sound = can_vary(inner, position);
        way.emplace_back(parent, position);
        node = parent;
      }
      if (!sound) continue;
      ++present;
      for (const auto& [parent, position] : way) found[parent][position].push_back(r);
    }
    for (auto& [parent, children] : found) {
      DrawnCriterion drawn;
      drawn.inner = compiled().inner_of[at(parent)];
      for (auto& [position, of_child] : children) {
        drawn.children.push_back({position, std::move(of_child), 1.0});
      }
      add_criterion(std::move(drawn), parent == top && present == together.rows.size(),
                    sources[at(together.source)]);
    }
  }
  std::sort(criteria.begin(), criteria.end(),
            [](const DrawnCriterion& a, const DrawnCriterion& b) { return a.inner < b.inner; });
}

void DrawVariant::add_criterion(DrawnCriterion drawn, bool complete, const Source& source) {
  const CompiledCriterion& inner = compiled().inner[at(drawn.inner)];
  if (inner.aggregation.method == Method::sum) {
    double points = 0.0;
    for (const auto& child : drawn.children) {
      const Size node = inner.children[at(child.position)];
      const double maximum = compiled().maximum[at(node)];
      if (!(maximum > 0.0 && std::isfinite(maximum))) {
        const auto* weights = std::get_if<DrawWeights>(&source);
        throw SpecError({Problem{
            {},
            weights != nullptr ? weights->name : std::string(),
            fmt::format("the share of '{}' in the sum '{}' needs its maximum, which is not known",
                        compiled().index.node(node).code, compiled().index.node(inner.node).code),
            "give it a maximum, or leave the criterion out of what varies"}});
      }
      points += inner.weights[at(child.position)] * maximum;
    }
    for (auto& child : drawn.children) {
      child.scale = points / compiled().maximum[at(inner.children[at(child.position)])];
    }
    drawn.divides = !complete;
  } else {
    double fixed = 0.0;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const bool drawn_here =
          std::any_of(drawn.children.begin(), drawn.children.end(),
                      [k](const auto& child) { return child.position == static_cast<Size>(k); });
      if (!drawn_here) fixed += inner.weights[k];
    }
    drawn.divides = !complete || fixed > 0.0;
    drawn.room = 1.0 - fixed;
  }
  criteria.push_back(std::move(drawn));
}

void DrawVariant::find_cells(const Scores& base, std::span<const VariedRow> rows) {
  const Labels& variables = base.index().variable_codes();
  const Labels& here = compiled().index.variable_codes();
  const Input input =
      input_of(compiled(), scores.panel(), scores.panel().period_position(scores.period()),
               scores.panel_positions());
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const VariedRow& row = rows[r];
    if (row.kind != Kind::value) continue;
    const auto column = here.find(variables[row.variable]);
    if (!column) continue;
    // What an alternative made missing is so in its draws too.
    double value = 0.0;
    input.columns[at(*column)].load(row.unit, {&value, 1});
    if (!std::isnan(value)) cells.push_back({static_cast<Size>(r), *column, row.unit});
  }
  std::stable_sort(cells.begin(), cells.end(),
                   [](const Cell& a, const Cell& b) { return a.column < b.column; });
}

void DrawVariant::find_ends(const Scores& base, std::span<const VariedRow> rows) {
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const VariedRow& row = rows[r];
    if (row.kind != Kind::low && row.kind != Kind::high) continue;
    const Size node = same_node(base.index(), row.node, compiled().index);
    const Size leaf = node < 0 ? -1 : compiled().leaf_of[at(node)];
    // Anchors of another rule are other numbers.
    if (leaf < 0 || held_anchor(base, compiled(), at(leaf)) < 0) continue;
    const auto& how = std::get<CompiledNormaliser>(compiled().leaves[at(leaf)].rule);
    ends.push_back({static_cast<Size>(r), leaf, how.anchor, row.kind == Kind::high});
  }
}

void DrawVariant::follow_up() {
  const Compiled& all = compiled();
  std::vector<char> drawn_columns(all.columns.size(), 0);
  for (const Cell& cell : cells) drawn_columns[at(cell.column)] = 1;
  std::vector<char> drawn_leaves(all.leaves.size(), 0);
  for (const End& end : ends) drawn_leaves[at(end.leaf)] = 1;
  varies.assign(at(all.index.size()), 0);
  for (std::size_t l = 0; l < all.leaves.size(); ++l) {
    const CompiledMeasure& measure = all.leaves[l].measure;
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      for (const auto& term : *terms) {
        if (drawn_columns[at(term.variable)] != 0) drawn_leaves[l] = 1;
      }
    }
    if (drawn_leaves[l] == 0) continue;
    varies[at(all.leaves[l].node)] = 1;
    varying_leaves.push_back(static_cast<Size>(l));
  }

  const GivenCells given(scores);
  const Input input = input_of(all, scores.panel(), scores.panel().period_position(scores.period()),
                               scores.panel_positions());
  const auto excluded = excluded_units(all, input, given);
  std::vector<char> weighted(all.inner.size(), 0);
  for (const DrawnCriterion& each : criteria) weighted[at(each.inner)] = 1;
  std::vector<char> weighted_below(varies.size(), 0);
  for (std::size_t k = 0; k < all.inner.size(); ++k) {
    const CompiledCriterion& each = all.inner[k];
    bool moves = weighted[k] != 0;
    bool changes = moves;
    for (const Size child : each.children) {
      moves = moves || weighted_below[at(child)] != 0;
      changes = changes || varies[at(child)] != 0;
    }
    if (!changes) continue;
    varies[at(each.node)] = 1;
    varying_inner.push_back(static_cast<Size>(k));
    if (!moves) continue;
    weighted_below[at(each.node)] = 1;
    const bool counts = each.aggregation.method == Method::sum &&
                        (each.aggregation.scale_to ||
                         each.missing == MissingPolicy::reduce_maximum || !excluded.empty());
    moves_limits = moves_limits || counts;
  }
}

}  // namespace chiso
