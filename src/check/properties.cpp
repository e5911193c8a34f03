#include "chiso/check/properties.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/nearest.hpp"
#include "check/directions.hpp"
#include "check/experiment.hpp"
#include "check/methods.hpp"
#include "check/trials.hpp"
#include "chiso/base/error.hpp"
#include "chiso/scenario/edit.hpp"

namespace chiso {

namespace {

/// How far rounding may take a score.
double slack(double score) noexcept { return 1e-9 * std::max(1.0, std::abs(score)); }

bool agree(double a, double b) noexcept {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return a == b || std::abs(a - b) <= slack(std::max(std::abs(a), std::abs(b)));
}

/// What a check file demands, looked up.
struct Demands {
  std::vector<char> continuous;  ///< By node.
  struct Move {
    Size node = 0;
    Size variable = 0;  ///< Position in Index::variables().
    Direction direction = Direction::rises;
  };
  std::vector<Move> moves;

  [[nodiscard]] bool has_continuous() const {
    return std::find(continuous.begin(), continuous.end(), char{1}) != continuous.end();
  }
};

Demands look_up(const Index& index, const PropertyCheck& demanded) {
  Problems problems;
  const auto matching = [&](const std::string& pattern, const Labels& labels,
                            std::string_view what) {
    std::vector<Size> found;
    for (Size i = 0; i < labels.size(); ++i) {
      if (labels[i] == pattern || matches(pattern, labels[i])) found.push_back(i);
    }
    if (found.empty()) {
      problems.add(demanded.location, pattern,
                   fmt::format("there is no {} '{}'{}", what, pattern,
                               nearest_or_all(pattern, labels.names())),
                   {});
    }
    return found;
  };
  Demands demands;
  demands.continuous.assign(at(index.size()), 0);
  for (const std::string& pattern : demanded.continuous) {
    for (const Size node : matching(pattern, index.codes(), "node")) {
      demands.continuous[at(node)] = 1;
    }
  }
  for (const auto* list : {&demanded.rises_with, &demanded.falls_with}) {
    const Direction direction = list == &demanded.rises_with ? Direction::rises : Direction::falls;
    for (const auto& [node_pattern, variable_pattern] : *list) {
      const auto nodes = matching(node_pattern, index.codes(), "node");
      const auto variables = matching(variable_pattern, index.variable_codes(), "variable");
      for (const Size node : nodes) {
        for (const Size variable : variables) demands.moves.push_back({node, variable, direction});
      }
    }
  }
  problems.raise<NotFoundError>();
  return demands;
}

/// All properties with the method of one day.
class Tester {
 public:
  Tester(const Index& index, const Demands& demands, const std::optional<Period>& method,
         const PropertyOptions& options, std::vector<PropertyRun>& runs)
      : index_(index),
        demands_(demands),
        trials_(index, method),
        options_(options),
        runs_(runs),
        compares_(trials_.compiled().compares_units) {
    for (const CompiledLeaf& leaf : trials_.compiled().leaves) {
      const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
      compares_ = compares_ || (how != nullptr && how->normaliser->ranks());
    }
    for (Size c = 0; c < trials_.columns(); ++c) {
      directions_.push_back(directions(trials_.compiled(), c));
    }
  }

  void run() {
    range();
    monotone();
    continuous();
    missing();
    unit_order();
    equal_units();
    measurement();
    relative_weights();
  }

 private:
  using Make = std::function<std::optional<Experiment>(Draws&)>;

  [[nodiscard]] PropertyRun& run_of(Property property) {
    return runs_[static_cast<std::size_t>(property)];
  }

  [[nodiscard]] Draws draws_for(Property property) const {
    // Spread, so that neighbouring seeds do not give the same inputs to neighbouring properties.
    constexpr std::uint64_t spread = 0x9e3779b97f4a7c15;
    return Draws(options_.seed * spread + static_cast<std::uint64_t>(property));
  }

