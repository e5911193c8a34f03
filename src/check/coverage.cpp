#include "chiso/check/coverage.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/at.hpp"
#include "check/coverage_plan.hpp"
#include "check/relaxed.hpp"
#include "evaluate/fit.hpp"
#include "evaluate/given.hpp"
#include "evaluate/input.hpp"
#include "evaluate/state.hpp"

namespace chiso {

namespace {

/// Walks through one result.
class Walk {
 public:
  Walk(const Index& asked, const CoveragePlan& plan, const Scores& scores,
       std::function<void(Size)> touch)
      : asked_(asked),
        plan_(plan),
        scores_(scores),
        touch_(std::move(touch)),
        compiled_(scores.evaluator().compiled()),
        index_(compiled_.index),
        input_(input_of(compiled_, scores.panel(), scores.panel().period_position(scores.period()),
                        scores.panel_positions())),
        maps_(maps_of(compiled_, scores.anchors())),
        given_(scores),
        excluded_(excluded_units(compiled_, input_, given_)) {
    for (const CompiledLeaf& leaf : compiled_.leaves) {
      measures_.emplace_back();
      const auto values = input_.measure(leaf.measure, measures_.back());
      if (values.data() != measures_.back().data()) {
        measures_.back().assign(values.begin(), values.end());
      }
    }
    for (const InputColumn& column : input_.columns) {
      columns_.emplace_back(at(input_.units));
      column.load(0, columns_.back());
    }
  }

  void unit(Size u, std::span<const Size> expected) {
    std::vector<char> seen(at(index_.size()), 0);
    for (const Size node : expected) seen[at(node)] = 1;
    for (Size i = 0; i < index_.size(); ++i) {
      if (i != Index::root() && seen[at(index_.parent(i))] != 0 && counts(i, u)) seen[at(i)] = 1;
      if (seen[at(i)] != 0) node(i, u);
    }
  }

 private:
  void touch(Size part) {
    if (part >= 0) touch_(part);
  }

  [[nodiscard]] double score(Size node, Size u) const { return scores_.column(node)[at(u)]; }

  [[nodiscard]] bool excluded(Size node, Size u) const {
    return !excluded_.empty() &&
           std::binary_search(excluded_[at(node)].begin(), excluded_[at(node)].end(), u);
  }

  [[nodiscard]] bool has_weight(Size i) const { return compiled_.weight[at(i)] != 0.0; }

  /// Whether the score of the parent depends on this child.
  [[nodiscard]] bool counts(Size i, Size u) const {
    const Size parent = index_.parent(i);
    if (given_.has(parent, u) || !has_weight(i)) return false;
    return !std::isnan(score(parent, u)) || std::isnan(score(i, u)) || excluded(i, u);
  }

  void node(Size i, Size u) {
    const CoveragePlan::Node& parts = plan_.nodes[at(i)];
    for (const CoveragePlan::Entry& entry : plan_.entries) {
      if (entry.node == i && compiled_.method && entry.in_force.contains(*compiled_.method)) {
        touch(entry.part);
      }
    }
    const double own = score(i, u);
    if (parts.role >= 0 && own != 0.0 && !std::isnan(own)) touch(parts.role);
    if (given_.has(i, u)) return;
    if (!std::isnan(own)) touch(parts.scored);
    if (index_.is_leaf(i)) {
      leaf(i, u);
    } else {
      inner(compiled_.inner[at(compiled_.inner_of[at(i)])], u);
    }
  }

  void capped(Size i, double uncapped) {
    const CoveragePlan::Node& parts = plan_.nodes[at(i)];
    if (uncapped > compiled_.cap[at(i)]) touch(parts.cut);
    if (uncapped < compiled_.cap[at(i)]) touch(parts.below_cap);
  }

  // ---- Leaves

  [[nodiscard]] bool applies(const CompiledLeaf& leaf, Size u) const {
    if (input_.not_applicable.empty()) return true;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const auto& units = input_.not_applicable[at(term.variable)];
        if (std::binary_search(units.begin(), units.end(), u)) return false;
      }
    }
    return true;
  }

