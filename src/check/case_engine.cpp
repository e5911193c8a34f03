#include "check/case_engine.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/at.hpp"
#include "check/relaxed.hpp"
#include "chiso/base/error.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {
namespace {

/// A unit of its own. Every variable of the index is a column, so that only what is wrong with the
/// values given is an error.
Panel own_panel(const Index& index, const Case& of, const Period& period) {
  Panel::Builder builder;
  std::map<std::string, bool> has_word;
  for (const auto* values : {&of.given, &of.previous}) {
    for (const CaseValue& value : *values) {
      has_word[value.variable] |= value.kind == CaseValue::Kind::category;
    }
  }
  const auto column = [&](const std::string& code) {
    const auto found = has_word.find(code);
    return found != has_word.end() && found->second ? builder.category_variable(code)
                                                    : builder.number_variable(code);
  };
  for (const Variable& variable : index.variables()) column(variable.code);
  const Size unit = builder.unit(case_unit);
  const auto put = [&](const std::vector<CaseValue>& values, const Period& when) {
    const Size at = builder.period(when);
    builder.row(unit, at);
    for (const CaseValue& value : values) {
      const Size variable = column(value.variable);
      switch (value.kind) {
        case CaseValue::Kind::number:
          builder.set(unit, variable, at, value.number);
          break;
        case CaseValue::Kind::category:
          builder.set_category(unit, variable, at, value.category);
          break;
        case CaseValue::Kind::not_applicable:
          builder.set_not_applicable(unit, variable, at);
          break;
        case CaseValue::Kind::missing:
          break;
      }
    }
  };
  put(of.given, period);
  if (!of.previous.empty()) {
    const auto before = period.previous();
    if (!before) throw DataError("there is no period before " + period.text());
    put(of.previous, *before);
  }
  return builder.build();
}

/// A panel with values of one unit replaced.
Panel edited(const Panel& panel, Size unit, const Case& of, const Period& period) {
  Panel::Editor editor(panel);
  Panel::Builder marks;
  bool marked = false;
  const auto put = [&](const std::vector<CaseValue>& values, Size at) {
    for (const CaseValue& value : values) {
      if (value.kind == CaseValue::Kind::not_applicable) {
        marks.set_not_applicable(marks.unit(panel.units()[unit]),
                                 marks.number_variable(value.variable),
                                 marks.period(panel.periods()[chiso::at(at)]));
        marked = true;
        continue;
      }
      const Size variable = editor.variable(value.variable);
      if (value.kind == CaseValue::Kind::category) {
        editor.set_category(unit, variable, at, value.category);
      } else {
        editor.set(unit, variable, at,
                   value.kind == CaseValue::Kind::number ? value.number : missing_value);
      }
    }
  };
  const Size now = panel.period_position(period);
  put(of.given, now);
  if (!of.previous.empty()) {
    const auto before = period.previous();
    if (!before) throw DataError("there is no period before " + period.text());
    put(of.previous, panel.period_position(*before));
  }
  return marked ? editor.build().overlay(marks.build()) : editor.build();
}

bool reads_what_is_given(const Compiled& compiled, const CompiledMeasure& measure, const Case& of) {
  const auto is_given = [&](const CompiledMeasure::Term& term) {
    const std::string& code = compiled.variable_of(term.variable).code;
    return std::any_of(of.given.begin(), of.given.end(), [&](const CaseValue& value) {
      return value.variable == code && value.kind != CaseValue::Kind::missing &&
             value.kind != CaseValue::Kind::not_applicable;
    });
  };
  return std::any_of(measure.terms.begin(), measure.terms.end(), is_given);
}

bool holds(const Case& of, const std::string& code) {
  return std::any_of(of.anchors.begin(), of.anchors.end(),
                     [&](const CaseAnchor& anchor) { return anchor.node == code; });
}

bool gives_score(const Case& of, const std::string& code) {
  return std::any_of(of.scores.begin(), of.scores.end(),
                     [&](const CaseScore& score) { return score.node == code; });
}

}  // namespace

CaseEngine::CaseEngine(Index index, const CaseData& data)
    : index_(std::move(index)),
      relaxed_(relaxed(index_)),
      data_(data),
      strict_(compile_all(index_)),
      compiled_(has_demands(index_) ? compile_all(relaxed_) : strict_),
      bases_(std::make_unique<Base[]>(data.bases.size())) {}

const Scores& CaseEngine::base(Size position) const {
  Base& base = bases_[at(position)];
  std::call_once(base.once, [&] {
    const PanelBase& of = data_.bases[at(position)];
    try {
      base.scores = evaluator(compiled_, of.method)
                        .score(of.panel, {.period = of.period, .method = of.method});
    } catch (const Error&) {
      base.error = std::current_exception();
    }
  });
  if (base.error) std::rethrow_exception(base.error);
  return *base.scores;
}