  void try_out(Property property, const Trials& trials, const Make& make, const Look& look) {
    PropertyRun& run = run_of(property);
    Draws draws = draws_for(property);
    for (Size t = 0; t < options_.tries; ++t) {
      std::optional<Experiment> experiment;
      std::vector<Failing> failing;
      try {
        experiment = make(draws);
        if (!experiment) continue;
        failing = look(*experiment);
        ++run.inputs;
      } catch (const DataError&) {
        ++run.refused;
        continue;
      }
      for (const Failing& each : lowest(trials.index(), std::move(failing))) {
        record(run, trials, *experiment, each.node, look);
      }
    }
  }

  void record(PropertyRun& run, const Trials& trials, const Experiment& experiment, Size node,
              const Look& look) {
    const bool known = std::any_of(run.failures.begin(), run.failures.end(),
                                   [node](const auto& failure) { return failure.node == node; });
    constexpr std::size_t most_failures = 20;
    if (known || run.failures.size() >= most_failures) return;
    const Experiment simple = simplest(trials, experiment, node, look);
    PropertyFailure failure;
    failure.property = run.property;
    failure.node = node;
    for (const Failing& each : look(simple)) {
      if (each.node == node) failure.message = each.message;
    }
    failure.example = written_case(
        trials, simple, node,
        fmt::format("{} of {}", name(run.property), trials.index().node(node).code), look);
    run.failures.push_back(std::move(failure));
  }

  [[nodiscard]] TrialUnits draw_units(Draws& draws, Size most = 5) const {
    const double missing = draws.chance(0.5) ? 0.1 : 0.0;
    return trials_.draw(2 + draws.position(most - 1), missing, draws);
  }

  [[nodiscard]] std::vector<double> score(const Experiment& experiment) const {
    return trials_.score(experiment.units,
                         experiment.anchors ? *experiment.anchors : trials_.fit(experiment.units));
  }

  // ---- Range -----------------------------------------------------------------------------------

  void range() {
    try_out(
        Property::range, trials_,
        [&](Draws& draws) { return Experiment{.units = draw_units(draws), .anchors = {}}; },
        [&](const Experiment& experiment) { return out_of_range(experiment); });
  }

  [[nodiscard]] std::vector<Failing> out_of_range(const Experiment& experiment) const {
    std::vector<double> scores;
    try {
      scores = score(experiment);
    } catch (const DataError& error) {
      auto failing = refused_formulas(error);
      if (failing.empty()) throw;
      return failing;
    }
    std::vector<Failing> failing;
    const std::size_t units = experiment.units.size();
    for (Size node = 0; node < index_.size(); ++node) {
      for (std::size_t u = 0; u < units; ++u) {
        const std::string message = beyond(node, scores[at(node) * units + u]);
        if (message.empty()) continue;
        failing.push_back({node, message});
        break;
      }
    }
    return failing;
  }

  /// Formulas that give points which their maximum does not allow: scoring refuses them.
  [[nodiscard]] std::vector<Failing> refused_formulas(const DataError& error) const {
    std::vector<Failing> failing;
    for (const Problem& problem : error.problems()) {
      const auto comma = problem.place.rfind(", ");
      if (comma == std::string::npos) continue;
      const auto node = index_.codes().find(std::string_view(problem.place).substr(comma + 2));
      if (!node || !index_.is_leaf(*node)) continue;
      const Rule* rule = index_.node(*node).rule.find(trials_.method());
      if (rule != nullptr && std::holds_alternative<FormulaRule>(*rule)) {
        failing.push_back({*node, problem.message});
      }
    }
    return failing;
  }

