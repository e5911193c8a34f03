#include "check/coverage_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>
#include <utility>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "check/date_slips.hpp"
#include "check/measure_range.hpp"
#include "check/methods.hpp"
#include "check/score_bounds.hpp"
#include "check/slips.hpp"
#include "chiso/model/formula_symbols.hpp"
#include "evaluate/compiled.hpp"

namespace chiso {

namespace {

using Kind = CoverageKind;

double first_in(const Interval& on) noexcept {
  return on.lower_closed ? on.lower : next_up(on.lower);
}
double last_in(const Interval& on) noexcept {
  return on.upper_closed ? on.upper : next_down(on.upper);
}

/// Numbers between two doubles, both included.
struct Stretch {
  double first = 0.0;
  double last = 0.0;

  [[nodiscard]] bool empty() const noexcept { return !(first <= last); }

  /// One of them that reads well.
  [[nodiscard]] double example() const noexcept {
    const double from = std::max(first, -1e300);
    const double to = std::min(last, 1e300);
    if (from == to) return from;
    if (from <= -1e300) return to <= 0.0 ? std::floor(to) - 1.0 : 0.0;
    if (to >= 1e300) {
      constexpr std::size_t short_text = 8;
      return from < 0.0                             ? 0.0
             : to_string(from).size() <= short_text ? from
                                                    : std::floor(from) + 1.0;
    }
    const double middle = from / 2.0 + to / 2.0;
    const double whole = std::nearbyint(middle);
    return whole >= from && whole <= to ? whole : middle;
  }
};

Stretch meet(const Interval& on, const Interval& domain) noexcept {
  return {std::max(first_in(on), first_in(domain)), std::min(last_in(on), last_in(domain))};
}

std::string points(double value) {
  return to_string(value) + (value == 1.0 ? " point" : " points");
}

class Planner {
 public:
  Planner(const Index& index, std::span<const Period> methods) : index_(index) {
    if (index.is_dated() && !methods.empty()) {
      made_.plan.days.assign(methods.begin(), methods.end());
    } else {
      made_.plan.days = method_days(index);
    }
    for (const auto& day : made_.plan.days) compiled_.push_back(compile(index, day));
  }

  CoverageParts plan() {
    made_.plan.nodes.resize(at(index_.size()));
    made_.plan.zeros.assign(index_.variables().size(), -1);
    for (Size i = 0; i < index_.size(); ++i) any_node(i);
    return std::move(made_);
  }

 private:
  Size add(Kind kind, Size node, const Location& location, const std::string& place,
           std::string what, std::string how) {
    const Criterion& criterion = index_.node(node);
    made_.parts.push_back({kind,
                           node,
                           criterion.code + place,
                           std::move(what),
                           std::move(how),
                           location.line > 0 ? location : criterion.location,
                           false,
                           {}});
    return std::ssize(made_.parts) - 1;
  }

  Size add(Kind kind, Size node, const std::string& place, std::string what, std::string how) {
    return add(kind, node, {}, place, std::move(what), std::move(how));
  }

  CoveragePlan::Node& plan_of(Size i) { return made_.plan.nodes[at(i)]; }

  void any_node(Size i) {
    const Criterion& node = index_.node(i);
    plan_of(i).scored = add(Kind::scored, i, ".scored", "a score", "all that it rests on present");
    if (index_.is_leaf(i)) {
      leaf(i);
    } else {
      inner(i);
    }
    if (node.cap) {
      const bool reachable =
          std::any_of(compiled_.begin(), compiled_.end(), [&](const Compiled& compiled) {
            return uncapped_bounds(compiled, i).highest > *node.cap;
          });
      if (reachable) {
        plan_of(i).cut = add(Kind::cap, i, ".cap", fmt::format("cut to {}", to_string(*node.cap)),
                             fmt::format("more than {} without the cap", to_string(*node.cap)));
      }
      plan_of(i).below_cap =
          add(Kind::cap, i, ".below_cap", fmt::format("less than the cap {}", to_string(*node.cap)),
              fmt::format("a score below {}", to_string(*node.cap)));
    }
    if (node.role != Role::part) {
      const bool bonus = node.role == Role::bonus;
      plan_of(i).role =
          add(Kind::role, i, bonus ? ".adds" : ".subtracts",
              bonus ? "a bonus that is added" : "a penalty that is subtracted", "a score above 0");
    }
    dated(i, "weight", node.weight);
    dated(i, "maximum", node.maximum);
    dated(i, "rule", node.rule);
    for (const auto& entry : node.rule.entries()) {
      if (const auto* normaliser = std::get_if<Normaliser>(&entry.value)) {
        dated(i, "low", normaliser->low.value);
        dated(i, "high", normaliser->high.value);
      } else if (const auto* rule = std::get_if<FormulaRule>(&entry.value)) {
        parameters(i, *rule);
      }
    }
  }

