#include "check/change_words.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <type_traits>
#include <variant>

#include "base/blanks.hpp"
#include "chiso/base/interval.hpp"

namespace chiso {

namespace {

void append(std::string& text, std::string_view item, std::string_view between = "; ") {
  if (item.empty()) return;
  if (!text.empty()) text += between;
  text += item;
}

std::string moved(std::string_view what, const std::string& before, const std::string& after) {
  if (before == after) return {};
  return fmt::format("{} {} -> {}", what, before.empty() ? "none" : before,
                     after.empty() ? "none" : after);
}

std::string moved(std::string_view what, double before, double after) {
  return moved(what, to_string(before), to_string(after));
}

std::string text_of(const std::optional<double>& value) { return value ? to_string(*value) : ""; }

/// " up to 2015", " from 2016", " from 2016 to 2018"; empty for a range without ends.
std::string when(const PeriodRange& range) {
  if (range.from && range.to) {
    return fmt::format(" from {} to {}", range.from->text(), range.to->text());
  }
  if (range.from) return " from " + range.from->text();
  if (range.to) return " up to " + range.to->text();
  return {};
}

template <class T, class Words>
std::string dated_words(const Dated<T>& value, const Words& words) {
  std::string text;
  for (const auto& entry : value.entries()) {
    append(text, words(entry.value) + when(entry.in_force), ", ");
  }
  return text;
}

// ---- Rules -------------------------------------------------------------------------------------

bool same_numbers(const Dated<double>& a, const Dated<double>& b) { return same_values(a, b); }

bool same_anchor(const Anchor& a, const Anchor& b) {
  return a.source == b.source && a.reached == b.reached && same_numbers(a.value, b.value);
}

Normaliser without_anchors(Normaliser normaliser) {
  normaliser.low = normaliser.high = {};
  return normaliser;
}

bool same_rule(const Rule& a, const Rule& b) {
  const auto* x = std::get_if<Normaliser>(&a);
  const auto* y = std::get_if<Normaliser>(&b);
  if (x == nullptr || y == nullptr) return a == b;
  return same_anchor(x->low, y->low) && same_anchor(x->high, y->high) &&
         without_anchors(*x) == without_anchors(*y);
}

/// What became of a rule that stayed one of its kind.
struct Changed {
  std::string operator()(const FixedPoints& a, const FixedPoints& b) const {
    return moved("points", a.points, b.points);
  }

  std::string operator()(const Steps& a, const Steps& b) const {
    if (a.steps.size() != b.steps.size()) return other_steps(a, b);
    std::string text;
    std::vector<std::pair<double, double>> told;  // Bounds, which two steps share.
    for (std::size_t i = 0; i < a.steps.size(); ++i) {
      const Interval& was = a.steps[i].when;
      const Interval& is = b.steps[i].when;
      for (const bool lower : {true, false}) {
        const double from = lower ? was.lower : was.upper;
        const double to = lower ? is.lower : is.upper;
        const std::pair bounds(from, to);
        const bool closed = lower ? was.lower_closed : was.upper_closed;
        const bool closes = lower ? is.lower_closed : is.upper_closed;
        if (from != to && std::find(told.begin(), told.end(), bounds) == told.end()) {
          told.push_back(bounds);
          append(text, moved(fmt::format("the bound {} of step {} moved:", to_string(from), i + 1),
                             from, to) +
                           (closed == closes || std::isinf(from) || std::isinf(to) ? ""
                            : closes ? ", now included"
                                     : ", no longer included"));
        }
        if (from == to && !closed && closes) {
          append(text,
                 fmt::format("the bound {0} of step {1} now includes {0}", to_string(from), i + 1));
        } else if (from == to && closed && !closes && !gains(a, b, i, from)) {
          append(text, fmt::format("the bound {0} of step {1} no longer includes {0}",
                                   to_string(from), i + 1));
        }
      }
      append(text, moved(fmt::format("points of step {} ({})", i + 1, to_string(is)),
                         a.steps[i].points, b.steps[i].points));
    }
    return text;
  }

