#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "base/at.hpp"
#include "base/doubles.hpp"
#include "base/nearest.hpp"
#include "chiso/base/error.hpp"
#include "chiso/base/interval.hpp"
#include "chiso/evaluate/evaluator.hpp"
#include "chiso/rank/groups.hpp"
#include "chiso/rank/rank.hpp"
#include "chiso/reach/goal.hpp"
#include "reach/field.hpp"

namespace chiso {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

[[noreturn]] void refuse(const Goal& goal, std::string message, std::string remedy) {
  throw DataError({Problem{{}, describe(goal), std::move(message), std::move(remedy)}});
}

Needed for_rank(const Goal& goal, const IndexDefinition& definition, const Rivals& rivals,
                const Field& field) {
  const double units = static_cast<double>(rivals.units.size() + 1);
  if (!(goal.value >= 1.0 && goal.value <= units)) {
    refuse(goal, fmt::format("expected a rank from 1 to {}", units), "correct the rank");
  }
  const auto rank = static_cast<Size>(goal.value);
  if (rank > std::ssize(field.scores())) {
    return {-infinity, fmt::format("only {} others have a score", field.scores().size())};
  }
  const double score = field.scores()[at(rank - 1)];
  const double shown = definition.decimals ? displayed(score, *definition.decimals) : score;
  return {field.least(score),
          fmt::format("{}, rank {}, {}", rivals.units[at(field.order()[at(rank - 1)])], rank,
                      to_string(shown))};
}

Needed for_percent(const Goal& goal, const Scores& base, Size node) {
  const Evaluator& evaluator = base.evaluator();
  const double declared = evaluator.maximum(node);
  const double highest = std::isnan(declared) ? evaluator.range(node).highest : declared;
  if (!(std::isfinite(highest) && highest > 0.0)) {
    refuse(goal, fmt::format("the highest score of {} is not known", base.index().codes()[node]),
           "give the goal in points, or declare a maximum in the definition");
  }
  const double score = highest * goal.value / 100.0;
  const auto holds = [&](double x) { return 100.0 * x / highest >= goal.value; };
  const double room = 4.0 * std::numeric_limits<double>::epsilon() * (std::abs(score) + highest);
  return {frontier(score - room, score + room, holds),
          fmt::format("{} percent of {}", to_string(goal.value), to_string(highest))};
}

/// The lowest score with which the unit is in group `wanted` or a better one, among the rivals.
double by_quantiles(Size wanted, Size groups, const Field& field) {
  std::vector<double> all(field.scores().begin(), field.scores().end());
  all.push_back(0.0);
  std::vector<std::int32_t> group(all.size());
  const auto holds = [&](double score) {
    all.back() = field.seen(score);
    group_by_quantiles(all, groups, group);
    return group.back() <= wanted;
  };
  double failing = -std::numeric_limits<double>::max();
  if (holds(failing)) return -infinity;
  // The limits move with the score itself; they are passed at one of the rivals' scores.
  for (auto rival = field.scores().rbegin(); rival != field.scores().rend(); ++rival) {
    const double score = field.least(*rival);
    if (holds(score)) return frontier(failing, score, holds);
    failing = score;
  }
  return frontier(failing, std::numeric_limits<double>::max(), holds);
}

Needed for_group(const Goal& goal, const Scores& base, Size node, const Field& field) {
  const Grouping& groups = base.index().definition().groups;
  if (groups.kind == Grouping::Kind::none) {
    refuse(goal, fmt::format("{} puts units into no groups", base.index().name()),
           "give the goal as a rank or a score");
  }
  if (node != Index::root()) {
    refuse(goal, "groups are of the composite", "leave the criterion out of the goal");
  }
  if (groups.kind == Grouping::Kind::natural_breaks) {
    refuse(goal, "the limits of natural breaks move with every unit's score",
           "give the goal as a rank or a score");
  }
  const auto found = std::find(groups.names.begin(), groups.names.end(), goal.group);
  if (found == groups.names.end()) {
    const bool below =
        groups.kind == Grouping::Kind::limits && !goal.group.empty() && goal.group == groups.below;
    if (below) return {-infinity, fmt::format("group {} is the last", goal.group)};
    std::vector<std::string> names = groups.names;
    if (!groups.below.empty()) names.push_back(groups.below);
    refuse(goal,
           fmt::format("{} has no group '{}'{}", base.index().name(), goal.group,
                       nearest_or_all(goal.group, names)),
           "correct the name");
  }
  const Size group = found - groups.names.begin();
  if (groups.kind == Grouping::Kind::limits) {
    const double limit = groups.limits[at(group)];
    return {field.least(limit), fmt::format("group {} from {}", goal.group, to_string(limit))};
  }
  const double score = by_quantiles(group, std::ssize(groups.names), field);
  if (std::isinf(score)) return {score, fmt::format("group {} is the last", goal.group)};
  return {score, fmt::format("group {} at rank {}", goal.group, field.rank(score))};
}

}  // namespace

Needed needed_score(const Scores& base, std::string_view unit, const Goal& goal,
                    const Rivals& rivals) {
  static_cast<void>(base.units().at(unit));
  const Size node = goal.code.empty() ? Index::root() : base.index().at(goal.code);
  const IndexDefinition& definition = base.index().definition();
  if (goal.quantity != Goal::Quantity::group && !std::isfinite(goal.value)) {
    refuse(goal, "expected a finite number", "correct the goal");
  }
  const Field field(definition, rivals);
  switch (goal.quantity) {
    case Goal::Quantity::score:
      return {goal.value, fmt::format("score {}", to_string(goal.value))};
    case Goal::Quantity::percent:
      return for_percent(goal, base, node);
    case Goal::Quantity::rank:
      return for_rank(goal, definition, rivals, field);
    case Goal::Quantity::group:
      return for_group(goal, base, node, field);
  }
  return {};
}

}  // namespace chiso
