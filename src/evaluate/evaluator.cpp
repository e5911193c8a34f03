#include "chiso/evaluate/evaluator.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "chiso/base/error.hpp"
#include "evaluate/compiled.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/formula_text.hpp"
#include "evaluate/fused.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"
#include "evaluate/node_rules.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

/// Doubles that a block of units may occupy beside the raw values: well inside a second-level
/// cache.
constexpr Size block_budget = 65'536;

/// At most so many cells are named in one error; the rest is counted.
constexpr std::size_t most_named = 50;

/// Memory that is written before it is read: not cleared.
std::shared_ptr<double[]> scratch_of(Size count) {
  return std::shared_ptr<double[]>(std::make_unique_for_overwrite<double[]>(at(count)));
}

/// One evaluation: reads an Input, fills columns of scores, block after block of units, so that all
/// columns of a block stay in the cache from the raw values to the composite.
class Evaluation {
 public:
  /// @param columns by node: where its scores go, input.units long; nullptr: not wanted
  /// @param given only where every node is wanted
  Evaluation(const Compiled& compiled, const Input& input, const Anchors& anchors,
             std::vector<double*> columns, GivenCells given = {})
      : compiled_(compiled),
        input_(input),
        maps_(maps_of(compiled, anchors)),
        columns_(std::move(columns)),
        given_(std::move(given)) {}

