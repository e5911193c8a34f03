#include "model/validate.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/code.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/base/text.hpp"
#include "chiso/formula/symbols.hpp"
#include "chiso/model/rule_kernel.hpp"
#include "chiso/score/piecewise.hpp"
#include "model/maxima.hpp"
#include "model/shares.hpp"
#include "model/timeline.hpp"

namespace chiso {

namespace {

using Method = Aggregation::Method;

std::string lower(std::string_view code) {
  std::string text(code);
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string in_line(const Location& location) {
  return location.line > 0 ? fmt::format(" in line {}", location.line) : std::string();
}

// The name of a rule as definitions write it.
std::string_view rule_name(const Rule& rule) {
  constexpr std::array<std::string_view, 9> names{"identity",   "fixed",        "given",
                                                  "steps",      "proportional", "per_unit",
                                                  "increments", "deduct",       "categories"};
  if (const auto* normaliser = std::get_if<Normaliser>(&rule)) return name(normaliser->method);
  if (std::holds_alternative<FormulaRule>(rule)) return "formula";
  if (const auto* by_category = std::get_if<CategoryRule>(&rule);
      by_category != nullptr && by_category->percent) {
    return "grades";
  }
  return names[rule.index()];
}

bool is_formula(const DatedEntry<Rule>& entry) {
  return std::holds_alternative<FormulaRule>(entry.value);
}

// Whether no rule of an indicator reads its measure.
bool has_only_formulas(const Criterion& leaf) {
  const auto& entries = leaf.rule.entries();
  return !entries.empty() && std::all_of(entries.begin(), entries.end(), is_formula);
}

// What is wrong at some time.
struct Finding {
  std::string message;
  std::string remedy;

  friend bool operator==(const Finding&, const Finding&) = default;
};

class Validator {
 public:
  Validator(const IndexDefinition& definition, const Tree& tree)
      : definition_(definition), tree_(tree) {}

  void run() {
    build_timeline();
    head();
    groups();
    variables();
    parameters();
    codes();
    for (Size i = 0; i < tree_.size(); ++i) {
      const Criterion& node = tree_.node(i);
      any_node(node, tree_.parent(i));
      if (node.is_leaf()) {
        leaf(node);
      } else {
        inner(i);
      }
    }
    totals();
    use_of_parameters();
    problems_.raise<SpecError>();
  }

 private:
  using Day = std::optional<Period>;

  void add(const Location& location, std::string place, std::string message,
           std::string remedy = {}) {
    problems_.add(location.line > 0 ? location : definition_.location, std::move(place),
                  std::move(message), std::move(remedy));
  }

  void add(const Criterion& node, std::string message, std::string remedy = {}) {
    add(node.location, node.code, std::move(message), std::move(remedy));
  }

  // What is wrong with an entry of a criterion or a parameter.
  template <class Owner, class T>
  void add(const Owner& owner, const DatedEntry<T>& entry, std::string message,
           std::string remedy = {}) {
    add(entry.location.line > 0 ? entry.location : owner.location, owner.code, std::move(message),
        std::move(remedy));
  }

  // ---- Time ------------------------------------------------------------------------------------

  void build_timeline() {
    const PeriodRange& periods = definition_.periods;
    const bool reversed =
        periods.from && periods.to && periods.to->last_day() < periods.from->first_day();
    Timeline timeline(reversed ? PeriodRange{} : periods);
    for (Size i = 0; i < tree_.size(); ++i) timeline.add(tree_.node(i));
    for (const auto& parameter : definition_.parameters) timeline.add(parameter.value);
    spans_ = timeline.spans();
    // Every value that is dated is looked at between any two changes.
    constexpr Size most_spans = 5000;
    if (std::ssize(spans_) <= most_spans) return;
    add(definition_.location, {},
        fmt::format("expected values that change on at most {} days, got {}", most_spans - 1,
                    spans_.size() - 1),
        "say from when to when each is in force, not every day's");
    problems_.raise<SpecError>();
  }

  // Calls `check(number of span)` for every span and reports each finding once for the neighbouring
  // spans that have it. What does not depend on time is looked at once.
  template <class Check>
  void over_spans(bool depends_on_time, const Location& location, const std::string& place,
                  const Check& check) {
    const std::size_t count = depends_on_time ? spans_.size() : 1;
    std::size_t begin = 0;
    std::optional<Finding> found;
    const auto report = [&](std::size_t end) {
      if (!found) return;
      Span span;
      if (depends_on_time && !(begin == 0 && end == count)) {
        span.first = spans_[begin].first;
        span.last = spans_[end - 1].last;
      }
      add(location, place, found->message + span.to_string(), found->remedy);
    };
    for (std::size_t s = 0; s < count; ++s) {
      std::optional<Finding> next = check(s);
      if (next == found) continue;
      report(s);
      found = std::move(next);
      begin = s;
    }
    report(count);
  }

  // The same with a day of the span; with none for what does not depend on time.
  template <class Check>
  void over_time(bool depends_on_time, const Location& location, const std::string& place,
                 const Check& check) {
    over_spans(depends_on_time, location, place,
               [&](std::size_t s) { return check(depends_on_time ? spans_[s].day : Day()); });
  }

  // Exactly one entry of a dated value must be in force whenever the value is needed.
  // @param owner a criterion or a parameter
  template <class Owner, class T, class Needed>
  void in_force_once(const Owner& owner, const Dated<T>& dated, std::string_view what,
                     const Needed& needed) {
    for (const auto& entry : dated.entries()) {
      const auto& [from, to] = entry.in_force;
      if (from && to && to->last_day() < from->first_day()) {
        add(owner, entry,
            fmt::format("expected `from` before `to`, got from {} to {}", from->text(), to->text()),
            "exchange them");
      }
    }
    if (!dated.is_dated()) return;
    const auto& location = dated.entries()[0].location;
    over_time(
        true, location.line > 0 ? location : owner.location, owner.code,
        [&](const Day& day) -> std::optional<Finding> {
          if (!needed(day)) return {};
          const auto entries = day ? dated.in_force(*day) : all_entries(dated);
          if (entries.size() == 1) return {};
          if (entries.empty()) {
            return Finding{fmt::format("no {} is in force", what),
                           "date the entries without gaps, or say in the head for which "
                           "`periods` the edition is"};
          }
          constexpr std::size_t most_lines = 10;
          std::string lines;
          for (const auto* entry : std::span(entries).first(std::min(entries.size(), most_lines))) {
            if (entry->location.line == 0) continue;
            lines += fmt::format("{}{}", lines.empty() ? "" : ", ", entry->location.line);
          }
          if (!lines.empty() && entries.size() > most_lines) lines += " ...";
          return Finding{fmt::format("{} entries for the {} are in force{}", entries.size(), what,
                                     lines.empty() ? "" : " (lines " + lines + ")"),
                         "end one before the next begins"};
        });
  }

  template <class T>
  void in_force_once(const Criterion& node, const Dated<T>& dated, std::string_view what) {
    in_force_once(node, dated, what, [](const Day&) { return true; });
  }

  template <class T>
  static std::vector<const DatedEntry<T>*> all_entries(const Dated<T>& dated) {
    std::vector<const DatedEntry<T>*> entries;
    for (const auto& entry : dated.entries()) entries.push_back(&entry);
    return entries;
  }

  // ---- Head ------------------------------------------------------------------------------------

  void head() {
    const Location& here = definition_.location;
    const auto name_part = [&](const std::string& text, std::string_view key) {
      if (text.empty()) {
        add(here, std::string(key), "expected a name, got nothing");
      } else if (!is_code(text)) {
        add(here, std::string(key),
            fmt::format("expected letters, digits, '.', '_' and '-', got '{}'", text));
      }
    };
    name_part(definition_.index, "index");
    name_part(definition_.edition, "edition");
    const auto& [from, to] = definition_.periods;
    if (from && to && to->last_day() < from->first_day()) {
      add(here, "periods",
          fmt::format("expected `from` before `to`, got from {} to {}", from->text(), to->text()),
          "exchange them");
    }
    if (definition_.decimals && (*definition_.decimals < 0 || *definition_.decimals > 15)) {
      add(here, "decimals", fmt::format("expected 0 to 15, got {}", *definition_.decimals));
    }
  }

  void groups() {
    const Grouping& groups = definition_.groups;
    const auto fault = [&](std::string message, std::string remedy = {}) {
      add(definition_.location, "groups", std::move(message), std::move(remedy));
    };
    if (groups.kind == Grouping::Kind::none) return;
    std::vector<std::string> names = groups.names;
    if (groups.kind == Grouping::Kind::limits) {
      if (groups.limits.size() != groups.names.size()) {
        fault(fmt::format("expected one limit a name, got {} limits and {} names",
                          groups.limits.size(), groups.names.size()));
      }
      if (groups.names.empty()) fault("expected at least one limit, got none");
      for (std::size_t i = 0; i < groups.limits.size(); ++i) {
        if (!std::isfinite(groups.limits[i])) {
          fault(fmt::format("expected a finite limit, got {}", to_string(groups.limits[i])));
        } else if (i > 0 && !(groups.limits[i] < groups.limits[i - 1])) {
          fault(fmt::format("expected limits from high to low, got {} after {}",
                            to_string(groups.limits[i]), to_string(groups.limits[i - 1])),
                "order the groups from best to worst");
        }
      }
      if (!groups.below.empty()) names.push_back(groups.below);
    } else if (names.size() < 2) {
      fault(fmt::format("expected the names of at least 2 groups, got {}", names.size()));
    }
    std::unordered_set<std::string_view> seen;
    for (const auto& group : names) {
      if (group.empty()) {
        fault("the name of a group is empty");
      } else if (!seen.insert(group).second) {
        fault(fmt::format("the group '{}' stands twice", group));
      }
    }
  }

  void variables() {
    for (const auto& variable : definition_.variables) {
      const auto fault = [&](std::string message, std::string remedy = {}) {
        add(variable.location, variable.code, std::move(message), std::move(remedy));
      };
      if (variable.code.empty()) fault("a variable has no code");
      const auto [known, is_new] = variables_.emplace(variable.code, &variable);
      if (!is_new) {
        fault(fmt::format("the variable '{}' is declared twice, first{}", variable.code,
                          in_line(known->second->location)),
              "remove one");
      }
      const Interval& range = variable.range;
      if (std::isnan(range.lower) || std::isnan(range.upper) || range.empty()) {
        fault(fmt::format("no number is in the range {}", to_string(range)),
              range.lower > range.upper ? "exchange its bounds" : "");
      }
      if (!variable.is_category()) continue;
      if (range != Interval{}) fault("a variable with categories has no range of numbers");
      if (variable.zero_is_missing) {
        fault("`zero_is_missing` is for numbers; this variable has categories");
      }
      if (variable.categories.size() < 2) {
        fault(fmt::format("expected at least 2 categories, got {}", variable.categories.size()));
      }
      std::unordered_map<std::string, std::string_view> keys;
      for (const auto& category : variable.categories) {
        if (category.empty()) {
          fault("a category is empty");
          continue;
        }
        const auto [same, is_first] = keys.emplace(match_key(category), category);
        if (is_first) continue;
        fault(same->second == category
                  ? fmt::format("the category '{}' stands twice", category)
                  : fmt::format("the categories '{}' and '{}' are the same word spelled twice",
                                same->second, category));
      }
    }
  }

  // ---- Parameters ------------------------------------------------------------------------------

  void parameters() {
    for (const auto& [code, variable] : variables_) {
      FormulaSymbol& symbol = symbols_.names[std::string(code)];
      symbol.range = variable->range;
      symbol.categories = variable->categories;
    }
    for (const auto& parameter : definition_.parameters) {
      const auto fault = [&](std::string message, std::string remedy = {}) {
        add(parameter.location, parameter.code, std::move(message), std::move(remedy));
      };
      if (parameter.code.empty()) fault("a parameter has no code");
      const auto [known, is_new] = parameters_.emplace(parameter.code, &parameter);
      if (!is_new) {
        fault(fmt::format("the parameter '{}' is declared twice, first{}", parameter.code,
                          in_line(known->second->location)),
              "remove one");
      }
      if (const Variable* variable = declared(parameter.code)) {
        fault(fmt::format("'{}' is the name of a variable too{}", parameter.code,
                          in_line(variable->location)),
              "give the parameter another name");
      } else {
        symbols_.names[parameter.code].value = 0.0;  // Types do not depend on it.
      }
      if (parameter.value.empty()) fault("expected a value, got none");
      for (const auto& entry : parameter.value.entries()) {
        if (std::isfinite(entry.value)) continue;
        add(parameter, entry,
            fmt::format("expected a finite value, got {}", to_string(entry.value)));
      }
    }
  }

  // What formulas need of parameters and what they leave: after all of them were looked at.
  void use_of_parameters() {
    for (const auto& [code, parameter] : parameters_) {
      const auto used = users_.find(code);
      if (used == users_.end()) {
        add(parameter->location, parameter->code,
            fmt::format("no formula uses the parameter '{}'", code), "remove it");
        continue;
      }
      in_force_once(*parameter, parameter->value, "value", [&](const Day& day) {
        return std::any_of(
            used->second.begin(), used->second.end(),
            [&](const DatedEntry<Rule>* rule) { return !day || rule->in_force.contains(*day); });
      });
    }
  }

  // ---- Nodes -----------------------------------------------------------------------------------

  void codes() {
    std::unordered_map<std::string_view, Size> exact;
    std::unordered_map<std::string, Size> folded;
    for (Size i = 0; i < tree_.size(); ++i) {
      const Criterion& node = tree_.node(i);
      if (node.code.empty()) {
        const Size parent = tree_.parent(i);
        add(node.location, parent < 0 ? "tree" : tree_.node(parent).code,
            parent < 0 ? "the root has no code" : "a child has no code");
        continue;
      }
      if (!is_code(node.code)) {
        add(node, fmt::format("expected letters, digits, '.', '_' and '-' in a code, got '{}'",
                              node.code));
      }
      const auto [same, is_new] = exact.emplace(node.code, i);
      if (!is_new) {
        add(node,
            fmt::format("the code '{}' stands twice, first{}", node.code,
                        in_line(tree_.node(same->second).location)),
            "give every node a code of its own");
        continue;
      }
      const auto [alike, is_distinct] = folded.emplace(lower(node.code), i);
      if (!is_distinct) {
        const Criterion& other = tree_.node(alike->second);
        add(node,
            fmt::format("the code '{}' differs only by case from '{}'{}", node.code, other.code,
                        in_line(other.location)),
            "give every node a code of its own");
      }
    }
  }

  void any_node(const Criterion& node, Size parent) {
    for (const auto& entry : node.weight.entries()) {
      if (!std::isfinite(entry.value) || entry.value < 0.0) {
        add(node, entry,
            fmt::format("expected a weight that is finite and not negative, got {}",
                        to_string(entry.value)),
            entry.value < 0.0 ? "children that are subtracted have `role: penalty`" : "");
      }
    }
    for (const auto& entry : node.maximum.entries()) {
      if (!std::isfinite(entry.value) || entry.value <= 0.0) {
        add(node, entry,
            fmt::format("expected a maximum that is positive and finite, got {}",
                        to_string(entry.value)));
      }
    }
    in_force_once(node, node.weight, "weight");
    in_force_once(node, node.maximum, "maximum");
    if (node.cap && !std::isfinite(*node.cap)) {
      add(node, fmt::format("expected a finite cap, got {}", to_string(*node.cap)));
    }
    if (node.published) {
      const auto& [variable, tolerance] = *node.published;
      if (variable.empty()) add(node, "`published` names no variable");
      if (!std::isfinite(tolerance) || tolerance < 0.0) {
        add(node, fmt::format("expected a tolerance that is finite and not negative, got {}",
                              to_string(tolerance)));
      }
    }
    const bool in_sum = parent >= 0 && tree_.node(parent).aggregation.method == Method::sum;
    if (node.role != Role::part && !in_sum) {
      add(node,
          fmt::format("`role: {}` is for children of a sum, {}",
                      node.role == Role::bonus ? "bonus" : "penalty",
                      parent < 0 ? std::string("and the root has no parent")
                                 : fmt::format("and '{}' aggregates by {}", tree_.node(parent).code,
                                               name(tree_.node(parent).aggregation.method))),
          parent < 0 ? "leave it out" : "leave it out, or make the parent a sum");
    }
    if (parent < 0 && !node.weight.empty()) {
      add(node, node.weight.entries()[0], "the root has no siblings, and so no weight",
          "leave it out");
    }
  }

  // ---- Inner nodes -----------------------------------------------------------------------------

  void inner(Size i) {
    const Criterion& node = tree_.node(i);
    const Aggregation& how = node.aggregation;
    const bool is_sum = how.method == Method::sum;
    if (!node.measure.terms.empty()) {
      add(node, "a node has children or a measure, and this one has both",
          "give what it measures to a child");
    }
    if (!std::isfinite(how.times) || how.times == 0.0) {
      add(node, fmt::format("expected a factor `times` that is finite and not zero, got {}",
                            to_string(how.times)));
    }
    if (how.method == Method::power_mean && !std::isfinite(how.power)) {
      add(node, fmt::format("expected a finite power, got {}", to_string(how.power)));
    }
    if (how.upward_penalty && !is_mazziotta_pareto(how.method)) {
      add(node, fmt::format("`{}` has no penalty that could be upward", name(how.method)));
    }
    if (how.scale_to) {
      if (!is_sum) {
        add(node,
            fmt::format("`scale_to` is for a sum, and this node aggregates by {}",
                        name(how.method)),
            "`times` multiplies the aggregate");
      } else if (!std::isfinite(*how.scale_to) || *how.scale_to <= 0.0) {
        add(node, fmt::format("expected a `scale_to` that is positive and finite, got {}",
                              to_string(*how.scale_to)));
      }
    }
    if (how.weights == Aggregation::Weights::relative && !has_shares(how.method)) {
      add(node, fmt::format("`weights: relative` has no meaning in `{}`", name(how.method)),
          "leave it out");
    }
    if (node.missing == MissingPolicy::reduce_maximum && !is_sum) {
      add(node,
          fmt::format("`missing: reduce_maximum` is for a sum, and this node aggregates by {}",
                      name(how.method)),
          "`renormalise` scales up the weights of the present children");
    }
    if (node.missing == MissingPolicy::renormalise && is_sum) {
      add(node, "`missing: renormalise` is for means, and a sum has no shares to scale up",
          "`reduce_maximum` scales the points from the maximum of the present children");
    }
    if (node.at_least) {
      if (!(*node.at_least > 0.0 && *node.at_least <= 1.0)) {
        add(node, fmt::format("expected `at_least` above 0 and at most 1, got {}",
                              to_string(*node.at_least)));
      }
      if (node.missing != MissingPolicy::renormalise &&
          node.missing != MissingPolicy::reduce_maximum) {
        add(node,
            "`at_least` limits what a missing child may be excused, and `missing` excuses none",
            "say `missing: renormalise` or `missing: reduce_maximum`");
      }
    }
    weights(i);
  }

  void weights(Size i) {
    const Criterion& node = tree_.node(i);
    const Aggregation& how = node.aggregation;
    const auto children = tree_.children(i);
    std::vector<const Criterion*> with;
    std::vector<const Criterion*> without;
    bool dated = false;
    for (const Size child : children) {
      const Criterion& each = tree_.node(child);
      (each.weight.empty() ? without : with).push_back(&each);
      dated = dated || each.weight.is_dated();
    }
    if (with.empty()) return;
    if (how.method != Method::sum && !has_shares(how.method)) {
      add(*with[0], with[0]->weight.entries()[0],
          fmt::format("a weight has no meaning in `{}`, by which '{}' aggregates", name(how.method),
                      node.code),
          with.size() > 1 ? "leave out the weights of all siblings" : "leave it out");
      return;
    }
    if (how.method != Method::sum && !without.empty()) {
      std::string codes;
      for (const auto* child : without) {
        codes += fmt::format("{}'{}'", codes.empty() ? "" : ", ", child->code);
      }
      add(node,
          fmt::format("{} of {} children have a weight, and {} {} none", with.size(),
                      children.size(), codes, without.size() == 1 ? "has" : "have"),
          "give all siblings a weight, or none");
      return;
    }
    if (!without.empty()) return;

    over_time(dated, node.location, node.code, [&](const Day& day) -> std::optional<Finding> {
      double sum = 0.0;
      for (const auto* child : with) {
        const double* weight = child->weight.find(day);
        // What is wrong with a single weight has been said.
        if (weight == nullptr || !std::isfinite(*weight) || *weight < 0.0) return {};
        sum += *weight;
      }
      if (sum == 0.0) return Finding{"all weights of its children are zero", {}};
      if (how.method == Method::sum || how.weights == Aggregation::Weights::relative ||
          adds_up(sum, 1.0) || adds_up(sum, 100.0)) {
        return {};
      }
      return Finding{fmt::format("expected weights of its children that add up to 1 or to 100; "
                                 "they add up to {}",
                                 display(sum)),
                     "correct them, or say `weights: relative`"};
    });
  }

  // A sum without the rounding of its last digits, unless they are what matters.
  static std::string display(double sum) {
    const std::string text = fmt::format("{:.12g}", sum);
    double value = 0.0;
    return parse_number(text, value) && value != 1.0 && value != 100.0 ? text : to_string(sum);
  }

  // ---- Maxima of sums --------------------------------------------------------------------------

  void totals() {
    // All nodes in every span at once; then each node over time.
    std::vector<Maxima> most;
    for (const auto& span : spans_) most.push_back(maxima(tree_, span.day));
    for (Size i = 0; i < tree_.size(); ++i) {
      const Criterion& node = tree_.node(i);
      const auto at = static_cast<std::size_t>(i);
      if (node.is_leaf()) {
        if (node.not_applicable != NotApplicable::full_points) continue;
        over_spans(true, node.location, node.code, [&](std::size_t s) -> std::optional<Finding> {
          if (!std::isnan(most[s].points[at])) return {};
          return Finding{"`not_applicable: full_points` needs to know the full points",
                         "give the node a `maximum`"};
        });
        continue;
      }
      if (node.aggregation.method != Method::sum) continue;
      if (!node.maximum.empty()) {
        const auto& location = node.maximum.entries()[0].location;
        over_spans(true, location.line > 0 ? location : node.location, node.code,
                   [&](std::size_t s) { return compare(node, at, most[s], spans_[s].day); });
      }
      for (const Size child : tree_.children(i)) {
        const Criterion& part = tree_.node(child);
        const std::string_view why =
            part.role != Role::part                             ? std::string_view()
            : node.missing == MissingPolicy::reduce_maximum     ? "`missing: reduce_maximum`"
            : node.aggregation.scale_to && node.maximum.empty() ? "`scale_to`"
            : part.is_leaf() && part.not_applicable == NotApplicable::exclude
                ? "`not_applicable: exclude`"
                : std::string_view();
        if (why.empty()) continue;
        over_spans(true, part.location, part.code, [&](std::size_t s) -> std::optional<Finding> {
          if (!std::isnan(most[s].score[static_cast<std::size_t>(child)])) return {};
          return Finding{fmt::format("{} needs the maximum of every part of '{}', and this one "
                                     "has none",
                                     why, node.code),
                         "give it a `maximum`"};
        });
      }
    }
  }

  // The maximum that a sum declares against what its parts can give.
  static std::optional<Finding> compare(const Criterion& node, std::size_t at, const Maxima& most,
                                        const Day& day) {
    const double* declared = node.maximum.find(day);
    const double parts = most.parts[at];
    if (declared == nullptr || std::isnan(parts)) return {};
    const bool cut = node.cap && parts > *node.cap && !node.aggregation.scale_to;
    if (most.parts_known[at]) {
      if (adds_up(*declared, parts) || (cut && adds_up(*declared, *node.cap))) return {};
      return Finding{fmt::format("the maximum is {}, and those of its parts add up to {}",
                                 to_string(*declared), fmt::format("{:.12g}", parts)),
                     "correct one, or leave out the maximum of the sum"};
    }
    if (*declared >= parts || adds_up(*declared, parts)) return {};
    return Finding{fmt::format("the maximum is {}, and those of some of its parts add up to {}",
                               to_string(*declared), fmt::format("{:.12g}", parts)),
                   "correct one"};
  }

  // ---- Leaves ----------------------------------------------------------------------------------

  const Variable* declared(std::string_view code) const {
    const auto found = variables_.find(code);
    return found == variables_.end() ? nullptr : found->second;
  }

  std::span<const std::string> categories(const Measure& measure) const {
    if (measure.terms.empty()) return {};
    const Variable* variable = declared(measure.terms[0].variable);
    if (variable == nullptr) return {};
    return variable->categories;
  }

  // The numbers that a measure can be; the whole line where variables do not say or where rounding
  // could step out of what they say.
  Interval range(const Measure& measure) const {
    const bool lowest = measure.kind == Measure::Kind::all_of;
    if (measure.terms.empty() || (measure.kind != Measure::Kind::variable && !lowest &&
                                  measure.kind != Measure::Kind::any_of)) {
      return {};
    }
    Interval whole;
    bool first = true;
    for (const auto& term : measure.terms) {
      const Variable* variable = declared(term.variable);
      const Interval each = variable == nullptr ? Interval{} : variable->range;
      if (each.empty()) return {};
      if (first) {
        whole = each;
        first = false;
        continue;
      }
      // The lower bound counts as lower if it is closed, the upper one if it is open.
      const bool lower_first =
          each.lower < whole.lower || (each.lower == whole.lower && each.lower_closed);
      const bool upper_first =
          each.upper < whole.upper || (each.upper == whole.upper && !each.upper_closed);
      if (lower_first == lowest) {
        whole.lower = each.lower;
        whole.lower_closed = each.lower_closed;
      }
      if (upper_first == lowest) {
        whole.upper = each.upper;
        whole.upper_closed = each.upper_closed;
      }
    }
    return whole;
  }

  void leaf(const Criterion& node) {
    if (!has_only_formulas(node)) {
      measure(node);
    } else if (!(node.measure == Measure{})) {
      add(node, "a formula says itself what it reads, and this indicator has a measure too",
          "leave out `variable` and `measure`");
    }
    if (node.rule.empty()) add(node, "expected a rule, got none");
    in_force_once(node, node.rule, "rule");
    for (const auto& entry : node.rule.entries()) {
      const auto before = problems_.list().size();
      rule(node, entry);
      if (problems_.list().size() == before) kernel(node, entry);
    }
  }

  void terms(const Criterion& node, const std::vector<Measure::Term>& terms,
             std::string_view where) {
    const Measure::Kind kind = node.measure.kind;
    const bool counts = kind == Measure::Kind::sum || kind == Measure::Kind::ratio;
    std::unordered_set<std::string_view> seen;
    for (const auto& [variable, coefficient] : terms) {
      if (variable.empty()) {
        add(node, fmt::format("a variable of the {} has no name", where));
      } else if (!seen.insert(variable).second) {
        add(node, fmt::format("the variable '{}' stands twice in the {}", variable, where),
            counts ? "add up its coefficients" : "remove one");
      }
      if (!std::isfinite(coefficient) || coefficient == 0.0) {
        add(node, fmt::format("expected a coefficient of '{}' that is finite and not zero, got {}",
                              variable, to_string(coefficient)));
      } else if (!counts && coefficient != 1.0) {
        add(node, fmt::format("a coefficient has no meaning in the {}: '{}' has {}", where,
                              variable, to_string(coefficient)));
      }
    }
  }

  void measure(const Criterion& node) {
    const Measure& what = node.measure;
    using Kind = Measure::Kind;
    if (what.terms.empty()) {
      add(node, what.kind == Kind::ratio
                    ? "the numerator of the ratio is empty"
                    : "an indicator reads a variable or a measure, and this one has neither");
    } else if (what.kind == Kind::variable && what.terms.size() > 1) {
      add(node, fmt::format("expected one variable, got {}", what.terms.size()),
          "a `measure` reads several");
    }
    constexpr std::array<std::string_view, 6> names{"variable",  "sum",    "mean",
                                                    "numerator", "all_of", "any_of"};
    const auto kind_name = names[static_cast<std::size_t>(what.kind)];
    terms(node, what.terms, kind_name);
    terms(node, what.denominator, "denominator");
    if (what.kind == Kind::ratio && what.denominator.empty()) {
      add(node, "the denominator of the ratio is empty");
    } else if (what.kind != Kind::ratio && !what.denominator.empty()) {
      add(node, "only a ratio has a denominator");
    }
    const bool computes =
        what.kind == Kind::sum || what.kind == Kind::mean || what.kind == Kind::ratio;
    if (!std::isfinite(what.times) || what.times == 0.0) {
      add(node, fmt::format("expected a factor `times` that is finite and not zero, got {}",
                            to_string(what.times)));
    } else if (!computes && what.times != 1.0) {
      add(node, fmt::format("`times` is for a sum, a mean or a ratio, not for {}", kind_name));
    }

    const auto first = categories(what);
    for (const auto* list : {&what.terms, &what.denominator}) {
      for (const auto& term : *list) {
        const Variable* variable = declared(term.variable);
        const std::span<const std::string> own =
            variable == nullptr ? std::span<const std::string>() : variable->categories;
        if (computes) {
          if (!own.empty()) {
            add(node, fmt::format("a {} is of numbers, and the variable '{}' has categories",
                                  what.kind == Kind::ratio ? "ratio" : kind_name, term.variable));
          }
        } else if (!std::equal(own.begin(), own.end(), first.begin(), first.end())) {
          add(node,
              fmt::format("the variables of {} have all the same categories or none; '{}' and "
                          "'{}' differ",
                          kind_name, what.terms[0].variable, term.variable));
        }
      }
    }
  }

  // What can be said about a rule without the maximum of its node.
  void rule(const Criterion& node, const DatedEntry<Rule>& entry) {
    const auto fault = [&](std::string message, std::string remedy = {}) {
      add(node, entry, std::move(message), std::move(remedy));
    };
    const auto words = categories(node.measure);
    if (!words.empty() && !std::holds_alternative<CategoryRule>(entry.value) &&
        !std::holds_alternative<FixedPoints>(entry.value) && !is_formula(entry)) {
      fault(fmt::format("the rule `{}` is for numbers, and the variable '{}' has categories",
                        rule_name(entry.value), node.measure.terms[0].variable),
            "give every category its points with `categories`");
    }
    if (node.polarity == Polarity::negative && (is_points_rule(entry.value) || is_formula(entry))) {
      fault(fmt::format("`polarity: negative` is for normalisers, and `{}` states its direction "
                        "itself",
                        rule_name(entry.value)),
            "leave it out");
    }
    std::visit([&](const auto& each) { check(node, entry, each, fault); }, entry.value);
  }

  template <class Fault>
  static bool points(double value, std::string_view what, const Fault& fault) {
    if (std::isfinite(value) && value >= 0.0) return true;
    fault(
        fmt::format("expected {} that are finite and not negative, got {}", what, to_string(value)),
        value < 0.0 ? "what is subtracted is a child with `role: penalty`" : "");
    return false;
  }

  template <class Fault>
  static bool positive(double value, std::string_view what, const Fault& fault) {
    if (std::isfinite(value) && value > 0.0) return true;
    fault(fmt::format("expected {} positive and finite, got {}", what, to_string(value)), "");
    return false;
  }

  template <class Fault>
  static bool finite(double value, std::string_view what, const Fault& fault) {
    if (std::isfinite(value)) return true;
    fault(fmt::format("expected {} finite, got {}", what, to_string(value)), "");
    return false;
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const Identity&, const Fault&) {}

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const FixedPoints& rule,
             const Fault& fault) {
    points(rule.points, "fixed points", fault);
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const GivenPoints&, const Fault&) {}

  template <class Fault>
  void check(const Criterion& node, const DatedEntry<Rule>&, const Steps& rule,
             const Fault& fault) {
    if (rule.steps.empty()) fault("expected at least one step, got none", "");
    std::vector<Interval> intervals;
    bool sound = true;
    for (const auto& step : rule.steps) {
      points(step.points, "points of a step", fault);
      if (std::isnan(step.when.lower) || std::isnan(step.when.upper) || step.when.empty()) {
        fault(fmt::format("no number is in the step '{}'", to_string(step.when)),
              step.when.lower > step.when.upper ? "exchange its bounds" : "");
        sound = false;
      }
      intervals.push_back(step.when);
    }
    if (!sound || rule.steps.empty()) return;
    const auto part = [](const Interval& where) {
      return where.lower == where.upper ? to_string(where.lower) : to_string(where);
    };
    // Who sees so many mends the first, and each takes a look at all steps.
    constexpr Size most_faults = 50;
    constexpr Size most_named = 5;
    const auto faults = coverage_faults(intervals, range(node.measure));
    for (const auto& found :
         std::span(faults).first(std::min(faults.size(), static_cast<std::size_t>(most_faults)))) {
      if (found.kind == CoverageFault::Kind::gap) {
        fault(fmt::format("nothing is said about {}", part(found.where)),
              "add a step, or limit the range of the variable");
        continue;
      }
      std::string by;
      Size count = 0;
      for (const auto& interval : intervals) {
        if (!meet(interval, found.where) || ++count > most_named) continue;
        by += fmt::format("{}'{}'", by.empty() ? "by " : " and by ", to_string(interval));
      }
      if (count > most_named) by += fmt::format(" and by {} more", count - most_named);
      fault(fmt::format("{} is covered {}", part(found.where), by),
            "every number belongs to one step: open a bound with '(' or ')'");
    }
    if (std::ssize(faults) > most_faults) {
      fault(fmt::format("so it is in {} more places", std::ssize(faults) - most_faults), "");
    }
  }

  static bool meet(const Interval& a, const Interval& b) noexcept {
    Interval both = a;
    if (b.lower > both.lower) {
      both.lower = b.lower;
      both.lower_closed = b.lower_closed;
    } else if (b.lower == both.lower) {
      both.lower_closed = both.lower_closed && b.lower_closed;
    }
    if (b.upper < both.upper) {
      both.upper = b.upper;
      both.upper_closed = b.upper_closed;
    } else if (b.upper == both.upper) {
      both.upper_closed = both.upper_closed && b.upper_closed;
    }
    return !both.empty();
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const Proportional& rule,
             const Fault& fault) {
    const bool sound = positive(rule.full_at, "`full_at` to be", fault);
    if (!std::isfinite(rule.threshold) || rule.threshold < 0.0) {
      fault(fmt::format("expected a threshold that is finite and not negative, got {}",
                        to_string(rule.threshold)),
            "");
    } else if (sound && rule.threshold > rule.full_at) {
      fault(fmt::format("the threshold {} is above {}, where the full points are given",
                        to_string(rule.threshold), to_string(rule.full_at)),
            "");
    }
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const PerUnit& rule, const Fault& fault) {
    positive(rule.points, "points for each unit to be", fault);
    if (rule.cap) positive(*rule.cap, "the cap to be", fault);
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const Increments& rule,
             const Fault& fault) {
    finite(rule.start, "`start` to be", fault);
    finite(rule.from, "`from` to be", fault);
    const bool sound = points(rule.points, "points at the start", fault);
    positive(rule.every, "`every` to be", fault);
    positive(rule.add, "`add` to be", fault);
    if (rule.cap && positive(*rule.cap, "the cap to be", fault) && sound &&
        rule.points > *rule.cap) {
      fault(fmt::format("the {} points at the start are above the cap of {}",
                        to_string(rule.points), to_string(*rule.cap)),
            "");
    }
  }

  template <class Fault>
  void check(const Criterion&, const DatedEntry<Rule>&, const Deduct& rule, const Fault& fault) {
    positive(rule.points, "points to deduct to be", fault);
    positive(rule.per, "`per` to be", fault);
  }

  template <class Fault>
  void check(const Criterion& node, const DatedEntry<Rule>& entry, const CategoryRule& rule,
             const Fault& fault) {
    const auto words = categories(node.measure);
    for (const auto& [category, value] : rule.points) {
      if (!points(value, fmt::format("points of '{}'", category), fault)) continue;
      if (rule.percent && value > 100.0) {
        fault(fmt::format("the grade '{}' gives {} percent of the maximum, more than 100", category,
                          to_string(value)),
              "");
      }
    }
    if (words.empty()) {
      if (node.measure.terms.empty()) return;
      fault(fmt::format("the rule `{}` is for categories, and the variable '{}' has none",
                        rule_name(entry.value), node.measure.terms[0].variable),
            "declare its `categories` from worst to best under `variables`");
      return;
    }
    std::vector<int> given(words.size(), 0);
    std::unordered_map<std::string_view, std::size_t> exact;
    std::unordered_map<std::string, std::size_t> by_key;
    for (std::size_t i = 0; i < words.size(); ++i) {
      exact.emplace(words[i], i);
      by_key.emplace(match_key(words[i]), i);
    }
    const auto position_of = [&](const std::string& category) -> std::optional<std::size_t> {
      if (const auto same = exact.find(category); same != exact.end()) return same->second;
      const auto alike = by_key.find(match_key(category));
      return alike == by_key.end() ? std::nullopt : std::optional(alike->second);
    };
    constexpr int most_suggestions = 100;  // Each takes a look at all words.
    int unknown = 0;
    for (const auto& [category, value] : rule.points) {
      const auto found = position_of(category);
      if (!found) {
        fault(
            fmt::format("the variable '{}' has no category '{}'{}", node.measure.terms[0].variable,
                        category, ++unknown <= most_suggestions ? suggestion(category, words) : ""),
            "");
      } else if (++given[*found] == 2) {
        fault(fmt::format("the category '{}' has points twice", words[*found]), "remove one");
      }
    }
    std::string missing;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (given[i] == 0) missing += fmt::format("{}'{}'", missing.empty() ? "" : ", ", words[i]);
    }
    if (!missing.empty()) {
      fault(fmt::format("no points for {}", missing), "every category has its points");
    }
  }