  std::string operator()(const Proportional& a, const Proportional& b) const {
    std::string text = moved("full points at", a.full_at, b.full_at);
    append(text, moved("threshold", a.threshold, b.threshold));
    return text;
  }

  std::string operator()(const PerUnit& a, const PerUnit& b) const {
    std::string text = moved("points for each unit", a.points, b.points);
    append(text, moved("cap", text_of(a.cap), text_of(b.cap)));
    return text;
  }

  std::string operator()(const Increments& a, const Increments& b) const {
    std::string text = moved("start", a.start, b.start);
    append(text, moved("points at the start", a.points, b.points));
    append(text, moved("increments from", a.from, b.from));
    append(text, moved("every", a.every, b.every));
    append(text, moved("added", a.add, b.add));
    append(text, moved("cap", text_of(a.cap), text_of(b.cap)));
    return text;
  }

  std::string operator()(const Deduct& a, const Deduct& b) const {
    std::string text = moved("points deducted", a.points, b.points);
    append(text, moved("for every", a.per, b.per));
    return text;
  }

  std::string operator()(const CategoryRule& a, const CategoryRule& b) const {
    std::string text;
    if (a.percent != b.percent) {
      append(text,
             b.percent ? "points -> percent of the maximum" : "percent of the maximum -> points");
    }
    const auto find = [](const CategoryRule& rule, const std::string& word) {
      const auto found = std::find_if(rule.points.begin(), rule.points.end(),
                                      [&](const auto& pair) { return pair.first == word; });
      return found == rule.points.end() ? std::string() : to_string(found->second);
    };
    for (const auto& [word, points] : a.points) {
      append(text, moved(fmt::format("points of '{}'", word), to_string(points), find(b, word)));
    }
    for (const auto& [word, points] : b.points) {
      if (find(a, word).empty())
        append(text, moved(fmt::format("points of '{}'", word), "", to_string(points)));
    }
    return text.empty() ? "its categories in another order" : text;
  }

  std::string operator()(const Normaliser& a, const Normaliser& b) const {
    std::string text = moved("method", with_blanks(name(a.method)), with_blanks(name(b.method)));
    if (a.method != b.method) return text;
    if (a.method == Normaliser::Method::z_score) {
      append(text, moved("mean", a.onto_low, b.onto_low));
      append(text, moved("deviation", a.onto_high, b.onto_high));
    } else {
      append(text, moved("onto from", a.onto_low, b.onto_low));
      append(text, moved("onto to", a.onto_high, b.onto_high));
    }
    const auto [low, high] = anchor_names(a.method);
    append(text, moved(low, anchor_words(a.low), anchor_words(b.low)));
    append(text, moved(high, anchor_words(a.high), anchor_words(b.high)));
    if (a.cut != b.cut) append(text, b.cut ? "now cut" : "no longer cut");
    append(text, moved("reference", a.reference_unit, b.reference_unit));
    if (a.ties != b.ties) {
      append(text, b.ties == Normaliser::Ties::average ? "ties lowest -> average"
                                                       : "ties average -> lowest");
    }
    return text;
  }

  std::string operator()(const FormulaRule& a, const FormulaRule& b) const {
    std::string text = a.formula == b.formula ? "" : part(a.formula, b.formula);
    append(text, moved("rises with", joined(a.rises_with), joined(b.rises_with)));
    append(text, moved("falls with", joined(a.falls_with), joined(b.falls_with)));
    return text;
  }

  template <class A, class B>
  std::string operator()(const A& a, const B& b) const {
    return moved("rule", describe(Rule(a)), describe(Rule(b)));
  }

 private:
  static std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& each : names) append(text, each, ", ");
    return text;
  }

