#include "optimize/survey.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "base/at.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

constexpr double infinity = std::numeric_limits<double>::infinity();

bool is_balanced(const CompiledCriterion& inner) {
  return inner.aggregation.method == Method::mazziotta_pareto ||
         inner.aggregation.method == Method::adjusted_mazziotta_pareto;
}

/// Whether it goes with the children that have a score; otherwise one that has none leaves it
/// without.
bool skips_missing(const CompiledCriterion& inner) {
  return inner.missing == MissingPolicy::renormalise ||
         inner.missing == MissingPolicy::reduce_maximum;
}

/// Whether weights count: a child of weight 0 is then not there.
bool weighs(const CompiledCriterion& inner) {
  return inner.aggregation.method != Method::minimum && inner.aggregation.method != Method::maximum;
}

/// Whether there is an aggregate of scores that are all at least `lowest`.
bool is_defined(const CompiledCriterion& inner, double lowest) {
  const double power = inner.aggregation.power;
  switch (inner.aggregation.method) {
    case Method::geometric_mean:
      return lowest >= 0.0;
    case Method::harmonic_mean:
    case Method::mazziotta_pareto:
    case Method::adjusted_mazziotta_pareto:
      return lowest > 0.0;
    case Method::power_mean:
      if (power < 0.0) return lowest > 0.0;
      return lowest >= 0.0 || (power > 0.0 && power == std::floor(power));
    case Method::copeland:
      return false;
    default:
      return true;
  }
}

Moves moves_of(const NodeSurvey& node, Size action) {
  const auto found = std::lower_bound(node.actions.begin(), node.actions.end(), action);
  if (found == node.actions.end() || *found != action) return {};
  return node.moves[static_cast<std::size_t>(found - node.actions.begin())];
}

}  // namespace

Survey::Survey(const ActionEffects& effects, Size situation, const std::vector<Fate>& fates)
    : effects_(effects),
      situation_(situation),
      compiled_(effects.situations()[at(situation)].base.evaluator().compiled()),
      unit_(effects.situations()[at(situation)].base,
            effects.situations()[at(situation)].base.units().at(effects.unit())),
      nodes_(at(compiled_.index.size())) {
  for (const Fate fate : fates) chosen_.push_back(fate == Fate::in);
  start_ = effects.scores(situation, chosen_);
  for (const ActionEffects::Found& effect : effects.effects()) {
    if (effect.situation != situation) continue;
    NodeSurvey& leaf = nodes_[at(effect.node)];
    const Fate fate = fates[at(effect.action)];
    if (fate == Fate::open) leaf.actions.push_back(effect.action);
    // A cell that does not apply does so when something is done about it.
    if (fate != Fate::out && unit_.is_excluded(effect.node)) leaf.joins = true;
  }
  for (NodeSurvey& each : nodes_) {
    std::sort(each.actions.begin(), each.actions.end());
    each.actions.erase(std::unique(each.actions.begin(), each.actions.end()), each.actions.end());
  }
  for (const Size leaf : compiled_.index.leaves()) look_at_leaf(leaf, fates);
  for (const CompiledCriterion& inner : compiled_.inner) look_at_inner(inner);
}

const NodeSurvey& Survey::node(Size i) const { return nodes_[at(i)]; }

const LeafShape* Survey::shape(Size node) const {
  const auto found = std::find_if(shapes_.begin(), shapes_.end(),
                                  [node](const LeafShape& each) { return each.node == node; });
  return found == shapes_.end() ? nullptr : &*found;
}

void Survey::look_at_leaf(Size node, const std::vector<Fate>& fates) {
  NodeSurvey& found = nodes_[at(node)];
  found.lowest = found.highest = start_[at(node)];
  found.possible = found.certain = !std::isnan(start_[at(node)]);
  if (!found.touched()) return;
  if (found.actions.size() <= most_tabled) {
    tabulate(node);
    return;
  }
  shapes_.push_back(leaf_shape(effects_, situation_, node, fates));
  const LeafShape& shape = shapes_.back();
  found.lowest = shape.lowest;
  found.highest = shape.highest;
  found.possible = true;
  found.certain = shape.known;
  for (const Size action : found.actions) found.moves.push_back(shape.moves_of(action));
}

