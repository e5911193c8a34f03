#include "uncertainty/general_draws.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Size period_of(const Scores& scores) { return scores.panel().period_position(scores.period()); }

}  // namespace

GeneralDraws::GeneralDraws(const DrawVariant& variant)
    : variant_(variant),
      compiled_(variant.compiled()),
      given_(variant.scores),
      input_(input_of(compiled_, variant.scores.panel(), period_of(variant.scores),
                      variant.scores.panel_positions())),
      excluded_(excluded_units(compiled_, input_, given_)),
      anchors_(variant.scores.anchors()),
      maps_(maps_of(compiled_, anchors_)),
      rules_(compiled_, input_, given_, excluded_) {
  lay_out_input();
  lay_out_columns();
  if (variant.fitted.empty() || !fits_pooled(compiled_, variant.fitted)) return;
  const Panel& panel = variant.scores.panel();
  for (Size period = 0; period < period_of(variant.scores); ++period) {
    units_before_.push_back(units_of_period(panel, period));
    before_.push_back(input_of(compiled_, panel, period, units_before_.back()));
  }
}

void GeneralDraws::lay_out_input() {
  for (const auto& cell : variant_.cells) {
    if (drawn_columns_.empty() || drawn_columns_.back() != cell.column) {
      drawn_columns_.push_back(cell.column);
    }
  }
  raw_.resize(input_.columns.size());
  for (std::size_t c = 0; c < input_.columns.size(); ++c) {
    InputColumn& column = input_.columns[c];
    const bool drawn =
        std::binary_search(drawn_columns_.begin(), drawn_columns_.end(), static_cast<Size>(c));
    if (drawn || !column.is_plain()) {
      const Size copies = drawn ? draws_a_piece_of_values : 1;
      raw_[c].resize(at(copies * input_.units));
      for (Size i = 0; i < copies; ++i) {
        column.load(0, std::span(raw_[c]).subspan(at(i * input_.units), at(input_.units)));
      }
      column = {};
      column.data = raw_[c].data();
    }
    variables_.push_back(column.data);
  }
  // What is drawn may be, and refuse() must then say so.
  input_.may_be_infinite = true;
}

void GeneralDraws::lay_out_columns() {
  const Size units = input_.units;
  const std::size_t count = variant_.varying_leaves.size() + variant_.varying_inner.size();
  scores_.resize(count * at(units));
  double* next = scores_.data();
  for (Size node = 0; node < compiled_.index.size(); ++node) {
    const bool varies = variant_.varies[at(node)] != 0;
    own_.push_back(varies ? next : nullptr);
    columns_.push_back(varies ? next : variant_.scores.column(node).data());
    if (varies) next += units;
  }
  for (const Size k : variant_.varying_inner) {
    for (const Size child : compiled_.inner[at(k)].children) {
      children_.push_back(columns_[at(child)]);
    }
  }
}

void GeneralDraws::begin(const DrawTable& draws) noexcept {
  draws_ = &draws;
  piece_ = -1;
}

void GeneralDraws::run(Size draw) {
  const bool fits = put_values(draw);
  put_weights(draw);
  put_anchors(draw);
  if (!fits) refuse();
  if (!score_leaves() || !score_inner()) refuse();
}

bool GeneralDraws::put_values(Size draw) {
  if (variant_.cells.empty()) return true;
  gather_values(draw / draws_a_piece_of_values);
  const Size place = draw % draws_a_piece_of_values;
  for (const Size c : drawn_columns_) {
    const double* const column = raw_[at(c)].data() + place * input_.units;
    input_.columns[at(c)].data = column;
    variables_[at(c)] = column;
  }
  return !outside_[at(place)];
}

void GeneralDraws::gather_values(Size piece) {
  if (piece == piece_) return;
  piece_ = piece;
  outside_.fill(false);
  for (const auto& cell : variant_.cells) {
    // Rows are padded, so that there are always as many.
    const std::span<const double, at(draws_a_piece_of_values)> values(
        draws_->row(cell.row) + piece * draws_a_piece_of_values, at(draws_a_piece_of_values));
    mark_outside(values, compiled_.limits[at(cell.column)]);
    const bool zero_is_missing = compiled_.variable_of(cell.column).zero_is_missing;
    double* to = raw_[at(cell.column)].data() + cell.unit;
    for (const double value : values) {
      *to = zero_is_missing && value == 0.0 ? missing_value : value;
      to += input_.units;
    }
  }
}