  /// @throws DataError that names the cells that cannot be scored.
  void run() {
    excluded_ = excluded_units(compiled_, input_, given_);
    for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) rank_leaf(l);
    fuse();
    choose_checks();
    const Size block = prepare();
    for (Size first = 0; first < input_.units; first += block) {
      evaluate_block(first, std::min(block, input_.units - first));
    }
    if (out_of_range_ || unscored_) report_values();
    if (demanded_child_missing_) report_missing_children();
  }

 private:
  /// A mean of leaves whose scores nobody wants to see: worked out in one pass over the raw values.
  struct Fused {
    std::vector<MappedColumn> columns;
    std::vector<Size> variables;  ///< One a column.
  };

  /// Ranks compare all units, so they are worked out before the blocks.
  void rank_leaf(std::size_t l) {
    if (!NodeRules::ranks(compiled_.leaves[l])) return;
    if (ranked_.empty()) ranked_.resize(compiled_.leaves.size());
    rules().rank(compiled_.leaves[l], ranked_[l]);
  }

  void fuse() {
    fused_.resize(compiled_.inner.size());
    if (!excluded_.empty()) return;
    for (std::size_t k = 0; k < compiled_.inner.size(); ++k) {
      const CompiledCriterion& inner = compiled_.inner[k];
      const bool linear = inner.aggregation.method == Aggregation::Method::arithmetic_mean ||
                          (inner.aggregation.method == Aggregation::Method::sum &&
                           inner.missing != MissingPolicy::reduce_maximum);
      if (!linear || inner.aggregation.scale_to || inner.at_least > 0.0 ||
          inner.missing == MissingPolicy::error) {
        continue;
      }
      Fused fused;
      for (std::size_t c = 0; c < inner.children.size(); ++c) {
        if (!add_column(inner, c, fused)) {
          fused = {};
          break;
        }
      }
      fused_[k] = std::move(fused);
    }
  }

  /// Which variables are compared with their limits in every block. A variable that must only be
  /// finite and is read by fused means alone need not: an infinite value leaves no finite mean, and
  /// score_fused() looks then.
  void choose_checks() {
    std::vector<char> finite_by_mean(input_.columns.size(), 1);
    std::vector<char> in_mean(compiled_.leaves.size(), 0);
    for (std::size_t k = 0; k < fused_.size(); ++k) {
      if (fused_[k].columns.empty()) continue;
      for (const Size child : compiled_.inner[k].children)
        in_mean[at(compiled_.leaf_of[at(child)])] = 1;
    }
    for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) {
      if (in_mean[l] != 0) continue;
      const CompiledMeasure& measure = compiled_.leaves[l].measure;
      for (const auto* terms : {&measure.terms, &measure.denominator}) {
        for (const auto& term : *terms) finite_by_mean[at(term.variable)] = 0;
      }
    }
    for (std::size_t v = 0; v < input_.columns.size(); ++v) {
      const bool finite = !input_.may_be_infinite || finite_by_mean[v] != 0;
      if (compiled_.limits[v].ranged || !finite) checked_.push_back(v);
    }
  }

  /// Whether a child can be taken straight from its raw values.
  bool add_column(const CompiledCriterion& inner, std::size_t c, Fused& fused) const {
    const Size child = inner.children[c];
    const Size leaf = compiled_.leaf_of[at(child)];
    if (leaf < 0 || columns_[at(child)] != nullptr) return false;
    const CompiledLeaf& how = compiled_.leaves[at(leaf)];
    const bool maps = std::holds_alternative<LinearMap>(how.rule) ||
                      std::holds_alternative<CompiledNormaliser>(how.rule);
    const bool ranked = !ranked_.empty() && !ranked_[at(leaf)].empty();
    const bool filled =
        how.not_applicable == NotApplicable::full_points && !input_.not_applicable.empty();
    if (!maps || ranked || filled || !how.measure.is_variable() ||
        std::isfinite(compiled_.cap[at(child)]) || maps_[at(leaf)].is_degenerate()) {
      return false;
    }
    const PreparedMap map = chiso::prepare(maps_[at(leaf)]);
    if (!map.exact || map.cuts) return false;
    if (inner.weights[c] == 0.0) return true;  // As if it were not there.
    fused.columns.push_back({nullptr, inner.weights[c], map});
    fused.variables.push_back(how.measure.terms[0].variable);
    return true;
  }

  /// Lays out the memory of a block. @returns its number of units.
  Size prepare() {
    std::vector<char> hidden(columns_.size(), 0);
    for (std::size_t node = 0; node < columns_.size(); ++node) {
      hidden[node] = columns_[node] == nullptr ? 1 : 0;
    }
    for (std::size_t k = 0; k < fused_.size(); ++k) {
      if (fused_[k].columns.empty()) continue;
      for (const Size child : compiled_.inner[k].children) hidden[at(child)] = 0;
    }
    for (std::size_t l = 0; l < compiled_.leaves.size(); ++l) {
      const Size node = compiled_.leaves[l].node;
      if (columns_[at(node)] != nullptr || hidden[at(node)] != 0) single_leaves_.push_back(l);
    }
    const auto scratch_columns = std::count(hidden.begin(), hidden.end(), char{1});
    const auto converted = std::count_if(input_.columns.begin(), input_.columns.end(),
                                         [](const auto& column) { return !column.is_plain(); });
    const Size width = std::max<Size>(1, scratch_columns + converted);
    Size block = std::clamp<Size>(block_budget / width / 64 * 64, 256, 2048);
    if (compiled_.compares_units) block = input_.units;
    block = std::clamp<Size>(block, 1, std::max<Size>(1, input_.units));

    variables_.assign(input_.columns.size(), nullptr);
    variable_scratch_ = scratch_of(converted * block);
    node_scratch_ = scratch_of(scratch_columns * block);
    block_.assign(columns_.size(), nullptr);
    double* scratch = node_scratch_.get();
    for (std::size_t node = 0; node < columns_.size(); ++node) {
      if (hidden[node] == 0) continue;
      block_[node] = scratch;
      scratch += block;
    }
    return block;
  }

  void evaluate_block(Size first, Size units) {
    load(first, units);
    for (const std::size_t v : checked_) {
      check(v, units);
    }
    for (std::size_t node = 0; node < columns_.size(); ++node) {
      if (columns_[node] != nullptr) block_[node] = columns_[node] + first;
    }
    for (const std::size_t l : single_leaves_) {
      const Size node = compiled_.leaves[l].node;
      score_leaf(l, first, {block_[at(node)], at(units)});
    }
    for (std::size_t k = 0; k < compiled_.inner.size(); ++k) score_inner(k, first, units);
  }

  void check(std::size_t v, Size units) {
    const VariableLimit& limit = compiled_.limits[v];
    out_of_range_ = !all_inside(variables_[v], units, limit.lower, limit.upper) || out_of_range_;
  }

  /// Values of the block's units: where they lie, or converted.
  void load(Size first, Size units) {
    double* scratch = variable_scratch_.get();
    if (input_.rows != nullptr) {
      const auto count = static_cast<Size>(input_.columns.size());
      transpose(input_.rows + first * input_.row_stride, input_.row_stride, units, count, scratch);
    }
    for (std::size_t v = 0; v < input_.columns.size(); ++v) {
      const InputColumn& column = input_.columns[v];
      if (column.is_plain()) {
        variables_[v] = column.data + first;
        continue;
      }
      const std::span<double> loaded(scratch, at(units));
      if (input_.rows == nullptr) {
        column.load(first, loaded);
      } else if (column.zero_is_missing) {
        for (double& value : loaded) value = value == 0.0 ? missing_value : value;
      }
      variables_[v] = scratch;
      scratch += units;
    }
  }

  [[nodiscard]] NodeRules rules() const { return {compiled_, input_, given_, excluded_}; }

  void score_leaf(std::size_t l, Size first, std::span<double> out) {
    const std::span<const double> ranked =
        ranked_.empty() ? std::span<const double>() : std::span<const double>(ranked_[l]);
    unscored_ = rules().score_leaf(compiled_.leaves[l], maps_[l], ranked, variables_, first, out) ||
                unscored_;
  }

  void score_inner(std::size_t k, Size first, Size units) {
    const CompiledCriterion& inner = compiled_.inner[k];
    const std::span<double> out(block_[at(inner.node)], at(units));
    const bool done = !fused_[k].columns.empty() && score_fused(k, first, units, out.data());
    const bool demands = inner.missing == MissingPolicy::error;
    if (!done || demands) {
      children_.clear();
      for (const Size child : inner.children) children_.push_back(block_[at(child)]);
    }
    if (!done) rules().aggregate_children(inner, children_, first, out);
    rules().finish_inner(inner, first, out);
    if (demands && rules().lacks_child(inner, children_, first, units)) {
      demanded_child_missing_ = true;
    }
  }

  /// @returns false if children are missing and the policy looks at each of them.
  bool score_fused(std::size_t k, Size first, Size units, double* out) {
    const CompiledCriterion& inner = compiled_.inner[k];
    Fused& fused = fused_[k];
    for (std::size_t c = 0; c < fused.columns.size(); ++c) {
      fused.columns[c].values = variables_[at(fused.variables[c])];
    }
    add_mapped(fused.columns, units, out);
    const bool finite = all_finite(out, units);
    if (!finite && input_.may_be_infinite) {
      for (const Size v : fused.variables) check(at(v), units);
    }
    if (!finite && inner.missing == MissingPolicy::renormalise) {
      // The children's scores are wanted after all.
      child_scratch_.resize(inner.children.size() * at(units));
      double* scratch = child_scratch_.data();
      for (const Size child : inner.children) {
        block_[at(child)] = scratch;
        score_leaf(at(compiled_.leaf_of[at(child)]), first, {scratch, at(units)});
        scratch += units;
      }
      return false;
    }
    if (inner.aggregation.times != 1.0) {
      for (Size u = 0; u < units; ++u) out[u] *= inner.aggregation.times;
    }
    return true;
  }

  // ---- Errors: slow, and only when it is known that there is one
  // ---------------------------------

  class CellProblems {
   public:
    explicit CellProblems(const Input& input) : input_(input) {}

    void add(Size unit, const std::string& code, std::string message, std::string remedy) {
      if (problems_.list().size() == most_named) {
        ++more_;
        return;
      }
      problems_.add({}, fmt::format("{}, {}", input_.unit_name(unit), code), std::move(message),
                    std::move(remedy));
    }

    [[noreturn]] void raise() {
      if (more_ > 0) problems_.add({}, "", fmt::format("and {} more cells", more_));
      problems_.raise<DataError>();
      throw DataError("the data do not fit the definition");
    }

   private:
    const Input& input_;
    Problems problems_;
    std::size_t more_ = 0;
  };

  [[noreturn]] void report_values() const {
    CellProblems problems(input_);
    std::vector<double> loaded(at(input_.units));
    for (std::size_t v = 0; v < input_.columns.size(); ++v) {
      const VariableLimit& limit = compiled_.limits[v];
      const Variable& variable = compiled_.variable_of(static_cast<Size>(v));
      const std::string column = compiled_.column_name(static_cast<Size>(v));
      input_.columns[v].load(0, loaded);
      for (Size u = 0; u < input_.units; ++u) {
        const double value = loaded[at(u)];
        if (std::isnan(value) || (value >= limit.lower && value <= limit.upper)) continue;
        if (std::isinf(value)) {
          problems.add(u, column, "the value is infinite", "correct the data");
        } else {
          problems.add(
              u, column,
              fmt::format("{} is out of the range {}", to_string(value), to_string(variable.range)),
              "correct the value, or the range of the variable in the definition");
        }
      }
    }
    std::vector<double> scratch;
    for (const CompiledLeaf& leaf : compiled_.leaves) {
      const auto* piecewise = std::get_if<Piecewise>(&leaf.rule);
      const auto* categories = std::get_if<CategoryPoints>(&leaf.rule);
      if (piecewise == nullptr && categories == nullptr) continue;
      const auto values = input_.measure(leaf.measure, scratch);
      if (leaf.measure.formula) rules().leave_not_applicable(leaf, 0, scratch);
      for (Size u = 0; u < input_.units; ++u) {
        const double value = values[at(u)];
        const double score = piecewise != nullptr ? (*piecewise)(value) : (*categories)(value);
        if (std::isnan(value) || !std::isnan(score)) continue;
        if (leaf.measure.formula) {
          report_formula(leaf, u, value, problems);
          continue;
        }
        problems.add(u, compiled_.index.node(leaf.node).code,
                     fmt::format("the rule says nothing about {}", to_string(value)),
                     piecewise != nullptr
                         ? "given points lie between 0 and the node's maximum; steps must cover "
                           "every value"
                         : "a category is the position of its word in the variable's list");
      }
    }
    problems.raise();
  }

  void report_formula(const CompiledLeaf& leaf, Size unit, double value,
                      CellProblems& problems) const {
    const Criterion& node = compiled_.index.node(leaf.node);
    problems.add(
        unit, node.code,
        fmt::format("the formula gives {}, and points lie between 0 and the maximum of "
                    "{}: {}",
                    to_string(value), to_string(compiled_.maximum[at(leaf.node)]),
                    formula_text(compiled_, leaf, input_, unit)),
        value < 0.0 ? "write max(0, ...)" : "write min(..., maximum), or give the node a `cap`");
  }

  /// What the policy `error` asks for. Scores everything once more, so that all children can be
  /// looked at.
  [[noreturn]] void report_missing_children() const {
    std::vector<double> values(at(compiled_.index.size() * input_.units));
    Evaluation all = *this;
    all.columns_.clear();
    for (Size node = 0; node < compiled_.index.size(); ++node) {
      all.columns_.push_back(values.data() + node * input_.units);
    }
    all.fused_.assign(compiled_.inner.size(), {});
    all.single_leaves_.clear();
    const Size block = all.prepare();
    for (Size first = 0; first < input_.units; first += block) {
      all.evaluate_block(first, std::min(block, input_.units - first));
    }
    CellProblems problems(input_);
    for (const CompiledCriterion& inner : compiled_.inner) {
      if (inner.missing != MissingPolicy::error) continue;
      for (const Size child : inner.children) {
        for (Size u = 0; u < input_.units; ++u) {
          if (!std::isnan(values[at(child * input_.units + u)]) ||
              !rules().is_demanded(inner, child, u)) {
            continue;
          }
          problems.add(u, compiled_.index.node(child).code,
                       fmt::format("there is no value, and '{}' demands all of its children",
                                   compiled_.index.node(inner.node).code),
                       "complete the data, or choose another policy for missing children");
        }
      }
    }
    problems.raise();
  }

  const Compiled& compiled_;
  const Input& input_;
  std::vector<LinearMap> maps_;
  std::vector<double*> columns_;
  GivenCells given_;
  std::vector<std::vector<Size>> excluded_;
  std::vector<std::vector<double>> ranked_;
  std::vector<std::size_t> checked_;
  std::vector<Fused> fused_;
  std::vector<std::size_t> single_leaves_;
  std::vector<const double*> variables_;
  std::vector<double*> block_;
  std::shared_ptr<double[]> variable_scratch_;
  std::shared_ptr<double[]> node_scratch_;
  std::vector<double> child_scratch_;
  std::vector<const double*> children_;
  bool out_of_range_ = false;
  bool unscored_ = false;
  bool demanded_child_missing_ = false;
};