  /// Whether all that a node is made of is limited on this side; else only the data are.
  [[nodiscard]] bool is_limited(Size node, bool above) const {
    const Size inner = trials_.compiled().inner_of[at(node)];
    if (inner < 0) return true;
    const CompiledCriterion& criterion = trials_.compiled().inner[at(inner)];
    for (std::size_t k = 0; k < criterion.children.size(); ++k) {
      const ScoreRange child = trials_.evaluator().range(criterion.children[k]);
      const bool highest = above == (criterion.weights[k] > 0.0);
      if (criterion.weights[k] != 0.0 && std::isinf(highest ? child.highest : child.lowest)) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] std::string beyond(Size node, double score) const {
    const ScoreRange limits = trials_.evaluator().range(node);
    const bool too_high = score > limits.highest + slack(limits.highest);
    if (too_high && is_limited(node, true)) {
      return fmt::format("{} is above {}, the most that the definition allows", to_string(score),
                         to_string(limits.highest));
    }
    if (score < limits.lowest - slack(limits.lowest) && is_limited(node, false)) {
      return fmt::format("{} is below {}, the least that the definition allows", to_string(score),
                         to_string(limits.lowest));
    }
    const Criterion& criterion = index_.node(node);
    const double* maximum = criterion.maximum.find(trials_.method());
    const bool has_bonus =
        std::any_of(criterion.children.begin(), criterion.children.end(),
                    [](const Criterion& child) { return child.role == Role::bonus; });
    if (maximum == nullptr || has_bonus || criterion.aggregation.scale_to) return {};
    if (score > *maximum + slack(*maximum) && is_limited(node, true)) {
      return fmt::format("{} is above the maximum {}", to_string(score), to_string(*maximum));
    }
    return {};
  }

  // ---- Monotone --------------------------------------------------------------------------------

  /// What is said about a node and a column, in the definition or in the check file.
  [[nodiscard]] Direction direction(Size node, Size column) const {
    const CompiledColumn& of = trials_.compiled().columns[at(column)];
    for (const Demands::Move& move : demands_.moves) {
      if (move.node == node && move.variable == of.variable && !of.previous) return move.direction;
    }
    return directions_[at(column)][at(node)];
  }

  [[nodiscard]] bool has_direction(Size column) const {
    for (Size node = 0; node < index_.size(); ++node) {
      const Direction of = direction(node, column);
      if (of == Direction::rises || of == Direction::falls) return true;
    }
    return false;
  }

  /// Some units with the anchors that they give, which then stay; of these only the first is looked
  /// at, and the others count only where units are compared.
  [[nodiscard]] Experiment held(Draws& draws) const {
    Experiment experiment{.units = draw_units(draws), .anchors = {}};
    experiment.anchors = trials_.fit(experiment.units);
    if (!compares_) experiment.units.resize(1);
    return experiment;
  }

  void monotone() {
    std::vector<Size> columns;
    for (Size c = 0; c < trials_.columns(); ++c) {
      if (has_direction(c)) columns.push_back(c);
    }
    if (columns.empty()) return;
    Size next = 0;
    try_out(
        Property::monotone, trials_,
        [&](Draws& draws) -> std::optional<Experiment> {
          Experiment experiment = held(draws);
          experiment.column = columns[at(next++ % std::ssize(columns))];
          experiment.units[0][at(experiment.column)] = trials_.draw(experiment.column, draws);
          experiment.other = trials_.draw(experiment.column, draws);
          return experiment;
        },
        [&](const Experiment& experiment) { return against_direction(experiment); });
  }

  /// The scores of the first unit with the lower of the two values, and with the higher.
  [[nodiscard]] std::pair<std::vector<double>, std::vector<double>> both(
      const Experiment& experiment) const {
    Experiment other = experiment;
    other.units[0][at(experiment.column)] = experiment.other;
    auto of_first = score(experiment);
    auto of_other = score(other);
    const bool rises = experiment.units[0][at(experiment.column)] < experiment.other;
    if (!rises) std::swap(of_first, of_other);
    return {std::move(of_first), std::move(of_other)};
  }

  [[nodiscard]] std::string step(const Experiment& experiment, double lower, double higher) const {
    const double a = experiment.units[0][at(experiment.column)];
    const auto text = [&](double value) {
      return trials_.is_category(experiment.column)
                 ? fmt::format("'{}'", trials_.compiled()
                                           .variable_of(experiment.column)
                                           .categories[at(static_cast<Size>(value))])
                 : to_string(value);
    };
    return fmt::format("{} -> {} where {} goes {} -> {}", to_string(lower), to_string(higher),
                       trials_.compiled().column_name(experiment.column),
                       text(std::min(a, experiment.other)), text(std::max(a, experiment.other)));
  }

  /// Whether one of the two values counts as missing.
  [[nodiscard]] bool has_declared_zero(const Experiment& experiment) const {
    return trials_.compiled().variable_of(experiment.column).zero_is_missing &&
           (experiment.units[0][at(experiment.column)] == 0.0 || experiment.other == 0.0);
  }

  [[nodiscard]] std::vector<Failing> against_direction(const Experiment& experiment) const {
    if (has_declared_zero(experiment)) return {};
    const auto [lower, higher] = both(experiment);
    const std::size_t units = experiment.units.size();
    std::vector<Failing> failing;
    for (Size node = 0; node < index_.size(); ++node) {
      const double from = lower[at(node) * units];
      const double to = higher[at(node) * units];
      const Direction of = direction(node, experiment.column);
      const bool falls = to < from - slack(from);
      const bool rises = to > from + slack(from);
      if ((of == Direction::rises && falls) || (of == Direction::falls && rises)) {
        failing.push_back({node, fmt::format("the score {}: {}", falls ? "falls" : "rises",
                                             step(experiment, from, to))});
      }
    }
    return failing;
  }

  // ---- Continuous ------------------------------------------------------------------------------

  void continuous() {
    if (!demands_.has_continuous()) return;
    PropertyRun& run = run_of(Property::continuous);
    Draws draws = draws_for(Property::continuous);
    const Look look = [&](const Experiment& experiment) { return jumps(experiment); };
    // Each looks along all variables.
    const Size tries = std::max<Size>(1, options_.tries / 20);
    for (Size t = 0; t < tries; ++t) {
      for (Size c = 0; c < trials_.columns(); ++c) {
        if (trials_.is_category(c) || !is_above_continuous(c)) continue;
        try {
          look_along(held(draws), c, draws, look, run);
        } catch (const DataError&) {
          ++run.refused;
        }
      }
    }
  }

  /// Whether a column has to do with a node that is to be continuous.
  [[nodiscard]] bool is_above_continuous(Size column) const {
    for (Size node = 0; node < index_.size(); ++node) {
      if (demands_.continuous[at(node)] != 0 &&
          directions_[at(column)][at(node)] != Direction::none) {
        return true;
      }
    }
    return false;
  }

  /// Looks for a jump between neighbouring points.
  void look_along(Experiment experiment, Size column, Draws& draws, const Look& look,
                  PropertyRun& run) {
    experiment.column = column;
    experiment.exact = true;
    std::vector<double> points(trials_.special(column).begin(), trials_.special(column).end());
    constexpr int more = 6;
    for (int k = 0; k < more; ++k) points.push_back(trials_.draw(column, draws));
    std::sort(points.begin(), points.end());
    points.erase(std::unique(points.begin(), points.end()), points.end());
    ++run.inputs;
    for (std::size_t k = 1; k < points.size(); ++k) {
      experiment.units[0][at(column)] = points[k - 1];
      experiment.other = points[k];
      for (const Failing& each : lowest(index_, differing(experiment))) {
        const auto found = closest_jump(experiment, each.node);
        if (found) record(run, trials_, *found, each.node, look);
      }
    }
  }

  /// Halves the way between two values as long as the scores differ, down to neighbouring doubles.
  [[nodiscard]] std::optional<Experiment> closest_jump(Experiment experiment, Size node) const {
    const Size column = experiment.column;
    const std::size_t units = experiment.units.size();
    const auto score_at = [&](double value) {
      experiment.units[0][at(column)] = value;
      return score(experiment)[at(node) * units];
    };
    std::int64_t first = ordinal(experiment.units[0][at(column)]);
    std::int64_t last = ordinal(experiment.other);
    double from = score_at(from_ordinal(first));
    double to = score_at(from_ordinal(last));
    while (first + 1 < last) {
      const std::int64_t middle = first / 2 + last / 2 + (first % 2 + last % 2) / 2;
      const double between = score_at(from_ordinal(middle));
      if (std::isnan(between)) return {};
      const bool left = std::abs(between - from) >= std::abs(to - between);
      (left ? last : first) = middle;
      (left ? to : from) = between;
      if (std::abs(to - from) <= slack(from)) return {};
    }
    experiment.units[0][at(column)] = from_ordinal(first);
    experiment.other = from_ordinal(last);
    return experiment;
  }

  [[nodiscard]] std::vector<Failing> differing(const Experiment& experiment) const {
    if (has_declared_zero(experiment)) return {};
    const auto [lower, higher] = both(experiment);
    const std::size_t units = experiment.units.size();
    std::vector<Failing> failing;
    for (Size node = 0; node < index_.size(); ++node) {
      if (demands_.continuous[at(node)] == 0) continue;
      const double from = lower[at(node) * units];
      const double to = higher[at(node) * units];
      if (std::isnan(from) || std::isnan(to) || agree(from, to)) continue;
      failing.push_back({node, "the score jumps: " + step(experiment, from, to)});
    }
    return failing;
  }

  /// Of two neighbouring doubles.
  [[nodiscard]] std::vector<Failing> jumps(const Experiment& experiment) const {
    const double a = experiment.units[0][at(experiment.column)];
    if (next_up(std::min(a, experiment.other)) != std::max(a, experiment.other)) return {};
    return differing(experiment);
  }

  // ---- Missing ---------------------------------------------------------------------------------

  void missing() {
    try_out(
        Property::missing, trials_,
        [&](Draws& draws) {
          return Experiment{.units = trials_.draw(3, 0.3, draws), .anchors = {}};
        },
        [&](const Experiment& experiment) { return wrongly_filled(experiment); });
  }

  [[nodiscard]] std::vector<Failing> wrongly_filled(const Experiment& experiment) const {
    const auto scores = score(experiment);
    const std::size_t units = experiment.units.size();
    std::vector<Failing> failing;
    for (const CompiledLeaf& leaf : trials_.compiled().leaves) {
      if (leaf.measure.formula) continue;  // It says itself what becomes of a missing value.
      for (std::size_t u = 0; u < units; ++u) {
        const bool gap = lacks_value(leaf.measure, experiment.units[u]);
        const double own = scores[at(leaf.node) * units + u];
        if (!gap || std::isnan(own)) continue;
        failing.push_back({leaf.node, fmt::format("{} without a value", to_string(own))});
        break;
      }
    }
    for (const CompiledCriterion& inner : trials_.compiled().inner) {
      for (std::size_t u = 0; u < units; ++u) {
        const std::string message = against_policy(inner, scores, units, u);
        if (message.empty()) continue;
        failing.push_back({inner.node, message});
        break;
      }
    }
    return failing;
  }

  static bool lacks_value(const CompiledMeasure& measure, const std::vector<double>& values) {
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      for (const auto& term : *terms) {
        if (std::isnan(values[at(term.variable)])) return true;
      }
    }
    return false;
  }

