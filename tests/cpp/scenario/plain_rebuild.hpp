#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "chiso/evaluate/evaluator.hpp"
#include "chiso/model/rule_kernel.hpp"
#include "chiso/scenario/scenario.hpp"

/// A scenario applied as a person would by hand: change the definition and the table, score both.
/// Slow and plain, and shares nothing with the library's own way but what scores.
namespace chiso::plain {

inline const double gap = std::numeric_limits<double>::quiet_NaN();

/// Something that a person would not do either.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Cell {
  double number = gap;
  std::string word;
  bool applies = true;
  double error = gap;
};

struct Table {
  std::vector<std::string> units;
  std::vector<std::string> variables;
  std::vector<Period> periods;
  std::set<std::pair<std::string, Period>> rows;
  std::set<std::string> words;  // Variables that hold them.
  std::map<std::tuple<std::string, std::string, Period>, Cell> cells;

  explicit Table(const Panel& panel) {
    units.assign(panel.units().names().begin(), panel.units().names().end());
    variables.assign(panel.variables().names().begin(), panel.variables().names().end());
    periods.assign(panel.periods().begin(), panel.periods().end());
    for (Size t = 0; t < std::ssize(periods); ++t) {
      const Period& period = periods[static_cast<std::size_t>(t)];
      for (Size u = 0; u < panel.units().size(); ++u) {
        if (panel.has_unit(u, t)) rows.insert({panel.units()[u], period});
      }
      for (Size v = 0; v < panel.variables().size(); ++v) {
        const auto column = panel.column(v, t);
        const auto errors = panel.standard_errors(v, t);
        const auto categories = panel.categories(v);
        if (!categories.empty()) words.insert(panel.variables()[v]);
        for (Size u = 0; u < panel.units().size(); ++u) {
          const auto i = static_cast<std::size_t>(u);
          Cell cell;
          if (!std::isnan(column[i])) {
            if (categories.empty()) {
              cell.number = column[i];
            } else {
              cell.word = categories[static_cast<std::size_t>(column[i])];
            }
          }
          if (!errors.empty()) cell.error = errors[i];
          cells[{panel.units()[u], panel.variables()[v], period}] = cell;
        }
      }
    }
    for (const auto& [u, v, t] : panel.not_applicable()) {
      at(panel.units()[u], panel.variables()[v], periods[static_cast<std::size_t>(t)]).applies =
          false;
    }
  }

  Cell& at(const std::string& unit, const std::string& variable, const Period& period) {
    return cells[{unit, variable, period}];
  }

  Panel panel() {
    Panel::Builder builder("random.csv");
    for (const auto& unit : units) builder.unit(unit);
    for (const auto& code : variables) {
      words.count(code) != 0 ? builder.category_variable(code) : builder.number_variable(code);
    }
    for (const Period& period : periods) {
      const Size t = builder.period(period);
      for (Size u = 0; u < std::ssize(units); ++u) {
        const auto& unit = units[static_cast<std::size_t>(u)];
        if (rows.count({unit, period}) == 0) continue;
        builder.row(u, t);
        for (Size v = 0; v < std::ssize(variables); ++v) {
          const Cell& cell = at(unit, variables[static_cast<std::size_t>(v)], period);
          if (!cell.applies) {
            builder.set_not_applicable(u, v, t);
          } else if (!cell.word.empty()) {
            builder.set_category(u, v, t, cell.word);
          } else if (!std::isnan(cell.number)) {
            builder.set(u, v, t, cell.number);
          }
          if (!std::isnan(cell.error)) builder.set_standard_error(u, v, t, cell.error);
        }
      }
    }
    return builder.build();
  }
};

/// "x?", "pop*": the only forms that the random scenarios have.
inline bool met(const std::string& pattern, const std::string& code) {
  if (pattern.back() == '*') {
    const std::string start = pattern.substr(0, pattern.size() - 1);
    return code.compare(0, start.size(), start) == 0;
  }
  if (pattern.back() == '?') {
    return code.size() == pattern.size() &&
           code.compare(0, code.size() - 1, pattern, 0, pattern.size() - 1) == 0;
  }
  return pattern == code;
}

class Rebuild {
 public:
  Rebuild(const Scores& base, bool refit)
      : base_(base),
        refit_(refit),
        definition_(base.index().definition()),
        table_(base.panel()),
        method_(base.method()) {
    for (const GivenScore& each : base.given()) {
      given_[{base.panel().units()[each.unit], base.index().node(each.node).code}] = each.score;
    }
  }

