#include "chiso/evaluate/explain.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/at.hpp"
#include "base/join.hpp"
#include "evaluate/formula_text.hpp"
#include "evaluate/one_unit.hpp"

namespace chiso {
namespace {

using Method = Aggregation::Method;

class Explainer {
 public:
  Explainer(const Scores& scores, Size unit)
      : scores_(scores), one_(scores, unit), compiled_(one_.compiled()) {}

  std::vector<ExplainedNode> explain() {
    const Index& index = compiled_.index;
    std::vector<ExplainedNode> nodes(at(index.size()));
    for (Size i = 0; i < index.size(); ++i) {
      ExplainedNode& node = nodes[at(i)];
      node.node = i;
      node.score = one_.score(i);
      node.lowest = compiled_.range[at(i)].lowest;
      node.highest = one_.highest(i);
      node.lost = one_.lost(i);
      node.rank = rank(i);
      node.at_stake = at_stake(i);
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
  /// One more than the units that are better: no need to rank all of them.
  double rank(Size node) const {
    const double own = one_.score(node);
    if (std::isnan(own)) return missing_value;
    const auto column = scores_.column(node);
    return 1.0 + static_cast<double>(std::count_if(column.begin(), column.end(),
                                                   [own](double other) { return other > own; }));
  }

  double at_stake(Size node) const {
    double value = one_.best(node);
    if (!std::isfinite(value) || one_.is_excluded(node)) return missing_value;
    for (Size child = node, parent = compiled_.index.parent(node); parent >= 0;
         child = parent, parent = compiled_.index.parent(parent)) {
      const CompiledCriterion& inner = compiled_.inner[at(compiled_.inner_of[at(parent)])];
      if (inner.aggregation.method == Method::copeland || one_.is_excluded(child)) {
        return missing_value;
      }
      value = one_.score_with(inner, child, value);
    }
    return value - one_.score(Index::root());
  }

  void add_contributions(std::vector<ExplainedNode>& nodes) const {
    std::vector<double> slope(nodes.size(), 0.0);
    slope[0] = 1.0;
    nodes[0].weight = 1.0;
    // Children before parents backwards: parents first.
    for (auto inner = compiled_.inner.rbegin(); inner != compiled_.inner.rend(); ++inner) {
      const Parts parts = one_.parts_of(*inner);
      const auto own = one_.slopes(*inner, parts);
      for (std::size_t k = 0; k < inner->children.size(); ++k) {
        const Size child = inner->children[k];
        const bool takes_part = parts.takes_part(k) && !std::isnan(one_.score(inner->node));
        slope[at(child)] = takes_part ? slope[at(inner->node)] * own[k] : 0.0;
        const bool left_out =
            parts.excluded[k] || std::isnan(parts.scores[k]) || one_.is_given(inner->node);
        nodes[at(child)].weight = left_out ? missing_value : parts.weights[k];
      }
    }
    for (ExplainedNode& node : nodes) {
      const double part = slope[at(node.node)];
      node.contribution = std::isnan(one_.score(Index::root())) ? missing_value
                          : std::isnan(node.score)              ? 0.0
                                                                : part * node.score;
    }
  }

  void add_remarks(std::vector<ExplainedNode>& nodes) const {
    for (const Treatment& treatment : scores_.treatments()) {
      if (treatment.unit != one_.unit()) continue;
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

  std::string terms_text(const std::vector<CompiledMeasure::Term>& terms) const {
    std::vector<std::string> parts;
    for (const auto& term : terms) {
      const std::string value =
          fmt::format("{} = {}", compiled_.column_name(term.variable),
                      raw_text(compiled_, one_.input(), term.variable, one_.unit()));
      parts.push_back(term.coefficient == 1.0
                          ? value
                          : fmt::format("{} x ({})", to_string(term.coefficient), value));
    }
    return join(parts, ", ");
  }

  std::string measure_text(const CompiledLeaf& leaf) const {
    const CompiledMeasure& measure = leaf.measure;
    if (measure.is_variable()) return terms_text(measure.terms);
    std::vector<double> scratch;
    const double value = one_.input().measure(measure, scratch)[at(one_.unit())];
    const std::string result = std::isnan(value) ? "missing" : to_string(value);
    if (measure.formula) {
      const std::string text = formula_put_in(compiled_, leaf, one_.input(), one_.unit());
      return text == result ? result : fmt::format("{}: {}", text, result);
    }
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
    if (one_.is_given(i)) return "set directly";
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
  OneUnit one_;
  const Compiled& compiled_;
};

}  // namespace

std::vector<ExplainedNode> explain(const Scores& scores, std::string_view unit) {
  return Explainer(scores, scores.units().at(unit)).explain();
}

}  // namespace chiso