/// By node: its column of `out`; nullptr for nodes that are not kept.
std::vector<double*> columns_in(double* out, Size units, const Compiled& compiled,
                                std::span<const Size> kept) {
  std::vector<double*> columns(at(compiled.index.size()), nullptr);
  for (const Size node : kept) {
    columns[at(node)] = out;
    out += units;
  }
  return columns;
}

Size period_to_score(const Panel& panel, const ScoreOptions& options) {
  if (options.period) return panel.period_position(*options.period);
  if (panel.periods().size() == 1) return 0;
  std::vector<std::string> names;
  for (const auto& period : panel.periods()) names.push_back(period.text());
  throw DataError(fmt::format("the data have {} periods: {}; say which one to score", names.size(),
                              join(names, ", ")));
}

}  // namespace

std::vector<std::vector<Size>> excluded_units(const Compiled& compiled, const Input& input,
                                              const GivenCells& given) {
  std::vector<std::vector<Size>> excluded;
  if (input.not_applicable.empty()) return excluded;
  excluded.resize(at(compiled.index.size()));
  bool any = false;
  const auto spare_given = [&given](Size node, std::vector<Size>& units) {
    if (given.of(node).empty()) return;
    std::erase_if(units, [&](Size unit) { return given.has(node, unit); });
  };
  for (const CompiledLeaf& leaf : compiled.leaves) {
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
    spare_given(leaf.node, units);
    any = any || !units.empty();
  }
  if (!any) return {};
  for (const CompiledCriterion& inner : compiled.inner) {
    auto& units = excluded[at(inner.node)];
    units = excluded[at(inner.children[0])];
    for (std::size_t k = 1; k < inner.children.size() && !units.empty(); ++k) {
      const auto& others = excluded[at(inner.children[k])];
      std::vector<Size> common;
      std::set_intersection(units.begin(), units.end(), others.begin(), others.end(),
                            std::back_inserter(common));
      units = std::move(common);
    }
    spare_given(inner.node, units);
  }
  return excluded;
}