  [[nodiscard]] static std::string against_policy(const CompiledCriterion& inner,
                                                  const std::vector<double>& scores,
                                                  std::size_t units, std::size_t u) {
    const double own = scores[at(inner.node) * units + u];
    if (std::isnan(own)) return {};
    bool gap = false;
    double lowest = std::numeric_limits<double>::infinity();
    double plain = 0.0;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      if (inner.weights[k] == 0.0) continue;
      const double child = scores[at(inner.children[k]) * units + u];
      gap = gap || std::isnan(child);
      if (std::isnan(child)) continue;
      lowest = std::min(lowest, child);
      plain += inner.weights[k] * child;
    }
    if (!gap) return {};
    const Aggregation& how = inner.aggregation;
    switch (inner.missing) {
      case MissingPolicy::error:
      case MissingPolicy::no_score:
        return fmt::format("{} although a child is missing", to_string(own));
      case MissingPolicy::renormalise: {
        using Method = Aggregation::Method;
        const bool between = how.method != Method::copeland &&
                             how.method != Method::mazziotta_pareto &&
                             how.method != Method::adjusted_mazziotta_pareto && how.times > 0.0;
        const double least = lowest * how.times;
        if (!between || own >= least - slack(least)) return {};
        return fmt::format("{}, less than {} of the lowest child that is there", to_string(own),
                           to_string(least));
      }
      case MissingPolicy::reduce_maximum: {
        const bool scaled_up = !how.scale_to && how.times > 0.0 && lowest >= 0.0 &&
                               std::all_of(inner.roles.begin(), inner.roles.end(),
                                           [](Role role) { return role == Role::part; });
        const double least = plain * how.times;
        if (!scaled_up || own >= least - slack(least)) return {};
        return fmt::format("{}, less than the {} of the children that are there", to_string(own),
                           to_string(least));
      }
    }
    return {};
  }