  template <class Fault>
  void check(const Criterion& node, const DatedEntry<Rule>& entry, const Normaliser& rule,
             const Fault& fault) {
    using Norm = Normaliser::Method;
    const bool both_fixed_needed = rule.method == Norm::goalposts || rule.method == Norm::scaled;
    const auto [low_name, high_name] = anchor_names(rule.method);
    const bool uses_low = !low_name.empty();
    const bool uses_high = !high_name.empty();
    if (uses_low) {
      anchor(node, entry, rule.low, low_name,
             both_fixed_needed || rule.method == Norm::adjusted_goalposts, fault);
    }
    if (uses_high) {
      anchor(node, entry, rule.high, high_name,
             both_fixed_needed || rule.method == Norm::distance_to_target, fault);
    }
    if (rule.low.reached && rule.high.reached && uses_low && uses_high &&
        rule.method != Norm::z_score && !(*rule.low.reached < *rule.high.reached)) {
      fault(fmt::format("the lowest value reached, {}, is not below the highest, {}",
                        to_string(*rule.low.reached), to_string(*rule.high.reached)),
            "exchange them");
    }
    if (uses_low && uses_high && rule.method != Norm::z_score &&
        rule.method != Norm::adjusted_goalposts && rule.low.source == Anchor::Source::fixed &&
        rule.high.source == Anchor::Source::fixed) {
      ends(node, entry, rule, low_name, high_name);
    }
    switch (rule.method) {
      case Norm::min_max:
      case Norm::goalposts: {
        const bool sound = finite(rule.onto_low, "the bounds of `onto` to be", fault) &&
                           finite(rule.onto_high, "the bounds of `onto` to be", fault);
        if (sound && rule.onto_low == rule.onto_high) {
          fault(fmt::format("expected two bounds of `onto` that differ, got {} twice",
                            to_string(rule.onto_low)),
                "");
        }
        break;
      }
      case Norm::z_score:
        finite(rule.onto_low, "the mean to be", fault);
        positive(rule.onto_high, "the deviation to be", fault);
        break;
      case Norm::scaled:
        if (finite(rule.onto_high, "the factor to be", fault) && rule.onto_high == 0.0) {
          fault("expected a factor that is not zero, got 0", "");
        }
        break;
      case Norm::distance_to_reference:
        if (rule.reference_unit.empty()) fault("expected the unit of reference, got none", "");
        break;
      default:
        break;
    }
  }