  Scores score() {
    std::set<std::string> names;
    collect(definition_.tree, names);
    std::vector<Parameter> used;
    for (const Parameter& parameter : definition_.parameters) {
      if (names.count(parameter.code) != 0) used.push_back(parameter);
    }
    definition_.parameters = used;
    const Index index(definition_);
    const Evaluator evaluator(index, method_);
    const Panel panel = table_.panel();
    const Anchors anchors = refit_ ? evaluator.fit(panel, base_.period()) : held(evaluator, panel);
    std::vector<GivenScore> given;
    for (const auto& [cell, score] : given_) {
      const auto node = index.codes().find(cell.second);
      if (node) given.push_back({panel.units().at(cell.first), *node, score});
    }
    return evaluator.score(
        panel, {.period = base_.period(), .method = method_, .anchors = &anchors, .given = given});
  }

  /// At the end: a score that an edit gave is one that the node can have.
  void check(const Scores& scores) const {
    for (const GivenScore& each : scores.given()) {
      const ScoreRange range = scores.evaluator().range(each.node);
      const bool edited = edited_.count({scores.panel().units()[each.unit],
                                         scores.index().node(each.node).code}) != 0;
      if (edited && (each.score < range.lowest || each.score > range.highest)) {
        throw Refused("out of range");
      }
    }
  }

  void apply(const Edit& edit) {
    std::visit([this](const auto& what) { apply(what); }, edit.what);
  }

 private:
  using Method = Aggregation::Method;

  // ---- Anchors: those of the base, by code, if the indicator is the same ------------------------

  static const Rule* rule_of(const Scores& scores, Size node) {
    return scores.index().node(node).rule.find(scores.method());
  }

  Anchors held(const Evaluator& evaluator, const Panel& panel) {
    Anchors anchors = evaluator.fit(panel, base_.period());
    for (FittedAnchor& anchor : anchors) {
      const Criterion& node = evaluator.index().node(anchor.node);
      const Rule& rule = *node.rule.find(method_);
      const auto same = base_.index().codes().find(node.code);
      if (!same || !base_.index().is_leaf(*same)) continue;
      const Criterion& was = base_.index().node(*same);
      const Rule* old = rule_of(base_, *same);
      if (!(was.measure == node.measure) || was.polarity != node.polarity || !(*old == rule)) {
        continue;
      }
      for (const FittedAnchor& known : base_.anchors()) {
        if (known.node != *same) continue;
        const Size here = anchor.node;
        anchor = known;
        anchor.node = here;
      }
    }
    return anchors;
  }

  // ---- The tree --------------------------------------------------------------------------------

  Criterion* find(const std::string& code, Criterion& from) {
    if (from.code == code) return &from;
    for (Criterion& child : from.children) {
      if (Criterion* found = find(code, child)) return found;
    }
    return nullptr;
  }
  Criterion& node(const std::string& code) {
    Criterion* found = find(code, definition_.tree);
    if (found == nullptr) throw Refused("no such node");
    return *found;
  }
  Criterion* parent_in(const std::string& code, Criterion& from) {
    for (Criterion& child : from.children) {
      if (child.code == code) return &from;
      if (Criterion* found = parent_in(code, child)) return found;
    }
    return nullptr;
  }
  Criterion& parent(const std::string& code) {
    node(code);
    Criterion* found = parent_in(code, definition_.tree);
    if (found == nullptr) throw Refused("the composite");
    return *found;
  }

  static bool averages(Method method) {
    return method == Method::arithmetic_mean || method == Method::geometric_mean ||
           method == Method::harmonic_mean || method == Method::power_mean ||
           method == Method::copeland;
  }
  static bool weighted(const Criterion& parent) {
    bool any = false;
    for (const Criterion& child : parent.children) any = any || !child.weight.empty();
    return any;
  }
  double weight(const Criterion& node) const { return *node.weight.find(method_); }

  void number_weights(Criterion& parent) {
    const bool any = weighted(parent);
    for (Criterion& child : parent.children) {
      if (!child.weight.empty()) {
        child.weight = weight(child);
      } else if (parent.aggregation.method == Method::sum) {
        child.weight = 1.0;
      } else if (!any) {
        child.weight = 1.0 / static_cast<double>(parent.children.size());
      }
    }
  }

