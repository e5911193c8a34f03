#include "chiso/evaluate/evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "chiso/base/error.hpp"
#include "chiso/normalize/statistics.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/input.hpp"
#include "evaluate/plan.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

/// Units that are worked through together: all columns of a block stay in the cache from the raw
/// values to the composite.
constexpr Size block_units = 256;

/// At most so many cells are named in one error; the rest is counted.
constexpr std::size_t most_named = 50;

/// One evaluation: reads an Input, fills columns of scores.
class Evaluation {
 public:
  /// @param columns by node: where its scores go, input.units long; nullptr: not wanted
  Evaluation(const Plan& plan, const Input& input, const Anchors& anchors,
             std::vector<double*> columns)
      : plan_(plan), input_(input), maps_(maps_of(plan, anchors)), columns_(std::move(columns)) {}

  void run() {
    const Size block = plan_.compares_units ? std::max<Size>(input_.units, 1) : block_units;
    prepare(std::min(block, input_.units));
    for (Size first = 0; first < input_.units; first += block) {
      evaluate_block(first, std::min(block, input_.units - first));
    }
    if (suspicious_) report();
  }

 private:
  static std::size_t at(Size i) { return static_cast<std::size_t>(i); }

  void prepare(Size rows) {
    const auto nodes = at(plan_.index.size());
    const auto height = at(rows);
    variables_.assign(input_.columns.size(), nullptr);
    Size converted = 0;
    for (const auto& column : input_.columns) converted += column.is_plain() ? 0 : 1;
    variable_scratch_.resize(at(converted) * height);
    Size hidden = 0;
    for (const double* column : columns_) hidden += column == nullptr ? 1 : 0;
    node_scratch_.resize(at(hidden) * height);
    block_.assign(nodes, nullptr);
    checked_.clear();
    for (std::size_t v = 0; v < input_.columns.size(); ++v) {
      const Interval& range = plan_.index.variables()[v].range;
      if (input_.may_be_infinite || std::isfinite(range.lower) || std::isfinite(range.upper)) {
        checked_.push_back(v);
      }
    }
    for (std::size_t l = 0; l < plan_.leaves.size(); ++l) rank_leaf(l);
    find_excluded();
  }

  /// Ranks compare all units, so they are worked out before the blocks.
  void rank_leaf(std::size_t l) {
    const auto* how = std::get_if<NormaliserPlan>(&plan_.leaves[l].rule);
    if (how == nullptr || !how->normaliser->ranks()) return;
    if (ranked_.empty()) ranked_.resize(plan_.leaves.size());
    std::vector<double> scratch;
    const auto values = input_.measure(plan_.leaves[l].measure, scratch);
    std::vector<double> signed_values(values.begin(), values.end());
    if (plan_.leaves[l].sign < 0.0) {
      for (double& value : signed_values) value = -value;
    }
    auto& places_of_leaf = ranked_[l];
    places_of_leaf.resize(at(input_.units));
    const PlaceTies ties =
        how->normaliser->ties == Normaliser::Ties::average ? PlaceTies::average : PlaceTies::lowest;
    switch (how->normaliser->method) {
      case Normaliser::Method::borda:
        borda(signed_values, ties, places_of_leaf);
        break;
      case Normaliser::Method::percentile_rank:
        percentile_rank(signed_values, ties, places_of_leaf);
        break;
      default:
        places(signed_values, ties, places_of_leaf);
    }
  }

  /// Which units go without which nodes: leaves by their cells, inner nodes when none of their
  /// children applies.
  void find_excluded() { excluded_ = excluded_units(plan_, input_); }

  void evaluate_block(Size first, Size rows) {
    const auto height = at(rows);
    double* scratch = variable_scratch_.data();
    for (std::size_t v = 0; v < input_.columns.size(); ++v) {
      const InputColumn& column = input_.columns[v];
      if (column.is_plain()) {
        variables_[v] = column.data + first;
      } else {
        column.load(first, {scratch, height});
        variables_[v] = scratch;
        scratch += rows;
      }
    }
    for (const std::size_t v : checked_) check(v, height);

    scratch = node_scratch_.data();
    for (std::size_t node = 0; node < columns_.size(); ++node) {
      if (columns_[node] != nullptr) {
        block_[node] = columns_[node] + first;
      } else {
        block_[node] = scratch;
        scratch += rows;
      }
    }
    for (std::size_t l = 0; l < plan_.leaves.size(); ++l) score_leaf(l, first, height);
    for (const InnerPlan& inner : plan_.inner) score_inner(inner, first, rows);
  }

