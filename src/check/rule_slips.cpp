#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/doubles.hpp"
#include "check/date_slips.hpp"
#include "check/methods.hpp"
#include "check/slips.hpp"
#include "chiso/model/formula_symbols.hpp"

namespace chiso {

namespace {

using Kind = MutantKind;

class RuleSlips {
 public:
  RuleSlips(const Index& index, Size node, const PeriodRange& in_force)
      : index_(index), node_(node), in_force_(in_force) {}

  std::vector<RuleSlip> list() { return std::move(slips_); }

  void operator()(const Identity&) {}
  void operator()(const GivenPoints&) {}

  void operator()(const FixedPoints& rule) {
    digits(rule, &FixedPoints::points, "points", below_zero);
  }

  void operator()(const Steps& rule) {
    for (std::size_t s = 0; s < rule.steps.size(); ++s) {
      for (const auto& [sign, value] : digit_slips(rule.steps[s].points, below_zero)) {
        Steps wrong = rule;
        wrong.steps[s].points = value;
        add(Kind::number, fmt::format("step{}.points{}", s + 1, sign),
            fmt::format("points of {} {}", to_string(rule.steps[s].when),
                        becomes(rule.steps[s].points, value)),
            std::move(wrong));
      }
    }
    borders(rule);
  }

  void operator()(const Proportional& rule) {
    digits(rule, &Proportional::full_at, "full_at", 0.0);
    if (rule.threshold == 0.0) return;  // Not written.
    digits(rule, &Proportional::threshold, "threshold", below_zero);
    included(rule, &Proportional::threshold, "threshold");
  }

  void operator()(const PerUnit& rule) {
    digits(rule, &PerUnit::points, "points", 0.0);
    cap(rule);
  }

  void operator()(const Increments& rule) {
    digits(rule, &Increments::start, "start");
    included(rule, &Increments::start, "start");
    digits(rule, &Increments::points, "points", below_zero);
    digits(rule, &Increments::from, "from");
    included(rule, &Increments::from, "from");
    digits(rule, &Increments::every, "every", 0.0);
    digits(rule, &Increments::add, "add", 0.0);
    cap(rule);
  }

  void operator()(const Deduct& rule) {
    digits(rule, &Deduct::points, "points", 0.0);
    digits(rule, &Deduct::per, "per", 0.0);
  }

  void operator()(const CategoryRule& rule) {
    for (std::size_t c = 0; c < rule.points.size(); ++c) {
      const auto& [category, points] = rule.points[c];
      for (const auto& [sign, value] : digit_slips(points, below_zero)) {
        CategoryRule wrong = rule;
        wrong.points[c].second = value;
        add(Kind::number, fmt::format("points.{}{}", id_word(category), sign),
            fmt::format("points of '{}' {}", category, becomes(points, value)), std::move(wrong));
      }
    }
    for (std::size_t c = 1; c < rule.points.size(); ++c) {
      const auto& [category, points] = rule.points[c];
      const auto& [before, points_before] = rule.points[c - 1];
      if (points == points_before) continue;
      CategoryRule wrong = rule;
      std::swap(wrong.points[c].second, wrong.points[c - 1].second);
      add(Kind::swap, fmt::format("points.{}<>{}", id_word(before), id_word(category)),
          fmt::format("the points of '{}' and '{}' exchanged", before, category), std::move(wrong));
    }
  }

  void operator()(const Normaliser& rule) {
    using Method = Normaliser::Method;
    const bool two_ends = rule.method == Method::min_max || rule.method == Method::goalposts;
    if (two_ends || rule.method == Method::z_score) {
      digits(rule, &Normaliser::onto_low, "onto_low");
    }
    if (two_ends || rule.method == Method::z_score || rule.method == Method::scaled) {
      digits(rule, &Normaliser::onto_high, "onto_high");
    }
    if (rule.method == Method::goalposts || rule.method == Method::distance_to_reference ||
        rule.method == Method::distance_to_target) {
      Normaliser wrong = rule;
      wrong.cut = !rule.cut;
      add(Kind::anchor, fmt::format("cut:{}", wrong.cut),
          rule.cut ? "values beyond the posts are not cut" : "values beyond the posts are cut",
          std::move(wrong));
    }
    if (rule.ranks()) {
      const bool lowest = rule.ties == Normaliser::Ties::lowest;
      Normaliser wrong = rule;
      wrong.ties = lowest ? Normaliser::Ties::average : Normaliser::Ties::lowest;
      const char* const to = lowest ? "average" : "lowest";
      add(Kind::anchor, fmt::format("ties:{}", to), fmt::format("ties get the {} place", to),
          std::move(wrong));
      return;
    }
    for (const auto& [end, at] :
         {std::pair("low", &Normaliser::low), {"high", &Normaliser::high}}) {
      anchor_numbers(rule, end, at);
    }
    sources(rule);
  }