  /// The most points of a node by its parts, and whether all are known.
  double most(const Criterion& node) const {
    double points = gap;
    if (node.is_leaf()) {
      points = implied_maximum(*node.rule.find(method_)).value_or(gap);
    } else if (node.aggregation.method == Method::sum) {
      points = parts(node);
    }
    if (!node.maximum.empty()) points = *node.maximum.find(method_);
    if (!node.is_leaf() && node.aggregation.scale_to) {
      points = *node.aggregation.scale_to * node.aggregation.times;
    }
    return node.cap && points > *node.cap ? *node.cap : points;
  }
  double parts(const Criterion& node) const {
    double sum = 0.0;
    bool any = false;
    for (const Criterion& child : node.children) {
      if (child.role != Role::part) continue;
      any = true;
      sum += most(child) * (child.weight.empty() ? 1.0 : weight(child));
    }
    if (!any) return gap;
    return node.aggregation.scale_to ? sum : sum * node.aggregation.times;
  }
  static bool close(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::max(1.0, std::abs(b));
  }

  /// A stated maximum that is wrong now is crossed out, from the place of the edit up.
  void correct_maxima(std::string code) {
    while (true) {
      Criterion& here = node(code);
      if (!here.is_leaf() && here.aggregation.method == Method::sum && !here.maximum.empty()) {
        const double all = parts(here);
        const double stated = *here.maximum.find(method_);
        const bool cut = here.cap && !here.aggregation.scale_to && all > *here.cap;
        if (!std::isnan(all) && !close(stated, all) && !(cut && close(stated, *here.cap))) {
          here.maximum = {};
        }
      }
      if (code == definition_.tree.code) return;
      code = parent(code).code;
    }
  }

  // ---- Edits -----------------------------------------------------------------------------------

  static double changed(How how, double old, double amount) {
    if (how == How::set) return amount;
    if (std::isnan(old)) return old;
    if (how == How::add) return old + amount;
    if (how == How::scale) return old * amount;
    if (how == How::at_most) return std::min(old, amount);
    return std::max(old, amount);
  }

  std::vector<std::string> scored(const std::vector<std::string>& named) {
    std::vector<std::string> units;
    for (const auto& unit : table_.units) {
      const bool wanted =
          named.empty() || std::find(named.begin(), named.end(), unit) != named.end();
      if (wanted && table_.rows.count({unit, base_.period()}) != 0) units.push_back(unit);
    }
    for (const auto& unit : named) {
      if (std::find(units.begin(), units.end(), unit) == units.end()) throw Refused("no such unit");
    }
    return units;
  }

  std::set<std::string> read() {
    std::set<std::string> codes;
    collect(definition_.tree, codes);
    for (const Parameter& parameter : definition_.parameters) codes.erase(parameter.code);
    return codes;
  }
  static void collect(const Criterion& node, std::set<std::string>& codes) {
    for (const auto& entry : node.rule.entries()) {
      if (const auto* rule = std::get_if<FormulaRule>(&entry.value)) {
        for (const std::string& name : rule->formula.names()) codes.insert(name);
      }
    }
    for (const auto& term : node.measure.terms) codes.insert(term.variable);
    for (const auto& term : node.measure.denominator) codes.insert(term.variable);
    for (const Criterion& child : node.children) collect(child, codes);
  }

  void apply(const ChangeValue& edit) {
    std::vector<std::string> codes;
    const bool known = std::find(table_.variables.begin(), table_.variables.end(),
                                 edit.variables) != table_.variables.end();
    for (const std::string& code : known ? std::set<std::string>{edit.variables} : read()) {
      if (met(edit.variables, code)) codes.push_back(code);
    }
    if (codes.empty()) throw Refused("no such variable");
    for (const std::string& code : codes) {
      if (std::find(table_.variables.begin(), table_.variables.end(), code) ==
          table_.variables.end()) {
        if (edit.how != How::set) throw Refused("nothing to change");
        table_.variables.push_back(code);
      }
      for (const std::string& unit : scored(edit.units)) {
        Cell& cell = table_.at(unit, code, base_.period());
        if (!edit.category.empty()) {
          if (cell.word == edit.category) continue;
          cell.word = edit.category;
          cell.applies = true;
          table_.words.insert(code);
          continue;
        }
        const double next = changed(edit.how, cell.number, edit.amount);
        if (edit.how == How::set) cell.applies = true;
        if (next == cell.number || (std::isnan(next) && std::isnan(cell.number))) continue;
        if (edit.how == How::scale) {
          cell.error *= std::abs(edit.amount);
        } else if (edit.how != How::add) {
          cell.error = gap;
        }
        cell.number = next;
      }
    }
  }