  template <class Fault>
  void check(const Criterion& node, const DatedEntry<Rule>& entry, const FormulaRule& rule,
             const Fault& fault) {
    const auto names = rule.formula.names();
    for (const std::string& name : names) {
      const auto found = parameters_.find(name);
      if (found != parameters_.end()) users_[found->first].push_back(&entry);
    }
    FormulaSymbols& symbols = symbols_;
    symbols.maximum = node.maximum.empty() ? std::nullopt : std::optional(0.0);
    // What is suggested for a name takes a look at all, and a definition may have many thousand of
    // both.
    constexpr int most_suggesting = 100;
    const auto is_unknown = [&symbols](const std::string& name) {
      return !symbols.names.contains(name);
    };
    if (faulty_formulas_ >= most_suggesting) {
      const auto unknown = std::find_if(names.begin(), names.end(), is_unknown);
      if (unknown != names.end()) return fault(fmt::format("nothing is named '{}'", *unknown), "");
    }
    try {
      static_cast<void>(formula_types(rule.formula, symbols));
    } catch (const SpecError& error) {
      ++faulty_formulas_;
      for (const Problem& problem : error.problems()) {
        const Location letter = rule.place.of(problem.location);
        if (letter.line > 0) {
          add(letter, node.code, problem.message, problem.remedy);
        } else {
          fault(problem.message, problem.remedy);
        }
      }
    }
    std::unordered_set<std::string_view> seen;
    for (const auto* moves : {&rule.rises_with, &rule.falls_with}) {
      const std::string_view key = moves == &rule.rises_with ? "rises_with" : "falls_with";
      for (const std::string& name : *moves) {
        if (std::find(names.begin(), names.end(), name) == names.end()) {
          fault(fmt::format("`{}` names '{}', which the formula does not use{}", key, name,
                            suggestion(name, names)),
                "");
        } else if (parameters_.contains(name)) {
          fault(fmt::format("`{}` names variables, and '{}' is a parameter", key, name), "");
        } else if (!seen.insert(name).second) {
          fault(fmt::format("`rises_with` and `falls_with` name '{}' twice", name), "remove one");
        }
      }
    }
  }

