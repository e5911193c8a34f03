#include "chiso/evaluate/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "evaluate/input.hpp"
#include "evaluate/state.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

std::size_t at(Size i) { return static_cast<std::size_t>(i); }

/// The children of one node as they took part for one unit.
struct Parts {
  std::vector<double> scores;
  std::vector<double> weights;  ///< As used: renormalised; 0 for a child that took no part.
  std::vector<char> excluded;
  std::vector<double> scale;  ///< Of a sum: from the points of each child to the score.
};

double squared(double x) { return x * x; }

/// Equal parts for the children whose score is the result; for a median between two, a half each.
std::vector<double> selected(const Parts& parts, double result) {
  std::vector<double> part(parts.scores.size(), 0.0);
  const auto share_among = [&](double score, double total) {
    double count = 0.0;
    for (std::size_t k = 0; k < part.size(); ++k) {
      count += parts.weights[k] != 0.0 && parts.scores[k] == score ? 1.0 : 0.0;
    }
    for (std::size_t k = 0; k < part.size(); ++k) {
      if (parts.weights[k] != 0.0 && parts.scores[k] == score) part[k] += total / count;
    }
    return count > 0.0;
  };
  if (share_among(result, 1.0)) return part;
  double below = -std::numeric_limits<double>::infinity();
  double above = -below;
  for (std::size_t k = 0; k < part.size(); ++k) {
    if (parts.weights[k] == 0.0) continue;
    if (parts.scores[k] < result) below = std::max(below, parts.scores[k]);
    if (parts.scores[k] > result) above = std::min(above, parts.scores[k]);
  }
  share_among(below, 0.5);
  share_among(above, 0.5);
  return part;
}

/// How fast the aggregate (before its factor) changes with each child.
std::vector<double> slopes(const Aggregation& how, const Parts& parts, double aggregate) {
  const auto& x = parts.scores;
  const auto& w = parts.weights;
  std::vector<double> slope(x.size(), 0.0);
  const auto each = [&](auto&& of) {
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (w[k] != 0.0) slope[k] = of(k);
    }
  };
  switch (how.method) {
    case Method::sum:
      each([&](std::size_t k) { return w[k] * parts.scale[k]; });
      break;
    case Method::arithmetic_mean:
      each([&](std::size_t k) { return w[k]; });
      break;
    case Method::geometric_mean:
      each([&](std::size_t k) { return aggregate == 0.0 ? 0.0 : w[k] * aggregate / x[k]; });
      break;
    case Method::harmonic_mean:
      each([&](std::size_t k) { return w[k] * squared(aggregate / x[k]); });
      break;
    case Method::power_mean:
      each([&](std::size_t k) {
        // Below p = 1 the change is without bound at 0; what a zero brings is 0.
        const bool nothing = aggregate == 0.0 || (x[k] == 0.0 && how.power < 1.0);
        return nothing ? 0.0 : w[k] * std::pow(x[k] / aggregate, how.power - 1.0);
      });
      break;
    case Method::median:
    case Method::minimum:
    case Method::maximum:
      slope = selected(parts, aggregate);
      break;
    case Method::mazziotta_pareto:
    case Method::adjusted_mazziotta_pareto: {
      double mean = 0.0;
      each([&](std::size_t k) {
        mean += w[k] * x[k];
        return 0.0;
      });
      double variance = 0.0;
      each([&](std::size_t k) {
        variance += w[k] * squared(x[k] - mean);
        return 0.0;
      });
      const double sign = how.upward_penalty ? 1.0 : -1.0;
      each([&](std::size_t k) {
        return w[k] + sign * (2.0 * w[k] * (x[k] - mean) / mean - w[k] * variance / squared(mean));
      });
      break;
    }
    case Method::copeland:
      each([&](std::size_t) { return missing_value; });
      break;
  }
  return slope;
}

class Explainer {
 public:
  Explainer(const Scores& scores, Size unit)
      : scores_(scores),
        compiled_(scores.evaluator().compiled()),
        unit_(unit),
        input_(input_of(compiled_, scores.panel(), scores.panel().period_position(scores.period()),
                        scores.panel_positions())),
        excluded_(excluded_units(compiled_, input_)) {}

  std::vector<ExplainedNode> explain() {
    const Index& index = compiled_.index;
    std::vector<ExplainedNode> nodes(at(index.size()));
    for (Size i = 0; i < index.size(); ++i) {
      ExplainedNode& node = nodes[at(i)];
      node.node = i;
      node.score = score(i);
      node.lowest = compiled_.range[at(i)].lowest;
      node.highest = highest(i);
      const bool costs = is_cost(i);
      const double best = costs ? node.lowest : node.highest;
      node.lost =
          std::isfinite(best) ? (costs ? node.score - best : best - node.score) : missing_value;
      node.rank = rank(i);
      node.at_stake = at_stake(i, best);
      if (index.is_leaf(i)) {
        node.measure = measure_text(compiled_.leaves[at(compiled_.leaf_of[at(i)])]);
      }
      node.rule = rule_text(i);
    }
    add_contributions(nodes);
    add_remarks(nodes);
    return nodes;
  }