  void apply(const ChangeScore& edit) {
    node(edit.nodes);
    const auto units = scored(edit.units);
    std::optional<Scores> now;
    if (edit.how != How::set) now = score();
    for (const std::string& unit : units) {
      const double old = now ? now->at(unit, edit.nodes) : gap;
      const double next = changed(edit.how, old, edit.amount);
      if (now && (std::isnan(next) || next == old)) continue;
      given_[{unit, edit.nodes}] = next;
      edited_.insert({unit, edit.nodes});
    }
  }

  void apply(const ChangeWeights& edit) {
    std::map<std::string, double> next;
    std::set<std::string> parents;
    for (const auto& [code, weight] : edit.weights) {
      if (!next.emplace(code, weight).second) throw Refused("twice");
      parents.insert(parent(code).code);
    }
    for (const std::string& code : parents) {
      Criterion& above = node(code);
      if (above.aggregation.method != Method::sum && !averages(above.aggregation.method)) {
        throw Refused("no weights");
      }
      number_weights(above);
      double all = 0.0;
      double named = 0.0;
      double others = 0.0;
      std::size_t count = 0;
      for (const Criterion& child : above.children) {
        all += weight(child);
        if (next.count(child.code) != 0) {
          named += next[child.code];
        } else {
          others += weight(child);
          ++count;
        }
      }
      const bool scales = edit.redistribute && count > 0;
      if (scales && named > all && !close(named, all)) throw Refused("more than all");
      if (scales && others == 0.0 && !close(named, all)) throw Refused("nothing to scale");
      for (Criterion& child : above.children) {
        if (next.count(child.code) != 0) {
          child.weight = next[child.code];
        } else if (scales && others > 0.0) {
          const double factor = std::max(0.0, all - named) / others;
          child.weight = weight(child) * factor;
        }
      }
    }
    for (const std::string& code : parents) correct_maxima(code);
  }

  void apply(const ChangeParameter& edit) {
    bool known = false;
    for (Parameter& parameter : definition_.parameters) {
      if (parameter.code != edit.parameter) continue;
      known = true;
      const double now = *parameter.value.find(method_);
      parameter.value = Dated<double>(changed(edit.how, now, edit.amount));
    }
    if (!known) throw Refused("no such parameter");
  }

  void apply(const ReplaceRule& edit) {
    Criterion& leaf = node(edit.nodes);
    if (!leaf.is_leaf()) throw Refused("a criterion");
    if (std::holds_alternative<FormulaRule>(edit.rule)) {
      leaf.measure = {};
      leaf.polarity = Polarity::positive;
    } else if (leaf.measure.terms.empty()) {
      std::set<std::string> names;
      collect(leaf, names);
      for (const Parameter& parameter : definition_.parameters) names.erase(parameter.code);
      if (names.size() != 1) throw Refused("one value for several");
      leaf.measure = Measure::of(*names.begin());
    }
    leaf.rule = Dated<Rule>(edit.rule);
    if (edit.nodes != definition_.tree.code) correct_maxima(parent(edit.nodes).code);
  }

  void apply(const ReplaceAggregation& edit) {
    Criterion& here = node(edit.nodes);
    if (here.is_leaf()) throw Refused("an indicator");
    const Method old = here.aggregation.method;
    const Method next = edit.method.value_or(old);
    here.aggregation.method = next;
    if (edit.power) here.aggregation.power = *edit.power;
    if (edit.missing) here.missing = *edit.missing;
    if (next != Method::mazziotta_pareto && next != Method::adjusted_mazziotta_pareto) {
      here.aggregation.upward_penalty = false;
    }
    if (next != Method::sum) here.aggregation.scale_to = {};
    if (!averages(next)) here.aggregation.weights = Aggregation::Weights::shares;
    if (old == Method::sum && averages(next) && weighted(here)) {
      for (Criterion& child : here.children) {
        if (child.weight.empty()) child.weight = 1.0;
      }
      here.aggregation.weights = Aggregation::Weights::relative;
    }
    if (old == Method::sum && next != Method::sum) here.maximum = {};
    if (next != Method::sum && !averages(next)) {
      for (Criterion& child : here.children) child.weight = {};
    }
    if (!edit.missing && next != Method::sum && here.missing == MissingPolicy::reduce_maximum) {
      here.missing = MissingPolicy::renormalise;
    } else if (!edit.missing && next == Method::sum && here.missing == MissingPolicy::renormalise) {
      here.missing = MissingPolicy::reduce_maximum;
    }
    if (here.missing == MissingPolicy::no_score || here.missing == MissingPolicy::error) {
      here.at_least = {};
    }
    correct_maxima(edit.nodes);
  }

