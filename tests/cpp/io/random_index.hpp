#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "chiso/model/index.hpp"

namespace chiso::testing_io {

/// Draws valid definitions that use every part of the format.
class RandomIndex {
 public:
  explicit RandomIndex(std::uint64_t seed) : random_(seed) {}

  Index draw() {
    counter_ = 0;
    variables_.clear();
    parameters_.clear();
    IndexDefinition d;
    d.index = word("idx");
    d.edition = word("2013");
    d.title = title();
    d.publisher = text();
    if (coin()) d.periods = {Period(2010), {}};
    if (coin()) d.periods.to = Period("2021-Q3");
    d.provenance = provenance();
    d.units = text();
    if (coin()) d.decimals = static_cast<int>(below(16));
    d.rank_on_displayed = coin();
    d.groups = groups();
    d.tree = inner(2);
    d.variables = std::move(variables_);
    d.parameters = std::move(parameters_);
    return Index(std::move(d));
  }

 private:
  using Method = Aggregation::Method;
  using Norm = Normaliser::Method;

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool coin() { return below(2) == 0; }
  double number() { return static_cast<double>(1 + below(1000)) / 7.0; }
  std::string word(const std::string& stem) { return stem + "." + std::to_string(++counter_); }

  std::string text() {
    const std::vector<std::string> texts{"",
                                         "",
                                         "",
                                         "plain words",
                                         "2013",
                                         "a: b, c",
                                         "yes",
                                         "#1",
                                         "'quoted'",
                                         "\"x\"",
                                         "[a]",
                                         "Chỉ số",
                                         "> 90",
                                         "-5",
                                         "{x}",
                                         "1,5",
                                         "back\\slash",
                                         "null",
                                         "~",
                                         "*",
                                         "two\nlines",
                                         "%"};
    return texts[below(texts.size())];
  }

  Title title() { return {text(), text()}; }

  Provenance provenance() {
    Provenance p;
    if (coin()) p.status = Status{static_cast<int>(below(3))};
    p.source = text();
    p.reference = text();
    if (coin()) p.checked = Date{2026, 11, 23};
    p.note = text();
    return p;
  }

  Grouping groups() {
    Grouping g;
    g.kind = Grouping::Kind{static_cast<int>(below(4))};
    if (g.kind == Grouping::Kind::none) return g;
    g.names = {"A", "true", "1"};
    if (g.kind != Grouping::Kind::limits) return g;
    g.limits = {90.5, 80.0, -3.0};
    if (coin()) g.below = "no";
    return g;
  }

  // One entry that always holds, or two that follow each other.
  template <class T>
  Dated<T> dated(const T& first, const T& second) {
    if (coin()) return Dated<T>(first);
    std::vector<DatedEntry<T>> entries(2);
    entries[0].value = first;
    entries[0].in_force.to = Period(2015);
    entries[0].provenance = provenance();
    if (coin()) entries[0].published = Date{2010, 2, 28};
    entries[1].value = second;
    entries[1].in_force.from = Period(2016);
    return Dated<T>(std::move(entries));
  }

  Anchor anchor(double fixed) {
    Anchor a;
    a.source = Anchor::Source{static_cast<int>(below(3))};
    if (a.source == Anchor::Source::fixed) a.value = dated(fixed, fixed);
    if (a.source == Anchor::Source::pooled && coin()) a.reached = fixed;
    return a;
  }

  Anchor over() {
    Anchor a;
    if (coin()) a.source = Anchor::Source::pooled;
    return a;
  }

