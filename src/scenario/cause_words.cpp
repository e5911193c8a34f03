#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/at.hpp"
#include "base/blanks.hpp"
#include "chiso/base/interval.hpp"
#include "model/names.hpp"
#include "scenario/mixed_definition.hpp"
#include "scenario/node_split.hpp"

namespace chiso {
namespace {

void append(std::string& text, const std::string& item) {
  if (!text.empty()) text += ", ";
  text += item;
}

std::string number(double value) {
  return std::isnan(value) ? "none" : std::isinf(value) ? "none" : fmt::format("{:.6g}", value);
}

std::string change(std::string_view what, double was, double is) {
  return fmt::format("{} {} -> {}", what, number(was), number(is));
}

/// The weight as the definition states it; NaN: it does not.
double stated(const Side& side, Size node) {
  const double* weight = side.criterion(node).weight.find(side.scores.method());
  return weight == nullptr ? missing_value : *weight;
}

double sum_of_stated(const Side& side, const CompiledCriterion& inner) {
  double sum = 0.0;
  for (const Size child : inner.children) sum += stated(side, child);
  return sum;
}

/// Whether stated weights of both sides are on one scale.
bool are_comparable(double was, double is) { return std::fabs(was - is) <= 1e-9 * std::fabs(was); }

}  // namespace

std::string moved_text(double before, double after) {
  const auto text = [](double score) {
    return std::isnan(score) ? std::string("no score") : fmt::format("{:.6g}", score);
  };
  return fmt::format("{} -> {}", text(before), text(after));
}

std::string weights_text(const Side& before, const Side& after, const CompiledCriterion& was,
                         const CompiledCriterion& is) {
  const bool sums = is.aggregation.method == Aggregation::Method::sum;
  const bool as_stated =
      sums || are_comparable(sum_of_stated(before, was), sum_of_stated(after, is));
  std::string weights;
  std::string roles;
  std::string maxima;
  for (const auto& [old, now] : common_children(before, after, was.node, is.node)) {
    const std::string& code = after.criterion(now).code;
    const auto weight = [&](const Side& side, Size node) {
      if (!as_stated) return side.compiled().weight[at(node)];
      const double given = stated(side, node);
      return std::isnan(given) ? 1.0 : given;
    };
    const double from = weight(before, old);
    const double to = weight(after, now);
    if (from != to) append(weights, change(code, from, to));
    const Role role = before.criterion(old).role;
    if (role != after.criterion(now).role) {
      append(roles, fmt::format("{} {} -> {}", code, name(role), name(after.criterion(now).role)));
    }
    const double most = before.compiled().maximum[at(old)];
    const double most_now = after.compiled().maximum[at(now)];
    if (sums && !same(most, most_now)) append(maxima, change(code, most, most_now));
  }
  std::string text;
  const auto add = [&text](std::string_view what, const std::string& list) {
    if (list.empty()) return;
    text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", what, list);
  };
  add("weights", weights);
  add("roles", roles);
  // What matters beside weights is what the points are a share of.
  if (text.empty() || is.aggregation.scale_to) add("maxima", maxima);
  if (text.empty()) text = change("points of all parts", was.full, is.full);
  return text;
}

std::string structure_text(const Side& before, const Side& after, const CompiledCriterion& was,
                           const CompiledCriterion& is) {
  const auto common = common_children(before, after, was.node, is.node);
  std::string gone;
  std::string come;
  for (const Size child : was.children) {
    const bool stays = std::any_of(common.begin(), common.end(),
                                   [child](const auto& pair) { return pair.first == child; });
    if (!stays) append(gone, before.criterion(child).code);
  }
  for (const Size child : is.children) {
    const bool was_there = std::any_of(common.begin(), common.end(),
                                       [child](const auto& pair) { return pair.second == child; });
    if (!was_there) append(come, after.criterion(child).code);
  }
  std::string text;
  if (!come.empty()) text = "with " + come;
  if (!gone.empty()) text += (text.empty() ? "without " : ", without ") + gone;
  const std::string weights = weights_text(before, after, was, is);
  if (weights.starts_with("weights")) text += "; " + weights;
  return text;
}

std::string aggregation_text(const Side& before, const Side& after, const CompiledCriterion& was,
                             const CompiledCriterion& is) {
  const Aggregation& a = was.aggregation;
  const Aggregation& b = is.aggregation;
  std::string text;
  if (a.method != b.method) {
    append(text, fmt::format("{} -> {}", with_blanks(name(a.method)), with_blanks(name(b.method))));
  }
  const auto compare = [&text](std::string_view what, double from, double to) {
    if (!same(from, to)) append(text, change(what, from, to));
  };
  const bool have_power =
      a.method == Aggregation::Method::power_mean && b.method == Aggregation::Method::power_mean;
  if (have_power) compare("power", a.power, b.power);
  if (a.upward_penalty != b.upward_penalty) {
    append(text, b.upward_penalty ? "penalty downward -> upward" : "penalty upward -> downward");
  }
  compare("factor", a.times, b.times);
  compare("scaled to", a.scale_to.value_or(missing_value), b.scale_to.value_or(missing_value));
  const double cap = before.compiled().cap[at(was.node)];
  const double cap_now = after.compiled().cap[at(is.node)];
  compare("cap", cap, cap_now);
  if (was.missing != is.missing) {
    append(text, fmt::format("missing children: {} -> {}", with_blanks(name(was.missing)),
                             with_blanks(name(is.missing))));
  }
  compare("share that must be there", was.at_least, is.at_least);
  return text;
}

std::string rule_text(const Side& before, const Side& after, Size was, Size is) {
  const Criterion& a = before.criterion(was);
  const Criterion& b = after.criterion(is);
  const Rule* const from = a.rule.find(before.scores.method());
  const Rule* const to = b.rule.find(after.scores.method());
  std::string text;
  if (from != nullptr && to != nullptr && !(*from == *to)) {
    append(text, fmt::format("{} -> {}", describe(*from), describe(*to)));
  }
  const double most = before.compiled().maximum[at(was)];
  const double most_now = after.compiled().maximum[at(is)];
  if (!same(most, most_now)) append(text, change("maximum", most, most_now));
  const double cap = before.compiled().cap[at(was)];
  const double cap_now = after.compiled().cap[at(is)];
  if (cap != cap_now) append(text, change("cap", cap, cap_now));
  if (a.polarity != b.polarity) {
    append(text, b.polarity == Polarity::negative ? "now less is better" : "now more is better");
  }
  if (a.not_applicable != b.not_applicable) append(text, "another policy for cells not applicable");
  return text;
}

std::string anchors_text(Normaliser::Method method, const FittedAnchor& was,
                         const FittedAnchor& is) {
  using Method = Normaliser::Method;
  std::string_view low = "min";
  std::string_view high = "max";
  switch (method) {
    case Method::z_score:
      low = "mean";
      high = "deviation";
      break;
    case Method::goalposts:
      low = "low post";
      high = "high post";
      break;
    case Method::scaled:
      low = "from";
      high = "to";
      break;
    case Method::distance_to_reference:
      high = "reference";
      break;
    case Method::distance_to_target:
      high = "target";
      break;
    default:
      break;
  }
  std::string text;
  if (!same(was.low, is.low)) append(text, change(low, was.low, is.low));
  if (!same(was.high, is.high)) append(text, change(high, was.high, is.high));
  return text;
}

}  // namespace chiso