  void leaf(Size i, Size u) {
    const Size l = compiled_.leaf_of[at(i)];
    const CompiledLeaf& leaf = compiled_.leaves[at(l)];
    const CoveragePlan::Leaf& parts = plan_.nodes[at(i)].leaf;
    if (leaf.not_applicable != NotApplicable::missing && !applies(leaf, u)) {
      touch(parts.not_applicable);
      return;
    }
    const double x = measures_[at(l)][at(u)];
    if (leaf.measure.formula) formula(i, leaf.measure, u);
    if (std::isnan(x)) {
      without_value(leaf, parts, u);
      return;
    }
    decided(leaf, parts, u);
    double uncapped = missing_value;
    if (const auto* piecewise = std::get_if<Piecewise>(&leaf.rule)) {
      if (!leaf.measure.formula) points(i, *piecewise, x);
      uncapped = (*piecewise)(x);
    } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
      category(i, x);
      uncapped = (*categories)(x);
    } else {
      const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
      if (how != nullptr && how->normaliser->ranks()) {
        const auto& all = measures_[at(l)];
        if (std::count(all.begin(), all.end(), x) > 1) touch(parts.tie);
        uncapped = score(i, u);
      } else {
        if (how != nullptr) anchored(*how, parts, l, x);
        uncapped = maps_[at(l)](x);
      }
    }
    capped(i, uncapped);
  }

  void without_value(const CompiledLeaf& leaf, const CoveragePlan::Leaf& parts, Size u) {
    bool gap = false;
    for (const auto* terms : {&leaf.measure.terms, &leaf.measure.denominator}) {
      for (const auto& term : *terms) {
        const InputColumn& column = input_.columns[at(term.variable)];
        const double raw = column.data[u * column.stride];
        gap = gap || std::isnan(columns_[at(term.variable)][at(u)]);
        if (column.zero_is_missing && raw == 0.0) {
          touch(plan_.zeros[at(compiled_.columns[at(term.variable)].variable)]);
        }
      }
    }
    if (!gap) touch(parts.zero_denominator);
  }

  void formula(Size i, const CompiledMeasure& measure, Size u) {
    const auto* parts = rule_parts(i, nullptr);
    if (parts == nullptr) return;
    const FormulaProgram& program = *measure.formula;
    std::vector<double> values;
    for (const auto& term : measure.terms) values.push_back(columns_[at(term.variable)][at(u)]);
    std::vector<double> nodes(program.formula().nodes().size());
    program.trace(values, nodes);
    const auto found = happening(program.formula(), parts->formula, nodes);
    for (std::size_t p = 0; p < found.size(); ++p) {
      if (found[p] != 0) touch(parts->of_formula[p]);
    }
  }

  void decided(const CompiledLeaf& leaf, const CoveragePlan::Leaf& parts, Size u) {
    if (parts.decided.empty()) return;
    std::vector<double> values;
    for (const auto& term : leaf.measure.terms) {
      values.push_back(columns_[at(term.variable)][at(u)]);
    }
    touch_decided(values, parts.decided, leaf.measure.kind == Measure::Kind::all_of);
  }

  void touch_decided(const std::vector<double>& values, const std::vector<Size>& parts,
                     bool lowest) {
    std::optional<std::size_t> best;
    bool alone = true;
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (std::isnan(values[k])) continue;
      if (!best || (lowest ? values[k] < values[*best] : values[k] > values[*best])) {
        best = k;
        alone = true;
      } else if (values[k] == values[*best]) {
        alone = false;
      }
    }
    if (best && alone) touch(parts[*best]);
  }

  /// The parts of the rule that is in force, if they are among those planned.
  [[nodiscard]] const CoveragePlan::RuleParts* rule_parts(Size i, const Piecewise* kernel) const {
    const auto& entries = index_.node(i).rule.entries();
    const Rule* rule = index_.node(i).rule.find(compiled_.method);
    for (const auto& parts : plan_.nodes[at(i)].leaf.rules) {
      if (&entries[parts.entry].value != rule) continue;
      if (kernel == nullptr || parts.kernel == *kernel) return &parts;
    }
    return nullptr;
  }

  void points(Size i, const Piecewise& kernel, double x) {
    const auto* parts = rule_parts(i, &kernel);
    if (parts == nullptr) return;
    for (std::size_t k = 0; k < kernel.pieces().size(); ++k) {
      if (kernel.pieces()[k].on.contains(x)) touch(parts->pieces[k]);
    }
    for (const auto& bound : parts->bounds) {
      if (x >= bound.first && x <= bound.last) touch(bound.part);
    }
  }

  void category(Size i, double x) {
    const auto* parts = rule_parts(i, nullptr);
    if (parts != nullptr) touch(parts->categories[at(static_cast<Size>(x))]);
  }

  void anchored(const CompiledNormaliser& how, const CoveragePlan::Leaf& parts, Size l, double x) {
    const FittedAnchor& anchor = scores_.anchors()[at(how.anchor)];
    if (x == anchor.low) touch(parts.at_low);
    if (x == anchor.high) touch(parts.at_high);
    const LinearMap& map = maps_[at(l)];
    if (how.normaliser->method == Normaliser::Method::goalposts) {
      if (x < anchor.low) touch(parts.beyond_low);
      if (x > anchor.high) touch(parts.beyond_high);
    } else if (map.cut_high && (map.sign * x - map.origin) / map.span > 1.0) {
      touch(parts.beyond_high);
    }
  }

  // ---- Inner nodes

  void inner(const CompiledCriterion& inner, Size u) {
    const CoveragePlan::Node& parts = plan_.nodes[at(inner.node)];
    bool lacks = false;
    bool has = false;
    std::vector<double> values;
    std::vector<const double*> columns;
    std::vector<char> mask;
    for (std::size_t k = 0; k < inner.children.size(); ++k) {
      const Size child = inner.children[k];
      const double value = score(child, u);
      const bool gone = excluded(child, u);
      values.push_back(gone ? missing_value : value);
      columns.push_back(scores_.column(child).data() + u);
      mask.push_back(gone ? char{1} : char{0});
      if (gone || inner.weights[k] == 0.0) continue;
      (std::isnan(value) ? lacks : has) = true;
    }
    const double own = score(inner.node, u);
    const MissingPolicy policy = asked_.node(inner.node).missing;
    const bool excuses =
        policy == MissingPolicy::renormalise || policy == MissingPolicy::reduce_maximum;
    if (std::isnan(own)) {
      // Without any child no policy has anything to say.
      const bool alone = inner.children.size() == 1;
      if (lacks && policy != MissingPolicy::error && (alone || (has && !excuses))) {
        touch(parts.inner.missing_child);
      }
      if (lacks && has && excuses) touch(parts.inner.too_few);
      return;
    }
    if (lacks && excuses) touch(parts.inner.missing_child);
    if (!parts.inner.decided.empty()) {
      touch_decided(values, parts.inner.decided,
                    inner.aggregation.method == Aggregation::Method::minimum);
    }
    if (std::isinf(compiled_.cap[at(inner.node)])) return;
    double uncapped = missing_value;
    aggregate(inner, columns, mask, 1, &uncapped);
    capped(inner.node, uncapped);
  }

  const Index& asked_;
  const CoveragePlan& plan_;
  const Scores& scores_;
  std::function<void(Size)> touch_;
  const Compiled& compiled_;
  const Index& index_;
  Input input_;
  std::vector<LinearMap> maps_;
  GivenCells given_;
  std::vector<std::vector<Size>> excluded_;
  std::vector<std::vector<double>> measures_;  ///< By leaf.
  std::vector<std::vector<double>> columns_;   ///< By variable, as rules see them.
};

}  // namespace