  // ---- Units -----------------------------------------------------------------------------------

  void unit_order() {
    try_out(
        Property::unit_order, trials_,
        [&](Draws& draws) { return Experiment{.units = draw_units(draws), .anchors = {}}; },
        [&](const Experiment& experiment) {
          Experiment reversed = experiment;
          std::reverse(reversed.units.begin(), reversed.units.end());
          const auto one = score(experiment);
          auto other = score(reversed);
          const auto units = static_cast<std::ptrdiff_t>(experiment.units.size());
          for (auto column = other.begin(); column != other.end(); column += units) {
            std::reverse(column, column + units);
          }
          return different(one, other, experiment.units.size(), "in the other order of the units");
        });
  }

  [[nodiscard]] std::vector<Failing> different(const std::vector<double>& one,
                                               const std::vector<double>& other, std::size_t units,
                                               std::string_view when) const {
    std::vector<Failing> failing;
    for (Size node = 0; node < std::ssize(one) / static_cast<Size>(units); ++node) {
      for (std::size_t u = 0; u < units; ++u) {
        const double a = one[at(node) * units + u];
        const double b = other[at(node) * units + u];
        if (agree(a, b)) continue;
        failing.push_back(
            {node, fmt::format("{} becomes {} {}", to_string(a), to_string(b), when)});
        break;
      }
    }
    return failing;
  }