  Rule normaliser() {
    Normaliser n;
    n.method = Norm{static_cast<int>(below(12))};
    const double low = number();
    const double high = low + number();
    switch (n.method) {
      case Norm::min_max:
        n.low = anchor(low);
        n.high = anchor(high);
        n.onto_low = coin() ? 0.0 : 1.0;
        n.onto_high = coin() ? 100.0 : 10.0;
        break;
      case Norm::goalposts:
        n.low = Anchor::fixed(low);
        n.high = Anchor::fixed(high);
        n.cut = coin();
        break;
      case Norm::z_score:
        n.low = n.high = over();
        n.onto_low = coin() ? 0.0 : 10.0;
        n.onto_high = coin() ? 1.0 : 2.0;
        break;
      case Norm::scaled:
        n.low = Anchor::fixed(low);
        n.high = Anchor::fixed(high);
        n.onto_high = coin() ? 100.0 : 1.0;
        break;
      case Norm::distance_to_maximum:
        n.low = n.high = over();
        n.onto_high = 1.0;
        break;
      case Norm::distance_to_reference:
        n.reference_unit = "Thanh Hóa";
        n.cut = coin();
        n.low = over();
        n.onto_high = 1.0;
        break;
      case Norm::distance_to_target:
        n.high = Anchor::fixed(high);
        n.cut = coin();
        n.low = over();
        n.onto_high = 1.0;
        break;
      case Norm::fraction_of_maximum:
        n.high = over();
        n.onto_high = 1.0;
        break;
      case Norm::adjusted_goalposts:
        n.low = Anchor::fixed(low);
        n.high = over();
        n.onto_low = 70.0;
        n.onto_high = 130.0;
        break;
      default:
        if (coin()) n.ties = Normaliser::Ties::average;
    }
    return n;
  }

  Rule points_rule(double maximum) {
    switch (below(7)) {
      case 0:
        return FixedPoints{maximum / 3.0};
      case 1:
        return GivenPoints{};
      case 2:
        return Steps{{{parse_interval("> 90"), maximum},
                      {parse_interval("(70, 90]"), maximum / 2.0},
                      {parse_interval("<= 70"), 0.0}}};
      case 3:
        return Proportional{100.0, coin() ? 0.0 : 33.3};
      case 4:
        return PerUnit{maximum / 10.0, coin() ? std::optional(maximum / 2.0) : std::nullopt};
      case 5:
        return Increments{10.0, maximum / 4.0, 20.0,
                          5.0,  maximum / 7.0, coin() ? std::optional(maximum) : std::nullopt};
      default:
        return Deduct{maximum / 9.0, 2.0};
    }
  }

  std::string variable() {
    Variable v;
    v.code = word("v");
    v.title = title();
    v.unit = text();
    if (coin()) v.range = Interval::closed(coin() ? -1.0 / 3.0 : 0.0, 1e6);
    if (below(5) == 0) v.range = {0.0, 1e6, false, true};
    if (below(5) == 0) v.range = {0.0, std::numeric_limits<double>::infinity(), true, false};
    v.zero_is_missing = coin();
    v.provenance = provenance();
    const std::string code = v.code;
    if (coin()) variables_.push_back(std::move(v));
    return code;
  }

  Measure measure(const std::string& code) {
    switch (below(6)) {
      case 0:
        return Measure::of(code);
      case 1:
        return {Measure::Kind::sum, {{variable(), 1.0}, {variable(), -2.5}}, {}, 3.0};
      case 2:
        return {Measure::Kind::mean, {{variable(), 1.0}, {variable(), 1.0}}, {}, 1.0};
      case 3:
        return {Measure::Kind::ratio, {{variable(), 1.0}}, {{variable(), 2.0}}, 100.0};
      case 4:
        return {Measure::Kind::all_of, {{variable(), 1.0}, {variable(), 1.0}}, {}, 1.0};
      default:
        return Measure::of(variable());
    }
  }

  std::string parameter() {
    Parameter p;
    p.code = word("p");
    p.title = title();
    p.unit = text();
    p.value = dated(number(), -number());
    p.provenance = provenance();
    parameters_.push_back(p);
    return p.code;
  }