std::vector<CaseEngine::Compilation> CaseEngine::compile_all(const Index& index) const {
  std::vector<Compilation> found;
  if (!index.is_dated()) {
    found.emplace_back(Evaluator(index));
    return found;
  }
  for (const Period& method : data_.methods) {
    try {
      found.emplace_back(Evaluator(index, method));
    } catch (const Error&) {
      found.emplace_back(std::current_exception());
    }
  }
  return found;
}

const Evaluator& CaseEngine::evaluator(const std::vector<Compilation>& compiled,
                                       const Period& method) const {
  std::size_t position = 0;
  if (index_.is_dated()) {
    position = static_cast<std::size_t>(
        std::find(data_.methods.begin(), data_.methods.end(), method) - data_.methods.begin());
  }
  const Compilation& found = compiled[position];
  if (const auto* error = std::get_if<std::exception_ptr>(&found)) std::rethrow_exception(*error);
  return std::get<Evaluator>(found);
}

std::vector<char> CaseEngine::needed(const Case& of) const {
  std::vector<char> nodes(at(index_.size()), of.error.empty() ? char{0} : char{1});
  for (const Expectation& each : of.expect) {
    nodes[at(each.node.empty() ? Index::root() : index_.at(each.node))] = 1;
  }
  // Parents stand before their children. What is below a score that is given does not count.
  for (Size i = 1; i < index_.size(); ++i) {
    const Size parent = index_.parent(i);
    if (nodes[at(parent)] != 0 && !gives_score(of, index_.node(parent).code)) nodes[at(i)] = 1;
  }
  return nodes;
}

void CaseEngine::refuse_lone_unit(const Case& of, const Evaluator& evaluator,
                                  std::span<const char> nodes) const {
  Problems problems;
  const Compiled& compiled = evaluator.compiled();
  for (const CompiledLeaf& leaf : compiled.leaves) {
    const std::string& code = index_.node(leaf.node).code;
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || nodes[at(leaf.node)] == 0 || gives_score(of, code) ||
        !reads_what_is_given(compiled, leaf.measure, of)) {
      continue;
    }
    if (how->anchor < 0) {
      problems.add(
          of.location, code,
          fmt::format("`{}` compares units, and the case has only one",
                      name(how->normaliser->method)),
          "name a panel and a unit of it, or give the score of " + code + " under `scores`");
    } else if (how->fits() && of.panel.empty() && !holds(of, code)) {
      problems.add(of.location, code,
                   fmt::format("the anchors of `{}` are those of a period's data, and the case has "
                               "only one unit",
                               name(how->normaliser->method)),
                   fmt::format("name a panel, or hold them: `anchors: {{{}: [low, high]}}`", code));
    }
  }
  for (const CompiledCriterion& inner : compiled.inner) {
    const std::string& code = index_.node(inner.node).code;
    if (inner.aggregation.method != Aggregation::Method::copeland || nodes[at(inner.node)] == 0 ||
        gives_score(of, code)) {
      continue;
    }
    problems.add(of.location, code, "`copeland` compares units, and the case has only one",
                 "name a panel and a unit of it");
  }
  problems.raise<SpecError>();
}

Anchors CaseEngine::anchors(const Case& of, const Evaluator& evaluator, const Scores* base) const {
  Anchors found;
  const Compiled& compiled = evaluator.compiled();
  for (const CompiledLeaf& leaf : compiled.leaves) {
    const auto* how = std::get_if<CompiledNormaliser>(&leaf.rule);
    if (how == nullptr || how->anchor < 0) continue;
    FittedAnchor anchor;
    if (base != nullptr) {
      anchor = base->anchors()[at(how->anchor)];
    } else {
      // Where data would fix it: not known, so that the indicator is missing.
      anchor.node = leaf.node;
      anchor.low = how->fits() ? missing_value : how->low;
      anchor.high = how->fits() ? missing_value : how->high;
      anchor.low_source = anchor.high_source = Anchor::Source::fixed;
    }
    for (const CaseAnchor& held : of.anchors) {
      if (held.node != compiled.index.node(leaf.node).code) continue;
      anchor.low = held.low;
      anchor.high = held.high;
      anchor.low_source = anchor.high_source = Anchor::Source::fixed;
    }
    found.push_back(anchor);
  }
  return found;
}