  void equal_units() {
    try_out(
        Property::equal_units, trials_,
        [&](Draws& draws) { return Experiment{.units = draw_units(draws), .anchors = {}}; },
        [&](const Experiment& experiment) {
          Experiment more = experiment;
          more.units.push_back(experiment.units[0]);
          const auto scores = score(more);
          const std::size_t units = more.units.size();
          std::vector<Failing> failing;
          for (Size node = 0; node < index_.size(); ++node) {
            const double a = scores[at(node) * units];
            const double b = scores[at(node) * units + units - 1];
            // Ranks are of the exact scores.
            if (a == b || (std::isnan(a) && std::isnan(b))) continue;
            failing.push_back({node, fmt::format("{} and {} of two units with equal values",
                                                 to_string(a), to_string(b))});
          }
          return failing;
        });
  }

  // ---- Units of measurement --------------------------------------------------------------------

  /// Whether data alone fix what the method needs.
  static bool is_fitted(const Normaliser& rule) {
    using Method = Normaliser::Method;
    const auto of_data = [](const Anchor& anchor) {
      return anchor.source != Anchor::Source::fixed && !anchor.reached;
    };
    switch (rule.method) {
      case Method::min_max:
        return of_data(rule.low) && of_data(rule.high);
      case Method::z_score:
      case Method::distance_to_maximum:
      case Method::distance_to_reference:
      case Method::fraction_of_maximum:
      case Method::rank:
      case Method::borda:
      case Method::percentile_rank:
        return true;
      case Method::goalposts:
      case Method::scaled:
      case Method::distance_to_target:
      case Method::adjusted_goalposts:
        return false;
    }
    return false;
  }