  /// Which operand is the only thing that is different; nothing if there is no single one.
  static std::optional<std::size_t> only_difference(const Formula& a, std::size_t x,
                                                    const Formula& b, std::size_t y) {
    const auto& one = a.nodes()[x];
    const auto& other = b.nodes()[y];
    if (one.operation != other.operation || one.operands.size() != other.operands.size()) return {};
    std::optional<std::size_t> found;
    for (std::size_t k = 0; k < one.operands.size(); ++k) {
      if (to_string(a, one.operands[k]) == to_string(b, other.operands[k])) continue;
      if (found) return {};
      found = k;
    }
    return found;
  }

  /// The smallest part of a formula that holds all that is different.
  static std::string part(const Formula& a, const Formula& b) {
    std::size_t x = a.root();
    std::size_t y = b.root();
    while (const auto deeper = only_difference(a, x, b, y)) {
      x = a.nodes()[x].operands[*deeper];
      y = b.nodes()[y].operands[*deeper];
    }
    const bool whole = x == a.root();
    return moved(whole ? "formula" : "in the formula", to_string(a, x), to_string(b, y));
  }

  /// Whether another step includes a bound now that none but step `i` did before.
  static bool gains(const Steps& a, const Steps& b, std::size_t i, double bound) {
    for (std::size_t k = 0; k < a.steps.size(); ++k) {
      if (k != i && !a.steps[k].when.contains(bound) && b.steps[k].when.contains(bound)) {
        return true;
      }
    }
    return false;
  }

  static std::string other_steps(const Steps& a, const Steps& b) {
    const auto without = [](const Steps& from, const Steps& what, std::string_view word) {
      std::string list;
      for (const auto& step : from.steps) {
        if (std::find(what.steps.begin(), what.steps.end(), step) != what.steps.end()) continue;
        append(list, fmt::format("{}: {}", to_string(step.when), to_string(step.points)), ", ");
      }
      return list.empty() ? list : fmt::format("{} {}", word, list);
    };
    std::string text = without(a, b, "without");
    append(text, without(b, a, "with"));
    return text.empty() ? moved("rule", describe(Rule(a)), describe(Rule(b))) : text;
  }

  static std::pair<std::string_view, std::string_view> anchor_names(Normaliser::Method method) {
    using Method = Normaliser::Method;
    switch (method) {
      case Method::z_score:
        return {"anchor mean", "anchor deviation"};
      case Method::goalposts:
        return {"low post", "high post"};
      case Method::scaled:
        return {"from", "to"};
      case Method::distance_to_target:
        return {"anchor min", "target"};
      case Method::adjusted_goalposts:
        return {"reference", "anchor max"};
      default:
        return {"anchor min", "anchor max"};
    }
  }

  static std::string anchor_words(const Anchor& anchor) {
    switch (anchor.source) {
      case Anchor::Source::period:
        return "of the period";
      case Anchor::Source::pooled:
        return anchor.reached
                   ? fmt::format("pooled ({} reached before)", to_string(*anchor.reached))
                   : "pooled";
      case Anchor::Source::fixed:
        return in_words(anchor.value);
    }
    return {};
  }
};

std::string terms_words(const std::vector<Measure::Term>& terms) {
  std::string text;
  for (const auto& [variable, coefficient] : terms) {
    if (text.empty()) {
      if (coefficient < 0.0) text += '-';
    } else {
      text += coefficient < 0.0 ? " - " : " + ";
    }
    const double size = coefficient < 0.0 ? -coefficient : coefficient;
    if (size != 1.0) text += to_string(size) + " ";
    text += variable;
  }
  return text;
}

std::string listed(const std::vector<Measure::Term>& terms) {
  std::string text;
  for (const auto& term : terms) append(text, term.variable, ", ");
  return text;
}

}  // namespace

std::string in_words(const Dated<double>& value) {
  return dated_words(value, [](double number) { return to_string(number); });
}

std::string in_words(const Dated<Rule>& rule) {
  return dated_words(rule, [](const Rule& each) { return describe(each); });
}