std::vector<std::pair<Size, std::vector<char>>> excluded_children(
    const CompiledCriterion& inner, const std::vector<std::vector<Size>>& excluded, Size first,
    Size last) {
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

void evaluate(const Compiled& compiled, const Input& input, const Anchors& anchors,
              const GivenCells& given, double* out) {
  Evaluation(compiled, input, anchors, columns_in(out, input.units, compiled, compiled.all_nodes),
             given)
      .run();
}

Evaluator::Evaluator(Index index, std::optional<Period> method)
    : compiled_(std::make_shared<const Compiled>(compile(std::move(index), std::move(method)))) {}

const Index& Evaluator::index() const noexcept { return compiled_->index; }

Scores Evaluator::score(const Panel& panel, const ScoreOptions& options) const {
  const Size position = period_to_score(panel, options);
  const Period& period = panel.periods()[static_cast<std::size_t>(position)];
  const std::optional<Period> method = options.method ? options.method : compiled_->method;
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
  if (!compiled_->resolved || (index().is_dated() && compiled_->method != method_period)) {
    ScoreOptions resolved = options;
    resolved.method = method_period;
    return Evaluator(index(), method_period).score(panel, resolved);
  }

  auto state = std::make_shared<Scores::State>(*this, panel, period, method_period);
  state->take_units(position);
  if (!options.given.empty()) {
    state->given = checked_given(options.given, index(), panel, position);
  }
  const Input input = input_of(*compiled_, panel, position, state->units);
  state->anchors = options.anchors != nullptr ? *options.anchors : fit(panel, period);
  state->values = std::make_unique_for_overwrite<double[]>(at(index().size() * input.units));
  chiso::evaluate(*compiled_, input, state->anchors,
                  GivenCells(state->given, state->units, index().size()), state->values.get());
  return Scores(std::move(state));
}

Scores Evaluator::restore(const Index& index, const Panel& panel, const Period& period,
                          const Period& method, Anchors anchors, std::vector<GivenScore> given,
                          std::span<const double> values) {
  if (!index.definition().periods.contains(method)) {
    throw DataError(fmt::format("the edition is not in force in {}", method.text()), index.name());
  }
  const Evaluator evaluator(index, index.is_dated() ? std::optional<Period>(method) : std::nullopt);
  const Size position = panel.period_position(period);
  auto state = std::make_shared<Scores::State>(evaluator, panel, period, method);
  state->take_units(position);
  const auto nodes = at(index.size());
  if (values.size() % nodes != 0 || values.size() / nodes != state->units.size()) {
    throw DataError(fmt::format("expected scores of {} units and {} nodes, got {} numbers",
                                state->units.size(), nodes, values.size()));
  }
  if (std::any_of(values.begin(), values.end(), [](double x) { return std::isinf(x); })) {
    throw DataError("a score is infinite");
  }
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    const Size node = anchors[i].node;
    if (node < 0 || node >= index.size() || !index.is_leaf(node) ||
        (i > 0 && anchors[i - 1].node >= node)) {
      throw DataError("expected anchors of indicators in the order of the index, each once");
    }
  }
  state->given = checked_given(given, index, panel, position);
  if (state->given.size() != given.size()) throw DataError("two scores are given for one cell");
  state->anchors = std::move(anchors);
  state->values = std::make_unique_for_overwrite<double[]>(values.size());
  std::copy(values.begin(), values.end(), state->values.get());
  return Scores(std::move(state));
}