  void measurement() {
    for (const CompiledLeaf& leaf : trials_.compiled().leaves) {
      const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
      if (how == nullptr || !leaf.measure.is_variable() || !is_fitted(*how->normaliser)) continue;
      measurement(leaf, *how->normaliser);
    }
  }

  /// The leaf alone, its variable without a range, which would be in the old unit.
  void measurement(const CompiledLeaf& leaf, const Normaliser& rule) {
    IndexDefinition definition = index_.definition();
    Criterion alone = index_.node(leaf.node);
    alone.weight = {};
    alone.role = Role::part;
    alone.rule = Dated<Rule>(Rule(rule));
    alone.maximum = {};
    alone.cap.reset();
    alone.not_applicable = NotApplicable::missing;
    definition.tree = std::move(alone);
    definition.parameters.clear();
    for (Variable& variable : definition.variables) {
      variable.range = {};
      variable.zero_is_missing = false;
    }
    const Trials trials(Index(std::move(definition)), trials_.method());
    const bool shifts = rule.method != Normaliser::Method::fraction_of_maximum;
    PropertyRun of_leaf;
    of_leaf.property = Property::measurement;
    const Look look = [&](const Experiment& experiment) {
      std::vector<Failing> failing;
      const auto scores = trials.score(experiment.units, trials.fit(experiment.units));
      for (const auto& [factor, offset] : {std::pair(1000.0, 0.0), {1.8, 32.0}}) {
        if (offset != 0.0 && !shifts) continue;
        TrialUnits changed = experiment.units;
        for (auto& unit : changed) unit[0] = factor * unit[0] + offset;
        const auto others = trials.score(changed, trials.fit(changed));
        failing = different(scores, others, experiment.units.size(),
                            fmt::format("with the variable times {} plus {}", to_string(factor),
                                        to_string(offset)));
        if (!failing.empty()) break;
      }
      return failing;
    };
    Draws draws = draws_for(Property::measurement);
    PropertyRun& run = run_of(Property::measurement);
    for (Size t = 0; t < std::max<Size>(1, options_.tries / 10); ++t) {
      Experiment experiment{.units = trials.draw(2 + draws.position(4), 0.0, draws), .anchors = {}};
      // Of numbers that hardly differ another unit could make equal ones.
      for (auto& unit : experiment.units) unit[0] = std::nearbyint(unit[0] * 1e3) / 1e3;
      try {
        const bool failing = !look(experiment).empty();
        ++run.inputs;
        if (failing && of_leaf.failures.empty()) {
          record(of_leaf, trials, experiment, Index::root(), look);
        }
      } catch (const DataError&) {
        ++run.refused;
      }
    }
    for (PropertyFailure& failure : of_leaf.failures) {
      failure.node = leaf.node;
      run.failures.push_back(std::move(failure));
    }
  }

  // ---- Weights ---------------------------------------------------------------------------------

  static bool multiply(Criterion& node) {
    bool any = false;
    for (Criterion& child : node.children) any = multiply(child) || any;
    if (node.aggregation.weights != Aggregation::Weights::relative) return any;
    for (Criterion& child : node.children) {
      auto entries = child.weight.entries();
      for (auto& entry : entries) entry.value *= 3.0;
      any = any || !entries.empty();
      child.weight = Dated<double>(std::move(entries));
    }
    return any;
  }