 private:
  double score(Size node) const { return scores_.column(node)[at(unit_)]; }

  /// One more than the units that are better: no need to rank all of them.
  double rank(Size node) const {
    const double own = score(node);
    if (std::isnan(own)) return missing_value;
    const auto column = scores_.column(node);
    return 1.0 + static_cast<double>(std::count_if(column.begin(), column.end(),
                                                   [own](double other) { return other > own; }));
  }

  double highest(Size node) const {
    const double maximum = compiled_.maximum[at(node)];
    return std::isnan(maximum) ? compiled_.range[at(node)].highest : maximum;
  }

  /// Whether more of a node is less of the composite: a penalty, or a part of one.
  bool is_cost(Size node) const {
    bool costs = false;
    for (; node >= 0; node = compiled_.index.parent(node)) {
      costs = costs != (compiled_.index.node(node).role == Role::penalty);
    }
    return costs;
  }

  bool is_excluded(Size node) const {
    return !excluded_.empty() &&
           std::binary_search(excluded_[at(node)].begin(), excluded_[at(node)].end(), unit_);
  }

  /// @param replaced a child whose score is taken as `by`; -1: none
  double aggregate_here(const CompiledCriterion& inner, Size replaced, double by) const {
    std::vector<double> values;
    std::vector<const double*> columns;
    std::vector<char> mask;
    for (const Size child : inner.children) {
      values.push_back(child == replaced ? by : score(child));
      mask.push_back(is_excluded(child) ? char{1} : char{0});
    }
    for (const double& value : values) columns.push_back(&value);
    double result = missing_value;
    aggregate(inner, columns, mask, 1, &result);
    return result;
  }

  double at_stake(Size node, double best) const {
    if (!std::isfinite(best) || is_excluded(node)) return missing_value;
    double value = best;
    for (Size child = node, parent = compiled_.index.parent(node); parent >= 0;
         child = parent, parent = compiled_.index.parent(parent)) {
      const CompiledCriterion& inner = compiled_.inner[at(compiled_.inner_of[at(parent)])];
      if (inner.aggregation.method == Method::copeland || is_excluded(child)) return missing_value;
      value = aggregate_here(inner, child, value);
      if (value > compiled_.cap[at(parent)])
        value = compiled_.cap[at(parent)];  // No score stays none.
    }
    return value - score(Index::root());
  }