Anchors Evaluator::fit(const Panel& panel, const Period& period) const {
  if (!compiled_->resolved) return Evaluator(index(), period).fit(panel, period);
  if (compiled_->anchor_count == 0) return {};
  return fit_anchors(*compiled_, panel, panel.period_position(period));
}

Anchors Evaluator::fit(const MatrixIn& values) const {
  require_resolved(*compiled_);
  const Input input = input_of(*compiled_, values);
  const Input* pointer = &input;
  return fit_anchors(*compiled_, {&pointer, 1});
}

std::span<const Size> Evaluator::kept(Keep keep) const noexcept {
  switch (keep) {
    case Keep::criteria:
      return compiled_->criteria_nodes;
    case Keep::root:
      return compiled_->root_node;
    case Keep::all:
      break;
  }
  return compiled_->all_nodes;
}

void Evaluator::evaluate(const MatrixIn& values, const Anchors& anchors, Keep keep,
                         double* out) const {
  require_resolved(*compiled_);
  const Input input = input_of(*compiled_, values);
  Evaluation(*compiled_, input, anchors, columns_in(out, input.units, *compiled_, kept(keep)))
      .run();
}

Anchors Evaluator::evaluate(const MatrixIn& values, Keep keep, double* out) const {
  require_resolved(*compiled_);
  const Input input = input_of(*compiled_, values);
  const Input* pointer = &input;
  Anchors anchors = fit_anchors(*compiled_, {&pointer, 1});
  Evaluation(*compiled_, input, anchors, columns_in(out, input.units, *compiled_, kept(keep)))
      .run();
  return anchors;
}

ScoreRange Evaluator::range(Size node) const {
  require_resolved(*compiled_);
  return compiled_->range[static_cast<std::size_t>(node)];
}

double Evaluator::weight(Size node) const {
  require_resolved(*compiled_);
  return compiled_->weight[static_cast<std::size_t>(node)];
}

double Evaluator::maximum(Size node) const {
  require_resolved(*compiled_);
  return compiled_->maximum[static_cast<std::size_t>(node)];
}

void require_resolved(const Compiled& compiled) {
  if (compiled.resolved) return;
  throw SpecError(fmt::format(
      "{} has values that depend on the period; say the method's period when compiling it",
      compiled.index.name()));
}

}  // namespace chiso