  void check(std::size_t v, std::size_t height) {
    const Extremes ends = extremes({variables_[v], height});
    if (ends.count == 0) return;
    const Interval& range = plan_.index.variables()[v].range;
    suspicious_ = suspicious_ || !range.contains(ends.minimum) || !range.contains(ends.maximum);
  }

  void score_leaf(std::size_t l, Size first, std::size_t height) {
    const LeafPlan& leaf = plan_.leaves[l];
    const std::span<double> out(block_[at(leaf.node)], height);
    std::span<const double> measure = out;
    if (leaf.measure.is_variable()) {
      measure = {variables_[at(leaf.measure.terms[0].variable)], height};
    } else {
      measure_block(leaf.measure, variables_, out);
    }
    if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
      suspicious_ = piecewise->evaluate(measure, out) > 0 || suspicious_;
    } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
      suspicious_ = categories->evaluate(measure, out) > 0 || suspicious_;
    } else if (!ranked_.empty() && !ranked_[l].empty()) {
      std::copy_n(ranked_[l].begin() + first, height, out.begin());
    } else if (std::isnan(maps_[l].span)) {
      std::fill(out.begin(), out.end(), missing_value);
    } else {
      apply(maps_[l], measure, out);
    }
    cap(leaf.node, out);
    if (leaf.not_applicable == NotApplicable::full_points && !input_.not_applicable.empty()) {
      for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
        for (const auto& term : *terms) {
          for (const Size u : input_.not_applicable[at(term.variable)]) {
            if (u >= first && u < first + static_cast<Size>(height)) {
              out[at(u - first)] = plan_.maximum[at(leaf.node)];
            }
          }
        }
      }
    }
  }

  void score_inner(const InnerPlan& inner, Size first, Size rows) {
    children_.clear();
    for (const Size child : inner.children) children_.push_back(block_[at(child)]);
    double* out = block_[at(inner.node)];
    aggregate(inner, children_, {}, rows, out);
    if (!excluded_.empty()) aggregate_without_excluded(inner, first, rows, out);
    cap(inner.node, {out, at(rows)});
  }

  /// Once more, one by one, the few units that go without some of the children.
  void aggregate_without_excluded(const InnerPlan& inner, Size first, Size rows, double* out) {
    for (const auto& [unit, mask] : excluded_children(inner, excluded_, first, first + rows)) {
      single_.clear();
      for (const double* child : children_) single_.push_back(child + (unit - first));
      aggregate(inner, single_, mask, 1, out + (unit - first));
    }
  }

  void cap(Size node, std::span<double> scores) const {
    const double most = plan_.cap[at(node)];
    if (most == std::numeric_limits<double>::infinity()) return;
    for (double& score : scores) score = score > most ? most : score;
  }

  /// Names the cells that the kernels could not score. Slow, and only on the way to an error.
  [[noreturn]] void report() {
    Problems problems;
    std::size_t more = 0;
    const auto add = [&](Size unit, const std::string& code, const std::string& message,
                         const std::string& remedy) {
      if (problems.list().size() < most_named) {
        problems.add({}, fmt::format("{}, {}", input_.unit_name(unit), code), message, remedy);
      } else {
        ++more;
      }
    };
    std::vector<double> loaded(at(input_.units));
    for (const std::size_t v : checked_) {
      const Variable& variable = plan_.index.variables()[v];
      input_.columns[v].load(0, loaded);
      for (Size u = 0; u < input_.units; ++u) {
        const double value = loaded[at(u)];
        if (std::isnan(value) || variable.range.contains(value)) continue;
        if (std::isinf(value)) {
          add(u, variable.code, "the value is infinite", "correct the data");
        } else {
          add(u, variable.code,
              fmt::format("{} is out of the range {}", to_string(value), to_string(variable.range)),
              "correct the value, or the range of the variable in the definition");
        }
      }
    }
    std::vector<double> scratch;
    for (const LeafPlan& leaf : plan_.leaves) {
      const auto* piecewise = std::get_if<Piecewise>(&leaf.rule);
      const auto* categories = std::get_if<CategoryPoints>(&leaf.rule);
      if (piecewise == nullptr && categories == nullptr) continue;
      const auto values = input_.measure(leaf.measure, scratch);
      for (Size u = 0; u < input_.units; ++u) {
        const double value = values[at(u)];
        if (std::isnan(value)) continue;
        const double score = piecewise != nullptr ? (*piecewise)(value) : (*categories)(value);
        if (std::isnan(score)) {
          add(u, plan_.index.node(leaf.node).code,
              fmt::format("the rule says nothing about the value {}", to_string(value)),
              piecewise != nullptr
                  ? "points must lie between 0 and the node's maximum; else extend the rule"
                  : "a category is the position of its word");
        }
      }
    }
    if (more > 0) problems.add({}, "", fmt::format("and {} more cells", more), "");
    problems.raise<DataError>();
    throw DataError("the data do not fit the definition");
  }

  const Plan& plan_;
  const Input& input_;
  std::vector<LinearMap> maps_;
  std::vector<double*> columns_;
  std::vector<const double*> variables_;
  std::vector<double*> block_;
  std::vector<double> variable_scratch_;
  std::vector<double> node_scratch_;
  std::vector<std::vector<double>> ranked_;
  std::vector<std::vector<Size>> excluded_;
  std::vector<std::size_t> checked_;
  std::vector<const double*> children_;
  std::vector<const double*> single_;
  bool suspicious_ = false;
};

