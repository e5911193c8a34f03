#include "scenario/draft.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "base/join.hpp"
#include "base/nearest.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "model/tree.hpp"

namespace chiso {

namespace {

bool is_pattern(std::string_view text) noexcept {
  return text.find_first_of("*?") != std::string_view::npos;
}

std::set<std::string> names_in_formulas(const Criterion& tree) {
  std::set<std::string> found;
  const Tree nodes(tree);
  for (const Size leaf : nodes.leaves()) {
    for (const auto& entry : nodes.node(leaf).rule.entries()) {
      const auto* rule = std::get_if<FormulaRule>(&entry.value);
      if (rule == nullptr) continue;
      for (std::string& name : rule->formula.names()) found.insert(std::move(name));
    }
  }
  return found;
}

}  // namespace

Draft::Draft(const Scores& base, const Scenario& scenario)
    : base_(base),
      scenario_(scenario),
      panel_(base.panel()),
      period_(base.panel().period_position(base.period())),
      method_(base.method()),
      index_(base.index()) {
  for (const GivenScore& each : base.given()) {
    given_.push_back({each.unit, index_.node(each.node).code, each.score, -1});
  }
}

void Draft::apply() {
  for (edit_ = 0; edit_ < std::ssize(scenario_.edits); ++edit_) {
    const auto count = problems_.list().size();
    const bool any = std::visit([this](const auto& edit) { return apply(edit); },
                                scenario_.edits[at(edit_)].what);
    if (any) {
      changed();
    } else if (problems_.list().size() == count) {
      idle_.push_back(edit_);
    }
  }
  // Of several edits of a cell the last one counts.
  std::stable_sort(cells_.begin(), cells_.end(), [](const Cell& a, const Cell& b) {
    return std::pair(a.variable, a.unit) < std::pair(b.variable, b.unit);
  });
  const auto kept = std::unique(cells_.rbegin(), cells_.rend(), [](const Cell& a, const Cell& b) {
    return a.unit == b.unit && a.variable == b.variable;
  });
  cells_.erase(cells_.begin(), kept.base());

  check_values();
  // What an edit left out would only make further problems.
  if (problems_.empty()) {
    try {
      score();
      check_scores();
    } catch (const SpecError& error) {
      take(error, Fault::spec);
    } catch (const DataError& error) {
      take(error, Fault::data);
    }
  }
  raise();
}

const Scores& Draft::now() {
  if (!now_) score();
  return *now_;
}

void Draft::score() {
  if (now_) return;
  const bool same_index = !definition_ && index_ == base_.index();
  const Evaluator evaluator = same_index && method_ == base_.method()
                                  ? base_.evaluator()
                                  : Evaluator(edited_index(), method_);
  const Panel panel = panel_.build();
  const Anchors anchors = scenario_.refit ? evaluator.fit(panel, base_.period())
                                          : carried_anchors(base_, evaluator, panel, period_);
  std::vector<GivenScore> given;
  for (const Given& each : given_) {
    // A node that went took its given scores with it.
    const auto node = evaluator.index().codes().find(each.code);
    if (node) given.push_back({each.unit, *node, each.score});
  }
  now_ = evaluator.score(
      panel, {.period = base_.period(), .method = method_, .anchors = &anchors, .given = given});
}

/// Without the parameters that no formula uses any longer: they went with the rules that did.
Index Draft::edited_index() const {
  if (!definition_) return index_;
  const std::set<std::string> before = names_in_formulas(index_.definition().tree);
  const std::set<std::string> used = names_in_formulas(definition_->tree);
  IndexDefinition definition = *definition_;
  std::erase_if(definition.parameters, [&](const Parameter& parameter) {
    return before.contains(parameter.code) && !used.contains(parameter.code);
  });
  return Index(std::move(definition));
}

// ---- Checks of the whole

class Draft::Few {
 public:
  explicit Few(Draft& draft) : draft_(draft) {}

  void add(Size edit, std::string message, std::string remedy) {
    if (edit != edit_) {
      finish();
      edit_ = edit;
    }
    if (++count_ <= most_named) {
      draft_.fault(edit, Fault::data, std::move(message), std::move(remedy));
    }
  }

  void finish() {
    if (count_ > most_named) {
      draft_.fault(edit_, Fault::data, fmt::format("and {} more like this", count_ - most_named));
    }
    count_ = 0;
  }