CaseEngine::Question CaseEngine::question(Size position, std::span<const char> nodes) const {
  const Case& of = data_.cases[at(position)];
  const PreparedCase& prepared = data_.prepared[at(position)];
  const Evaluator& with = evaluator(compiled_, prepared.method);
  const Scores* as_it_stands = prepared.base >= 0 ? &base(prepared.base) : nullptr;
  if (!prepared.panel || (of.unit.empty() && !of.given.empty())) {
    if (of.error.empty()) refuse_lone_unit(of, with, nodes);
    return {own_panel(index_, of, prepared.period), anchors(of, with, as_it_stands), Size{0}};
  }
  std::optional<Size> unit;
  if (!of.unit.empty()) unit = prepared.panel->units().at(of.unit);
  const bool changed = !of.given.empty() || !of.previous.empty();
  return {changed ? edited(*prepared.panel, *unit, of, prepared.period) : *prepared.panel,
          anchors(of, with, as_it_stands), unit};
}

Scores CaseEngine::score(Size position, const Evaluator& with, const Question& question) const {
  const Case& of = data_.cases[at(position)];
  const PreparedCase& prepared = data_.prepared[at(position)];
  std::vector<GivenScore> given;
  for (const CaseScore& each : of.scores) {
    given.push_back({question.unit.value_or(0), index_.at(each.node), each.score});
  }
  return with.score(question.panel, {.period = prepared.period,
                                     .method = prepared.method,
                                     .anchors = question.anchors ? &*question.anchors : nullptr,
                                     .given = given});
}

bool CaseEngine::is_demanded(const Scores& scores, std::span<const char> nodes,
                             std::span<const Size> units) const {
  for (Size i = 0; i < index_.size(); ++i) {
    if (nodes[at(i)] == 0 || index_.is_leaf(i) || index_.node(i).missing != MissingPolicy::error) {
      continue;
    }
    const auto column = scores.column(i);
    for (const Size unit : units) {
      if (std::isnan(column[at(unit)])) return true;
    }
  }
  return false;
}

Index CaseEngine::with_policies_of(std::span<const char> nodes) const {
  IndexDefinition definition = index_.definition();
  const auto visit = [&](const auto& self, Criterion& node) -> void {
    if (node.missing == MissingPolicy::error && nodes[at(index_.at(node.code))] == 0) {
      node.missing = MissingPolicy::no_score;
    }
    for (Criterion& child : node.children) self(self, child);
  };
  visit(visit, definition.tree);
  return Index(std::move(definition));
}

std::vector<Size> CaseEngine::looked_at(Size position) const {
  const std::vector<char> nodes = needed(data_.cases[at(position)]);
  std::vector<Size> found;
  for (Size i = 0; i < index_.size(); ++i) {
    if (nodes[at(i)] != 0) found.push_back(i);
  }
  return found;
}

CaseEvidence CaseEngine::evaluate(Size position) const {
  const Case& of = data_.cases[at(position)];
  const PreparedCase& prepared = data_.prepared[at(position)];
  const std::vector<char> nodes = needed(of);

  std::optional<Scores> scores;
  std::optional<Size> unit;
  if (!of.error.empty() && prepared.panel && of.given.empty()) {
    // Fitting may be what fails.
    const Evaluator& with = evaluator(strict_, prepared.method);
    Question asked{*prepared.panel, {}, {}};
    if (!of.unit.empty()) asked.unit = unit = prepared.panel->units().at(of.unit);
    scores = score(position, with, asked);
  } else {
    const Question asked = question(position, nodes);
    unit = asked.unit;
    if (!of.error.empty()) {
      scores = score(position, evaluator(strict_, prepared.method), asked);
    } else {
      scores = score(position, evaluator(compiled_, prepared.method), asked);
    }
  }

  CaseEvidence evidence{*std::move(scores), {}, {}};
  if (unit) {
    const auto positions = evidence.scores.panel_positions();
    const auto found = std::lower_bound(positions.begin(), positions.end(), *unit);
    if (found == positions.end() || *found != *unit) {
      throw DataError(fmt::format("the unit has no row in {}", prepared.period.text()), of.unit);
    }
    evidence.units.push_back(found - positions.begin());
  } else {
    evidence.units.resize(at(evidence.scores.units().size()));
    std::iota(evidence.units.begin(), evidence.units.end(), Size{0});
  }
  evidence.nodes = looked_at(position);
  if (of.error.empty() && is_demanded(evidence.scores, nodes, evidence.units)) {
    // For what it throws; if it does not, a score is missing for another reason.
    const Evaluator demanding(with_policies_of(nodes), prepared.method);
    static_cast<void>(score(position, demanding, question(position, nodes)));
  }
  return evidence;
}

}  // namespace chiso