  Parts parts_of(const CompiledCriterion& inner) const {
    Parts parts;
    double present = 0.0;
    std::vector<char> left_out;
    const bool forgives = inner.missing == MissingPolicy::reduce_maximum;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const double value = score(inner.children[k]);
      const bool excluded = is_excluded(inner.children[k]);
      const bool takes_part = !excluded && !std::isnan(value);
      parts.scores.push_back(value);
      parts.excluded.push_back(excluded ? char{1} : char{0});
      parts.weights.push_back(takes_part ? inner.weights[k] : 0.0);
      left_out.push_back(excluded || (forgives && std::isnan(value)) ? char{1} : char{0});
      present += parts.weights.back();
    }
    if (inner.aggregation.method == Method::sum) {
      const double all =
          inner.aggregation.scale_to ? *inner.aggregation.scale_to / inner.full : 1.0;
      const double of_parts = part_factor(inner, left_out);
      for (const Role role : inner.roles) {
        parts.scale.push_back(role == Role::part ? of_parts * all : all);
      }
    } else {
      for (double& weight : parts.weights) weight /= present;
    }
    return parts;
  }

  void add_contributions(std::vector<ExplainedNode>& nodes) const {
    std::vector<double> slope(nodes.size(), 0.0);
    slope[0] = 1.0;
    nodes[0].weight = 1.0;
    // Children before parents backwards: parents first.
    for (auto inner = compiled_.inner.rbegin(); inner != compiled_.inner.rend(); ++inner) {
      const Parts parts = parts_of(*inner);
      const double value = score(inner->node);
      CompiledCriterion plain = *inner;
      plain.aggregation.times = 1.0;  // Times and divided by it is not the same bits.
      const double before = aggregate_here(plain, -1, 0.0);
      const double factor = inner->aggregation.times;
      const double uncapped = before * factor;
      // Where a cap cuts, every part is cut in proportion.
      const double cut = value != uncapped && uncapped != 0.0 ? value / uncapped : 1.0;
      const auto own = slopes(inner->aggregation, parts, before);
      for (std::size_t k = 0; k < inner->children.size(); ++k) {
        const Size child = inner->children[k];
        const bool takes_part = parts.weights[k] != 0.0 && !std::isnan(value);
        slope[at(child)] = takes_part ? slope[at(inner->node)] * own[k] * factor * cut : 0.0;
        nodes[at(child)].weight =
            parts.excluded[k] || std::isnan(parts.scores[k]) ? missing_value : parts.weights[k];
      }
    }
    for (ExplainedNode& node : nodes) {
      const double part = slope[at(node.node)];
      node.contribution = std::isnan(score(Index::root())) ? missing_value
                          : std::isnan(node.score)         ? 0.0
                                                           : part * node.score;
    }
  }

  void add_remarks(std::vector<ExplainedNode>& nodes) const {
    for (const Treatment& treatment : scores_.treatments()) {
      if (treatment.unit != unit_) continue;
      std::string& remarks = nodes[at(treatment.node)].remarks;
      if (!remarks.empty()) remarks += "; ";
      remarks += name(treatment.kind);
      if (treatment.kind == Treatment::Kind::renormalised ||
          treatment.kind == Treatment::Kind::reduced_maximum) {
        remarks += fmt::format(" ({:.3g} % remained)", 100.0 * treatment.amount);
      }
      if (!treatment.detail.empty()) remarks += ": " + treatment.detail;
    }
  }

  // ---- Words -----------------------------------------------------------------------------------

  std::string raw_text(Size variable) const {
    const InputColumn& column = input_.columns[at(variable)];
    const double raw = column.data[unit_ * column.stride];
    if (std::isnan(raw)) return "missing";
    const Variable& of = compiled_.index.variables()[at(variable)];
    if (!of.is_category()) return to_string(raw);
    const double position =
        column.recode.empty() ? raw : column.recode[static_cast<std::size_t>(raw)];
    return position >= 0.0 && position < static_cast<double>(of.categories.size())
               ? of.categories[static_cast<std::size_t>(position)]
               : to_string(position);
  }

  std::string terms_text(const std::vector<CompiledMeasure::Term>& terms) const {
    std::vector<std::string> parts;
    for (const auto& term : terms) {
      const std::string value = fmt::format(
          "{} = {}", compiled_.index.variables()[at(term.variable)].code, raw_text(term.variable));
      parts.push_back(term.coefficient == 1.0
                          ? value
                          : fmt::format("{} x ({})", to_string(term.coefficient), value));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  std::string measure_text(const CompiledLeaf& leaf) const {
    const CompiledMeasure& measure = leaf.measure;
    if (measure.is_variable()) return terms_text(measure.terms);
    std::vector<double> scratch;
    const double value = input_.measure(measure, scratch)[at(unit_)];
    const std::string result = std::isnan(value) ? "missing" : to_string(value);
    std::string of = terms_text(measure.terms);
    switch (measure.kind) {
      case Measure::Kind::sum:
        return fmt::format("sum of {}: {}", of, result);
      case Measure::Kind::mean:
        return fmt::format("mean of {}: {}", of, result);
      case Measure::Kind::ratio:
        return fmt::format("{} over {}: {}", of, terms_text(measure.denominator), result);
      case Measure::Kind::all_of:
        return fmt::format("all of {}", of);
      case Measure::Kind::any_of:
        return fmt::format("any of {}", of);
      case Measure::Kind::variable:
        break;
    }
    return of;
  }

  std::string rule_text(Size i) const {
    const Criterion& node = compiled_.index.node(i);
    if (!compiled_.index.is_leaf(i)) {
      std::string words(name(node.aggregation.method));
      std::replace(words.begin(), words.end(), '_', ' ');
      if (node.aggregation.method == Method::power_mean) {
        words += " of order " + to_string(node.aggregation.power);
      }
      return words;
    }
    const Rule* rule = node.rule.find(scores_.method());
    if (rule == nullptr) return {};
    std::string text = describe(*rule);
    const CompiledLeaf& leaf = compiled_.leaves[at(compiled_.leaf_of[at(i)])];
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how != nullptr && how->anchor >= 0) {
      const FittedAnchor& anchor = scores_.anchors()[at(how->anchor)];
      if (!std::isnan(anchor.low)) text += fmt::format(", from {:.6g}", anchor.low);
      if (!std::isnan(anchor.high)) text += fmt::format(", to {:.6g}", anchor.high);
    }
    if (node.polarity == Polarity::negative) text += ", less is better";
    return text;
  }

  const Scores& scores_;
  const Compiled& compiled_;
  Size unit_;
  Input input_;
  std::vector<std::vector<Size>> excluded_;
};

}  // namespace

std::vector<ExplainedNode> explain(const Scores& scores, std::string_view unit) {
  return Explainer(scores, scores.units().at(unit)).explain();
}

}  // namespace chiso