  void apply(const DropNode& edit) {
    Criterion& above = parent(edit.node);
    if (above.children.size() == 1) throw Refused("an only child");
    if (averages(above.aggregation.method) && weighted(above) &&
        above.aggregation.weights == Aggregation::Weights::shares) {
      number_weights(above);
      double all = 0.0;
      double rest = 0.0;
      for (const Criterion& child : above.children) {
        all += weight(child);
        if (child.code != edit.node) rest += weight(child);
      }
      if (rest == 0.0) throw Refused("nothing to scale");
      for (Criterion& child : above.children) child.weight = weight(child) * (all / rest);
    }
    const std::string code = above.code;
    std::vector<Criterion> kept;
    for (Criterion& child : above.children) {
      if (child.code != edit.node) kept.push_back(child);
    }
    above.children = kept;
    correct_maxima(code);
  }

  void apply(const AddNode& edit) {
    Criterion& above = node(edit.parent);
    if (above.is_leaf()) throw Refused("an indicator");
    const Criterion& added = edit.criterion;
    if (averages(above.aggregation.method)) {
      if (added.weight.empty() && weighted(above)) throw Refused("no weight");
      if (!added.weight.empty() && above.aggregation.weights == Aggregation::Weights::shares) {
        number_weights(above);
        double all = 0.0;
        for (const Criterion& child : above.children) all += weight(child);
        if (weight(added) > all) throw Refused("no room");
        for (Criterion& child : above.children) {
          child.weight = weight(child) * ((all - weight(added)) / all);
        }
      }
    }
    above.children.push_back(added);
    correct_maxima(edit.parent);
  }

  void replace_units(const std::string& at, const std::vector<std::string>& gone,
                     const std::vector<std::string>& put) {
    std::vector<std::string> units;
    for (const std::string& unit : table_.units) {
      if (unit == at) units.insert(units.end(), put.begin(), put.end());
      if (std::find(gone.begin(), gone.end(), unit) == gone.end()) units.push_back(unit);
    }
    table_.units = units;
  }

  void apply(const MergeUnits& edit) {
    std::string first;
    for (const std::string& unit : table_.units) {
      if (first.empty() &&
          std::find(edit.units.begin(), edit.units.end(), unit) != edit.units.end()) {
        first = unit;
      }
    }
    for (const std::string& unit : edit.units) {
      if (std::find(table_.units.begin(), table_.units.end(), unit) == table_.units.end()) {
        throw Refused("no such unit");
      }
    }
    const bool own = std::find(edit.units.begin(), edit.units.end(), edit.into) != edit.units.end();
    if (!own &&
        std::find(table_.units.begin(), table_.units.end(), edit.into) != table_.units.end()) {
      throw Refused("there already");
    }
    Table merged = table_;
    for (const Period& period : table_.periods) {
      bool row = false;
      for (const std::string& unit : edit.units) {
        row = row || table_.rows.count({unit, period}) != 0;
        merged.rows.erase({unit, period});
      }
      if (row) merged.rows.insert({edit.into, period});
      for (const std::string& code : table_.variables) {
        bool total = false;
        for (const std::string& each : edit.totals) total = total || met(each, code);
        merged.at(edit.into, code, period) = joined(edit, code, period, total);
      }
    }
    table_ = merged;
    replace_units(first, edit.units, {edit.into});

    std::map<std::pair<std::string, std::string>, double> given;
    std::map<std::string, std::pair<double, std::size_t>> sums;
    double all = 0.0;
    for (std::size_t k = 0; k < edit.units.size(); ++k) {
      const double weight = edit.weights.empty() ? 1.0 : edit.weights[k];
      all += weight;
      for (const auto& [cell, score] : given_) {
        if (cell.first != edit.units[k]) continue;
        auto& [sum, count] = sums[cell.second];
        sum += weight * score;
        ++count;
      }
    }
    for (const auto& [cell, score] : given_) {
      if (std::find(edit.units.begin(), edit.units.end(), cell.first) == edit.units.end()) {
        given[cell] = score;
      }
    }
    for (const auto& [code, sum] : sums) {
      if (sum.second == edit.units.size()) {
        given[{edit.into, code}] = sum.first / all;
        edited_.insert({edit.into, code});
      }
    }
    given_ = given;
  }