  [[nodiscard]] bool ever(const PeriodRange& in_force) const {
    return std::any_of(made_.plan.days.begin(), made_.plan.days.end(),
                       [&](const auto& day) { return day && in_force.contains(*day); });
  }

  template <class T>
  void dated(Size i, const std::string& what, const Dated<T>& value) {
    if (!value.is_dated()) return;
    for (const auto& entry : value.entries()) {
      if (!ever(entry.in_force)) continue;
      const Size part = add(Kind::dated, i, entry.location,
                            fmt::format(".{}@{}", what, entry_label(entry.in_force)),
                            fmt::format("{} of {}", what, entry.in_force.to_string()),
                            fmt::format("the method of {}", entry.in_force.to_string()));
      made_.plan.entries.push_back({i, entry.in_force, part});
    }
  }

  /// Those that no formula before this one uses.
  void parameters(Size i, const FormulaRule& rule) {
    for (const std::string& name : rule.formula.names()) {
      const auto all = index_.parameters();
      const auto found = std::find_if(all.begin(), all.end(), [&](const Parameter& parameter) {
        return parameter.code == name;
      });
      if (found == all.end() || !parameters_.insert(name).second) continue;
      dated(i, id_word(name), found->value);
    }
  }

  // ---- Inner nodes -----------------------------------------------------------------------------

  static std::string policy(const Criterion& node) {
    switch (node.missing) {
      case MissingPolicy::error:
        return "scoring stops";
      case MissingPolicy::no_score:
        return "no score";
      case MissingPolicy::renormalise:
        return "weights scaled up over the others";
      case MissingPolicy::reduce_maximum:
        return "points scaled up from the maximum of the others";
    }
    return {};
  }

  void inner(Size i) {
    const Criterion& node = index_.node(i);
    CoveragePlan::Inner& parts = plan_of(i).inner;
    const bool excuses =
        node.missing == MissingPolicy::renormalise || node.missing == MissingPolicy::reduce_maximum;
    // An only child that is missing excuses nobody.
    const std::string without = excuses && node.children.size() == 1 ? "no score" : policy(node);
    parts.missing_child =
        add(Kind::missing_child, i, ".missing_child", "without one of its children: " + without,
            node.children.size() == 1 ? "a child without a score"
                                      : "one child without a score, and others with");
    const double all = static_cast<double>(node.children.size());
    if (excuses && node.at_least && *node.at_least * all > 1.0) {
      parts.too_few =
          add(Kind::too_few, i, ".too_few",
              fmt::format("no score with less than {} of its children", to_string(*node.at_least)),
              "some children, but not enough");
    }
    const bool lowest = node.aggregation.method == Aggregation::Method::minimum;
    if (!lowest && node.aggregation.method != Aggregation::Method::maximum) return;
    if (node.children.size() == 1) return;
    for (const Criterion& child : node.children) {
      parts.decided.push_back(add(
          Kind::decided, i, ".decided_by." + child.code,
          fmt::format("'{}' is the {} of its children", child.code, lowest ? "lowest" : "highest"),
          fmt::format("all others {} than '{}'", lowest ? "higher" : "lower", child.code)));
    }
  }

  // ---- Leaves ----------------------------------------------------------------------------------

  [[nodiscard]] const Variable& variable(const Measure::Term& term) const {
    return index_.variables()[at(index_.variable_codes().at(term.variable))];
  }