std::string in_words(const Measure& measure) {
  using Kind = Measure::Kind;
  const std::string times =
      measure.times == 1.0 ? "" : fmt::format(" times {}", to_string(measure.times));
  switch (measure.kind) {
    case Kind::variable:
      return listed(measure.terms);
    case Kind::sum:
      return terms_words(measure.terms) + times;
    case Kind::mean:
      return fmt::format("mean of {}{}", listed(measure.terms), times);
    case Kind::ratio: {
      const auto part = [](const std::vector<Measure::Term>& terms) {
        const std::string text = terms_words(terms);
        return terms.size() > 1 ? "(" + text + ")" : text;
      };
      return fmt::format("{} / {}{}", part(measure.terms), part(measure.denominator), times);
    }
    case Kind::all_of:
      return "all of " + listed(measure.terms);
    case Kind::any_of:
      return "any of " + listed(measure.terms);
  }
  return {};
}

std::string in_words(const Aggregation& how) {
  std::string text = with_blanks(name(how.method));
  if (how.method == Aggregation::Method::power_mean) text += " of order " + to_string(how.power);
  if (how.upward_penalty) text += ", penalty upward";
  if (how.weights == Aggregation::Weights::relative) text += ", relative weights";
  if (how.scale_to) text += ", scaled to " + to_string(*how.scale_to);
  if (how.times != 1.0) text += ", times " + to_string(how.times);
  return text;
}

std::string in_words(const Grouping& groups) {
  std::string text;
  switch (groups.kind) {
    case Grouping::Kind::none:
      return {};
    case Grouping::Kind::limits:
      for (std::size_t i = 0; i < groups.names.size(); ++i) {
        append(text, fmt::format("{} from {}", groups.names[i], to_string(groups.limits[i])), ", ");
      }
      if (!groups.below.empty()) append(text, groups.below + " below", ", ");
      return text;
    case Grouping::Kind::quantiles:
    case Grouping::Kind::natural_breaks:
      for (const auto& group : groups.names) append(text, group, ", ");
      return (groups.kind == Grouping::Kind::quantiles ? "equal groups " : "natural breaks ") +
             text;
  }
  return text;
}

std::string in_words(const Variable& variable) {
  std::string text;
  if (variable.range != Interval{}) append(text, "range " + to_string(variable.range), ", ");
  if (variable.zero_is_missing) append(text, "zero is missing", ", ");
  if (variable.is_category()) {
    std::string words;
    for (const auto& word : variable.categories) append(words, word, " < ");
    append(text, "categories " + words, ", ");
  }
  return text.empty() ? "any number" : text;
}

std::string change_in_words(const Dated<Rule>& before, const Dated<Rule>& after) {
  const auto& a = before.entries();
  const auto& b = after.entries();
  bool same_times = a.size() == b.size();
  for (std::size_t i = 0; same_times && i < a.size(); ++i) {
    same_times = a[i].in_force == b[i].in_force;
  }
  if (!same_times) return moved("rule", in_words(before), in_words(after));
  std::string text;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (same_rule(a[i].value, b[i].value)) continue;
    std::string change = std::visit(Changed{}, a[i].value, b[i].value);
    append(text, change + when(a[i].in_force));
  }
  return text;
}

bool same_rules(const Dated<Rule>& a, const Dated<Rule>& b) {
  const auto& x = a.entries();
  const auto& y = b.entries();
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& one, const auto& other) {
    return one.in_force == other.in_force && same_rule(one.value, other.value);
  });
}

bool differ_in_anchors(const Dated<Rule>& a, const Dated<Rule>& b) {
  const auto& x = a.entries();
  const auto& y = b.entries();
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const auto& one, const auto& other) {
    if (!(one.in_force == other.in_force)) return false;
    const auto* p = std::get_if<Normaliser>(&one.value);
    const auto* q = std::get_if<Normaliser>(&other.value);
    return p != nullptr && q != nullptr && without_anchors(*p) == without_anchors(*q);
  });
}

}  // namespace chiso