 private:
  static constexpr Size most_named = 5;
  Draft& draft_;
  Size edit_ = -1;
  Size count_ = 0;
};

void Draft::check_values() {
  if (cells_.empty()) return;
  const Panel& panel = panel_.panel();
  const auto variables = variables_read();
  std::vector<Cell> by_edit = cells_;
  std::stable_sort(by_edit.begin(), by_edit.end(),
                   [](const Cell& a, const Cell& b) { return a.edit < b.edit; });
  Few problems(*this);
  Size looked_up = -1;
  const Variable* variable = nullptr;
  for (const Cell& cell : by_edit) {
    if (cell.variable != looked_up) {
      looked_up = cell.variable;
      const auto found = std::find_if(
          variables.begin(), variables.end(),
          [&](const Variable& each) { return each.code == panel.variables()[looked_up]; });
      variable = found == variables.end() || found->is_category() ? nullptr : &*found;
    }
    if (variable == nullptr) continue;
    const double value = panel.column(cell.variable, period_)[at(cell.unit)];
    if (std::isnan(value) || variable->range.contains(value)) continue;
    problems.add(
        cell.edit,
        fmt::format("{} of {} would be {}, out of its range {}", variable->code,
                    panel.units()[cell.unit], to_string(value), to_string(variable->range)),
        "choose another amount, or cap the value by a further edit");
  }
  problems.finish();
}

void Draft::check_scores() {
  const Evaluator& evaluator = now_->evaluator();
  std::map<std::pair<Size, std::string_view>, const Given*> last;
  for (const Given& each : given_) last[{each.unit, each.code}] = &each;
  std::vector<const Given*> by_edit;
  for (const auto& [cell, each] : last) {
    if (each->edit >= 0) by_edit.push_back(each);
  }
  std::stable_sort(by_edit.begin(), by_edit.end(),
                   [](const Given* a, const Given* b) { return a->edit < b->edit; });
  Few problems(*this);
  for (const Given* each : by_edit) {
    const auto node = evaluator.index().codes().find(each->code);
    if (!node) continue;
    const ScoreRange range = evaluator.range(*node);
    if (each->score >= range.lowest && each->score <= range.highest) continue;
    problems.add(each->edit,
                 fmt::format("the score {} of {} would be {}, and it can be {}", each->code,
                             now_->panel().units()[each->unit], to_string(each->score),
                             to_string(Interval::closed(range.lowest, range.highest))),
                 "choose a score that the node can have");
  }
  problems.finish();
}

// ---- What edits name

std::optional<Size> Draft::unit(const std::string& spelling) {
  const Labels& units = panel_.panel().units();
  if (const auto exact = units.find(spelling)) return exact;
  const std::string key = match_key(spelling);
  std::vector<Size> found;
  for (Size u = 0; u < units.size(); ++u) {
    if (match_key(units[u]) == key) found.push_back(u);
  }
  if (found.empty()) {
    for (Size u = 0; u < units.size(); ++u) {
      if (lacks_only_marks(spelling, units[u])) found.push_back(u);
    }
  }
  if (found.size() == 1) return found[0];
  if (found.empty()) {
    fault(Fault::not_found, fmt::format("the data have no unit '{}'{}", spelling,
                                        nearest_or_all(spelling, units.names())));
  } else {
    std::vector<std::string> names;
    for (const Size u : found) names.push_back(units[u]);
    fault(Fault::data, fmt::format("'{}' may be {}", spelling, join(names, " or ")),
          "spell it as the data do");
  }
  return {};
}

std::optional<std::vector<Size>> Draft::units(const std::vector<std::string>& spellings) {
  const Panel& panel = panel_.panel();
  std::vector<Size> found;
  if (spellings.empty()) {
    for (Size u = 0; u < panel.units().size(); ++u) {
      if (panel.has_unit(u, period_)) found.push_back(u);
    }
    return found;
  }
  bool sound = true;
  for (const std::string& spelling : spellings) {
    const auto u = unit(spelling);
    if (!u) {
      sound = false;
    } else if (!panel.has_unit(*u, period_)) {
      fault(Fault::data,
            fmt::format("{} is not in the data of {}", panel.units()[*u], base_.period().text()));
      sound = false;
    } else if (std::find(found.begin(), found.end(), *u) == found.end()) {
      found.push_back(*u);
    }
  }
  if (!sound) return {};
  return found;
}

std::vector<std::string> Draft::met(const std::string& pattern,
                                    const std::vector<std::string>& codes, std::string_view what) {
  std::vector<std::string> found;
  if (std::find(codes.begin(), codes.end(), pattern) != codes.end()) return {pattern};
  if (is_pattern(pattern)) {
    for (const std::string& code : codes) {
      if (matches(pattern, code)) found.push_back(code);
    }
  }
  if (!found.empty()) return found;
  if (is_pattern(pattern)) {
    fault(Fault::not_found, fmt::format("the pattern '{}' meets no {}", pattern, what));
  } else {
    is_known(pattern, codes, what);
  }
  return found;
}

bool Draft::is_known(const std::string& code, const std::vector<std::string>& codes,
                     std::string_view what) {
  if (std::find(codes.begin(), codes.end(), code) != codes.end()) return true;
  fault(Fault::not_found,
        fmt::format("there is no {} '{}'{}", what, code, nearest_or_all(code, codes)));
  return false;
}

std::vector<std::string> Draft::codes() const {
  std::vector<std::string> all;
  if (!definition_) {
    const auto names = index_.codes().names();
    all.assign(names.begin(), names.end());
    return all;
  }
  const Tree nodes(tree());
  for (Size i = 0; i < nodes.size(); ++i) all.push_back(nodes.node(i).code);
  return all;
}

std::span<const Variable> Draft::variables_read() {
  if (!definition_) return index_.variables();
  // As an Index collects them, of a definition that need not be sound yet.
  std::vector<Variable>& variables = read_;
  variables = definition_->variables;
  std::unordered_set<std::string> known;
  for (const Variable& variable : variables) known.insert(variable.code);
  std::set<std::string> read;
  const Tree nodes(definition_->tree);
  for (const Size leaf : nodes.leaves()) {
    const Measure& measure = nodes.node(leaf).measure;
    for (const auto* terms : {&measure.terms, &measure.denominator}) {
      for (const auto& term : *terms) {
        read.insert(term.variable);
        if (known.insert(term.variable).second) variables.emplace_back().code = term.variable;
      }
    }
  }
  read.merge(names_in_formulas(definition_->tree));
  std::erase_if(variables, [&read](const Variable& each) { return !read.contains(each.code); });
  return variables;
}

IndexDefinition& Draft::own_definition() {
  if (!definition_) definition_ = index_.definition();
  return *definition_;
}

// ---- Method and index

bool Draft::apply(const UseMethod& edit) {
  if (edit.period.text().empty()) {
    fault(Fault::data, "expected the period of a method, got none");
    return false;
  }
  const PeriodRange& in_force = definition().periods;
  if (!in_force.contains(edit.period)) {
    fault(Fault::data,
          fmt::format("{}-{} is in force in {}, not in {}", definition().index,
                      definition().edition, in_force.to_string(), edit.period.text()),
          "name a period in which it is in force, or use another definition");
    return false;
  }
  return std::exchange(method_, edit.period) != edit.period;
}

bool Draft::apply(const UseIndex& edit) {
  const bool same = !definition_ && index_ == edit.index;
  index_ = edit.index;
  definition_.reset();
  const auto& [from, to] = index_.definition().periods;
  if (index_.definition().periods.contains(method_)) return !same;
  method_ = from && method_.last_day() < from->first_day() ? *from : to.value_or(method_);
  return true;
}

// ---- Problems

std::string Draft::place(Size edit) const {
  return fmt::format("{}edit {} ({})",
                     scenario_.name.empty() ? "" : fmt::format("scenario '{}', ", scenario_.name),
                     edit + 1, describe(scenario_.edits[at(edit)]));
}

void Draft::fault(Fault kind, std::string message, std::string remedy) {
  fault(edit_, kind, std::move(message), std::move(remedy));
}

void Draft::fault(Size edit, Fault kind, std::string message, std::string remedy) {
  ++faults_[static_cast<std::size_t>(kind)];
  problems_.add(scenario_.edits[at(edit)].location, place(edit), std::move(message),
                std::move(remedy));
}

void Draft::take(const Error& error, Fault kind) {
  for (const Problem& problem : error.problems()) {
    // "Thanh Hoa, entry" and "entry" are both of the node.
    const auto comma = problem.place.rfind(", ");
    const std::string code =
        comma == std::string::npos ? problem.place : problem.place.substr(comma + 2);
    const auto touched = std::find_if(touched_.rbegin(), touched_.rend(),
                                      [&](const Touched& each) { return each.code == code; });
    const bool known = touched != touched_.rend();
    Problem of_edit = problem;
    of_edit.place = known ? place(touched->edit) : fmt::format("scenario '{}'", scenario_.name);
    if (known && scenario_.edits[at(touched->edit)].location.line > 0) {
      of_edit.location = scenario_.edits[at(touched->edit)].location;
    }
    if (!problem.place.empty()) of_edit.message = problem.place + ": " + problem.message;
    ++faults_[static_cast<std::size_t>(kind)];
    problems_.add(std::move(of_edit));
  }
}

void Draft::raise() {
  const std::size_t all = faults_[0] + faults_[1] + faults_[2];
  if (all == 0) return;
  if (faults_[static_cast<std::size_t>(Fault::not_found)] == all) problems_.raise<NotFoundError>();
  if (faults_[static_cast<std::size_t>(Fault::spec)] == all) problems_.raise<SpecError>();
  problems_.raise<DataError>();
}

}  // namespace chiso