  /// "plan.done", or what stands for a measure of several.
  static std::string subject(const Criterion& node) {
    const Measure& measure = node.measure;
    return measure.kind == Measure::Kind::variable && !measure.terms.empty()
               ? measure.terms[0].variable
               : "its measure";
  }

  void leaf(Size i) {
    const Criterion& node = index_.node(i);
    CoveragePlan::Leaf& parts = plan_of(i).leaf;
    rules(i);
    normaliser(i);
    if (node.not_applicable != NotApplicable::missing) {
      const bool full = node.not_applicable == NotApplicable::full_points;
      parts.not_applicable =
          add(Kind::not_applicable, i, ".not_applicable",
              full ? "full points where it does not apply" : "left out where it does not apply",
              "a variable that it reads not applicable");
    }
    for (const Size v : variables_read(i)) {
      const Variable& variable = index_.variables()[at(v)];
      if (!variable.zero_is_missing || made_.plan.zeros[at(v)] >= 0) continue;
      made_.plan.zeros[at(v)] = add(Kind::zero_is_missing, i, variable.location,
                                    fmt::format(".zero.{}", id_word(variable.code)),
                                    fmt::format("a zero of '{}' counts as missing", variable.code),
                                    fmt::format("{} = 0", variable.code));
    }
    using MeasureKind = Measure::Kind;
    const bool lowest = node.measure.kind == MeasureKind::all_of;
    if ((lowest || node.measure.kind == MeasureKind::any_of) && node.measure.terms.size() > 1) {
      for (const auto& term : node.measure.terms) {
        parts.decided.push_back(add(
            Kind::decided, i, ".decided_by." + id_word(term.variable),
            fmt::format("'{}' is the {}", term.variable, lowest ? "lowest" : "highest"),
            fmt::format("all others {} than '{}'", lowest ? "higher" : "lower", term.variable)));
      }
    }
    if (node.measure.kind == MeasureKind::ratio) {
      Measure below;
      below.kind = MeasureKind::sum;
      below.terms = node.measure.denominator;
      if (measure_range(index_, below).contains(0.0)) {
        parts.zero_denominator = add(Kind::zero_denominator, i, ".zero_denominator",
                                     "no value: a ratio over zero", "a denominator of 0");
      }
    }
  }

  [[nodiscard]] std::vector<Size> variables_read(Size i) const {
    std::vector<Size> all;
    for (const Compiled& compiled : compiled_) {
      const CompiledMeasure& measure = compiled.leaves[at(compiled.leaf_of[at(i)])].measure;
      for (const auto* terms : {&measure.terms, &measure.denominator}) {
        for (const auto& term : *terms) all.push_back(compiled.columns[at(term.variable)].variable);
      }
    }
    return all;
  }

  /// Each rule with each maximum that it has to do with.
  void rules(Size i) {
    const Criterion& node = index_.node(i);
    auto& all = plan_of(i).leaf.rules;
    for (std::size_t d = 0; d < compiled_.size(); ++d) {
      const Rule* rule = node.rule.find(made_.plan.days[d]);
      if (rule == nullptr) continue;
      CoveragePlan::RuleParts parts;
      while (&node.rule.entries()[parts.entry].value != rule) ++parts.entry;
      const CompiledLeaf& leaf = compiled_[d].leaves[at(compiled_[d].leaf_of[at(i)])];
      const auto* by_formula = std::get_if<FormulaRule>(rule);
      const auto* piecewise = std::get_if<Piecewise>(&leaf.rule);
      if (piecewise != nullptr && by_formula == nullptr) parts.kernel = *piecewise;
      const bool known = std::any_of(all.begin(), all.end(), [&](const auto& other) {
        return other.entry == parts.entry && other.kernel == parts.kernel;
      });
      if (known) continue;
      const auto same_entry = std::count_if(
          all.begin(), all.end(), [&](const auto& other) { return other.entry == parts.entry; });
      std::string when =
          node.rule.is_dated() ? "@" + entry_label(node.rule.entries()[parts.entry].in_force) : "";
      if (same_entry > 0) when += fmt::format("@maximum{}", same_entry + 1);
      if (by_formula != nullptr) {
        formula(i, *by_formula, made_.plan.days[d], when, parts);
      } else if (parts.kernel) {
        pieces(i, *rule, when, parts);
      } else if (const auto* categories = std::get_if<CategoryPoints>(&leaf.rule)) {
        for (Size c = 0; c < categories->size(); ++c) {
          const std::string& word = variable(node.measure.terms[0]).categories[at(c)];
          parts.categories.push_back(
              add(Kind::category, i, location(i, parts), fmt::format(".{}{}", id_word(word), when),
                  fmt::format("{} for '{}'", points(categories->points()[at(c)]), word),
                  fmt::format("{} = {}", subject(node), word)));
        }
      }
      all.push_back(std::move(parts));
    }
  }