  // What definitions call the two parameters of a normaliser; empty for one it does not have.
  static std::pair<std::string_view, std::string_view> anchor_names(Normaliser::Method method) {
    using Norm = Normaliser::Method;
    switch (method) {
      case Norm::min_max:
        return {"min", "max"};
      case Norm::goalposts:
        return {"low", "high"};
      case Norm::z_score:
        return {"mean", "deviation"};
      case Norm::scaled:
        return {"from", "to"};
      case Norm::distance_to_maximum:
        return {"min", "max"};
      case Norm::distance_to_reference:
        return {"min", ""};
      case Norm::distance_to_target:
        return {"min", "target"};
      case Norm::fraction_of_maximum:
        return {"", "max"};
      case Norm::adjusted_goalposts:
        return {"reference", "max"};
      default:
        return {};
    }
  }

  template <class Fault>
  void anchor(const Criterion& node, const DatedEntry<Rule>& entry, const Anchor& anchor,
              std::string_view what, bool must_be_fixed, const Fault& fault) {
    if (anchor.reached && !std::isfinite(*anchor.reached)) {
      fault(fmt::format("expected a finite value reached for `{}`, got {}", what,
                        to_string(*anchor.reached)),
            "");
    }
    if (anchor.source != Anchor::Source::fixed) {
      if (must_be_fixed) {
        fault(fmt::format("expected a number for `{}`, got {}", what,
                          anchor.source == Anchor::Source::pooled ? "pooled" : "period"),
              "");
      }
      return;
    }
    if (anchor.value.empty()) fault(fmt::format("expected a number for `{}`, got none", what), "");
    for (const auto& value : anchor.value.entries()) {
      if (!std::isfinite(value.value)) {
        add(node, value,
            fmt::format("expected `{}` to be finite, got {}", what, to_string(value.value)));
      }
    }
    in_force_once(node, anchor.value, what, [&](const Day& day) {
      return !day || !node.rule.is_dated() || entry.in_force.contains(*day);
    });
  }