  Cell joined(const MergeUnits& edit, const std::string& code, const Period& period, bool total) {
    Cell joint;
    double sum = 0.0;
    double weights = 0.0;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    std::vector<std::string> words;
    std::vector<std::pair<double, double>> errors;
    bool missing = false;
    for (std::size_t k = 0; k < edit.units.size(); ++k) {
      const Cell& cell = table_.at(edit.units[k], code, period);
      if (!cell.applies) continue;
      const double weight = edit.weights.empty() ? 1.0 : edit.weights[k];
      sum += total ? cell.number : weight * cell.number;
      weights += weight;
      low = std::min(low, cell.number);
      high = std::max(high, cell.number);
      missing = missing || std::isnan(cell.number);
      words.push_back(cell.word);
      errors.emplace_back(weight, cell.error);
    }
    if (words.empty()) {
      joint.applies = false;
      return joint;
    }
    if (table_.words.count(code) != 0) {
      if (std::count(words.begin(), words.end(), words[0]) == std::ssize(words)) {
        joint.word = words[0];
      }
      return joint;
    }
    joint.number = total ? sum : std::min(std::max(sum / weights, low), high);
    if (missing) joint.number = gap;
    double squares = 0.0;
    for (const auto& [weight, error] : errors) {
      const double part = total ? error : error * (weight / weights);
      squares += part * part;
    }
    joint.error = errors.size() == 1 ? errors[0].second : std::sqrt(squares);
    return joint;
  }

  void apply(const SplitUnit& edit) {
    if (std::find(table_.units.begin(), table_.units.end(), edit.unit) == table_.units.end()) {
      throw Refused("no such unit");
    }
    Table split = table_;
    for (const Period& period : table_.periods) split.rows.erase({edit.unit, period});
    for (std::size_t k = 0; k < edit.into.size(); ++k) {
      const std::string& name = edit.into[k];
      if (name != edit.unit &&
          std::find(table_.units.begin(), table_.units.end(), name) != table_.units.end()) {
        throw Refused("there already");
      }
      const double share =
          edit.shares.empty() ? 1.0 / static_cast<double>(edit.into.size()) : edit.shares[k];
      for (const Period& period : table_.periods) {
        if (table_.rows.count({edit.unit, period}) != 0) split.rows.insert({name, period});
        for (const std::string& code : table_.variables) {
          Cell cell = table_.at(edit.unit, code, period);
          for (const std::string& total : edit.totals) {
            if (!met(total, code)) continue;
            cell.number *= share;
            cell.error *= share;
          }
          split.at(name, code, period) = cell;
        }
      }
    }
    table_ = split;
    replace_units(edit.unit, {edit.unit}, edit.into);
    std::map<std::pair<std::string, std::string>, double> given;
    for (const auto& [cell, score] : given_) {
      if (cell.first != edit.unit) {
        given[cell] = score;
        continue;
      }
      for (const std::string& name : edit.into) {
        given[{name, cell.second}] = score;
        if (edited_.count(cell) != 0) edited_.insert({name, cell.second});
      }
    }
    given_ = given;
  }

  void apply(const UseMethod& edit) {
    if (!definition_.periods.contains(edit.period)) throw Refused("not in force");
    method_ = edit.period;
  }

  void apply(const UseIndex& edit) {
    definition_ = edit.index.definition();
    const PeriodRange& periods = definition_.periods;
    if (periods.contains(method_)) return;
    method_ = periods.from && method_ < *periods.from ? *periods.from : *periods.to;
  }

  const Scores& base_;
  bool refit_;
  IndexDefinition definition_;
  Table table_;
  Period method_;
  std::map<std::pair<std::string, std::string>, double> given_;
  std::set<std::pair<std::string, std::string>> edited_;
};

inline Scores rebuilt(const Scores& base, const Scenario& scenario) {
  Rebuild rebuild(base, scenario.refit);
  for (const Edit& edit : scenario.edits) rebuild.apply(edit);
  Scores scores = rebuild.score();
  rebuild.check(scores);
  return scores;
}

}  // namespace chiso::plain