  void operator()(const FormulaRule& rule) {
    std::vector<FormulaSymbols> symbols;
    for (const auto& day : method_days(index_)) {
      if (day && !in_force_.contains(*day)) continue;
      symbols.push_back(formula_symbols(index_, node_, day));
    }
    slips_ = formula_slips(rule, index_, symbols);
  }

 private:
  template <class R>
  void add(Kind kind, std::string place, std::string change, R wrong) {
    slips_.push_back({kind, std::move(place), std::move(change), Rule(std::move(wrong)), {}});
  }

  template <class R>
  void digits(const R& rule, double R::*field, const char* place,
              double above = -std::numeric_limits<double>::infinity()) {
    for (const auto& [sign, value] : digit_slips(rule.*field, above)) {
      R wrong = rule;
      wrong.*field = value;
      add(Kind::number, fmt::format("{}{}", place, sign),
          fmt::format("{} {}", place, becomes(rule.*field, value)), std::move(wrong));
    }
  }

  template <class R>
  void cap(const R& rule) {
    if (!rule.cap) return;
    for (const auto& [sign, value] : digit_slips(*rule.cap, 0.0)) {
      R wrong = rule;
      wrong.cap = value;
      add(Kind::number, fmt::format("cap{}", sign),
          fmt::format("cap of the rule {}", becomes(*rule.cap, value)), std::move(wrong));
    }
  }

  /// A number from which on, itself included, points jump.
  template <class R>
  void included(const R& rule, double R::*field, const char* place) {
    R wrong = rule;
    wrong.*field = next_up(rule.*field);
    add(Kind::bound, fmt::format("{}:opened", place),
        fmt::format("{} itself is no longer included in {}", to_string(rule.*field), place), wrong);
    wrong.*field = next_down(rule.*field);
    add(Kind::threshold, fmt::format("{}:next_down", place),
        fmt::format("{} {}", place, becomes(rule.*field, wrong.*field)), wrong);
  }

  // ---- Steps

  /// Where one step ends and the next begins, both move. An end with no step beyond it cannot move
  /// in a valid definition.
  void borders(const Steps& rule) {
    std::vector<std::size_t> order(rule.steps.size());
    for (std::size_t s = 0; s < order.size(); ++s) order[s] = s;
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const Interval& x = rule.steps[a].when;
      const Interval& y = rule.steps[b].when;
      return x.lower != y.lower ? x.lower < y.lower : x.lower_closed && !y.lower_closed;
    });
    for (std::size_t k = 1; k < order.size(); ++k) border(rule, order[k - 1], order[k]);
  }

  void border(const Steps& rule, std::size_t left, std::size_t right) {
    const Interval& before = rule.steps[left].when;
    const Interval& after = rule.steps[right].when;
    const double bound = after.lower;
    if (before.upper != bound || before.upper_closed == after.lower_closed) return;
    // The step that has the bound says where it is.
    const bool lower = after.lower_closed;
    const std::string place =
        fmt::format("step{}.{}", (lower ? right : left) + 1, lower ? "lower" : "upper");
    const auto moved = [&](double to, bool to_the_right) {
      Steps wrong = rule;
      wrong.steps[left].when.upper = to;
      wrong.steps[right].when.lower = to;
      wrong.steps[left].when.upper_closed = !to_the_right;
      wrong.steps[right].when.lower_closed = to_the_right;
      return wrong;
    };
    const double of_left = rule.steps[left].points;
    const double of_right = rule.steps[right].points;
    add(Kind::bound, place + ":opened",
        fmt::format("{} itself gets {} -> {}", to_string(bound),
                    to_string(lower ? of_right : of_left), to_string(lower ? of_left : of_right)),
        moved(bound, !lower));
    // To the other side by one double; this way it is the same as opening.
    const double beyond = lower ? next_down(bound) : next_up(bound);
    add(Kind::threshold, place + (lower ? ":next_down" : ":next_up"),
        fmt::format("bound {}", becomes(bound, beyond)), moved(beyond, lower));
    for (const auto& [sign, value] : digit_slips(bound)) {
      add(Kind::number, fmt::format("{}{}", place, sign),
          fmt::format("bound {}", becomes(bound, value)), moved(value, lower));
    }
  }