void Survey::look_at_inner(const CompiledCriterion& inner) {
  NodeSurvey& found = nodes_[at(inner.node)];
  for (const Size child : inner.children) {
    const auto& actions = nodes_[at(child)].actions;
    std::vector<Size> all;
    std::set_union(found.actions.begin(), found.actions.end(), actions.begin(), actions.end(),
                   std::back_inserter(all));
    found.actions = std::move(all);
    if (nodes_[at(child)].joins) found.joins = unit_.is_excluded(inner.node);
  }
  if (unit_.is_given(inner.node)) found.actions.clear();
  const double start = start_[at(inner.node)];
  found.lowest = found.highest = start;
  found.possible = found.certain = !std::isnan(start);
  if (!found.touched()) return;

  found.possible = true;
  found.steady = keeps_parts(inner);
  find_bounds(inner);
  find_moves(inner);
  const bool linear = inner.aggregation.method == Method::sum ||
                      inner.aggregation.method == Method::arithmetic_mean;
  const bool plain = linear && found.steady && !found.capped;
  if (!plain && found.actions.size() <= most_tabled) tabulate(inner.node);
}

bool Survey::keeps_parts(const CompiledCriterion& inner) const {
  for (std::size_t k = 0; k < inner.children.size(); ++k) {
    if (weighs(inner) && inner.weights[k] == 0.0) continue;
    const NodeSurvey& child = nodes_[at(inner.children[k])];
    if (child.joins) return false;
    if (skips_missing(inner) && !child.certain && child.touched()) return false;
  }
  return true;
}

TakingPart Survey::taking_part(const CompiledCriterion& inner) const {
  TakingPart found;
  std::vector<char> left_out;
  double total = 0.0;
  const bool sum = inner.aggregation.method == Method::sum;
  for (std::size_t k = 0; k < inner.children.size(); ++k) {
    const Size child = inner.children[k];
    const bool missing = skips_missing(inner) && std::isnan(start_[at(child)]);
    const bool out = unit_.is_excluded(child) || missing;
    left_out.push_back(out ? char{1} : char{0});
    if (out || (weighs(inner) && inner.weights[k] == 0.0)) continue;
    found.children.push_back(child);
    found.weights.push_back(inner.weights[k]);
    total += inner.weights[k];
  }
  if (!sum) {
    for (double& weight : found.weights) weight /= total;
    return found;
  }
  const double all = inner.aggregation.scale_to ? *inner.aggregation.scale_to / inner.full : 1.0;
  const double of_parts = part_factor(inner, left_out);
  for (std::size_t k = 0, next = 0; k < inner.children.size() && next < found.children.size();
       ++k) {
    if (inner.children[k] != found.children[next]) continue;
    found.weights[next++] *= inner.roles[k] == Role::part ? of_parts * all : all;
  }
  return found;
}

void Survey::find_bounds(const CompiledCriterion& inner) {
  NodeSurvey& found = nodes_[at(inner.node)];
  const Aggregation& how = inner.aggregation;
  const TakingPart parts = taking_part(inner);
  const bool linear = how.method == Method::sum || how.method == Method::arithmetic_mean;

  found.certain = found.steady;
  double least = infinity;
  double most = -infinity;
  for (const Size child : found.steady ? parts.children : inner.children) {
    const NodeSurvey& part = nodes_[at(child)];
    if (!skips_missing(inner) && !part.possible) found.possible = false;
    if (part.touched() && !part.certain) found.certain = false;
    if (!std::isnan(part.lowest)) least = std::min(least, part.lowest);
    if (!std::isnan(part.highest)) most = std::max(most, part.highest);
  }
  // Which nodes are missing is decided: as at the start.
  found.certain = found.certain && is_defined(inner, least);
  if (found.certain && std::isnan(start_[at(inner.node)])) found.possible = found.certain = false;
  if (!found.steady) found.possible = true;

  double low = -infinity;
  double high = infinity;
  if (linear && found.steady) {
    low = high = 0.0;
    for (std::size_t k = 0; k < parts.children.size(); ++k) {
      const NodeSurvey& part = nodes_[at(parts.children[k])];
      const double a = parts.weights[k] * part.lowest;
      const double b = parts.weights[k] * part.highest;
      low += std::min(a, b);
      high += std::max(a, b);
    }
  } else if (how.method == Method::sum) {
    // The most that leaving out all but the smallest maximum could make of the points.
    double points = 0.0;
    double smallest = infinity;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const NodeSurvey& part = nodes_[at(inner.children[k])];
      if (inner.weights[k] == 0.0 || !part.possible) continue;
      points +=
          std::abs(inner.weights[k]) * std::max(std::abs(part.lowest), std::abs(part.highest));
      if (inner.maxima[k] > 0.0) smallest = std::min(smallest, inner.maxima[k]);
    }
    double factor = std::max(1.0, inner.full / smallest);
    if (how.scale_to) factor *= *how.scale_to / inner.full;
    high = points * std::abs(factor);
    low = -high;
  } else if (is_balanced(inner)) {
    // Between the least and the greatest child the deviation is at most half their distance. Going
    // up: M + S^2 / M <= a + b - a b / M, which is not above b for 0 <= a.
    const double spread = most - least;
    if (least > 0.0) {
      low = how.upward_penalty ? least : least - 0.25 * spread * spread / least;
      high = most;
    } else if (!how.upward_penalty) {
      high = most;
    }
  } else if (how.method == Method::power_mean && how.power > 0.0 && least < 0.0) {
    high = std::max(std::abs(least), std::abs(most));
    low = -high;
  } else {
    low = least;
    high = most;
    if (found.steady) {
      const auto tighten = [&](double NodeSurvey::*end, double& bound) {
        std::vector<double> values;
        std::vector<const double*> columns;
        std::vector<char> mask;
        for (const Size child : inner.children) {
          values.push_back(nodes_[at(child)].*end);
          mask.push_back(unit_.is_excluded(child) ? char{1} : char{0});
        }
        for (const double& value : values) columns.push_back(&value);
        CompiledCriterion plain = inner;
        plain.aggregation.times = 1.0;
        double result = missing_value;
        if (least >= 0.0 || is_defined(inner, least)) {
          aggregate(plain, columns, mask, 1, &result);
        }
        if (!std::isnan(result)) bound = result;
      };
      tighten(&NodeSurvey::lowest, low);
      tighten(&NodeSurvey::highest, high);
    }
  }
  low *= how.times;
  high *= how.times;
  found.lowest = std::min(low, high);
  found.highest = std::max(low, high);
  const double cap = compiled_.cap[at(inner.node)];
  found.capped = found.highest > cap;
  found.lowest = std::min(found.lowest, cap);
  found.highest = std::min(found.highest, cap);
}