  [[nodiscard]] const Location& location(Size i, const CoveragePlan::RuleParts& parts) const {
    return index_.node(i).rule.entries()[parts.entry].location;
  }

  void formula(Size i, const FormulaRule& rule, const std::optional<Period>& day,
               const std::string& when, CoveragePlan::RuleParts& parts) {
    parts.formula = formula_parts(rule.formula, formula_symbols(index_, i, day));
    for (const FormulaPart& part : parts.formula) {
      const FormulaNode& node = rule.formula.nodes()[part.node];
      parts.of_formula.push_back(
          add(Kind::branch, i, rule.place.of(location_of(rule.formula, node.span)),
              fmt::format(".formula.{}{}", part.place, when), part.words, part.words));
    }
  }

  /// What definitions would call a piece.
  static std::string piece_name(const Rule& rule, const Piecewise& kernel, std::size_t k) {
    if (const auto* steps = std::get_if<Steps>(&rule)) {
      for (std::size_t s = 0; s < steps->steps.size(); ++s) {
        if (steps->steps[s].when == kernel.pieces()[k].on) return fmt::format("step{}", s + 1);
      }
    }
    const Piece& piece = kernel.pieces()[k];
    if (std::holds_alternative<Increments>(rule)) return fmt::format("piece{}", k + 1);
    if (piece.rise > 0.0) return "rising";
    if (piece.rise < 0.0) return "falling";
    return piece.intercept == 0.0 ? "none" : "full";
  }

  void pieces(Size i, const Rule& rule, const std::string& when, CoveragePlan::RuleParts& parts) {
    const Criterion& node = index_.node(i);
    const Interval domain = measure_range(index_, node.measure);
    const Piecewise& kernel = *parts.kernel;
    const auto list = kernel.pieces();
    std::optional<std::size_t> before;
    for (std::size_t k = 0; k < list.size(); ++k) {
      const Stretch on = meet(list[k].on, domain);
      if (on.empty()) {
        parts.pieces.push_back(-1);
        continue;
      }
      if (before) bounds(i, when, parts, *before, k, domain);
      before = k;
      const std::string where =
          list[k].on == Interval{} ? "everywhere" : "on " + to_string(list[k].on);
      parts.pieces.push_back(add(Kind::piece, i, location(i, parts),
                                 fmt::format(".{}{}", piece_name(rule, kernel, k), when),
                                 list[k].rise == 0.0
                                     ? fmt::format("{} {}", points(kernel(on.first)), where)
                                     : fmt::format("points in proportion {}", where),
                                 fmt::format("{} = {}", subject(node), to_string(on.example()))));
    }
  }