  // Of declared variables, one of them with categories, and a parameter.
  Rule formula() {
    Variable level;
    level.code = word("số lượng ");
    level.categories = {"no", "it \"is\"", "null"};
    variables_.push_back(level);
    Variable plain;
    plain.code = word("v");
    variables_.push_back(plain);
    const std::string x = quoted_name(plain.code);
    FormulaRule rule{Formula("if " + quoted_name(level.code) + " >= \"it \"\"is\"\"\" then " + x +
                             " * " + parameter() + " else clamp(prev(" + x + ") - " +
                             std::to_string(number()) + ", 0, maximum)"),
                     {},
                     {}};
    if (coin()) rule.rises_with = {plain.code};
    if (coin()) rule.falls_with = {level.code};
    return rule;
  }

  Criterion leaf(bool in_sum) {
    Criterion c;
    c.code = word("leaf");
    c.title = title();
    c.provenance = provenance();
    const double maximum = number();
    c.maximum = Dated<double>(maximum);
    if (below(5) == 0) {
      const Rule rule = formula();
      c.rule = dated<Rule>(rule, rule);
    } else if (below(4) == 0) {
      Variable v;
      v.code = c.code;
      v.categories = {"not issued", "no", "1"};
      variables_.push_back(v);
      c.measure = Measure::of(c.code);
      c.rule =
          Rule(CategoryRule{{{"not issued", 0.0}, {"no", maximum / 2.0}, {"1", maximum}}, false});
    } else if (in_sum) {
      c.measure = measure(c.code);
      // Intervals of a rule cover the whole line, and so fit every range.
      c.rule = dated<Rule>(points_rule(maximum), points_rule(maximum));
    } else {
      c.measure = measure(c.code);
      c.polarity = coin() ? Polarity::negative : Polarity::positive;
      c.rule = dated<Rule>(normaliser(), Rule(Identity{}));
    }
    c.not_applicable = coin() ? NotApplicable::exclude : NotApplicable::missing;
    return c;
  }

  Criterion inner(int depth) {
    Criterion c;
    c.code = word("node");
    c.title = title();
    c.provenance = provenance();
    c.aggregation.method = Method{static_cast<int>(below(11))};
    const Method method = c.aggregation.method;
    const bool is_sum = method == Method::sum;
    if (method == Method::power_mean) c.aggregation.power = 0.5;
    if (method == Method::mazziotta_pareto || method == Method::adjusted_mazziotta_pareto) {
      c.aggregation.upward_penalty = coin();
    }
    c.aggregation.times = coin() ? 1.0 : 10.0;
    if (coin()) c.published = Published{"published." + c.code, coin() ? 0.0 : 1e-5};
    if (coin()) c.cap = 50.0;
    const std::size_t count = 2 + below(3);
    const bool is_mean = method == Method::arithmetic_mean || method == Method::geometric_mean ||
                         method == Method::harmonic_mean || method == Method::power_mean ||
                         method == Method::copeland;
    const bool weighted = is_mean && coin();
    if (weighted) c.aggregation.weights = Aggregation::Weights::relative;
    for (std::size_t i = 0; i < count; ++i) {
      Criterion child = depth > 0 && below(3) == 0 ? inner(depth - 1) : leaf(is_sum);
      if (weighted || (is_sum && coin())) child.weight = dated(number(), number());
      if (is_sum && !child.is_leaf()) child.not_applicable = NotApplicable::missing;
      if (is_sum) {
        child.role = Role{static_cast<int>(below(3))};
        child.not_applicable = NotApplicable::missing;
      }
      c.children.push_back(std::move(child));
    }
    if (is_mean && coin()) {
      c.missing = MissingPolicy::renormalise;
      if (coin()) c.at_least = 0.8;
    } else {
      c.missing = coin() ? MissingPolicy::error : MissingPolicy::no_score;
    }
    return c;
  }

  std::mt19937_64 random_;
  int counter_ = 0;
  std::vector<Variable> variables_;
  std::vector<Parameter> parameters_;
};

}  // namespace chiso::testing_io