void Survey::find_moves(const CompiledCriterion& inner) {
  NodeSurvey& found = nodes_[at(inner.node)];
  found.moves.assign(found.actions.size(), {});
  double least = infinity;
  for (const Size child : inner.children) least = std::min(least, nodes_[at(child)].lowest);
  const bool turns = inner.aggregation.method == Method::power_mean && least < 0.0;
  const bool rises = found.steady && found.certain && !is_balanced(inner) && !turns;
  for (std::size_t a = 0; a < found.actions.size(); ++a) {
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      if (weighs(inner) && inner.weights[k] == 0.0) continue;
      Moves moves = moves_of(nodes_[at(inner.children[k])], found.actions[a]);
      if (!rises && (moves.up || moves.down)) moves = {true, true};
      const bool turned =
          (weighs(inner) && inner.weights[k] < 0.0) != (inner.aggregation.times < 0.0);
      found.moves[a].merge(turned ? moves.turned() : moves);
    }
  }
}

std::vector<double> Survey::table(Size node) const {
  const NodeSurvey& seen = nodes_[at(node)];
  const std::size_t count = seen.actions.size();
  if (count > most_tabled) return {};
  if (!seen.table.empty()) return seen.table;
  std::vector<double> scores(std::size_t{1} << count);
  std::vector<bool> chosen = chosen_;
  const bool leaf = compiled_.index.is_leaf(node);
  UnitTree tree = effects_.tree(situation_);
  for (std::size_t subset = 0; subset < scores.size(); ++subset) {
    for (std::size_t k = 0; k < count; ++k) {
      chosen[at(seen.actions[k])] = ((subset >> k) & 1U) != 0;
    }
    if (leaf) {
      scores[subset] = effects_.indicator(situation_, node, chosen).score;
    } else {
      effects_.apply(situation_, chosen, tree);
      scores[subset] = tree.score(node);
    }
  }
  return scores;
}

void Survey::tabulate(Size node) {
  NodeSurvey& found = nodes_[at(node)];
  const std::size_t count = found.actions.size();
  found.table = table(node);
  found.lowest = infinity;
  found.highest = -infinity;
  found.certain = true;
  for (const double score : found.table) {
    if (std::isnan(score)) {
      found.certain = false;
      continue;
    }
    found.lowest = std::min(found.lowest, score);
    found.highest = std::max(found.highest, score);
  }
  found.possible = found.lowest <= found.highest;
  found.moves.assign(count, {});
  for (std::size_t subset = 0; subset < found.table.size(); ++subset) {
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t with = subset | (std::size_t{1} << k);
      if (with == subset) continue;
      const double before = found.table[subset];
      const double after = found.table[with];
      if (std::isnan(before) && std::isnan(after)) continue;
      found.moves[k].merge({!(after <= before), !(after >= before)});
    }
  }
}

}  // namespace chiso
