#include "chiso/model/rule.hpp"

#include <fmt/core.h>

namespace chiso {

namespace {

std::string at_most(const std::optional<double>& cap) {
  return cap ? ", at most " + to_string(*cap) : std::string();
}

std::string in_words(const Dated<double>& value) {
  std::string words;
  for (const auto& entry : value.entries()) {
    if (!words.empty()) words += ", ";
    words += to_string(entry.value);
    if (value.is_dated()) words += fmt::format(" ({})", entry.in_force.to_string());
  }
  return words;
}

std::string in_words(const Anchor& anchor) {
  switch (anchor.source) {
    case Anchor::Source::period:
      return "of the period";
    case Anchor::Source::pooled:
      return anchor.reached ? fmt::format("pooled, {} reached before", to_string(*anchor.reached))
                            : "pooled";
    case Anchor::Source::fixed:
      return in_words(anchor.value);
  }
  return {};
}

std::string over(const Anchor& anchor) {
  return anchor.source == Anchor::Source::period ? std::string() : ", " + in_words(anchor);
}

std::string onto(const Normaliser& rule) {
  return fmt::format("onto [{}, {}]", to_string(rule.onto_low), to_string(rule.onto_high));
}

struct InWords {
  std::string operator()(const Identity&) const { return "the value itself"; }

  std::string operator()(const FixedPoints& rule) const {
    return "always " + to_string(rule.points);
  }

  std::string operator()(const GivenPoints&) const { return "the points given"; }

  std::string operator()(const Steps& rule) const {
    std::string words;
    for (const auto& step : rule.steps) {
      if (!words.empty()) words += "; ";
      words += fmt::format("{}: {}", to_string(step.when), to_string(step.points));
    }
    return words;
  }

  std::string operator()(const Proportional& rule) const {
    return fmt::format("the maximum at {}, in proportion below", to_string(rule.full_at)) +
           (rule.threshold > 0.0 ? fmt::format("; 0 below {}", to_string(rule.threshold))
                                 : std::string());
  }

  std::string operator()(const PerUnit& rule) const {
    return to_string(rule.points) + " for each unit" + at_most(rule.cap);
  }

  std::string operator()(const Increments& rule) const {
    return fmt::format("{} from {} on, {} more for every full {} above {}", to_string(rule.points),
                       to_string(rule.start), to_string(rule.add), to_string(rule.every),
                       to_string(rule.from)) +
           at_most(rule.cap);
  }

  std::string operator()(const Deduct& rule) const {
    return fmt::format("the maximum less {} for every {}", to_string(rule.points),
                       to_string(rule.per));
  }

  std::string operator()(const CategoryRule& rule) const {
    std::string words;
    for (const auto& [category, points] : rule.points) {
      if (!words.empty()) words += "; ";
      words += fmt::format("{}: {}{}", category, to_string(points), rule.percent ? "%" : "");
    }
    return words;
  }

  std::string operator()(const Normaliser& rule) const {
    using Method = Normaliser::Method;
    const std::string ties =
        rule.ties == Normaliser::Ties::average ? ", ties average" : std::string();
    switch (rule.method) {
      case Method::min_max:
        if (rule.low == rule.high) return fmt::format("min-max {}{}", onto(rule), over(rule.low));
        return fmt::format("min-max {}, min {}, max {}", onto(rule), in_words(rule.low),
                           in_words(rule.high));
      case Method::goalposts:
        return fmt::format("goalposts {} and {} {}{}", in_words(rule.low), in_words(rule.high),
                           onto(rule), rule.cut ? ", cut" : "");
      case Method::z_score:
        return fmt::format("z-score with mean {} and deviation {}{}", to_string(rule.onto_low),
                           to_string(rule.onto_high), over(rule.low));
      case Method::scaled:
        return fmt::format("{} times the share of the way from {} to {}", to_string(rule.onto_high),
                           in_words(rule.low), in_words(rule.high));
      case Method::distance_to_maximum:
        return "distance to the maximum" + over(rule.high);
      case Method::distance_to_reference:
        return fmt::format("distance to {}{}{}", rule.reference_unit, rule.cut ? ", at most 1" : "",
                           over(rule.low));
      case Method::distance_to_target:
        return fmt::format("distance to the target {}{}{}", in_words(rule.high),
                           rule.cut ? ", at most 1" : "", over(rule.low));
      case Method::fraction_of_maximum:
        return "fraction of the maximum" + over(rule.high);
      case Method::adjusted_goalposts:
        return fmt::format("adjusted goalposts, {} = 100{}", in_words(rule.low), over(rule.high));
      case Method::rank:
        return "rank" + ties;
      case Method::borda:
        return "borda" + ties;
      case Method::percentile_rank:
        return "percentile rank" + ties;
    }
    return {};
  }

  std::string operator()(const FormulaRule& rule) const { return to_string(rule.formula); }
};

}  // namespace

bool is_points_rule(const Rule& rule) noexcept {
  return !std::holds_alternative<Identity>(rule) && !std::holds_alternative<Normaliser>(rule) &&
         !std::holds_alternative<FormulaRule>(rule);
}

std::string describe(const Rule& rule) { return std::visit(InWords{}, rule); }

std::string_view name(Normaliser::Method method) noexcept {
  using Method = Normaliser::Method;
  switch (method) {
    case Method::min_max:
      return "min_max";
    case Method::goalposts:
      return "goalposts";
    case Method::z_score:
      return "z_score";
    case Method::scaled:
      return "scaled";
    case Method::distance_to_maximum:
      return "distance_to_maximum";
    case Method::distance_to_reference:
      return "distance_to_reference";
    case Method::distance_to_target:
      return "distance_to_target";
    case Method::fraction_of_maximum:
      return "fraction_of_maximum";
    case Method::adjusted_goalposts:
      return "adjusted_goalposts";
    case Method::rank:
      return "rank";
    case Method::borda:
      return "borda";
    case Method::percentile_rank:
      return "percentile_rank";
  }
  return "";
}

}  // namespace chiso