Coverage::Coverage(Index index, std::span<const Period> methods)
    : index_(std::move(index)), relaxed_(relaxed(index_)) {
  CoverageParts made = plan_coverage(index_, methods);
  // Codes may have dots too, so two ids could meet.
  std::unordered_map<std::string, int> used;
  for (CoveragePart& part : made.parts) {
    const int uses = ++used[part.id];
    if (uses > 1) part.id += fmt::format("#{}", uses);
  }
  parts_ = std::move(made.parts);
  plan_ = std::make_shared<const CoveragePlan>(std::move(made.plan));
}

void Coverage::touch(Size part, std::string_view by) {
  CoveragePart& touched = parts_[at(part)];
  if (touched.touched) return;
  touched.touched = true;
  touched.by = by;
}

void Coverage::add(const Scores& scores, std::span<const Size> units, std::span<const Size> nodes,
                   std::string_view by) {
  if (!(scores.index() == index_ || scores.index() == relaxed_)) {
    throw DataError(fmt::format("expected scores of {}, got those of another index, {}",
                                index_.name(), scores.index().name()));
  }
  Walk walk(index_, *plan_, scores, [&](Size part) { touch(part, by); });
  const Size root = Index::root();
  const std::span<const Size> looked_at = nodes.empty() ? std::span(&root, 1) : nodes;
  if (units.empty()) {
    for (Size u = 0; u < scores.units().size(); ++u) walk.unit(u, looked_at);
  }
  for (const Size u : units) walk.unit(u, looked_at);
}