/// What the policy `error` asks for.
void refuse_missing_children(const Plan& plan, const Input& input,
                             const std::vector<double>& values,
                             const std::vector<std::vector<Size>>& excluded) {
  Problems problems;
  std::size_t more = 0;
  for (const InnerPlan& inner : plan.inner) {
    if (inner.missing != MissingPolicy::error) continue;
    for (const Size child : inner.children) {
      const double* column = values.data() + child * input.units;
      for (Size u = 0; u < input.units; ++u) {
        if (!std::isnan(column[u])) continue;
        const auto at_child = static_cast<std::size_t>(child);
        if (!excluded.empty() &&
            std::binary_search(excluded[at_child].begin(), excluded[at_child].end(), u)) {
          continue;
        }
        if (problems.list().size() == most_named) {
          ++more;
          continue;
        }
        problems.add({}, fmt::format("{}, {}", input.unit_name(u), plan.index.node(child).code),
                     fmt::format("there is no value, and '{}' demands all of its children",
                                 plan.index.node(inner.node).code),
                     "complete the data, or choose another policy for missing children");
      }
    }
  }
  if (more > 0) problems.add({}, "", fmt::format("and {} more cells", more), "");
  problems.raise<DataError>();
}

Size period_to_score(const Panel& panel, const ScoreOptions& options) {
  if (options.period) return panel.period_position(*options.period);
  if (panel.periods().size() == 1) return 0;
  std::vector<std::string> names;
  for (const auto& period : panel.periods()) names.push_back(period.text());
  throw DataError(fmt::format("the data have {} periods: {}; say which one to score", names.size(),
                              fmt::join(names, ", ")));
}

}  // namespace

std::vector<std::vector<Size>> excluded_units(const Plan& plan, const Input& input) {
  std::vector<std::vector<Size>> excluded;
  if (input.not_applicable.empty()) return excluded;
  const auto at = [](Size i) { return static_cast<std::size_t>(i); };
  excluded.resize(at(plan.index.size()));
  bool any = false;
  for (const LeafPlan& leaf : plan.leaves) {
    if (leaf.not_applicable != NotApplicable::exclude) continue;
    auto& units = excluded[at(leaf.node)];
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const auto& cells = input.not_applicable[at(term.variable)];
        units.insert(units.end(), cells.begin(), cells.end());
      }
    }
    std::sort(units.begin(), units.end());
    units.erase(std::unique(units.begin(), units.end()), units.end());
    any = any || !units.empty();
  }
  if (!any) return {};
  for (const InnerPlan& inner : plan.inner) {
    auto& units = excluded[at(inner.node)];
    units = excluded[at(inner.children[0])];
    for (std::size_t k = 1; k < inner.children.size() && !units.empty(); ++k) {
      const auto& others = excluded[at(inner.children[k])];
      std::vector<Size> common;
      std::set_intersection(units.begin(), units.end(), others.begin(), others.end(),
                            std::back_inserter(common));
      units = std::move(common);
    }
  }
  return excluded;
}

std::vector<std::pair<Size, std::vector<char>>> excluded_children(
    const InnerPlan& inner, const std::vector<std::vector<Size>>& excluded, Size first, Size last) {
  std::vector<Size> units;
  for (const Size child : inner.children) {
    const auto& list = excluded[static_cast<std::size_t>(child)];
    const auto begin = std::lower_bound(list.begin(), list.end(), first);
    units.insert(units.end(), begin, std::lower_bound(begin, list.end(), last));
  }
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
  std::vector<std::pair<Size, std::vector<char>>> found;
  for (const Size unit : units) {
    std::vector<char> mask;
    for (const Size child : inner.children) {
      const auto& list = excluded[static_cast<std::size_t>(child)];
      mask.push_back(std::binary_search(list.begin(), list.end(), unit) ? char{1} : char{0});
    }
    found.emplace_back(unit, std::move(mask));
  }
  return found;
}

Evaluator::Evaluator(Index index, std::optional<Period> method)
    : plan_(std::make_shared<const Plan>(compile(std::move(index), std::move(method)))) {}

