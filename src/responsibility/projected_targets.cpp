#include "chiso/responsibility/projected_targets.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/at.hpp"
#include "chiso/base/error.hpp"
#include "responsibility/nearness.hpp"

namespace chiso {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

using Rounds = std::map<Period, std::vector<const Standing*>>;

std::vector<const Standing*> scored(std::vector<const Standing*> rows) {
  std::erase_if(rows, [](const Standing* row) { return std::isnan(row->score); });
  return rows;
}

/// Rows of a criterion of a plan, each period from the nearest standings in which somebody has a
/// score.
Rounds rounds_of(const Plan& plan, const Standings& standings, const CriterionRef& criterion) {
  const Size position = plan.indices().at(criterion.index);
  const PlanIndex& index = plan.definition().indices[at(position)];
  Rounds rounds;
  bool any = false;
  for (const int wanted : {0, 1, 2}) {
    for (const CriterionRef& node : standings.nodes()) {
      if (node.code != criterion.code || nearness(node.index, index) != wanted) continue;
      any = true;
      for (const Period& period : standings.periods(node.index, node.code)) {
        auto rows = scored(standings.units(node.index, node.code, period));
        if (!rows.empty()) rounds.try_emplace(period, std::move(rows));
      }
    }
  }
  if (!any) {
    throw NotFoundError(fmt::format("there are no standings of '{}'", to_string(criterion)),
                        to_string(criterion));
  }
  return rounds;
}

/// NaN: not known.
double latest_maximum(const Rounds& rounds) {
  double maximum = missing;
  for (const auto& [period, rows] : rounds) {
    for (const Standing* row : rows) {
      if (row->maximum > 0.0) maximum = row->maximum;
    }
  }
  return maximum;
}

History made_of(const Rounds& rounds, const std::string& name) {
  std::vector<std::string> names;
  std::unordered_map<std::string_view, Size> position;
  std::vector<Period> periods;
  for (const auto& [period, rows] : rounds) {
    periods.push_back(period);
    for (const Standing* row : rows) {
      if (position.emplace(row->unit, std::ssize(names)).second) names.push_back(row->unit);
    }
  }
  if (periods.empty()) {
    throw DataError("no unit has a score in any period", name);
  }
  Eigen::MatrixXd values =
      Eigen::MatrixXd::Constant(std::ssize(names), std::ssize(periods), missing);
  Size p = 0;
  for (const auto& [period, rows] : rounds) {
    for (const Standing* row : rows) values(position.at(row->unit), p) = row->score;
    ++p;
  }
  return {name, Labels(std::move(names), "unit"), std::move(periods), values};
}

}  // namespace

History history_of(const Standings& standings, std::string_view index, std::string_view code) {
  const CriterionRef node{std::string(index), std::string(code)};
  const std::vector<Period> periods = standings.periods(index, code);
  if (periods.empty()) {
    throw NotFoundError(fmt::format("there are no standings of '{}'", to_string(node)),
                        to_string(node));
  }
  Rounds rounds;
  for (const Period& period : periods) {
    auto rows = scored(standings.units(index, code, period));
    if (!rows.empty()) rounds.emplace(period, std::move(rows));
  }
  return made_of(rounds, to_string(node));
}

History history_of(const Plan& plan, const Standings& standings, const CriterionRef& criterion) {
  return made_of(rounds_of(plan, standings, criterion), to_string(criterion));
}

ProjectedGoal projected_goal(const Plan& plan, Size position, const Standings& standings) {
  const Target& target = plan.target(position);
  const auto refuse = [&](std::string_view why, std::string_view remedy) {
    throw DataError({Problem{target.location, plan.targets()[position],
                             fmt::format("'{}' cannot be projected: {}", describe(target), why),
                             std::string(remedy)}});
  };
  const std::optional<Period>& by = target.by ? target.by : plan.definition().period.to;
  if (!by) refuse("it has no period to be reached by", "add `by` to the target");

  ProjectedGoal goal;
  goal.by = *by;
  goal.range = target.range;
  const bool is_rank = target.quantity == Target::Quantity::rank;
  goal.quantity = is_rank ? ProjectedGoal::Quantity::rank : ProjectedGoal::Quantity::score;
  if (target.quantity == Target::Quantity::percent) {
    const double maximum = latest_maximum(rounds_of(plan, standings, target.criterion));
    if (std::isnan(maximum)) {
      refuse("the criterion's maximum is not known", "add the maximum to the standings");
    }
    goal.range.lower *= maximum / 100.0;
    goal.range.upper *= maximum / 100.0;
  }
  switch (target.against) {
    case Target::Against::nothing:
      break;
    case Target::Against::baseline: {
      const Baseline& baseline = *plan.baseline(target.criterion);  // A plan has what it needs.
      goal.against = ProjectedGoal::Against::number;
      goal.reference = is_rank ? baseline.rank.value() : baseline.score.value();
      break;
    }
    case Target::Against::previous:
      goal.against = ProjectedGoal::Against::previous;
      break;
  }
  for (const PlanRegion& region : plan.definition().regions) {
    if (region.name == target.region) goal.among = region.units;
  }
  return goal;
}

}  // namespace chiso