void Coverage::add(const Error& refused, std::string_view by) {
  for (const Problem& problem : refused.problems()) {
    // "unit, code": codes have no comma.
    const auto comma = problem.place.rfind(", ");
    if (comma == std::string::npos) continue;
    const auto child = index_.codes().find(std::string_view(problem.place).substr(comma + 2));
    if (!child || *child == Index::root()) continue;
    const Size parent = index_.parent(*child);
    const Size part = plan_->nodes[at(parent)].inner.missing_child;
    if (index_.node(parent).missing == MissingPolicy::error && part >= 0 &&
        problem.message.starts_with("there is no value")) {
      touch(part, by);
    }
  }
}

void Coverage::merge(const Coverage& other) {
  const bool same =
      std::equal(parts_.begin(), parts_.end(), other.parts_.begin(), other.parts_.end(),
                 [](const CoveragePart& a, const CoveragePart& b) { return a.id == b.id; });
  if (!same) throw DataError("expected the coverage of the same index and methods");
  for (std::size_t p = 0; p < parts_.size(); ++p) {
    if (other.parts_[p].touched) touch(static_cast<Size>(p), other.parts_[p].by);
  }
}

Size Coverage::touched() const noexcept {
  return std::count_if(parts_.begin(), parts_.end(),
                       [](const CoveragePart& part) { return part.touched; });
}

double Coverage::share() const noexcept {
  return parts_.empty() ? 1.0 : static_cast<double>(touched()) / static_cast<double>(size());
}

CheckItem check_coverage(const Coverage& coverage, const CoverageCheck& demanded) {
  CheckItem item;
  item.kind = CheckKind::coverage;
  item.name = "coverage";
  item.location = demanded.location;
  std::unordered_map<std::string, const CoveragePart*> by_id;
  for (const CoveragePart& part : coverage.parts()) by_id.emplace(part.id, &part);
  std::unordered_map<std::string, const Accepted*> accepted;
  for (const Accepted& each : demanded.untouched) {
    accepted.emplace(each.what, &each);
    const auto found = by_id.find(each.what);
    if (found != by_id.end() && !found->second->touched) continue;
    const bool unknown = found == by_id.end();
    item.add(
        {Severity::warning,
         "accepted-part",
         each.what,
         Problem{each.location, each.what,
                 unknown ? "there is no such part"
                         : fmt::format("the case '{}' touches this part", found->second->by),
                 unknown ? "remove it, or correct the name" : "it need not be accepted: remove it"},
         {}});
  }
  Size all = 0;
  Size touched = 0;
  std::vector<const CoveragePart*> untouched;
  for (const CoveragePart& part : coverage.parts()) {
    if (!part.touched && accepted.contains(part.id)) continue;
    ++all;
    if (part.touched) {
      ++touched;
    } else {
      untouched.push_back(&part);
    }
  }
  const double share = all == 0 ? 1.0 : static_cast<double>(touched) / static_cast<double>(all);
  const bool enough = share >= demanded.at_least;
  const Severity severity = enough ? Severity::note : Severity::error;
  item.add({severity,
            "coverage-share",
            {},
            Problem{demanded.location, "coverage",
                    fmt::format("{} of {} parts touched ({:.1f} percent, {:.1f} demanded)", touched,
                                all, 100.0 * share, 100.0 * demanded.at_least),
                    enough ? "" : "add cases for the parts below, or accept them with the reason"},
            {}});
  for (const CoveragePart* part : untouched) {
    item.add({severity,
              "untouched-part",
              part->id,
              Problem{part->location, part->id, "no case touches: " + part->what,
                      "add a case with " + part->how},
              {}});
  }
  return item;
}

std::string_view name(CoverageKind kind) noexcept {
  switch (kind) {
    case CoverageKind::scored:
      return "scored";
    case CoverageKind::piece:
      return "piece";
    case CoverageKind::bound:
      return "bound";
    case CoverageKind::category:
      return "category";
    case CoverageKind::end:
      return "end";
    case CoverageKind::cut:
      return "cut";
    case CoverageKind::decided:
      return "decided";
    case CoverageKind::tie:
      return "tie";
    case CoverageKind::missing_child:
      return "missing child";
    case CoverageKind::too_few:
      return "too few children";
    case CoverageKind::not_applicable:
      return "not applicable";
    case CoverageKind::zero_is_missing:
      return "zero is missing";
    case CoverageKind::zero_denominator:
      return "zero denominator";
    case CoverageKind::cap:
      return "cap";
    case CoverageKind::role:
      return "role";
    case CoverageKind::dated:
      return "dated";
    case CoverageKind::branch:
      return "branch";
  }
  return {};
}

}  // namespace chiso