  // Both ends are numbers of the definition.
  void ends(const Criterion& node, const DatedEntry<Rule>& entry, const Normaliser& rule,
            std::string_view low_name, std::string_view high_name) {
    const bool order_matters = rule.method != Normaliser::Method::distance_to_target;
    over_time(rule.low.value.is_dated() || rule.high.value.is_dated(),
              entry.location.line > 0 ? entry.location : node.location, node.code,
              [&](const Day& day) -> std::optional<Finding> {
                if (day && !entry.in_force.contains(*day)) return {};
                const double* low = rule.low.value.find(day);
                const double* high = rule.high.value.find(day);
                if (low == nullptr || high == nullptr) return {};
                if (*low == *high) {
                  return Finding{fmt::format("`{}` and `{}` are both {}", low_name, high_name,
                                             to_string(*low)),
                                 "a spread is needed between them"};
                }
                if (order_matters && *low > *high) {
                  return Finding{fmt::format("`{}` is {}, above `{}`, which is {}", low_name,
                                             to_string(*low), high_name, to_string(*high)),
                                 "exchange them; where more is worse, say `polarity: negative`"};
                }
                return {};
              });
  }

  // What can be said about a points rule with the maximum of its node: at every time in force.
  void kernel(const Criterion& node, const DatedEntry<Rule>& entry) {
    const Rule& rule = entry.value;
    if (!is_points_rule(rule)) return;
    const auto words = categories(node.measure);
    over_time(
        node.maximum.is_dated(), entry.location.line > 0 ? entry.location : node.location,
        node.code, [&](const Day& day) -> std::optional<Finding> {
          if (day && !entry.in_force.contains(*day)) return {};
          std::optional<double> maximum;
          if (!node.maximum.empty()) {
            const double* declared = node.maximum.find(day);
            // What is wrong with the maximum itself has been said.
            if (declared == nullptr || !std::isfinite(*declared) || *declared <= 0.0) {
              return {};
            }
            maximum = *declared;
          }
          if (!maximum && needs_maximum(rule)) {
            return Finding{
                fmt::format("the rule `{}` is relative to a maximum, and the node has none",
                            rule_name(rule)),
                std::holds_alternative<PerUnit>(rule) || std::holds_alternative<Increments>(rule)
                    ? "give the node a `maximum`, or the rule a `cap`"
                    : "give the node a `maximum`"};
          }
          if (const auto most = implied_maximum(rule); most && maximum && *most > *maximum) {
            return Finding{fmt::format("the rule `{}` gives up to {}, and the maximum is {}",
                                       rule_name(rule), to_string(*most), to_string(*maximum)),
                           "correct one"};
          }
          if (const auto* increments = std::get_if<Increments>(&rule);
              increments != nullptr && maximum && increments->points > *maximum) {
            return Finding{fmt::format("the rule `increments` starts with {}, and the "
                                       "maximum is {}",
                                       to_string(increments->points), to_string(*maximum)),
                           "correct one"};
          }
          // Whatever else the kernel itself refuses.
          try {
            static_cast<void>(rule_kernel(rule, maximum, words));
          } catch (const SpecError& error) {
            return Finding{error.problems()[0].message, error.problems()[0].remedy};
          }
          return {};
        });
  }

  const IndexDefinition& definition_;
  const Tree& tree_;
  std::unordered_map<std::string_view, const Variable*> variables_;
  std::map<std::string_view, const Parameter*> parameters_;
  FormulaSymbols symbols_;  // All that formulas may name.
  int faulty_formulas_ = 0;
  std::unordered_map<std::string_view, std::vector<const DatedEntry<Rule>*>> users_;
  std::vector<Span> spans_;
  Problems problems_;
};

}  // namespace

void validate(const IndexDefinition& definition, const Tree& tree) {
  Validator(definition, tree).run();
}

}  // namespace chiso