  /// Where points jump from one piece to the next: the number itself, and one close to it that does
  /// not belong to the same piece.
  void bounds(Size i, const std::string& when, CoveragePlan::RuleParts& parts, std::size_t left,
              std::size_t right, const Interval& domain) {
    const Piecewise& kernel = *parts.kernel;
    const Stretch before = meet(kernel.pieces()[left].on, domain);
    const Stretch after = meet(kernel.pieces()[right].on, domain);
    if (after.first != next_up(before.last)) return;  // A gap between them.
    const double from = kernel(before.last);
    const double to = kernel(after.first);
    if (std::abs(from - to) <= 1e-9 * std::max({1.0, std::abs(from), std::abs(to)})) return;
    const Interval& on = kernel.pieces()[right].on;
    const std::string name = subject(index_.node(i));
    const bool below = on.lower_closed;  // The number belongs to the right piece.
    const double bound = on.lower;
    const double near = next_digit(bound, !below);
    const Stretch beside = below ? Stretch{std::max(near, before.first), before.last}
                                 : Stretch{after.first, std::min(near, after.last)};
    const std::string side = below ? "below" : "above";
    const std::string text = to_string(bound);
    parts.bounds.push_back(
        {bound, bound,
         add(Kind::bound, i, location(i, parts), fmt::format(".at_{}{}", text, when),
             fmt::format("{} at {} itself", points(below ? to : from), text),
             fmt::format("{} = {}", name, text))});
    parts.bounds.push_back(
        {beside.first, beside.last,
         add(Kind::bound, i, location(i, parts), fmt::format(".just_{}_{}{}", side, text, when),
             fmt::format("{} just {} {}", points(below ? from : to), side, text),
             fmt::format("{} = {}, or nearer to {}", name,
                         to_string(below ? beside.first : beside.last), text))});
  }

  // ---- Normalisers

  void normaliser(Size i) {
    using Method = Normaliser::Method;
    const Criterion& node = index_.node(i);
    CoveragePlan::Leaf& parts = plan_of(i).leaf;
    const Interval domain = measure_range(index_, node.measure);
    for (const auto& entry : node.rule.entries()) {
      const auto* how = std::get_if<Normaliser>(&entry.value);
      if (how == nullptr || (node.rule.is_dated() && !ever(entry.in_force))) continue;
      if (how->ranks()) {
        tie(i, parts);
        continue;
      }
      const bool two_ends = how->method == Method::min_max || how->method == Method::goalposts;
      if (two_ends) {
        end(i, parts.at_low, "low", how->low, domain);
        end(i, parts.at_high, "high", how->high, domain);
      }
      if (!how->cut) continue;
      if (how->method == Method::goalposts) {
        beyond(i, parts.beyond_low, "low",
               any_post(how->low, [&](double post) { return domain.lower < post; }));
        beyond(i, parts.beyond_high, "high",
               any_post(how->high, [&](double post) { return domain.upper > post; }));
      } else if (how->method == Method::distance_to_target) {
        const bool positive = node.polarity == Polarity::positive;
        beyond(i, parts.beyond_high, "target", any_post(how->high, [&](double post) {
                 return positive ? domain.upper > post : domain.lower < post;
               }));
      } else if (how->method == Method::distance_to_reference) {
        beyond(i, parts.beyond_high, "reference", true);
      }
    }
  }

  void tie(Size i, CoveragePlan::Leaf& parts) {
    if (parts.tie >= 0) return;
    parts.tie = add(Kind::tie, i, ".tie", "units with equal values",
                    fmt::format("two units with the same {}", subject(index_.node(i))));
  }

  template <class Holds>
  static bool any_post(const Anchor& anchor, const Holds& holds) {
    return std::any_of(anchor.value.entries().begin(), anchor.value.entries().end(),
                       [&](const auto& entry) { return holds(entry.value); });
  }

  void end(Size i, Size& part, const char* which, const Anchor& anchor, const Interval& domain) {
    const bool reachable = anchor.source != Anchor::Source::fixed ||
                           any_post(anchor, [&](double post) { return domain.contains(post); });
    if (part >= 0 || !reachable) return;
    part = add(Kind::end, i, fmt::format(".at_{}", which),
               fmt::format("a value at the {} anchor", which),
               fmt::format("{} at its {} anchor", subject(index_.node(i)), which));
  }

  void beyond(Size i, Size& part, const char* which, bool reachable) {
    if (part >= 0 || !reachable) return;
    part = add(Kind::cut, i, fmt::format(".beyond_{}", which),
               fmt::format("a value beyond the {} post, cut to it", which),
               fmt::format("{} beyond the {} post", subject(index_.node(i)), which));
  }

  const Index& index_;
  std::vector<Compiled> compiled_;  ///< By day of the plan.
  std::unordered_set<std::string> parameters_;
  CoverageParts made_;
};

}  // namespace

CoverageParts plan_coverage(const Index& index, std::span<const Period> methods) {
  return Planner(index, methods).plan();
}

}  // namespace chiso