  void relative_weights() {
    IndexDefinition definition = index_.definition();
    if (!multiply(definition.tree)) return;
    const Trials multiplied(Index(std::move(definition)), trials_.method());
    try_out(
        Property::relative_weights, trials_,
        [&](Draws& draws) { return Experiment{.units = draw_units(draws), .anchors = {}}; },
        [&](const Experiment& experiment) {
          return different(score(experiment),
                           multiplied.score(experiment.units, multiplied.fit(experiment.units)),
                           experiment.units.size(), "with all relative weights times 3");
        });
  }

  const Index& index_;
  const Demands& demands_;
  Trials trials_;
  const PropertyOptions& options_;
  std::vector<PropertyRun>& runs_;
  bool compares_;  ///< Whether the score of a unit depends on others even with anchors held.
  std::vector<std::vector<Direction>> directions_;  ///< By column and node.
};

constexpr std::size_t property_count = 8;

}  // namespace

std::vector<PropertyRun> try_properties(const Index& index, const PropertyCheck& demanded,
                                        const PropertyOptions& options) {
  const Demands demands = look_up(index, demanded);
  std::vector<PropertyRun> runs(property_count);
  for (std::size_t p = 0; p < runs.size(); ++p) runs[p].property = static_cast<Property>(p);
  const auto days = method_days(index);
  PropertyOptions each = options;
  each.tries = std::max<Size>(1, demanded.tries.value_or(options.tries) / std::ssize(days));
  for (const auto& day : days) {
    each.seed += 1;
    Tester(index, demands, day, each, runs).run();
  }
  for (PropertyRun& run : runs) {
    std::stable_sort(run.failures.begin(), run.failures.end(),
                     [](const auto& a, const auto& b) { return a.node < b.node; });
    // The same node at several times is one failure.
    const auto end = std::unique(run.failures.begin(), run.failures.end(),
                                 [](const auto& a, const auto& b) { return a.node == b.node; });
    run.failures.erase(end, run.failures.end());
  }
  return runs;
}

CheckItem check_properties(const Index& index, const PropertyCheck& demanded,
                           const PropertyOptions& options) {
  CheckItem item;
  item.kind = CheckKind::property;
  item.name = "properties";
  item.location = demanded.location;
  Size inputs = 0;
  for (const PropertyRun& run : try_properties(index, demanded, options)) {
    inputs += run.inputs;
    for (const PropertyFailure& failure : run.failures) {
      const Criterion& node = index.node(failure.node);
      item.add({Severity::error, fmt::format("property-{}", name(run.property)), node.code,
                Problem{node.location, node.code, failure.message, {}}, failure.example});
    }
    if (run.inputs == 0 && run.refused > 0) {
      item.add({Severity::warning,
                fmt::format("property-{}", name(run.property)),
                {},
                Problem{demanded.location, std::string(name(run.property)),
                        fmt::format("scoring refused all {} inputs that were tried", run.refused),
                        "give the variables the ranges that their values have"},
                {}});
    }
  }
  item.add({Severity::note,
            "properties",
            {},
            Problem{demanded.location, "properties", fmt::format("{} inputs tried", inputs), {}},
            {}});
  return item;
}

std::string_view name(Property property) noexcept {
  switch (property) {
    case Property::range:
      return "range";
    case Property::monotone:
      return "monotone";
    case Property::continuous:
      return "continuous";
    case Property::missing:
      return "missing";
    case Property::unit_order:
      return "unit-order";
    case Property::equal_units:
      return "equal-units";
    case Property::measurement:
      return "measurement";
    case Property::relative_weights:
      return "relative-weights";
  }
  return {};
}

}  // namespace chiso