  // ---- Normalisers

  void anchor_numbers(const Normaliser& rule, const char* end, Anchor Normaliser::*at) {
    const Anchor& anchor = rule.*at;
    const auto& entries = anchor.value.entries();
    for (std::size_t e = 0; anchor.source == Anchor::Source::fixed && e < entries.size(); ++e) {
      for (const auto& [sign, value] : digit_slips(entries[e].value)) {
        Normaliser wrong = rule;
        auto changed = entries;
        changed[e].value = value;
        (wrong.*at).value = Dated<double>(std::move(changed));
        const std::string when =
            anchor.value.is_dated() ? "@" + entry_label(entries[e].in_force) : std::string();
        add(Kind::number, fmt::format("{}{}{}", end, when, sign),
            fmt::format("{} anchor {}", end, becomes(entries[e].value, value)), std::move(wrong));
      }
    }
    if (anchor.source == Anchor::Source::fixed) {
      for (auto& slip : date_slips(anchor.value)) {
        if (!slip.changes) continue;
        Normaliser wrong = rule;
        (wrong.*at).value = std::move(slip.value);
        add(slip.exchanged ? Kind::swap : Kind::date, fmt::format("{}@{}", end, slip.place),
            fmt::format("{} anchor: {}", end, slip.change), std::move(wrong));
      }
    }
    if (anchor.source == Anchor::Source::pooled && anchor.reached) {
      for (const auto& [sign, value] : digit_slips(*anchor.reached)) {
        Normaliser wrong = rule;
        (wrong.*at).reached = value;
        add(Kind::number, fmt::format("{}.reached{}", end, sign),
            fmt::format("{} value reached before {}", end, becomes(*anchor.reached, value)),
            std::move(wrong));
      }
    }
  }

  static Anchor::Source other(Anchor::Source source) noexcept {
    return source == Anchor::Source::period ? Anchor::Source::pooled : Anchor::Source::period;
  }

  /// Of the period instead of pooled, and the other way round. Only min-max has two statements.
  void sources(const Normaliser& rule) {
    using Source = Anchor::Source;
    const auto word = [](Source source) { return source == Source::period ? "period" : "pooled"; };
    if (rule.method == Normaliser::Method::min_max) {
      for (const auto& [end, at] :
           {std::pair("low", &Normaliser::low), {"high", &Normaliser::high}}) {
        if ((rule.*at).source == Source::fixed) continue;
        Normaliser wrong = rule;
        Anchor& anchor = wrong.*at;
        anchor.source = other(anchor.source);
        if (anchor.source == Source::period) anchor.reached.reset();
        add(Kind::anchor, fmt::format("{}:{}", end, word(anchor.source)),
            fmt::format("{} anchor {} -> {}", end, word((rule.*at).source), word(anchor.source)),
            std::move(wrong));
      }
      return;
    }
    if (rule.method == Normaliser::Method::goalposts || rule.method == Normaliser::Method::scaled) {
      return;
    }
    const bool pooled = rule.low.source == Source::pooled || rule.high.source == Source::pooled;
    const Source was = pooled ? Source::pooled : Source::period;
    Normaliser wrong = rule;
    for (Anchor* anchor : {&wrong.low, &wrong.high}) {
      if (anchor->source != Source::fixed) anchor->source = other(was);
    }
    add(Kind::anchor, fmt::format("over:{}", word(other(was))),
        fmt::format("anchors {} -> {}", word(was), word(other(was))), std::move(wrong));
  }

  const Index& index_;
  Size node_;
  const PeriodRange& in_force_;
  std::vector<RuleSlip> slips_;
};

}  // namespace

std::vector<RuleSlip> rule_slips(const Rule& rule, const Index& index, Size node,
                                 const PeriodRange& in_force) {
  RuleSlips slips(index, node, in_force);
  std::visit(slips, rule);
  return slips.list();
}

}  // namespace chiso