const Index& Evaluator::index() const noexcept { return plan_->index; }

Scores Evaluator::score(const Panel& panel, const ScoreOptions& options) const {
  const Size position = period_to_score(panel, options);
  const Period& period = panel.periods()[static_cast<std::size_t>(position)];
  const std::optional<Period> method = options.method ? options.method : plan_->method;
  const PeriodRange& in_force = index().definition().periods;
  const Period& method_period = method ? *method : period;
  if (!in_force.contains(method_period)) {
    throw DataError({Problem{
        index().definition().location, index().name(),
        fmt::format("the edition is in force in {}, not in {}", in_force.to_string(),
                    method_period.text()),
        fmt::format(
            "score with the edition of {}, or say that these data are to be scored with the "
            "method of another period",
            period.text())}});
  }
  // Dated values wait for the period; another method than the compiled one is compiled anew.
  if (!plan_->resolved || (index().is_dated() && plan_->method != method_period)) {
    ScoreOptions resolved = options;
    resolved.method = method_period;
    return Evaluator(index(), method_period).score(panel, resolved);
  }

  auto state = std::make_shared<Scores::State>(*this, panel, period, method_period);
  state->units = units_of_period(panel, position);
  std::vector<std::string> names;
  for (const Size u : state->units) names.push_back(panel.units()[u]);
  state->labels = Labels(std::move(names), "unit");

  const Input input = input_of(*plan_, panel, position, state->units);
  state->anchors = options.anchors != nullptr ? *options.anchors : fit(panel, period);
  state->values.resize(static_cast<std::size_t>(index().size() * input.units));
  std::vector<double*> columns;
  for (Size node = 0; node < index().size(); ++node) {
    columns.push_back(state->values.data() + node * input.units);
  }
  Evaluation(*plan_, input, state->anchors, std::move(columns)).run();
  refuse_missing_children(*plan_, input, state->values, excluded_units(*plan_, input));
  return Scores(std::move(state));
}

Anchors Evaluator::fit(const Panel& panel, const Period& period) const {
  if (!plan_->resolved) return Evaluator(index(), period).fit(panel, period);
  if (plan_->anchor_count == 0) return {};
  const Size last = panel.period_position(period);
  const bool pooled = std::any_of(plan_->leaves.begin(), plan_->leaves.end(), [](const auto& leaf) {
    const auto* how = std::get_if<NormaliserPlan>(&leaf.rule);
    return how != nullptr && (how->normaliser->low.source == Anchor::Source::pooled ||
                              how->normaliser->high.source == Anchor::Source::pooled);
  });
  std::vector<Input> inputs;
  for (Size p = pooled ? 0 : last; p <= last; ++p) {
    inputs.push_back(input_of(*plan_, panel, p, units_of_period(panel, p)));
  }
  std::vector<const Input*> pointers;
  for (const Input& input : inputs) pointers.push_back(&input);
  return fit_anchors(*plan_, pointers);
}

Anchors Evaluator::fit(const MatrixIn& values) const {
  require_resolved(*plan_);
  const Input input = input_of(*plan_, values);
  const Input* pointer = &input;
  return fit_anchors(*plan_, {&pointer, 1});
}

std::span<const Size> Evaluator::kept(Keep keep) const noexcept {
  switch (keep) {
    case Keep::criteria:
      return plan_->criteria_nodes;
    case Keep::root:
      return plan_->root_node;
    case Keep::all:
      break;
  }
  return plan_->all_nodes;
}

void Evaluator::evaluate(const MatrixIn& values, const Anchors& anchors, Keep keep,
                         double* out) const {
  require_resolved(*plan_);
  const Input input = input_of(*plan_, values);
  std::vector<double*> columns(static_cast<std::size_t>(index().size()), nullptr);
  for (const Size node : kept(keep)) {
    columns[static_cast<std::size_t>(node)] = out;
    out += input.units;
  }
  Evaluation(*plan_, input, anchors, std::move(columns)).run();
}

ScoreRange Evaluator::range(Size node) const {
  require_resolved(*plan_);
  return plan_->range[static_cast<std::size_t>(node)];
}

double Evaluator::weight(Size node) const {
  require_resolved(*plan_);
  return plan_->weight[static_cast<std::size_t>(node)];
}

double Evaluator::maximum(Size node) const {
  require_resolved(*plan_);
  return plan_->maximum[static_cast<std::size_t>(node)];
}

void require_resolved(const Plan& plan) {
  if (plan.resolved) return;
  throw SpecError(fmt::format(
      "{} has values that depend on the period; say the method's period when compiling it",
      plan.index.name()));
}

}  // namespace chiso