void GeneralDraws::mark_outside(std::span<const double, at(draws_a_piece_of_values)> values,
                                const VariableLimit& limit) {
  // Hardly ever is any: the least and the greatest tell.
  double least = infinity;
  double greatest = -infinity;
  for (const double value : values) {
    least = value < least ? value : least;
    greatest = value > greatest ? value : greatest;
  }
  if (!(least < limit.lower || greatest > limit.upper)) return;
  for (std::size_t j = 0; j < values.size(); ++j) {
    outside_[j] = outside_[j] || values[j] < limit.lower || values[j] > limit.upper;
  }
}

void GeneralDraws::put_weights(Size draw) {
  const Compiled& nominal = variant_.compiled();
  for (const DrawnCriterion& each : variant_.criteria) {
    each.set_weights(*draws_, draw, nominal.inner[at(each.inner)],
                     compiled_.inner[at(each.inner)].weights);
  }
  if (!variant_.moves_limits) return;
  for (const Size k : variant_.varying_inner) {
    CompiledCriterion& inner = compiled_.inner[at(k)];
    const double* declared = compiled_.index.node(inner.node).maximum.find(compiled_.method);
    set_limits(compiled_, inner, declared == nullptr ? missing_value : *declared);
  }
}

void GeneralDraws::put_anchors(Size draw) {
  if (variant_.fitted.empty() && variant_.ends.empty()) return;
  if (!variant_.fitted.empty()) {
    std::vector<const Input*> inputs;
    for (const Input& input : before_) inputs.push_back(&input);
    inputs.push_back(&input_);
    const Anchors fitted = fit_anchors(compiled_, inputs, variant_.fitted);
    for (std::size_t a = 0; a < fitted.size(); ++a) {
      if (variant_.fitted[a] != 0) anchors_[a] = fitted[a];
    }
  }
  for (const auto& end : variant_.ends) {
    FittedAnchor& anchor = anchors_[at(end.anchor)];
    (end.high ? anchor.high : anchor.low) = draws_->row(end.row)[draw];
  }
  Problems problems;
  for (const Size l : variant_.varying_leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&compiled_.leaves[at(l)].rule);
    if (how == nullptr || how->anchor < 0) continue;
    maps_[at(l)] = map_of(compiled_, at(l), anchors_[at(how->anchor)], problems);
  }
  problems.raise<DataError>();
}

bool GeneralDraws::score_leaves() {
  bool scored = true;
  for (const Size l : variant_.varying_leaves) {
    const CompiledLeaf& leaf = compiled_.leaves[at(l)];
    ranked_.clear();
    if (NodeRules::ranks(leaf)) rules_.rank(leaf, ranked_);
    const std::span<double> out(own_[at(leaf.node)], at(input_.units));
    scored = !rules_.score_leaf(leaf, maps_[at(l)], ranked_, variables_, 0, out) && scored;
  }
  return scored;
}

bool GeneralDraws::score_inner() {
  bool complete = true;
  const double* const* next = children_.data();
  for (const Size k : variant_.varying_inner) {
    const CompiledCriterion& inner = compiled_.inner[at(k)];
    const std::span<const double* const> children(next, inner.children.size());
    next += inner.children.size();
    const std::span<double> out(own_[at(inner.node)], at(input_.units));
    rules_.aggregate_children(inner, children, 0, out);
    rules_.finish_inner(inner, 0, out);
    if (inner.missing == MissingPolicy::error) {
      complete = !rules_.lacks_child(inner, children, 0, input_.units) && complete;
    }
  }
  return complete;
}

void GeneralDraws::refuse() const {
  std::vector<double> scores(at(compiled_.index.size() * input_.units));
  evaluate(compiled_, input_, anchors_, given_, scores.data());
}

}  // namespace chiso
